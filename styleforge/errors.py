"""The exceptions that speak to the user.

Every message is one or two sentences: what came, what was expected, what to do. The command
line prints them without a traceback and exits with code 2.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

LONGEST = 2000  # characters of a message: one that fills the screen is not read
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.?)", re.DOTALL)


def printable(text: str, longest: int = LONGEST) -> str:
    r"""A text as it may go to a terminal: without escape codes, and not of any length.

    What others wrote (a plugin's message, a name in a file) could otherwise colour, clear or fill
    the screen. Lines and tabs stay.

    Example:
        >>> printable("\x1b[31mred\x1b[0m and " + 3000 * "long ")[:20]
        'red and long long lo'
    """
    # Read no more than can be shown: a message may have megabytes.
    plain = _ESCAPES.sub("", text[: 4 * longest])
    plain = "".join(one for one in plain if one.isprintable() or one in "\n\t")
    if len(plain) <= longest and len(text) <= 4 * longest:
        return plain
    return f"{plain[:longest].rstrip()} ... ({len(text)} characters)"


class UserError(Exception):
    """Something the user can mend: a wrong file, an unknown name, an empty region.

    Example:
        >>> import styleforge as sf
        >>> try:
        ...     sf.Swatch("violet")
        ... except sf.UserError as error:
        ...     print(str(error).partition(";")[0])
        'violet' is not a colour
    """


class Refused(UserError):
    """Raised by a plugin's ``before_run`` hook to stop a run before it starts.

    Example:
        >>> def before_run(forge, recipe):
        ...     if recipe.steps > 2000:
        ...         raise Refused(f"{recipe.steps} steps take too long here; ask for at most 2000.")
    """


class SeveralSubjects(UserError):
    """A picture shows several subjects, and none of them was chosen.

    Args:
        message: what to do.
        numbered: a Pillow picture of it that has their numbers; None where there is none.
        places: of each its middle in shares of the picture's width and height, and half its width
            in shares of the picture's.

    Example:
        >>> str(SeveralSubjects("two.png shows 2 faces.", None))
        'two.png shows 2 faces.'
    """

    def __init__(
        self, message: str, numbered: Any, places: tuple[tuple[float, float, float], ...] = ()
    ) -> None:
        super().__init__(message)
        self.numbered = numbered
        self.places = places


class Diverged(UserError):
    """A loss, or its gradient, became NaN or infinite.

    Example:
        >>> issubclass(Diverged, UserError)  # caught as every error that speaks to the user
        True
    """


class PluginError(UserError):
    """A plugin broke the contract: a wrong item, a name that is taken, a newer interface.

    Example:
        >>> from styleforge import Forge
        >>> forge = Forge(())
        >>> try:
        ...     forge.use(object(), "empty")
        ... except PluginError as error:
        ...     print(str(error).partition(".")[0])
        Plugin 'empty' has no hooks, so it adds nothing
    """


def as_said(error: BaseException) -> UserError:
    """An error that ended a run, as a sentence.

    Example:
        >>> as_said(ZeroDivisionError("division by zero"))
        UserError('The run failed (ZeroDivisionError: division by zero).')
    """
    if isinstance(error, UserError):
        return error
    said = UserError(f"The run failed ({type(error).__name__}: {error}).")
    said.__cause__ = error
    return said


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The nearest name that there is, as a sentence behind others; empty where none is near.

    Example:
        >>> did_you_mean("lipps", ["lips", "hat"])
        " Did you mean 'lips'?"
        >>> did_you_mean("crown", ["lips", "hat"])
        ''
    """
    near = difflib.get_close_matches(name, list(names), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
