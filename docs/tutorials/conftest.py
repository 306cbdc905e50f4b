"""How the tutorials' kernels start under nbval: with nobody's own settings, on the CPU."""

from __future__ import annotations

import os
import tempfile

import pytest

HOME = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Kernels inherit this process's environment."""
    for name in [name for name in os.environ if name.startswith("STYLEFORGE_")]:
        del os.environ[name]
    home = config.stash[HOME] = tempfile.TemporaryDirectory(prefix="tutorials-")
    os.environ["STYLEFORGE_HOME"] = home.name
    os.environ["IPYTHONDIR"] = home.name  # nobody's startup files
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # the outputs are of a CPU
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"  # waiting threads leave the cores to those that work
    # Said, so that the outputs do not tell how busy the machine was.
    os.environ.setdefault("OMP_NUM_THREADS", str(os.cpu_count() or 1))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    if HOME in config.stash:
        config.stash[HOME].cleanup()
