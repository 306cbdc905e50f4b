"""How the networks that the pack can use are laid out: TensorFlow Lite, kept as it came."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from styleforge.weights.row import FileLayout

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.weights.kept import Kept
    from styleforge_photo.detector import FaceDetector
    from styleforge_photo.mesh import FaceMesh
    from styleforge_photo.segmenters import Segmenter

MODEL = "model.tflite"  # as it is kept
T = TypeVar("T")


def loaded(kept: Kept, network: Callable[[Path], T]) -> T:
    """A network of kept weights; its faults name them.

    Raises:
        UserError: it is damaged or gone.
    """
    from styleforge.errors import UserError

    try:
        return network(kept.folder / MODEL)
    except UserError as error:
        msg = (
            f"The weights {kept.name!r} cannot be read: {error}. Add them again: `styleforge "
            f"weights add {kept.name} {kept.source}`."
        )
        raise UserError(msg) from error


def segmenter(path: Path) -> Segmenter:
    """A network that says what a pixel shows.

    Raises:
        UserError: the file holds no such network.
    """
    from styleforge_photo.segmenters import Segmenter

    return Segmenter(path)


def detector(path: Path) -> FaceDetector:
    """A network that finds faces.

    Raises:
        UserError: the file holds no such network.
    """
    from styleforge_photo.detector import FaceDetector

    return FaceDetector(path)


def mesh(path: Path) -> FaceMesh:
    """A network that finds landmarks of faces.

    Raises:
        UserError: the file holds no such network.
    """
    from styleforge_photo.mesh import FaceMesh

    return FaceMesh(path)


def _layout(
    name: str,
    what: str,
    network: Callable[[Path], T],
    facts: Callable[[T], Mapping[str, Any]],
    run: Callable[[T], Tensor],
) -> FileLayout:
    """A layout of files that are kept as they came; of MediaPipe's bundles, what is in them."""

    def read(path: Path, folder: Path) -> tuple[Mapping[str, Any], tuple[str, ...]]:
        from styleforge_photo.mesh import unpacked

        with TemporaryDirectory() as scratch:
            file = unpacked(path, Path(scratch))
            made = network(file)
            shutil.copyfile(file, folder / MODEL)
        return facts(made), ()

    return FileLayout(
        name=name, what=what, read=read, load=lambda kept: loaded(kept, network), run=run
    )


def _segmented(network: Segmenter) -> Tensor:
    """What a grey picture gives."""
    import numpy as np
    import torch

    return torch.from_numpy(network(np.full((64, 64, 3), 0.5, np.float32)))


def _faces(network: FaceDetector) -> Tensor:
    """How many faces a grey picture shows."""
    import numpy as np
    import torch

    return torch.tensor(float(len(network(np.full((64, 64, 3), 128, np.uint8)))))


def _points(network: FaceMesh) -> Tensor:
    """How many landmarks a grey picture shows."""
    import numpy as np
    import torch

    from styleforge_photo.layout import Face

    found = network(np.full((64, 64, 3), 128, np.uint8), Face(16, 16, 32))
    return torch.tensor(float(0 if found is None else len(found)))


TFLITE = _layout(
    "tflite-segmenter",
    "a segmenter of TensorFlow Lite",
    segmenter,
    lambda network: {"classes": network.classes, "side": network.side},
    _segmented,
)
FACES = _layout(
    "tflite-faces",
    "BlazeFace in TensorFlow Lite",
    detector,
    lambda network: {"side": network.side},
    _faces,
)
MESH = _layout(
    "tflite-face-mesh",
    "MediaPipe's face mesh, in TensorFlow Lite or as face_landmarker.task",
    mesh,
    lambda network: {"points": network.count, "side": network.side},
    _points,
)
