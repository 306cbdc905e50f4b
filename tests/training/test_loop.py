"""The loop of all trainings writes only weights that are finite, and keeps what was before."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from styleforge.errors import UserError
from styleforge.models.halves import write_halves
from styleforge.training.loop import Budget, Draw, State, run


class Spoilt:
    """A training whose one weight becomes NaN at a step, as the loss of that step does."""

    name = "spoilt"

    def __init__(self, at: int, *, says: bool = True) -> None:
        self.network, self.at, self.says, self.exported = torch.nn.Linear(1, 1), at, says, 0
        self.sgd = torch.optim.SGD(self.network.parameters(), lr=0.1)
        self.taken = 0

    def modules(self):
        return {"network": self.network}

    def optimizers(self):
        return {"sgd": self.sgd}

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        self.taken += 1
        if self.taken == self.at:
            self.network.weight.data.fill_(np.nan)
        loss = np.nan if self.taken >= self.at and self.says else 0.5
        return {"loss": loss, "pictures": 1}

    def report(self, folder):
        return {}

    def export(self, state: State, folder=None) -> None:
        self.exported += 1


def test_a_training_stops_at_the_step_that_spoils_it_and_keeps_the_checkpoint(tmp_path):
    run(Spoilt(at=9), tmp_path, Budget(steps=8), stop_at=0.5)
    kept = (tmp_path / "spoilt.pt").read_bytes()
    spoilt = Spoilt(at=2)
    with pytest.raises(UserError, match=r"step 6: weight holds NaN .* is kept in .*spoilt\.pt"):
        run(spoilt, tmp_path, Budget(steps=1000))
    assert spoilt.taken == 2
    assert not spoilt.exported
    assert (tmp_path / "spoilt.pt").read_bytes() == kept
    assert run(Spoilt(at=9), tmp_path, Budget(steps=8)).steps == 8


@pytest.mark.parametrize("early", [False, True])
def test_weights_that_no_figure_tells_of_are_not_written(tmp_path, early):
    spoilt = Spoilt(at=2, says=False)
    budget = Budget(steps=3, report_every=0.0 if early else 300.0, export_early=early)
    with pytest.raises(UserError, match="no checkpoint was written before"):
        run(spoilt, tmp_path, budget)
    assert spoilt.exported == early  # of the first step alone
    assert not (tmp_path / "spoilt.pt").exists()


def test_a_figure_that_is_no_number_stops_nothing_else(tmp_path):
    """As the share of a rare region, of which a batch has no pixel."""
    fine = Spoilt(at=1)
    fine.at = -1  # only the figure is none
    assert run(fine, tmp_path, Budget(steps=2)).steps == 2
    assert fine.exported == 1


@pytest.mark.parametrize("value", [np.nan, np.inf, -1e6])
def test_what_half_precision_cannot_hold_replaces_nothing(tmp_path, value):
    file = tmp_path / "weights.safetensors"
    write_halves(file, {"weight": torch.ones(2), "count": torch.tensor(3)})
    before = file.read_bytes()
    with pytest.raises(UserError, match="is not written: weight holds"):
        write_halves(file, {"weight": torch.tensor([1.0, value])})
    assert file.read_bytes() == before
