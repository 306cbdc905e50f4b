"""How inputs that nobody wrote are made, and tried: used, or refused in a sentence, and soon.

Hypothesis makes them, always the same ones. `make test` tries some tens of each kind, `make
test-all` (which sets FUZZ=deep) many more.
"""

from __future__ import annotations

import copy
import json
import os
import time
from contextlib import contextmanager

import torch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file

from styleforge.errors import LONGEST, UserError, printable

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


CHANGES = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=8)


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


def spoil(path, data):
    """A file with a few other bytes, cut short or with more behind it."""
    found = bytearray(path.read_bytes())
    for at, value in data.draw(CHANGES):
        found[at % len(found)] = value
    end = data.draw(st.one_of(st.just(len(found)), st.integers(0, len(found))))
    path.write_bytes(bytes(found[:end]) + data.draw(st.binary(max_size=20)))
