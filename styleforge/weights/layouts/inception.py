"""The Inception network that published FID figures are of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from styleforge.models.converted import Converted
from styleforge.models.inception import Inception, inception_of
from styleforge.models.tensors import read_tensors
from styleforge.weights.layouts.written import Read, written
from styleforge.weights.row import FileLayout

if TYPE_CHECKING:
    from styleforge.weights.kept import Kept


def _read(path: Path, folder: Path) -> Read:
    """torch-fidelity's file, or pytorch-fid's; its logits' bias and weights are kept, too."""
    tensors = read_tensors(path, "the Inception of FID")
    inception_of(tensors)  # refuses others
    return written(Converted(tensors), folder)


def _load(kept: Kept) -> Inception:
    """The features' network, frozen."""
    return inception_of(kept.tensors())


def _run(network: Inception) -> Any:
    """The features of a grey picture."""
    return network(torch.zeros(1, 3, 299, 299))


INCEPTION = FileLayout(
    name="inception",
    what="the Inception of FID",
    read=_read,
    load=_load,
    run=_run,
    signs=("Mixed_7c.",),
)
