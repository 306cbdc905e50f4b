"""The precisions that a run may ask for; apart from recipes, which the command line loads late."""

from __future__ import annotations

from typing import Literal

Precision = Literal["float32", "bfloat16", "float16"]
