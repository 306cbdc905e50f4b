"""The poser: its flow is where things come from, and the trained one fits hair to heads."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from styleforge_portraits import portraits, world
from styleforge_portraits.models.loading import load_poser, load_regions
from styleforge_portraits.models.poser import POSED, PoserNet, pixels
from styleforge_portraits.training.pairs import build_pairs, load_pairs
from styleforge_portraits.training.poser import bend, curvature

from styleforge.evaluate.statistics import mean_of
from styleforge.measure.metrics import region_iou
from styleforge.pack.protocols import Poser

if TYPE_CHECKING:
    from pathlib import Path


def test_untrained_it_bends_nothing() -> None:
    network = PoserNet().eval()
    torch.nn.init.zeros_(network.net.head.bias)
    assert isinstance(network, Poser)
    image, soft = torch.rand(1, 3, 64, 64), torch.rand(1, 5, 64, 64)
    where = network(image, soft, image, soft, "hair")
    assert torch.allclose(where[0], pixels(64, 64), atol=1e-4)


def test_bending_takes_pixels_from_where_the_flow_says() -> None:
    planes = torch.rand(1, 2, 32, 32)
    flow = torch.zeros(1, 2, 8, 8)
    flow[:, 0] = 4 / 32  # four pixels further right
    assert torch.allclose(bend(planes, flow)[..., :28], planes[..., 4:], atol=1e-5)
    assert curvature(flow) == 0


def test_pairs_hold_the_true_answer(
    people_on_disk: tuple[Path, list[world.Person]],
) -> None:
    folder, people = people_on_disk
    build_pairs(folder, train=4, held=3, processes=1)
    pairs = load_pairs(folder)["held"]
    reference, identity, kind = pairs.rows[0]
    donor = world.decode(world.encode(people[reference]))
    answer = world.truth(
        world.decode(world.encode(people[identity])),
        shape=donor, appearance=donor, finer_style=donor, domain=POSED[kind],
    )  # fmt: skip
    difference = pairs.images[0].astype(int) - world.render(answer, 128).image.astype(int)
    assert abs(difference).max() <= 2
    assert len(load_pairs(folder)["train"].rows) == 4


def test_a_part_of_the_pairs_is_the_same_whatever_else_was_rendered(
    people_on_disk: tuple[Path, list[world.Person]],
) -> None:
    folder, _ = people_on_disk
    build_pairs(folder, train=3, held=2, processes=1)
    once = load_pairs(folder)["train"]
    (folder / "train" / "pairs.npz").unlink()  # as where the rendering was stopped in between
    build_pairs(folder, train=3, held=2, processes=1)
    again = load_pairs(folder)["train"]
    np.testing.assert_array_equal(once.rows, again.rows)
    np.testing.assert_array_equal(once.images, again.images)


@pytest.mark.parametrize("region", POSED)
def test_the_trained_one_comes_closer_to_the_truth(region: str) -> None:
    """On gallery people, whose codes it has not seen."""
    provider, poser = load_regions(), load_poser()
    found = {"as it is": [], "bent": []}
    people = {name: portraits.person(name) for name in ("mira", "noor", "otto", "lena", "sami")}
    images = {
        name: torch.from_numpy(world.render(person, 256).image).permute(2, 0, 1)[None] / 127.5 - 1
        for name, person in people.items()
    }
    soft = {name: provider(image) for name, image in images.items()}
    for one, two in permutations(people, 2):
        where = poser(images[one], soft[one], images[two], soft[two], region)
        mask = soft[one][:, list(provider.names).index(region)][:, None]
        grid = 2 * where.permute(0, 2, 3, 1) / 256 - 1
        bent = torch.nn.functional.grid_sample(mask, grid, align_corners=False)
        truth = world.truth(people[two], shape=people[one], domain=region)
        answer = torch.from_numpy(world.render(truth, 256).regions[region])[None, None]
        found["as it is"].append(region_iou(mask, answer))
        found["bent"].append(region_iou(bent, answer))
    gained = mean_of(np.subtract(found["bent"], found["as it is"]))
    assert gained.low > 0.01  # the paired interval: clothing lies right as it is on many
