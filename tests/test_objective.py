"""Objectives are data with an algebra."""

from __future__ import annotations

import pytest

from styleforge.errors import UserError
from styleforge.recipe.objective import Objective, Term

A, B, C = Term("a", "lpips"), Term("b", "style", weight=3.0), Term("c", "noise")


def test_sum_and_scale():
    total = 0.5 * A + 2 * (B + C)
    assert isinstance(total, Objective)
    assert [(term.label, term.weight) for term in total] == [("a", 0.5), ("b", 6.0), ("c", 2.0)]
    assert total == Objective((A * 0.5, B * 2, C * 2))


def test_sums_associate():
    assert (A + B) + C == A + (B + C) == sum([A, B, C]) == sum([A + B, Objective((C,))])
    assert A + Objective() == Objective((A,))


def test_scaling_distributes():
    assert 2 * (A + B) == 2 * A + 2 * B
    assert (A + B) * 3 * 2 == (A + B) * 6


def test_terms_are_not_changed():
    2 * A
    assert A.weight == 1.0
    assert A.as_probe("p", mask="x") == Term("p", "lpips", {"mask": "x"}, probe=True)
    assert not A.args


def test_labels_are_unique():
    with pytest.raises(UserError, match="two terms labelled 'a'"):
        A + A
    with pytest.raises(UserError, match="two terms labelled 'a'"):
        (A + B) + (C + A)


def test_access_by_label():
    total = A + B
    assert total["b"] is B
    assert total.labels == ("a", "b")
    assert total.without("a") == Objective((B,))
    assert len(total) == 2
    with pytest.raises(UserError, match="No term is labelled 'z'; the objective has a, b"):
        total["z"]


def test_as_text():
    assert str(2 * A + B.as_probe("p")) == "2·a + 3·p?"
    assert str(Objective()) == "0"


def test_only_terms_can_be_added():
    with pytest.raises(TypeError):
        1 + A
