"""The view's two threads: the newest is drawn, at most so often; reads by key."""

from __future__ import annotations

import importlib
import sys
import threading
import time
from itertools import pairwise

import pytest

from styleforge.editor.state import Curve
from styleforge.editor.view.plot import cosine_plot, loss_plot
from styleforge.editor.view.pump import Pump, Reads
from styleforge.errors import UserError


def test_the_newest_wins_and_no_more_than_four_a_second():
    drawn = []
    pump = Pump(lambda value: drawn.append((value, time.monotonic())))
    end = time.monotonic() + 0.9
    value = 0
    while time.monotonic() < end:
        value += 1
        pump.put(value)
        time.sleep(0.002)
    assert pump.wait(10)
    pump.close()
    assert drawn[-1][0] == value
    gaps = [later[1] - sooner[1] for sooner, later in pairwise(drawn)]
    assert gaps
    assert min(gaps) > 0.24


def test_a_drawing_that_fails_is_not_the_last():
    drawn = []

    def draw(value):
        if value == 1:
            raise ZeroDivisionError
        drawn.append(value)

    pump = Pump(draw, rate=1000)
    pump.put(1)
    assert pump.wait(10)
    pump.put(2)
    assert pump.wait(10)
    assert drawn == [2]
    pump.close()
    pump.put(3)
    assert pump.wait(1)
    assert drawn == [2]


def test_of_reads_with_one_key_the_newest():
    gate, done, failed = threading.Event(), [], []
    reads = Reads(failed.append)
    reads.ask("first", lambda: gate.wait(10))
    reads.ask("picture", lambda: done.append("old"))
    reads.ask("other", lambda: 1 / 0)
    reads.ask("picture", lambda: done.append("new"))
    gate.set()
    assert reads.wait(10)
    assert done == ["new"]
    assert [type(one) for one in failed] == [ZeroDivisionError]
    reads.close()


def test_plots_say_their_last_values_in_words():
    curves = {"style": Curve((1, 2, 3), (2.0, 1.0, 0.5)), "a<b": Curve((1, 2, 3), (1.0, 1.0, 1.0))}
    drawn = loss_plot(curves)
    assert "step 3: style 0.25, a&lt;b 1.00" in drawn
    assert drawn.count("<polyline") == 2
    assert "a<b" not in drawn
    assert cosine_plot({}) == ""
    assert 'aria-label="Conflict of gradients' in cosine_plot({"x": Curve((1,), (-0.5,))})


def test_without_widgets_a_sentence_says_what_to_install(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("styleforge.editor.view")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(UserError, match=r"needs ipywidgets.*install styleforge\[editor\]"):
        importlib.import_module("styleforge.editor.view")
