"""The view with more than one pack: chosen in the editor, each with a session of its own."""

from __future__ import annotations

import io
import threading

import pytest
from PIL import Image
from skimage import data
from viewing import gallery_of, settled, use

from styleforge.editor import Editor, EditSession
from styleforge.editor.view.find import every, find
from styleforge.editor.widgets import Compare, Gallery
from styleforge.forge import Forge


@pytest.fixture(scope="module")
def installed():
    for name in ("styleforge_clothing", "styleforge_hair", "styleforge_photo",
                 "styleforge_portraits"):  # fmt: skip
        pytest.importorskip(name)
    return Forge(["clothing", "hair", "photo", "portraits"])  # whatever else is installed


@pytest.fixture
def editor(installed, tmp_path, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path))
    made = Editor("hair", forge=installed, pack="portraits")
    yield made
    made.close()


def photograph():
    """NASA's portrait of Eileen Collins (public domain)."""
    file = io.BytesIO()
    Image.fromarray(data.astronaut()).save(file, format="JPEG", quality=95)
    return file.getvalue()


def test_a_pack_is_chosen_and_its_session_left_is_found_again(editor):
    chooser = find(editor, "Pack")
    assert ("Photographs", "photo") in chooser.options
    use(editor, "ada", "identity")
    assert settled(editor).identity.name == "ada"
    chooser.value = "photo"
    snapshot = settled(editor)
    assert editor.session.pack == "photo"
    assert snapshot.identity is None  # a pack's gallery is its own
    assert snapshot.preset == "recolour"
    assert [one.name for one in editor.session.attributes] == ["hair.appearance"]
    assert "hair has appearance" in snapshot.missing[-1]
    find(editor, "Pack").value = "portraits"
    assert settled(editor).identity.name == "ada"
    assert editor.session.pack == "portraits"


def test_what_is_offered_first_can_be_done(installed, tmp_path):
    """Of a pack that draws nothing new, and another preset of it that can take the shape."""
    session = EditSession("clothing", forge=installed, pack="photo", folder=tmp_path / "s")
    shaped = next(one.name for one in session.presets if one.name != "recolour")
    editor = Editor(session)
    gallery = gallery_of(editor)
    session.set_identity(photograph(), "me")
    assert settled(editor).changed == ("appearance",)
    assert gallery.target == "appearance"
    editor._tabs.selected_index = editor._tabs.titles.index("Sweep")
    settled(editor)
    assert find(editor, "Across").value.startswith("appearance ")
    assert find(editor, "Values across").value
    key = session.snapshot().identity.id
    gallery.use(key, "all")
    assert settled(editor).missing == ()  # a run would not refuse it
    session.assign("shape", key)
    assert "does not change Shape" in settled(editor).missing[0]
    session.set_preset(shaped)
    assert "shape" in settled(editor).changed
    assert gallery.target == "appearance"  # which it still changes
    gallery.target = "shape"
    settled(editor)
    assert gallery.target == "shape"  # somebody chose it
    session.set_preset("recolour")
    settled(editor)
    assert gallery.target == "appearance"
    editor.close()
    session.close()


def test_what_somebody_brought_comes_along(editor):
    editor.session.set_identity(photograph(), "me")
    settled(editor)
    find(editor, "Pack").value = "photo"
    assert settled(editor).identity.name == "me"


def test_another_pack_is_there_while_the_session_before_still_ends(editor, monkeypatch):
    may_end, ended = threading.Event(), []
    close = EditSession.close

    def slow(session):
        may_end.wait(60)  # as in the midst of a step, or of the look at a large picture
        close(session)
        ended.append(session.pack)

    use(editor, "ada", "identity")
    settled(editor)
    monkeypatch.setattr(EditSession, "close", slow)
    find(editor, "Pack").value = "photo"
    assert editor.session.pack == "photo"
    assert not ended
    use_colour = find(editor, "Appearance from")
    use_colour.value = "swatch"
    assert settled(editor).attribute("appearance").kind == "swatch"
    assert not ended
    may_end.set()
    find(editor, "Pack").value = "portraits"  # the session that was left, once it has ended
    assert ended[0] == "portraits"
    assert settled(editor).identity.name == "ada"


def test_pictures_are_shown_while_people_are_still_searched_for(editor, monkeypatch):
    found = threading.Event()
    monkeypatch.setattr(EditSession, "several", lambda *_: found.wait(60) and ())
    sent = []
    gallery = next(one for one in every(editor) if isinstance(one, Gallery))
    monkeypatch.setattr(gallery, "show", sent.append)
    editor.session.set_identity(photograph(), "me")
    editor.session.wait(60)
    editor._pump.wait(60)
    mine = editor.session.snapshot().identity.id
    gallery._want[0]((mine,))
    assert editor._wiring.reads.wait(60)
    assert sent == [{mine: editor.session.snapshot().identity.thumbnail}]
    found.set()
    settled(editor)


def test_a_domain_offers_only_what_the_pack_can_do(installed, tmp_path):
    with EditSession("clothing", forge=installed, pack="photo", folder=tmp_path / "s") as made:
        names = {preset.name for preset in made.presets}
        assert names
        assert not names & {"loho-fast", "mapper", "loho"}
        assert made.snapshot().preset in names


def test_of_several_people_one_is_pressed(installed, tmp_path):
    session = EditSession("hair", forge=installed, pack="photo", folder=tmp_path / "s")
    one = Image.fromarray(data.astronaut())
    both = Image.new("RGB", (2 * one.width, one.height))
    both.paste(one, (0, 0))
    both.paste(one, (one.width, 0))
    editor = Editor(session)
    session.set_identity(both, "both")
    settled(editor)
    compare = next(one for one in every(editor) if isinstance(one, Compare))
    faces = [one for one in compare.places if one[1] < 0.4]  # it may see another below
    (x, y, half), (other, _, _) = faces
    assert x == pytest.approx(0.22, abs=0.03)  # her face, a quarter down
    assert y == pytest.approx(0.23, abs=0.05)
    assert other - x == pytest.approx(0.5, abs=0.01)
    assert 0.03 < half < 0.12
    number = compare.places.index(faces[1]) + 1
    compare.chosen = number  # as a press does
    snapshot = settled(editor)
    assert snapshot.subjects == {snapshot.identity.id: number}
    editor.close()
    session.close()
