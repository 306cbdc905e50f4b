"""Training of a mapper: it learns, it repeats, and it survives what is no number."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from trainers import QUICK

from styleforge.errors import UserError
from styleforge.mapper.files import load_mapper
from styleforge.testing import toy, toy_mapper
from styleforge.training import batch
from styleforge.training.loop import Budget, Draw, State, run
from styleforge.training.mapper import MapperTrainer

SHAPE, APPEARANCE, FINER = toy.ATTRIBUTES


def train(trainer: MapperTrainer, folder, budget: Budget, **more) -> State:
    return run(trainer, folder, budget, weights=folder, **more)


def weights(trainer: MapperTrainer) -> list[torch.Tensor]:
    return [value.clone() for value in trainer.mapper.state_dict().values()]


def same(first, second) -> bool:
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


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
    keys, kept = set(), {}
    rng = np.random.default_rng(0)
    for _ in range(4):
        examples = trainer.source.draw(rng, 6, {})
        assert batch.latents(examples, trainer.models, kept).shape == (6, 8, 8)
        keys |= set(examples.keys)
    assert sizes == [1] * len(keys)
    batch.latents(replace(examples, keys=()), trainer.models, kept)
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
    assert first.keys() >= {f"held {name}" for name in (*wanted, "identity similarity", "step")}


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
        steps = {name: one + self.bad for name, one in found.steps.items()}
        return replace(found, steps=steps)


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


def test_the_mapper_has_to_go_somewhere(make, tmp_path):
    with pytest.raises(UserError, match="Say where the mapper is to be written"):
        make().export(State())
    trainer = make(target=tmp_path)
    trainer.export(State())
    assert (tmp_path / "mapper_toy.safetensors").is_file()


def test_the_card_says_what_it_was_trained_on(make, tmp_path):
    make(target=tmp_path).export(State())
    card = json.loads((tmp_path / "mapper_toy.json").read_text())
    assert card["licence"] == "Apache-2.0"
    assert card["data"] == {
        "source": "pictures of the toy generator",
        "people": {"train": toy_mapper.PEOPLE, "held": toy_mapper.HELD},
        "reported_edits": 64,  # sixteen for each of two attributes, in words and by a picture
    }
