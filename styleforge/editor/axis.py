"""An axis of a sweep: strengths, pictures, words, colours or seeds, and the edit at each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import TYPE_CHECKING, Any

from styleforge.editor.change import unlocked
from styleforge.editor.changes import set_condition, set_strength
from styleforge.editor.choosing import assign
from styleforge.editor.how import set_seed
from styleforge.editor.saying import said_of
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk
    from styleforge.editor.state import Edit

SEED, STRENGTH = "seed", "strength"
VALUES = {"image": "picture", "text": "text", "swatch": "colour", "mask": "mask"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One value of an axis.

    ``kind`` is ``strength``, ``seed`` or a kind of condition; ``value`` is the number, the words,
    the colour, or the id of the picture. ``label`` stands at its row or column, ``said`` names the
    result.
    """

    kind: str
    value: str
    label: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Axis:
    """What is varied, ``title`` in words, and its steps; ``attribute`` is empty for seeds."""

    attribute: str = ""
    title: str
    steps: tuple[Step, ...]


def axis_of(key: str, values: Sequence[Any], edit: Edit, desk: Desk) -> Axis:
    """An axis as it is asked for.

    Args:
        key: ``seed``; an attribute, by name or role; or an attribute and ``strength``
            (``shape strength``).
        values: seeds; strengths from 0 to 1; or what the attribute is asked for: pictures as
            `EditSession.set_identity` takes them, words, colours, conditions. Numbers of an
            attribute are strengths.
        edit: what the controls say.
        desk: what recipes are made with.

    Raises:
        UserError: if there is no such attribute, or it does not take one of the values.
    """
    if not values:
        msg = f"The sweep names no values of {key}; give some."
        raise UserError(msg)
    if key == SEED:
        seeds = [_seed(one, edit, desk) for one in values]
        return Axis(title="Seed", steps=tuple(seeds))
    name, _, what = key.partition(" ")
    attribute = desk.attribute(name)
    if what not in {"", STRENGTH}:
        msg = f"{key!r} cannot be swept; write seed, {name}, or {name} {STRENGTH}."
        raise UserError(msg)
    numbers = all(isinstance(one, Real) and not isinstance(one, bool) for one in values)
    if what or numbers:
        if not numbers:
            msg = f"Strengths are numbers from 0 to 1; {attribute.title} was given {values[0]!r}."
            raise UserError(msg)
        steps = [
            Step(kind=STRENGTH, value=f"{v:g}", label=f"{v:g}", said=f"{attribute.title} {v:g}")
            for v in values
        ]
        title = f"{attribute.title}, strength"
        return Axis(attribute=attribute.name, title=title, steps=tuple(steps))
    asked = [_asked(attribute.name, one, edit, desk) for one in values]
    return Axis(attribute=attribute.name, title=attribute.title, steps=tuple(asked))


def at_step(edit: Edit, desk: Desk, axis: Axis, step: Step) -> Edit:
    """An edit at a step of an axis.

    Raises:
        UserError: if the attribute is locked, or the strength out of range.
    """
    if step.kind == SEED:
        return set_seed(edit, desk, int(step.value)).edit
    if step.kind == STRENGTH:
        return set_strength(edit, desk, axis.attribute, float(step.value)).edit
    state = unlocked(edit, desk, axis.attribute)
    given: dict[str, Any] = {VALUES.get(step.kind, "value"): step.value}
    state = replace(state, kind=step.kind, enabled=True, **given)
    return replace(edit, attributes={**edit.attributes, state.name: state}, custom="")


def _seed(value: Any, edit: Edit, desk: Desk) -> Step:
    try:
        seed = int(value)
    except (TypeError, ValueError):
        seed = -1
    made = set_seed(edit, desk, seed)
    return Step(kind=SEED, value=str(seed), label=str(seed), said=made.label)


def _asked(name: str, value: Any, edit: Edit, desk: Desk) -> Step:
    """A step of what an attribute is asked for."""
    known = isinstance(value, str) and value in desk.pictures.by_id
    in_memory = not isinstance(value, str) and not hasattr(value, "kind")
    if known or in_memory:
        change = assign(edit, desk, name, desk.pictures.take(value).id)
    else:
        change = set_condition(edit, desk, name, value)
    state = change.edit.attribute(name)
    said = said_of(desk.attribute(name), state, desk.pictures.by_id)
    given = str(getattr(state, VALUES.get(state.kind, "value")))
    return Step(kind=state.kind, value=given, label=said.partition(": ")[2], said=said)
