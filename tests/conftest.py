"""What every test of core shares: one thread, a forge with the toy plugin, its models."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
import torch

import styleforge
from styleforge.api.default import default_forge
from styleforge.forge import Forge
from styleforge.pack.models import Models
from styleforge.plugins import discovery
from styleforge.prepare.images import save_image
from styleforge.prepare.problem import Problem
from styleforge.run.result import Result
from styleforge.testing import toy


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny tensors are quicker on one thread, and CI machines are shared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings of the person who runs it."""
    for name in [name for name in os.environ if name.startswith("STYLEFORGE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path / "styleforge-home"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # said, so that no run looks how busy the machine is


@pytest.fixture(autouse=True)
def own_default_forge() -> Iterator[None]:
    """No test leaves its plugins and models to another."""
    yield
    default_forge.cache_clear()


@pytest.fixture
def forge() -> Forge:
    """Core and the toy plugin, nothing that is installed."""
    made = Forge(plugins=())
    made.use(toy, toy.__name__)  # said, or it would be looked for among all that is installed
    return made


@pytest.fixture(scope="session")
def models() -> Models:
    """The toy models in float32."""
    return Models(toy.toy_pack())


@pytest.fixture
def problem(models: Models) -> Problem:
    """The toy's references, with the toy models in float32."""
    return toy.toy_problem(models)


@pytest.fixture(scope="session")
def models64() -> Models:
    """The toy models in float64."""
    return Models(toy.toy_pack(), dtype=torch.float64)


@pytest.fixture(scope="session")
def pictures(models: Models, tmp_path_factory) -> Path:
    """Pictures of the toy world, by role."""
    folder = tmp_path_factory.mktemp("pictures")
    for role, reference in toy.toy_problem(models).references.items():
        save_image(reference.image, folder / f"{role}.png")
    return folder


@pytest.fixture
def beside_pictures(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run where the toy pictures lie."""
    monkeypatch.chdir(pictures)


@pytest.fixture
def edit(forge: Forge) -> Callable[..., Result]:
    """`styleforge.edit` of the toy identity, with the toy forge."""

    def run(**asked: Any) -> Result:
        return styleforge.edit("toy", "identity.png", forge=forge, **asked)

    return run


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Pretend that modules of this source are installed as plugins, by name, and no others."""
    monkeypatch.syspath_prepend(str(tmp_path))
    points: list[EntryPoint] = []
    monkeypatch.setattr(discovery, "installed_entry_points", lambda: tuple(points))

    def _install(**sources: str) -> None:
        for name, source in sources.items():
            module = f"fake_{tmp_path.name}_{name}".replace("-", "_")
            (tmp_path / f"{module}.py").write_text(source)
            points.append(EntryPoint(name, module, "styleforge"))

    return _install
