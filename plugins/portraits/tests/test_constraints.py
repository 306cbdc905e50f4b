"""What holds of a generator's weights in training, and the distance that it learns from."""

from __future__ import annotations

import torch
from styleforge_portraits import world
from styleforge_portraits.models.detail import CARRIED_FROM
from styleforge_portraits.models.generator import build_generator
from styleforge_portraits.models.latent import directions
from styleforge_portraits.training.constraints import AUDIBLE, hide_rest, silence_above, wake_noise
from styleforge_portraits.training.losses import MATCHED, feature_distance

from styleforge.models.scaling import lpips_input


def test_maps_that_carry_detail_are_audible_and_the_others_silent() -> None:
    generator = build_generator(64)
    generator.convs[-1].noise_strength.data.fill_(0.7)
    wake_noise(generator)
    for conv, shape in zip(generator.convs, generator.noise_shapes, strict=True):
        assert float(conv.noise_strength.detach().abs()) == 0 or shape[0] >= CARRIED_FROM
        if shape[0] >= CARRIED_FROM:
            assert float(conv.noise_strength.detach()) >= AUDIBLE - 1e-6
    assert abs(float(generator.convs[-1].noise_strength.detach()) - 0.7) < 1e-6  # heard already


def test_resolutions_above_the_first_begin_by_changing_nothing() -> None:
    generator = build_generator(64)
    silence_above(generator, 32)
    silent = [not rgb.weight.detach().any() for rgb in generator.rgbs]
    assert silent == [side > 32 for side in generator.resolutions]


def test_the_mapping_network_reads_the_code_and_nothing_else() -> None:
    generator = build_generator(64)
    hide_rest(generator)
    first = generator.mapping.layers[0].weight.detach()
    apart = directions(first.shape[1])
    read, unread = apart[: world.CODE_WIDTH], apart[world.CODE_WIDTH :]
    assert float((first @ unread.t()).abs().max()) < 1e-4
    assert float((first @ read.t()).abs().max()) > 0.01


def test_the_distance_of_features_is_relative_and_pulls_the_picture() -> None:
    class Features:
        """Half of the picture, in every layer."""

        def __call__(self, image, layers):
            return {name: image.abs() / 2 for name in layers}

    image = torch.full((1, 3, 8, 8), 0.5, requires_grad=True)
    target = torch.zeros(1, 3, 8, 8, requires_grad=True)
    distance = feature_distance(Features(), image, target)
    found, truth = (Features()(lpips_input(one), MATCHED)["relu1_2"] for one in (image, target))
    wanted = (found - truth).abs().mean() / truth.mean()
    torch.testing.assert_close(distance, wanted)
    distance.backward()
    assert image.grad.abs().sum() > 0
    assert target.grad is None
