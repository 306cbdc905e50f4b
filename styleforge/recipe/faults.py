"""What is wrong with a value that was read, in a person's words: the first of pydantic's errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from styleforge.errors import printable

PLACE = 200  # characters
SAID = 500


def fault_of(errors: Sequence[Mapping[str, Any]]) -> str:
    """The first fault, without a full stop: which entry, and what is wrong with it.

    Args:
        errors: what ``ValidationError.errors()`` gives.

    Example:
        >>> fault_of([{"loc": ("title",), "type": "missing", "msg": "Field required"}])
        'title is missing'
        >>> fault_of([{"loc": ("hue",), "type": "extra_forbidden", "msg": "Extra inputs ..."}])
        'hue is not known'
        >>> fault_of([{"loc": ["seed"], "msg": "Input should be a valid integer"}])
        'seed: Input should be a valid integer'
        >>> fault_of([{"loc": (), "type": "dict_type", "msg": "Input should be a dictionary"}])
        'the whole is no object with named entries'
    """
    first = errors[0]
    where = printable(".".join(map(str, first["loc"])), PLACE)
    said = printable(str(first["msg"]), SAID)
    match first.get("type", ""):
        case "missing":
            return f"{where} is missing"
        case "extra_forbidden" | "unexpected_keyword_argument":
            return f"{where} is not known"
        case "dict_type" | "dataclass_type" | "model_type" | "model_attributes_type":
            return f"{where or 'the whole'} is no object with named entries"
        case "json_invalid":
            return f"it is no JSON ({said.removeprefix('Invalid JSON: ')})"
    return f"{where}: {said}" if where else said
