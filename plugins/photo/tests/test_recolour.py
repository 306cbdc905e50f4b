"""Colours of hair and clothing in photographs: the colour asked for, and nothing else touched."""

from __future__ import annotations

from pathlib import Path

import cv2
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


def test_a_hat_is_doubted(forge: Forge, tmp_path: Path) -> None:
    cbook = pytest.importorskip("matplotlib.cbook")
    picture = Image.open(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))  # in a cap
    picture.convert("RGB").save(tmp_path / "hopper.png")
    result = styleforge.edit(
        "hair", tmp_path / "hopper.png", forge=forge, pack="photo", appearance="auburn"
    )
    assert any("The hair in" in note and "may be wrong" in note for note in result.notes)


def test_black_and_white_pictures_take_a_colour(forge: Forge, photos: Path, tmp_path: Path) -> None:
    Image.open(photos / "astronaut.png").convert("L").save(tmp_path / "grey.png")
    result = styleforge.edit(
        "hair", tmp_path / "grey.png", forge=forge, pack="photo", appearance="#7a1f3d"
    )
    red, green, blue = result.photo[0, :, 40, 220].tolist()
    assert red > blue > green


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


@pytest.fixture
def large(photos: Path, tmp_path: Path) -> Path:
    """The portrait with 2,000 pixels to a side: more than are looked at."""
    portrait = Image.open(photos / "astronaut.png")
    portrait.resize((2000, 2000), Image.Resampling.LANCZOS).save(tmp_path / "large.png")
    return tmp_path / "large.png"


def test_a_large_photograph_is_edited_at_its_own_size(
    forge: Forge, photos: Path, large: Path
) -> None:
    ask = {"forge": forge, "pack": "photo", "appearance": "#7a1f3d"}
    result = styleforge.edit("hair", large, **ask)
    before = np.asarray(Image.open(large))
    after = np.asarray(result.picture())
    assert after.shape == before.shape
    assert result.image.shape[-1] < 1200
    changed = (before != after).any(axis=2)
    assert 0.02 < changed.mean() < 0.12
    near = np.asarray(
        Image.fromarray((result.regions["hair"][0, 0] > 0).numpy()).resize((2000, 2000))
    )
    assert not changed[~cv2.dilate(near.astype(np.uint8), np.ones((5, 5))).astype(bool)].any()
    # Strands keep what only the large one shows, and colours are those of the small one.
    small = styleforge.edit("hair", photos / "astronaut.png", **ask).picture()
    again = np.asarray(Image.fromarray(after).resize((512, 512), Image.Resampling.BOX), np.int16)
    inside = np.asarray(Image.fromarray(near).resize((512, 512)))
    assert np.abs(again - np.asarray(small))[inside].mean() < 4
    rough = np.asarray(Image.fromarray(after).resize((900, 900)).resize((2000, 2000)), np.int16)
    fine = np.asarray(Image.open(large).resize((900, 900)).resize((2000, 2000)), np.int16)
    mine, theirs = np.abs(after - rough)[near].mean(), np.abs(before - fine)[near].mean()
    assert mine > 0.5 * theirs


def test_a_mask_painted_over_a_large_photograph_holds_to_the_pixel(
    forge: Forge, large: Path, tmp_path: Path
) -> None:
    paint = np.zeros((2000, 2000), np.uint8)
    paint[301:500, 701:903] = 255
    Image.fromarray(paint).save(tmp_path / "mask.png")
    result = styleforge.edit(
        "hair", large, forge=forge, pack="photo", appearance="#2f6fd6",
        masks={"identity": tmp_path / "mask.png"},
    )  # fmt: skip
    changed = (np.asarray(result.picture()) != np.asarray(Image.open(large))).any(axis=2)
    assert not changed[paint == 0].any()
    assert changed[paint == 255].mean() > 0.98


def test_hair_and_clothing_of_a_large_photograph(forge: Forge, large: Path) -> None:
    result = styleforge.edit(
        "hair+clothing", large, forge=forge, pack="photo", hair_appearance="#2f6fd6",
        clothing_appearance="#2e5d4b",
    )  # fmt: skip
    for x, y in ((220, 35), (150, 330)):
        was = Image.open(large).getpixel((x * 4, y * 4))
        assert result.picture().getpixel((x * 4, y * 4)) != was


def lab_of(result: object, box: tuple[slice, slice]) -> np.ndarray:
    """CIELAB of a part of a result's picture ``(h, w, 3)``."""
    picture = np.asarray(result.picture().convert("RGB"))  # type: ignore[attr-defined]
    return np.asarray(rgb2lab(picture[box] / 255))


def strands(lab: np.ndarray) -> float:
    """How much lightness differs from a pixel to the next."""
    return float(np.abs(np.diff(lab[..., 0], axis=1)).mean())


TOP, FRINGE = np.s_[25:40, 200:240], np.s_[60:72, 190:220]


def test_knobs_do_what_they_say(forge: Forge, photos: Path) -> None:
    who = photos / "astronaut.png"

    def made(**tune: float) -> object:
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


def test_knobs_of_a_large_photograph_are_those_of_a_small_one(
    forge: Forge, photos: Path, large: Path
) -> None:
    ask = {"forge": forge, "pack": "photo", "appearance": "#2f6fd6", "tune": {"roots": 1}}
    small = lab_of(styleforge.edit("hair", photos / "astronaut.png", **ask), np.s_[:, :])
    picture = styleforge.edit("hair", large, **ask).picture().resize((512, 512))
    again = rgb2lab(np.asarray(picture) / 255)
    for box in (TOP, FRINGE):
        assert np.abs(again[box].mean((0, 1)) - small[box].mean((0, 1))).max() < 2


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
