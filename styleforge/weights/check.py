"""Whether kept weights can be used: each is loaded, and one forward pass must give numbers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from styleforge.errors import UserError
from styleforge.weights.layouts import LAYOUTS
from styleforge.weights.row import FileLayout

if TYPE_CHECKING:
    from styleforge.weights.kept import Kept


def load_kept(kept: Kept, own: Mapping[str, FileLayout] | None = None) -> Any:
    """The component of kept weights.

    Args:
        kept: what `styleforge.weights.kept.find` gives.
        own: layouts of plugins, by name.

    Raises:
        UserError: nobody knows its layout, or it is damaged.

    Example:
        >>> from styleforge.weights.kept import Kept
        >>> load_kept(Kept(name="a", layout="lpips", source="a.pth", sha256=""))
        Traceback (most recent call last):
        styleforge.errors.UserError: The weights 'a' in ... are damaged or gone. ...
    """
    return _layout(kept, own).load(kept)


def check_kept(kept: Kept, own: Mapping[str, FileLayout] | None = None) -> float:
    """Load weights and run them once.

    Returns:
        Seconds that this took.

    Raises:
        UserError: they cannot be loaded, or what they give is not finite.

    Example:
        >>> from styleforge.weights.kept import Kept
        >>> check_kept(Kept(name="a", layout="runes", source="a.pth", sha256=""))
        Traceback (most recent call last):
        styleforge.errors.UserError: The weights 'a' have the layout 'runes', which nobody here ...
    """
    import torch

    layout = _layout(kept, own)
    began = time.perf_counter()
    try:
        with torch.no_grad():
            found = layout.run(layout.load(kept))
    except UserError:
        raise
    except Exception as error:
        raise UserError(
            f"The weights {kept.name!r} cannot be run: {type(error).__name__}: {error}. Add "
            f"{kept.source} again."
        ) from error
    if isinstance(found, torch.Tensor) and not bool(torch.isfinite(found).all()):
        raise UserError(
            f"The weights {kept.name!r} give numbers that are not finite; {kept.source} is "
            "damaged. Get it again."
        )
    return time.perf_counter() - began


def _layout(kept: Kept, own: Mapping[str, FileLayout] | None) -> FileLayout:
    known = {one.name: one for one in LAYOUTS} | dict(own or {})
    if kept.layout not in known:
        raise UserError(
            f"The weights {kept.name!r} have the layout {kept.layout!r}, which nobody here reads; "
            f"there are: {', '.join(known)}. Install the plugin that reads it, or "
            f"`styleforge weights forget {kept.name}`."
        )
    return known[kept.layout]
