"""A folder of modules and metadata, as distributions lie on a disk."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder of modules and metadata, the first on the path."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("STYLEFORGE_DISABLE", "hair,clothing,portraits,ffhq")

    def put(
        name: str,
        points: str | bytes,
        source: str = "",
        *,
        folder_name: str = "",
        requires: str = "",
        module: str = "",
    ) -> Path:
        info = folder / (folder_name or f"{name.replace('-', '_')}-1.0.dist-info")
        info.mkdir()
        needed = f"Requires-Dist: {requires}\n" if requires else ""
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needed}"
        )
        points = points if isinstance(points, bytes) else points.encode()
        (info / "entry_points.txt").write_bytes(points)
        if module:
            (folder / f"{module}.py").write_text(source)
        return info

    before = set(sys.modules)
    yield put
    for name in set(sys.modules) - before:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
