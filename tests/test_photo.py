"""Colours of files: profiles and transparency, on the way in and on the way out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from profiles import KNOWN, grey_profile, matrix, rgb_profile
from skimage.color import deltaE_ciede2000, rgb2lab
from soft import SOFT, chance, of

from styleforge.prepare.build import build_problem
from styleforge.prepare.images import load_image
from styleforge.prepare.photo import lost, read_photo, storable
from styleforge.recipe.condition import ImageRef
from styleforge.run.job import Job


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
    assert photo.of_result == (f"has the colour profile {name!r}, which the result keeps.",)


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_what_is_not_edited_is_the_files_own(name):
    values = np.random.default_rng(1).integers(
        0, 256, (40, 48, 3), dtype=np.uint8
    )  # some beyond sRGB
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
    assert "the result is in sRGB" in photo.of_result[0]


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
    assert "'Lab'" in photo.of_result[0]


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
    assert "is partly transparent" in photo.of_result[0]
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
    done = np.asarray(replace(photo.colours, room=room).carried(_planes(edited)))
    assert (done[:6, :, 3] == 0).all()
    assert (done[6:12, :, 3] == 255).all()


def test_over_white_it_looks_as_it_was_made():
    photo = read_photo(cut_out())
    edited = of(photo.image).copy()
    edited[9] = np.maximum(edited[9].astype(int) - 20, 130)
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


# --- through a whole run ------------------------------------------------------------------
@pytest.mark.usefixtures("beside_pictures")
def test_a_result_has_the_identitys_colours(forge, pictures, tmp_path):
    values = np.asarray(Image.open(pictures / "identity.png"))
    alpha = np.full(values.shape[:2], 255, np.uint8)
    alpha[0] = 0
    picture = Image.fromarray(values)
    picture.putalpha(Image.fromarray(alpha))
    picture.save(tmp_path / "p3.png", icc_profile=rgb_profile("Display P3"))
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


@pytest.mark.parametrize("kind", ["profile", "alpha"])
def test_rows_are_worked_on_a_few_at_a_time(monkeypatch, kind):
    """What strips give is what the whole gives."""
    picture = cut_out()
    if kind == "profile":
        picture = Image.fromarray(chance(0, 256))
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


@pytest.mark.usefixtures("beside_pictures")
def test_what_a_result_has_is_said_of_the_identity_alone(forge, pictures, tmp_path):
    """It was said of a reference, too: that the result keeps its profile, or is transparent."""
    with Image.open(pictures / "appearance.png") as picture:
        picture.save(tmp_path / "p3.png", icc_profile=rgb_profile("Display P3"))
    for role, said in (("identity", True), ("appearance", False)):
        files = {"identity": "identity.png", "appearance": "appearance.png"}
        files[role] = str(tmp_path / "p3.png")
        recipe = forge.recipe(
            "toy",
            identity=ImageRef(files["identity"]),
            conditions={"toy.appearance": ImageRef(files["appearance"])},
        )
        _, notes = build_problem(forge, recipe)
        assert any("which the result keeps" in note for note in notes) == said
