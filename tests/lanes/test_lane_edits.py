"""Edits of one pass, portraits and rows of a table in lanes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import torch
from side_by_side import alone, run

import styleforge as sf
from styleforge.api.edit_recipe import edit_recipe
from styleforge.forge import Forge
from styleforge.pack.precision import fast_bf16
from styleforge.run.events import Step

pytestmark = pytest.mark.usefixtures("beside_pictures", "two")


def test_edits_of_a_lane_share_their_pass(forge, monkeypatch):
    drawn, model = [], forge.models("toy").get("generator").inner
    plain = model.synthesize
    monkeypatch.setattr(
        model,
        "synthesize",
        lambda latent, *rest, **named: drawn.append(len(latent)) or plain(latent, *rest, **named),
    )
    asked = [
        edit_recipe(forge, "toy", "identity.png", {"appearance": one})
        for one in ("red", "blue", "green", "#8a2be2", "#ffffff", "black", "brown", "pink")
    ]
    wanted = alone(forge, asked)
    drawn.clear()
    ends = run(forge, asked)
    assert sum(drawn) == 8
    assert 1 < max(drawn) <= 4  # of eight that may wait, each lane has half
    for at, one in enumerate(wanted):
        torch.testing.assert_close(ends[at].result.image, one.image, rtol=0, atol=1e-5)
        assert ends[at].result.recipe == one.recipe


def test_portraits_come_out_as_they_do_alone(monkeypatch):
    monkeypatch.chdir(Path(__file__).parent)  # not beside the toy's pictures
    forge = Forge()
    asked = (
        ("mira", {"shape": "long wavy hair"}),
        ("lena", {"shape": "afro", "appearance": "blonde"}),
        ("otto", {"appearance": "#2f93b8"}),
        ("mira", {"appearance": "gallery:otto"}),
    )
    made = [edit_recipe(forge, "hair", f"gallery:{who}", wishes) for who, wishes in asked]
    ends = run(forge, made)  # the first to load models and prepare pictures
    for at, one in enumerate(alone(forge, made)):
        found = ends[at].result
        assert (found.recipe, found.notes) == (one.recipe, one.notes)
        assert torch.equal(found.latent, one.latent)
        torch.testing.assert_close(found.image, one.image, rtol=0, atol=1e-5)
        if fast_bf16(torch.device("cpu")):
            assert torch.equal(found.image, one.image)


def test_rows_of_a_table_go_side_by_side_and_on_after_a_stop(forge, tmp_path):
    rows = [
        {"identity": f"{one}.png", "preset": "toy-loho", "steps": 30, "shape": "shape.png"}
        for one in ("identity", "gone", "shape", "appearance")
    ]
    names = Counter()

    def watch(planned, event):
        names[planned.name] += isinstance(event, Step)
        return not names["003-shape"] > 2

    first = list(sf.batch(rows, "toy", out=tmp_path / "out", forge=forge).run(watch))
    assert [(one.name, one.state) for one in first] == [("002-gone", "failed")]
    found = {one.number: one for one in sf.batch(rows, "toy", out=tmp_path / "out", forge=forge)}
    assert [found[at].state for at in (1, 2, 3, 4)] == ["done", "failed", "done", "done"]
    assert found[3].result.recipe.threads == 1
