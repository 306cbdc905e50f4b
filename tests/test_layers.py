"""Core's layers: nothing imports upwards or in a circle when it runs, and the hall stays small."""

from __future__ import annotations

import graphlib
import re
from pathlib import Path

import pytest
from layers import LAYERS, imports, layer, modules

import styleforge.forge

ROOT = Path(styleforge.forge.__file__).parent
MODULES = modules(ROOT)
IMPORTS = {name: imports(name, MODULES) for name in MODULES}
PAGE = Path(__file__).parent.parent / "docs" / "architecture.md"
FLAT = 8  # modules that stand in styleforge/ itself
SCREEN = 95  # lines


def test_every_module_has_a_layer():
    assert {layer(name) for name in MODULES if name != "styleforge"} == set(LAYERS)


@pytest.mark.parametrize("name", [name for name in MODULES if name != "styleforge"])
def test_nothing_is_imported_from_above(name):
    own = LAYERS.index(layer(name))
    above = {other for other in IMPORTS[name] if LAYERS.index(layer(other)) > own}
    assert not above, f"{name} is below {', '.join(sorted(above))}; see docs/architecture.md"


def test_the_package_itself_imports_nothing():
    """Its public names are loaded when they are first used."""
    assert not IMPORTS["styleforge"]
    assert not [name for name, found in IMPORTS.items() if "styleforge" in found]


def test_nothing_is_imported_in_a_circle():
    try:
        graphlib.TopologicalSorter(IMPORTS).prepare()
    except graphlib.CycleError as error:
        pytest.fail(f"imports go in a circle: {' -> '.join(error.args[1])}")


def test_the_page_of_the_architecture_shows_the_layers():
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)(?:/|\.py)` \|", text, re.MULTILINE)
    assert tuple(rows) == LAYERS


def test_few_modules_are_flat():
    flat = sorted(path.name for path in ROOT.glob("*.py"))
    assert len(flat) <= FLAT, f"give one of {', '.join(flat)} a package"


def test_the_hooks_stay_on_one_screen():
    assert len((ROOT / "hookspecs.py").read_text(encoding="utf-8").splitlines()) <= SCREEN
