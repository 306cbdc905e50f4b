"""The view of a sweep without a browser: two axes, a labelled grid, what is saved."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image
from viewing import card, html, settled

from styleforge.editor.view.find import find
from styleforge.editor.view.wiring import is_shown


@pytest.fixture
def sweeping(quick):
    """An editor whose tab for sweeps is open."""
    quick._tabs.selected_index = quick._tabs.titles.index("Sweep")
    settled(quick)
    return quick


def labels(editor):
    return html(editor, "sf-grid-label").split()


def test_cells_are_opened(sweeping):
    find(sweeping, "Values across").value = "0.5, 1"
    find(sweeping, "Run sweep").click()
    settled(sweeping)
    assert "Shape, strength: 2 of 2 done." in html(sweeping, "sf-sweep-about")
    assert labels(sweeping) == ["0.5", "1"]
    assert not settled(sweeping).candidates
    card(sweeping, "Open the result Shape 0.5").click()
    assert len(settled(sweeping).candidates) == 1
    find(sweeping, "Values across").value = "much"
    find(sweeping, "Run sweep").click()
    settled(sweeping)
    assert "give values with commas" in html(sweeping, "sf-message-text")


def test_the_axes_are_chosen(sweeping):
    across, down = find(sweeping, "Across"), find(sweeping, "Down")
    offered = [label for label, _ in across.options]
    assert {"Shape: strength", "Shape: pictures", "Appearance: words or colours", "Seed"} <= (
        set(offered)
    )
    assert down.options[0] == ("Nothing", "")
    values = find(sweeping, "Values across")
    across.label = "Appearance: words or colours"
    assert values.value  # begins with words that the pack knows
    values.value = "red, #0000ff"
    across.label = "Seed"
    assert values.value == "0, 1, 2"
    across.label = "Appearance: words or colours"
    assert values.value == "red, #0000ff"  # what was typed is not lost
    pictures = find(sweeping, "Pictures down")
    assert not is_shown(pictures)
    down.label = "Shape: pictures"
    assert is_shown(pictures)
    assert not is_shown(find(sweeping, "Values down"))
    names = dict(pictures.options)
    pictures.value = (names["shape"], names["appearance"])
    find(sweeping, "Run sweep").click()
    snapshot = settled(sweeping)
    assert snapshot.sweep.title == "Appearance by Shape"
    assert labels(sweeping) == ["red", "blue", "shape", "appearance"]
    assert all(one for row in snapshot.sweep.cells for one in row)
    wide = find(sweeping, "Run sweep").layout.grid_template_columns
    assert wide is None  # the layout of all controls is not the grid's


def test_the_same_twice_is_a_sentence(sweeping):
    find(sweeping, "Across").label = "Shape: pictures"
    find(sweeping, "Run sweep").click()
    settled(sweeping)
    assert "choose some in the list" in html(sweeping, "sf-message-text")
    find(sweeping, "Across").label = find(sweeping, "Down").label = "Seed"
    find(sweeping, "Run sweep").click()
    settled(sweeping)
    assert "Across and Down are the same" in html(sweeping, "sf-message-text")


def test_the_grid_and_all_results_are_saved(sweeping):
    sent = {}
    bridge = sweeping._bridge
    bridge.download = lambda name, mime, data: sent.update({name: data})
    find(sweeping, "Across").label = "Seed"
    find(sweeping, "Values across").value = "1, 2"
    find(sweeping, "Run sweep").click()
    settled(sweeping)
    find(sweeping, "Save grid").click()
    settled(sweeping)
    find(sweeping, "Save all").click()
    settled(sweeping)
    assert Image.open(io.BytesIO(sent["toy-sweep.png"])).width > 700
    with zipfile.ZipFile(io.BytesIO(sent["toy-sweep.zip"])) as opened:
        assert opened.namelist() == ["grid.png", "01-01 Seed 1.png", "01-02 Seed 2.png"]
