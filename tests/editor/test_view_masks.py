"""Masks in the view, without a browser: painted, kept with their picture; whom they mean."""

from __future__ import annotations

import numpy as np
import pytest
from viewing import settled

from styleforge.editor.view.find import every, find
from styleforge.editor.widgets import Brush, Tabs, encode_mask


def test_which_subject_is_meant_is_said_under_mask(chosen):
    subject = find(chosen, "Subject")
    assert subject.value == 0
    subject.value = 1
    settled(chosen)
    identity = chosen.session.snapshot().identity.id
    assert chosen.session.snapshot().subjects == {identity: 1}
    chosen.session.undo()
    settled(chosen)
    assert subject.value == 0


def test_a_mask_is_painted(chosen):
    tabs = next(one for one in every(chosen) if isinstance(one, Tabs))
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
    tabs = next(one for one in every(chosen) if isinstance(one, Tabs))
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
    assert not chosen.session.snapshot().painted  # the strokes were one row of the history
    assert brush.coverage != pytest.approx(stroke.mean())
