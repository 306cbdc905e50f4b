"""Inputs that nobody wrote: each is used, or refused in a sentence, and soon.

Hypothesis makes them, always the same ones. `make test` tries some tens of each kind, `make
test-all` (which sets FUZZ=deep) many more.
"""

from __future__ import annotations

import copy
import io
import json
import os
import time
from contextlib import contextmanager
from math import prod

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save_file

from styleforge.errors import LONGEST, UserError, printable
from styleforge.forge import Forge
from styleforge.mapper.files import load_mapper, save_mapper
from styleforge.mapper.official import load_official
from styleforge.models.arcface import load_arcface
from styleforge.models.lpips import published_lpips
from styleforge.models.tensors import read_tensors
from styleforge.pack.models import Models
from styleforge.prepare import masks
from styleforge.prepare.images import load_image
from styleforge.recipe.condition import Text
from styleforge.recipe.recipe import Recipe
from styleforge.run.checkpoint import load_checkpoint, read_header, save_checkpoint
from styleforge.run.job import Job
from styleforge.run.start import begin
from styleforge.testing import toy, toy_mapper

DEEP = os.environ.get("FUZZ") == "deep"
SOON = 120.0  # seconds for one input on a busy machine, torch imported on the way; not for ever


def tried(examples: int):
    """The same inputs every time, many more where FUZZ=deep."""
    return settings(
        max_examples=examples * (20 if DEEP else 1),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def used_or_refused():
    """Whatever an input does, it does soon; an error is one for the user, on a page at most."""
    start = time.monotonic()
    try:
        yield
    except UserError as error:
        said = str(error)
    else:
        said = "used"
    assert 0 < len(printable(said)) < 2 * LONGEST  # as the program prints it
    assert time.monotonic() - start < SOON


# --- pictures ---------------------------------------------------------------------------------
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")


def encoded(form: str) -> bytes:
    kept = io.BytesIO()
    Image.linear_gradient("L").resize((24, 20)).convert("RGB").save(kept, form)
    return kept.getvalue()


WHOLE = {form: encoded(form) for form in FORMATS}
CHANGES = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=8)


@tried(60)
@given(form=st.sampled_from(FORMATS), changes=CHANGES, cut=st.integers(0, 3000), more=st.binary())
@pytest.mark.filterwarnings("ignore")
def test_pictures(tmp_path_factory, form, changes, cut, more):
    data = bytearray(WHOLE[form])
    for at, value in changes:
        data[at % len(data)] = value
    path = tmp_path_factory.getbasetemp() / "fuzzed.png"
    path.write_bytes(bytes(data[: len(data) - cut % len(data)]) + more)
    with used_or_refused():
        image = load_image(path)
        assert image.ndim == 4
        assert image.shape[1] == 3
        assert bool(torch.isfinite(image).all())


# --- masks ------------------------------------------------------------------------------------
LEAVES = st.sampled_from(["identity.thing", "shape.keep", "image.rest", "nobody.x", "x", "1", "''"])
NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from(["1e999", "True", "None", "2j"]))


def larger(inner):
    return st.one_of(
        st.builds("~({})".format, inner),
        st.builds("({} {} {})".format, inner, st.sampled_from("&|^+"), inner),
        st.builds(
            "{}({}, {})".format,
            st.sampled_from(["dilate", "erode", "blur", "soft"]),
            inner,
            NUMBERS,
        ),
        st.builds("morph({}, {}, {})".format, inner, inner, NUMBERS),
        st.builds("{}({})".format, st.sampled_from(["soft", "exec", "dilate"]), inner),
    )


EXPRESSIONS = st.one_of(
    st.recursive(LEAVES, larger, max_leaves=12),
    st.text(max_size=60),
    st.builds(lambda one, n: one * n, st.sampled_from(["(", "~", "a.b&", "a", "9"]),
              st.integers(1, 5000)),
)  # fmt: skip


@tried(150)
@given(expression=EXPRESSIONS)
def test_mask_expressions(expression):
    square = torch.zeros(1, 1, 32, 32)
    square[..., 8:20, 8:20] = 1

    def lookup(role, region, soft):
        return square

    with used_or_refused():
        found = masks.evaluate(expression, lookup)
        assert found.shape == square.shape
        assert bool(((found >= 0) & (found <= 1)).all())


@pytest.mark.parametrize(
    "expression",
    ["dilate(a.b, 1e9)", "blur(a.b, 1e999)", "erode(a.b, 10**9)", "morph(a.b, a.b, 'x')",
     "dilate(a.b, -3)", "dilate(a.b, 3, 4)", "a.b\0", "(" * 300 + "a.b" + ")" * 300, "~" * 3000,
     "dilate(a.b, r=4)", "a.b if a.b else a.b"],
)  # fmt: skip
def test_masks_that_mean_nothing_are_refused(expression):
    with pytest.raises(UserError, match="mask"):
        masks.evaluate(expression, lambda *_: torch.zeros(1, 1, 8, 8))


# --- words ------------------------------------------------------------------------------------
@tried(60)
@given(text=st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(["tall", "redd", "not", "a", "thing", "#fff"]), max_size=900)
    .map(" ".join),
))  # fmt: skip
def test_words(models, text):
    with used_or_refused():
        models.get("embedding").place(Text(text).text)


def test_very_many_words_are_refused_at_once():
    start = time.monotonic()
    with pytest.raises(UserError, match="say it in 1000 or fewer"):
        Text("word " * 4000)
    assert time.monotonic() - start < 1


# --- recipes and checkpoints ------------------------------------------------------------------
NASTY = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.integers(), st.floats(), st.text(max_size=20),
    st.sampled_from([10**9, 2**63, "x" * 5000, "../../etc/passwd", [], {}, [[[[]]]], "nan"]),
)  # fmt: skip


def places(value, path=()):
    """Every place in JSON."""
    yield path
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in items:
            yield from places(one, (*path, key))


def put(value, path, new):
    """The same JSON with something else in one place."""
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = put(value[path[0]], path[1:], new)
    return changed


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


DTYPES = st.sampled_from([torch.float32, torch.float64, torch.int64, torch.bool, torch.complex64])


def rewrite(path, data):
    """A file of safetensors with another tensor, or something else in its header, and no seal."""
    with safe_open(path, framework="pt") as file:
        header = {key: one for key, one in file.metadata().items() if key != "sha256"}
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    where = data.draw(st.sampled_from(["tensor", "name", "header"]))
    if where == "header":
        key = data.draw(st.sampled_from(sorted(set(header) - {"recipe"})))
        raw = json.loads(header[key])
        place = data.draw(st.sampled_from(list(places(raw))))
        header[key] = json.dumps(put(raw, place, data.draw(NASTY)))
    else:
        name = data.draw(st.sampled_from(sorted(tensors)))
        taken = tensors.pop(name)
        shape = data.draw(st.one_of(st.just(taken.shape), st.lists(st.integers(0, 9), max_size=5)))
        number = data.draw(st.sampled_from([0.0, 1.0, -7.0, 1e30, float("inf"), float("nan")]))
        name = name if where == "tensor" else data.draw(st.text(max_size=12))
        drawn = data.draw(DTYPES)
        if drawn in {torch.int64, torch.bool}:
            number = int(number == 1)
        tensors[name] = torch.full(tuple(shape), number, dtype=drawn)
    save_file(tensors, path, header)


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


# --- weights ----------------------------------------------------------------------------------
@tried(60)
@given(data=st.data())
@pytest.mark.filterwarnings("ignore")
def test_mappers(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "fuzzed.safetensors"
    save_mapper(toy_mapper.mapper(), path)
    if data.draw(st.booleans()):
        rewrite(path, data)
    else:
        spoil(path, data)
    with used_or_refused():
        mapper = load_mapper(path)
        assert all(bool(torch.isfinite(one).all()) for one in mapper.parameters())


SIZES = st.lists(st.sampled_from([0, 1, 3, 64, 10**6, 10**11]), min_size=1, max_size=3)


@tried(80)
@given(data=st.data(), shape=SIZES, new=st.booleans())
@pytest.mark.filterwarnings("ignore")
def test_files_of_pytorch(tmp_path_factory, data, shape, new):
    path = tmp_path_factory.getbasetemp() / "fuzzed.pt"
    large = prod(max(one, 1) for one in shape) >= 2**60  # more, PyTorch does not make
    shape = shape[:1] if large else shape
    fits = prod(shape) <= 10**6
    tensor = torch.ones(shape) if fits else torch.ones(1).as_strided(shape, [0] * len(shape))
    state = {"state_dict": {f"{OFFICIAL}.0.fc.weight": tensor, "b": torch.ones(2)}, "options": [1]}
    torch.save(state, path, _use_new_zipfile_serialization=new)
    spoil(path, data)
    with used_or_refused():
        found = read_tensors(path, "a checkpoint")
        assert sum(one.numel() for one in found.values()) < 10**7
    for read in (load_arcface, published_lpips, load_published):
        with used_or_refused():
            read(path)


OFFICIAL = "mapper.fine_mapping.modulation_module_list"


def load_published(path):
    return load_official(path, style="a.b", colour="a.c")


def spoil(path, data):
    """A file with a few other bytes, cut short or with more behind it."""
    found = bytearray(path.read_bytes())
    for at, value in data.draw(CHANGES):
        found[at % len(found)] = value
    end = data.draw(st.one_of(st.just(len(found)), st.integers(0, len(found))))
    path.write_bytes(bytes(found[:end]) + data.draw(st.binary(max_size=20)))
