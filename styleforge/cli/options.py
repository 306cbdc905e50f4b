"""From words on the command line to values and strengths of a domain's attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.cli.usage import nearest
from styleforge.errors import UserError
from styleforge.files import check_writable

if TYPE_CHECKING:
    from styleforge.recipe.domain import Attribute


def option_of(attribute: Attribute, *, several: bool = False) -> str:
    """The attribute's option: ``--finer-style`` for ``lips.finer_style``.

    Where several domains are edited together, ``--lips-finer-style``.
    """
    return "--" + _spelt(attribute, several=several).replace("_", "-")


def _spelt(attribute: Attribute, *, several: bool) -> str:
    if not several:
        return attribute.role
    from styleforge.recipe.combine import spelling  # recipes load slowly, for --help in vain

    return spelling(attribute)


def options_of(attributes: Sequence[Attribute]) -> dict[str, str]:
    """The options of attributes of one or several domains, by attribute name."""
    several = len({item.domain for item in attributes}) > 1
    return {item.name: option_of(item, several=several) for item in attributes}


def attribute_values(
    words: Sequence[str],
    attributes: Sequence[Attribute],
    domain: str,
    command: str = "transfer",
    others: Sequence[str] = (),
) -> dict[str, str]:
    """Read ``--shape FILE`` and ``--shape=FILE`` to values by attribute name.

    A word that is none of them may be meant for one of the command's other options.

    An attribute whose role is also an option of the command can be written in full
    (``--lips.seed FILE``).

    Raises:
        UserError: for a word that is no attribute's option, a missing or a repeated value.
    """
    own = options_of(attributes)
    by_option = {own[item.name]: item for item in attributes}
    by_option |= {
        own[item.name].replace("-", "_").replace("__", "--", 1): item for item in attributes
    }
    by_option |= {f"--{item.name}": item for item in attributes}
    values: dict[str, str] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        option, given, value = word.partition("=")
        if option not in by_option:
            raise UserError(_unknown(option, attributes, domain, command, others))
        if not given:
            if not left or left[0].startswith("--"):
                from styleforge.prepare.parse import expected

                msg = f"{option} needs a value: {expected(by_option[option])}."
                raise UserError(msg)
            value = left.pop(0)
        name = by_option[option].name
        if name in values:
            msg = f"{option} was given twice, {values[name]} and {value}; give it once."
            raise UserError(msg)
        values[name] = value
    return values


def _unknown(
    word: str, attributes: Sequence[Attribute], domain: str, command: str, others: Sequence[str]
) -> str:
    have = list(options_of(attributes).values())
    hint = nearest(word, [*have, *others])
    what = "an option" if word.startswith("-") else "expected here; every value follows an option"
    return (
        f"{word} is not {what}. The attributes of {domain} are {', '.join(have) or 'none'}; "
        f"`styleforge {command} --help` lists the other options.{hint}"
    )


def strengths_of(
    words: Sequence[str], asked: Mapping[str, object], attributes: Sequence[Attribute]
) -> dict[str, float]:
    """Read ``0.5`` (all attributes asked for) and ``shape=0.5`` to strengths by attribute name.

    Raises:
        UserError: if a word is neither, or names an attribute that was not asked for.
    """
    several = len({item.domain for item in attributes}) > 1
    names = {key: item.name for item in attributes for key in _spellings(item, several=several)}
    strengths: dict[str, float] = {}
    for word in words:
        key, given, number = word.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            msg = f"--strength {word} is not understood; write 0.5, or NAME=0.5."
            raise UserError(msg) from None
        if not given:
            strengths = {**dict.fromkeys(asked, value), **strengths}
            continue
        name = names.get(key)
        if name is None or name not in asked:
            have = ", ".join(item.role for item in attributes if item.name in asked) or "none"
            msg = f"--strength {word} names no attribute that is asked for; those are: {have}."
            raise UserError(msg)
        strengths[name] = value
    return strengths


def numbers_of(words: Sequence[str]) -> dict[str, float]:
    """Read ``roots=0.7`` to numbers by name.

    Raises:
        UserError: if a word is something else.
    """
    found = {}
    for word in words:
        name, _, number = word.rpartition("=")
        try:
            found[name] = float(number)
        except ValueError:
            name = ""
        if not name:
            msg = f"--tune {word} is not understood; write NAME=NUMBER, such as roots=0.7."
            raise UserError(msg)
    return found


def subjects_of(words: Sequence[str], attributes: Sequence[Attribute]) -> dict[str, int]:
    """Read ``2`` (of the identity) and ``shape=2`` to numbers of subjects by role.

    Raises:
        UserError: if a word is neither, or a picture is named twice.
    """
    several = len({item.domain for item in attributes}) > 1
    names = {key: item.name for item in attributes for key in _spellings(item, several=several)}
    found: dict[str, int] = {}
    for word in words:
        key, _, number = word.rpartition("=")
        if not number.isdecimal() or len(number) > 4 or int(number) < 1:
            msg = f"--subject {word} is not understood; write 2, or NAME=2."
            raise UserError(msg)
        role = names.get(key, key) or "identity"
        if role in found:
            msg = f"--subject was given twice for {key or role}; give it once."
            raise UserError(msg)
        found[role] = int(number)
    return found


def _spellings(attribute: Attribute, *, several: bool) -> tuple[str, ...]:
    short = _spelt(attribute, several=several)
    return attribute.name, short, short.replace("_", "-")


def masks_of(given: Sequence[str]) -> dict[str, str]:
    """Painted masks by role, of ``FILE`` for the identity and ``ROLE=FILE``.

    Raises:
        UserError: if a role is given two, or one has no file.
    """
    found: dict[str, str] = {}
    for one in given:
        name, is_role, path = one.partition("=")
        role, path = (name, path) if is_role and not Path(one).exists() else ("identity", one)
        if role in found:
            msg = f"--mask gives {role} two masks, {found[role]} and {path}; give it one."
            raise UserError(msg)
        if not path:
            msg = f"--mask {one} names no file; write --mask FILE, or --mask {role}=FILE."
            raise UserError(msg)
        found[role] = path
    return found


def writable_picture(path: Path) -> Path:
    """Check that a result can be written, before anything is computed for it.

    Raises:
        UserError: if the name asks for no format that is written, or the folder will not do.
    """
    from styleforge.prepare.formats import FORMATS

    return writable(path, *FORMATS)


def writable(path: Path, *suffixes: str) -> Path:
    """Check that a file with one of these suffixes can be written.

    Raises:
        UserError: if the name or the folder will not do.
    """
    if path.is_dir():
        msg = f"{path} is a folder; a name that ends in {suffixes[0]} was expected."
        raise UserError(msg)
    if path.suffix.lower() not in suffixes:
        *most, last = suffixes
        have = f"{', '.join(most)} or {last}" if most else last
        msg = f"{path} must end in {have}; nothing else is written there."
        raise UserError(msg)
    check_writable(path, advice="Choose another folder.")
    return path
