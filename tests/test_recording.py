"""The way back that a generator writes out once, against autograd's, in double precision."""

from __future__ import annotations

import pytest
import torch

from styleforge.models.stylegan2 import Generator, layers
from styleforge.models.stylegan2 import tiles as tiles_of
from styleforge.models.stylegan2 import transposed as transposed_of
from styleforge.models.stylegan2.layers import StyledConv
from styleforge.models.stylegan2.transposed import dotted, transposed
from styleforge.run.drawing import Graph, Recorded, draw

CHANNELS = {4: 8, 8: 8, 16: 6, 32: 4}
COTANGENTS = 3


def generator_of(clamp: float | None = None, constant: tuple[int, int] = (4, 4)) -> Generator:
    torch.manual_seed(0)
    made = Generator(
        32, width=8, mapping_layers=2, channels=CHANNELS, clamp=clamp, constant=constant
    )
    made = made.double().requires_grad_(False)
    for layer in made.convs:
        layer.noise_strength.fill_(0.3)
        layer.bias.normal_()
    return made


def off(found: torch.Tensor, expected: torch.Tensor) -> float:
    return float((found - expected).norm() / expected.norm())


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("maps", [1, 2])
@pytest.mark.parametrize("least", [2**25, 8000, 0])  # bytes of large maps: none, some, all
def test_gradients_equal_those_of_autograd(count, maps, least, monkeypatch):
    monkeypatch.setattr(tiles_of, "_LARGE", least)
    generator = generator_of()
    latent = torch.randn(count, generator.rows, 8, dtype=torch.float64)
    noise = generator.random_noise(count=min(maps, count))
    cotangents = torch.randn(COTANGENTS, count, 3, 32, 32, dtype=torch.float64)
    recording = generator.record(latent, noise)
    of_latent, of_noise = recording.pull_back(cotangents, (0, 2))
    with torch.no_grad():
        assert torch.equal(generator.synthesize(latent, noise), recording.picture)
    latent.requires_grad_()
    noise = [one.requires_grad_() for one in noise]
    picture = generator.synthesize(latent, noise)
    assert off(recording.picture, picture.detach()) < 1e-14
    for index, cotangent in enumerate(cotangents):
        expected = torch.autograd.grad(picture, [latent, *noise], cotangent, retain_graph=True)
        assert off(of_latent[index], expected[0]) < 1e-13
        if index in {0, 2}:
            for found, true in zip(of_noise, expected[1:], strict=True):
                assert off(found[index // 2], true) < 1e-13


@pytest.mark.parametrize("up", [False, True])
@pytest.mark.parametrize(("dtype", "most"), [(torch.bfloat16, 1e-2), (torch.float64, 1e-14)])
def test_the_transpose_of_a_convolution_in_every_precision(up, dtype, most):
    torch.manual_seed(0)
    layer = StyledConv(4, 6, width=8, up=up).double().requires_grad_(False)
    maps = torch.randn(2, 4, 8, 8, dtype=torch.float64, requires_grad=True)
    out = layers.convolved(maps, torch.ones(2, 4, 1, 1), layer.weight, up=up)
    out = layers.blur(out, layer.kernel) if up else out
    cotangents = torch.randn_like(out)
    (expected,) = torch.autograd.grad(out, maps, cotangents)
    through = transposed(layer, layer.weight.to(dtype), split=False)
    assert off(through(cotangents.to(dtype)).double(), expected) < most


@pytest.mark.parametrize("together", [1, 3000, 2**21])  # bytes: a row at a time, some, all
def test_sums_of_products_some_rows_at_a_time(together, monkeypatch):
    monkeypatch.setattr(transposed_of, "_TOGETHER", together)
    maps, *more = (
        torch.randn(2, 4, 7, 5, dtype=torch.float64).contiguous(memory_format=torch.channels_last)
        for _ in range(4)
    )
    cotangents = torch.cat(more).view(3, 2, 4, 7, 5)
    assert off(dotted(cotangents, maps), (cotangents * maps).sum((3, 4))) < 1e-14


def turned(layer) -> bool:
    weight = layer.weight.transpose(0, 1)  # (I, O, 3, 3)
    return weight.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("afterwards", ["nothing", "channels last", "loaded", "bfloat16"])
def test_weights_of_layers_that_double_the_size_lie_turned_round(afterwards):
    generator, other = generator_of(), generator_of()
    if afterwards == "channels last":
        generator.to(memory_format=torch.channels_last)
    elif afterwards == "loaded":
        generator.load_state_dict(other.state_dict())
    elif afterwards == "bfloat16":
        generator.to(torch.bfloat16)
    assert [turned(layer) for layer in generator.convs] == [layer.up for layer in generator.convs]
    for layer, true in zip(generator.convs, other.convs, strict=True):
        assert torch.equal(layer.weight, true.weight.to(layer.weight.dtype))
        energy = layers.energy_of(true.weight)
        assert off(energy, true.weight.contiguous().square().sum((2, 3))) < 1e-14


def test_whoever_asks_for_the_usual_layout_has_it():
    generator = generator_of().to(memory_format=torch.contiguous_format)
    assert all(layer.weight.is_contiguous() for layer in generator.convs)


@pytest.mark.parametrize("up", [False, True])
def test_no_weight_is_turned_round_in_a_step(up):
    layer = StyledConv(4, 6, width=8, up=up).to(memory_format=torch.channels_last)
    before = layer.weight.transpose(0, 1)
    same = before.contiguous(memory_format=torch.channels_last).data_ptr() == before.data_ptr()
    assert same == up


@pytest.mark.parametrize("size", [32, 16, 12])  # 12: no whole number of pixels to one
def test_both_drawings_give_the_same(size):
    generator = generator_of()
    latent = torch.randn(1, generator.rows, 8, dtype=torch.float64, requires_grad=True)
    noise = tuple(one.requires_grad_() for one in generator.random_noise())
    parameters = {"latent": (latent,), "noise": noise}
    cotangents = [*torch.randn(2, 1, 3, size, size, dtype=torch.float64)]
    wanted = [("latent",), ("latent", "noise")]
    recorded = draw(generator, size, parameters)
    generator.record = lambda *_: None
    graph = draw(generator, size, parameters)
    assert isinstance(recorded, Recorded)
    assert isinstance(graph, Graph)
    assert torch.allclose(recorded.picture, graph.picture, rtol=0, atol=1e-14)
    both = zip(
        recorded.pull_back(cotangents, wanted), graph.pull_back(cotangents, wanted), strict=True
    )
    for mine, theirs in both:
        assert list(mine) == list(theirs)
        for name, tensors in theirs.items():
            for found, true in zip(mine[name], tensors, strict=True):
                assert off(found, true) < 1e-12


def there_and_back(generator):
    """A picture, the gradient of its way back, and that of autograd."""
    latent = torch.randn(1, generator.rows, 8, dtype=torch.float64)
    noise = generator.random_noise()
    recording = generator.record(latent, noise)
    cotangents = torch.randn(1, *recording.picture.shape, dtype=torch.float64)
    (found, *_), _ = recording.pull_back(cotangents)
    latent.requires_grad_()
    (expected,) = torch.autograd.grad(generator.synthesize(latent, noise), latent, cotangents[0])
    return recording.picture, found, expected


def test_channels_without_a_style_have_gradients_too():
    generator = generator_of()
    generator.convs[3].affine.weight[0], generator.convs[3].affine.bias[0] = 0, 0
    generator.convs[4].affine.weight[:], generator.convs[4].affine.bias[:] = 0, 0
    generator.convs[4].affine.weight[1, 0] = 1
    _, found, expected = there_and_back(generator)
    assert off(found, expected) < 1e-11


def test_pictures_that_are_not_square_come_back_too():
    picture, found, expected = there_and_back(generator_of(constant=(4, 2)))
    assert picture.shape == (1, 3, 32, 16)
    assert off(found, expected) < 1e-13


def test_what_is_trained_or_clamped_is_left_to_autograd():
    latent = torch.zeros(1, 8, 8, dtype=torch.float64)
    noise = generator_of().random_noise()
    assert generator_of().record(latent, noise) is not None
    assert generator_of(clamp=4.0).record(latent, noise) is None
    assert generator_of().requires_grad_(True).record(latent, noise) is None


def test_a_subclass_that_draws_otherwise_is_left_to_autograd():
    generator = generator_of()
    generator.__class__ = type("Darker", (Generator,), {"synthesize": lambda *_: None})
    noise = generator.random_noise()
    assert generator.record(torch.zeros(1, 8, 8, dtype=torch.float64), noise) is None
