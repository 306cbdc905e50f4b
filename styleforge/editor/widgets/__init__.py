"""The widgets that ipywidgets has none of: compare two pictures, paint a mask, drop files, choose
among pictures, slide a colour, tabs over panels that stand where a style sheet puts them, and the
list of the last sessions (`kept`).

One more shows nothing: the editor's `styleforge.editor.view.bridge.Bridge`, its reach into the
browser for keys, downloads, the clipboard and screen readers.

Plain modules and style sheets beside the Python; nothing is bundled, nothing is fetched.
"""

from __future__ import annotations

from styleforge.editor.widgets.brush import Brush
from styleforge.editor.widgets.colour import Colour
from styleforge.editor.widgets.compare import Compare
from styleforge.editor.widgets.dropzone import DroppedFile, Dropzone
from styleforge.editor.widgets.gallery import Gallery
from styleforge.editor.widgets.masks import decode_mask, encode_mask
from styleforge.editor.widgets.tabs import Tabs

__all__ = [
    "Brush",
    "Colour",
    "Compare",
    "DroppedFile",
    "Dropzone",
    "Gallery",
    "Tabs",
    "decode_mask",
    "encode_mask",
]
