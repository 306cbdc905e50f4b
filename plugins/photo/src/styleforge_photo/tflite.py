"""Networks as files of TensorFlow Lite, which OpenCV reads and runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import cv2

from styleforge.errors import UserError

S = TypeVar("S")
T = TypeVar("T")
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


def first_taken(sizes: Iterable[S], run: Callable[[S], T]) -> tuple[S, T] | None:
    """The first of some sizes that a network takes, and what it gives then; None if it takes none.

    Example:
        >>> class Net:
        ...     def of(self, side):
        ...         return {256: "a mask"}[side] if side == 256 else self.fails
        >>> first_taken((192, 256), Net().of)
        (256, 'a mask')
    """
    for size in sizes:
        try:
            return size, run(size)
        except (cv2.error, AttributeError):  # what OpenCV does with another size
            continue
    return None
