"""Photographs that show several people: which one is edited."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import styleforge
from styleforge.cli.app import main
from styleforge.errors import UserError
from styleforge.forge import Forge


@pytest.fixture
def two(photos: Path, tmp_path: Path) -> Path:
    """Two people beside each other, of one size."""
    one = np.asarray(Image.open(photos / "astronaut.png"))[:, 60:400]
    Image.fromarray(np.concatenate([one, one], axis=1)).save(tmp_path / "two.png")
    return tmp_path / "two.png"


def test_one_of_two_people_is_chosen(forge: Forge, two: Path) -> None:
    before = np.asarray(Image.open(two))
    for number, mine in ((1, slice(0, 340)), (2, slice(340, 680))):
        result = styleforge.edit(
            "hair", two, forge=forge, pack="photo", appearance="#7a1f3d", subject=number
        )
        changed = (np.asarray(result.picture()) != before).any(axis=2)
        assert changed[:, mine].mean() > 0.05
        assert changed.mean() == pytest.approx(changed[:, mine].mean() / 2, abs=0.005)
    with pytest.raises(UserError, match="shows only 2 faces, but number 3"):
        styleforge.edit("hair", two, forge=forge, pack="photo", appearance="red", subject=3)


def test_of_two_alike_one_has_to_be_chosen(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = two.with_name("out.png")
    asked = ["edit", "hair", "--identity", str(two), "--pack", "photo", "--appearance", "red"]
    with pytest.raises(SystemExit) as ended:
        main([*asked, "-o", str(out)])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "shows 2 faces" in said
    assert "--subject 2" in said
    assert "out-subjects.png shows their numbers" in said
    drawn = np.asarray(Image.open(two.with_name("out-subjects.png")).convert("RGB"))
    assert drawn.shape == (512, 680, 3)
    assert (drawn != np.asarray(Image.open(two))).any(axis=2).mean() > 0.005
    with pytest.raises(SystemExit) as ended:
        main([*asked, "--subject", "2", "-o", str(out)])
    assert not ended.value.code


def test_of_two_the_larger_is_edited_and_told(forge: Forge, photos: Path, tmp_path: Path) -> None:
    scene = Image.new("RGB", (700, 512), (120, 130, 140))
    portrait = Image.open(photos / "astronaut.png").crop((60, 0, 400, 340))
    scene.paste(portrait.resize((170, 170)), (20, 300))
    scene.paste(portrait, (300, 172))
    scene.save(tmp_path / "uneven.png")
    result = styleforge.edit(
        "hair", tmp_path / "uneven.png", forge=forge, pack="photo", appearance="#7a1f3d"
    )
    assert any("shows 2 faces, and the largest, number 2" in note for note in result.notes)
    changed = (np.asarray(result.picture()) != np.asarray(scene)).any(axis=2)
    assert not changed[:, :200].any()
