"""What the server's tests share: a server of the toy domain, begun as often as a test likes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from toy_server import Running, make_forge, served

from styleforge.forge import Forge
from styleforge.server.settings import Settings


@pytest.fixture(scope="session")
def gallery(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pictures of the toy world."""
    folder = tmp_path_factory.mktemp("gallery")
    for name, role in (("ann", "identity"), ("bob", "appearance")):
        (folder / f"{name}.png").write_bytes((pictures / f"{role}.png").read_bytes())
    return folder


@pytest.fixture
def toys(gallery: Path) -> Forge:
    """The forge of a server."""
    return make_forge(gallery)


@pytest.fixture
def serve(tmp_path: Path, toys: Forge) -> Iterator[Callable[..., Running]]:
    """Start servers on the same folder, one after another; the last one ends with the test."""
    with ExitStack() as stack:

        def start(executor: Any = None, **settings: Any) -> Running:
            stack.close()
            made = Settings(folder=tmp_path / "kept", **{"port": 0, **settings})
            return stack.enter_context(served(made, toys, executor))

        start.leave = stack.close  # type: ignore[attr-defined]
        yield start


@pytest.fixture
def identity(pictures: Path) -> bytes:
    """The bytes of a picture that the toy models know."""
    return (pictures / "identity.png").read_bytes()
