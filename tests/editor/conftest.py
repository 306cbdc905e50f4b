"""What the editor's tests share: a session of the toy domain, and a recorder of its snapshots."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sessions import LONG
from viewing import settled

from styleforge.editor import Editor, EditSession, Snapshot
from styleforge.editor.view.find import find
from styleforge.forge import Forge


class Recorder:
    """A subscriber that keeps what it is told, and waits for something to become true."""

    def __init__(self) -> None:
        self.seen: list[Snapshot] = []
        self.threads: set[str] = set()
        self._changed = threading.Condition()

    def __call__(self, snapshot: Snapshot) -> None:
        with self._changed:
            self.seen.append(snapshot)
            self.threads.add(threading.current_thread().name)
            self._changed.notify_all()

    def until(self, wanted: Callable[[Snapshot], object]) -> Snapshot:
        """The first snapshot that was told and is as wanted."""
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(wanted, self.seen)), LONG)
            return next(one for one in self.seen if wanted(one))


@pytest.fixture(scope="module")
def installed() -> Forge:
    """What is installed, with hair and clothing to edit together."""
    made = Forge()
    if "portraits" not in made.packs or not {"hair", "clothing"} <= set(made.domains):
        pytest.skip("Hair, clothing and the portraits are not all installed.")
    return made


@pytest.fixture
def session(forge: Forge, tmp_path: Path) -> Iterator[EditSession]:
    """An empty session of the toy domain."""
    with EditSession("toy", forge=forge, folder=tmp_path / "session") as made:
        yield made


@pytest.fixture
def ready(session: EditSession, pictures: Path) -> EditSession:
    """A session that could run: the toy identity, and a reference for the shape."""
    session.set_identity(pictures / "identity.png")
    session.add_reference(pictures / "shape.png", attribute="shape")
    session.wait(LONG)
    return session


@pytest.fixture
def recorder(session: EditSession) -> Recorder:
    """What the session tells."""
    made = Recorder()
    session.subscribe(made)
    return made


@pytest.fixture
def mapped(ready: EditSession) -> EditSession:
    """A session whose runs are one pass, and so take no time."""
    ready.set_preset("toy-mapper")
    ready.wait(LONG)
    return ready


@pytest.fixture
def editor(session: EditSession) -> Iterator[Editor]:
    """The editor of an empty session."""
    made = Editor(session)
    yield made
    made.close()


@pytest.fixture
def chosen(editor: Editor, ready: EditSession, pictures: Path) -> Editor:
    """An editor that could run, with two references on the tray."""
    ready.add_reference(pictures / "appearance.png")
    settled(editor)
    return editor


@pytest.fixture
def quick(chosen: Editor) -> Editor:
    """The same with the preset that takes one pass."""
    find(chosen, "Preset").value = "toy-mapper"
    settled(chosen)
    return chosen
