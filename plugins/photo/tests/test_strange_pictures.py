"""Pictures that people have: each gives a result, or a sentence that says what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image
from skimage import data
from styleforge_photo.faces import find_faces
from styleforge_photo.networks import detector

import styleforge
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.prepare.photo import read_photo
from styleforge.run.result import Result

ASTRONAUT = Image.fromarray(data.astronaut())
ORIENTATION = ExifTags.Base.Orientation


def edited(forge: Forge, path: Path, domain: str = "hair", **more: object) -> Result:
    return styleforge.edit(domain, path, forge=forge, pack="photo", appearance="#2f6fd6", **more)  # type: ignore[return-value]


def changed(result: Result, before: Image.Image) -> np.ndarray:
    """Where a result differs from a picture ``(H, W)``."""
    after = np.asarray(result.picture().convert("RGB"), np.int16)
    return np.abs(after - np.asarray(before.convert("RGB"))).max(axis=2) > 8


@pytest.mark.parametrize(
    ("turn", "degrees"),
    [(Image.Transpose.ROTATE_90, 90), (Image.Transpose.ROTATE_270, 270),
     (Image.Transpose.ROTATE_180, 180)],
)  # fmt: skip
def test_a_picture_that_lies_on_its_side_is_edited_as_it_lies(
    forge: Forge, tmp_path: Path, turn: Image.Transpose, degrees: int
) -> None:
    wide = ASTRONAUT.crop((0, 0, 512, 400))
    lying = wide.transpose(turn)
    lying.save(tmp_path / "lying.png")
    here = changed(edited(forge, tmp_path / "lying.png"), lying)
    wide.save(tmp_path / "upright.png")
    there = changed(edited(forge, tmp_path / "upright.png"), wide)
    back = np.rot90(here, -degrees // 90)
    assert (back & there).sum() / (back | there).sum() > 0.8


def test_a_panorama(forge: Forge, tmp_path: Path) -> None:
    scene = Image.fromarray(data.coffee()).resize((4000, 400))
    scene.paste(ASTRONAUT.crop((40, 0, 440, 400)), (2600, 0))
    scene.save(tmp_path / "wide.png")
    result = edited(forge, tmp_path / "wide.png")
    here = changed(result, scene)
    assert result.picture().size == (4000, 400)
    assert here[:, 2600:3000].mean() > 0.05
    assert not here[:, :2600].any()


def test_a_child_of_sixty_pixels_in_a_group(forge: Forge, tmp_path: Path) -> None:
    scene = Image.fromarray(data.coffee()).resize((3000, 2000))
    left = 100
    for face in (300, 60, 280):
        side = round(340 * face / 110)
        scene.paste(ASTRONAUT.crop((60, 0, 400, 340)).resize((side, side)), (left, 1900 - side))
        left += side + 30
    scene.save(tmp_path / "group.png")
    assert len(find_faces(np.asarray(scene))) == 3
    with pytest.raises(UserError, match="shows 3 faces"):
        edited(forge, tmp_path / "group.png")
    here = changed(edited(forge, tmp_path / "group.png", subject=2), scene)
    first = 100 + round(340 * 300 / 110) + 30
    child = np.zeros_like(here)
    child[1900 - 185 : 1900, first : first + 185] = True
    assert here[child].mean() > 0.08
    assert here[~child].mean() < 1e-3


def test_nobody_seen_from_the_front(forge: Forge, tmp_path: Path) -> None:
    """As a profile is: there is nothing that the cascade knows; the network knows profiles."""
    for name in ("cat",) if detector() else ("cat", "camera"):
        picture = Image.fromarray(np.asarray(getattr(data, name)())).convert("RGB")
        picture.save(tmp_path / f"{name}.png")
        with pytest.raises(UserError, match=r"No face was found .* from the front .*--mask FILE"):
            edited(forge, tmp_path / f"{name}.png")


def test_a_bald_head(forge: Forge, tmp_path: Path) -> None:
    """Where hair was there is wall and skin: the result says its doubts."""
    result = edited(forge, astronaut_path(tmp_path))
    hair = (result.regions["hair"][0, 0] > 0.02).numpy()
    bald = np.asarray(ASTRONAUT).copy()
    rows, columns = np.indices(hair.shape)
    skull = (((columns - 225) / 52) ** 2 + ((rows - 105) / 75) ** 2 < 1) & hair
    bald[hair] = (214, 206, 203)
    bald[skull] = (205, 165, 140)
    noise = np.random.default_rng(0).normal(0, 3, bald.shape)
    Image.fromarray((bald + noise).clip(0, 255).astype(np.uint8)).save(tmp_path / "bald.png")
    made = edited(forge, tmp_path / "bald.png")
    assert any(
        "may be wrong, because it is coloured nearly as skin is" in one for one in made.notes
    )


def astronaut_path(folder: Path) -> Path:
    ASTRONAUT.save(folder / "astronaut.png")
    return folder / "astronaut.png"


def test_one_pixel(forge: Forge, tmp_path: Path) -> None:
    Image.new("RGB", (1, 1)).save(tmp_path / "dot.png")
    with pytest.raises(UserError, match="1 x 1 pixels"):
        edited(forge, tmp_path / "dot.png")


def test_cmyk(forge: Forge, tmp_path: Path) -> None:
    ASTRONAUT.convert("CMYK").save(tmp_path / "print.jpg", quality=95)
    result = edited(forge, tmp_path / "print.jpg")
    assert any("CMYK" in note for note in result.notes)
    assert changed(result, ASTRONAUT)[25:60, 190:250].mean() > 0.9


def test_transparency_stays(forge: Forge, tmp_path: Path) -> None:
    cut = ASTRONAUT.convert("RGBA")
    cut.paste((0, 0, 0, 0), (400, 0, 512, 200))
    cut.save(tmp_path / "cut.png")
    made = edited(forge, tmp_path / "cut.png").picture()
    assert made.mode == "RGBA"
    assert made.getpixel((450, 100))[3] == 0
    assert made.getpixel((220, 40))[3] == 255


def test_a_phone_s_heic_held_upright(forge: Forge, tmp_path: Path) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.register_heif_opener()
    wide = ASTRONAUT.crop((0, 0, 512, 400))
    held = Image.Exif()
    held[ORIENTATION] = 6  # a quarter turn to the right shows it
    wide.transpose(Image.Transpose.ROTATE_90).save(
        tmp_path / "phone.heic", exif=held.tobytes(), quality=95
    )
    result = edited(forge, tmp_path / "phone.heic")
    assert result.picture().size == wide.size
    here = changed(result, Image.open(tmp_path / "phone.heic").convert("RGB"))
    assert here[25:60, 190:250].mean() > 0.9
    assert not here[250:].any()


def test_a_phone_s_heic_without_its_package(
    forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.delitem(Image.OPEN, "HEIF", raising=False)
    path = tmp_path / "phone.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64))
    with pytest.raises(UserError, match=r"styleforge\[photos\]"):
        edited(forge, path)


@pytest.mark.slow
def test_a_hundred_megapixels(forge: Forge, tmp_path: Path) -> None:
    large = ASTRONAUT.resize((10_000, 10_000), Image.Resampling.BILINEAR)
    large.save(tmp_path / "large.jpg", quality=80)
    result = edited(forge, tmp_path / "large.jpg")
    assert result.pasted.shape[-2:] == (10_000, 10_000)
    assert result.picture().getpixel((4400, 700)) != large.getpixel((4400, 700))
    with pytest.raises(UserError, match="100"):
        edited(forge, _too_large(tmp_path))


def _too_large(folder: Path) -> Path:
    Image.new("L", (10_100, 10_000)).save(folder / "larger.png")
    return folder / "larger.png"


def in_mode(mode: str) -> Image.Image:
    """The astronaut in a mode that a file can have."""
    grey = np.asarray(ASTRONAUT.convert("L"))
    if mode == "F":
        return Image.fromarray(grey.astype(np.float32) / 255)
    return (
        Image.fromarray(grey.astype(np.uint16) * 257) if mode == "I;16" else ASTRONAUT.convert(mode)
    )


@pytest.mark.parametrize(
    ("mode", "ending"),
    [("1", "png"), ("L", "png"), ("LA", "png"), ("P", "png"), ("P", "gif"), ("RGBA", "png"),
     ("RGBA", "webp"), ("I;16", "png"), ("F", "tif"), ("CMYK", "tif"), ("CMYK", "jpg"),
     ("YCbCr", "jpg"), ("RGB", "jpg"), ("RGB", "webp")],
)  # fmt: skip
def test_the_faces_are_the_same_in_every_mode_and_format(
    tmp_path: Path, mode: str, ending: str
) -> None:
    """A find that hangs on noise is no face: the helmet was one in a JPEG in CMYK alone."""
    in_mode(mode).save(tmp_path / f"a.{ending}")
    read = read_photo(tmp_path / f"a.{ending}").image[0].permute(1, 2, 0).numpy()
    (face,) = find_faces(read, detector())
    assert np.hypot(face.centre[0] - 223, face.centre[1] - 116) < 8
    assert face.side == pytest.approx(102, abs=8)
