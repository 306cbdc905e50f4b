"""What is seen where no kernel runs: a picture of the editor's pictures, and the same in words."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.session import EditSession

SIDE, GAP, LINE = 112, 12, 18
GALLERY = 5  # pictures that are shown while there is no identity


def _static_pictures(session: EditSession) -> list[tuple[str, bytes]]:
    """Captions and JPEGs: identity, references and result, or the beginning of the gallery."""
    snapshot = session.snapshot()
    if snapshot.identity is None:
        found = []
        for source in session.gallery[:GALLERY]:
            try:
                found.append((source.removeprefix("gallery:"), session.thumbnail(source)))
            except UserError:
                continue
        return found
    shown = [("identity", snapshot.identity.thumbnail)]
    for state in snapshot.attributes:
        picture = snapshot.pictures.get(state.picture)
        if state.asked and state.kind == "image" and picture is not None:
            shown.append((state.role.replace("_", " "), picture.thumbnail))
    candidate = snapshot.candidate
    result = snapshot.pictures.get(candidate.picture) if candidate else None
    if result is not None:
        shown.append(("result", result.thumbnail))
    return shown


def static_bundle(session: EditSession) -> dict[str, str]:
    """MIME types to data: a PNG, and HTML with the PNG and words for who cannot see it."""
    shown = _static_pictures(session)
    title = f"styleforge editor: {session.domain.title}"
    said = f"{title}. {', '.join(caption for caption, _ in shown) or 'No picture yet'}."
    data = base64.b64encode(_drawn(title, shown)).decode("ascii")
    image = f'<img alt="{escape(said, quote=True)}" src="data:image/png;base64,{data}">'
    note = "Run the notebook to use the editor."
    html = f"<figure>{image}<figcaption>{note}</figcaption></figure>"
    return {"image/png": data, "text/html": html}


def _drawn(title: str, shown: list[tuple[str, bytes]]) -> bytes:
    width = max(360, GAP + len(shown) * (SIDE + GAP))
    height = GAP + LINE + GAP + (SIDE + LINE + GAP if shown else 0)
    sheet = Image.new("RGB", (width, height), "#f3f5f7")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(13)
    draw.text((GAP, GAP), title, fill="#1f2328", font=font)
    for index, (caption, data) in enumerate(shown):
        x, y = GAP + index * (SIDE + GAP), 2 * GAP + LINE
        with Image.open(io.BytesIO(data)) as picture:
            small = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        sheet.paste(small, (x, y))
        draw.text((x, y + SIDE + 3), caption, fill="#57606a", font=font)
    file = io.BytesIO()
    sheet.quantize(128).save(file, format="PNG", optimize=True)
    return file.getvalue()
