"""Every law of plugins as a whole and of panels can fail."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count

import pytest

from styleforge.plugins.panel import Panel
from styleforge.recipe.domain import Domain
from styleforge.testing import toy

HATS = Domain(name="hats", title="Hats", help="Hats.", region="hat", keep=())
GOOD = """
from styleforge import Domain, hookimpl
styleforge_api = 1
@hookimpl
def register_domains(register):
    register(Domain(name="hats", title="Hats", help="Hats.", region="hat", keep=()))
"""
WRITES = "from pathlib import Path\nPath(__file__).with_suffix('.txt').write_text('here')\n"
CALLS = """
import contextlib, socket
with contextlib.suppress(OSError):
    socket.create_connection(('127.0.0.1', 9), 0.1)
"""
LATE = GOOD.replace("    register(", "    import cv2\n    register(")


def loss(view):
    return view.image.square().mean()


WRONG = {
    "plugin.loads": ({"domains": [3]}, "a Domain was expected"),
    "plugin.adds_something": ({"domains": []}, "adds nothing"),
    "plugin.says_its_interface": ({"domains": [HATS], "styleforge_api": None}, "= None; a whole"),
    "plugin.names_are_its_own": ({"losses": [("glow", loss)]}, "'mine.glow'"),
}
WRONG_FILES = {
    "plugin.imports_cheaply": ("import cv2\n" + GOOD, "loads cv2 when it is imported"),
    "plugin.imports_quietly": (WRITES + GOOD, r"writes .*mine\.txt"),
}


@pytest.fixture
def load(tmp_path):
    """A plugin's text as a module in a file."""

    def run(text):
        path = tmp_path / "mine.py"
        path.write_text(text, encoding="utf-8")
        spec = spec_from_file_location("mine", path)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return run


@pytest.mark.parametrize("law", WRONG)
def test_a_wrong_plugin_breaks_one_law(law, make_plugin, broken):
    given, message = WRONG[law]
    plugin = make_plugin(**given)
    if given.get("styleforge_api", 1) is None:
        del plugin.styleforge_api
    found = broken(plugin, "plugin")
    assert set(found) == {law}, found
    assert re.search(message, found[law]), found[law]


@pytest.mark.parametrize("law", WRONG_FILES)
def test_a_wrong_module_breaks_one_law(law, load, broken):
    text, message = WRONG_FILES[law]
    found = broken(load(text), "plugin")
    assert set(found) == {law}, found
    assert re.search(message, found[law]), found[law]


def test_calling_out_and_late_imports_are_seen(load, broken):
    found = broken(load(CALLS + LATE), "plugin")
    assert "calls" in found["plugin.imports_quietly"]
    assert "loads cv2 when it registers" in found["plugin.imports_cheaply"]


def test_a_good_module_breaks_none(load, broken):
    assert broken(load(GOOD), "plugin") == {}


def button(session, **named):
    widgets = pytest.importorskip("ipywidgets")
    return widgets.VBox([widgets.HTML("Text"), widgets.Button(**named)])


def labelled(session):
    return button(session, description="Press")


def words(session):
    return "a panel"


def with_an_object(session):
    widgets = pytest.importorskip("ipywidgets")
    return widgets.HTML(f"Made by {object()}.")


def with_a_number(session):
    widgets = pytest.importorskip("ipywidgets")
    return widgets.HTML(f"Number {next(NUMBERS)}.")


NUMBERS = count()


def panel(**changes):
    fields = {"name": "mine.panel", "title": "Mine", "help": "Mine.", "build": labelled}
    return Panel(**{**fields, **changes})


WRONG_PANELS = {
    "panel.has_title_and_help": (panel(title=""), "no title"),
    "panel.names_domains_that_exist": (panel(domains=("hats",)), "'hats', which nobody"),
    "panel.is_built_without_a_kernel": (panel(build=words), "built a str"),
    "panel.has_a_stable_repr": (panel(build=with_an_object), "object object at 0x"),
    "panel.has_accessible_labels": (panel(build=button), "1 control without a name: Button"),
}


@pytest.mark.parametrize("law", WRONG_PANELS)
def test_a_wrong_panel_breaks_one_law(law, make_plugin, broken):
    pytest.importorskip("ipywidgets")
    wrong, message = WRONG_PANELS[law]
    found = broken(make_plugin(panels=[wrong]), "panel", also=[toy])
    assert set(found) == {law}, found
    assert re.search(message, found[law]), found[law]


def test_a_panel_that_counts_how_often_it_was_built(make_plugin, broken):
    pytest.importorskip("ipywidgets")
    found = broken(make_plugin(panels=[panel(build=with_a_number)]), "panel", also=[toy])
    assert re.search("prints as .*Number [0-9]", found["panel.has_a_stable_repr"])


def test_a_good_panel_breaks_none(make_plugin, broken):
    assert broken(make_plugin(panels=[panel()]), "panel", also=[toy]) == {}
