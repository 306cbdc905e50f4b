"""The view without a kernel and without a browser: controls are found by what they are called."""

from __future__ import annotations

import io

import ipywidgets as widgets
import numpy as np
import pytest
from PIL import Image

from styleforge.domain import Attribute, Domain, Preset
from styleforge.editor import Editor, Panel
from styleforge.editor.view.find import every, find, name_of
from styleforge.editor.widgets import Brush, Compare, DroppedFile, encode_mask
from styleforge.errors import UserError
from styleforge.hookspecs import hookimpl

LONG = 120.0
CONTROLS = (
    widgets.Button, widgets.ToggleButton, widgets.Checkbox, widgets.Dropdown, widgets.Text,
    widgets.Textarea, widgets.FloatSlider, widgets.BoundedIntText, widgets.ColorPicker,
    widgets.FloatProgress, Brush,
)  # fmt: skip


@pytest.fixture
def editor(session):
    made = Editor(session)
    yield made
    made.close()


@pytest.fixture
def chosen(editor, ready, pictures):
    """An editor that could run, with two references on the tray."""
    ready.add_reference(pictures / "appearance.png")
    settled(editor)
    return editor


@pytest.fixture
def quick(chosen):
    """The same with the preset that takes one pass."""
    find(chosen, "Preset").value = "toy-mapper"
    settled(chosen)
    return chosen


def settled(editor):
    assert editor.settle(LONG)
    return editor.session.snapshot()


def html(editor, part):
    """The text of the messages or of any HTML of a class."""
    return " ".join(
        one.value
        for one in every(editor)
        if isinstance(one, widgets.HTML) and part in one._dom_classes
    )


def card(editor, hint):
    return next(
        one for one in every(editor)
        if isinstance(one, widgets.Button) and (one.tooltip or "").startswith(hint)
    )  # fmt: skip


def test_first_sight(editor):
    assert find(editor, "Run").disabled
    assert "Choose the picture that is edited" in html(editor, "sf-missing")
    assert find(editor, "Stop").disabled
    assert find(editor, "Undo: nothing").disabled
    assert [one.description for one in every(editor) if isinstance(one, widgets.Checkbox)][:3] == [
        "Shape", "Appearance", "Finer style",
    ]  # fmt: skip


def test_every_control_is_called_something(quick):
    find(quick, "Run").click()
    settled(quick)
    nameless = [one for one in every(quick) if isinstance(one, CONTROLS) and not name_of(one)]
    assert not nameless
    texts = [one.value for one in every(quick) if isinstance(one, widgets.HTML)]
    assert sum(text.count("<img") for text in texts) > 5
    assert all(text.count("<img") == text.count("<img alt=") for text in texts)
    assert not [one for one in every(quick) if isinstance(one, widgets.Image)]


def test_controls_of_one_kind_have_different_names(quick):
    names = [name_of(one) for one in every(quick) if isinstance(one, widgets.Dropdown)]
    assert len(names) == len(set(names))


def test_a_dropped_picture_is_the_identity_then_a_reference(editor, pictures):
    zone = find(editor, "Drop pictures here")
    data = (pictures / "identity.png").read_bytes()
    zone._hand_over(DroppedFile("me.png", "image/png", data))
    assert zone.message == "Opening me.png as the picture to edit."
    assert settled(editor).identity.name == "me"
    zone._hand_over(DroppedFile("ref.png", "image/png", (pictures / "shape.png").read_bytes()))
    assert [one.name for one in settled(editor).tray] == ["ref"]
    find(editor, "Use ref as").value = "shape"
    assert settled(editor).attribute("shape").asked
    assert find(editor, "Use ref as").value == ""  # a choice is an action
    assert "shape" in html(editor, "sf-card-picture")


def test_of_pictures_dropped_at_once_the_first_is_the_identity(editor, pictures):
    zone = find(editor, "Drop pictures here")
    zone._hand_over(DroppedFile("bad.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(99)))
    assert "bad is not a picture" in settled(editor).messages[-1].text
    for name in ("identity", "shape", "appearance"):
        data = (pictures / f"{name}.png").read_bytes()
        zone._hand_over(DroppedFile(f"{name}.png", "image/png", data))
    snapshot = settled(editor)
    assert snapshot.identity.name == "identity"
    assert [one.name for one in snapshot.tray] == ["shape", "appearance"]
    source = snapshot.identity.source
    assert editor.session._pictures.by_name(f"{source} is large.") == "identity is large."


def test_references_are_taken_from_the_tray(chosen):
    choice = find(chosen, "Appearance picture")
    assert choice.layout.display == "none"
    find(chosen, "Appearance from").value = "image"
    settled(chosen)
    assert choice.layout.display is None
    choice.value = dict(choice.options)["appearance"]
    snapshot = settled(chosen)
    assert snapshot.pictures[snapshot.attribute("appearance").picture].name == "appearance"


def test_one_picture_for_all_references(chosen):
    find(chosen, "Use appearance as").value = "all"
    used = {one.picture for one in settled(chosen).attributes}
    assert len(used) == 1
    assert used != {""}


def test_words_and_colours(chosen):
    find(chosen, "Shape in words").value = "round"
    find(chosen, "Appearance colour").value = "#102030"
    snapshot = settled(chosen)
    assert snapshot.attribute("shape").text == "round"
    assert snapshot.attribute("appearance").colour == "#102030"
    assert find(chosen, "Appearance from").value == "swatch"
    assert find(chosen, "Shape in words").options
    assert "round" in html(chosen, "sf-beside")
    with pytest.raises(UserError, match="no control 'Finer style words'"):
        find(chosen, "Finer style words")


def test_a_lock_holds_and_the_control_goes_back(chosen):
    find(chosen, "Lock Shape").value = True
    settled(chosen)
    slider = find(chosen, "Shape strength")
    assert slider.disabled
    assert find(chosen, "Unlock Shape").description == "Locked"
    slider.value = 0.25  # as a script or a slow browser might
    snapshot = settled(chosen)
    assert snapshot.attribute("shape").strength == 1.0
    assert slider.value == 1.0
    assert "Error:</b> shape is locked" in html(chosen, "sf-message-text")
    find(chosen, "Dismiss this message").click()
    assert not settled(chosen).messages
    assert not html(chosen, "sf-message-text")


def test_strength_undo_redo(chosen):
    slider = find(chosen, "Shape strength")
    slider.value = 0.4
    assert settled(chosen).attribute("shape").strength == 0.4
    find(chosen, "Undo: Strength of shape").click()
    settled(chosen)
    assert slider.value == 1.0
    find(chosen, "Redo: Strength of shape").click()
    settled(chosen)
    assert slider.value == 0.4


def test_keys_post_commands(chosen):
    find(chosen, "Shape strength").value = 0.4
    settled(chosen)
    bridge = chosen.children[0]
    bridge._handle_custom_msg({"kind": "key", "command": "undo"}, [])
    assert settled(chosen).attribute("shape").strength == 1.0
    bridge._handle_custom_msg({"kind": "key", "command": "accept"}, [])
    settled(chosen)
    assert "Error:" in html(chosen, "sf-message-text")
    keys = next(one for one in every(chosen) if "sf-help" in one._dom_classes)
    assert keys.layout.display == "none"
    bridge._handle_custom_msg({"kind": "key", "command": "help"}, [])
    assert keys.layout.display is None


def test_run_progress_stop(chosen, recorder):
    find(chosen, "Steps").value = 4000
    settled(chosen)
    run, stop = find(chosen, "Run"), find(chosen, "Stop")
    shares = []
    bar = find(chosen, "How much of the run is done")
    bar.observe(lambda change: shares.append(change["new"]), names="value")
    said = next(one for one in every(chosen) if "sf-progress-words" in one._dom_classes)
    sentences = []
    said.observe(lambda change: sentences.append(change["new"]), names="value")
    run.click()
    recorder.until(lambda snapshot: snapshot.progress.step > 5)
    while len(set(shares)) < 3:
        chosen._pump.wait(1)
        recorder.until(lambda snapshot: snapshot.progress.step > 5)
    assert not stop.disabled
    stop.click()
    snapshot = settled(chosen)
    assert [one.status for one in snapshot.candidates] == ["stopped"]
    assert shares == [*sorted(shares[:-1]), 0.0]
    assert any("Structure (1 of 2): step" in one for one in sentences)
    assert "Stopped, best kept after" in said.value
    assert stop.disabled
    assert "Losses" in html(chosen, "sf-figure")
    assert not find(chosen, "Accept").disabled
    resume = find(chosen, "Resume")
    assert resume.layout.display is None
    before = snapshot.candidates[0].steps
    resume.click()
    recorder.until(lambda snapshot: snapshot.progress.done > before)
    stop.click()
    assert len(settled(chosen).candidates) == 2


def test_look_accept_undo_discard(quick):
    find(quick, "Run").click()
    snapshot = settled(quick)
    compare = next(one for one in every(quick) if isinstance(one, Compare))
    assert compare.before_label == "Identity: identity"
    assert compare.after_label.startswith("Result")
    assert len(compare.before)
    assert len(compare.after)
    assert bytes(compare.before) != bytes(compare.after)
    before = snapshot.identity.id
    find(quick, "Accept").click()
    snapshot = settled(quick)
    assert snapshot.identity.id == snapshot.pictures[snapshot.identity.id].id != before
    assert not snapshot.candidates
    find(quick, "Undo: Accept").click()
    assert settled(quick).identity.id == before
    find(quick, "Discard").click()
    assert not settled(quick).candidates
    find(quick, "Undo: Discard").click()
    assert len(settled(quick).candidates) == 1


def test_candidates_are_pressed(quick):
    for strength in (1.0, 0.5):
        find(quick, "Shape strength").value = strength
        find(quick, "Run").click()
        settled(quick)
    first = next(
        one for one in every(quick)
        if isinstance(one, widgets.Button) and one.description.startswith("1 ")
    )  # fmt: skip
    first.click()
    snapshot = settled(quick)
    assert snapshot.shown == snapshot.candidates[0].id
    assert first.description == "▸ 1 done"
    quick.children[0]._handle_custom_msg({"kind": "key", "command": "next"}, [])
    snapshot = settled(quick)
    assert snapshot.shown == snapshot.candidates[1].id


def test_history_goes_anywhere(chosen):
    find(chosen, "Shape strength").value = 0.4
    settled(chosen)
    start = find(chosen, "Go to: Start")
    start.click()
    snapshot = settled(chosen)
    assert snapshot.identity is None
    assert start.description == "● Start (now)"
    find(chosen, "Preset").value = "toy-mapper"
    settled(chosen)
    assert "↳ from “Start”" in find(chosen, "Go to: Preset toy-mapper").description


def test_sweep_cells_are_opened(quick):
    find(quick, "Strengths across").value = "0.5, 1"
    find(quick, "Run sweep").click()
    settled(quick)
    assert "Shape across: 2 of 2 done." in html(quick, "sf-sweep-about")
    assert not settled(quick).candidates
    card(quick, "Open the result at 0.5").click()
    assert len(settled(quick).candidates) == 1
    find(quick, "Strengths across").value = "much"
    find(quick, "Run sweep").click()
    settled(quick)
    assert "give numbers with commas" in html(quick, "sf-message-text")


def test_a_mask_is_painted(chosen):
    tabs = next(one for one in every(chosen) if isinstance(one, widgets.Tab))
    brush = next(one for one in every(chosen) if isinstance(one, Brush))
    assert not len(brush.image)  # nothing is read before somebody looks
    tabs.selected_index = tabs.titles.index("Mask")
    settled(chosen)
    assert len(brush.image)
    assert bytes(brush.start) == bytes(brush.mask)
    painted = np.zeros_like(brush.values[0, 0])
    painted[:9] = 1
    brush.mask = encode_mask(painted)  # what a stroke does
    snapshot = settled(chosen)
    assert snapshot.identity.id in snapshot.painted
    assert (np.asarray(chosen.session.region_mask("identity")) > 127).mean() == painted.mean()
    find(chosen, "As found").click()
    assert not settled(chosen).painted
    assert brush.coverage != pytest.approx(painted.mean())
    find(chosen, "Mask of").value = "appearance"
    settled(chosen)
    assert not len(brush.image)  # nobody plays this role


def test_strokes_stay_with_their_picture(chosen):
    tabs = next(one for one in every(chosen) if isinstance(one, widgets.Tab))
    brush = next(one for one in every(chosen) if isinstance(one, Brush))
    tabs.selected_index = tabs.titles.index("Mask")
    first = settled(chosen).identity
    stroke = np.zeros_like(brush.values[0, 0])
    stroke[:9] = 1
    brush.mask = encode_mask(stroke)
    find(chosen, "Mask of").value = "shape"
    settled(chosen)
    assert brush.coverage != pytest.approx(stroke.mean())
    # A stroke that was on its way when the other picture was shown.
    stroke[:20] = 1
    brush.set_state({"mask": encode_mask(stroke), "painted_over": brush.painted_over - 1})
    snapshot = settled(chosen)
    assert snapshot.painted == {first.id}
    find(chosen, "Mask of").value = "identity"
    settled(chosen)
    assert brush.coverage == pytest.approx(stroke.mean())
    chosen.session.undo()
    settled(chosen)
    assert brush.coverage == pytest.approx(stroke[:9].sum() / stroke.size)


def test_recipes_come_back_from_a_png(quick, monkeypatch):
    saved = []

    def send(said, buffers=()):
        saved.append((said, buffers))

    monkeypatch.setattr(quick.children[0], "send", send)
    find(quick, "Shape strength").value = 0.5
    find(quick, "Run").click()
    settled(quick)
    find(quick, "Export PNG").click()
    settled(quick)
    said, buffers = saved[-1]
    assert (said["kind"], said["name"]) == ("download", "toy.png")
    assert Image.open(io.BytesIO(buffers[0])).text
    find(quick, "Shape strength").value = 1.0
    settled(quick)
    find(quick, "Drop a result")._hand_over(DroppedFile("toy.png", "image/png", buffers[0]))
    settled(quick)
    assert find(quick, "Shape strength").value == 0.5
    find(quick, "With the recipe inside").value = False
    find(quick, "Export PNG").click()
    settled(quick)
    assert not Image.open(io.BytesIO(saved[-1][1][0])).text


def test_the_same_as_python(quick):
    find(quick, "Copy as Python").click()
    settled(quick)
    code = find(quick, "As Python").value
    compile(code, "copied", "exec")
    assert "shape=" in code


def test_seed_and_its_lock(chosen):
    seed = find(chosen, "Seed")
    seed.value = "7"
    assert settled(chosen).seed == 7
    find(chosen, "Lock the seed").value = True
    assert settled(chosen).seed_locked
    assert find(chosen, "Another seed").disabled
    seed.value = "seven"
    settled(chosen)
    assert seed.value == "7"
    assert "The seed is &#x27;seven&#x27;" in html(chosen, "sf-message-text")


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
    assert "Strength of shape" in find(chosen, "Undo:").tooltip


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
