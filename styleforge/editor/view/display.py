"""Pictures as the browser is given them: small enough to be sent, sharp enough to be looked at."""

from __future__ import annotations

import base64
import io
from html import escape

from PIL import Image


def png_bytes(picture: Image.Image) -> bytes:
    """A picture as PNG in its own size."""
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()


def image_html(picture: bytes, alt: str = "") -> str:
    """A small JPEG as an ``<img>``; a grey place where there is none yet.

    ipywidgets' Image has no text for who cannot see it.
    """
    if not picture:
        return "<i></i>"
    data = base64.b64encode(picture).decode("ascii")
    return f'<img alt="{escape(alt, quote=True)}" src="data:image/jpeg;base64,{data}">'
