"""Colours of hair and clothing in photographs: the colour asked for, and nothing else touched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab
from styleforge_photo.recolour import Recolour

import styleforge
from styleforge.cli.app import main
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.prepare.images import to_picture
from styleforge.recipe.condition import Swatch


def rgb(colour: str) -> torch.Tensor:
    return (torch.tensor(Swatch(colour).rgb) + 1) / 2


@pytest.mark.parametrize("colour", ["#0b0a0c", "#4a2a18", "#7a1f3d", "#e0c080", "#2f6fd6"])
def test_what_is_well_lit_has_the_colour(forge: Forge, photos: Path, colour: str) -> None:
    who = photos / "astronaut.png"
    result = styleforge.transfer("hair", who, forge=forge, pack="photo", appearance=colour)
    inside = result.regions["hair"] > 0.9
    tone = Recolour().tone(result.photo, inside)
    lab = [rgb2lab(one.double().numpy()[None, None])[0, 0] for one in (tone, rgb(colour))]
    assert deltaE_ciede2000(*lab) < 8
    light = rgb2lab((result.photo[0].permute(1, 2, 0).double().numpy() + 1) / 2)[..., 0]
    hair = light[inside[0, 0].numpy()]
    assert hair.max() < 99.9  # nothing is blown out
    assert np.percentile(hair, 95) - np.percentile(hair, 5) > 8  # nor flat


def test_what_is_not_asked_for_is_the_files_own_to_the_bit(forge: Forge, photos: Path) -> None:
    who = photos / "astronaut.png"
    result = styleforge.transfer("hair", who, forge=forge, pack="photo", appearance="#2f6fd6")
    before = np.asarray(Image.open(who))
    after = np.asarray(to_picture(result.photo))
    assert after.shape == before.shape
    changed = (before != after).any(axis=2)
    assert 0.02 < changed.mean() < 0.12
    outside = (result.regions["hair"][0, 0] < 1e-3).numpy()
    assert not changed[outside].any()


def test_strength_goes_part_of_the_way(forge: Forge, photos: Path) -> None:
    who = photos / "astronaut.png"
    made = [
        styleforge.transfer(
            "hair", who, forge=forge, pack="photo", appearance="#2f6fd6", strength=share
        ).photo
        for share in (0.0, 0.5, 1.0)
    ]
    torch.testing.assert_close(made[1], (made[0] + made[2]) / 2, rtol=0, atol=2e-2)


def test_a_painted_mask_needs_no_face(forge: Forge, photos: Path, tmp_path: Path) -> None:
    picture = Image.open(photos / "coffee.png")
    paint = Image.new("L", picture.size)
    paint.paste(255, (100, 100, 300, 250))
    paint.save(tmp_path / "mask.png")
    with pytest.raises(UserError, match="No face was found"):
        styleforge.edit(
            "hair", photos / "coffee.png", forge=forge, pack="photo", appearance="#2f6fd6"
        )
    out = tmp_path / "out.png"
    asked = ["edit", "hair", "--identity", str(photos / "coffee.png"), "--pack", "photo"]
    asked += ["--appearance", "#2f6fd6", "--mask", str(tmp_path / "mask.png"), "-o", str(out)]
    with pytest.raises(SystemExit) as ended:
        main(asked)
    assert not ended.value.code
    changed = (np.asarray(Image.open(out).convert("RGB")) != np.asarray(picture)).any(axis=2)
    assert changed[110:240, 110:290].mean() > 0.95
    assert not changed[:90].any()


def test_what_the_pack_cannot_do_is_said_before_the_run(forge: Forge, photos: Path) -> None:
    who = photos / "astronaut.png"
    with pytest.raises(UserError, match=r"cannot do loho of hair: it lacks generator.*recolour"):
        styleforge.transfer("hair", who, forge=forge, pack="photo", preset="loho", appearance="red")
    with pytest.raises(UserError, match=r"recolour changes appearance, and not hair\.shape"):
        styleforge.edit("hair", who, forge=forge, pack="photo", shape="curly")


def test_clothing_is_recoloured_in_words(forge: Forge, photos: Path) -> None:
    who = photos / "astronaut.png"
    result = styleforge.edit("clothing", who, forge=forge, pack="photo", appearance="navy")
    assert result.recipe.method == "recolour"
    x, y = 150, 330  # orange before
    red, _, blue = result.photo[0, :, y, x].tolist()
    assert blue > red


def test_a_vague_outline_is_said(forge: Forge, tmp_path: Path) -> None:
    cbook = pytest.importorskip("matplotlib.cbook")
    picture = Image.open(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))  # in a cap
    picture.convert("RGB").save(tmp_path / "hopper.png")
    result = styleforge.edit(
        "hair", tmp_path / "hopper.png", forge=forge, pack="photo", appearance="auburn"
    )
    assert any("outline of the hair" in note and "vague" in note for note in result.notes)


def test_black_and_white_pictures_take_a_colour(forge: Forge, photos: Path, tmp_path: Path) -> None:
    Image.open(photos / "astronaut.png").convert("L").save(tmp_path / "grey.png")
    result = styleforge.edit(
        "hair", tmp_path / "grey.png", forge=forge, pack="photo", appearance="#7a1f3d"
    )
    red, green, blue = result.photo[0, :, 40, 220].tolist()
    assert red > blue > green


def test_the_demo_writes_a_sheet_of_its_colours(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["demo", "photo", "-o", str(tmp_path / "demo")])
    assert not ended.value.code
    names = {path.name for path in (tmp_path / "demo").iterdir()}
    assert names == {"sheet.png", *(f"appearance-{number}.png" for number in range(1, 6))}


def test_of_several_people_it_says_who_is_edited(
    forge: Forge, photos: Path, tmp_path: Path
) -> None:
    one = np.asarray(Image.open(photos / "astronaut.png"))[:, 60:400]
    Image.fromarray(np.concatenate([one, one], axis=1)).save(tmp_path / "two.png")
    result = styleforge.edit(
        "hair", tmp_path / "two.png", forge=forge, pack="photo", appearance="#7a1f3d"
    )
    assert any("shows 2 faces" in note for note in result.notes)


def test_a_large_photograph_keeps_its_size(
    forge: Forge, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packs that align look at a smaller copy of it; here the copy would be the result."""
    monkeypatch.setattr("styleforge.prepare.geometry.LARGE", 100_000)
    before = Image.open(photos / "astronaut.png")
    before.save(tmp_path / "large.png")
    result = styleforge.edit(
        "hair", tmp_path / "large.png", forge=forge, pack="photo", appearance="#7a1f3d"
    )
    assert tuple(result.photo.shape[-2:]) == (512, 512)
