"""The view of a sweep without a browser: two axes, a labelled grid, what is saved."""

from __future__ import annotations

import io
import zipfile

from PIL import Image
from viewing import card, html, settled

from styleforge.editor.view.find import find
from styleforge.editor.view.wiring import is_shown


def labels(editor):
    return html(editor, "sf-grid-label").split()


def test_cells_are_opened(quick):
    find(quick, "Values across").value = "0.5, 1"
    find(quick, "Run sweep").click()
    settled(quick)
    assert "Shape, strength: 2 of 2 done." in html(quick, "sf-sweep-about")
    assert labels(quick) == ["0.5", "1"]
    assert not settled(quick).candidates
    card(quick, "Open the result Shape 0.5").click()
    assert len(settled(quick).candidates) == 1
    find(quick, "Values across").value = "much"
    find(quick, "Run sweep").click()
    settled(quick)
    assert "give values with commas" in html(quick, "sf-message-text")


def test_the_axes_are_chosen(quick):
    across, down = find(quick, "Across"), find(quick, "Down")
    offered = [label for label, _ in across.options]
    assert {"Shape: strength", "Shape: pictures", "Appearance: words or colours", "Seed"} <= (
        set(offered)
    )
    assert down.options[0] == ("Nothing", "")
    values = find(quick, "Values across")
    across.label = "Appearance: words or colours"
    assert values.value  # begins with words that the pack knows
    values.value = "red, #0000ff"
    across.label = "Seed"
    assert values.value == "0, 1, 2"
    across.label = "Appearance: words or colours"
    assert values.value == "red, #0000ff"  # what was typed is not lost
    pictures = find(quick, "Pictures down")
    assert not is_shown(pictures)
    down.label = "Shape: pictures"
    assert is_shown(pictures)
    assert not is_shown(find(quick, "Values down"))
    names = dict(pictures.options)
    pictures.value = (names["shape"], names["appearance"])
    find(quick, "Run sweep").click()
    snapshot = settled(quick)
    assert snapshot.sweep.title == "Appearance by Shape"
    assert labels(quick) == ["red", "blue", "shape", "appearance"]
    assert all(one for row in snapshot.sweep.cells for one in row)
    wide = find(quick, "Run sweep").layout.grid_template_columns
    assert wide is None  # the layout of all controls is not the grid's


def test_the_same_twice_is_a_sentence(quick):
    find(quick, "Across").label = "Shape: pictures"
    find(quick, "Run sweep").click()
    settled(quick)
    assert "choose some in the list" in html(quick, "sf-message-text")
    find(quick, "Across").label = find(quick, "Down").label = "Seed"
    find(quick, "Run sweep").click()
    settled(quick)
    assert "Across and Down are the same" in html(quick, "sf-message-text")


def test_the_grid_and_all_results_are_saved(quick):
    sent = {}
    bridge = quick._bridge
    bridge.download = lambda name, mime, data: sent.update({name: data})
    find(quick, "Across").label = "Seed"
    find(quick, "Values across").value = "1, 2"
    find(quick, "Run sweep").click()
    settled(quick)
    find(quick, "Save grid").click()
    settled(quick)
    find(quick, "Save all").click()
    settled(quick)
    assert Image.open(io.BytesIO(sent["toy-sweep.png"])).width > 700
    with zipfile.ZipFile(io.BytesIO(sent["toy-sweep.zip"])) as opened:
        assert opened.namelist() == ["grid.png", "01-01 Seed 1.png", "01-02 Seed 2.png"]
