"""Laws of panels: they are built without a kernel, and every control has a name."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from styleforge.testing.labels import unlabelled
from styleforge.testing.laws.law import Law, LawBroken
from styleforge.testing.laws.words import check_title_and_help

if TYPE_CHECKING:
    from styleforge.editor.session import EditSession
    from styleforge.testing.subjects import PanelSubject

ADDRESS = r"\bat 0x[0-9a-f]+"


def has_title_and_help(subject: PanelSubject) -> None:
    """The panel has a title and a help."""
    check_title_and_help(subject, subject.item)


def names_domains_that_exist(subject: PanelSubject) -> None:
    """The domains that it is shown for are registered."""
    for name in subject.item.domains:
        if name not in subject.forge.domains:
            have = ", ".join(subject.forge.domains) or "none"
            msg = (
                f"{subject} is for the domain {name!r}, which nobody registered; there are: "
                f"{have}. Correct `domains`, or load the plugin of that domain too."
            )
            raise LawBroken(msg)


def is_built_without_a_kernel(subject: PanelSubject) -> None:
    """``build`` gives a widget for a session in which nothing happened yet."""
    import ipywidgets

    with _built(subject) as widget:
        if not isinstance(widget, ipywidgets.Widget):
            msg = (
                f"{subject} built a {type(widget).__name__}; an ipywidget was expected. Return "
                "the widget, such as a VBox, instead of displaying it."
            )
            raise LawBroken(msg)


def has_accessible_labels(subject: PanelSubject) -> None:
    """Every control has a description or a tooltip, which screen readers read."""
    with _built(subject) as widget:
        missing = list(unlabelled(widget))
    if missing:
        msg = (
            f"{subject} has {len(missing)} control{'s' if len(missing) > 1 else ''} without a "
            f"name: {', '.join(missing)}. Give each a description, or a tooltip where there is "
            "no room for one."
        )
        raise LawBroken(msg)


def has_a_stable_repr(subject: PanelSubject) -> None:
    """Built twice in one session it prints the same, and no address of memory."""
    with _session(subject) as session:
        one, two = (repr(subject.item.build(session)) for _ in range(2))
    if one != two or re.search(ADDRESS, one):
        msg = (
            f"{subject} prints as {_around(one, two)} That differs from run to run, so that no "
            "notebook with it can be compared with its stored output. Show no objects, times or "
            "random names."
        )
        raise LawBroken(msg)


def _around(one: str, two: str) -> str:
    """The part of a repr that differs from the other, or holds an address."""
    address = re.search(ADDRESS, one)
    pairs = enumerate(zip(one, two, strict=False))
    at = next((n for n, (a, b) in pairs if a != b), min(len(one), len(two)))
    if one == two and address:
        at = address.start()
    return f"'…{one[max(at - 40, 0) : at + 40]}…'."


@contextmanager
def _built(subject: PanelSubject) -> Iterator[Any]:
    """The panel in a session of its own."""
    with _session(subject) as session:
        yield subject.item.build(session)


@contextmanager
def _session(subject: PanelSubject) -> Iterator[EditSession]:
    """A session that the panel can be built for."""
    from styleforge.editor.session import EditSession
    from styleforge.testing import toy

    forge, panel = subject.forge, subject.item
    if not len(forge.packs) or not len(forge.domains):
        forge.use(toy)
    named = [name for name in panel.domains if name in forge.domains]
    domain = named[0] if named else next(iter(forge.domains))
    with (
        tempfile.TemporaryDirectory() as folder,
        EditSession(domain, forge=forge, folder=folder) as session,
    ):
        yield session


def _has_widgets(_: PanelSubject) -> bool:
    return find_spec("ipywidgets") is not None


LAWS = (
    Law("panel", has_title_and_help),
    Law("panel", names_domains_that_exist),
    Law("panel", is_built_without_a_kernel, _has_widgets),
    Law("panel", has_accessible_labels, _has_widgets),
    Law("panel", has_a_stable_repr, _has_widgets),
)
