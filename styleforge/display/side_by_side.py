"""Pictures side by side in a notebook: ``show(before=problem.identity, after=result)``.

What a cell shows is one small PNG of few colours, so that notebooks stay small.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from torch import Tensor

from styleforge.display.sheets import sheet
from styleforge.errors import UserError
from styleforge.prepare.images import load_image, to_tensor
from styleforge.prepare.photo import to_rgb

if TYPE_CHECKING:
    from typing import TypeAlias

    from styleforge.measure.truth import Truth
    from styleforge.prepare.problem import Reference
    from styleforge.run.result import Result

    Picture: TypeAlias = "Tensor | Result | Reference | Truth | Image.Image | str | Path"

COLOURS = 160  # of a shown picture; more are not seen at this size
WIDTH = 160


@dataclass(frozen=True, repr=False)
class Pictures:
    """Labelled pictures on one page; the last value of a notebook cell shows them.

    ``page`` is the page, ``labels`` the labels row by row.

    Example:
        >>> import torch
        >>> show(before=torch.zeros(1, 3, 32, 32)).labels
        (('before',),)
    """

    page: Image.Image
    labels: tuple[tuple[str, ...], ...]

    def save(self, path: str | Path) -> None:
        """Write the page in all its colours; the suffix says in which format.

        Raises:
            UserError: if the file cannot be written.
        """
        try:
            self.page.save(path)
        except (OSError, ValueError) as error:
            msg = f"{path} cannot be written: {error}."
            raise UserError(msg) from error

    def _repr_png_(self) -> bytes:
        """The page as notebooks show it."""
        few = self.page.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        file = io.BytesIO()
        few.save(file, format="PNG", optimize=True)
        return file.getvalue()

    def __repr__(self) -> str:
        return f"<Pictures: {'; '.join(', '.join(row) for row in self.labels)}>"


def show(*rows: Mapping[str, Picture], width: int = WIDTH, **pictures: Picture) -> Pictures:
    """Lay pictures side by side, each under its label.

    Args:
        *rows: one row each, pictures by label; labels may be words with spaces.
        width: of each picture in pixels.
        **pictures: the last row, where labels are plain names.

    Pictures are tensors ``(1, 3, H, W)`` in [-1, 1], masks ``(1, 1, H, W)`` in [0, 1], results,
    references of a problem, true answers, PIL pictures, or files.

    Raises:
        UserError: if there is nothing to show, or something is no picture.

    Example:
        >>> import torch
        >>> grey = torch.zeros(1, 3, 32, 32)
        >>> show(before=grey, after=grey + 0.5)
        <Pictures: before, after>
    """
    given = [dict(row) for row in (*rows, pictures) if row]
    if not given:
        msg = "There is nothing to show; give pictures by label, as in show(before=a, after=b)."
        raise UserError(msg)
    cells = [[(label, _tensor_of(label, one)) for label, one in row.items()] for row in given]
    return Pictures(sheet(cells, width=width), tuple(tuple(row) for row in given))


def _tensor_of(label: str, picture: Picture) -> Tensor:
    """Anything that `show` takes, as one picture ``(1, 3, H, W)`` in [-1, 1].

    Raises:
        UserError: if it is no picture, or a file that cannot be read.

    Example:
        >>> _tensor_of("black", Image.new("RGB", (32, 32))).unique()
        tensor([-1.])
    """
    image = getattr(picture, "image", None)  # of a result, a reference, a true answer
    if isinstance(image, Tensor):
        return image
    if isinstance(picture, Image.Image):
        return to_tensor(to_rgb(picture))
    if isinstance(picture, str | Path):
        return load_image(picture)
    if isinstance(picture, Tensor) and picture.ndim == 4 and len(picture) == 1:
        if picture.shape[1] == 3:
            return picture
        if picture.shape[1] == 1:  # a mask: black where it is 0, white where it is 1
            return (picture.float() * 2 - 1).expand(-1, 3, -1, -1)
    what = f"of shape {tuple(picture.shape)}" if isinstance(picture, Tensor) else "no picture"
    msg = (
        f"{label!r} is {what} ({type(picture).__name__}); expected were a tensor (1, 3, H, W), a "
        "mask (1, 1, H, W), a result, a reference, a PIL picture or a file."
    )
    raise UserError(msg)
