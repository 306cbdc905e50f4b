"""``Copy as Python``: code that makes the result of what the controls say."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from styleforge.editor.recipes import conditions_of, is_one_pass, recipe_of_edit
from styleforge.editor.together import asked_parts
from styleforge.errors import UserError
from styleforge.prepare.parse import condition_of
from styleforge.recipe.condition import Condition, Custom, ImageRef, Mask, Swatch, Text

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk
    from styleforge.editor.state import Edit
    from styleforge.recipe.recipe import Recipe


def python_of(edit: Edit, desk: Desk, out: str) -> str:
    """Code that runs on its own and writes a PNG.

    Raises:
        UserError: if something is missing.
    """
    recipe = recipe_of_edit(edit, desk)
    (at, part), *more = asked_parts(edit, desk)
    if part.custom or more:
        return _whole(recipe, out)
    return _call_of(part, at, recipe, out)


def _call_of(edit: Edit, desk: Desk, recipe: Recipe, out: str) -> str:
    """One of the two headline calls, with what the controls say."""
    preset = desk.preset(edit.preset)
    one_pass = is_one_pass(preset, desk)
    asked = conditions_of(edit, desk)
    lines = [
        f"{desk.domain.name!r},",
        f"{desk.pictures[edit.identity].source!r},",
        *(f"{_role(name)}={_short(one, name, desk)}," for name, one in asked.items()),
    ]
    strengths = {
        _role(name): edit.attribute(name).strength
        for name in asked
        if edit.attribute(name).strength != 1
    }
    if strengths:
        lines.append(f"strength={strengths!r},")
    if recipe.identity is not None and recipe.identity.subject is not None:
        lines.append(f"subject={recipe.identity.subject},")
    if recipe.masks:
        painted = ", ".join(f"{role!r}: {_painted(one)}" for role, one in recipe.masks.items())
        lines.append(f"masks={{{painted}}},")
    if not one_pass:
        lines.append(f"preset={edit.preset!r},")
        if recipe.described != preset.described:
            lines.append(f"described={recipe.described!r},")
        if edit.steps is not None:
            lines.append(f"steps={edit.steps},")
    lines += [f"pack={desk.pack!r},", f"seed={edit.seed},"]
    called = "\n".join(f"    {line}" for line in lines)
    call = "edit" if one_pass else "transfer"
    return f"import styleforge as sf\n\nresult = sf.{call}(\n{called}\n)\nresult.save({out!r})\n"


def _painted(mask: Mask) -> str:
    """A mask as code; a path where that says all."""
    return f"sf.Mask({mask.path!r}, over={mask.over!r})" if mask.over else repr(mask.path)


def _role(name: str) -> str:
    return name.partition(".")[2]


def _short(condition: Condition, name: str, desk: Desk) -> str:
    """A condition as a string where `styleforge.edit` reads it as that very condition."""
    match condition:
        case ImageRef() | Mask():
            value = condition.path if isinstance(condition, ImageRef) else f"mask:{condition.path}"
        case Text():
            value = condition.text
        case Swatch():
            value = condition.colour
        case Custom():
            value = f"{condition.name}:{condition.value}"
    try:
        read = condition_of(value, desk.attribute(name), desk.forge.models(desk.pack))
    except UserError:
        read = None
    return repr(value) if read == condition else _call(condition)


def _whole(recipe: Recipe, out: str) -> str:
    """A recipe that no preset makes, as it is."""
    return (
        "import styleforge as sf\n\n"
        f"recipe = sf.Recipe.from_json({recipe.to_json()!r})\n"
        "result = sf.Job(sf.default_forge(), recipe).result()\n"
        f"result.save({out!r})\n"
    )


def _call(item: Condition) -> str:
    """A condition as it is written in Python, without what it says of itself anyway."""
    given: list[str] = []
    for one in fields(item):
        value = getattr(item, one.name)
        if one.name != "kind" and value is not None:
            given.append(repr(value) if not given else f"{one.name}={value!r}")
    return f"sf.{type(item).__name__}({', '.join(given)})"
