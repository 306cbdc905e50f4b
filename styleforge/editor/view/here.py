"""Where an editor is made: in which cell of which notebook, or for which visitor of a page.

What must outlive a cell hangs off the shell of the kernel, not off a module.
"""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from styleforge.editor.folders import visited
from styleforge.editor.owner import NOBODY, Owner, new_token, own_folder

if TYPE_CHECKING:
    from styleforge.editor.session import EditSession
    from styleforge.editor.view.holder import Holder

LINK = "session"  # of the query of a page's address
KEY = "styleforge_editors"


@dataclass
class _Cell:
    """The editors that one cell made when it was run last, and the sessions they left before."""

    run: str
    editors: list[weakref.ref[Holder]] = field(default_factory=list)
    left: dict[int, EditSession] = field(default_factory=dict)


@dataclass(frozen=True)
class Here:
    """Whose session an editor is to show.

    ``session`` is one that is still open: the cell was run before. ``expired`` is whether a link
    was given whose session is no longer kept.
    """

    owner: Owner = NOBODY
    session: EditSession | None = None
    expired: bool = False


def here(domain: str, editor: Holder) -> Here:
    """Where an editor of a domain is being made. Earlier editors of the same cell are closed."""
    shell = _shell()
    if shell is None:
        return Here()
    if visited():
        return _visitor(shell, domain)
    notebook = os.environ.get("JPY_SESSION_NAME", "")
    cell, run = _cell_of(shell)
    if not (notebook and cell):
        return Here()
    cells: MutableMapping[str, _Cell] = shell.meta.setdefault(KEY, {})
    found = cells.get(cell)
    if found is None or found.run != run:
        found = cells[cell] = _Cell(run, left=_closed(found))
    number = len(found.editors)
    found.editors.append(weakref.ref(editor))
    return Here(Owner.cell(notebook, cell, number), found.left.pop(number, None))


def _closed(cell: _Cell | None) -> dict[int, EditSession]:
    """The sessions of a cell's editors, whose widgets are closed; a run in them goes on."""
    if cell is None:
        return {}
    for session in cell.left.values():
        session.close()
    left = {}
    for number, made in enumerate(cell.editors):
        editor = made()
        if editor is None:
            continue
        open_still = editor.leave()
        editor.close()
        if open_still is not None and editor.owns:
            left[number] = open_still
    return left


def _visitor(shell: Any, domain: str) -> Here:
    """A visitor, by the link that they came with; a new link where it leads nowhere.

    A token that we did not make is never taken: whoever chose it would see what is made here.
    """
    page = shell.meta.setdefault(KEY, {"token": "", "made": 0})
    page["made"] += 1
    number = page["made"]
    said = parse_qs(os.environ.get("QUERY_STRING", "")).get(LINK, [""])[0]
    came = Owner.visitor(said, number)
    if said and page["token"] in {"", said} and own_folder(domain, came) is not None:
        page["token"] = said
        return Here(came)
    page["token"] = page["token"] or new_token()
    return Here(Owner.visitor(page["token"], number), expired=bool(said) and number == 1)


def _shell() -> Any:
    """IPython's shell, where this runs in one of a kernel."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return shell if getattr(shell, "kernel", None) is not None else None


def _cell_of(shell: Any) -> tuple[str, str]:
    """The id of the cell that is being run, and of this run of it; empty where nobody says."""
    parent = shell.kernel.get_parent("shell") or {}
    cell = parent.get("metadata", {}).get("cellId", "")
    return str(cell), str(parent.get("header", {}).get("msg_id", ""))
