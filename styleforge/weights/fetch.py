"""Downloads a published file, once the user has agreed to its licence; nothing else fetches.

pooch checks the digest and shows the progress. What an interrupted download left is gone on with
at the next try, where the server can (an HTTP range).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from styleforge.errors import UserError
from styleforge.weights.add import add_weights
from styleforge.weights.kept import Kept, kept_folder
from styleforge.weights.row import WeightFile

WAIT = 30  # seconds for an answer
CHUNK = 1 << 16  # bytes; what an interrupted download loses at most


def fetch_weights(row: WeightFile, *, agreed: bool, progress: bool = False) -> Kept:
    """Download a row's file, check it, convert it and keep what it holds.

    Args:
        row: of the table.
        agreed: that the user agreed to the licence.
        progress: show a bar.

    Raises:
        UserError: the licence was not agreed to, there is no address that a program can read, the
            package pooch is not installed, the download fails, or it is another file.

    Example:
        >>> row = WeightFile(name="a", file="a.pkl", gives="", layout="stylegan2", page="b.org",
        ...                  licence="CC BY-NC-SA 4.0", url="https://b.org/a.pkl")
        >>> fetch_weights(row, agreed=False)
        Traceback (most recent call last):
        styleforge.errors.UserError: a.pkl is licensed so: CC BY-NC-SA 4.0 (b.org). If you ...
    """
    if not row.fetchable:
        raise UserError(f"{row.name} cannot be fetched by a program. {row.where}")
    if not agreed:
        raise UserError(
            f"{row.file} is licensed so: {row.licence} ({row.page}). If you agree, "
            f"`styleforge weights fetch {row.name} --agree` fetches it."
        )
    try:
        import pooch
        import requests
    except ImportError as error:
        raise UserError(
            "Fetching needs the package pooch, which is not installed. Install it with "
            f'pip install "styleforge[weights]", or get {row.file} from {row.url} yourself.'
        ) from error
    folder = kept_folder() / ".downloads"
    known = f"sha256:{row.sha256}" if row.sha256 else None
    try:
        path = pooch.retrieve(
            row.url,
            known,
            fname=row.file,
            path=folder,
            downloader=_Resuming(folder, progress=progress),
        )
    except requests.RequestException as error:
        raise UserError(
            f"{row.url} could not be fetched ({type(error).__name__}). Try again, which goes on "
            f"where it stopped, or get the file yourself: `styleforge weights add {row.name} FILE`."
        ) from error
    except ValueError as error:  # pooch's word for another digest
        raise UserError(
            f"What {row.url} gave is not {row.file}: its SHA-256 is another than {row.sha256}. Try "
            f"again later, or get the file from {row.page}."
        ) from error
    except OSError as error:
        raise UserError(
            f"The download cannot be written to {folder}: {error.strerror or error}. Make room "
            "there, or set STYLEFORGE_HOME to another folder."
        ) from error
    kept = add_weights(row.name, path, row)
    Path(path).unlink(missing_ok=True)
    return kept


class _Resuming:
    """Downloads for pooch, and goes on where an earlier try stopped.

    Example:
        >>> _Resuming(Path(), progress=False).progress
        False
    """

    def __init__(self, folder: Path, *, progress: bool) -> None:
        self.folder, self.progress = folder, progress

    def __call__(self, url: str, output_file: str | Path, pooch: Any) -> None:
        """Write what an address gives to a file."""
        del pooch  # which has no folder where one file is retrieved
        import requests
        from tqdm import tqdm

        # pooch's own temporary file is gone after a failure; this one stays.
        name = url.rpartition("/")[2]
        partial = self.folder / f"{name}.part"
        have = partial.stat().st_size if partial.is_file() else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        with requests.get(url, headers=headers, stream=True, timeout=WAIT) as answer:
            if answer.status_code == requests.codes.requested_range_not_satisfiable:
                have = 0  # there is nothing left, or it is another file now: the digest will tell
            else:
                answer.raise_for_status()
                resumed = answer.status_code == requests.codes.partial_content
                have = have if resumed else 0
                length = int(answer.headers.get("Content-Length", 0)) + have
                bar = tqdm(total=length, initial=have, unit="B", unit_scale=True, desc=name,
                           disable=not self.progress)  # fmt: skip
                with bar, partial.open("ab" if resumed else "wb") as file:
                    for chunk in answer.iter_content(CHUNK):
                        file.write(chunk)
                        bar.update(len(chunk))
        partial.replace(output_file)
