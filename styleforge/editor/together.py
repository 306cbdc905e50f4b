"""Several domains in one session: one is in front, what is asked of the others stands beside it.

Picture, seed and results are common to all. The commands are about the domain in front; a run does
what is asked of all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from styleforge.editor.state import AttributeState, Edit

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk

COMMON = ("identity", "tray", "subjects", "seed", "seed_locked", "discarded")


def fronted(edit: Edit, domain: str) -> Edit:
    """An edit with another of its domains in front; as it is where it has one alone."""
    if not domain or domain == edit.domain or domain not in edit.beside:
        return edit
    beside = {name: one for name, one in edit.beside.items() if name != domain}
    beside[edit.domain] = own_part(edit)
    return replace(edit.beside[domain], beside=beside, **_common(edit))


def own_part(edit: Edit) -> Edit:
    """What an edit says of the domain in front, without what is common to all."""
    return replace(edit, beside={}, **_common(Edit()))


def _common(edit: Edit) -> dict[str, Any]:
    """What an edit says of all domains at once."""
    return {name: getattr(edit, name) for name in COMMON}


def asks(edit: Edit) -> bool:
    """Whether anything is asked of the domain in front."""
    return bool(edit.custom) or any(state.asked for state in edit.attributes.values())


def asked_parts(edit: Edit, desk: Desk) -> tuple[tuple[Desk, Edit], ...]:
    """The domains of which something is asked, each in front with its desk, in their order.

    The one in front where nothing is asked of any; one alone whose recipe is run as it was loaded.
    """
    front = desk.at(edit.domain)
    if not edit.beside:
        return ((front, edit),)
    every = [(one, fronted(edit, name)) for name, one in front.desks.items()]
    loaded = [part for part in every if part[1].custom]
    asked = [part for part in every if asks(part[1])]
    return tuple(loaded[:1] or asked) or ((front, edit),)


def states_of(edit: Edit) -> Iterator[AttributeState]:
    """The states of all domains' attributes, those of the one in front first."""
    yield from edit.attributes.values()
    for part in edit.beside.values():
        yield from part.attributes.values()


def all_done(edit: Edit) -> Mapping[str, Edit]:
    """What stands beside an edit whose result was accepted: switched off, unless it is locked."""
    return {name: replace(part, custom="", own="", attributes=switched_off(part))
            for name, part in edit.beside.items()}  # fmt: skip


def switched_off(edit: Edit) -> Mapping[str, AttributeState]:
    """Attributes as they are once what was asked of them is done; locked ones go on."""
    return {
        name: state if state.locked else replace(state, enabled=False)
        for name, state in edit.attributes.items()
    }
