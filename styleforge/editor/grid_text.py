"""The recipes that travel in the PNG of a grid: those of all its cells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.prepare.inputs import without_folders
from styleforge.prepare.opening import open_picture
from styleforge.recipe.recipe import Recipe

if TYPE_CHECKING:
    from styleforge.editor.state import Candidate
    from styleforge.editor.sweep import Sweep

CHUNK = "styleforge grid"  # of text


def first_of_grid(data: bytes) -> tuple[str, str]:
    """The recipe's JSON of a grid's first cell and what that cell is; empty where it is no grid."""
    try:
        with open_picture(data, "That file") as picture:
            picture.load()
            text = getattr(picture, "text", {}).get(CHUNK, "")
        cells = json.loads(text)["cells"] if text else []
        return next(((str(one["recipe"]), str(one["name"])) for one in cells), ("", ""))
    except (
        UserError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
    ):  # not a picture, or not a grid of ours
        return "", ""


def recipes_of_grid(sweep: Sweep, done: Mapping[str, Candidate], *, share: bool) -> str:
    """What a grid's PNG says of its cells, as JSON; ``done`` are those that are there."""
    cells = [
        {"row": r, "column": c, "name": sweep.name(r, c), "recipe": _recipe(done[one], share=share)}
        for r, row in enumerate(sweep.cells)
        for c, one in enumerate(row)
        if one in done
    ]
    labels = {"title": sweep.title, "columns": sweep.columns, "rows": sweep.rows}
    return json.dumps({**labels, "cells": cells})


def _recipe(candidate: Candidate, *, share: bool) -> str:
    if not share:
        return candidate.recipe
    return without_folders(Recipe.from_json(candidate.recipe))[0].to_json()
