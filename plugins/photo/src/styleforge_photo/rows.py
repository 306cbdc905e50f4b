"""The published files that the pack can use, where the user brings them; all are optional.

Addresses, classes and value ranges are those of MediaPipe's pages and of ports of it. Older copies
of ``selfie-segmenter`` and ``face-detector`` were run here (those that MediaPipe's package carried
until 0.10.21); the others were not.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from styleforge.weights.kept import find
from styleforge.weights.package import in_package
from styleforge.weights.row import FileLayout, WeightFile

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.weights.kept import Kept
    from styleforge_photo.detector import FaceDetector
    from styleforge_photo.mesh import FaceMesh
    from styleforge_photo.segmenters import Segmenter

MODEL = "model.tflite"  # as it is kept
T = TypeVar("T")


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
    from styleforge_photo.segmenters import Segmenter

    return _loaded(kept, Segmenter)


def _loaded(kept: Kept, network: Callable[[Path], T]) -> T:
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


def _run(network: Segmenter) -> Tensor:
    """What a grey picture gives."""
    import numpy as np
    import torch

    return torch.from_numpy(network(np.full((64, 64, 3), 0.5, np.float32)))


def _read_detector(path: Path, folder: Path) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Facts of a detector, which is kept as it came."""
    from styleforge_photo.detector import SIDE, FaceDetector

    FaceDetector(path)
    shutil.copyfile(path, folder / MODEL)
    return {"side": SIDE}, ()


def _load_detector(kept: Kept) -> FaceDetector:
    from styleforge_photo.detector import FaceDetector

    return _loaded(kept, FaceDetector)


def _read_mesh(path: Path, folder: Path) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Facts of a face mesh, which is kept as it came; of a bundle, what is in it."""
    from styleforge_photo.mesh import FaceMesh, unpacked

    with TemporaryDirectory() as scratch:
        network = unpacked(path, Path(scratch))
        mesh = FaceMesh(network)
        shutil.copyfile(network, folder / MODEL)
    return {"points": mesh.count, "side": mesh.side}, ()


def _load_mesh(kept: Kept) -> FaceMesh:
    from styleforge_photo.mesh import FaceMesh

    return _loaded(kept, FaceMesh)


def _run_mesh(network: FaceMesh) -> Tensor:
    """How many landmarks a grey picture shows."""
    import numpy as np
    import torch

    from styleforge_photo.layout import Face

    found = network(np.full((64, 64, 3), 128, np.uint8), Face(16, 16, 32))
    return torch.tensor(float(0 if found is None else len(found)))


def _run_detector(network: FaceDetector) -> Tensor:
    """How many faces a grey picture shows."""
    import numpy as np
    import torch

    return torch.tensor(float(len(network(np.full((64, 64, 3), 128, np.uint8)))))


FACES = FileLayout(
    name="tflite-faces",
    what="BlazeFace in TensorFlow Lite",
    read=_read_detector,
    load=_load_detector,
    run=_run_detector,
)
MESH = FileLayout(
    name="tflite-face-mesh",
    what="MediaPipe's face mesh, in TensorFlow Lite or as face_landmarker.task",
    read=_read_mesh,
    load=_load_mesh,
    run=_run_mesh,
)
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
DETECTOR = WeightFile(
    name="face-detector",
    file="blaze_face_short_range.tflite",
    gives="faces, in photographs",
    layout=FACES,
    licence=LICENCE,
    page="https://ai.google.dev/edge/mediapipe/solutions/vision/face_detector",
    url="https://storage.googleapis.com/mediapipe-models/face_detector/"
    "blaze_face_short_range/float16/1/blaze_face_short_range.tflite",
    package="mediapipe:modules/face_detection/face_detection_short_range.tflite",
)
LANDMARKS = WeightFile(
    name="face-landmarks",
    file="face_landmarker.task",
    gives="landmarks of faces, in photographs",
    layout=MESH,
    licence=LICENCE,
    page="https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker",
    url="https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/"
    "float16/1/face_landmarker.task",
    package="mediapipe:modules/face_landmark/face_landmark.tflite",
)
ROWS = (PERSON, DETECTOR, LANDMARKS, PARTS, HAIR)
PARSER = "face-parsing"  # SegFormer's, whose row the plugin ffhq hands over


def brought(*rows: WeightFile) -> tuple[Path, ...]:
    """The files of rows that are there: of those for regions where none is given."""
    files: list[Path] = []
    for row in rows or (PARTS, HAIR, PERSON, LANDMARKS):
        kept, package = find(row.name), in_package(row)
        files += kept.files if kept is not None else (package,) if package else ()
    parser = None if rows else find(PARSER)
    return (*files, *parser.files) if parser is not None else tuple(files)


def used() -> str:
    """Which networks find people, faces and regions, or would, as a sentence."""
    rows = (PERSON, DETECTOR, LANDMARKS, PARTS, HAIR)
    there = [row.name for row in rows if find(row.name) is not None or in_package(row)]
    there += [PARSER] if find(PARSER) is not None else []
    if there:
        return f"Finds with {', '.join(there)}."
    names = ", ".join(row.name for row in rows[:3])
    return f"Finds better with {names}: `styleforge weights list NAME` says how."


def person() -> Segmenter | None:
    """The network that tells people from what is behind them, where it is there."""
    from styleforge_photo.segmenters import Segmenter

    return _there(PERSON, Segmenter)


def detector() -> FaceDetector | None:
    """The network that finds faces, where it is there."""
    from styleforge_photo.detector import FaceDetector

    return _there(DETECTOR, FaceDetector)


def mesh() -> FaceMesh | None:
    """The network that finds landmarks, where it is there."""
    from styleforge_photo.mesh import FaceMesh

    return _there(LANDMARKS, FaceMesh)


def _there(row: WeightFile, network: Callable[[Path], T]) -> T | None:
    """The network of a row: what the user brought, or what a package carries."""
    from styleforge.errors import UserError

    kept, package = find(row.name), in_package(row)
    if kept is not None:
        return _loaded(kept, network)
    try:
        return None if package is None else network(package)
    except UserError:  # another version of the package, which nobody asked to be used
        return None
