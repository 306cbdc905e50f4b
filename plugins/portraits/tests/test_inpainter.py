"""The inpainter: holes of any shape and size, and the trained one knows what is under hair."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
import torch
from styleforge_portraits import portraits, world
from styleforge_portraits.models.bald import BALD
from styleforge_portraits.models.inpainter import InpainterNet, PortraitInpainter
from styleforge_portraits.models.loading import load_bald, load_basis, load_inpainter
from styleforge_portraits.training.dataset import Dataset, Part
from styleforge_portraits.training.inpainter import InpainterTrainer, kinds_of
from styleforge_portraits.training.measures import measures
from styleforge_portraits.training.without_hair import build_without_hair, load_without_hair
from torch import Tensor, nn

from styleforge.builtin.inpainters import telea
from styleforge.pack.protocols import Inpainter

if TYPE_CHECKING:
    from pathlib import Path

    from styleforge_portraits.models.bald import Bald


class _Grey(nn.Module):
    """Draws everybody grey."""

    def forward(self, image: Tensor) -> Tensor:
        return torch.zeros_like(image)


@pytest.mark.parametrize("size", [(256, 256), (128, 128), (200, 300)])
def test_only_the_hole_changes_and_what_it_covers_does_not_matter(size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    network = PortraitInpainter(InpainterNet(), cast("Bald", _Grey())).eval()
    assert isinstance(network, Inpainter)
    image, hole = torch.rand(1, 3, *size) * 2 - 1, torch.zeros(1, 1, *size)
    hole[..., 30:60, 40:90] = 1
    other = torch.where(hole > 0, -image, image)
    with torch.no_grad():
        one, two = network(image, hole), network(other, hole)
    covered = (hole > 0).expand_as(one)
    assert torch.equal(one[~covered], image[~covered])
    # another picture under the hole may reach its neighbours where the picture is scaled first
    tolerance = 1e-6 if size[0] in (128, 256) else 0.2
    assert float((one - two)[covered].abs().max()) <= tolerance
    assert float(one.abs().max()) <= 1


def test_bare_people_are_those_with_hair_without_it(
    people_on_disk: tuple[Path, list[world.Person]],
) -> None:
    folder, people = people_on_disk
    build_without_hair(folder, train=3, held=2, processes=1)
    found = load_without_hair(folder)
    assert found["train"][1].shape == (3, len(world.MATERIALS), 64, 64)
    rows, maps = found["held"]
    hair = [k for k, name in enumerate(world.MATERIALS) if name.startswith("hair")]
    assert maps[:, hair].max() == 0
    person = world.decode(world.encode(people[rows[0]]))
    wanted = world.geometry(world.truth(person, shape=BALD), 64).maps
    assert np.abs(maps[0] / 255 - wanted).max() < 0.01


def test_kinds_are_shares_of_backdrop_cloth_and_the_rest() -> None:
    maps = torch.zeros(1, len(world.MATERIALS), 2, 2, dtype=torch.uint8)
    maps[:, world.MATERIALS.index("backdrop"), 0, 0] = 255
    cloth = next(k for k, name in enumerate(world.MATERIALS) if name.startswith("cloth"))
    maps[:, cloth, 0, 1] = 102
    kinds = kinds_of(maps)
    assert kinds[0, :, 0, 0].tolist() == [1, 0, 0]
    torch.testing.assert_close(kinds[0, :, 0, 1], torch.tensor([0, 0.4, 0.6]))
    assert kinds[0, :, 1, 1].tolist() == [0, 0, 1]


def test_anothers_hair_is_that_of_a_person_who_has_some() -> None:
    size, hair = 64, world.REGIONS.index("hair")
    regions = np.zeros((4, len(world.REGIONS), size, size), np.uint8)
    regions[1, hair, :8], regions[3, hair, -8:] = 255, 255  # people 0 and 2 are bald
    maps = np.zeros((4, len(world.MATERIALS), size, size), np.uint8)
    part = Part(np.zeros((4, world.CODE_WIDTH)), {size: maps}, regions, None)
    palettes = np.zeros((1, len(world.MATERIALS), 3))
    data = Dataset({"train": part}, palettes, palettes, np.zeros(1))
    rows, bald = np.array([1, 3]), cast("Bald", _Grey())
    trainer = InpainterTrainer(data=data, bare={"train": (rows, maps[rows])}, bald=bald, side=size)

    first, second = np.array([0]), np.array([1])
    hole = trainer.examples("train", first, np.array([0]), second, 0)[2]
    assert hole[0, 0, :8].min() == 1
    assert hole[0, 0, -8:].min() == 1
    assert hole.mean() == 0.25


def test_the_trained_one_beats_telea_under_hair() -> None:
    network = load_inpainter()
    errors: dict[str, list[float]] = {"network": [], "telea": []}
    for name in ("mira", "noor", "otto"):
        person = portraits.person(name)
        drawn = world.render(person, 256)
        bald = world.render(world.truth(person, shape=BALD), 256)
        image, target = (
            torch.from_numpy(one.image).permute(2, 0, 1)[None].float() / 127.5 - 1
            for one in (drawn, bald)
        )
        hair = torch.from_numpy(drawn.regions["hair"])[None, None]
        hole = (torch.nn.functional.max_pool2d(hair, 9, 1, 4) > 0.02).float()
        for label, fill in (("network", network), ("telea", telea)):
            with torch.no_grad():
                error = ((fill(image, hole) - target).abs() * hole).sum() / hole.sum()
            errors[label].append(float(error))
    assert np.mean(errors["network"]) < 0.7 * np.mean(errors["telea"])


def test_hair_is_taken_away_in_w_and_nothing_else() -> None:
    """The latent without hair is, nearly, that of the same person drawn bald."""
    bald, basis = load_bald(), load_basis()
    people = [portraits.person(name) for name in ("mira", "noor", "otto", "yara")]
    table = [measures(one) for one in people]
    gone = [measures(world.truth(one, shape=BALD)) for one in people]
    w, wanted = (basis.latents(torch.from_numpy(np.stack(one))) for one in (table, gone))
    found = bald.latents(w)
    assert float((found - wanted).norm() / (w - wanted).norm()) < 0.5
    torch.testing.assert_close(bald.latents(found), found, rtol=0, atol=0.5)


def test_the_drawing_beside_the_picture_helps() -> None:
    """The inpainter is nearer to the truth with the generator's drawing than with a grey one."""
    network, with_grey = load_inpainter(), load_inpainter()
    with_grey.bald = cast("Bald", _Grey())
    person = portraits.person("mira")
    drawn = world.render(person, 256)
    image, target = (
        torch.from_numpy(one.image).permute(2, 0, 1)[None].float() / 127.5 - 1
        for one in (drawn, world.render(world.truth(person, shape=BALD), 256))
    )
    hole = (torch.from_numpy(drawn.regions["hair"])[None, None] > 0.02).float()
    with torch.no_grad():
        errors = [
            (((fill(image, hole) - target) * hole) ** 2).sum() for fill in (network, with_grey)
        ]
    assert errors[0] < 0.7 * errors[1]
