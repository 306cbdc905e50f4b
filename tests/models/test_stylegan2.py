"""The generator against the paper's formulas, written out the slow way in float64."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from styleforge.errors import UserError
from styleforge.models.stylegan2 import Generator, channel_table
from styleforge.models.stylegan2.fir import fir_kernel, upsample
from styleforge.models.stylegan2.layers import StyledConv, demodulation, each_alone, energy_of
from styleforge.pack.protocols import Generator as GeneratorProtocol

CHANNELS = {4: 12, 8: 10, 16: 8, 32: 6}


def small(size: int = 32) -> Generator:
    torch.manual_seed(0)
    generator = Generator(size, width=16, mapping_layers=2, channels=CHANNELS).double()
    for layer in generator.convs:
        torch.nn.init.normal_(layer.noise_strength)
        torch.nn.init.normal_(layer.bias)
    return generator


def naive_upfirdn(images: Tensor, up: int, padding: tuple[int, int]) -> Tensor:
    count, channels, height, width = images.shape
    spread = images.new_zeros(count, channels, height * up, width * up)
    spread[:, :, ::up, ::up] = images
    spread = functional.pad(spread, (*padding, *padding))
    kernel = fir_kernel(gain=4.0).to(images)
    return functional.conv2d(spread, kernel.expand(channels, 1, 4, 4), groups=channels)


def linear(layer: torch.nn.Module, rows: Tensor) -> Tensor:
    return rows @ layer.weight.t() * layer.rate / math.sqrt(rows.shape[1]) + layer.bias * layer.rate


def fused_modulated(
    maps: Tensor, weight: Tensor, style: Tensor, *, demodulate: bool, up: bool = False
) -> Tensor:
    """Equations 1 to 3 sample by sample with the modulated weight itself."""
    outputs = []
    for one, scale in zip(maps, style, strict=True):
        modulated = weight * scale[None, :, None, None] / math.sqrt(weight[0].numel())
        if demodulate:
            modulated = modulated / (modulated.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
        if up:
            out = functional.conv_transpose2d(one[None], modulated.transpose(0, 1), stride=2)
            outputs.append(naive_upfirdn(out, 1, (1, 1)))
        else:
            outputs.append(functional.conv2d(one[None], modulated, padding=weight.shape[-1] // 2))
    return torch.cat(outputs)


def naive_synthesis(generator: Generator, latent: Tensor, noise: list[Tensor]) -> Tensor:
    maps = generator.constant.repeat(len(latent), 1, 1, 1)
    image: Tensor | None = None
    for index, layer in enumerate(generator.convs):
        style = linear(layer.affine, latent[:, index])
        maps = fused_modulated(maps, layer.weight, style, demodulate=True, up=layer.up)
        maps = maps + layer.noise_strength * noise[index] + layer.bias[:, None, None]
        maps = torch.where(maps > 0, maps, 0.2 * maps) * math.sqrt(2)
        if index % 2 == 0:
            rgb = generator.rgbs[index // 2]
            style = linear(rgb.affine, latent[:, index + 1])
            colour = fused_modulated(maps, rgb.weight, style, demodulate=False)
            colour = colour + rgb.bias[:, None, None]
            image = colour if image is None else naive_upfirdn(image, 2, (2, 1)) + colour
    assert image is not None
    return image


def relative(found: Tensor, wanted: Tensor) -> float:
    return float(((found - wanted).norm() / wanted.norm()).detach())


def test_upsample_is_zero_insertion_and_filter() -> None:
    images = torch.randn(2, 3, 5, 7, dtype=torch.float64)
    assert relative(upsample(images), naive_upfirdn(images, 2, (2, 1))) < 1e-14


@pytest.mark.parametrize("size", [8, 32])
@pytest.mark.parametrize("train", [False, True])
def test_synthesis_equals_the_fused_weight_form(size: int, train: bool) -> None:
    generator = small(size).train(train)
    latent = torch.randn(3, generator.rows, 16, dtype=torch.float64, requires_grad=True)
    noise = generator.random_noise(count=3)
    found = generator.synthesize(latent, noise)
    wanted = naive_synthesis(generator, latent, noise)
    assert relative(found, wanted) < 1e-12
    wishes = [latent, *generator.convs.parameters(), *generator.rgbs.parameters()]
    target = torch.randn_like(wanted)
    ours = torch.autograd.grad((found * target).sum(), wishes)
    theirs = torch.autograd.grad((wanted * target).sum(), wishes)
    for one, other in zip(ours, theirs, strict=True):
        assert relative(one, other) < 1e-10


def test_mapping_follows_the_formula() -> None:
    generator = small()
    z = torch.randn(5, 16, dtype=torch.float64)
    w = z / (z.square().mean(1, keepdim=True) + 1e-8).sqrt()
    for layer in generator.mapping.layers:
        w = linear(layer, w)
        w = torch.where(w > 0, w, 0.2 * w) * math.sqrt(2)
    assert relative(generator.map(z), w) < 1e-13


def test_shapes_of_config_f() -> None:
    generator = Generator(
        256, width=8, mapping_layers=1, channels=dict.fromkeys(channel_table(256), 4)
    )
    assert isinstance(generator, GeneratorProtocol)
    assert generator.rows == 14
    assert len(generator.noise_shapes) == 13
    assert generator.noise_shapes[0] == (4, 4)
    assert generator.noise_shapes[-2:] == ((256, 256), (256, 256))
    assert channel_table(1024)[1024] == 32
    assert channel_table(256)[64] == 512
    assert generator(torch.randn(2, 8)).shape == (2, 3, 256, 256)


def test_stopping_early_needs_only_the_first_rows() -> None:
    generator = small()
    latent = torch.randn(1, 6, 16, dtype=torch.float64)
    noise = generator.random_noise()[:5]
    assert generator.synthesize(latent, noise, size=16).shape == (1, 3, 16, 16)
    with pytest.raises(UserError, match="reads"):
        generator.synthesize(latent, noise)
    with pytest.raises(UserError, match="resolution 24"):
        generator.synthesize(latent, noise, size=24)


def test_bf16_autocast_keeps_the_skip_image_in_float32() -> None:
    generator = small().float()
    latent = torch.randn(2, 8, 16)
    noise = generator.random_noise()
    exact = generator.synthesize(latent, noise)
    with torch.autocast("cpu", torch.bfloat16):
        found = generator.synthesize(latent, noise)
        found.square().mean().backward()
    assert found.dtype == torch.float32
    assert relative(found, exact) < 0.03
    assert all(torch.isfinite(p.grad).all() for p in generator.convs.parameters())


def test_the_memory_layout_changes_nothing() -> None:
    generator = small()
    latent = torch.randn(2, 8, 16, dtype=torch.float64)
    noise = generator.random_noise()
    wanted = generator.synthesize(latent, noise)
    generator.to(memory_format=torch.contiguous_format)
    assert relative(generator.synthesize(latent, noise), wanted) < 1e-12


def test_mean_latent_and_truncation() -> None:
    generator = small()
    mean, deviation = generator.mean_latent(50, torch.Generator().manual_seed(1))
    z = torch.randn(50, 16, generator=torch.Generator().manual_seed(1)).double()
    w = generator.map(z).detach()
    assert relative(mean, w.mean(0)) < 1e-12
    assert deviation == pytest.approx(math.sqrt(float((w - w.mean(0)).square().sum()) / 50))
    generator.w_avg.copy_(mean)
    latent = torch.randn(2, 8, 16, dtype=torch.float64)
    assert torch.equal(generator.truncate(latent, 1.0), latent)
    assert relative(generator.truncate(latent, 0.0), mean.expand(2, 8, 16)) < 1e-14
    assert torch.equal(generator.truncate(latent, 0.5, cutoff=4)[:, 4:], latent[:, 4:])


def test_noise_is_repeatable() -> None:
    generator = small()
    first = generator.random_noise(torch.Generator().manual_seed(3))
    second = generator.random_noise(torch.Generator().manual_seed(3))
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("size", [4, 24])
def test_a_wrong_size_is_refused(size: int) -> None:
    with pytest.raises(UserError, match="power of two"):
        Generator(size)


def test_a_gap_in_the_channel_table_is_refused() -> None:
    with pytest.raises(UserError, match="32"):
        Generator(32, channels={4: 8, 8: 8, 16: 8})


@pytest.mark.parametrize("up", [False, True])
def test_a_layer_passes_gradcheck(up: bool) -> None:
    torch.manual_seed(0)
    layer = StyledConv(3, 2, 4, up=up).double()
    side = 8 if up else 4
    maps = torch.randn(2, 3, 4, 4, dtype=torch.float64, requires_grad=True)
    w = torch.randn(2, 4, dtype=torch.float64, requires_grad=True)
    noise = torch.randn(1, 1, side, side, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(layer, (maps, w, noise))


@torch.no_grad()
def test_factors_of_a_picture_do_not_depend_on_those_beside_it() -> None:
    """To the bit, in single precision: a product of matrices rounds a row as its number asks."""
    chance = torch.Generator().manual_seed(0)
    layer = StyledConv(256, 256, width=512).requires_grad_(requires_grad=False)
    rows = torch.randn(8, 512, generator=chance)
    style = each_alone(layer.affine, rows)
    factors = demodulation(energy_of(layer.weight), style)
    for at in range(8):
        one = slice(at, at + 1)
        assert torch.equal(style[one], layer.affine(rows[one]))
        assert torch.equal(factors[one], demodulation(energy_of(layer.weight), style[one]))
