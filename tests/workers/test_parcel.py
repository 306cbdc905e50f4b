"""What is sent to a machine without the caller's files, and what comes back from there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef, Mask
from styleforge.run.checkpoint import read_header
from styleforge.run.events import Finished, Note, Preparing, Step
from styleforge.run.packed import unpack
from styleforge.testing import toy
from styleforge.workers import on_ray
from styleforge.workers.actor import Actor
from styleforge.workers.home import home_of
from styleforge.workers.order import Order
from styleforge.workers.parcel import Parcel, files_of, opened
from styleforge.workers.ray_spec import wanted_of


@pytest.fixture
def recipe(forge, pictures):
    asked = {"toy.shape": ImageRef(str(pictures / "shape.png"))}
    made = forge.recipe("toy", identity=ImageRef("identity.png"), conditions=asked)
    return made.with_steps(6)


def test_every_file_is_sent_once_and_named_apart(recipe, pictures, tmp_path):
    (tmp_path / "sub").mkdir()
    other = tmp_path / "sub" / "identity.png"
    other.write_bytes((pictures / "appearance.png").read_bytes())
    gallery = {**recipe.conditions, "toy.appearance": ImageRef("gallery:mira")}
    full = replace(recipe, conditions=gallery, masks={"identity": Mask(str(other))})
    files = files_of(full, pictures)
    assert list(files) == ["identity.png", str(pictures / "shape.png"), str(other)] or set(
        files
    ) == {"identity.png", str(pictures / "shape.png"), str(other)}
    parcel = opened(files, tmp_path / "there")
    there = parcel.there(full)
    assert Path(there.identity.path).read_bytes() == files["identity.png"]
    assert Path(there.masks["identity"].path).read_bytes() == files[str(other)]
    assert there.conditions["toy.appearance"].path == "gallery:mira"
    assert parcel.home(there) == full


def test_a_file_that_is_gone_is_told(recipe, tmp_path):
    with pytest.raises(UserError, match=r"identity\.png cannot be read: No such file"):
        files_of(recipe, tmp_path)


def test_whatever_comes_back_speaks_of_the_callers_files():
    parcel = Parcel({"mine/me.png": "/tmp/x/0/me.png"})
    assert parcel.told(Note("/tmp/x/0/me.png was aligned.")).text == "mine/me.png was aligned."
    said = parcel.told(Preparing(what="Aligning /tmp/x/0/me.png", index=0, count=1))
    assert said.what == "Aligning mine/me.png"
    error = parcel.told(UserError("No face in /tmp/x/0/me.png."))
    assert str(error) == "No face in mine/me.png."


def test_an_actor_runs_without_the_callers_files(forge, recipe, pictures, monkeypatch, tmp_path):
    monkeypatch.chdir(pictures)
    expected = forge.executor("inline").submit(recipe).result()
    files = files_of(recipe, pictures)
    monkeypatch.chdir(tmp_path)
    actor = Actor(home_of(forge))
    assert actor.refused() == b""
    order = Order(recipe=recipe.to_json(), folder="/gone", checkpoint="/gone/run.resume")
    items = _ran(actor, order, files)
    events = [unpack(body) for what, body in items if what == "event"]
    result = events[-1].result
    assert isinstance(events[-1], Finished)
    assert torch.equal(result.image, expected.image)
    assert result.recipe == expected.recipe
    (tmp_path / "back").write_bytes([body for what, body in items if what == "checkpoint"][-1])
    theirs, done = read_header(tmp_path / "back")
    assert (theirs.identity.path, done) == ("identity.png", 6)
    again = _ran(
        actor,
        replace(order, recipe=theirs.to_json(), resume=True),
        files,
        (tmp_path / "back").read_bytes(),
    )
    last = [unpack(body) for what, body in again if what == "event"]
    assert not any(isinstance(event, Step) for event in last)
    assert torch.equal(last[-1].result.image, expected.image)


def _ran(actor, order, files, state=b""):
    actor.begin(order.fields(), list(files), state, *files.values())
    items = []
    while not items or items[-1][0] != "over":
        items += actor.take()
    return items


def test_an_actor_that_lacks_something_says_so():
    actor = Actor(home_of(toy.toy_forge()).replace('"Python": "3', '"Python": "2'))
    error = unpack(actor.refused())
    assert isinstance(error, UserError)
    assert str(error).startswith("Python is 2")


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("ray", ("", 0, 0, 0.0)),
        ("ray:4:2", ("", 4, 2, 0.0)),
        ("ray:4?gpus=0.5", ("", 4, 0, 0.5)),
        ("ray?workers=3", ("", 3, 0, 0.0)),
        ("ray://a:10001", ("ray://a:10001", 0, 0, 0.0)),
        ("ray://a:1?workers=8&threads=2&gpus=1", ("ray://a:1", 8, 2, 1.0)),
    ],
)
def test_specs_of_ray(spec, found):
    wanted = wanted_of(spec)
    assert (wanted.address, wanted.workers, wanted.threads, wanted.gpus) == found


@pytest.mark.parametrize(
    "spec", ["ray:0", "ray:x", "ray?gpus=none", "ray?cats=3", "ray:1?gpus=-1", "ray?gpus=1.5"]
)
def test_specs_of_ray_that_cannot_be_read(spec):
    with pytest.raises(UserError, match="is not understood"):
        wanted_of(spec)


def test_without_ray_a_sentence_says_how_to_have_it(forge, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(UserError, match=r'needs Ray, .* pip install "styleforge\[ray\]"'):
        forge.executor("ray:2")


class FakeRay:
    """Ray as far as an actor is made: two graphics cards, and what was asked for."""

    def __init__(self) -> None:
        self.asked, self.home = {}, ""
        self.refused = SimpleNamespace(remote=lambda: "refused")

    def is_initialized(self):
        return True

    def cluster_resources(self):
        return {"CPU": 8.0, "GPU": 2.0}

    def options(self, **asked):
        self.asked = asked
        return self

    def remote(self, what):
        self.home = what if isinstance(what, str) else ""
        return self

    def wait(self, references, timeout):
        return references, []

    def get(self, reference):
        return b""


def test_each_actor_gets_its_share_of_a_card_and_runs_on_it(monkeypatch):
    fake = FakeRay()
    monkeypatch.setattr(on_ray, "_ray", lambda spec: fake)
    cluster = on_ray.Cluster(wanted_of("ray?gpus=0.5&threads=2"))
    assert cluster.room == 4
    cluster.start(home_of(toy.toy_forge()))
    assert (fake.asked["num_cpus"], fake.asked["num_gpus"]) == (2, 0.5)
    assert json.loads(fake.home)["device"] == "cuda"
    cluster.close()  # what the caller made stays
