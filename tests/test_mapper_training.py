"""Training of a mapper: what is asked for, what is minimised, and that it repeats."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch

from styleforge.errors import UserError
from styleforge.mapper import batch
from styleforge.mapper.declared import injections_of, objective
from styleforge.mapper.files import load_mapper
from styleforge.mapper.settings import Settings, pattern
from styleforge.mapper.training import MapperTrainer
from styleforge.pack import Models
from styleforge.testing import toy, toy_mapper
from styleforge.training.loop import Budget, Draw, State, run

SHAPE, APPEARANCE, FINER = toy.ATTRIBUTES
QUICK = Settings(batch=3, rate=0.1, depth=2, warm=0.5, warm_batch=6, step=20.0, later=0.2)
NO_WARM = replace(QUICK, warm=0.0)


@pytest.fixture
def make(forge, models):
    """A trainer that always begins with the same weights."""

    def trainer(*, knows=True, settings=QUICK, source=None, seed=0, **more) -> MapperTrainer:
        torch.manual_seed(seed)
        source = source or toy_mapper.ToyEdits(knows=knows)
        return MapperTrainer(forge, "toy", models, source, settings, **more)

    return trainer


def train(trainer: MapperTrainer, folder, budget: Budget, **more) -> State:
    return run(trainer, folder, budget, weights=folder, **more)


def weights(trainer: MapperTrainer) -> list[torch.Tensor]:
    return [value.clone() for value in trainer.mapper.state_dict().values()]


def same(first, second) -> bool:
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


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
    always = {"identity": 0.3, "background": 1.0, "latent": 0.8}
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
    latent = trainer.invert(examples)
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
    latent = trainer.invert(trainer.source.draw(np.random.default_rng(0), 1, {}))
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


def test_a_picture_is_inverted_once_and_alone(make, monkeypatch):
    """What a batch holds beside it must not matter, for after a checkpoint it is something else."""
    trainer = make()
    sizes = []
    plain = trainer.models.get("inverter")
    inverter = lambda image: sizes.append(len(image)) or plain(image)  # noqa: E731
    monkeypatch.setattr(
        trainer.models,
        "get",
        lambda kind, get=trainer.models.get: inverter if kind == "inverter" else get(kind),
    )
    keys = set()
    rng = np.random.default_rng(0)
    for _ in range(4):
        examples = trainer.source.draw(rng, 6, {})
        assert trainer.invert(examples).shape == (6, 8, 8)
        keys |= set(examples.keys)
    assert sizes == [1] * len(keys)
    trainer.invert(replace(examples, keys=()))
    assert sizes[-1] == 6


# --- it learns, and it repeats ------------------------------------------------------------
def test_it_learns_with_answers(make, tmp_path):
    """Of people that it has not seen; what pictures do not tell of the step stays a guess."""
    trainer = make(settings=replace(QUICK, warm=0.9, warm_batch=24))
    before = trainer.report(tmp_path)
    train(trainer, tmp_path, Budget(steps=30))
    after = trainer.report(tmp_path)
    assert after["held step"] < 0.95 * before["held step"]


def test_it_learns_without_answers(make, tmp_path):
    trainer = make(knows=False)

    def held() -> float:
        found = []
        for kinds in ({"toy.shape": "text"}, {"toy.appearance": "image"}):
            examples = trainer.source.draw(np.random.default_rng(9), 8, kinds, held=True)
            with torch.no_grad():
                found.append(trainer.loss(examples, kinds)[0].item())
        return float(np.mean(found))

    before = held()
    state = train(trainer, tmp_path, Budget(steps=24))
    assert held() < 0.93 * before
    assert (state.steps, state.pictures) == (24, 24 * QUICK.batch)


@pytest.mark.parametrize("knows", [True, False])
def test_resumed_is_bit_identical(make, tmp_path, knows):
    whole = make(knows=knows)
    train(whole, tmp_path / "whole", Budget(steps=6), seed=4)
    train(make(knows=knows), tmp_path / "parts", Budget(steps=6), seed=4, stop_at=0.5)
    resumed = make(knows=knows, seed=7)
    state = train(resumed, tmp_path / "parts", Budget(steps=6), seed=99)
    assert state.steps == 6
    assert same(weights(whole), weights(resumed))
    assert not same(weights(whole), weights(make(knows=knows)))


def test_the_seed_governs_it(make, tmp_path):
    found = []
    for number, seed in enumerate((1, 1, 2)):
        trainer = make()
        train(trainer, tmp_path / str(number), Budget(steps=2), seed=seed)
        found.append(weights(trainer))
    assert same(found[0], found[1])
    assert not same(found[0], found[2])


def test_reports_repeat_and_change_nothing(make, tmp_path):
    trainer = make()
    before = weights(trainer)
    first = trainer.report(tmp_path)
    assert trainer.report(tmp_path) == first
    assert trainer.mapper.training
    assert same(before, weights(trainer))
    wanted = {"toy.shape", "toy.shape likeness", "toy.appearance", "toy.appearance likeness"}
    assert first.keys() >= {f"held {name}" for name in (*wanted, "identity", "step")}


@pytest.mark.parametrize("minutes", [0.0, 1e-9])
def test_no_time_is_no_step(make, tmp_path, minutes):
    trainer = make()
    state = run(trainer, tmp_path / "run", Budget(minutes), weights=tmp_path)
    assert state.steps <= 1
    assert load_mapper(tmp_path / "mapper_toy.safetensors").attributes == (
        "toy.shape",
        "toy.appearance",
    )


def test_another_network_does_not_go_on(make, tmp_path):
    train(make(), tmp_path, Budget(steps=1))
    for other in (replace(QUICK, hidden=5), replace(QUICK, depth=1)):
        with pytest.raises(
            UserError, match=r"mapper_toy\.pt is not a training that can be gone on"
        ):
            train(make(settings=other), tmp_path, Budget(steps=2))
    for content in (b"", b"hello", (tmp_path / "mapper_toy.pt").read_bytes()[:500]):
        (tmp_path / "mapper_toy.pt").write_bytes(content)
        with pytest.raises(UserError, match="is not a training"):
            train(make(), tmp_path, Budget(steps=2))


# --- NaN ----------------------------------------------------------------------------------
class Broken(toy_mapper.ToyEdits):
    """Answers that are not numbers, until it is mended."""

    bad = float("nan")

    def draw(self, *args, **more):
        found = super().draw(*args, **more)
        return replace(found, step=found.step + self.bad)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_steps_that_are_no_numbers_are_left_out(make, bad):
    source = Broken()
    source.bad = bad
    trainer, draw = make(source=source), Draw.seeded(0)
    before = weights(trainer)
    assert trainer.step(draw, 0.0) == {"pictures": 0}
    assert same(before, weights(trainer))
    source.bad = 0.0
    trainer.step(draw, 0.0)
    after = weights(trainer)
    assert not same(before, after)
    assert all(torch.isfinite(one).all() for one in after)


def test_a_training_of_no_numbers_ends(make, tmp_path):
    with pytest.raises(UserError, match="NaN or infinite in 20 steps in a row"):
        train(make(source=Broken()), tmp_path, Budget(steps=100))


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


def test_the_mapper_has_to_go_somewhere(make, tmp_path):
    with pytest.raises(UserError, match="Say where the mapper is to be written"):
        make().export(State())
    trainer = make(target=tmp_path)
    trainer.export(State())
    assert (tmp_path / "mapper_toy.safetensors").is_file()
