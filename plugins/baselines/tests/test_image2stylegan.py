"""Image2StyleGAN and Image2StyleGAN++: formulas, what moves, and the picture that comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from styleforge_baselines.image2stylegan import crossover_masks
from styleforge_baselines.losses import LAYERS, feature_distance, perceptual
from styleforge_baselines.target import HAIR

from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef
from styleforge.run.job import Job
from styleforge.run.plan import Plan
from styleforge.run.references import views_of


def test_perceptual_is_the_published_sum():
    rng = torch.Generator().manual_seed(1)
    shapes = {"relu1_1": (2, 3, 8, 8), "relu3_2": (2, 5, 4, 4)}
    one = {k: torch.randn(*s, generator=rng, dtype=torch.float64) for k, s in shapes.items()}
    two = {k: torch.randn(*s, generator=rng, dtype=torch.float64) for k, s in shapes.items()}
    expected = 0.0
    for index in range(2):
        for layer in shapes:
            difference = one[layer][index].flatten() - two[layer][index].flatten()
            expected += float(difference.dot(difference)) / difference.numel() / 2
    found = feature_distance(one, two, tuple(shapes))
    assert found.dtype == torch.float64
    assert float(found) == pytest.approx(expected, rel=1e-12)


def test_perceptual_sees_what_the_mask_leaves(scene):
    views = views_of(scene.problem, 32, Plan())
    mine, mask = views["shape"], "shape.hair"
    features = scene.models.get("features")
    where = mine.mask(mask)
    masked = [features(view.image * where, LAYERS) for view in (mine, views["identity"])]
    expected = sum(float((masked[0][layer] - masked[1][layer]).square().mean()) for layer in LAYERS)
    found = perceptual(mine, reference="identity", mask=mask)
    assert float(found) == pytest.approx(expected, rel=1e-12)
    assert float(perceptual(mine, reference="identity")) != pytest.approx(expected)


def test_the_published_steps_and_rates(forge):
    latent, noise = forge.recipe("hair", "i2spp").stages
    assert forge.recipe("hair", "i2s").stages == (latent,)
    assert (latent.steps, latent.moves, latent.schedule.lr) == (5000, ("latent",), 0.01)
    assert (noise.steps, noise.moves, noise.schedule.lr) == (3000, ("noise",), 5.0)
    assert [term.weight for term in latent.objective] == [1.0, 1.0]
    assert noise.objective.labels == ("pixels",)
    for stage in (latent, noise):
        assert stage.schedule.coordinates == "w"
        assert (stage.schedule.exploration, stage.schedule.rampup) == (0.0, 0.0)
        assert not stage.normalize_noise
        assert not stage.fitted


def test_the_crossover_s_masks_are_one_together(forge, scene):
    mine, theirs = crossover_masks(HAIR)
    view = views_of(scene.problem, 32, Plan())["identity"]
    assert torch.allclose(view.mask(mine) + view.mask(theirs), torch.ones(1, dtype=torch.float64))
    assert view.mask(theirs).unique().numel() > 2  # soft


def test_noise_follows_where_the_latent_has_stopped(forge, scene):
    problem = scene.problem
    recipe = forge.recipe("hair", "i2spp", pack="toy")
    faster = [
        replace(stage, steps=25, schedule=replace(stage.schedule, lr=0.1))
        for stage in recipe.stages
    ]
    job = Job(forge, replace(recipe, stages=tuple(faster)), problem)
    history = job.result().history
    pixels = [step["pixels"] for step in history]
    assert pixels[24] < pixels[0]  # W+
    assert pixels[-1] < min(pixels[:25])  # then the noise maps


@pytest.mark.parametrize("preset", ["i2s", "i2spp"])
def test_nothing_can_be_asked_of_a_reconstruction(forge, preset):
    asked = {"hair.shape": ImageRef("her.png")}
    with pytest.raises(UserError, match=r"takes the identity alone, and not hair\.shape"):
        forge.recipe("hair", preset, conditions=asked)


def test_the_crossover_takes_the_shape_alone(forge):
    forge.recipe("hair", "i2spp-crossover", conditions={"hair.shape": ImageRef("her.png")})
    with pytest.raises(UserError, match=r"takes shape alone, and not hair\.appearance"):
        forge.recipe("hair", "i2spp-crossover", conditions={"hair.appearance": ImageRef("h.png")})


@pytest.mark.slow
def test_a_portrait_comes_back(portraits):
    identity = ImageRef("gallery:mira")
    recipe = portraits.recipe("hair", "i2s", pack="portraits", identity=identity).with_steps(120)
    job = Job(portraits, recipe)
    result = job.result()
    error = float((result.image - job.problem.identity.image).square().mean())
    assert 10 * torch.log10(torch.tensor(4 / error)) > 28
