"""Settings of short trainings of the toy's mapper."""

from __future__ import annotations

from dataclasses import replace

from styleforge.training.settings import Settings

QUICK = Settings(batch=3, rate=0.1, depth=2, warm=0.5, warm_batch=6, step=20.0, later=0.2)
NO_WARM = replace(QUICK, warm=0.0)
