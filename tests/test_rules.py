"""Gradient rules: their laws over random gradients, and their formulas against NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from styleforge.builtin.rules import drop, none, pcgrad, project
from styleforge.errors import UserError

TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-10}


def gradients(seed: int, dtype=torch.float64, shape=(2, 8, 16), spread=6) -> dict:
    """Gradients whose rows differ by many orders of magnitude."""
    rng = torch.Generator().manual_seed(seed)
    made = {}
    for label in ("a", "b", "c"):
        scale = 10 ** (torch.rand(*shape[:2], 1, generator=rng) * 2 * spread - spread)
        made[label] = (torch.randn(*shape, generator=rng) * scale).to(dtype)
    return made


def cosines(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    return (first * second).sum(-1) / (first.norm(dim=-1) * second.norm(dim=-1)).clamp_min(1e-300)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("seed", range(20))
def test_project_is_orthogonal_in_every_row(seed, dtype):
    before = gradients(seed, dtype)
    after = project(before, ("a",), ("b", "c"), per="row")
    found = cosines(after["a"].double(), (before["b"] + before["c"]).double())
    assert found.abs().max() < TOLERANCE[dtype]
    assert after["b"] is before["b"]
    assert after["c"] is before["c"]


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("seed", range(20))
def test_project_is_orthogonal_as_a_whole(seed, dtype):
    before = gradients(seed, dtype, spread=1)
    after = project(before, ("a",), ("b",), per="whole")
    found = cosines(after["a"].double().flatten(1), before["b"].double().flatten(1))
    assert found.abs().max() < TOLERANCE[dtype]


@pytest.mark.parametrize("per", ["row", "whole"])
def test_project_twice_is_project_once_and_never_longer(per):
    before = gradients(3, spread=1)
    once = project(before, ("a",), ("b",), per=per)
    twice = project(once, ("a",), ("b",), per=per)
    torch.testing.assert_close(once["a"], twice["a"], rtol=1e-9, atol=1e-12)
    assert (once["a"].norm(dim=-1) <= before["a"].norm(dim=-1) + 1e-12).all() or per == "whole"
    assert once["a"].norm() <= before["a"].norm()


def test_samples_do_not_mix():
    both = gradients(5, spread=1)
    for per in ("row", "whole"):
        together = project(both, ("a",), ("b",), per=per)["a"]
        for index in range(2):
            alone = {label: item[index : index + 1] for label, item in both.items()}
            one = project(alone, ("a",), ("b",), per=per)["a"]
            torch.testing.assert_close(together[index : index + 1], one)


def test_project_against_numpy():
    before = gradients(1, spread=1)
    after = project(before, ("a",), ("b",), per="row")["a"].numpy()
    a, b = before["a"].numpy(), before["b"].numpy()
    for sample in range(2):
        for row in range(8):
            unit = b[sample, row] / np.linalg.norm(b[sample, row])
            expected = a[sample, row] - a[sample, row].dot(unit) * unit
            np.testing.assert_allclose(after[sample, row], expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rule", [project, pcgrad])
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_a_zero_gradient_survives(rule, dtype):
    before = gradients(2, dtype)
    before["b"] = torch.zeros_like(before["b"])
    after = rule(before, ("a",), ("b",))
    torch.testing.assert_close(after["a"], before["a"])
    before["a"] = torch.zeros_like(before["a"])
    assert not rule(before, ("a",), ("b",))["a"].any()


def test_noise_maps_are_one_vector():
    maps = {label: item[:, :1].reshape(2, 1, 4, 4) for label, item in gradients(6).items()}
    after = project(maps, ("a",), ("b",), per="row")
    assert after["a"].shape == (2, 1, 4, 4)
    found = cosines(after["a"].flatten(1), maps["b"].flatten(1))
    assert found.abs().max() < 1e-10


@pytest.mark.parametrize("seed", range(10))
def test_pcgrad_against_numpy(seed):
    before = gradients(seed, shape=(1, 4, 6), spread=1)
    flat = {label: item.numpy().ravel() for label, item in before.items()}
    after = pcgrad(before, ("a", "b", "c"), ())
    for mine in "abc":
        g = flat[mine].copy()
        for other in "abc":
            if other != mine and g.dot(flat[other]) < 0:
                g = g - g.dot(flat[other]) / flat[other].dot(flat[other]) * flat[other]
        np.testing.assert_allclose(after[mine].numpy().ravel(), g, rtol=1e-9, atol=1e-12)


def test_pcgrad_of_two_ends_without_conflict():
    for seed in range(20):
        before = gradients(seed, shape=(1, 3, 5), spread=1)
        after = pcgrad(before, ("a",), ("b",))
        assert (after["a"] * before["b"]).sum() > -1e-10
        assert after["b"] is before["b"]


def test_drop():
    before = gradients(0)
    after = drop(before, ("a",), ())
    assert not after["a"].any()
    assert after["b"] is before["b"]


def test_none_changes_nothing():
    gradients = {"a": torch.randn(1, 3, 4), "b": torch.randn(1, 3, 4)}
    assert none(gradients, ("a",), ("b",)) == gradients


def test_project_against_nothing_is_a_sentence():
    with pytest.raises(UserError, match="nothing to respect"):
        project({"a": torch.randn(1, 3, 4)}, ("a",), ())
