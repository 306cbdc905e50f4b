"""Networks as files of TensorFlow Lite, which OpenCV reads and runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2

from styleforge.errors import UserError

MAGIC = b"TFL3"  # at the fifth byte


def check_tflite(path: Path) -> None:
    """Refuse what is no file of TensorFlow Lite.

    Raises:
        UserError: what it is instead, as the end of a sentence.

    Example:
        >>> check_tflite(Path("none.tflite"))
        Traceback (most recent call last):
        styleforge.errors.UserError: it is not there
    """
    if not path.is_file():
        raise UserError("it is not there")
    with path.open("rb") as file:
        if file.read(8)[4:] != MAGIC:
            raise UserError("it is no file of TensorFlow Lite")


def read_tflite(path: Path) -> Any:
    """The network of a file, as OpenCV's.

    Raises:
        UserError: it is no such file, or OpenCV cannot run it: the end of a sentence.

    Example:
        >>> read_tflite(Path("none.tflite"))
        Traceback (most recent call last):
        styleforge.errors.UserError: it is not there
    """
    check_tflite(path)
    # OpenCV 5 has a new engine, which gives one of several outputs alone; 4 has only the old one.
    engine = getattr(cv2.dnn, "ENGINE_CLASSIC", None)
    try:
        if engine is None:
            return cv2.dnn.readNetFromTFLite(str(path))
        return cv2.dnn.readNetFromTFLite(str(path), engine)
    except cv2.error as error:
        raise UserError("it holds a network that OpenCV cannot run") from error
