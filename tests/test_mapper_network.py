"""The mapper network against a form of its own in numpy, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from styleforge.errors import UserError
from styleforge.mapper.network import Injection, Mapper

WIDTH, EMBEDDING, HIDDEN = 12, 7, 9
PUBLISHED = (
    Injection("coarse", "shape", (0, 1, 2, 3)),
    Injection("medium", "shape", (4, 5, 6, 7)),
    Injection("fine", "colour", tuple(range(8, 18))),
)
TABLES = {
    18: PUBLISHED,
    14: (Injection("low", "shape", tuple(range(6))), Injection("high", "colour", (8, 9, 13))),
    8: (Injection("odd", "shape", (5, 1, 3)), Injection("one", "colour", (7,))),
}


def make_mapper(rows=18, depth=5, **more):
    torch.manual_seed(rows)
    mapper = Mapper(
        TABLES[rows],
        rows=rows,
        width=WIDTH,
        embedding=EMBEDDING,
        hidden=HIDDEN,
        depth=depth,
        **more,
    ).double()
    for parameter in mapper.parameters():  # also the norms' weights, which begin as 1 and 0
        torch.nn.init.normal_(parameter, std=0.5)
    return mapper


def draw(rows=18, count=3):
    torch.manual_seed(1)
    latent = torch.randn(count, rows, WIDTH, dtype=torch.float64)
    return latent, {
        name: torch.randn(count, EMBEDDING, dtype=torch.float64) for name in ("shape", "colour")
    }


# --- the published formulas, for one person, in numpy -------------------------------------
def leaky(x):
    return np.where(x > 0, x, 0.01 * x)


def layer_norm(x, axes):
    centred = x - x.mean(axes, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axes, keepdims=True) + 1e-5)


def small_network(weights, name, e):
    hidden = weights[f"{name}.0.weight"] @ e + weights[f"{name}.0.bias"]
    hidden = layer_norm(hidden, 0) * weights[f"{name}.1.weight"] + weights[f"{name}.1.bias"]
    return weights[f"{name}.3.weight"] @ leaky(hidden) + weights[f"{name}.3.bias"]


def step_of_group(weights, depth, latent, e, axis=0):
    """M(w, e) of one group: ``(rows, width)`` and ``(embedding,)`` or None."""
    x = latent / np.sqrt((latent**2).mean(axis, keepdims=True) + 1e-8)  # published: over the rows
    for number in range(depth):
        here = {
            name.removeprefix(f"layers.{number}."): value
            for name, value in weights.items()
            if name.startswith(f"layers.{number}.")
        }
        x = layer_norm(x @ here["linear.weight"].T + here["linear.bias"], (0, 1))
        if e is not None:
            x = x * (1 + small_network(here, "gamma", e)) + small_network(here, "beta", e)
            x = leaky(x)
    return x


def edit(mapper, depth, latent, conditions, axis=0):
    out = latent.numpy().copy()
    for person in range(len(latent)):
        for one in mapper.injections:
            weights = {k: v.numpy() for k, v in mapper.parts[one.name].state_dict().items()}
            rows = list(one.rows)
            e = conditions[one.attribute][person].numpy() if one.attribute in conditions else None
            before = latent[person].numpy()[rows]
            out[person, rows] = before + 0.1 * step_of_group(weights, depth, before, e, axis)
    return out


@pytest.mark.parametrize("rows", TABLES)
@pytest.mark.parametrize("given", [("shape", "colour"), ("shape",), ("colour",), ()])
def test_equals_the_published_formulas(rows, given):
    mapper = make_mapper(rows)
    latent, conditions = draw(rows)
    conditions = {name: conditions[name] for name in given}
    with torch.no_grad():
        found = mapper(latent, conditions)
    np.testing.assert_allclose(
        found.numpy(), edit(mapper, 5, latent, conditions), rtol=1e-10, atol=1e-12
    )


@pytest.mark.parametrize("depth", [1, 2])
def test_depth_is_free(depth):
    mapper = make_mapper(depth=depth)
    latent, conditions = draw()
    with torch.no_grad():
        found = mapper(latent, conditions)
    np.testing.assert_allclose(found.numpy(), edit(mapper, depth, latent, conditions), rtol=1e-10)


def test_the_norm_may_go_over_the_width():
    """Where all rows are equal the published norm leaves only signs, and this one more."""
    mapper = make_mapper(norm="width")
    latent, conditions = draw()
    with torch.no_grad():
        found = mapper(latent, conditions)
    np.testing.assert_allclose(found.numpy(), edit(mapper, 5, latent, conditions, 1), rtol=1e-10)
    same = latent[:, :1].expand(-1, 18, -1)
    for norm, kept in (("rows", True), ("width", False)):
        mapper = make_mapper(norm=norm)
        with torch.no_grad():
            steps = [mapper(w, conditions) - w for w in (same, same.sign())]
        assert torch.allclose(*steps, atol=1e-6) == kept


def test_another_norm_is_refused():
    with pytest.raises(UserError, match="The norm is 'people'; one of rows, width was expected"):
        make_mapper(norm="people")


def test_people_of_a_batch_do_not_mix():
    mapper = make_mapper()
    latent, conditions = draw()
    with torch.no_grad():
        together = mapper(latent, conditions)
        for one in range(len(latent)):
            here = slice(one, one + 1)
            alone = mapper(latent[here], {name: e[here] for name, e in conditions.items()})
            torch.testing.assert_close(alone, together[here], rtol=1e-10, atol=1e-12)


def test_one_condition_serves_a_batch():
    mapper = make_mapper()
    latent, conditions = draw()
    shape = conditions["shape"][:1]
    with torch.no_grad():
        torch.testing.assert_close(
            mapper(latent, {"shape": shape}), mapper(latent, {"shape": shape.expand(3, -1)})
        )


def test_an_absent_condition_moves_its_rows_as_published():
    mapper = make_mapper()
    latent, conditions = draw()
    with torch.no_grad():
        moved = mapper(latent, {"colour": conditions["colour"]}) - latent
    assert moved[:, :8].abs().amax((0, 2)).min() > 1e-3
    # Neither modulated nor activated: what leaves the last norm has mean 0 and variance 1.
    step = moved[:, :4] / 0.1
    assert torch.allclose(step.mean((1, 2)), torch.zeros(3, dtype=torch.float64), atol=1e-10)
    assert torch.allclose(step.square().mean((1, 2)), torch.ones(3, dtype=torch.float64), atol=1e-3)


@pytest.mark.parametrize("rows", TABLES)
def test_an_absent_condition_can_leave_its_rows_alone(rows):
    mapper = make_mapper(rows)
    latent, conditions = draw(rows)
    before = latent.clone()
    with torch.no_grad():
        edited = mapper(latent, {"colour": conditions["colour"]}, absent="zero")
        published = mapper(latent, {"colour": conditions["colour"]})
        nothing = mapper(latent, {}, absent="zero")
    driven = list(mapper.injections[-1].rows)
    others = [row for row in range(rows) if row not in driven]
    assert torch.equal(edited[:, others], latent[:, others])
    assert torch.equal(edited[:, driven], published[:, driven])
    assert torch.equal(nothing, latent)
    assert torch.equal(latent, before), "the latent that was given has changed"


def test_rows_that_nothing_drives_stay():
    mapper = make_mapper(14)
    latent, conditions = draw(14)
    with torch.no_grad():
        edited = mapper(latent, conditions)
    free = [6, 7, 10, 11, 12]
    assert torch.equal(edited[:, free], latent[:, free])
    assert (edited != latent).any(2).sum(1).tolist() == [9, 9, 9]


def test_an_attribute_only_touches_its_rows():
    mapper = make_mapper()
    latent, conditions = draw()
    with torch.no_grad():
        one = mapper(latent, conditions)
        other = mapper(latent, conditions | {"colour": -conditions["colour"]})
    assert torch.equal(one[:, :8], other[:, :8])
    assert (one[:, 8:] != other[:, 8:]).any()


def test_gradients_reach_latent_and_condition():
    mapper = make_mapper(8, depth=2).requires_grad_(False)
    latent, conditions = draw(8, count=2)
    latent.requires_grad_()
    for condition in conditions.values():
        condition.requires_grad_()

    def run(w, shape, colour):
        return mapper(w, {"shape": shape, "colour": colour})

    assert torch.autograd.gradcheck(run, (latent, conditions["shape"], conditions["colour"]))


def test_attributes_are_named_once_in_order():
    assert make_mapper().attributes == ("shape", "colour")


@pytest.mark.parametrize("rows", [((0, 0), (1,)), ((0,), (8,)), ((-1,), (0,)), ((0, 1), ())])
def test_every_part_drives_rows_that_there_are(rows):
    injections = [Injection(f"part{i}", "shape", one) for i, one in enumerate(rows)]
    with pytest.raises(UserError, match="part0"):
        Mapper(injections, rows=8, width=4, embedding=4)


def test_steps_on_shared_rows_add_up_each_at_its_strength():
    torch.manual_seed(0)
    injections = [Injection("one", "shape", (0, 1, 2)), Injection("two", "colour", (2, 3))]
    mapper = Mapper(injections, rows=5, width=4, embedding=4)
    latent = torch.randn(2, 5, 4)
    given = {"shape": torch.randn(2, 4), "colour": torch.randn(2, 4)}
    alone = [
        mapper(latent, {name: given[name]}, absent="zero") - latent for name in ("shape", "colour")
    ]
    both = mapper(latent, given, strengths={"shape": 0.5}) - latent
    assert torch.allclose(both, 0.5 * alone[0] + alone[1], atol=1e-6)
    assert (alone[0][:, 2] != 0).any()
    assert (alone[1][:, 2] != 0).any()


def test_names_must_differ():
    same = [Injection("part", "shape", (0,)), Injection("part", "colour", (1, 2))]
    with pytest.raises(UserError, match="name of its own"):
        Mapper(same, rows=8, width=4, embedding=4)


def test_errors_say_what_to_do():
    mapper = make_mapper()
    latent, conditions = draw()
    with pytest.raises(UserError, match=r"no part for beard; it maps shape, colour\."):
        mapper(latent, {"beard": conditions["shape"]})
    with pytest.raises(UserError, match=r"\(3, 14, 12\) came to a mapper for \(N, 18, 12\)"):
        mapper(latent[:, :14], conditions)
    with pytest.raises(UserError, match=r"for colour has shape \(3, 5\)"):
        mapper(latent, {"colour": conditions["colour"][:, :5]})
    with pytest.raises(UserError, match=r"\(2, 7\); the mapper takes \(3, 7\)"):
        mapper(latent, {"colour": conditions["colour"][:2]})
