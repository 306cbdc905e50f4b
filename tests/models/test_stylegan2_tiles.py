"""Large maps in tiles, against the same maps as a whole."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from styleforge.models.stylegan2 import Generator, layers, recording, tiles

CHANNELS = {4: 8, 8: 8, 16: 6, 32: 4}


@pytest.fixture(autouse=True)
def low_tiles(monkeypatch):
    monkeypatch.setattr(tiles, "_TILE", 1)  # bytes: as few rows as may be, which are
    monkeypatch.setattr(tiles, "_LEAST", 8)


def generator_of(dtype=torch.float64, clamp=None, constant=(4, 4)) -> Generator:
    torch.manual_seed(0)
    made = Generator(
        32, width=8, mapping_layers=2, channels=CHANNELS, clamp=clamp, constant=constant
    )
    made = made.to(dtype).requires_grad_(False)
    for layer in made.convs:
        layer.noise_strength.fill_(0.3)
        layer.bias.normal_()
    return made


def drawn(generator, count=1, maps=1):
    """Maps and picture of a recording, and the gradients of two cotangents."""
    torch.manual_seed(1)
    dtype = generator.constant.dtype
    latent = torch.randn(count, generator.rows, 8, dtype=dtype)
    made = generator.record(latent, generator.random_noise(count=maps))
    cotangents = torch.randn(2, *made.picture.shape, dtype=dtype)
    of_latent, of_noise = made.pull_back(cotangents, (1,))
    return [*made.maps, made.picture], [of_latent, *of_noise]


def off(found, expected) -> float:
    assert found.shape == expected.shape
    return float((found - expected).norm() / expected.norm())


@pytest.mark.parametrize(("dtype", "most"), [(torch.float64, 1e-13), (torch.float32, 1e-6)])
@pytest.mark.parametrize("constant", [(4, 4), (5, 3), (3, 2)])
@pytest.mark.parametrize(("count", "maps"), [(1, 1), (2, 1), (2, 2)])
def test_tiles_give_what_whole_maps_give(dtype, most, constant, count, maps, monkeypatch):
    generator = generator_of(dtype, constant=constant)
    maps_before, gradients_before = drawn(generator, count, maps)
    monkeypatch.setattr(tiles, "_LARGE", 0)
    maps_now, gradients_now = drawn(generator, count, maps)
    for found, expected in zip(maps_now, maps_before, strict=True):
        assert off(found, expected) < most
    for found, expected in zip(gradients_now, gradients_before, strict=True):
        assert off(found, expected) < 2 * most  # sums through all layers and back


@pytest.mark.parametrize("least", [8, 16])
def test_from_the_level_where_maps_are_large(least, monkeypatch):
    generator = generator_of()
    before = drawn(generator)
    monkeypatch.setattr(tiles, "_LEAST", least)
    monkeypatch.setattr(tiles, "_LARGE", 8000)  # 16 px and more
    for now, whole in zip(drawn(generator), before, strict=True):
        for found, expected in zip(now, whole, strict=True):
            assert off(found, expected) < 1e-13


def test_clamped_maps_in_tiles(monkeypatch):
    generator = generator_of(clamp=0.5)
    latent, noise = torch.randn(1, 8, 8, dtype=torch.float64), generator.random_noise()
    expected = generator.synthesize(latent, noise)
    monkeypatch.setattr(tiles, "_LARGE", 0)
    with torch.no_grad():
        assert off(generator.synthesize(latent, noise), expected) < 1e-13
    assert expected.abs().max() > 0


def test_only_large_maps_go_in_tiles(monkeypatch):
    seen, back = [], []

    def watched(maps, lines):
        seen.append((maps.shape[1], *lines))
        return tiles.windows(maps, lines)

    class Watched(tiles.Haloed):
        def room(self, like):
            back.append(like.shape[1:3])
            return super().room(like)

    monkeypatch.setattr(layers, "windows", watched)
    monkeypatch.setattr(recording, "Haloed", Watched)
    generator = generator_of()
    drawn(generator)
    assert seen == back == []
    monkeypatch.setattr(tiles, "_LARGE", 4 * 32 * 32 * 8)  # bytes of the maps of the last level
    drawn(generator)
    # The inputs of both layers, and on the way back their outputs.
    assert seen == [(6, 4, 4, 4, 4), (4, 8, 8, 8, 8)]
    assert back == [(4, 8)] * 8


def test_a_graph_keeps_whole_maps(monkeypatch):
    monkeypatch.setattr(tiles, "_LARGE", 0)
    monkeypatch.setattr(layers, "windows", None)
    generator = generator_of()
    latent = torch.randn(1, 8, 8, dtype=torch.float64, requires_grad=True)
    picture = generator.synthesize(latent, generator.random_noise())
    (found,) = torch.autograd.grad(picture.sum(), latent)
    assert found.abs().max() > 0


def test_what_is_large():
    like = torch.zeros(1)
    assert tiles.large((1, 128, 256, 256), like)
    assert not tiles.large((2, 64, 256, 256), like)  # of one picture
    assert not tiles.large((1, 128, 256, 256), like.bfloat16())
    assert not tiles.large((1, 128, 256, 256), like.to("meta"))


@pytest.mark.parametrize("height", [8, 9, 15, 17, 24, 1023, 1024])
def test_tiles_cover_a_map(height, monkeypatch):
    monkeypatch.setattr(tiles, "_LARGE", 0)
    monkeypatch.setattr(tiles, "_TILE", 2**21)
    found = tiles.heights((1, 32, height, 1024), torch.zeros(1))
    assert sum(found) == height
    assert set(found[:-1]) <= {found[0]}
    assert min(found) >= 8
    assert tiles.heights((1, 4, 3, 2), torch.zeros(1)) == [3]


@pytest.mark.parametrize("halo", [1, 2])
@pytest.mark.parametrize("rows", [[7], [2, 5], [3, 2, 2], [4, 3]])
def test_tiles_with_their_neighbours_rows(halo, rows):
    maps = torch.randn(2, 3, sum(rows), 4)
    padded = functional.pad(maps, (0, 0, halo, halo))
    haloed, found = tiles.Haloed(halo), []
    for tile in maps.split(rows, dim=2):
        haloed.room(tile).copy_(tile)
        found += haloed.filled()
    found += haloed.last()
    expected = [padded[:, :, one.start : one.stop + 2 * halo] for one in tiles.slices(rows)]
    assert all(torch.equal(*both) for both in zip(found, expected, strict=True))
    assert all(one.is_contiguous(memory_format=torch.channels_last) for one in found)


@pytest.mark.parametrize("rows", [[7], [2, 5], [3, 2, 2], [1, 1, 5]])
def test_a_picture_is_looked_at_through_windows(rows):
    maps = torch.randn(1, 3, 7, 4).contiguous(memory_format=torch.channels_last)
    padded = functional.pad(maps, (0, 0, 1, 1))
    found = [*tiles.windows(maps, rows)]
    for tile, one in zip(found, tiles.slices(rows), strict=True):
        assert torch.equal(tile, padded[:, :, one.start : one.stop + 2])
    inner = found[1:-1]  # which are no copies
    assert all(one.untyped_storage().data_ptr() == maps.data_ptr() for one in inner)
    assert [one for _, one in tiles.numbered(maps.split(rows, dim=2))] == [*tiles.slices(rows)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([4, 4, 4, 4], [[4, 4], [4, 4]]),
        ([8, 9], [[8], [9]]),
        ([4, 4, 5], [[4, 4], [5]]),
        ([3], [[3]]),
    ],
)
def test_tiles_that_became_lower_are_joined(rows, expected):
    assert tiles.joined(rows) == expected
