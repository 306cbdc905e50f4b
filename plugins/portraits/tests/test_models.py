"""The pack's networks: shapes, protocols, weights on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from styleforge_portraits import world
from styleforge_portraits.models.inverter import InverterNet
from styleforge_portraits.models.landmarks import LandmarkNet
from styleforge_portraits.models.latent import code_to_z, directions, z_to_code
from styleforge_portraits.models.perception import FactorReader
from styleforge_portraits.models.regions import REGIONS, RegionNet, mean_iou
from styleforge_portraits.models.weights import fill, load_card, load_weights, save_weights
from styleforge_portraits.training.augment import move, move_points, similarities

from styleforge.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_factors_lie_in_z() -> None:
    rotation = directions()
    torch.testing.assert_close(rotation @ rotation.t(), torch.eye(512), atol=1e-4, rtol=0)
    code = torch.randn(3, world.CODE_WIDTH, generator=torch.Generator().manual_seed(0))
    z = code_to_z(code)
    torch.testing.assert_close(z.norm(dim=1), torch.full((3,), 512**0.5))
    torch.testing.assert_close(z_to_code(z, world.CODE_WIDTH), code, atol=1e-4, rtol=1e-4)


def test_regions_at_the_pictures_size() -> None:
    assert REGIONS == world.REGIONS
    network = RegionNet(widths=(4, 8, 8)).eval()
    with torch.no_grad():
        found = network(torch.zeros(2, 3, 120, 90))
    assert found.shape == (2, 5, 120, 90)
    torch.testing.assert_close(found.sum(1), torch.ones(2, 120, 90))


def test_mean_iou_by_hand() -> None:
    truth = torch.tensor([[0, 0], [1, 1]])
    found = torch.tensor([[0, 1], [1, 1]])
    iou = mean_iou(found, truth, 2)
    torch.testing.assert_close(iou, torch.tensor([1 / 2, 2 / 3], dtype=torch.float64))


def test_landmarks_of_any_aspect_lie_in_the_picture() -> None:
    network = LandmarkNet(widths=(4, 8, 8)).eval()
    with torch.no_grad():
        found = network(torch.zeros(1, 3, 200, 100))
    assert found.shape == (1, 68, 2)
    assert float(found[..., 1].max()) < 200


def test_points_move_with_the_picture() -> None:
    side = 64
    image = torch.zeros(1, 1, side, side)
    image[0, 0, 20, 40] = 1
    point = torch.tensor([[[40.5, 20.5]]])
    maps = similarities(np.random.default_rng(3), 1, scales=(0.9, 1.1))
    moved = move(image, maps)[0, 0]
    mass = moved / moved.sum()
    axis = torch.arange(side) + 0.5
    centre = torch.stack(((mass.sum(0) * axis).sum(), (mass.sum(1) * axis).sum()))
    torch.testing.assert_close(move_points(point, maps, side)[0, 0], centre, atol=0.3, rtol=0)


def test_folding_the_norm_changes_nothing() -> None:
    reader = FactorReader(7, 5, (2, 2, 3, 3, 3))
    image = torch.randn(4, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    reader(image)
    reader.eval()
    layers = ("relu1_1", "relu3_3", "relu5_3")
    wanted, found = reader.vgg(image, layers), reader.plain()(image, layers)
    for name in layers:
        torch.testing.assert_close(found[name], wanted[name], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("side", [64, 128, 200])
def test_an_inverter_reads_coordinates_along_the_directions_of_w(side: int) -> None:
    span = torch.linalg.qr(torch.randn(512, 90, generator=torch.Generator().manual_seed(0))).Q.t()
    network = InverterNet(span, 14, widths=(4, 6, 8, 8, 8)).eval()
    image = torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(1)) * 2 - 1
    with torch.no_grad():
        read, found = network.read(image), network(image)
    assert read.shape == (2, 90)
    assert found.shape == (2, 14, 512)
    assert torch.equal(found, found[:, :1].expand(-1, 14, -1))
    torch.testing.assert_close(found[:, 0] @ span.t(), read, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(found[:, 0], read @ span, atol=1e-5, rtol=0)


def test_weights_round_trip_and_missing_ones(tmp_path: Path) -> None:
    network = torch.nn.Conv2d(2, 3, 1)
    save_weights(network.state_dict(), "tiny", {"model": "tiny"}, tmp_path)
    other = fill(lambda: torch.nn.Conv2d(2, 3, 1), "tiny", tmp_path)
    torch.testing.assert_close(other.weight, network.weight.half().float())
    assert not other.weight.requires_grad
    assert load_card("tiny", tmp_path) == {"model": "tiny"}
    with pytest.raises(UserError, match="train them"):
        load_weights("absent", tmp_path)
