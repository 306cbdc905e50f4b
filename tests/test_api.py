"""The two headline calls, `transfer` and `edit`: what they take, refuse and give."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import torch
from PIL import Image
from results import same

import styleforge
from styleforge.api import edit, transfer
from styleforge.api.default import default_forge
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.prepare.images import load_image, read_recipe, to_bytes
from styleforge.recipe.condition import ImageRef, Swatch, Text
from styleforge.recipe.presets import Changes
from styleforge.recipe.recipe import Recipe
from styleforge.testing import toy

ROOT = Path(__file__).parents[1]  # whose configuration and cache the type checker uses
pytestmark = pytest.mark.usefixtures("beside_pictures")


def test_a_transfer_in_one_call_is_its_recipe(forge, tmp_path):
    made = transfer("toy", "identity.png", forge=forge, shape="shape.png", steps=3, strength=0.5)
    assert made.steps == 3
    made.save(tmp_path / "out.png")
    again = forge.executor().submit(read_recipe(tmp_path / "out.png")).result()
    assert same(made, again)
    full = transfer("toy", "identity.png", forge=forge, shape="shape.png", steps=3)
    assert not same(made, full)


def test_a_result_can_be_edited_on(forge):
    first = edit("toy", "identity.png", forge=forge, shape="tall")
    second = edit("toy", first, forge=forge, appearance="red")
    assert torch.equal(to_bytes(second.references["identity"]), to_bytes(first.photo))


def test_lists_give_batches(forge, tmp_path):
    batch = edit("toy", ["identity.png", "shape.png"], forge=forge, appearance="red")
    assert len(batch) == 2
    assert same(batch[1], edit("toy", "shape.png", forge=forge, appearance="red"))
    paths = batch.save(tmp_path / "out")
    assert [path.name for path in paths] == ["001-identity.png", "002-shape.png"]
    assert read_recipe(paths[1]).identity.path == "shape.png"
    looks = edit("toy", "identity.png", forge=forge, appearance=["red", Swatch("#00f")])
    assert [one.recipe.conditions["toy.appearance"] for one in looks] == [
        Text("red"), Swatch("#00f"),
    ]  # fmt: skip
    assert Image.open(io.BytesIO(batch._repr_png_())).width > 3 * 160
    with pytest.raises(UserError, match="identity 2, appearance 3"):
        edit("toy", ["a.png", "b.png"], forge=forge, appearance=["red"] * 3)
    with pytest.raises(UserError, match="at least 1"):
        edit("toy", [], forge=forge, appearance="red")


def test_one_unreadable_file_is_told_before_anything_runs(forge, tmp_path):
    with pytest.raises(UserError, match=r"no file lost\.png"):
        transfer("toy", ["identity.png", "lost.png"], forge=forge, shape="shape.png", steps=2)


class Picky:
    """A plugin that refuses one person."""

    @styleforge.hookimpl
    def before_run(self, recipe):
        if "nobody" in recipe.identity.path:
            msg = "Nobody is not edited."
            raise styleforge.Refused(msg)


def test_one_failing_run_does_not_end_the_others(forge, tmp_path):
    forge.use(Picky())
    files = [tmp_path / name for name in ("nobody.png", "me.png")]
    for file in files:
        shutil.copy("identity.png", file)
    with pytest.raises(styleforge.BatchError, match=r"1 of 2 runs failed.* 1: Nobody") as caught:
        transfer("toy", files, forge=forge, shape="shape.png", steps=2)
    assert [one.recipe.identity.path for one in caught.value.done] == [str(files[1])]


def test_subjects_are_chosen_by_role_or_with_the_picture(forge):
    chosen = {"identity": 1, "shape": 1}
    made = edit("toy", "identity.png", forge=forge, shape="shape.png", subject=chosen)
    given = ImageRef("shape.png", subject=1)
    again = edit("toy", ImageRef("identity.png", subject=1), forge=forge, shape=given)
    for recipe in (made.recipe, again.recipe):
        assert recipe.identity.subject == recipe.conditions["toy.shape"].subject == 1
    assert same(made, edit("toy", "identity.png", forge=forge, shape="shape.png"))
    with pytest.raises(UserError, match=r"identity.png shows only 1 subject, but number 2"):
        edit("toy", "identity.png", forge=forge, shape="shape.png", subject=2)
    with pytest.raises(UserError, match=r"toy.shape is given no picture .* these are: identity"):
        edit("toy", "identity.png", forge=forge, shape="tall", subject={"shape": 2})


@pytest.mark.parametrize(
    ("call", "key", "why"),
    [
        (edit, "strenghts", "did you mean 'strength'"),
        (edit, "shap", "did you mean 'shape'"),
        (edit, "preset", "`edit` no such option"),
        (transfer, "aperance", "did you mean 'appearance'"),
        (transfer, "refine", "its options are preset, steps"),
    ],
)
def test_unknown_keywords_are_refused_in_one_sentence(forge, call, key, why):
    with pytest.raises(UserError, match=rf"toy has no attribute '{key}' .*{why}") as caught:
        call("toy", "identity.png", forge=forge, shape="shape.png", **{key: "x"})
    assert "\n" not in str(caught.value)


def test_unknown_fields_of_a_recipe_are_refused_in_one_sentence(forge):
    with pytest.raises(UserError, match="no field 'strenghts'; did you mean 'strengths'"):
        forge.recipe("toy", strenghts={"toy.shape": 0.5})
    with pytest.raises(UserError, match="no field 'also'"):
        forge.recipe("toy", also=())
    assert set(Changes.__annotations__) == {one.name for one in fields(Recipe)} - {
        "domain", "also", "version",
    }  # fmt: skip


WRONG = """
import styleforge as sf

forge = sf.Forge()
sf.edit("hair", "me.png", strenght=0.5)
sf.transfer("hair", "me.png", shape="her.png", seed="1")
forge.recipe("hair", strenghts={"hair.shape": 0.5})
reveal_type(sf.edit("hair", "me.png", shape="bob"))
reveal_type(sf.transfer("hair", ["me.png", "you.png"], shape="her.png"))
reveal_type(sf.edit("hair", "me.png", shape=["bob", "afro"]))
models = forge.models("mine")
reveal_type(models.get("generator").synthesize)
reveal_type(models.get("mapper/lips"))
models.get("regions").draws
"""


def test_the_type_checker_sees_it(tmp_path):
    (tmp_path / "wrong.py").write_text(WRONG)
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--no-pretty"]
    done = subprocess.run(
        [*command, str(tmp_path / "wrong.py")],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    found = {}
    for number, said in re.findall(r"wrong\.py:(\d+): (.*)", done.stdout):
        found.setdefault(int(number), said)
    assert {5, 6, 7} <= found.keys(), done.stdout
    assert "Result" in found[8]
    assert "Batch" in found[9]
    assert "Batch" in found[10]
    assert "Tensor" in found[12].rpartition("->")[2]
    assert "Any" in found[13]
    assert '"RegionsOfSubjects" has no attribute "draws"' in found[14]


def test_one_forge_for_the_process(monkeypatch):
    made = []
    monkeypatch.setattr("styleforge.api.default.Forge", lambda: made.append(1) or toy_forge())
    edit("toy", "identity.png", shape="tall")
    transfer("toy", "identity.png", shape="shape.png", steps=2)
    assert made == [1]
    default_forge.cache_clear()
    edit("toy", "identity.png", shape="tall")
    assert made == [1, 1]


def toy_forge() -> Forge:
    made = Forge(plugins=())
    made.use(toy)
    return made


def test_a_result_shows_what_it_is_made_of(forge):
    result = transfer("toy", "identity.png", forge=forge, shape="shape.png", steps=2)
    assert repr(result.show()) == "<Pictures: identity, shape, result>"
    assert torch.equal(to_bytes(result.references["shape"]), to_bytes(load_image("shape.png")))
    words = edit("toy", "identity.png", forge=forge, shape="tall", appearance="#8a2be2")
    assert list(words.side_by_side()) == ["identity", "shape", "appearance #8a2be2", "result"]
    tile = words.side_by_side()["appearance #8a2be2"]
    assert to_bytes(tile)[0, :, 0, 0].tolist() == [0x8A, 0x2B, 0xE2]
    assert words._repr_png_()[:4] == b"\x89PNG"


def test_another_executor_runs_it(forge):
    with pytest.raises(UserError, match="No plugin makes an executor of 'far://away'"):
        edit("toy", "identity.png", forge=forge, shape="tall", executor="far://away")
