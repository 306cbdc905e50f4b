"""Pictures as a caller has them (files, Pillow, NumPy, tensors, results) as files of a recipe.

A recipe names its pictures by path. One that is given in memory is written, as a PNG with its
colour profile and transparency, to the forge's folder of such pictures, which is deleted with it.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from styleforge.errors import UserError
from styleforge.recipe.condition import Condition, ImageRef, Mask

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image
    from torch import Tensor

    from styleforge.forge import Forge
    from styleforge.run.result import Result

    Picture: TypeAlias = str | Path | ImageRef | Image.Image | NDArray[Any] | Tensor | Result
    Wish: TypeAlias = Picture | Condition

IN_MEMORY = (
    "Pictures that were given in memory are kept until the forge is gone. For a result that "
    "`styleforge reproduce` can make again later, give files."
)
SLACK = 0.01  # by which floats may leave their range: resampling overshoots


def as_path(picture: Picture, what: str, forge: Forge) -> tuple[str, tuple[str, ...]]:
    """The path of a picture, or ``gallery:NAME``, and what the user should know of it.

    Args:
        picture: a path, ``gallery:NAME``, a Pillow picture, an array ``(H, W)``, ``(H, W, 3)`` or
            ``(H, W, 4)`` of bytes or of floats in [0, 1], a tensor ``(3, H, W)`` or
            ``(1, 3, H, W)`` of bytes or of floats in [-1, 1], or a result.
        what: the picture's role, for messages and for the name of its file.
        forge: keeps pictures that are no files.

    Raises:
        UserError: if it is none of these, its values are in another range, or it is too small.

    Example:
        >>> import numpy as np
        >>> from styleforge import Forge
        >>> path, notes = as_path(np.zeros((64, 48, 3), np.uint8), "identity", Forge(()))
        >>> Path(path).name
        'identity (in memory ...).png'
    """
    if isinstance(picture, ImageRef):
        return picture.path, ()
    if isinstance(picture, str | Path):
        return str(picture), ()
    held, notes = _storable(picture, what)
    return _written(held, what, forge), (*notes, IN_MEMORY)


def _written(picture: Image.Image, what: str, forge: Forge) -> str:
    """The path of a picture in memory, as a PNG with its profile and its transparency."""
    from styleforge.prepare.called import memory_name
    from styleforge.prepare.opening import check_size

    check_size(picture.size, f"The picture for {what}")
    file = io.BytesIO()
    picture.save(file, format="PNG")
    data = file.getvalue()
    path = forge.in_memory / memory_name(what, hashlib.sha256(data).hexdigest())
    if not path.exists():
        path.write_bytes(data)
    return str(path)


def as_wish(wish: Wish, what: str, forge: Forge) -> tuple[str | Path | Condition, tuple[str, ...]]:
    """What was asked of an attribute, with pictures in memory as files; see `as_path`.

    Raises:
        UserError: as `as_path`.

    Example:
        >>> from styleforge import Forge
        >>> as_wish("long and wavy", "shape", Forge(()))
        ('long and wavy', ())
    """
    if isinstance(wish, Condition | str | Path) or not _is_picture(wish):
        return wish, ()  # type: ignore[return-value]  # its attribute says what it takes instead
    path, notes = as_path(wish, what, forge)
    return Path(path), notes


def as_mask(mask: Picture | Mask, what: str, forge: Forge) -> tuple[Mask, tuple[str, ...]]:
    """A painted mask as one of a file, and what the user should know of it.

    Args:
        mask: a path, a `Mask`, or what `styleforge.prepare.painted.mask_picture` takes.
        what: for messages and for the name of its file.
        forge: keeps masks that are no files.

    Raises:
        UserError: if it is none of these.

    Example:
        >>> import numpy as np
        >>> from styleforge import Forge
        >>> Path(as_mask(np.eye(32), "the mask identity", Forge(()))[0].path).name
        'the mask identity (in memory ...).png'
    """
    from styleforge.prepare.painted import mask_picture

    if isinstance(mask, Mask):
        return mask, ()
    if isinstance(mask, ImageRef | str | Path):
        return Mask(mask.path if isinstance(mask, ImageRef) else str(mask)), ()
    photo = getattr(mask, "photo", None)
    return Mask(_written(mask_picture(mask if photo is None else photo, what), what, forge)), (
        IN_MEMORY,
    )


def _is_picture(one: Any) -> bool:
    """Whether something is a picture in memory, of whatever kind."""
    import numpy as np
    from PIL import Image
    from torch import Tensor

    return isinstance(one, Image.Image | np.ndarray | Tensor) or hasattr(one, "photo")


def _storable(picture: Any, what: str) -> tuple[Image.Image, tuple[str, ...]]:
    """A picture in memory as one that a PNG can hold, and notes on it."""
    import numpy as np
    from PIL import Image
    from torch import Tensor

    from styleforge.prepare.images import to_picture
    from styleforge.prepare.photo import lost, storable

    if isinstance(picture, Image.Image):
        name = f"The picture for {what}"
        left = lost(picture, name, of_result=what == "identity")
        notes = tuple(f"{name} {note}" for note in left)
        return storable(picture, name), notes
    if isinstance(picture, np.ndarray):
        return _of_array(picture, what), ()
    photo = getattr(picture, "photo", None)  # of a result: an edit goes on from it
    if photo is not None and getattr(picture, "colours", None) is not None:
        return picture.picture(), ()
    values = photo if isinstance(photo, Tensor) else picture
    if isinstance(values, Tensor):
        values, notes = _checked(values, what)
        return to_picture(values), notes
    msg = (
        f"The picture for {what} is of type {type(picture).__name__}; give a path, gallery:NAME, a "
        "Pillow picture, a NumPy array, a tensor or a result."
    )
    raise UserError(msg)


def _of_array(values: NDArray[Any], what: str) -> Image.Image:
    """An array of bytes, or of floats in [0, 1]."""
    import numpy as np
    from PIL import Image

    if values.ndim not in {2, 3} or (values.ndim == 3 and values.shape[2] not in {3, 4}):
        msg = (
            f"The array for {what} has shape {values.shape}; (H, W), (H, W, 3) or (H, W, 4) was "
            "expected."
        )
        raise UserError(msg)
    if values.dtype == np.uint8:
        return Image.fromarray(values)
    if not np.issubdtype(values.dtype, np.floating):
        msg = (
            f"The array for {what} holds values of type {values.dtype}; give bytes (uint8), or "
            "floats in [0, 1]."
        )
        raise UserError(msg)
    low, high = float(values.min()), float(values.max())
    if not (low >= -SLACK and high <= 1 + SLACK):  # NaN is neither
        msg = (
            f"The array for {what} holds floats from {low:.3g} to {high:.3g}; values in [0, 1] "
            "were expected, or bytes (uint8)."
        )
        raise UserError(msg)
    return Image.fromarray((values.clip(0, 1) * 255).round().astype(np.uint8))


def _checked(values: Tensor, what: str) -> tuple[Tensor, tuple[str, ...]]:
    """A tensor ``(1, 3, H, W)`` in [-1, 1], and a note where it looks like one in [0, 1]."""
    from styleforge.prepare.images import to_values

    values = values[None] if values.ndim == 3 else values
    if values.ndim != 4 or tuple(values.shape[:2]) != (1, 3):
        msg = (
            f"The tensor for {what} has shape {tuple(values.shape)}; (3, H, W) or (1, 3, H, W) was "
            "expected. For several pictures give a list."
        )
        raise UserError(msg)
    values = to_values(values)
    low, high = float(values.amin()), float(values.amax())
    if not (low >= -1 - SLACK and high <= 1 + SLACK):
        msg = (
            f"The tensor for {what} holds values from {low:.3g} to {high:.3g}; values in [-1, 1] "
            "were expected, or bytes (uint8)."
        )
        raise UserError(msg)
    if low < 0:
        return values, ()
    note = (
        f"The tensor for {what} holds nothing below 0 and was read as values in [-1, 1]. If they "
        "are in [0, 1], give 2 * x - 1."
    )
    return values, (note,)
