"""The published files that the pack can use, where the user brings them; all are optional.

Addresses, classes and value ranges are those of MediaPipe's pages and of ports of it. Of these
files ``selfie-segmenter``'s older copy was run here (the one that MediaPipe's package carried until
0.10.21); the others were not.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.weights.kept import find
from styleforge.weights.package import in_package
from styleforge.weights.row import FileLayout, WeightFile

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.weights.kept import Kept
    from styleforge_photo.segmenters import Segmenter

MODEL = "model.tflite"  # as it is kept


def _read(path: Path, folder: Path) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Facts of a network, which is kept as it came."""
    from styleforge_photo.segmenters import Segmenter

    network = Segmenter(path)
    shutil.copyfile(path, folder / MODEL)
    return {"classes": network.classes, "side": network.side}, ()


def load(kept: Kept) -> Segmenter:
    """The network of kept weights.

    Raises:
        UserError: it is damaged or gone.
    """
    from styleforge.errors import UserError
    from styleforge_photo.segmenters import Segmenter

    try:
        return Segmenter(kept.folder / MODEL)
    except UserError as error:
        msg = (
            f"The weights {kept.name!r} cannot be read: {error}. Add them again: `styleforge "
            f"weights add {kept.name} {kept.source}`."
        )
        raise UserError(msg) from error


def _run(network: Segmenter) -> Tensor:
    """What a grey picture gives."""
    import numpy as np
    import torch

    return torch.from_numpy(network(np.full((64, 64, 3), 0.5, np.float32)))


TFLITE = FileLayout(
    name="tflite-segmenter",
    what="a segmenter of TensorFlow Lite",
    read=_read,
    load=load,
    run=_run,
)

MODELS = "https://storage.googleapis.com/mediapipe-models/image_segmenter"
PAGE = "https://ai.google.dev/edge/mediapipe/solutions/vision/image_segmenter"
LICENCE = "Apache-2.0"

PERSON = WeightFile(
    name="selfie-segmenter",
    file="selfie_segmenter.tflite",
    gives="people and what is behind them, in photographs",
    layout=TFLITE,
    licence=LICENCE,
    page=PAGE,
    url=f"{MODELS}/selfie_segmenter/float16/1/selfie_segmenter.tflite",
    expects={"classes": 1},
    package="mediapipe:modules/selfie_segmentation/selfie_segmentation.tflite",
)
PARTS = WeightFile(
    name="selfie-multiclass",
    file="selfie_multiclass_256x256.tflite",
    gives="hair, skin, face and clothing, in photographs",
    layout=TFLITE,
    licence=LICENCE,
    page=PAGE,
    url=f"{MODELS}/selfie_multiclass_256x256/float32/1/selfie_multiclass_256x256.tflite",
    expects={"classes": 6},
)
HAIR = WeightFile(
    name="hair-segmenter",
    file="hair_segmenter.tflite",
    gives="hair, in photographs",
    layout=TFLITE,
    licence=LICENCE,
    page=PAGE,
    url=f"{MODELS}/hair_segmenter/float32/1/hair_segmenter.tflite",
    expects={"classes": 2},
)
ROWS = (PERSON, PARTS, HAIR)
PARSER = "face-parsing"  # SegFormer's, whose row the plugin ffhq hands over


def brought() -> tuple[Path, ...]:
    """The files of all that is there."""
    kept = [one for one in map(find, (PARTS.name, HAIR.name, PERSON.name, PARSER)) if one]
    files = [path for one in kept for path in one.files]
    package = in_package(PERSON)
    return (*files, package) if package and find(PERSON.name) is None else tuple(files)
