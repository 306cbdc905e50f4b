"""What a pack's gallery says of its pictures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def caption_of(picture: Path) -> str:
    """The caption in the JSON beside a picture; empty where there is none.

    Args:
        picture: the file of the picture.

    Example:
        >>> from pathlib import Path
        >>> caption_of(Path("nowhere.png"))
        ''
    """
    try:
        facts = json.loads(picture.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(facts.get("caption", "")) if isinstance(facts, dict) else ""
