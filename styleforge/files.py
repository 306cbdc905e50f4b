"""Files that are replaced only once the new one is whole, and leave nothing behind.

What is written goes to a private name beside the target first: hidden, with the number of the
process, made anew so that no link is followed. It is removed on every way out; what a killed
process left there is removed when the same target is written again.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

from styleforge.errors import UserError

LONGEST = 100  # bytes of the target's name in the private one; a name has 255 at most


def write_text(path: Path, text: str, *, advice: str = "") -> None:
    """Write a text file in UTF-8; where that fails, an older one of the name is as it was.

    Raises:
        UserError: if the file cannot be written; ``advice`` says what to do then.

    Example:
        >>> write_text(Path("notes.txt"), "one line")
        >>> Path("notes.txt").read_text()
        'one line'
    """
    write_whole(path, text.encode("utf-8"), advice=advice)


def write_whole(
    path: Path, what: bytes | Callable[[Path], object], *, name: str = "", advice: str = ""
) -> None:
    """Write a file, whole or not at all; an older one of the name is replaced at the end.

    Args:
        path: the file; its folder is made where it is not there.
        what: its bytes, or what writes them to the file of a path.
        name: what a message calls the file; its path by default.
        advice: what to do where that fails, as a sentence.

    Raises:
        UserError: if it cannot be written.

    Example:
        >>> import tempfile
        >>> target = Path(tempfile.mkdtemp()) / "folder" / "a.txt"
        >>> write_whole(target, b"whole")
        >>> target.read_bytes(), len(list(target.parent.iterdir()))
        (b'whole', 1)
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with private_beside(path) as partial:
            if isinstance(what, bytes):
                partial.write_bytes(what)
            else:
                what(partial)
            partial.replace(path)
    except OSError as error:
        msg = f"{name or path} cannot be written: {_why(error, path)}. {advice}".rstrip()
        raise UserError(msg) from error


def check_writable(path: Path, *, advice: str = "") -> None:
    """Refuse a file that could not be written, before anything is computed for it.

    Raises:
        UserError: if its folder cannot be made, or neither it nor another file can be written.

    Example:
        >>> check_writable(Path("notes.txt"))
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with private_beside(path):
            pass
        if path.exists():
            path.open("ab").close()
    except OSError as error:
        msg = f"{path} cannot be written: {_why(error, path)}. {advice}".rstrip()
        raise UserError(msg) from error


def _why(error: OSError, path: Path) -> str:
    """Why a file cannot be written; where a folder is in fact a file, that."""
    between = next((one for one in path.parents if one.is_file()), None)
    if between is not None:
        return f"{between} is a file, not a folder"
    return error.strerror or str(error)


@contextlib.contextmanager
def claimed(folder: Path, what: str) -> Iterator[None]:
    """While it lasts, no other process does the same in a folder.

    Args:
        folder: is made where it is not there.
        what: is done there, such as a batch.

    Raises:
        UserError: if another process is at it, or the folder cannot be made.

    Example:
        >>> with claimed(Path("results"), "batch"):
        ...     [path.name for path in Path("results").iterdir()]
        ['.batch.lock']
    """
    lock = folder / f".{what}.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for _ in range(2):
            try:
                handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
                break
            except FileExistsError:
                text = lock.read_text(encoding="utf-8").strip()
                if not text.isdecimal() or runs(int(text)):
                    msg = (
                        f"Another {what} writes to {folder} (process {text or 'unknown'}). Wait "
                        f"for it, choose another --out, or delete {lock} where none runs."
                    )
                    raise UserError(msg) from None
                lock.unlink(missing_ok=True)  # of a process that was killed
        else:
            msg = f"{lock} comes back as soon as it is removed; choose another --out."
            raise UserError(msg)
        with os.fdopen(handle, "w") as file:
            file.write(str(os.getpid()))
    except OSError as error:
        msg = f"{folder} cannot be written to: {error.strerror or error}. Choose another --out."
        raise UserError(msg) from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.unlink(missing_ok=True)


@contextlib.contextmanager
def private_beside(path: Path) -> Iterator[Path]:
    """A new, empty file beside a target, for this process alone; it is gone afterwards.

    Raises:
        OSError: if it cannot be made.

    Example:
        >>> with private_beside(Path("notes.txt")) as path:
        ...     print(path.parent == Path("notes.txt").parent)
        True
    """
    short = os.fsdecode(os.fsencode(path.name)[:LONGEST])
    _clear(path.parent, short)
    partial = path.with_name(f".{short}.{os.getpid()}-{secrets.token_hex(4)}.part")
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY  # an existing file, or a link, is an error
    os.close(os.open(partial, flags, 0o666))
    try:
        yield partial
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _clear(folder: Path, short: str) -> None:
    """Remove what killed processes left of a target."""
    ours = re.compile(rf"\.{re.escape(short)}\.(\d+)-[0-9a-f]{{8}}\.part")
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            found = ours.fullmatch(entry.name)
            if found and not runs(int(found[1])):
                Path(entry).unlink()


def runs(process: int) -> bool:
    """Whether a process is there; it is taken to be where that cannot be known.

    Example:
        >>> runs(os.getpid())
        True
    """
    if os.name == "nt":  # os.kill would end it there
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def folder_of(owner: object) -> Path:
    """A new folder for what something keeps as files; it is deleted with that object.

    Example:
        >>> class Owner: ...
        >>> owner = Owner()
        >>> folder = folder_of(owner)
        >>> del owner
        >>> folder.exists()
        False
    """
    folder = tempfile.mkdtemp(prefix="styleforge-")
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
