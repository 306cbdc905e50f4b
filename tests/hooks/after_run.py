"""Hooks by example: a logbook of runs."""

from __future__ import annotations

# [shown]
import json
from pathlib import Path

from styleforge import hookimpl

styleforge_api = 1


@hookimpl
def after_run(recipe, result):
    line = {"method": recipe.method, "status": result.status, "steps": result.steps}
    with Path("runs.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


# [end]
