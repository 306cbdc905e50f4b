"""Recipes and checkpoints that nobody wrote: each is used, or refused in a sentence, and soon."""

from __future__ import annotations

import json

import pytest
import torch
from fuzzing import CHANGES, NASTY, places, put, rewrite, tried, used_or_refused
from hypothesis import given
from hypothesis import strategies as st

from styleforge.forge import Forge
from styleforge.pack.models import Models
from styleforge.recipe.recipe import Recipe
from styleforge.run.checkpoint import load_checkpoint, read_header, save_checkpoint
from styleforge.run.job import Job
from styleforge.run.start import begin
from styleforge.testing import toy


@pytest.fixture(scope="module")
def toys():
    made = Forge(plugins=())
    made.use(toy)
    return made


@pytest.fixture(scope="module")
def plain(toys):
    return json.loads(toys.recipe("toy", "toy-loho").with_steps(2).to_json())


@tried(60)
@given(data=st.data())
@pytest.mark.filterwarnings("ignore")
def test_recipes(toys, plain, models: Models, data):
    path = data.draw(st.sampled_from(list(places(plain))))
    text = json.dumps(put(plain, path, data.draw(NASTY)))
    with used_or_refused():
        recipe = Recipe.from_json(text)
        if recipe.steps <= 4 and recipe.loss_size <= 256:  # a long run is no fault
            Job(toys, recipe, toy.toy_problem(models)).result()


@tried(60)
@given(data=st.data())
@pytest.mark.filterwarnings("ignore")
def test_checkpoints(toys, plain, models, tmp_path_factory, data):
    problem = toy.toy_problem(models)
    recipe = Recipe.from_json(json.dumps(plain))
    path = tmp_path_factory.getbasetemp() / "fuzzed.resume"
    state = begin(problem, recipe)
    fault = data.draw(st.sampled_from(["bytes", "count", "shape", "nan", "cut", "tensor", "run"]))
    if fault == "count":
        name = data.draw(st.sampled_from(["stage", "step", "done", "seconds", "spread"]))
        setattr(state, name, data.draw(NASTY))
    elif fault == "shape":
        state.latent = torch.zeros(data.draw(st.lists(st.integers(0, 9), max_size=4)))
    elif fault == "nan":
        state.start = state.start * float("nan")
    save_checkpoint(path, state, recipe)
    if fault in {"tensor", "run"}:
        rewrite(path, data)
    if fault in {"bytes", "cut"}:
        found = bytearray(path.read_bytes())
        for at, value in data.draw(CHANGES):
            found[at % len(found)] = value
        end = data.draw(st.integers(0, len(found))) if fault == "cut" else len(found)
        path.write_bytes(bytes(found[:end]))
    with used_or_refused():
        read_header(path)
        load_checkpoint(path)
        again = Job.resume(toys, path, problem)
        if again.recipe.steps <= 4:
            again.result()
