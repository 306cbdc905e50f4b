"""Encoders of pictures: e4e and pSp into W+, ArcFace into who somebody is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from styleforge.models.arcface import ArcFace, arcface_of
from styleforge.models.converted import Converted
from styleforge.models.style_encoder import StyleEncoder, filled_encoder, from_style_encoder
from styleforge.models.tensors import read_checkpoint, read_tensors
from styleforge.weights.layouts.written import Read, written
from styleforge.weights.row import FileLayout

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.weights.kept import Kept


def _read_encoder(path: Path, folder: Path) -> Read:
    """e4e's or pSp's checkpoint; the generator in it is passed over."""
    return written(from_style_encoder(read_checkpoint(path, "an encoder of e4e")), folder)


def _load_encoder(kept: Kept) -> StyleEncoder:
    """The encoder, frozen."""
    return filled_encoder(kept.tensors(), kept.facts)


def _run_encoder(encoder: StyleEncoder) -> Tensor:
    """The W+ of a grey picture."""
    out: Tensor = encoder(torch.zeros(1, 3, encoder.side, encoder.side))
    return out


def _read_arcface(path: Path, folder: Path) -> Read:
    """``model_ir_se50.pth``."""
    tensors = read_tensors(path, "an ArcFace checkpoint")
    arcface_of(tensors)  # refuses others
    return written(Converted(tensors), folder)


def _load_arcface(kept: Kept) -> ArcFace:
    """The identity encoder, frozen."""
    return arcface_of(kept.tensors())


def _run_picture(network: Any) -> Any:
    """What a network makes of a grey picture of 256 px."""
    return network(torch.zeros(1, 3, 256, 256))


ENCODER = FileLayout(
    name="encoder",
    what="an encoder of e4e or pSp",
    read=_read_encoder,
    load=_load_encoder,
    run=_run_encoder,
    signs=("styles.0.linear",),
)
ARCFACE = FileLayout(
    name="arcface",
    what="an ArcFace network (IR-SE50)",
    read=_read_arcface,
    load=_load_arcface,
    run=_run_picture,
    signs=("body.23.res_layer", "output_layer"),
)
