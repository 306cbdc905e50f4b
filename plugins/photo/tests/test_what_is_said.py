"""What the pack says of itself and of pictures: its demo, what it cannot do, doubts."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

import styleforge
from styleforge.cli.app import main
from styleforge.errors import UserError
from styleforge.forge import Forge


def test_the_demo_writes_a_sheet_of_its_colours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["demo", "photo", "-o", str(tmp_path / "demo")])
    assert not ended.value.code
    names = {path.name for path in (tmp_path / "demo").iterdir()}
    assert names == {"sheet.png", *(f"appearance-{number}.png" for number in range(1, 6))}
    said = "styleforge edit hair --pack photo --identity me.jpg --appearance"
    assert said in capsys.readouterr().out


def test_packs_say_where_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["packs", "photo"])
    assert "`styleforge demo photo`" in capsys.readouterr().out


def test_what_the_pack_cannot_do_is_said_before_the_run(forge: Forge, photos: Path) -> None:
    who = photos / "astronaut.png"
    with pytest.raises(UserError, match=r"cannot do loho of hair: it lacks generator.*recolour"):
        styleforge.transfer("hair", who, forge=forge, pack="photo", preset="loho", appearance="red")
    with pytest.raises(UserError, match=r"recolour changes appearance, and not hair\.shape"):
        styleforge.edit("hair", who, forge=forge, pack="photo", shape="curly")


def test_a_hat_is_doubted(forge: Forge, tmp_path: Path) -> None:
    cbook = pytest.importorskip("matplotlib.cbook")
    picture = Image.open(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))  # in a cap
    picture.convert("RGB").save(tmp_path / "hopper.png")
    result = styleforge.edit(
        "hair", tmp_path / "hopper.png", forge=forge, pack="photo", appearance="auburn"
    )
    assert any("The hair in" in note and "may be wrong" in note for note in result.notes)


def test_a_swatch_as_a_reference_is_told_as_a_colour(
    forge: Forge, photos: Path, tmp_path: Path
) -> None:
    Image.new("RGB", (64, 64), "#7a1f3d").save(tmp_path / "swatch.png")
    ask = {"forge": forge, "pack": "photo"}
    with pytest.raises(UserError, match=r"No face.*It shows one colour.*ask for it: '#7a1f3d'"):
        styleforge.edit("hair", photos / "astronaut.png", appearance=tmp_path / "swatch.png", **ask)
    with pytest.raises(UserError, match="No face") as refused:
        styleforge.edit("hair", photos / "coffee.png", appearance="red", **ask)
    assert "one colour" not in str(refused.value)
