"""The load test in small: nothing is lost, no worker is stuck, what is hostile is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "load.py"


@pytest.mark.slow
def test_nothing_is_lost_under_load():
    said = subprocess.run(
        [sys.executable, str(SCRIPT), "--clients", "8", "--edits", "40"],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert "{'done': 40, 'then done': 1}" in said.stdout, said.stdout + said.stderr
    assert "pictures fetched: 40; hostile requests: 2 x 413, 7 x 422" in said.stdout
