"""Numbers by which a recolouring is tuned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from looks_of import FRINGE, TOP, lab_of
from PIL import Image
from skimage.color import rgb2lab

import styleforge
from styleforge.cli.app import main
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.run.result import Result


def strands(lab: np.ndarray) -> float:
    """How much lightness differs from a pixel to the next."""
    return float(np.abs(np.diff(lab[..., 0], axis=1)).mean())


def test_knobs_do_what_they_say(forge: Forge, photos: Path) -> None:
    who = photos / "astronaut.png"

    def made(**tune: float) -> Result:
        return styleforge.edit(
            "hair", who, forge=forge, pack="photo", appearance="#2f6fd6", tune=tune
        )

    usual, before = made(), rgb2lab(np.asarray(Image.open(who)) / 255)
    top, fringe = lab_of(usual, TOP), lab_of(usual, FRINGE)
    grey = lab_of(made(saturation=0.2), TOP)
    assert np.hypot(*grey[..., 1:].T).mean() < 0.4 * np.hypot(*top[..., 1:].T).mean()
    assert strands(lab_of(made(contrast=0.2), TOP)) < 0.6 * strands(top)
    assert strands(lab_of(made(contrast=2), TOP)) > 1.4 * strands(top)
    rooted = made(roots=1)
    moved = np.abs(top - before[TOP]).mean(), np.abs(fringe - before[FRINGE]).mean()
    assert np.abs(lab_of(rooted, TOP) - before[TOP]).mean() < 0.35 * moved[0]  # nearly as before
    assert np.abs(lab_of(rooted, FRINGE) - fringe).mean() < 0.35 * moved[1]  # nearly as without
    light = styleforge.edit(
        "hair", who, forge=forge, pack="photo", appearance="black", tune={"tone": 0}
    )
    assert abs(lab_of(light, TOP)[..., 0].mean() - before[TOP][..., 0].mean()) < 3


def test_transfer_is_tuned_too_and_its_picture_is_made_again(
    forge: Forge, photos: Path, tmp_path: Path
) -> None:
    who, out, again = str(photos / "astronaut.png"), tmp_path / "a.png", tmp_path / "b.png"
    asked = ["--identity", who, "--pack", "photo", "--appearance", "#2f6fd6"]
    asked += ["--tune", "roots=0.8", "--tune", "saturation=0.5", "-o", str(out)]
    for command in (["transfer", "hair", *asked], ["reproduce", str(out), "-o", str(again)]):
        with pytest.raises(SystemExit) as ended:
            main(command)
        assert not ended.value.code
    tune = {"roots": 0.8, "saturation": 0.5}
    ask = {"forge": forge, "pack": "photo", "appearance": "#2f6fd6"}
    called = styleforge.transfer("hair", who, tune=tune, **ask)
    made = np.asarray(Image.open(out))
    assert np.array_equal(made, np.asarray(Image.open(again)))
    assert np.array_equal(made, np.asarray(called.picture()))
    plain = np.asarray(styleforge.transfer("hair", who, **ask).picture())
    assert np.abs(made.astype(int) - plain).max() > 30


def test_both_domains_are_tuned_or_nothing_is(forge: Forge, photos: Path) -> None:
    who = photos / "astronaut.png"
    ask = {"hair_appearance": "black", "clothing_appearance": "#2e5d4b", "forge": forge}
    result = styleforge.transfer(
        "hair+clothing", who, preset="recolour", pack="photo", tune={"contrast": 0.3}, **ask
    )
    pastes = [one.start_paste for one in (result.recipe, *result.recipe.also)]
    assert [one.tune for one in pastes if one is not None] == [{"contrast": 0.3}] * 2
    with pytest.raises(UserError, match="loho-fast cannot be tuned"):
        styleforge.transfer(
            "hair", who, preset="loho-fast", shape=who, tune={"roots": 1}, forge=forge
        )


def test_knobs_that_there_are_not_are_refused(
    forge: Forge, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = {"forge": forge, "appearance": "red"}
    with pytest.raises(UserError, match=r"no 'root' to tune; there is .*roots"):
        styleforge.edit("hair", photos / "astronaut.png", pack="photo", tune={"root": 1}, **ask)
    with pytest.raises(UserError, match="roots was tuned to 7; give a number from 0 to 1"):
        styleforge.edit("hair", photos / "astronaut.png", pack="photo", tune={"roots": 7}, **ask)
    with pytest.raises(SystemExit):
        main(["packs", "photo"])
    assert "roots (0 to 1, else 0)" in capsys.readouterr().out
