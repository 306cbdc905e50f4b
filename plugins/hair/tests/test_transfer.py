"""Transfers on the portraits pack, a few steps each, from files to files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import torch

from styleforge.cli import main
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.measure.metrics import psnr
from styleforge.prepare.build import build_problem
from styleforge.prepare.images import load_image, read_recipe
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.recipe import Recipe
from styleforge.run.job import Job

portraits = pytest.importorskip("styleforge_portraits.portraits")


def recipe_of(forge: Forge, steps: int, **conditions: str):
    refs = {f"hair.{role}": ImageRef(f"gallery:{name}") for role, name in conditions.items()}
    recipe = forge.recipe("hair", identity=ImageRef("gallery:mira"), conditions=refs)
    return recipe.with_steps(steps)


def test_a_transfer_changes_the_hair_and_nothing_far_from_it(forge: Forge, tmp_path: Path) -> None:
    job = Job(forge, recipe_of(forge, 4, shape="noor", appearance="otto"))
    result = job.result()
    result.save(tmp_path / "out.png")
    assert read_recipe(tmp_path / "out.png") == result.recipe
    assert job.problem is not None
    identity = job.problem.identity.image
    changed = (result.image - identity).abs().amax(dim=1)[0] > 4 / 255
    assert changed.any()
    assert not changed[-8:, :30].any()  # a corner of the clothing
    assert torch.isfinite(result.image).all()


@pytest.mark.parametrize("role", ["shape", "appearance", "finer_style"])
def test_each_attribute_alone(forge: Forge, role: str) -> None:
    result = Job(forge, recipe_of(forge, 2, **{role: "otto"})).result()
    assert result.status == "done"


def test_pose_is_matched_and_said_so(forge: Forge) -> None:
    turned = "lena"  # whose face lies furthest from mira's among the gallery's
    recipe = recipe_of(forge, 2, shape=turned)
    problem, notes = build_problem(forge, recipe)
    assert any("turned and stretched to fit the person" in note for note in notes)
    straight, notes = build_problem(forge, type(recipe)(**{**recipe.__dict__, "pose": "off"}))
    assert not any("bent" in note for note in notes)
    assert not torch.equal(problem.role("shape").image, straight.role("shape").image)


def test_a_reference_without_hair_is_refused(forge: Forge) -> None:
    with pytest.raises(UserError, match="No hair was found in gallery:malik"):
        build_problem(forge, recipe_of(forge, 2, shape="malik"))


def test_a_postcard_is_edited_and_pasted_back(forge: Forge) -> None:
    name = next(name for name in portraits.names() if name.startswith("postcard"))
    recipe = recipe_of(forge, 2, appearance="otto")
    recipe = type(recipe)(**{**recipe.__dict__, "identity": ImageRef(f"gallery:{name}")})
    result = Job(forge, recipe).result()
    photo = load_image(portraits.path(name))
    assert result.photo.shape == photo.shape
    assert psnr(result.photo, photo) > 15
    corner = result.photo[..., :6, :6] - photo[..., :6, :6]
    assert corner.abs().max() < 2 / 255


def test_the_demo_writes_what_it_promises(
    forge: Forge,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    short = forge.recipe
    monkeypatch.setattr(forge, "recipe", lambda *args, **more: short(*args, **more).with_steps(2))
    monkeypatch.setattr("styleforge.forge.Forge", lambda **_: forge)
    with pytest.raises(SystemExit) as left:
        main(["demo", "hair", "-o", str(tmp_path)])
    said = capsys.readouterr()
    assert not left.value.code, said.err
    scores = json.loads((tmp_path / "metrics.json").read_text())
    assert {"hair_iou", "identity_psnr", "finer_style_ratio", "seconds"} <= set(scores)
    assert "overlap of the result's hair with the true hair" in said.out
    recipe = read_recipe(tmp_path / "result.png")
    assert recipe.identity == ImageRef("gallery:mira")
    assert (tmp_path / "sheet.png").is_file()


README = Path(__file__).parents[3] / "README.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(1, len(EXAMPLES) + 1))
def test_the_readmes_examples_run(
    example: str, forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they stand there, in few steps."""
    short = forge.recipe

    def recipe(*args: Any, **more: Any) -> Recipe:
        made = short(*args, **more)
        return made.with_steps(2) if made.stages else made

    monkeypatch.setattr(forge, "recipe", recipe)
    monkeypatch.setattr("styleforge.api.edit_transfer.default_forge", lambda: forge)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, str(README), "exec"), {})
    assert read_recipe("out.png").conditions.keys() == {"hair.shape", "hair.appearance"}
