"""The exact colour of a region: reached inside the mask, nothing touched outside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from styleforge.compose.colours import named_colour, palette
from styleforge.compose.target import target_colour
from styleforge.compose.tint import tinted
from styleforge.forge import Forge
from styleforge.pack.models import Models
from styleforge.prepare.pixels import colour_distance, mean_colour
from styleforge.prepare.problem import Problem
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.condition import ImageRef, Swatch, Text
from styleforge.recipe.starts import Mapped, Towards
from styleforge.testing import toy

PLACE = (0.5, 0.42, 0.26, 0.30)


def picture(seed: int = 0) -> torch.Tensor:
    noise = torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(seed))
    return (0.1 * noise - 0.2).clamp(-1, 1)


def test_the_mean_becomes_the_colour_inside_the_mask_only():
    image, mask = picture(), torch.zeros(1, 1, 16, 16)
    mask[..., :8, :] = 1
    colour = torch.tensor([0.55, 0.35, 0.6])
    found = tinted(image, mask, colour)
    assert mean_colour(found, mask) == pytest.approx(colour.numpy(), abs=1e-3)
    assert torch.equal(found[..., 8:, :], image[..., 8:, :])
    assert found[..., :8, :].std(dim=(2, 3)).min() > 0.5 * image[..., :8, :].std(dim=(2, 3)).min()


def test_share_goes_part_of_the_way_and_an_empty_mask_changes_nothing():
    image, colour = picture(), torch.tensor([0.7, 0.5, 0.5])
    everywhere = torch.ones(1, 1, 16, 16)
    half = mean_colour(tinted(image, everywhere, colour, 0.5), everywhere)
    middle = (mean_colour(image, everywhere) + colour.numpy()) / 2
    assert half == pytest.approx(middle, abs=1e-3)
    assert torch.equal(tinted(image, everywhere * 0, colour), image)


@pytest.mark.parametrize("colour", [(1.0, 1.0, 0.0), (1.0, 1.0, 1.0), (0.0, 1.0, 1.0)])
def test_a_colour_at_the_end_of_a_screen_s_range_keeps_the_shading_that_its_mean_allows(colour):
    """As much as there can be where the mean is less than 2 (CIEDE2000) off."""
    noise = torch.randn(1, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    strands = (0.3 * noise - 0.3).clamp(-1, 1).expand(-1, 3, -1, -1)
    target = torch.tensor(colour)
    found = tinted(strands, torch.ones(1, 1, 16, 16), target)
    mean = ((found + 1) / 2).mean((0, 2, 3)).numpy()
    assert 1.5 < float(colour_distance(mean, target.numpy())) < 2


@pytest.fixture
def problem(forge: Forge):
    return toy.toy_problem(forge.models("toy"))


def asked(forge: Forge, **changes):
    return forge.recipe("toy", "toy-mapper", pack="toy", **changes)


def test_swatches_pictures_and_words_name_a_colour(forge, problem):
    swatch = asked(forge, conditions={"toy.appearance": Swatch("#336699")}, strengths={})
    found = target_colour(problem, swatch, forge)
    assert found is not None
    assert found[0].tolist() == pytest.approx([0.2, 0.4, 0.6], abs=1e-6)
    by_picture = asked(forge, conditions={"toy.appearance": ImageRef("x.png")})
    assert target_colour(problem, by_picture, forge) is not None
    words = forge.models("toy").get("embedding").embed_text(["tall"])
    described = Problem(problem.models, problem.references, {"appearance": words})
    by_words = target_colour(
        described, asked(forge, conditions={"toy.appearance": Text("tall")}), forge
    )
    assert by_words is not None
    assert torch.equal(by_words[0], named_colour(problem.models, words, "thing"))


def test_words_stand_for_the_colour_whose_patch_is_nearest():
    class Encoder:
        """Embeds a picture as the colour in its middle, words as what is looked up."""

        calls = 0

        def embed_image(self, image):
            self.calls += 1
            middle = image[:, :, image.shape[-2] // 2, image.shape[-1] // 2]
            return torch.nn.functional.normalize(middle, dim=1)

    models = Models(toy.toy_pack())
    models._loaded["embedding"] = Encoder()
    wanted = torch.nn.functional.normalize(torch.tensor([[0.9, -0.8, -0.8]]), dim=1)
    found = named_colour(models, wanted, PLACE)
    assert found[0] > found[1] + 0.25
    assert found[0] > found[2] + 0.25
    named_colour(models, wanted, PLACE)
    assert models.get("embedding").calls == 1
    colours = palette()
    assert len(colours) > 100
    assert colours.min() >= 0
    assert colours.max() <= 1


def own_colour(problem):
    identity = problem.identity
    return mean_colour(identity.image, hard_regions(identity.regions)["thing"])


def test_without_a_colour_asked_for_the_identity_s_own_is_held(forge, problem):
    shape = asked(forge, conditions={"toy.shape": Text("tall")})
    found = target_colour(problem, shape, forge)
    assert found is not None
    assert found[0].numpy() == pytest.approx(own_colour(problem), abs=1e-6)
    assert found[1] == 1
    identity = problem.identity
    gone = {name: one * (name != "thing") for name, one in identity.regions.items()}
    bald = {**problem.references, "identity": replace(identity, regions=gone)}
    without = replace(problem, references=bald)
    assert target_colour(without, shape, forge) is None


def test_a_strength_goes_from_the_identity_s_colour_to_the_asked_one(forge, problem):
    conditions = {"toy.appearance": Swatch("#336699")}
    recipe = asked(forge, conditions=conditions, strengths={"toy.appearance": 0.5})
    found = target_colour(problem, recipe, forge)
    assert found is not None
    middle = (own_colour(problem) + np.array([0.2, 0.4, 0.6])) / 2
    assert found[0].numpy() == pytest.approx(middle, abs=1e-6)


def test_a_mixture_goes_from_one_edit_s_colour_to_the_other_s(forge, problem):
    mixed = Mapped(
        region="thing", towards=Towards(conditions={"toy.appearance": Swatch("#336699")}, at=0.25)
    )
    shape = asked(forge, conditions={"toy.shape": Text("tall")}, start_map=mixed)
    found = target_colour(problem, shape, forge)
    assert found is not None
    between = 0.75 * own_colour(problem) + 0.25 * np.array([0.2, 0.4, 0.6])
    assert found[0].numpy() == pytest.approx(between, abs=1e-6)


def test_an_optimization_is_not_tinted(forge, problem):
    conditions = {"toy.appearance": Swatch("#336699")}
    long = forge.recipe("toy", "toy-loho", pack="toy", conditions=conditions)
    assert target_colour(problem, long, forge) is None


def test_a_mapper_that_is_not_to_tint_keeps_what_the_generator_drew(forge, problem):
    conditions = {"toy.appearance": Swatch("#336699")}
    raw = Mapped(region="thing", tints=False)
    assert target_colour(problem, asked(forge, conditions=conditions), forge) is not None
    plain = asked(forge, conditions=conditions, start_map=raw)
    assert target_colour(problem, plain, forge) is None
