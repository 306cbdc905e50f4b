"""What every file of TensorFlow Lite is checked for before OpenCV reads it."""

from __future__ import annotations

from pathlib import Path

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
