"""The page of a batch: one HTML file that shows every row, and needs nothing beside it."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import quote

from styleforge.batches.figures import MEANINGS
from styleforge.batches.thumbnails import as_jpeg, found, small
from styleforge.prepare.called import called, in_memory
from styleforge.prepare.parse import PICTURES

if TYPE_CHECKING:
    from styleforge.batches.manifest import Outcome
    from styleforge.pack.models import Models

PAGE = 300  # rows of one page; a page of all would have hundreds of megabytes
STATES = {"done": "done", "failed": "failed", "stopped": "stopped", "running": "not finished"}
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
_ABOUT = ("strength", "preset", "steps", "seed", "pack", "subject", "tune")


def pages(outcomes: Sequence[Outcome], folder: Path, models: Models | None) -> dict[str, str]:
    """The page of a batch, by file name; of many rows several, which name each other.

    Args:
        outcomes: what became of each row.
        folder: of the results.
        models: that know the gallery of ``gallery:NAME``.

    Example:
        >>> from styleforge.batches.manifest import Outcome
        >>> one = Outcome(key="0", number=1, name="001-me", state="failed", domain="lips")
        >>> "001-me" in pages([one], Path("out"), None)["index.html"]
        True
    """
    parts = [outcomes[at : at + PAGE] for at in range(0, len(outcomes), PAGE)] or [[]]
    names = ["index.html", *(f"index-{number}.html" for number in range(2, len(parts) + 1))]
    return {
        name: _page(part, outcomes, folder, models, names, name)
        for name, part in zip(names, parts, strict=True)
    }


def _page(
    part: Sequence[Outcome],
    outcomes: Sequence[Outcome],
    folder: Path,
    models: Models | None,
    names: Sequence[str],
    own: str,
) -> str:
    counts = Counter[str](one.state for one in outcomes)
    said = ", ".join(f"{counts[state]} {label}" for state, label in STATES.items() if counts[state])
    seconds = sum(one.seconds for one in outcomes)
    shown: dict[str, str] = {}
    return _template().substitute(
        title=escape(f"Batch in {folder.resolve().name}"),
        summary=escape(f"{len(outcomes)} rows: {said or 'nothing'}. Runs took {_time(seconds)}."),
        filters="".join(_filters(part)),
        cards="\n".join(_card(one, folder, models, shown) for one in part),
        others=_others(names, own),
    )


def _filters(part: Sequence[Outcome]) -> Iterator[str]:
    counts = Counter[str](one.state for one in part)
    choices = [("all", "all", len(part))]
    choices += [(state, label, counts[state]) for state, label in STATES.items() if counts[state]]
    for value, label, count in choices:
        checked = " checked" if value == "all" else ""
        yield (
            f'<label><input type="radio" name="state" value="{value}"{checked}>'
            f"<span>{label} <b>{count}</b></span></label>"
        )


def _card(one: Outcome, folder: Path, models: Models | None, shown: dict[str, str]) -> str:
    """A row: its pictures, what was asked for, and what became of it."""
    identity = one.asked.get("identity", "")
    before = _figure("identity", identity, _source(identity, folder, models, shown))
    after = '<div class="none">no result</div>'
    if one.file and (folder / one.file).is_file():
        data = _source(one.file, folder, None, shown)
        after = _figure("result", one.file, data, link=quote(one.file))
    wishes, about = list[str](), list[tuple[str, str]]()
    for name, value in one.asked.items():
        if name in {"identity", "name"}:
            continue
        if name in _ABOUT or "." in name:
            about.append((name, value))
        else:
            wishes.append(_wish(name.replace("_", " "), value, folder, models, shown))
    about += [("made with", one.method)] if one.method and "preset" not in one.asked else []
    about += [("time", _time(one.seconds))] if one.seconds else []
    about += [("steps done", str(one.steps))] if one.steps else []
    asked = map(called, one.asked.values())
    search = escape(" ".join((one.name, *asked, one.error)).lower())
    error = f'<p class="error">{escape(one.error)}</p>' if one.error else ""
    return (
        f'<article data-state="{one.state}" data-search="{search}">'
        f'<h2><span class="state {one.state}">{STATES[one.state]}</span> {escape(one.name)}</h2>'
        f'<div class="pictures">{before}{after}</div>'
        f'<ul class="wishes">{"".join(wishes)}</ul>{error}{_list(about)}{_more(one)}</article>'
    )


def _list(pairs: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in pairs)
    return f"<dl>{rows}</dl>" if rows else ""


def _more(one: Outcome) -> str:
    """Figures and notes, folded away."""
    figures = [(MEANINGS.get(name, name), f"{value:g}") for name, value in one.figures.items()]
    notes = "".join(f"<li>{escape(note)}</li>" for note in one.notes)
    if not figures and not notes:
        return ""
    title = " and ".join(said for said, there in (("figures", figures), ("notes", notes)) if there)
    listed = f"<ul>{notes}</ul>" if notes else ""
    return f"<details><summary>{title}</summary>{_list(figures)}{listed}</details>"


def _figure(label: str, name: str, data: str, *, link: str = "") -> str:
    short = escape(_short(name))
    inner = f'<span class="gone">{short}</span>'
    if data:
        inner = f'<img src="{data}" alt="{label}: {short}">'
    if link:
        inner = f'<a href="{link}">{inner}</a>'
    return f"<figure>{inner}<figcaption>{label}</figcaption></figure>"


def _source(path: str, folder: Path, models: Models | None, shown: dict[str, str]) -> str:
    """A picture's file as data of the page; empty where it cannot be read."""
    if path not in shown:
        try:
            picture = small(found(path, folder, models))
        except Exception:  # whatever is wrong with it, the row says
            picture = None
        shown[path] = "" if picture is None else _data(as_jpeg(picture))
    return shown[path]


def _wish(
    label: str, value: str, folder: Path, models: Models | None, shown: dict[str, str]
) -> str:
    """What was asked of an attribute: a picture, a colour or words."""
    tile, text = "", value.removeprefix("text:")
    if _COLOUR.fullmatch(value):
        tile = f'<span class="tile" style="background:{value}"></span>'
    elif value.startswith("gallery:") or Path(value).suffix.lower() in PICTURES:
        data = _source(value, folder, models, shown)
        tile = f'<img class="tile" src="{data}" alt="">' if data else ""
        text = value if value.startswith("gallery:") else _short(value)
    return f"<li>{tile}<span><b>{escape(label)}</b> {escape(text)}</span></li>"


def _short(path: str) -> str:
    """What a picture is called where its folder does not matter."""
    return called(path) if in_memory(path) else Path(path).name


def _data(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


def _others(names: Sequence[str], own: str) -> str:
    if len(names) == 1:
        return ""
    links = "".join(
        f'<a href="{name}"{" aria-current=page" if name == own else ""}>{number}</a>'
        for number, name in enumerate(names, 1)
    )
    return f'<nav aria-label="Pages">Pages {links}</nav>'


def _time(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _template() -> Template:
    return Template(files("styleforge.batches").joinpath("page.html").read_text(encoding="utf-8"))
