"""Files: whole, or as they were, and nothing left beside them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from styleforge.errors import UserError
from styleforge.files import check_writable, private_beside, write_text, write_whole
from styleforge.plugins import discovery
from styleforge.prepare.images import save_image


@pytest.fixture
def full(monkeypatch):
    """A disk that takes ten bytes of every file."""
    write = Path.write_bytes

    def half(self, data):
        write(self, data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_text_is_written(tmp_path):
    write_text(tmp_path / "deep" / "a.txt", "grün\n")
    assert (tmp_path / "deep" / "a.txt").read_text(encoding="utf-8") == "grün\n"
    assert names(tmp_path / "deep") == ["a.txt"]


def test_a_function_fills_it(tmp_path):
    write_whole(tmp_path / "a", lambda path: path.write_bytes(b"filled"))
    assert (tmp_path / "a").read_bytes() == b"filled"
    assert names(tmp_path) == ["a"]


def test_others_may_read_it_as_the_umask_says(tmp_path):
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "a", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


def test_a_file_where_a_folder_should_be(tmp_path):
    (tmp_path / "me.png").touch()
    for path in (tmp_path / "me.png" / "out.png", tmp_path / "me.png" / "a" / "out.png"):
        for write in (write_text, lambda path, _: check_writable(path)):
            with pytest.raises(UserError, match=r"me\.png is a file, not a folder\."):
                write(path, "text")


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("name", ["a.txt", "b.txt"])
def test_a_full_disk_leaves_the_older_one_and_nothing_else(tmp_path, name):
    (tmp_path / "a.txt").touch()
    with (tmp_path / "a.txt").open("wb") as file:
        file.write(b"older")
    with pytest.raises(UserError, match=r"\.txt cannot be written: No space left.* Make room\."):
        write_text(tmp_path / name, "a long new text", advice="Make room.")
    with pytest.raises(UserError, match="No space left"):
        save_image(torch.zeros(1, 3, 32, 32), tmp_path / name)
    assert (tmp_path / "a.txt").read_bytes() == b"older"
    assert names(tmp_path) == ["a.txt"]


def test_a_full_disk_enables_no_plugin(request):
    discovery.set_disabled("lips", disabled=True)
    request.getfixturevalue("full")
    with pytest.raises(UserError, match="Use STYLEFORGE_DISABLE"):
        discovery.set_disabled("hat", disabled=True)
    assert set(discovery.disabled_by()) == {"lips"}


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_nothing_is_left_however_it_ends(tmp_path, stopped):
    def fill(partial: Path) -> None:
        partial.write_bytes(b"half")
        raise stopped

    with pytest.raises(stopped):
        write_whole(tmp_path / "a", fill)
    assert names(tmp_path) == []


def test_files_of_the_user_are_left_alone(tmp_path):
    """What earlier versions called their unfinished files may be anybody's."""
    mine = ("x.png.part", ".part", ".x.png.part", ".x.png.1-zz.part", "x.png.partial")
    for name in mine:
        (tmp_path / name).write_text("mine")
    target = tmp_path / "x.png"
    check_writable(target)
    save_image(torch.zeros(1, 3, 32, 32), target)
    assert names(tmp_path) == sorted((*mine, "x.png"))
    assert {(tmp_path / name).read_text() for name in mine} == {"mine"}


def test_no_link_is_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("mine")
    (tmp_path / "x.png.part").symlink_to(secret)
    (tmp_path / "x.png").symlink_to(secret)
    save_image(torch.zeros(1, 3, 32, 32), tmp_path / "x.png")
    assert secret.read_text() == "mine"
    with private_beside(tmp_path / "a") as first, private_beside(tmp_path / "a") as second:
        assert first != second


def test_what_a_killed_process_left_is_cleared_away(tmp_path):
    target = tmp_path / "x.png"
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from styleforge.files import write_whole\n"
        "def fill(path):\n    path.write_bytes(b'half'); os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_whole(Path(sys.argv[1]), fill)"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code, str(target)], check=False)
        assert len(names(tmp_path)) == 1  # the second finds what the first left
    other = tmp_path / f".x.png.{os.getpid()}-0123abcd.part"  # of a process that runs
    other.touch()
    write_whole(target, b"whole")
    assert names(tmp_path) == sorted(["x.png", other.name])


def test_a_check_writes_nothing(tmp_path):
    check_writable(tmp_path / "deep" / "a.png")
    assert names(tmp_path / "deep") == []
    (tmp_path / "a").write_bytes(b"mine")
    check_writable(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"mine"
    with pytest.raises(UserError, match=r"cannot be written.* Choose another"):
        check_writable(tmp_path / "a" / "b.png", advice="Choose another folder.")


def test_long_names(tmp_path):
    name = "ü" * 120 + ".png"
    write_whole(tmp_path / name, b"whole")
    assert names(tmp_path) == [name]
