"""StyleCLIP's global directions: style space, relevance, the step, and the measurement's file."""

from __future__ import annotations

import pytest
import torch
from styleforge_baselines.styleclip import measurement
from styleforge_baselines.styleclip.global_directions import GlobalDirections
from styleforge_baselines.styleclip.measurement import Measurement
from styleforge_baselines.styleclip.presets import Loaded
from styleforge_baselines.styleclip.relevance import Relevance, jacobian, measure
from styleforge_baselines.styleclip.style_space import (
    affine_layers,
    counts_of,
    deviations,
    moved,
    random_people,
    styles_of,
)

from styleforge.errors import UserError
from styleforge.models.stylegan2 import Generator
from styleforge.pack.models import Models
from styleforge.recipe.condition import ImageRef, Text
from styleforge.run.job import Job
from styleforge.testing import toy

CHANNELS = {4: 8, 8: 8, 16: 4}
LIKE = torch.zeros(1, dtype=torch.float64)


@pytest.fixture(scope="module")
def generator() -> Generator:
    torch.manual_seed(3)
    made = Generator(16, width=8, mapping_layers=2, channels=CHANNELS)
    return made.double().requires_grad_(False)


class Embedding:
    """Pictures to unit vectors of width 5, by a fixed smooth map."""

    def __init__(self) -> None:
        rng = torch.Generator().manual_seed(4)
        self.weight = torch.randn(5, 3 * 16 * 16, generator=rng, dtype=torch.float64) / 30

    def __call__(self, picture):
        return torch.nn.functional.normalize(
            torch.tanh(picture.flatten(1) @ self.weight.t()), dim=1
        )


@pytest.fixture(scope="module")
def person(generator):
    return random_people(generator, torch.Generator().manual_seed(5), 1, LIKE)


def test_factors_are_those_of_every_layer(generator, person):
    latent, _ = person
    expected = [
        layer.affine.weight * layer.affine.gain @ latent[0, row] + layer.affine.bias
        for row, layer in enumerate(generator.convs)
    ]
    expected += [
        layer.affine.weight * layer.affine.gain @ latent[0, 2 * level + 1] + layer.affine.bias
        for level, layer in enumerate(generator.rgbs)
    ]
    assert torch.allclose(styles_of(generator, latent)[0], torch.cat(expected))
    assert sum(counts_of(generator)) == len(torch.cat(expected))
    with pytest.raises(UserError, match="does not show its style space"):
        affine_layers(object())


def test_moved_factors_are_those_of_another_latent_and_are_put_back(generator, person):
    latent, noise = person
    other = latent + 0.3
    before = generator.synthesize(latent, noise)
    with moved(generator, styles_of(generator, other) - styles_of(generator, latent)):
        there = generator.synthesize(latent, noise)
    assert torch.allclose(there, generator.synthesize(other, noise), atol=1e-10)
    assert torch.equal(generator.synthesize(latent, noise), before)


def test_the_jacobian_is_the_published_difference_to_first_order(generator, person):
    latent, noise = person
    embed = Embedding()
    directions = torch.eye(5, dtype=torch.float64)[:3]
    found = jacobian(generator, embed, latent, noise, directions)  # (3, channels)
    step = 1e-6
    for channel in range(0, found.shape[1], 7):
        offset = torch.zeros(1, found.shape[1], dtype=torch.float64)
        offset[0, channel] = step
        with moved(generator, offset):
            up = embed(generator.synthesize(latent, noise))
        with moved(generator, -offset):
            down = embed(generator.synthesize(latent, noise))
        expected = (up - down)[0, :3] / (2 * step)
        assert torch.allclose(found[:, channel], expected, rtol=1e-5, atol=1e-8)


def test_a_measurement_is_the_mean_over_pictures_in_deviations(generator):
    embed = Embedding()
    done = []
    found = measure(generator, embed, 2, seed=1, like=LIKE, tell=done.append)
    assert done == [1, 2]
    rng = torch.Generator().manual_seed(1)
    spread = deviations(generator, rng, LIKE)
    assert torch.equal(found.deviations, spread)
    assert torch.allclose(found.basis @ found.basis.t(), torch.eye(len(found.basis)).double())
    for _ in range(16):  # of the basis
        random_people(generator, rng, 16, LIKE)
    latents, noise = random_people(generator, rng, 2, LIKE)
    each = [jacobian(generator, embed, one[None], noise, found.basis) * spread for one in latents]
    assert torch.allclose(found.moves, (each[0] + each[1]).t() / 2)


def test_the_step_in_style_space_is_the_published_one():
    rng = torch.Generator().manual_seed(6)
    moves = torch.randn(20, 5, generator=rng, dtype=torch.float64)
    spread = torch.rand(20, generator=rng, dtype=torch.float64) + 0.1
    aim = torch.randn(1, 5, generator=rng, dtype=torch.float64)
    beta = 0.4
    relevance = Relevance(moves, torch.eye(5, dtype=torch.float64), spread, samples=1)
    cosines = [float(one @ aim[0] / one.norm() / aim.norm()) for one in moves]
    kept = [value if abs(value) >= beta else 0.0 for value in cosines]
    most = max(abs(value) for value in kept)
    expected = [value / most * float(sigma) for value, sigma in zip(kept, spread, strict=True)]
    assert 0 < sum(value != 0 for value in kept) < 20
    assert relevance.step(aim, beta)[0].tolist() == pytest.approx(expected, rel=1e-12)
    assert not relevance.step(aim, 1.01).any()


@pytest.fixture(scope="module")
def directions(generator):
    relevance = measure(generator, Embedding(), 2, like=LIKE)
    neutral = {"hair.shape": torch.zeros(1, 5), "hair.appearance": torch.zeros(1, 5)}
    return GlobalDirections(generator, relevance, neutral, like=LIKE, alpha=2.0, beta=0.0)


def test_a_step_of_w_is_the_nearest_in_style_space(directions, generator):
    aim = torch.tensor([[1.0, 0.0, 0.0, 0.0, 0.0]], dtype=torch.float64)
    step = directions.step(aim)
    assert step.shape == (1, 8)
    axes, factors = directions._axes, directions._factors
    assert float(step.norm()) == pytest.approx(2.0 * float(axes.norm(dim=1).mean()))
    spread = directions._relevance.deviations
    wanted = directions._relevance.step(aim, 0.0) / spread
    normal = (factors / spread) @ (factors / spread).t()  # normal equations, written out
    shares = torch.linalg.solve(normal, (factors / spread) @ wanted.t())
    expected = (shares.t() @ axes)[0]
    assert torch.allclose(step[0] / step.norm(), expected / expected.norm(), atol=1e-8)


def test_strength_scales_and_attributes_add_up(directions):
    latent = torch.zeros(1, 6, 8, dtype=torch.float64)
    rng = torch.Generator().manual_seed(8)
    shape, colour = torch.randn(2, 1, 5, generator=rng, dtype=torch.float64)
    asked = {"hair.shape": shape, "hair.appearance": colour}
    alone = [directions(latent, {name: one}) for name, one in asked.items()]
    assert torch.allclose(directions(latent, asked), alone[0] + alone[1])
    half = directions(latent, {"hair.shape": shape}, strengths={"hair.shape": 0.5})
    assert torch.allclose(half, alone[0] / 2)
    assert torch.equal(alone[0][:, 0], alone[0][:, -1])  # the same in all rows


def test_words_that_reach_no_channel_are_refused(directions):
    strict = GlobalDirections.__new__(GlobalDirections)
    strict.__dict__.update(directions.__dict__, _beta=1.01)
    with pytest.raises(UserError, match="No channel of the generator has to do with these words"):
        strict.step(torch.ones(1, 5, dtype=torch.float64))


def test_a_measurement_comes_back_from_its_file_and_is_held_to_its_weights(tmp_path, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path))
    models = Models(toy.toy_pack())
    with pytest.raises(UserError, match=r"was not measured yet\. Measure it with `python -m"):
        measurement.found_for(models)
    relevance = Relevance(torch.ones(3, 2), torch.eye(2, 6), torch.ones(3), samples=4)
    neutral = {"hair.shape": torch.ones(1, 6) / 6**0.5}
    mapper = Loaded("styleclip-global", "hair")
    assert mapper.lacks(models, "hair").startswith("a measurement of its style space (`python -m ")
    path = measurement.own_file("toy")
    measurement.write(path, Measurement(relevance, neutral, measurement.digest_of(models)))
    found = measurement.found_for(models)
    assert mapper.lacks(models, "hair") == ""
    assert found.relevance.samples == 4
    assert torch.equal(found.relevance.moves, torch.ones(3, 2))
    assert list(found.neutral) == ["hair.shape"]
    measurement.write(path, Measurement(relevance, neutral, "another"))
    with pytest.raises(UserError, match="measured with other weights"):
        measurement.found_for(models)
    path.write_bytes(b"nothing")
    with pytest.raises(UserError, match="is no measurement"):
        measurement.found_for(models)


# --- on the embedded pack -----------------------------------------------------------------
def test_what_is_shipped_was_measured_with_the_weights_that_are_shipped(
    portraits, tmp_path, monkeypatch
):
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path))
    found = measurement.found_for(Models(portraits.packs["portraits"]))
    assert found.relevance.samples == 16


def edited(forge, attribute, words):
    recipe = forge.recipe(
        "hair",
        "styleclip-global",
        pack="portraits",
        identity=ImageRef("gallery:mira"),
        conditions={attribute: Text(words)},
    )
    job = Job(forge, recipe)
    return job.result(), job.problem.identity


@pytest.mark.slow
def test_words_about_shape_change_how_much_hair_there_is(portraits):
    shares = []
    for words in ("short", "very long"):
        result, identity = edited(portraits, "hair.shape", words)
        shares.append(float(result.regions["hair"].mean()))
    own = float(identity.regions["hair"].mean())
    assert shares[0] < 0.9 * own
    assert shares[1] > 1.02 * own


@pytest.mark.slow
def test_words_about_colour_change_the_colour(portraits):
    result, identity = edited(portraits, "hair.appearance", "blue")
    hair = identity.regions["hair"] > 0.9
    pictures = (identity.image, result.image)
    before, after = (one.masked_select(hair).view(3, -1).mean(1) for one in pictures)
    assert after[2] - after[0] > before[2] - before[0] + 0.1  # blue over red
