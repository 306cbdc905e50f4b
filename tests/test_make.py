"""What the Makefile's targets would run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def commands_of(target):
    if shutil.which("make") is None:
        pytest.skip("There is no make here.")
    # Under another make, which sets these, it would tell of the folder and of that one's options.
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    own.pop("MFLAGS", None)
    told = subprocess.run(
        ["make", "--no-print-directory", "-n", target],
        cwd=ROOT, env=own, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return told.stdout.replace("\\\n", "").splitlines()


def test_lab_opens_a_copy_and_root_may_open_it(tmp_path):
    *before, opens = commands_of("lab")
    assert opens.split()[-1] == "out/lab/hair_editor.ipynb"
    assert ("--allow-root" in opens) == (os.getuid() == 0)
    (installs,) = (line for line in before if line.split()[-2:] == ["jupyterlab", "matplotlib"])
    assert "pip install" in installs  # what tutorials import
    (copies,) = (line for line in before if "test -e" in line)
    (tmp_path / "out" / "lab" / "tutorials").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "docs" / "tutorials").mkdir(parents=True)
    (tmp_path / "docs" / "tutorials" / "1-first-transfer.ipynb").write_text("a tutorial")
    for name in ("hair_editor.ipynb", "clothing_editor.ipynb"):
        (tmp_path / "notebooks" / name).write_text("as it is in the repository")
    kept = tmp_path / "out" / "lab" / "hair_editor.ipynb"
    kept.write_text("mine")
    subprocess.run(["sh", "-ec", copies], cwd=tmp_path, check=True)
    assert kept.read_text() == "mine"
    assert kept.with_name("clothing_editor.ipynb").read_text() == "as it is in the repository"
    assert (kept.parent / "tutorials" / "1-first-transfer.ipynb").read_text() == "a tutorial"


def test_the_page_ends_kernels_and_lets_in_who_has_the_token():
    (serves,) = (line for line in commands_of("app") if "voila" in line and "--port" in line)
    for word in (
        "--Voila.ip=127.0.0.1",
        "--token",
        "--MappingKernelManager.cull_idle_timeout=600",
        "'allow_remote_access': False",
        "STYLEFORGE_VISITORS=24",
    ):
        assert word in serves
