"""What holds of a generator's weights in training, and the distance that it learns from."""

from __future__ import annotations

import torch
from styleforge_portraits import world
from styleforge_portraits.models.generator import build_generator
from styleforge_portraits.models.latent import directions
from styleforge_portraits.training.basis import Basis
from styleforge_portraits.training.constraints import (
    hide_rest,
    see_only,
    silence_above,
    silence_noise,
)
from styleforge_portraits.training.perceived import MATCHED, feature_distances

from styleforge.models.scaling import lpips_input


def test_silent_noise_changes_nothing_and_stays_silent() -> None:
    generator = build_generator(32)
    for conv in generator.convs[:-1]:
        conv.noise_strength.data.fill_(0.7)
    silence_noise(generator)
    latent = torch.randn(1, generator.rows, 512, generator=torch.Generator().manual_seed(0))
    one, two = (
        generator.synthesize(latent, generator.random_noise(torch.Generator().manual_seed(seed)))
        for seed in (1, 2)
    )
    torch.testing.assert_close(one, two, rtol=0, atol=0)
    assert not any(conv.noise_strength.requires_grad for conv in generator.convs[:-1])
    assert generator.convs[-1].noise_strength.requires_grad


def test_resolutions_above_the_first_begin_by_changing_nothing() -> None:
    generator = build_generator(64)
    silence_above(generator, 32)
    silent = [not rgb.weight.detach().any() for rgb in generator.rgbs]
    assert silent == [side > 32 for side in generator.resolutions]


def test_styles_read_the_directions_of_people_and_no_others(basis: Basis) -> None:
    generator = build_generator(32).requires_grad_(requires_grad=False)
    see_only(generator, basis)
    latent = torch.randn(1, generator.rows, 512, generator=torch.Generator().manual_seed(0))
    noise = generator.random_noise(torch.Generator().manual_seed(1))
    beside = torch.randn(1, generator.rows, 512, generator=torch.Generator().manual_seed(2))
    beside = beside - basis.project(beside)
    assert float(beside.abs().max()) > 0.5
    same = generator.synthesize(latent + beside, noise)
    torch.testing.assert_close(same, generator.synthesize(latent, noise), rtol=0, atol=1e-4)
    moved = generator.synthesize(latent + basis.project(torch.ones_like(latent)), noise)
    assert float((moved - same).abs().max()) > 0.01


def test_the_mapping_network_reads_the_code_and_nothing_else() -> None:
    mapping = build_generator(64).mapping
    hide_rest(mapping)
    first = mapping.layers[0].weight.detach()
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
    distance, _ = feature_distances(Features(), image, target, target[:, :1])
    found, truth = (Features()(lpips_input(one), MATCHED)["relu1_2"] for one in (image, target))
    wanted = (found - truth).abs().mean() / truth.mean()
    torch.testing.assert_close(distance, wanted)
    distance.backward()
    assert image.grad.abs().sum() > 0
    assert target.grad is None
