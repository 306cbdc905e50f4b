"""Words and pictures in one space: CLIP, as a folder of Hugging Face's or of open_clip's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from styleforge.models.clip import ClipEncoder
from styleforge.models.open_clip import is_open_clip, write_for_transformers
from styleforge.weights.layouts.written import Read
from styleforge.weights.row import FileLayout

if TYPE_CHECKING:
    from styleforge.weights.kept import Kept


def _read_clip(path: Path, folder: Path) -> Read:
    """A folder in Hugging Face's layout, or in open_clip's."""
    if is_open_clip(path):
        write_for_transformers(path, folder)
        encoder = ClipEncoder.from_folder(folder)
        return {"width": encoder.width, "size": encoder.size}, ()
    encoder = ClipEncoder.from_folder(path)
    encoder.clip.save_pretrained(folder)
    encoder.tokenizer.save_pretrained(folder)
    return {"width": encoder.width, "size": encoder.size}, ()


def _load_clip(kept: Kept) -> ClipEncoder:
    """The text-image encoder, frozen."""
    return ClipEncoder.from_folder(kept.folder)


def _run_clip(encoder: ClipEncoder) -> Any:
    """A word's and a grey picture's embedding."""
    return encoder.embed_text(["a picture"]) @ encoder.embed_image(torch.zeros(1, 3, 64, 64)).T


CLIP = FileLayout(
    name="clip",
    what="a folder with a CLIP",
    read=_read_clip,
    load=_load_clip,
    run=_run_clip,
    folder=True,
)
