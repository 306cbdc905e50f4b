"""Text files: whole, or as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from styleforge.errors import UserError
from styleforge.files import write_text
from styleforge.plugins import discovery


@pytest.fixture
def full(monkeypatch):
    """A disk that takes ten characters of every text."""
    write = Path.write_text

    def half(self, text, **more):
        write(self, text[:10], **more)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)


def test_a_text_is_written(tmp_path):
    write_text(tmp_path / "deep" / "a.txt", "grün\n")
    assert (tmp_path / "deep" / "a.txt").read_text(encoding="utf-8") == "grün\n"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.txt"]


@pytest.mark.usefixtures("full")
def test_a_full_disk_leaves_the_older_one(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"older")
    with pytest.raises(UserError, match=r"a\.txt cannot be written: No space left.* Make room\."):
        write_text(tmp_path / "a.txt", "a long new text", advice="Make room.")
    assert (tmp_path / "a.txt").read_bytes() == b"older"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_full_disk_enables_no_plugin(request):
    discovery.set_disabled("lips", disabled=True)
    request.getfixturevalue("full")
    with pytest.raises(UserError, match="Use STYLEFORGE_DISABLE"):
        discovery.set_disabled("hat", disabled=True)
    assert set(discovery.disabled_by()) == {"lips"}
