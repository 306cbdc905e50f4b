"""People by the dozen: the same for a seed, with what is known of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import torch
from styleforge_portraits.drawn import People
from styleforge_portraits.truth import TruthOf

from styleforge.prepare.images import load_image, to_picture

if TYPE_CHECKING:
    from pathlib import Path


def test_a_seed_draws_the_same_people_with_enough_hair() -> None:
    people = People()
    first, again = (people.draw(np.random.default_rng(3), "hair", 0.2) for _ in range(2))
    assert torch.equal(first.image, again.image)
    assert first.about == again.about
    assert float(first.regions["hair"].mean()) > 0.19
    assert first.landmarks.shape == (68, 2)
    total = torch.cat(tuple(first.regions.values())).sum(0)
    torch.testing.assert_close(total, torch.ones(1, 256, 256), atol=1e-4, rtol=0)


def test_the_answer_is_known_from_what_stands_beside_the_picture(tmp_path: Path) -> None:
    one = People().draw(np.random.default_rng(0), "hair", 0.08)
    to_picture(one.image).save(tmp_path / "one.png")
    (tmp_path / "one.json").write_text(json.dumps(one.about))
    answer = TruthOf()("hair", identity=tmp_path / "one.png")
    torch.testing.assert_close(answer.image, one.image)
    torch.testing.assert_close(load_image(tmp_path / "one.png"), one.image, atol=1e-6, rtol=0)
    torch.testing.assert_close(dict(answer.regions), dict(one.regions))
