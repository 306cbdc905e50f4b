"""Frozen convolutions: the same numbers as autograd's own, to the bit, and less that is kept."""

from __future__ import annotations

import pytest
import torch

from styleforge.models.stylegan2 import Generator, frozen

CHANNELS = {4: 16, 8: 16, 16: 16, 32: 8, 64: 8}


def made():
    torch.manual_seed(0)
    generator = Generator(64, width=16, mapping_layers=2, channels=CHANNELS)
    for layer in generator.convs:
        torch.nn.init.normal_(layer.noise_strength)
        torch.nn.init.normal_(layer.bias)
    return generator.eval().requires_grad_(requires_grad=False)


def run(generator, *, autocast=False):
    torch.manual_seed(1)
    latent = torch.randn(2, generator.rows, 16, requires_grad=True)
    noise = [one.requires_grad_() for one in generator.random_noise()]
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        image = generator.synthesize(latent, noise)
    return image, torch.autograd.grad((image * torch.randn_like(image)).sum(), [latent, *noise])


@pytest.mark.parametrize("autocast", [False, True])
def test_the_same_to_the_bit_as_what_autograd_keeps_more_for(monkeypatch, autocast):
    generator = made()
    image, gradients = run(generator, autocast=autocast)

    def plain(maps, style, weight, *, up=False):
        return frozen._convolution(maps * style, weight, up=up)

    monkeypatch.setattr("styleforge.models.stylegan2.layers.convolved", plain)
    monkeypatch.setattr(
        "styleforge.models.stylegan2.fir.filtered",
        lambda images, weight, padding: torch.nn.functional.conv2d(
            images, weight, padding=padding, groups=images.shape[1]
        ),
    )
    other, theirs = run(generator, autocast=autocast)
    assert torch.equal(image, other)
    for one, two in zip(gradients, theirs, strict=True):
        assert torch.equal(one, two)


def kept(generator):
    """Bytes that the graph keeps, each storage counted once; weights are not counted."""
    found = {}

    def pack(tensor):
        found[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    latent = torch.randn(1, generator.rows, 16, requires_grad=True)
    noise = generator.random_noise()
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        image = generator.synthesize(latent, noise)
    del image
    weights = {one.untyped_storage().data_ptr() for one in generator.parameters()}
    return sum(size for at, size in found.items() if at not in weights)


def test_the_graph_keeps_two_maps_of_a_layer():
    generator = made()
    outputs = [16 * 4**2, *(2 * CHANNELS[side] * side**2 for side in (8, 16, 32, 64))]
    floats = kept(generator) / 4
    # before and after the rectifier; pictures, styles and noise are small beside them
    assert floats < 2 * sum(outputs) * 1.2


def test_weights_that_are_trained_have_gradients():
    generator = made().requires_grad_()
    latent = torch.randn(1, generator.rows, 16)
    image = generator.synthesize(latent, generator.random_noise())
    found = torch.autograd.grad(image.sum(), list(generator.convs.parameters()))
    assert all(bool(one.abs().sum() > 0) for one in found)


def test_against_finite_differences():
    rng = torch.Generator().manual_seed(0)
    maps = torch.randn(2, 3, 4, 4, generator=rng, dtype=torch.float64, requires_grad=True)
    style = torch.randn(2, 3, 1, 1, generator=rng, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(5, 3, 3, 3, generator=rng, dtype=torch.float64)
    for up in (False, True):
        assert torch.autograd.gradcheck(
            lambda m, s, up=up: frozen.convolved(m, s, weight, up=up), (maps, style)
        )
    kernel = torch.randn(3, 1, 4, 4, generator=rng, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda m: frozen.filtered(m, kernel, (1, 1)), (maps,))
