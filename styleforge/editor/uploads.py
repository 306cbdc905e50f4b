"""The pictures of a recipe that came from a page: from the gallery or the session, nothing else.

A visitor's recipe may name any path of the server. To look there would show the picture, or say by
the error that the file exists and which it is.
"""

from __future__ import annotations

from pathlib import PurePath, PureWindowsPath
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.prepare.inputs import with_inputs

if TYPE_CHECKING:
    from styleforge.editor.pictures import Pictures
    from styleforge.editor.state import Picture
    from styleforge.recipe.condition import ImageRef, Mask
    from styleforge.recipe.recipe import Recipe

GALLERY = "gallery:"


def of_session(recipe: Recipe, pictures: Pictures) -> Recipe:
    """The recipe with pictures of the gallery and of the session in place of paths.

    A picture is the session's by its SHA-256, or by its file's name where the recipe has none. No
    other file is opened, nor is it looked whether there is one.

    Raises:
        UserError: if a picture is neither.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from styleforge import ImageRef
        >>> from styleforge.editor.pictures import Pictures
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> pictures = Pictures(Path(tempfile.mkdtemp()), forge.models("toy"))
        >>> of_session(forge.recipe("toy", identity=ImageRef("/etc/passwd")), pictures)
        Traceback (most recent call last):
        styleforge.errors.UserError: The recipe's picture 'passwd' is not in this session. ...
    """

    def find(item: ImageRef | Mask) -> tuple[str, str | None]:
        if item.path.startswith(GALLERY):
            return item.path, item.sha256
        known = _known(item, pictures)
        if known is None:
            name = _name(item.path)
            msg = (
                f"The recipe's picture {name!r} is not in this session. Add that picture first, "
                "then load the recipe again."
            )
            raise UserError(msg)
        return known.source, known.sha256

    return with_inputs(recipe, find)


def _known(item: ImageRef | Mask, pictures: Pictures) -> Picture | None:
    name = _name(item.path)
    for one in pictures.by_id.values():
        same = one.sha256 == item.sha256 if item.sha256 else name in {one.name, _name(one.source)}
        if same and not one.source.startswith(GALLERY):
            return one
        if same and item.sha256:
            return one
    return None


def _name(path: str) -> str:
    """The last part of a path of any system."""
    return PureWindowsPath(PurePath(path).name).name
