"""Parsers of pictures into labelled regions: SegFormer, as a folder of Hugging Face's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from styleforge.models.segformer import SegFormer
from styleforge.weights.layouts.written import Read
from styleforge.weights.row import FileLayout

if TYPE_CHECKING:
    from styleforge.weights.kept import Kept


def _read_segformer(path: Path, folder: Path) -> Read:
    """A folder in Hugging Face's layout."""
    parser = SegFormer.from_folder(path)
    network: Any = parser.network
    network.save_pretrained(folder)
    return {"classes": len(parser.labels), "labels": list(parser.labels)}, ()


def _load_segformer(kept: Kept) -> SegFormer:
    """The parser, frozen."""
    return SegFormer.from_folder(kept.folder)


def _run_segformer(parser: SegFormer) -> Any:
    """The labels of a grey picture."""
    return parser(torch.zeros(1, 3, 64, 64))


SEGFORMER = FileLayout(
    name="segformer",
    what="a folder with a SegFormer",
    read=_read_segformer,
    load=_load_segformer,
    run=_run_segformer,
    folder=True,
)
