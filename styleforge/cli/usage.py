"""What is said of a command that was not typed as it has to be: a sentence, and what to type."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from typer.core import TyperGroup

from styleforge.cli.examples import examples_of
from styleforge.errors import UserError

# Typer checks values by itself or by pydantic, by its version, and each has its own words.
_WORDS = (
    (re.compile(r"Input should be a valid integer.*|.* is not a valid int.*"), "a whole number"),
    (re.compile(r"Input should be a valid number.*|.* is not a valid float.*"), "a number"),
    (re.compile(r"Input should be greater than or equal to ([\d.]+).*"), r"\1 or more"),
    (re.compile(r"Input should be less than or equal to ([\d.]+).*"), r"\1 or less"),
    (re.compile(r".* is not in the range x>=([\d.]+).*"), r"\1 or more"),
    (re.compile(r".* is not in the range ([\d.]+)<=x<=([\d.]+).*"), r"\1 to \2"),
)
_CHOICE = re.compile(r"(?:Value error, )?'(.*?)' is not one of (.*)")
_EXTRA = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)")


class Group(TyperGroup):
    """The commands; one that there is not is refused with the nearest."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of the first word.

        Raises:
            UserError: if there is none of that name.
        """
        if not args[0].startswith("-") and args[0] not in self.commands:
            near = nearest(args[0], self.commands)
            msg = f"There is no command {args[0]!r}.{near} `styleforge --help` lists the commands."
            raise UserError(msg)
        return super().resolve_command(ctx, args)


def nearest(word: str, have: Iterable[str]) -> str:
    """`` Did you mean X?`` of the nearest of those that there are; nothing where none is near.

    Example:
        >>> nearest("--identty", ["--identity", "--out"])
        ' Did you mean --identity?'
    """
    near = difflib.get_close_matches(word, sorted(have), n=1)
    return f" Did you mean {near[0]}?" if near else ""


def explained(error: Exception) -> str | None:
    """The sentence of Typer's usage error; None where it is something else.

    Its class is Click's or Typer's own, depending on the version, so it is known by what it has.
    """
    plain = getattr(error, "format_message", None)
    if plain is None:
        return None
    ctx, param = getattr(error, "ctx", None), getattr(error, "param", None)
    path = "styleforge" if ctx is None else str(ctx.command_path)
    more = f" `{path} --help` lists what there is."
    said = str(plain()).rstrip(".")
    kind = type(error).__name__
    if kind == "NoSuchOption":
        option = str(getattr(error, "option_name", said))
        return f"`{path}` has no option {option}.{nearest(option, options_of(ctx))}{more}"
    if kind == "MissingParameter" and param is not None:
        return f"`{path}` needs {_what(param)}.{_example(path)}{more}"
    if kind == "BadParameter" and param is not None:
        expected = _expected(str(getattr(error, "message", "")))
        where = _name(param) if param.param_type_name == "option" else f"`{path}`"
        return f"{where} is not understood: {expected}{more}"
    if extra := _EXTRA.fullmatch(said):
        return f"`{path}` does not know what to do with {extra[1]}.{more}"
    return f"{said}.{more}"


def options_of(ctx: Any) -> list[str]:
    """The options of a command, as they are typed."""
    params = () if ctx is None else ctx.command.params
    return [one for param in params if param.param_type_name == "option" for one in param.opts]


def _name(param: Any) -> str:
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or param.name)


def _what(param: Any) -> str:
    text = str(getattr(param, "help", "") or "").rstrip(".")
    value = f" {param.metavar}" if param.param_type_name == "option" and param.metavar else ""
    return f"{_name(param)}{value}" + (f" ({text[0].lower()}{text[1:]})" if text else "")


def _example(path: str) -> str:
    lines = examples_of(path.rpartition(" ")[2])
    return f" For example: `{lines[0]}`." if lines else ""


def _expected(message: str) -> str:
    message = message.rstrip(".")
    if chosen := _CHOICE.fullmatch(message):
        near = nearest(chosen[1], re.findall(r"'(.*?)'", chosen[2]))
        return f"{chosen[1]!r} is none of {chosen[2]}.{near}"
    for pattern, words in _WORDS:
        if found := pattern.fullmatch(message):
            return f"{found.expand(words)} was expected."
    return f"{message}."
