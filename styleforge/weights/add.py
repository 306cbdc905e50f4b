"""From a file that the user has to weights that are kept, or to a sentence."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from styleforge.errors import UserError
from styleforge.weights.kept import NAME, Kept, kept_folder, write_card
from styleforge.weights.layouts import LAYOUTS, layout_of
from styleforge.weights.package import out_of_wheel
from styleforge.weights.recognise import looks_like, names_in, refuse_what_is_no_weights, shorter
from styleforge.weights.row import FileLayout, WeightFile, expected

OWN_LAYOUT = "stylegan2"  # what a file under a name of the user's own is taken for
CHUNK = 1 << 20


def add_weights(
    name: str, path: str | Path, row: WeightFile | None = None, layout: str | FileLayout = ""
) -> Kept:
    """Check a file, convert it once and keep what it holds; the file itself is left alone.

    Args:
        name: the row's, or the user's own.
        path: a file, or a folder where the layout is one; or a wheel of the package that carries
            the row's file.
        row: of the table; None under a name of the user's own.
        layout: of a file without a row; a StyleGAN2 generator's where it is not said.

    Raises:
        UserError: it is something else, is damaged or holds what could run code, or cannot be kept:
            what came, what was expected, where to get it.

    Example:
        >>> add_weights("my-cats", "cats.pkl")
        Traceback (most recent call last):
        styleforge.errors.UserError: cats.pkl is not there. A StyleGAN2 generator is expected; ...
    """
    path = Path(path)
    if not NAME.fullmatch(name):
        raise UserError(
            f"{name!r} cannot be a name of weights; small letters, digits and . _ - are expected, "
            "64 at most, as in my-cats."
        )
    wanted = layout_of(row.layout if row is not None else layout or OWN_LAYOUT)
    with TemporaryDirectory() as scratch:
        try:
            file = out_of_wheel(row, path, Path(scratch))
            published = _is_published(file, row)
            size = row.size if row is not None and published else None
            refuse_what_is_no_weights(file, wanted, size)
        except UserError as error:
            raise UserError(f"{path} {error}. {_expected(wanted, row)}") from error
        return _keep(name, path, file, row, wanted, size)


def _keep(
    name: str,
    path: Path,
    file: Path,
    row: WeightFile | None,
    wanted: FileLayout,
    size: int | None,
) -> Kept:
    """Convert a file that came as, or within, a path."""
    published = _is_published(file, row)
    digest = digest_of(file)
    partial = kept_folder() / f".{name}.{secrets.token_hex(4)}.part"
    is_one = False  # of this layout, though not the one that is asked for
    try:
        partial.mkdir(parents=True)
        facts, notes = _read(file, partial, wanted, size)
        is_one = True
        if row is not None:
            expected(row, facts)
            _compare(row, digest if published else "")
        kept = Kept(
            name=name, layout=wanted.name, source=path.name, sha256=digest, facts=facts, notes=notes
        )
        write_card(kept, partial)
        if kept.folder.exists():
            shutil.rmtree(kept.folder)
        partial.replace(kept.folder)
    except UserError as error:
        said = str(error).rstrip(".")
        if not said.startswith(str(path)):
            said = f"{path} is refused: {said}"
        raise UserError(f"{said}. {_expected(wanted, row, is_one=is_one)}") from error
    except OSError as error:
        raise UserError(
            f"{path} cannot be kept in {kept_folder()}: {error.strerror or error}. Make room "
            "there, or set STYLEFORGE_HOME to another folder."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return kept


def _read(
    path: Path, folder: Path, wanted: FileLayout, size: int | None
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Facts and notes of what was read.

    Raises:
        UserError: the end of a sentence, or a whole one that begins with the path.
    """
    try:
        return wanted.read(path, folder)
    except UserError as error:
        other = None if wanted.folder else _other(path, wanted)
        if other is not None:
            raise UserError(f"it holds {other.what}") from error
        short = shorter(path, size)
        if short:
            raise UserError(short) from error
        raise
    except OSError:
        raise
    except Exception as error:  # whatever tensors of the wrong kind make a reader do
        raise UserError(
            f"it cannot be read as {wanted.what} ({type(error).__name__}), so that it is damaged "
            "or of another kind"
        ) from error


def _other(path: Path, wanted: FileLayout) -> FileLayout | None:
    """What else a checkpoint of PyTorch's holds, as far as its names tell."""
    from styleforge.models.tensors import read_checkpoint

    try:
        names = tuple(names_in(read_checkpoint(path, "weights")))
    except UserError:
        return None
    found = looks_like(names, LAYOUTS)
    return None if found is None or found.name == wanted.name else found


def _compare(row: WeightFile, digest: str) -> None:
    """Refuse a file of the published kind with another digest than the published one."""
    if digest and row.sha256 and digest != row.sha256:
        raise UserError(
            f"its SHA-256 is {digest}, and that of the published {row.file} is {row.sha256}"
        )


def _is_published(path: Path, row: WeightFile | None) -> bool:
    """Whether a file says that it is the published one: a row's other formats have no digest."""
    return row is not None and path.suffix == Path(row.file).suffix


def _expected(layout: FileLayout, row: WeightFile | None, *, is_one: bool = False) -> str:
    """What was expected, and what to do: another file, or another name for this one."""
    what = f"{layout.what[0].upper()}{layout.what[1:]} is expected"
    if row is None:
        return f"{what}; say what else it is with --layout."
    named = f" ({row.file})" if row.file not in what else ""
    said = f"{what}{named}. {row.where}"
    if not is_one:
        return said
    return (
        f"{said} A file of your own goes under a name of its own: `styleforge weights add "
        f"my-{row.name} FILE --layout {layout.name}`."
    )


def digest_of(path: Path) -> str:
    """SHA-256 of a file; of a folder, over the names and contents of its files.

    Example:
        >>> Path("a.txt").write_text("a") and digest_of(Path("a.txt"))[:8]
        'ca978112'
    """
    digest = hashlib.sha256()
    files = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
    for one in files:
        if path.is_dir():
            digest.update(one.relative_to(path).as_posix().encode() + b"\0")
        with one.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()
