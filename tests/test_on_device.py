"""What runs on accelerators gives the masks that OpenCV gives on a CPU."""

from __future__ import annotations

import pytest
import torch

from styleforge.prepare import masks, on_device


@pytest.fixture
def mask():
    return torch.rand(2, 1, 40, 56, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("count", [0, 1, 5])
@pytest.mark.parametrize("name", ["dilate", "erode"])
def test_morphology_is_the_same_to_the_bit(mask, name, count):
    assert torch.equal(getattr(on_device, name)(mask, count), getattr(masks, name)(mask, count))


@pytest.mark.parametrize("radius", [0, 0.7, 2, 4.5])
def test_blur_is_the_same_but_for_rounding(mask, radius):
    assert (on_device.blur(mask, radius) - masks.blur(mask, radius)).abs().max() < 2e-6


def test_a_kernel_larger_than_the_picture_is_cut(mask):
    found = on_device.blur(mask, 30)
    assert found.shape == mask.shape
    assert (found - masks.blur(mask, 30)).abs().max() < 0.05


@pytest.mark.parametrize("name", ["dilate", "erode", "blur"])
def test_masks_elsewhere_stay_there(mask, name):
    """The device ``meta`` has shapes and no values: nothing on it can be brought to the host."""
    found = getattr(masks, name)(mask.to("meta"), 2)
    assert found.device.type == "meta"
    assert found.shape == mask.shape


def test_a_gradient_comes_through(mask):
    given = mask.requires_grad_()
    on_device.dilate(on_device.blur(given, 1), 2).sum().backward()
    assert given.grad is not None
    assert given.grad.abs().sum() > 0
