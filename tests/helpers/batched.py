"""What the tests of batches share."""

from __future__ import annotations

from pathlib import Path

from styleforge.prepare.images import load_image
from styleforge.run.executor import Inline

LOCK = ".batch.lock"
ROWS = [
    {"identity": "identity.png", "shape": "tall"},
    {"identity": "gone.png", "shape": "tall"},
    {"identity": "shape.png", "appearance": "#ff0000", "strength": 0.5, "name": "half"},
]


def states(outcomes) -> list[tuple[str, str]]:
    return [(one.name, one.state) for one in outcomes]


def files(folder="out") -> set[str]:
    return {path.name for path in Path(folder).iterdir()}


class Counted:
    """What runs recipes here, and counts them."""

    def __init__(self, forge) -> None:
        self.inline, self.recipes = Inline(forge), []

    def submit(self, recipe, **how):
        self.recipes.append(recipe)
        return self.inline.submit(recipe, **how)


def load_image_of(result):
    result.save("alone.png")
    return load_image("alone.png")
