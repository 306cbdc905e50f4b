"""Noise maps of a mapped edit: how far around a region they reach, at any size of picture."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from styleforge.mapper import noise
from styleforge.prepare import masks
from styleforge.recipe.recipe import Mapped


@pytest.mark.parametrize("width", [64, 256, 512])
def test_margins_grow_with_the_picture(width, monkeypatch):
    image = torch.zeros(1, 3, width, width)
    regions = {"thing": torch.ones(1, 1, width, width)}
    parts = {
        "noise": lambda image: [torch.randn(1, 1, 8, 8)],
        "sketch": lambda latent: (image, regions),
    }
    models = SimpleNamespace(has=parts.__contains__, get=parts.__getitem__)
    identity = SimpleNamespace(image=image, regions=regions)
    problem = SimpleNamespace(models=models, identity=identity)
    grown = []
    monkeypatch.setattr(masks, "dilate", lambda mask, pixels: grown.append(pixels) or mask)
    noise.mapped_noise(problem, torch.zeros(1), [Mapped(region="thing")], [torch.zeros(1, 1, 8, 8)])
    assert grown == [noise.MARGIN * width / 256, noise.EDGE * width / 256]
