"""What a plugin's score gives, as a number."""

from __future__ import annotations

import math
from typing import Any

from styleforge.errors import PluginError


def finite(value: Any, what: str, fault: type[Exception] = PluginError) -> float | None:
    """A number, or None where a score has nothing to say.

    Args:
        value: what was given.
        what: gave it, for the message.
        fault: is raised where it is no finite number.

    Example:
        >>> finite(0.5, "The metric 'sharp'"), finite(None, "The metric 'sharp'")
        (0.5, None)
        >>> finite(float("nan"), "The metric 'sharp'")
        Traceback (most recent call last):
        styleforge.errors.PluginError: The metric 'sharp' gave nan; a finite number was ...
    """
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, RuntimeError) as error:
        msg = f"{what} gave a {type(value).__name__}; a number was expected, or None. Use float."
        raise fault(msg) from error
    if not math.isfinite(number):
        msg = (
            f"{what} gave {number}; a finite number was expected, or None where it has none. Clamp "
            "what it divides by."
        )
        raise fault(msg)
    return number
