"""Transfers and edits of clothing on the portraits pack, against the world's truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from skimage.color import deltaE_ciede2000, rgb2lab
from styleforge_portraits import portraits

import styleforge
from styleforge.cli.app import main
from styleforge.forge import Forge
from styleforge.measure.by_metrics import measure
from styleforge.measure.metrics import lpips, psnr
from styleforge.prepare.pixels import mean_colour
from styleforge.prepare.problem import Problem
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.condition import ImageRef, Swatch
from styleforge.run.job import Job
from styleforge.run.result import Result


def transfer(forge: Forge, **asked: str) -> tuple[Result, Problem]:
    conditions = {f"clothing.{role}": ImageRef(f"gallery:{name}") for role, name in asked.items()}
    recipe = forge.recipe(
        "clothing", pack="portraits", identity=ImageRef("gallery:otto"), conditions=conditions
    )
    job = Job(forge, recipe)
    result = job.result()
    assert job.problem is not None
    return result, job.problem


def wearing(**factors: str) -> str:
    """A portrait of the gallery with these factors, other than otto."""
    for name in portraits.names():
        person = portraits.person(name)
        if name != "otto" and all(getattr(person, key) == one for key, one in factors.items()):
            return name
    raise AssertionError(factors)


def test_stripes_become_dots_of_the_same_colours(forge: Forge) -> None:
    assert portraits.person("otto").pattern == "horizontal"
    dotted = wearing(pattern="dots")
    result, problem = transfer(forge, finer_style=dotted)
    models = problem.models
    truth = models.get("truth")(
        "clothing", identity="gallery:otto", finer_style=f"gallery:{dotted}"
    )
    scores = measure(result.image, truth, problem, forge.domains["clothing"], forge.components)
    before = problem.identity.image
    assert scores["clothing_iou"] > 0.95
    assert scores["identity_psnr"] > 40
    assert scores["truth_lpips"] < 0.5 * float(lpips(before, truth.image, models))
    assert scores["truth_psnr"] > psnr(before, truth.image) + 3


def test_a_neckline_reveals_the_identitys_own_skin(forge: Forge) -> None:
    deep = wearing(neckline="v", pattern="plain")
    result, problem = transfer(forge, shape=deep)
    truth = problem.models.get("truth")(
        "clothing", identity="gallery:otto", shape=f"gallery:{deep}"
    )
    skin = (truth.regions["skin"] > 0.9) & (problem.identity.regions["clothing"] > 0.9)
    assert skin.any()  # otto's neckline is higher
    before = psnr(problem.identity.image, truth.image, skin.float())
    assert psnr(result.image, truth.image, skin.float()) > before + 3
    scores = measure(result.image, truth, problem, forge.domains["clothing"], forge.components)
    assert scores["truth_psnr"] > 25


def test_what_is_not_asked_for_stays(forge: Forge) -> None:
    result, problem = transfer(forge, appearance=wearing(pattern="plain"))
    own = problem.identity
    outside = (own.regions["clothing"] < 0.02).float()
    assert psnr(result.image, own.image, outside) > 30


def test_a_colour_is_the_colour(forge: Forge) -> None:
    result = styleforge.edit(
        "clothing", "gallery:mira", forge=forge, pack="portraits", appearance="#8a2be2"
    )
    inside = result.regions["clothing"][0, 0] > 0.99
    middle = result.image[0, :, inside].median(dim=1).values
    assert torch.allclose((middle + 1) / 2, torch.tensor([138, 43, 226]) / 255, atol=0.05)


@pytest.mark.parametrize(
    ("words", "near"), [("mustard", "#e2b145"), ("teal", "#2f9fa6"), ("rust", "#d9734a")]
)
@pytest.mark.parametrize("preset", ["tailored", "mapper"])
def test_words_for_colours_are_those_colours(
    forge: Forge, preset: str, words: str, near: str
) -> None:
    result = styleforge.edit(
        "clothing", "gallery:mira", forge=forge, pack="portraits", refine=preset, appearance=words
    )
    inside = hard_regions(result.regions)["clothing"]
    found = rgb2lab(mean_colour(result.image, inside))
    wanted = rgb2lab((np.array(Swatch(near).rgb) + 1) / 2)
    assert deltaE_ciede2000(found, wanted) < 20


def test_words_change_what_they_speak_of(forge: Forge) -> None:
    result = styleforge.edit(
        "clothing", "gallery:mira", forge=forge, pack="portraits", finer_style="dotted"
    )
    from styleforge_clothing.retexture import tones

    from styleforge.prepare.problem import Reference

    worn = tones(Reference(image=result.image, regions=result.regions), "clothing")
    assert worn is not None
    assert worn.accent is not None  # mira's is plain


def test_both_commands(tmp_path: Path) -> None:
    out = tmp_path / "a.png"
    common = ["--identity", "gallery:otto", "--pack", "portraits", "-o", str(out)]
    asked = ["--shape", "gallery:mira", "--finer-style", "gallery:noor"]
    run(["transfer", "clothing", *common, *asked])
    assert out.is_file()
    out.unlink()
    run(["edit", "clothing", *common, "--shape", "v-neck", "--appearance", "#336699"])
    assert out.is_file()


def run(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert not ended.value.code


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["loho-fast", "loho-mapped", "mapper"])
def test_the_other_presets_run(forge: Forge, preset: str) -> None:
    recipe = forge.recipe(
        "clothing",
        preset,
        pack="portraits",
        identity=ImageRef("gallery:otto"),
        conditions={"clothing.finer_style": ImageRef("gallery:noor")},
    )
    assert Job(forge, recipe).result().status == "done"
