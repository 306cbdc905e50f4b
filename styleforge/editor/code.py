"""``Copy as Python``: code that makes the result of what the controls say."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from styleforge.editor.recipes import conditions_of, is_one_pass, recipe_of_edit
from styleforge.errors import UserError
from styleforge.prepare.parse import condition_of
from styleforge.recipe.condition import Condition, ImageRef, Mask, Swatch, Text

if TYPE_CHECKING:
    from styleforge.editor.recipes import Desk
    from styleforge.editor.state import Edit
    from styleforge.recipe.recipe import Recipe


def python_of(edit: Edit, desk: Desk, out: str) -> str:
    """Code that runs on its own and writes a PNG.

    Raises:
        UserError: if something is missing.
    """
    recipe = recipe_of_edit(edit, desk)
    if edit.custom:
        return _whole(recipe, out)
    if is_one_pass(desk.preset(edit.preset), desk) and not recipe.masks:
        return _one_pass(edit, desk, out)
    return _job(edit, desk, recipe, out)


def _one_pass(edit: Edit, desk: Desk, out: str) -> str:
    asked = conditions_of(edit, desk)
    words = {name: _short(condition, name, desk) for name, condition in asked.items()}
    classes = sorted({text.partition("(")[0] for text in words.values() if text[0].isupper()})
    lines = [
        f"{desk.domain.name!r},",
        f"{desk.pictures[edit.identity].source!r},",
        *(f"{name.partition('.')[2]}={text}," for name, text in words.items()),
    ]
    strengths = {
        name.partition(".")[2]: edit.attribute(name).strength
        for name in asked
        if edit.attribute(name).strength != 1
    }
    if strengths:
        lines.append(f"strength={strengths!r},")
    lines += [f"pack={desk.pack!r},", f"seed={edit.seed},"]
    called = "\n".join(f"    {line}" for line in lines)
    names = ", ".join([*classes, "edit"])
    return f"from styleforge import {names}\n\nresult = edit(\n{called}\n)\nresult.save({out!r})\n"


def _short(condition: Condition, name: str, desk: Desk) -> str:
    """A condition as a string where `styleforge.edit` reads it as that very condition."""
    match condition:
        case ImageRef() | Mask():
            value = condition.path if isinstance(condition, ImageRef) else f"mask:{condition.path}"
        case Text():
            value = condition.text
        case Swatch():
            value = condition.colour
    try:
        read = condition_of(value, desk.attribute(name), desk.forge.models(desk.pack))
    except UserError:
        read = None
    return repr(value) if read == condition else _call(condition)


def _job(edit: Edit, desk: Desk, recipe: Recipe, out: str) -> str:
    used = [recipe.identity, *recipe.conditions.values(), *recipe.masks.values()]
    classes = sorted({type(item).__name__ for item in used if item is not None} | {"Forge", "Job"})
    lines = [
        f"from styleforge import {', '.join(classes)}",
        "",
        "forge = Forge()",
        "recipe = forge.recipe(",
        f"    {desk.domain.name!r},",
        f"    {edit.preset!r},",
        f"    pack={desk.pack!r},",
        f"    identity={_call(recipe.identity)},",
        "    conditions={",
        *(f"        {name!r}: {_call(item)}," for name, item in recipe.conditions.items()),
        "    },",
    ]
    if recipe.masks:
        lines += ["    masks={"]
        lines += [f"        {role!r}: {_call(item)}," for role, item in recipe.masks.items()]
        lines += ["    },"]
    if recipe.described != desk.preset(edit.preset).described:
        lines.append(f"    described={recipe.described!r},")
    if recipe.strengths and not recipe.stages:
        lines.append(f"    strengths={dict(recipe.strengths)!r},")
    lines += [f"    seed={edit.seed},", ")"]
    if edit.steps is not None:
        lines.append(f"recipe = recipe.with_steps({edit.steps})")
    if recipe.strengths and recipe.stages:
        lines.insert(1, "from styleforge.recipe.strength import with_strengths")
        lines.append(
            f"recipe = with_strengths(recipe, forge.attributes_of({desk.domain.name!r}), "
            f"{dict(recipe.strengths)!r})"
        )
    return "\n".join([*lines, *_end(out)])


def _whole(recipe: Recipe, out: str) -> str:
    """A recipe that no preset makes, as it is."""
    lines = [
        "from styleforge import Forge, Job, Recipe",
        "",
        "forge = Forge()",
        f"recipe = Recipe.from_json({recipe.to_json()!r})",
    ]
    return "\n".join([*lines, *_end(out)])


def _end(out: str) -> list[str]:
    return ["result = Job(forge, recipe).result()", f"result.save({out!r})", ""]


def _call(item: Condition | None) -> str:
    """A condition as it is written in Python, without what it says of itself anyway."""
    given: list[str] = []
    for one in fields(item) if item is not None else ():
        value = getattr(item, one.name)
        if one.name != "kind" and value is not None:
            given.append(repr(value) if not given else f"{one.name}={value!r}")
    return f"{type(item).__name__}({', '.join(given)})"
