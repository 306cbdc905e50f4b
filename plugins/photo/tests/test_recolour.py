"""Colours of hair and clothing in photographs: the colour asked for, and nothing else touched."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from looks_of import TOP, lab_of, rgb
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab
from styleforge_photo.recolour import Recolour

import styleforge
from styleforge.cli.app import main
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.prepare.images import to_picture


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
    Image.new("L", picture.size).save(tmp_path / "black.png")
    with pytest.raises(UserError, match=r"black\.png marks 0\.0% of .*coffee\.png"):
        styleforge.edit(
            "hair", photos / "coffee.png", forge=forge, pack="photo", appearance="#2f6fd6",
            masks={"identity": tmp_path / "black.png"},
        )  # fmt: skip
    out = tmp_path / "out.png"
    asked = ["edit", "hair", "--identity", str(photos / "coffee.png"), "--pack", "photo"]
    asked += ["--appearance", "#2f6fd6", "--mask", str(tmp_path / "mask.png"), "-o", str(out)]
    with pytest.raises(SystemExit) as ended:
        main(asked)
    assert not ended.value.code
    changed = (np.asarray(Image.open(out).convert("RGB")) != np.asarray(picture)).any(axis=2)
    assert changed[110:240, 110:290].mean() > 0.95
    assert not changed[:90].any()


def test_clothing_is_recoloured_in_words(forge: Forge, photos: Path) -> None:
    who = photos / "astronaut.png"
    result = styleforge.edit("clothing", who, forge=forge, pack="photo", appearance="navy")
    assert result.recipe.method == "recolour"
    x, y = 150, 330  # orange before
    red, _, blue = result.photo[0, :, y, x].tolist()
    assert blue > red


def test_black_and_white_pictures_take_a_colour(forge: Forge, photos: Path, tmp_path: Path) -> None:
    Image.open(photos / "astronaut.png").convert("L").save(tmp_path / "grey.png")
    result = styleforge.edit(
        "hair", tmp_path / "grey.png", forge=forge, pack="photo", appearance="#7a1f3d"
    )
    red, green, blue = result.photo[0, :, 40, 220].tolist()
    assert red > blue > green


def test_black_to_blonde_and_back_is_no_mud(forge: Forge, photos: Path, tmp_path: Path) -> None:
    """Lightness and hue arrive both ways, and strands are still there."""
    ask = {"forge": forge, "pack": "photo"}
    black = styleforge.edit("hair", photos / "astronaut.png", appearance="black", **ask)
    black.save(tmp_path / "black.png")
    blonde = styleforge.edit("hair", tmp_path / "black.png", appearance="blonde", **ask)
    light = lab_of(blonde, TOP)
    assert light[..., 0].mean() > 70
    assert light[..., 2].mean() > 12  # yellow, and no grey
    assert light[..., 0].std() > 2
    blonde.save(tmp_path / "blonde.png")
    back = styleforge.edit("hair", tmp_path / "blonde.png", appearance="black", **ask)
    assert lab_of(back, TOP)[..., 0].mean() < 25
    assert np.hypot(*lab_of(back, TOP)[..., 1:].T).mean() < 8


def recoloured(lab: np.ndarray, share: np.ndarray, colour: str) -> np.ndarray:
    """A picture ``(H, W, 3)`` in CIELAB in another colour, in CIELAB."""
    values = cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB)
    image = torch.from_numpy(values).permute(2, 0, 1)[None] * 2 - 1
    made = Recolour()(image, torch.from_numpy(share)[None, None], rgb(colour))
    return cv2.cvtColor((made[0].permute(1, 2, 0).numpy() + 1) / 2, cv2.COLOR_RGB2LAB)


def test_black_hair_before_a_light_wall_has_no_bright_rim_once_it_is_blonde() -> None:
    rows, columns = np.indices((200, 200)).astype(np.float32)
    off = np.hypot(rows - 100, columns - 100)
    share = np.clip((70 - off) / 6, 0, 1)  # a border of six pixels
    strands = 2 * np.sin(columns * 2)
    light = share * (12 + strands) + (1 - share) * 88
    lab = np.stack([light, 0 * light, 0 * light], axis=-1)
    mask = np.clip((72 - off) / 6, 0, 1)  # which holds a little more
    made = recoloured(lab, mask, "#d8b56e")[..., 0]
    inside = np.percentile(made[off < 55], 99)
    assert made[(off > 58) & (off < 66)].max() < inside + 2


def test_strands_in_the_shade_have_the_new_hue() -> None:
    """They had that of brown hair, whose chroma falls with the light: grey mud in pastel pink."""
    light = np.full((40, 40), 45.0)
    light[:, 10:20] = 15
    lab = np.stack([light, 0.1 * light, 0.6 * light], axis=-1)
    made = recoloured(lab, np.ones((40, 40), np.float32), "#f4b8c8")
    hues = np.degrees(np.arctan2(made[..., 2], made[..., 1]))
    assert hues[20, 15] == pytest.approx(hues[20, 30], abs=8)
