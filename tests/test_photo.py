"""Colours of files: profiles, transparency and depth, on the way in and on the way out."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image
from profiles import KNOWN, grey_profile, matrix, rgb_profile
from skimage.color import deltaE_ciede2000, rgb2lab

from styleforge.errors import UserError
from styleforge.prepare.images import load_image
from styleforge.prepare.photo import lost, read_photo, storable, to_rgb
from styleforge.prepare.prepare import prepare
from styleforge.run.job import Job

RNG = np.random.default_rng(0)
SOFT = RNG.integers(90, 165, (40, 48, 3), dtype=np.uint8)  # colours that sRGB has, too


def true_srgb(values: np.ndarray, name: str) -> np.ndarray:
    """Bytes ``(H, W, 3)`` of a space as bytes of sRGB, by the definitions of both."""
    linear = (values / 255.0) ** KNOWN[name][2]
    srgb = np.array(
        [
            [3.1341359, -1.6173863, -0.4906619],
            [-0.9787955, 1.9162544, 0.0334427],
            [0.0719554, -0.2289768, 1.4053860],
        ]
    )  # fmt: skip  (from XYZ under D50)
    light = (linear @ matrix(name).T @ srgb.T).clip(0, 1)
    shown = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return (shown * 255).round().astype(np.uint8)


def distance(first: np.ndarray, second: np.ndarray) -> float:
    return float(deltaE_ciede2000(rgb2lab(first), rgb2lab(second)).max())


def of(image: torch.Tensor) -> np.ndarray:
    return image[0].permute(1, 2, 0).numpy()


# --- profiles -----------------------------------------------------------------------------
@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "webp"])
@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_profile_is_applied(tmp_path, name, suffix):
    path = tmp_path / f"a.{suffix}"
    how = {"quality": 100, "subsampling": 0} if suffix == "jpg" else {}
    how |= {"lossless": True} if suffix == "webp" else {}
    Image.fromarray(SOFT).save(path, icc_profile=rgb_profile(name), **how)
    own = np.asarray(Image.open(path).convert("RGB"))
    photo = read_photo(path)
    assert distance(of(photo.image), true_srgb(own, name)) < 1.2
    assert distance(own, true_srgb(own, name)) > 1.4  # what ignoring it would have cost
    assert photo.notes == (f"has the colour profile {name!r}, which the result keeps.",)


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_what_is_not_edited_is_the_files_own(name):
    values = RNG.integers(0, 256, (40, 48, 3), dtype=np.uint8)  # some beyond sRGB
    picture = Image.fromarray(values)
    picture.info["icc_profile"] = rgb_profile(name)
    photo = read_photo(picture)
    edited = of(photo.image).copy()
    edited[:20] = (120, 90, 160)
    carried = photo.colours.carried(_planes(edited))
    assert carried.info["icc_profile"] == rgb_profile(name)
    assert np.array_equal(np.asarray(carried)[20:], values[20:])
    again = read_photo(carried)
    assert distance(of(again.image)[:20], edited[:20]) < 1.0


def test_srgb_itself_changes_nothing():
    from PIL import ImageCms

    picture = Image.fromarray(SOFT)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    picture.info["icc_profile"] = profile.tobytes()
    photo = read_photo(picture)
    assert photo.colours is None
    assert photo.notes == ()
    assert np.array_equal(of(photo.image), SOFT)


def test_a_grey_profile_is_applied_and_done_with():
    picture = Image.fromarray(np.full((40, 40), 100, np.uint8))
    picture.info["icc_profile"] = grey_profile(1.0)
    photo = read_photo(picture)
    light = 100 / 255
    right = (1.055 * light ** (1 / 2.4) - 0.055) * 255
    assert np.abs(of(photo.image).astype(float) - right).max() <= 1.5
    assert photo.colours is None
    assert "the result is in sRGB" in photo.notes[0]


@pytest.mark.parametrize(
    ("mode", "data", "said"),
    [
        ("RGB", b"no profile at all", "its colour profile cannot be read"),
        ("RGB", rgb_profile("ProPhoto")[:200], "its colour profile cannot be read"),
        ("CMYK", rgb_profile("ProPhoto"), "its colour profile is for RGB"),
        ("RGB", grey_profile(1.0), "its colour profile is for L"),
    ],
)
def test_a_profile_that_does_not_fit_is_said(mode, data, said):
    picture = Image.fromarray(SOFT).convert(mode)
    picture.info["icc_profile"] = data
    photo = read_photo(picture)
    assert said in " ".join(photo.notes)
    assert "was read as sRGB" in " ".join(photo.notes)
    assert photo.image.shape == (1, 3, 40, 48)


def test_lab():
    lab = Image.new("LAB", (40, 40), (136, 209, 189))  # L 53.2, a 80.1, b 67.2: red
    photo = read_photo(lab)
    assert of(photo.image)[0, 0, 0] > 225
    assert of(photo.image)[0, 0, 1:].max() < 60
    assert "'Lab'" in photo.notes[0]


# --- transparency -------------------------------------------------------------------------
def _planes(values):
    """``(H, W, 3)`` as ``(1, 3, H, W)``."""
    return torch.from_numpy(np.ascontiguousarray(values.transpose(2, 0, 1)))[None]


def cut_out() -> Image.Image:
    alpha = np.zeros((40, 48), np.uint8)
    alpha[10:30] = 255
    alpha[9] = alpha[30] = 128
    picture = Image.fromarray(SOFT)
    picture.putalpha(Image.fromarray(alpha))
    return picture


def test_a_cut_out_stays_one():
    picture = cut_out()
    photo = read_photo(picture)
    assert (of(photo.image)[:9] == 255).all()
    assert "is partly transparent" in photo.notes[0]
    untouched = photo.colours.carried(photo.image)
    assert np.array_equal(np.asarray(untouched), np.asarray(picture))


def test_what_an_edit_adds_to_it_is_opaque():
    photo = read_photo(cut_out())
    edited = of(photo.image).copy()
    edited[4:12] = (30, 60, 200)
    done = np.asarray(photo.colours.carried(_planes(edited)))
    assert (done[4:12] == (30, 60, 200, 255)).all()
    assert (done[:4, :, 3] == 0).all()
    assert np.array_equal(done[12:], np.asarray(cut_out())[12:])
    room = torch.zeros(1, 1, 40, 48, dtype=torch.uint8)
    room[..., 6:, :] = 255
    from dataclasses import replace

    done = np.asarray(replace(photo.colours, room=room).carried(_planes(edited)))
    assert (done[:6, :, 3] == 0).all()
    assert (done[6:12, :, 3] == 255).all()


def test_over_white_it_looks_as_it_was_made():
    photo = read_photo(cut_out())
    edited = of(photo.image).copy()
    edited[9] = np.maximum(edited[9].astype(int) - 20, 130)
    from dataclasses import replace

    kept = replace(photo.colours, room=torch.zeros(1, 1, 40, 48, dtype=torch.uint8))
    again = read_photo(kept.carried(_planes(edited)))
    assert np.abs(of(again.image).astype(int) - edited).max() <= 1


def test_opaque_alpha_is_no_transparency():
    assert read_photo(Image.new("RGBA", (40, 40), (10, 20, 30, 255))).colours is None


def test_a_transparent_colour_of_sixteen_bits(tmp_path):
    values = np.full((40, 40), 40_000, np.uint16)
    values[:20] = 65_535
    Image.fromarray(values).save(tmp_path / "a.png", transparency=65_535)
    photo = read_photo(tmp_path / "a.png")
    assert (photo.colours.alpha[0, 0, :20] == 0).all()
    assert (photo.colours.alpha[0, 0, 20:] == 255).all()


# --- depth --------------------------------------------------------------------------------
@pytest.mark.parametrize("value", [0, 100, 250, 257, 40_000, 65_535])
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_whatever_the_values(tmp_path, value, suffix):
    Image.fromarray(np.full((40, 40), value, np.uint16)).save(tmp_path / f"a.{suffix}")
    assert (read_photo(tmp_path / f"a.{suffix}").image == round(value / 257)).all()


@pytest.mark.parametrize("value", [0.0, 0.002, 0.5, 1.0])
def test_floats_go_from_0_to_1(tmp_path, value):
    Image.fromarray(np.full((40, 40), value, np.float32)).save(tmp_path / "a.tif")
    assert (read_photo(tmp_path / "a.tif").image == round(value * 255)).all()


@pytest.mark.parametrize("values", [(0.0, 200.0), (-0.5, 1.0), (0.0, np.inf), (np.nan, 1.0)])
def test_other_floats_are_refused(values):
    picture = Image.fromarray(np.array([values] * 20, np.float32).repeat(20, axis=1))
    with pytest.raises(UserError, match=r"from 0 to 1 were expected|not numbers"):
        read_photo(picture)
    with pytest.raises(UserError, match="and 16 bits were expected"):
        read_photo(Image.fromarray(np.full((40, 40), 70_000, np.int32)))


@pytest.mark.parametrize(("suffix", "channels"), [("png", 3), ("png", 4), ("tif", 3)])
def test_sixteen_bits_are_read_as_eight_and_said(tmp_path, suffix, channels):
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / f"a.{suffix}"
    deep = RNG.integers(0, 65536, (40, 48, channels), dtype=np.uint16)
    cv2.imwrite(str(path), deep)
    photo = read_photo(path)
    assert photo.notes[0] == "has 16 bits a channel; the result has 8."
    if channels == 3:
        assert np.abs(of(photo.image)[..., ::-1].astype(float) - deep / 257).max() <= 1
    with Image.open(path) as opened:
        assert "has 16 bits a channel; the result has 8." in lost(opened)


def test_grey_of_sixteen_bits_is_said_where_it_is_read():
    deep = Image.new("I;16", (40, 48), 30_000)
    assert read_photo(deep).notes == ("has 16 bits a channel; the result has 8.",)
    assert lost(deep) == ()  # a PNG holds it


# --- in memory as in files ----------------------------------------------------------------
def modes():
    base = Image.fromarray(SOFT)
    for mode in ("1", "L", "P", "RGB", "RGBA", "LA", "PA", "CMYK", "YCbCr", "HSV", "RGBX", "La"):
        yield base.convert("LA").convert(mode) if mode == "La" else base.convert(mode)
    yield Image.fromarray(SOFT[..., 0].astype(np.uint16) * 257)
    yield Image.fromarray(SOFT[..., 0].astype(np.float32) / 255)
    yield Image.fromarray(SOFT[..., 0].astype(np.int32))


@pytest.mark.parametrize("picture", tuple(modes()), ids=lambda one: one.mode)
def test_every_mode_is_read(picture):
    assert to_rgb(picture).size == (48, 40)


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_in_memory_is_turned_as_its_file_is(turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    file = io.BytesIO()
    Image.fromarray(SOFT).save(file, "PNG", exif=exif)
    opened = Image.open(io.BytesIO(file.getvalue()))
    assert torch.equal(read_photo(opened).image, read_photo(file.getvalue()).image)


# --- through a whole run ------------------------------------------------------------------
@pytest.mark.usefixtures("beside_pictures")
def test_a_result_has_the_identitys_colours(forge, pictures, tmp_path):
    values = np.asarray(Image.open(pictures / "identity.png"))
    alpha = np.full(values.shape[:2], 255, np.uint8)
    alpha[0] = 0
    picture = Image.fromarray(values)
    picture.putalpha(Image.fromarray(alpha))
    picture.save(tmp_path / "p3.png", icc_profile=rgb_profile("Display P3"))
    from styleforge.recipe.condition import ImageRef

    recipe = forge.recipe(
        "toy",
        identity=ImageRef(str(tmp_path / "p3.png")),
        conditions={"toy.appearance": ImageRef("appearance.png")},
    ).with_steps(2)
    result = Job(forge, recipe).result()
    assert any("has the colour profile 'Display P3'" in note for note in result.notes)
    assert result.save(tmp_path / "out.png") == ()
    with Image.open(tmp_path / "out.png") as out:
        assert out.mode == "RGBA"
        assert out.info["icc_profile"] == rgb_profile("Display P3")
        opacity = np.asarray(out)[..., 3]
        assert (opacity[0, :3] == 0).all()  # where the edit adds nothing
        assert (opacity[1:] == 255).all()
    shown = load_image(tmp_path / "out.png")
    assert float((shown - result.photo)[..., 1:, :].abs().max()) < 0.06


@pytest.mark.parametrize(("mode", "kept"), [("RGBa", "RGBA"), ("La", "RGBA"), ("PA", "RGBA")])
def test_a_picture_is_stored_with_its_transparency_whatever_its_mode(mode, kept):
    clear = Image.new("LA", (40, 50), (90, 120))
    picture = clear.convert("RGBA").convert(mode) if mode != "La" else clear.convert("La")
    before, stored = read_photo(picture), storable(picture)
    after = read_photo(stored)
    assert stored.mode == kept
    assert torch.equal(after.image, before.image)
    assert torch.equal(after.colours.alpha, before.colours.alpha)
    assert lost(picture) == ()  # what the PNG still has is said when that is read


# --- frames, and strips of large photographs ----------------------------------------------------
def framed(form, count=3, **options):
    kept = io.BytesIO()
    frames = [Image.new("RGB", (40, 50), (60 * number, 20, 90)) for number in range(count)]
    frames[0].save(kept, form, save_all=True, append_images=frames[1:], **options)
    return kept.getvalue()


@pytest.mark.parametrize("form", ["GIF", "TIFF", "WEBP", "PNG"])
def test_of_several_frames_the_first_is_used_and_a_note_says_so(form):
    photo = read_photo(framed(form, **({"lossless": True} if form == "WEBP" else {})))
    assert photo.notes == ("has 3 frames, of which only the first is used.",)
    assert of(photo.image)[0, 0].tolist() == [0, 20, 90]
    assert read_photo(framed(form, count=1)).notes == ()


def test_a_later_frame_that_is_damaged_does_no_harm():
    data = framed("GIF")
    assert read_photo(data[: len(data) - 30]).image.shape == (1, 3, 50, 40)


def test_a_phone_s_preview_is_no_frame():
    assert read_photo(framed("MPO", count=2)).notes == ()


def test_frames_are_noted_in_the_result(models, tmp_path):
    (tmp_path / "many.gif").write_bytes(framed("GIF"))
    reference = prepare(tmp_path / "many.gif", models)
    said = f"{tmp_path / 'many.gif'} has 3 frames, of which only the first is used."
    assert said in reference.notes


@pytest.mark.parametrize("kind", ["profile", "alpha"])
def test_rows_are_worked_on_a_few_at_a_time(monkeypatch, kind):
    """What strips give is what the whole gives."""
    picture = cut_out()
    if kind == "profile":
        picture = Image.fromarray(RNG.integers(0, 256, (40, 48, 3), dtype=np.uint8))
        picture.info["icc_profile"] = rgb_profile("Display P3")
    found = []
    for rows in (1000, 7):
        for module in ("photo", "own_colours"):
            monkeypatch.setattr(f"styleforge.prepare.{module}.ROWS", rows)
        photo = read_photo(picture)
        edited = photo.image.clone()
        edited[..., 5:20, 3:30] = 77
        found.append((of(photo.image), np.asarray(photo.colours.carried(edited))))
    assert np.array_equal(found[0][0], found[1][0])
    assert np.array_equal(found[0][1], found[1][1])
