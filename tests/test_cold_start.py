"""What a first start must not load. `python -m benchmarks.cold_start` measures it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

COMMAND = """
import json, sys
from styleforge.cli import main

try:
    main({words})
except SystemExit as left:
    assert not left.code, left.code
print(json.dumps(sorted(sys.modules)))
"""
EDIT = """
import json, sys
from styleforge.compose import colours

def refuse():
    raise AssertionError("the palette is for colours in words")

colours.palette = refuse
from styleforge import edit

edit("hair", "gallery:mira", appearance="#8a2be2")
print(json.dumps(sorted(sys.modules)))
"""
# The compiler takes a second and more, the parts of scipy half a second each.
SLOW = ("torch._dynamo", "torch._inductor", "scipy.signal", "scipy.stats", "scipy.interpolate")


def modules(code: str) -> set[str]:
    """What a process has imported at its end."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "words", [["--help"], ["edit", "--help"], ["plugins"], ["presets"], ["gallery"]]
)
def test_listings_and_help_need_no_torch(words: list[str]) -> None:
    """Importing torch takes longer than all of a listing."""
    assert not modules(COMMAND.format(words=words)) & {"torch", "numpy", "cv2"}


def test_help_needs_no_recipes() -> None:
    """Recipes bring pydantic, a third of what the program's help costs."""
    assert not modules(COMMAND.format(words=["--help"])) & {"pydantic", "tqdm"}


def test_an_edit_with_one_colour_loads_what_it_uses() -> None:
    """No compiler, no palette, nothing of scipy that loads slowly."""
    assert not modules(EDIT).intersection(SLOW)
