"""Every law of rules can fail: a wrong rule for each, which breaks that law and no other."""

from __future__ import annotations

import re

import pytest
import torch


def along(gradients, of, against, *, amount=1.0, guard=1e-12, mixed=False):
    """`project`, with faults to choose from."""
    changed = dict(gradients)
    for label in of:
        shape = gradients[label].shape
        rows = (1, -1) if mixed else (shape[0], -1)
        mine = gradients[label].reshape(rows)
        theirs = sum(gradients[other] for other in against).reshape(rows)
        share = (mine * theirs).sum(1, keepdim=True)
        share = share / (theirs.square().sum(1, keepdim=True) + guard)
        changed[label] = (mine - amount * share * theirs).reshape(shape)
    return changed


def good(gradients, of, against):
    return along(gradients, of, against)


def one_more(gradients, of, against):
    return {**gradients, "more": gradients[of[0]]}


def meddles(gradients, of, against):
    return {**gradients, "other": 0.5 * gradients["other"]}


def beyond(gradients, of, against):
    return along(gradients, of, against, amount=3.0)


def idle(gradients, of, against):
    return dict(gradients)


def damps(gradients, of, against):
    return {**gradients, **{label: 0.5 * gradients[label] for label in of}}


def unguarded(gradients, of, against):
    return along(gradients, of, against, guard=0.0)


def by_chance(gradients, of, against):
    return along(gradients, of, against, amount=1 - 1e-11 * float(torch.rand(())))


def mixes(gradients, of, against):
    return along(gradients, of, against, mixed=True)


idle_that_claims = type("Claims", (), {"orthogonal": True, "__call__": staticmethod(idle)})()
WRONG = {
    "rule.keeps_the_groups": (one_more, "the same groups were expected"),
    "rule.leaves_others_alone": (meddles, "changed the gradient of 'other'"),
    "rule.never_lengthens": (beyond, "longer, from"),
    "rule.is_orthogonal_as_claimed": (idle_that_claims, "leaves a cosine of"),
    "rule.leaves_orthogonal_gradients": (damps, "was orthogonal to all others"),
    "rule.survives_zero_gradients": (unguarded, "NaN or infinite numbers"),
    "rule.is_deterministic": (by_chance, "two results for the same gradients"),
    "rule.treats_a_batch_as_each_alone": (mixes, "per sample"),
}


@pytest.mark.parametrize("law", WRONG)
def test_a_wrong_rule_breaks_one_law(law, make_plugin, broken):
    rule, message = WRONG[law]
    found = broken(make_plugin(rules=[("mine.rule", rule)]), "rule")
    assert set(found) == {law}, found
    assert re.search(message, found[law]), found[law]


def test_a_good_rule_breaks_none(make_plugin, broken):
    assert broken(make_plugin(rules=[("mine.rule", good)]), "rule") == {}


def test_a_rule_that_writes_into_gradients(make_plugin, broken):
    def writes(gradients, of, against):
        gradients[of[0]].mul_(0.5)
        return dict(gradients)

    found = broken(make_plugin(rules=[("mine.rule", writes)]), "rule")
    assert "that it was given" in found["rule.leaves_others_alone"]
