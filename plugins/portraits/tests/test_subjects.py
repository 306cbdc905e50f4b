"""Portraits are found wherever they stand, several are numbered, and nothing else is taken."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
import torch
from PIL import Image
from styleforge_portraits import portraits, world

from styleforge.api import edit
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.pack.protocols import SubjectFinder
from styleforge.prepare import geometry
from styleforge.prepare.images import load_image, to_picture, to_tensor
from styleforge.prepare.prepare import prepare


@pytest.fixture(scope="module")
def models():
    return Forge().models("portraits")


def placed(name: str, size: float, middle: tuple[float, float], turn: float, ground):
    portrait = load_image(portraits.path(name))
    scale, angle = size / 256, np.radians(turn)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    x, y = middle
    matrix = np.array([[cos, -sin, x - 128 * (cos - sin)], [sin, cos, y - 128 * (sin + cos)]])
    size = tuple(ground.shape[-2:])
    whole = torch.nn.functional.pad(torch.ones(1, 1, 254, 254), (1, 1, 1, 1))
    alpha = geometry.warp(whole, matrix, size, border="zero")
    return ground * (1 - alpha) + geometry.warp(portrait, matrix, size) * alpha, matrix


def eyes_off(reference, matrix, models) -> float:
    whole = np.array(reference.placement.matrix) @ np.vstack([matrix, [0, 0, 1]])
    eyes = np.array([[256 * x, 256 * y, 1] for x, y in models.pack.alignment.places])
    return float(np.abs(eyes @ whole.T - eyes[:, :2]).max() / 256)


@pytest.mark.parametrize("name", ["noor", "vito", "postcard-ella"])
def test_gallery_pictures_pass_without_a_doubt(models, name):
    reference = prepare(portraits.path(name), models)
    assert not any("may show no portrait" in note for note in reference.notes)
    if not name.startswith("postcard"):
        assert torch.equal(reference.image, load_image(portraits.path(name)))
        assert reference.placement is None


@pytest.mark.parametrize(
    ("size", "middle", "turn"),
    [(140, (95, 300), 0), (260, (420, 180), 90), (200, (300, 200), 180), (220, (250, 210), -45)],
)
def test_a_portrait_is_found_where_it_stands(models, size, middle, turn):
    ground = torch.linspace(-0.5, 0.5, 600).expand(1, 3, 400, 600)
    picture, matrix = placed("cleo", size, middle, turn, ground)
    assert eyes_off(prepare(picture, models), matrix, models) < 0.04


def test_several_are_numbered_from_the_left(models):
    ground = torch.full((1, 3, 256, 512), 0.2)
    left, first = placed("otto", 230, (128, 128), 0, ground)
    both, second = placed("ines", 230, (384, 128), 0, left)
    with pytest.raises(UserError, match=r"shows 2 portraits .*--subject 2 .*subject=2"):
        prepare(both, models)
    assert eyes_off(prepare(both, models, subject=1), first, models) < 0.04
    assert eyes_off(prepare(both, models, subject=2), second, models) < 0.04
    with pytest.raises(UserError, match="shows only 2 portraits, but number 3 was asked for"):
        prepare(both, models, subject=3)


def test_one_of_two_is_edited_and_the_other_stays(tmp_path):
    ground = torch.full((1, 3, 256, 512), 0.2)
    left, _ = placed("otto", 230, (128, 128), 0, ground)
    both, _ = placed("ines", 230, (384, 128), 0, left)
    file = tmp_path / "both.png"
    to_picture(both).save(file)
    with pytest.raises(UserError, match="shows 2 portraits"):
        edit("hair", file, appearance="red")
    with pytest.raises(UserError, match="shows 2 portraits"):
        edit("hair", portraits.path("noor"), shape=file)
    before = np.asarray(Image.open(file), np.int16)
    for number, mine, other in ((1, slice(0, 256), slice(256, 512)),
                                (2, slice(256, 512), slice(0, 256))):  # fmt: skip
        after = np.asarray(edit("hair", file, appearance="red", subject=number).picture(), np.int16)
        moved = np.abs(after - before).max(-1) > 8
        assert moved[:, mine].mean() > 0.02
        assert not moved[:, other].any()
    one = edit("hair", portraits.path("noor"), shape=file, subject={"shape": 1})
    two = edit("hair", portraits.path("noor"), shape=file, subject={"shape": 2})
    assert one.recipe.conditions["hair.shape"].subject == 1
    assert (one.image - two.image).abs().max() > 0.1


@pytest.mark.parametrize("name", ["ada", "bea", "jun"])
def test_a_result_can_be_edited_again(models, name):
    result = edit("hair", portraits.path(name), shape="long", appearance="red")
    again = prepare(result.image, models)
    assert again.placement is None
    assert torch.equal(again.image, result.image)


def test_a_large_photograph_is_searched_at_a_smaller_size(models):
    ground = torch.full((1, 3, 2400, 3000), -0.1)
    picture, matrix = placed("mira", 600, (2200, 900), 0, ground)
    assert eyes_off(prepare(picture, models), matrix, models) < 0.04


def others():
    rng = np.random.default_rng(5)
    y, x = np.mgrid[:256, :256] / 256
    yield "noise", torch.from_numpy(rng.uniform(-1, 1, (1, 3, 256, 256)).astype(np.float32))
    dim = rng.integers(0, 65536, (256, 256)) / 65535
    yield "grey noise", torch.from_numpy(2 * dim - 1).float().expand(1, 3, -1, -1)
    yield "flat", torch.full((1, 3, 300, 300), 0.3)
    rings = np.sin(40 * np.hypot(x - 0.5, y - 0.5))
    yield "rings", torch.from_numpy(rings).float().expand(1, 3, -1, -1)
    person = world.sample(np.random.default_rng(1))
    head = torch.from_numpy(np.asarray(world.render(person, 256).image)).float()
    head = head.permute(2, 0, 1)[None] if head.shape[-1] == 3 else head[None]
    tiles = [tile for row in head.chunk(4, 2) for tile in row.chunk(4, 3)]
    order = rng.permutation(16)
    rows = [torch.cat([tiles[i] for i in order[k : k + 4]], 3) for k in range(0, 16, 4)]
    yield "a portrait in pieces", torch.cat(rows, 2).clamp(-1, 1)


@pytest.mark.parametrize(("name", "picture"), list(others()), ids=[one for one, _ in others()])
def test_what_is_no_portrait_is_refused(models, name, picture):
    with pytest.raises(UserError, match="No portrait was found"):
        prepare(picture, models, name=name)


def test_a_photograph_of_a_person_is_refused_or_doubted(models):
    from pathlib import Path

    import matplotlib as mpl
    from PIL import Image

    path = Path(mpl.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    notes = ()
    with contextlib.suppress(UserError):
        picture = to_tensor(Image.open(path).convert("RGB"))
        notes = prepare(picture, models, name="it").notes
        assert any("may show no portrait" in note for note in notes)


def test_the_finder_satisfies_its_protocol(models):
    assert isinstance(models.get("subjects"), SubjectFinder)
    assert models.get("subjects").noun == "portrait"


@pytest.mark.parametrize("who", ["mira", "amara", "otto"])
def test_a_black_and_white_portrait_is_one(who: str) -> None:
    """The network was trained on colours."""
    models = Forge().models("portraits")
    grey = load_image(portraits.path(who)).mean(1, keepdim=True).expand(-1, 3, -1, -1)
    assert prepare(to_picture(grey), models).placement is None
