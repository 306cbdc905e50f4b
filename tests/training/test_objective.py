"""What a mapper is trained on: patterns of conditions, terms, pictures, rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch
from trainers import NO_WARM, QUICK

from styleforge.errors import UserError
from styleforge.mapper.declared import injections_of, objective
from styleforge.mapper.network import Injection, Mapper
from styleforge.pack.models import Models
from styleforge.testing import toy, toy_mapper, toy_words
from styleforge.training import batch
from styleforge.training.loop import Draw
from styleforge.training.settings import pattern

SHAPE, APPEARANCE, FINER = toy.ATTRIBUTES


# --- patterns -----------------------------------------------------------------------------
def shares(names, count=4000):
    rng = np.random.default_rng(0)
    drawn = [pattern(rng, names) for _ in range(count)]
    found = Counter(tuple(one) for one in drawn)
    kinds = Counter(kind for one in drawn for kind in one.values())
    return {key: value / count for key, value in found.items()}, kinds


def near(share: float, count: int = 4000):
    """Within four standard deviations of a count of draws."""
    return pytest.approx(share, abs=4 * (share * (1 - share) / count) ** 0.5)


def test_patterns_have_the_published_shares():
    found, kinds = shares(["a", "b"])
    wanted = {("a",): 0.5, ("b",): 0.2, ("a", "b"): 0.27, (): 0.03}
    assert found == {key: near(share) for key, share in wanted.items()}
    assert kinds["text"] / kinds.total() == near(0.5)


def test_patterns_of_one_and_of_three_attributes():
    assert shares(["a"])[0] == {("a",): near(0.97), (): near(0.03)}
    found, _ = shares(["a", "b", "c"])
    alone = {(one,): near(0.7 / 3) for one in "abc"}
    assert found == alone | {("a", "b", "c"): near(0.27), (): near(0.03)}


# --- what is minimised --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        ({}, {}),
        ({"toy.shape": "text"}, {"toy.shape": 2.0, "toy.appearance hold": 0.02}),
        ({"toy.shape": "image"}, {"toy.shape likeness": 5.0, "toy.appearance hold": 0.02}),
        ({"toy.appearance": "text"}, {"toy.appearance": 2.0}),
        ({"toy.appearance": "image"}, {"toy.appearance likeness": 0.02}),
        (
            {"toy.shape": "image", "toy.appearance": "text"},
            {"toy.shape likeness": 5.0, "toy.appearance": 2.0},
        ),
    ],
)
def test_terms_have_the_published_weights(kinds, wanted):
    always = {"identity similarity": 0.3, "background": 1.0, "latent": 0.8}
    found = objective((SHAPE, APPEARANCE), "thing", kinds, QUICK, answers=False)
    assert {term.label: term.weight for term in found} == always | wanted
    more = objective((SHAPE, APPEARANCE), "thing", kinds, QUICK, answers=True)
    known = {"answer region": QUICK.region, "answer colour": QUICK.colour}
    assert {term.label: term.weight for term in more} == always | wanted | known


@pytest.mark.parametrize("knows", [True, False])
@pytest.mark.parametrize(
    "kinds",
    [
        {},
        {"toy.shape": "text"},
        {"toy.appearance": "image"},
        {"toy.shape": "image", "toy.appearance": "text"},
    ],
)
def test_the_objective_is_the_sum_of_its_terms(make, knows, kinds):
    trainer = make(knows=knows)
    examples = trainer.source.draw(np.random.default_rng(0), 3, kinds)
    total, figures = trainer.loss(examples, kinds)
    terms = objective((SHAPE, APPEARANCE), "thing", kinds, QUICK, answers=knows)
    wanted = sum(term.weight * figures[term.label] for term in terms)
    if knows:
        wanted += QUICK.step * QUICK.later * figures["step"]
    assert total.item() == pytest.approx(wanted, rel=1e-4)
    total.backward()
    slopes = [one.grad for one in trainer.mapper.parameters() if one.grad is not None]
    assert slopes
    assert all(torch.isfinite(one).all() for one in slopes)


class Sharing(toy_mapper.ToyEdits):
    """Answers of all latents, with steps in rows that both attributes drive."""

    def draw(self, rng, count, kinds, **more):
        found = super().draw(rng, count, kinds, **more)
        steps = {name: torch.full((count, 8, 8), at + 1.0) for at, name in enumerate(kinds)}
        return replace(found, steps=steps)


def test_steps_of_shared_rows_add_up_in_what_a_mapper_learns(make):
    """Both attributes drive row 3; shape alone 0 and 2, appearance alone 5; nothing drives 1."""
    trainer = make(source=Sharing())
    trainer.mapper = Mapper(
        [
            Injection("low", SHAPE.name, (0, 2)),
            Injection("middle", SHAPE.name, (2, 3)),
            Injection("high", APPEARANCE.name, (3, 5)),
        ],
        rows=8, width=8, embedding=toy_words.WIDTH, depth=1,
    )  # fmt: skip
    kinds = {SHAPE.name: "text", APPEARANCE.name: "text"}
    examples = trainer.source.draw(np.random.default_rng(0), 2, kinds)
    taken = torch.zeros(2, 8, 8)
    taken[:, [0, 2]], taken[:, 3], taken[:, 5] = 1.0, 3.0, 2.0
    assert batch.from_known(examples, trainer.mapper, taken).item() == 0
    taken[:, 1] = 9.0  # nothing drives it
    assert batch.from_known(examples, trainer.mapper, taken).item() == 0
    taken[:, 3] = 1.0  # shape's step alone
    assert batch.from_known(examples, trainer.mapper, taken).item() == pytest.approx(8 * 2.0**2 / 4)
    # Of the width only the first direction counts.
    seen = replace(examples, metric=torch.eye(8)[:, :1])
    assert batch.from_known(seen, trainer.mapper, taken).item() == pytest.approx(2.0**2 / 4)


def test_an_edit_that_asks_for_nothing_is_known_to_move_nothing(make):
    trainer = make()
    examples = trainer.source.draw(np.random.default_rng(0), 3, {})
    assert examples.steps == {}
    _, figures = trainer.loss(examples, {}, pictures=False)
    latent = batch.latents(examples, trainer.models, {})
    moved = (trainer.mapper(latent, {}) - latent)[:, [0, 1, 2, 3, 5, 6, 7]]
    assert figures["step"] == pytest.approx(moved.square().sum(2).mean().item())
    assert figures["step"] > 0


def test_latents_alone_cost_no_picture(make, monkeypatch):
    trainer = make()
    monkeypatch.setattr(trainer, "synthesize", lambda _: pytest.fail("a picture was made"))
    draw = Draw.seeded(0)
    assert trainer.step(draw, 0.0).keys() == {"step", "pictures"}
    monkeypatch.undo()
    assert "background" in trainer.step(draw, 0.5)


def test_a_source_without_answers_looks_at_pictures_at_once(make):
    figures = make(knows=False).step(Draw.seeded(0), 0.0)
    assert figures["pictures"] == QUICK.batch
    assert "background" in figures


@pytest.mark.parametrize("size", [16, None])
def test_losses_see_the_size_asked_for(make, size):
    trainer = make(settings=replace(NO_WARM, size=size))
    side = size or 32
    kinds = {"toy.shape": "image"}
    examples = trainer.source.draw(np.random.default_rng(0), 2, kinds)
    latent = batch.latents(examples, trainer.models, {})
    view = batch.view(
        examples, kinds, trainer.attributes, trainer.models, trainer.synthesize,
        latent=latent, edited=latent, described={},
    )  # fmt: skip
    assert view.image.shape == (2, 3, side, side)
    assert view.reference("identity").image.shape == view.reference("answer").image.shape
    assert view.reference("identity").image.shape == view.image.shape
    assert np.isfinite(trainer.loss(examples, kinds)[0].item())


def test_generators_of_one_size_are_reduced(make):
    """The protocol does not ask them for smaller pictures."""
    trainer = make(settings=NO_WARM)
    examples = trainer.source.draw(np.random.default_rng(0), 1, {})
    latent = batch.latents(examples, trainer.models, {})
    whole = trainer.synthesize(latent)
    plain = trainer.models.get("generator")

    class Fixed:
        def synthesize(self, latent, noise):
            return plain.synthesize(latent, noise)

    get = trainer.models.get
    trainer.models = type(
        "", (), {"get": lambda _, kind: Fixed() if kind == "generator" else get(kind)}
    )()
    trainer.settings = replace(NO_WARM, size=16)
    wanted = whole.reshape(1, 3, 16, 2, 16, 2).mean((3, 5))
    torch.testing.assert_close(trainer.synthesize(latent), wanted)


def test_a_size_that_the_generator_does_not_make(make):
    with pytest.raises(UserError, match="There is no resolution 17"):
        make(settings=replace(QUICK, size=17))


def test_answers_are_brought_to_the_size_of_the_pictures():
    image = torch.arange(16.0).reshape(1, 1, 4, 4).expand(1, 3, 4, 4)
    assert batch.fit(image, (4, 4)) is image
    small = batch.fit(image, (2, 2))
    assert torch.equal(small[0, 0], torch.tensor([[2.5, 4.5], [10.5, 12.5]]))
    assert batch.fit(image, (8, 8)).shape == (1, 3, 8, 8)


# --- what is declared ---------------------------------------------------------------------
def test_injections_come_from_the_attributes_and_the_pack(models):
    found = injections_of((SHAPE, APPEARANCE), models)
    assert found == toy_mapper.mapper().injections
    with pytest.raises(UserError, match="No attribute of the domain drives rows"):
        injections_of((FINER,), models)
    with pytest.raises(UserError, match=r"toy\.shape drives the rows 'tiny'; .* coarse, medium, f"):
        injections_of((replace(SHAPE, drives=("tiny",)),), models)
    bare = Models(replace(toy.toy_pack(), row_groups={}))
    with pytest.raises(UserError, match="has the groups: none"):
        injections_of((SHAPE,), bare)
