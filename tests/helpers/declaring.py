"""Tensors that declare more than they hold."""

from __future__ import annotations

import torch


def sized(shape):
    """A tensor of any shape whose storage has one number."""
    return torch.ones(1).expand(shape)


EXPANDING = {
    "one number": sized((10**10,)),
    "two dimensions": sized((10**6, 10**6)),
    "columns of a row": torch.ones(1, 64).expand(10**8, 64),
    "windows": torch.arange(64.0).as_strided((10**9, 8), (0, 1)),
}


def sparse():
    return torch.sparse_coo_tensor(torch.tensor([[0]]), torch.ones(1), (10**10,),
                                   check_invariants=True)  # fmt: skip
