"""StyleCLIP's weights are those of the paper, whatever the size of W+."""

from __future__ import annotations

import pytest
import torch
from styleforge_hair.styleclip import STAGES

from styleforge.builtin.latent_losses import latent as latent_loss
from styleforge.pack.models import Models
from styleforge.run.view import View
from styleforge.testing import toy


@pytest.mark.parametrize("rows", [6, 14, 18])
def test_a_step_counts_by_its_squared_length(rows):
    (term,) = (one for one in STAGES[0].objective if one.loss == "latent")
    start, moved = torch.zeros(1, rows, 16), torch.full((1, rows, 16), 0.5)
    models = Models(toy.toy_pack())
    view = View(torch.zeros(1, 3, 8, 8), models, latent=moved, start=start)
    measured = term.weight * float(latent_loss(view, **term.args))
    assert measured == pytest.approx(0.008 * rows * 16 * 0.25)
