"""What is kept of weights and was changed or damaged since."""

from __future__ import annotations

import json

import published_generators as published
import pytest
import torch
from people_row import ROW

from styleforge.errors import UserError
from styleforge.weights.add import add_weights
from styleforge.weights.check import check_kept
from styleforge.weights.kept import Kept, all_kept, find
from styleforge.weights.layouts import layout_of


def test_a_damaged_file_that_is_kept(checkpoint):
    kept = add_weights("people", checkpoint, ROW)
    kept.files[0].write_bytes(b"no more")
    with pytest.raises(
        UserError, match=r"'people' in .* are damaged or gone.*add people people\.pt"
    ):
        check_kept(kept)


def test_numbers_that_are_not_finite(tmp_path, state):
    state["to_rgbs.1.bias"][:] = torch.nan
    path = published.write_rosinality(tmp_path / "a.pt", state, latent_avg=torch.ones(8))
    with pytest.raises(UserError, match="not finite"):
        check_kept(add_weights("people", path, ROW))


@pytest.mark.parametrize("card", ["", "[]", "{}", '{"layout": 3, "facts": null}', "\x00"])
def test_a_card_that_somebody_changed(checkpoint, card):
    kept = add_weights("people", checkpoint, ROW)
    (kept.folder / "card.json").write_text(card)
    assert find("people") is None
    assert all_kept() == ()
    assert add_weights("people", checkpoint, ROW).facts["size"] == 16


def test_a_layout_that_nobody_reads(checkpoint):
    kept = add_weights("people", checkpoint, ROW)
    card = json.loads((kept.folder / "card.json").read_text())
    (kept.folder / "card.json").write_text(json.dumps(card | {"layout": "runes"}))
    with pytest.raises(UserError, match="'runes', which nobody here reads"):
        check_kept(find("people"))
    with pytest.raises(UserError, match="no layout 'runes' of weights"):
        layout_of("runes")


def test_files_of_a_kept_folder_are_those_without_the_card(checkpoint):
    kept = add_weights("people", checkpoint, ROW)
    assert isinstance(kept, Kept)
    assert "card.json" in {path.name for path in kept.folder.iterdir()}
    assert "card.json" not in {path.name for path in kept.files}
