"""The wheels of every distribution, in a fresh environment without the source tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parent.parent
FOLDERS = [ROOT, *(path.parent for path in sorted(ROOT.glob("plugins/*/pyproject.toml")))]
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"

Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.slow


def call(
    command: list[object], cwd: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A finished command, with what it said."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> dict[str, Path]:
    """The wheels by distribution, each built by its own backend."""
    made = tmp_path_factory.mktemp("dist")
    found = {}
    for folder in FOLDERS:
        done = call([sys.executable, "-c", BUILD, made], folder)
        assert done.returncode == 0, done.stderr
        wheel = made / done.stdout.split()[-1]
        found[wheel.name.partition("-")[0].replace("_", "-")] = wheel
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A fresh environment; `fresh` and `whole` install into it."""
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv makes the environment, and there is none here.")
    folder = tmp_path_factory.mktemp("fresh")
    done = call([uv, "venv", "-q", "--python", sys.executable, folder / "env"], folder)
    assert done.returncode == 0, done.stderr
    return folder


def install(home: Path, *what: str) -> None:
    """Install requirements: from uv's cache where that has them all, from the index otherwise."""
    command = [
        *("uv", "pip", "install", "-q", "--python", home / "env" / "bin" / "python"),
        *("--constraint", ROOT / "constraints.txt"),
    ]
    done = call([*command, "--offline", *what], home)
    if done.returncode != 0:
        done = call([*command, *what], home)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def run(home) -> Run:
    """Run a program of the fresh environment, which sees nothing of this one."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PYTHON", "STYLEFORGE_", "VIRTUAL_ENV"))
    }

    def run_in(program: str, *words: object) -> subprocess.CompletedProcess[str]:
        own = kept | {"STYLEFORGE_HOME": str(home / "settings")}
        return call([home / "env" / "bin" / program, *words], home, own)

    return run_in


@pytest.fixture(scope="module")
def bare(home, wheels, run) -> Run:
    """Programs where core alone is installed."""
    install(home, f"styleforge @ {wheels['styleforge'].as_uri()}")
    return run


def test_the_licence_is_in_every_wheel(wheels):
    assert {"styleforge", "styleforge-hair", "styleforge-portraits"} <= set(wheels)
    for wheel in wheels.values():
        with zipfile.ZipFile(wheel) as packed:
            names = {Path(name).name: name for name in packed.namelist() if "/licenses/" in name}
            for name in ("LICENSE", "NOTICE"):
                assert packed.read(names[name]) == (ROOT / name).read_bytes(), wheel.name


def test_core_alone_says_what_to_add(bare):
    asked = ("--identity", "gallery:mira", "--shape", "gallery:noor", "-o", "out.png")
    done = bare("styleforge", "transfer", "hair", *asked)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "`pip install styleforge-hair` adds it" in done.stderr
    for command in ("demo", "gallery", "presets"):
        done = bare("styleforge", command)
        assert done.returncode == 2
        assert 'pip install "styleforge[all]"' in done.stderr
    assert 'pip install "styleforge[all]"' in bare("styleforge", "plugins").stdout


def test_everything_edits_and_transfers(home, wheels, bare):
    urls = {name: wheel.as_uri() for name, wheel in wheels.items()}
    plugins = [f"{name} @ {url}" for name, url in urls.items() if name != "styleforge"]
    install(home, f"styleforge[all] @ {urls['styleforge']}", *plugins)
    where = bare("python", "-c", "import styleforge; print(styleforge.__file__)").stdout
    assert Path(where.strip()).is_relative_to(home / "env")
    listed = bare("styleforge", "plugins")
    assert "broken" not in listed.stdout, listed.stdout
    asked = ("--identity", "gallery:mira", "--appearance", "#8a2be2")
    done = bare("styleforge", "edit", "hair", *asked, "-o", "edit.png")
    assert done.returncode == 0, done.stderr
    asked = ("--identity", "gallery:mira", "--shape", "gallery:noor", "--steps", "2")
    done = bare("styleforge", "transfer", "hair", *asked, "-o", "transfer.png")
    assert done.returncode == 0, done.stderr
    for name in ("edit.png", "transfer.png"):
        with Image.open(home / name) as picture:
            assert picture.size == (256, 256)
