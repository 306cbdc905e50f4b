"""Small pictures of a report's page: what was given, and what each method made of it."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from urllib.parse import quote

from PIL import Image

from styleforge.evaluate.cases import IDENTITY
from styleforge.evaluate.given import NOTHING, TRUTH, given_method
from styleforge.evaluate.report import Report

SIDE = 168  # pixels of a small picture's longer side
QUALITY = 82  # of its JPEG
ANSWER = "true answer"  # the label of its picture
SHOWN = {NOTHING: IDENTITY, TRUTH: ANSWER}  # labels of what these methods would show again


def contacts(report: Report, cases: Mapping[str, Mapping[str, str]], folder: Path) -> Iterator[str]:
    """A row of small pictures for each case: what was given, what each method made."""
    rows = {row.key: row for row in report.rows}
    failed = {row.key: row for row in report.failed}
    yield "<p>Each picture leads to itself at full size.</p>"
    said = {case.name: f": {case.said}" for case in report.cases if case.words}
    for name, pictures in cases.items():
        heading = escape(name + said.get(name, ""))
        yield f'<h3 id="{escape(name)}">{heading}</h3>\n<ul class="row">\n'
        for label, path in pictures.items():
            yield _picture(folder, path, label)
        for method, about in report.methods.items():
            if SHOWN.get(method) in pictures and about == given_method(method):
                continue  # it stands among what was given
            row = rows.get((name, method))
            if row is not None:
                yield _picture(folder, row.picture, method, named=True)
            elif (name, method) in failed:
                why = escape(failed[name, method].error)
                yield f'<li class="gone" title="{why}">failed<br>{escape(method)}</li>\n'
        yield "</ul>\n"


def _picture(folder: Path, name: str, label: str, *, named: bool = False) -> str:
    """A small picture that leads to the file, or a place for one that is gone."""
    path = folder / name
    try:
        with Image.open(path) as opened:
            small = opened.convert("RGB")
            small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    except OSError:
        return f'<li class="gone">gone<br>{escape(label)}</li>\n'
    held = io.BytesIO()
    small.save(held, "JPEG", quality=QUALITY)
    data = base64.b64encode(held.getvalue()).decode()
    link = path.resolve().as_uri() if Path(name).is_absolute() else quote(name)
    text = f"<b>{escape(label)}</b>" if named else escape(label)
    return (
        f'<li><a href="{escape(link)}"><img src="data:image/jpeg;base64,{data}" '
        f'width="{small.width}" height="{small.height}" loading="lazy" '
        f'alt="{escape(label)}"></a>{text}</li>\n'
    )
