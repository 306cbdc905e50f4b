"""The view without a browser: what plugins bring, several editors, and what breaks."""

from __future__ import annotations

from dataclasses import replace

import ipywidgets as widgets
from viewing import CONTROLS, html, settled

from styleforge.editor import Editor, Panel
from styleforge.editor.view.find import every, find, name_of
from styleforge.editor.view.wiring import is_shown
from styleforge.hookspecs import hookimpl
from styleforge.prepare.flat import colour_reference
from styleforge.recipe.condition import Custom
from styleforge.recipe.domain import Attribute, Domain, Preset


def build_fine(session):
    """A panel."""
    return widgets.Button(description=f"Panel of {session.domain.name}")


def build_broken(session):
    """A panel that fails."""
    return session.nothing


def build_nothing(session):
    """A panel that builds no widget."""
    return "text"


class Panels:
    @hookimpl
    def register_panels(self, register):
        for name, build in (("a", build_fine), ("b", build_broken), ("c", build_nothing)):
            register(Panel(name=name, title=name.upper(), help=f"Help of {name}.", build=build))


def test_panels_of_plugins(forge, tmp_path):
    forge.use(Panels(), "beads")
    editor = Editor("toy", forge=forge, folder=tmp_path / "s")
    assert find(editor, "Panel of toy")
    failed = html(editor, "sf-error")
    assert (
        "The panel “B” of plugin &#x27;beads&#x27; of this session could not be shown: Attr"
        in failed
    )
    assert "it was to build a widget, and built a str" in failed
    find(editor, "Preset").value = "toy-mapper"
    assert settled(editor).preset == "toy-mapper"
    editor.close()


class Hats:
    """A third party's domain, without any code for the editor."""

    @hookimpl
    def register_domains(self, register):
        preset = Preset(name="hats", title="Hats", help="One pass.", stages=("toy.look",))
        register(
            Domain(
                name="hats", title="Hats", help="Hats.", region="thing", keep=("keep",),
                presets=(preset,),
            )
        )  # fmt: skip

    @hookimpl
    def register_attributes(self, register):
        register(Attribute(name="hats.brim", title="Brim", help="How wide.", accepts=("text",)))


def test_a_third_partys_domain_has_an_editor(forge, tmp_path):
    forge.use(Hats(), "hats")
    editor = Editor("hats", forge=forge, folder=tmp_path / "s")
    find(editor, "Brim in words").value = "wide"
    assert settled(editor).attribute("brim").text == "wide"
    assert not [one for one in every(editor) if isinstance(one, CONTROLS) and not name_of(one)]
    editor.close()


def test_two_editors_show_one_session(chosen):
    second = Editor(chosen.session)
    find(second, "Shape strength").value = 0.3
    settled(second)
    settled(chosen)
    assert find(chosen, "Shape strength").value == 0.3


def test_a_callback_that_raises_becomes_a_message(chosen, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(chosen.session, "set_steps", broken)
    find(chosen, "Steps").value = 11
    settled(chosen)
    assert "That did not work (ZeroDivisionError: by zero)." in html(chosen, "sf-message-text")


def test_a_part_that_cannot_draw_is_said_once_and_the_rest_goes_on(chosen, monkeypatch):
    def broken(_snapshot):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(chosen._parts[6], "draw", broken)
    for strength in (0.1, 0.2):
        find(chosen, "Shape strength").value = strength
        settled(chosen)
    assert html(chosen, "sf-message-text").count("by zero") == 1
    assert "Shape: strength" in find(chosen, "Undo:").tooltip


def test_children_are_kept_while_their_set_is(chosen):
    def boxes():
        return {id(one): one.children for one in every(chosen) if getattr(one, "children", None)}

    before = boxes()
    find(chosen, "Shape strength").value = 0.3
    find(chosen, "Lock the seed").value = True
    settled(chosen)
    timeline = {id(one) for one in every(chosen) if "sf-timeline" in one._dom_classes}
    after = boxes()
    assert {key: after[key] for key in before if key not in timeline} == {
        key: value for key, value in before.items() if key not in timeline
    }


def test_what_is_seen_without_a_kernel(chosen):
    assert repr(chosen) == "Editor('toy')"
    bundle = chosen._repr_mimebundle_()
    assert bundle["text/plain"] == "Editor('toy')"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert 'alt="styleforge editor: Toy. identity, shape."' in bundle["text/html"]
    assert len(bundle["image/png"]) < 60_000


def test_the_first_domain_is_the_default(forge, tmp_path):
    editor = Editor(forge=forge, folder=tmp_path / "s")
    assert editor.session.domain.name == next(iter(forge.domains))
    editor.close()


class Palette:
    """A condition of its own, and an attribute of the toy that takes it."""

    def __init__(self, forge):
        self.attribute = forge.attributes["toy.appearance"]

    @hookimpl
    def register_components(self, register):
        def read(value, identity, region, models):
            return colour_reference({"autumn": (0.5, -0.2, -0.8)}[value], identity, region, value)

        register(read, name="condition/mine.palette")

    @hookimpl
    def register_attributes(self, register):
        accepts = (*self.attribute.accepts, "mine.palette")
        register(replace(self.attribute, accepts=accepts), replace=True)


def test_a_condition_of_a_plugins_own_has_a_control(forge, tmp_path, pictures):
    forge.use(Palette(forge), "palette")
    editor = Editor("toy", forge=forge, folder=tmp_path / "s", pack="toy")
    session = editor.session
    assert "mine.palette" in session.snapshot().missing[-1]  # what it takes
    session.set_identity(str(pictures / "identity.png"))
    settled(editor)
    find(editor, "Appearance from").value = "mine.palette"
    assert settled(editor).attribute("appearance").kind == "mine.palette"
    field = find(editor, "Appearance value")
    assert is_shown(field)
    assert not is_shown(find(editor, "Appearance in words"))
    assert not settled(editor).attribute("appearance").asked
    field.value = "autumn"
    assert settled(editor).attribute("appearance").value == "autumn"
    recipe = session.recipe()
    assert recipe.conditions == {"toy.appearance": Custom("mine.palette", "autumn")}
    assert "appearance='mine.palette:autumn'" in session.to_python()
    field.value = ""
    settled(editor)
    session.load_recipe(recipe)
    assert settled(editor).attribute("appearance").asked
    assert not settled(editor).custom
    assert field.value == "autumn"
    session.set_condition("appearance", "mine.palette:winter")
    assert settled(editor).attribute("appearance").value == "winter"
    editor.close()
