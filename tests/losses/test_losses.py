"""Each loss against its formula written out with loops, in float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from features import SIZES, features, mask, weights
from torch import Tensor

from styleforge.losses.appearance import appearance_distance
from styleforge.losses.latent import latent_distance
from styleforge.losses.lpips import masked_lpips
from styleforge.losses.masking import masked_mean
from styleforge.losses.noise import noise_correlation, normalize_noise, normalize_noise_
from styleforge.losses.pixel import masked_l1, masked_l2
from styleforge.losses.style import gram, gram_distance
from styleforge.models.scaling import lpips_input
from styleforge.models.vgg import VGG16

BLOCKS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3")


def shrink(one: np.ndarray, side: int) -> np.ndarray:
    """Nearest neighbour: every second pixel, and so on."""
    step = one.shape[0] // side
    return one[::step, ::step][:side, :side]


def lpips_by_hand(a: dict[str, Tensor], b: dict[str, Tensor], m: Tensor) -> list[list[float]]:
    table = []
    for sample in range(2):
        row = []
        for name, (channels, side) in SIZES.items():
            x, y = a[name][sample].numpy(), b[name][sample].numpy()
            small, weight = shrink(m[sample, 0].numpy(), side), weights()[name].numpy()
            top = bottom = 0.0
            for i in range(side):
                for j in range(side):
                    u = x[:, i, j] / (np.sqrt((x[:, i, j] ** 2).sum()) + 1e-10)
                    v = y[:, i, j] / (np.sqrt((y[:, i, j] ** 2).sum()) + 1e-10)
                    distance = sum(weight[c] * (u[c] - v[c]) ** 2 for c in range(channels))
                    top += small[i, j] * distance
                    bottom += small[i, j]
            row.append(top / bottom)
        table.append(row)
    return table


@pytest.mark.parametrize("reduction", ["published", "patent"])
def test_masked_lpips_follows_the_formula(reduction: str) -> None:
    a, b = features(1), features(2)
    m = mask(3)
    m[:, :, 0, 0] = 1  # pixels without any activation count, with distance 0
    table = np.array(lpips_by_hand(a, b, m))
    wanted = table.sum(1).mean() if reduction == "published" else table.mean()
    found = masked_lpips(a, b, weights(), m, tuple(SIZES), reduction)
    assert float(found) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.filterwarnings("ignore:.*pretrained:UserWarning")  # the package's own
@pytest.mark.filterwarnings("ignore:Arguments other than a weight enum:UserWarning")
def test_masked_lpips_equals_the_package_under_a_mask_of_ones() -> None:
    lpips = pytest.importorskip("lpips")
    torch.manual_seed(0)
    published = lpips.LPIPS(net="vgg", pretrained=False, pnet_rand=True, verbose=False).double()
    network = VGG16()
    parts = (getattr(published.net, f"slice{block}") for block in range(1, 6))
    convolutions = [m for part in parts for m in part if isinstance(m, torch.nn.Conv2d)]
    ours = [m for m in network.features if isinstance(m, torch.nn.Conv2d)]
    for mine, theirs in zip(ours, convolutions, strict=True):
        mine.load_state_dict(theirs.state_dict())
    network.double()
    linear = {
        name: getattr(published, f"lin{index}").model[-1].weight.detach().flatten()
        for index, name in enumerate(BLOCKS)
    }
    first, second = torch.rand(2, 2, 3, 32, 32, dtype=torch.float64) * 2 - 1
    with torch.no_grad():
        wanted = published(first, second).mean()
        a, b = network(lpips_input(first), BLOCKS), network(lpips_input(second), BLOCKS)
        ones = torch.ones(2, 1, 32, 32, dtype=torch.float64)
        assert torch.allclose(masked_lpips(a, b, linear, ones, BLOCKS), wanted, rtol=1e-10)
        assert torch.allclose(masked_lpips(a, b, linear, None, BLOCKS), wanted, rtol=1e-10)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_the_written_gradient_of_lpips_is_that_of_autograd(layout: torch.memory_format) -> None:
    a, b, m = features(1), features(2), mask(3)
    a = {k: one.contiguous(memory_format=layout).requires_grad_() for k, one in a.items()}
    a["relu1_2"].data[:, :, 1] = 0  # pixels without any activation
    found = torch.autograd.grad(masked_lpips(a, b, weights(), m, tuple(SIZES)), list(a.values()))
    b = {key: one.requires_grad_() for key, one in b.items()}  # which is left to autograd
    value = masked_lpips(a, b, weights(), m, tuple(SIZES))
    expected = torch.autograd.grad(value, [*a.values(), *b.values()])
    for mine, theirs in zip(found, expected, strict=False):
        assert torch.allclose(mine, theirs, rtol=1e-12, atol=1e-15)
        assert mine.abs().max() > 0


@pytest.mark.parametrize("reduction", ["published", "patent"])
def test_appearance_follows_the_formula(reduction: str) -> None:
    a, b = features(1)["relu1_2"], features(2)["relu1_2"]
    ma, mb = mask(3), mask(4)
    each = []
    for s in range(2):
        squares = []
        for c in range(4):
            x = (a[s, c] * ma[s, 0]).sum() / ma[s].sum()
            y = (b[s, c] * mb[s, 0]).sum() / mb[s].sum()
            squares.append(float((x - y) ** 2))
        each.append(np.mean(squares) if reduction == "published" else np.sum(squares))
    found = appearance_distance(a, b, ma, mb, reduction)
    assert float(found) == pytest.approx(np.mean(each), rel=1e-12)


@pytest.mark.parametrize("reduction", ["published", "patent"])
def test_style_follows_the_formula(reduction: str) -> None:
    a, b = features(1), features(2)
    ma, mb = mask(3), mask(4)
    each = []
    for s in range(2):
        layers = []
        for name, (channels, side) in SIZES.items():
            grams = []
            for maps, m in ((a, ma), (b, mb)):
                small = shrink(m[s, 0].numpy(), side)
                g = np.zeros((channels, channels))
                x = maps[name][s].numpy()
                for i in range(channels):
                    for j in range(channels):
                        g[i, j] = (x[i] * small * x[j] * small).sum() / (channels * side * side)
                grams.append(g)
            squares = (grams[0] - grams[1]) ** 2
            layers.append(squares.mean() if reduction == "published" else squares.sum())
        each.append(np.mean(layers))
    found = gram_distance(a, b, ma, mb, tuple(SIZES), reduction)
    assert float(found) == pytest.approx(np.mean(each), rel=1e-12)


def test_gram_never_mixes_samples() -> None:
    a = features(1)["relu1_2"]
    assert torch.allclose(gram(a)[1], gram(a[1:])[0], rtol=1e-14)


def test_losing_the_region_never_pays() -> None:
    a, b, full, none = features(1), features(2), mask(3), torch.zeros(2, 1, 8, 8).double()
    assert gram_distance(a, b, none, full, tuple(SIZES)) > 0
    assert appearance_distance(a["relu1_2"], b["relu1_2"], none, full) > 0


def test_noise_correlation_follows_the_formula() -> None:
    torch.manual_seed(0)
    maps = [torch.randn(2, 1, side, side, dtype=torch.float64) for side in (4, 8, 32)]
    wanted = 0.0
    for one in maps:
        for s in range(2):
            level = one[s, 0].numpy()
            while True:
                wanted += 0.5 * (level * np.roll(level, 1, 0)).mean() ** 2
                wanted += 0.5 * (level * np.roll(level, 1, 1)).mean() ** 2
                side = level.shape[0]
                if side <= 8:
                    break
                level = level.reshape(side // 2, 2, side // 2, 2).mean((1, 3))
    assert float(noise_correlation(maps)) == pytest.approx(wanted, rel=1e-12)


def test_normalised_noise_has_mean_zero_and_deviation_one() -> None:
    noise = torch.randn(3, 1, 8, 8, dtype=torch.float64, requires_grad=True)
    with torch.no_grad():
        noise.mul_(torch.tensor([0.5, 2, 0]).reshape(3, 1, 1, 1)).add_(5)
    found = normalize_noise(noise)
    assert found.mean((1, 2, 3)).abs().max() < 1e-14
    assert torch.allclose(found.std((1, 2, 3)), torch.tensor([1.0, 1.0, 0.0]).double())
    normalize_noise_([noise])
    assert torch.equal(noise.detach(), found)


def test_pixel_and_latent_distances() -> None:
    image, target = torch.randn(2, 2, 3, 8, 8, dtype=torch.float64)
    m = mask(5)
    one = [(image[s] - target[s])[:, m[s, 0] > 0] for s in range(2)]
    l1 = np.mean([float(d.abs().mean()) for d in one])
    l2 = np.mean([float(d.square().mean()) for d in one])
    assert float(masked_l1(image, target, m)) == pytest.approx(l1, rel=1e-12)
    assert float(masked_l2(image, target, m)) == pytest.approx(l2, rel=1e-12)
    latent, mean = torch.randn(1, 4, 8), torch.randn(8)
    wanted = ((latent - mean) ** 2).mean()
    assert torch.equal(latent_distance(latent, mean), wanted)
    pair = torch.randn(2, 4, 8, dtype=torch.float64)
    lengths = [sum(float(x) ** 2 for x in one.flatten()) for one in pair - mean]
    found = latent_distance(pair, mean, "sum")
    assert float(found) == pytest.approx(np.mean(lengths), rel=1e-12)


@pytest.mark.parametrize("count", [1, 2])  # of masks
@pytest.mark.parametrize("layout", [torch.channels_last, torch.contiguous_format])
def test_a_masked_mean_has_a_gradient_in_the_layout_of_maps(count, layout):
    torch.manual_seed(0)
    values = torch.randn(2, 3, 5, 4).contiguous(memory_format=layout).requires_grad_()
    mask = (torch.rand(count, 1, 5, 4) > 0.5).float()
    with torch.autocast("cpu", torch.bfloat16):  # sums stay in single precision
        found = masked_mean(values, mask)
    expected = (values * mask).sum((2, 3)) / mask.sum((2, 3))
    assert torch.allclose(found, expected, rtol=1e-5, atol=1e-6)
    (gradient,) = torch.autograd.grad(found.sum(), values)
    assert gradient.is_contiguous(memory_format=layout)
    assert torch.allclose(gradient, (mask / mask.sum((2, 3), keepdim=True)).expand_as(values))
