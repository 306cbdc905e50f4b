"""The phases of the generator's training, as the candidate generator was trained."""

from __future__ import annotations

from styleforge_portraits.training.phases import PHASES


def test_the_phases_follow_each_other_over_the_whole_budget() -> None:
    assert PHASES[0].begin == 0.0
    assert [one.until for one in PHASES[:-1]] == [one.begin for one in PHASES[1:]]
    assert PHASES[-1].until == 1.0


def test_perceptual_features_weigh_a_tenth_where_a_picture_has_detail() -> None:
    assert {one.size: one.matching for one in PHASES} == {32: 0.0, 64: 0.0, 128: 0.1, 256: 0.1}
