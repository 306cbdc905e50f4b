"""Networks that are filled from a file are built without drawing random weights."""

from __future__ import annotations

import torch
from torch import nn

from styleforge.models.arcface import IRSE50
from styleforge.models.stylegan2 import Generator
from styleforge.models.undrawn import undrawn


def build() -> nn.Module:
    """Every kind of layer that the project's networks have."""
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    return nn.ModuleDict(
        {
            "conv": nn.Conv2d(3, 4, 3),
            "linear": nn.Linear(4, 5),
            "words": nn.Embedding(7, 8, padding_idx=0),
            "reader": nn.TransformerEncoder(layer, 1, enable_nested_tensor=False),
            "generator": Generator(8, width=6, mapping_layers=1, channels={4: 5, 8: 4}),
        }
    )


def test_nothing_random_is_drawn() -> None:
    """The random numbers after it are those before it."""
    before = torch.get_rng_state()
    with undrawn():
        build()
        IRSE50()
    assert torch.equal(torch.get_rng_state(), before)


def test_what_is_not_random_is_as_ever() -> None:
    """Shapes, constants and buffers that no file holds are those of an ordinary network."""
    ordinary = build()
    with undrawn():
        made = build()
    assert made.state_dict().keys() == ordinary.state_dict().keys()
    buffers = dict(made.named_buffers())
    for name, one in ordinary.named_buffers():
        assert torch.equal(buffers[name], one), name
    made.load_state_dict(ordinary.state_dict())
    for name, one in ordinary.state_dict().items():
        assert torch.equal(made.state_dict()[name], one), name


def test_afterwards_networks_are_random_again() -> None:
    """The mode ends with its block."""
    with undrawn():
        nn.Linear(3, 3)
    before = torch.get_rng_state()
    nn.Linear(3, 3)
    assert not torch.equal(torch.get_rng_state(), before)
