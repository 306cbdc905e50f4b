"""Panels: what a plugin adds to the notebook editor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from styleforge.editor.session import EditSession


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A part of the editor that a plugin brings.

    ``build`` is a module-level function from the session to an ipywidget; it speaks to the session
    through commands and `EditSession.subscribe` alone. The panel is shown for the ``domains`` it
    names, for all where it names none, and where ``when(session)`` is true. Panels are shown by
    ``order``, then by name.

    Example:
        >>> def build(session):
        ...     import ipywidgets
        ...
        ...     return ipywidgets.Label(session.domain.title)
        >>> Panel(name="title", title="Title", help="What is edited.", build=build).order
        100
    """

    name: str
    title: str
    help: str
    build: Callable[[EditSession], Any]
    domains: tuple[str, ...] = ()
    when: Callable[[EditSession], bool] | None = None
    order: int = 100

    def shown(self, session: EditSession) -> bool:
        """Whether the panel belongs in the editor of a session."""
        if self.domains and session.domain.name not in self.domains:
            return False
        return self.when is None or self.when(session)
