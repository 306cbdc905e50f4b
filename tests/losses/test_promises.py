"""What every loss promises: right gradients, and none of an empty mask."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from features import SIZES, features, mask, weights
from torch import Tensor

from styleforge.errors import UserError
from styleforge.losses.appearance import appearance_distance
from styleforge.losses.lpips import masked_lpips
from styleforge.losses.noise import noise_correlation
from styleforge.losses.pixel import masked_l1, masked_l2
from styleforge.losses.style import gram, gram_distance

MASKED: dict[str, Callable[[dict[str, Tensor], Tensor, Tensor], Tensor]] = {
    "lpips": lambda a, ma, mb: masked_lpips(a, features(2), weights(), ma * mb, tuple(SIZES)),
    "appearance": lambda a, ma, mb: appearance_distance(
        a["relu1_2"], features(2)["relu1_2"], ma, mb
    ),
    "style": lambda a, ma, mb: gram_distance(a, features(2), ma, mb, tuple(SIZES)),
    "l1": lambda a, ma, mb: masked_l1(a["relu1_2"], features(2)["relu1_2"], ma * mb),
    "l2": lambda a, ma, mb: masked_l2(a["relu1_2"], features(2)["relu1_2"], ma * mb),
}


@pytest.mark.parametrize("name", MASKED)
def test_an_empty_mask_gives_no_gradient_and_no_nan(name: str) -> None:
    a = {key: value.requires_grad_() for key, value in features(1).items()}
    none, full = torch.zeros(2, 1, 8, 8).double(), mask(3)
    for ma, mb in ((none, full), (full, none), (none, none)):
        value = MASKED[name](a, ma, mb)
        assert torch.isfinite(value)
        if not mb.any():
            assert value == 0
        grads = torch.autograd.grad(value, list(a.values()), allow_unused=True)
        assert all(grad is None or bool((grad == 0).all()) for grad in grads)


@pytest.mark.parametrize("name", MASKED)
def test_one_empty_mask_leaves_the_other_samples_alone(name: str) -> None:
    full = mask(3)
    half = full.clone()
    half[0] = 0
    a = features(1)
    assert MASKED[name](a, full, half) > 0
    first_only = full.clone()
    first_only[1] = 0
    both = MASKED[name](a, full, half) + MASKED[name](a, full, first_only)
    assert float(both) == pytest.approx(float(MASKED[name](a, full, full)), rel=1e-12)


@pytest.mark.parametrize("name", MASKED)
def test_gradients_are_right(name: str) -> None:
    a = {key: value + 0.1 for key, value in features(1).items()}
    first = a["relu1_2"].requires_grad_()

    def value(maps: Tensor) -> Tensor:
        return MASKED[name]({**a, "relu1_2": maps}, mask(3), mask(4))

    assert torch.autograd.gradcheck(value, (first,))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_gram_matrices_in_both_layouts(layout: torch.memory_format) -> None:
    maps = features(1)["relu1_2"].contiguous(memory_format=layout).requires_grad_()
    flat = maps.flatten(2)
    expected = flat @ flat.transpose(1, 2) / flat[0].numel()
    assert torch.allclose(gram(maps), expected, rtol=1e-12)
    by = torch.randn(expected.shape, dtype=torch.float64)
    pair = (torch.autograd.grad((one * by).sum(), maps)[0] for one in (gram(maps), expected))
    assert torch.allclose(*pair, rtol=1e-12)
    assert torch.autograd.gradgradcheck(gram, (maps[:1, :, :3],))


def test_gram_matrices_stand_for_features() -> None:
    a, b, m = features(1), features(2), mask(3)
    first, second = ({key: gram(one, m) for key, one in each.items()} for each in (a, b))
    args = (m, m, tuple(SIZES))
    assert gram_distance(a, second, *args) == gram_distance(a, b, *args)
    assert gram_distance(first, b, *args) == gram_distance(a, b, *args)


def test_noise_gradients_are_right() -> None:
    noise = torch.randn(2, 1, 16, 16, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda n: noise_correlation([n]), (noise,))


def test_pixels_without_activation_give_finite_gradients() -> None:
    maps = torch.zeros(1, 4, 8, 8, requires_grad=True)
    other = features(2, 1)["relu1_2"].float()
    single = {"relu1_2": weights()["relu1_2"].float()}
    value = masked_lpips({"relu1_2": maps.relu()}, {"relu1_2": other}, single, None, ["relu1_2"])
    value.backward()
    assert maps.grad is not None
    assert torch.isfinite(maps.grad).all()


def test_a_wrong_reduction_is_refused() -> None:
    with pytest.raises(UserError, match="'published' or 'patent'"):
        masked_lpips(features(1), features(2), weights(), None, tuple(SIZES), "sum")  # type: ignore[arg-type]
