"""Which version it is, and the program as a module."""

from __future__ import annotations

import runpy
import sys
from importlib.metadata import version

import pytest

from styleforge.cli.app import main


def test_the_version(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"styleforge {version('styleforge')}\n"


def test_the_package_is_the_program(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["styleforge", "--version"])
    with pytest.raises(SystemExit) as left:
        runpy.run_module("styleforge", run_name="__main__")
    assert left.value.code == 0
    assert version("styleforge") in capsys.readouterr().out
