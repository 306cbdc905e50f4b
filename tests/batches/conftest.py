"""What the tests of batches share."""

from __future__ import annotations

import shutil

import pytest
from batched import ROWS, Counted

import styleforge as sf


@pytest.fixture
def folder(pictures, tmp_path, monkeypatch):
    """Where pictures and tables lie; results go to out."""
    here = tmp_path / "here"
    shutil.copytree(pictures, here)
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def run(folder, forge):
    def run(rows=ROWS, watch=None, **changes):
        given = {"out": "out", "forge": forge, **changes}
        return list(sf.batch(rows, "toy", **given).run(watch))

    return run


@pytest.fixture
def counted(forge, monkeypatch):
    made = Counted(forge)
    monkeypatch.setattr(type(forge), "executor", lambda self, spec="": made)
    return made
