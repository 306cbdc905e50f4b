"""Events as bytes and back: nothing of them is lost, and what came wrong is told in a sentence."""

from __future__ import annotations

import dataclasses
import math

import pytest
import torch
from PIL import Image

from styleforge.errors import Diverged, PluginError, Refused, SeveralSubjects, UserError
from styleforge.plugins.given import SettingsError
from styleforge.recipe.condition import ImageRef, Swatch
from styleforge.run.events import Finished, Note, Preparing, StageStarted, Step
from styleforge.run.job import Job
from styleforge.run.packed import pack, unpack


def same(one, other):
    """Whether two values are equal, tensors by their bits and their types."""
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(one, other)
    if dataclasses.is_dataclass(one):
        fields = [item.name for item in dataclasses.fields(one)]
        return type(one) is type(other) and all(
            same(getattr(one, name), getattr(other, name)) for name in fields
        )
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    if isinstance(one, tuple | list):
        return type(one) is type(other) and all(map(same, one, other)) and len(one) == len(other)
    return type(one) is type(other) and one == other


@pytest.mark.usefixtures("beside_pictures")
def test_every_event_of_a_run_is_what_it_was(forge):
    recipe = forge.recipe(
        "toy",
        "toy-loho",
        identity=ImageRef("identity.png"),
        conditions={"toy.shape": ImageRef("shape.png"), "toy.appearance": Swatch("#204080")},
    ).with_steps(4)
    events = list(Job(forge, recipe, preview_every=2))
    kinds = {type(event) for event in events}
    assert kinds >= {Preparing, StageStarted, Step, Finished}
    assert any(isinstance(event, Step) and event.preview is not None for event in events)
    for event in events:
        assert same(unpack(pack(event)), event)
    result = events[-1].result
    assert result.history
    said = dataclasses.replace(result, notes=("One.", "Two."))
    assert same(unpack(pack(Finished(said))), Finished(said))
    assert set(result.references) == {"identity", "shape"}
    again = unpack(pack(events[-1])).result
    assert again.encoded().data == result.encoded().data
    assert [*again.side_by_side()] == [*result.side_by_side()]


def test_colours_of_the_file_are_kept(forge, pictures, tmp_path):
    plain = Image.open(pictures / "identity.png").convert("RGBA").resize((80, 80))
    plain.putalpha(200)
    wide = tmp_path / "wide.png"
    plain.save(wide)
    recipe = forge.recipe("toy", identity=ImageRef(str(wide))).with_steps(2)
    result = Job(forge, recipe).result()
    assert result.colours is not None
    assert result.colours.alpha is not None
    again = unpack(pack(Finished(result))).result
    assert same(again, result)
    assert again.encoded().data == result.encoded().data


def test_a_profile_and_odd_numbers_are_kept(forge):
    from styleforge.prepare.icc import lab_profile
    from styleforge.prepare.own_colours import Colours
    from styleforge.testing import toy

    problem = toy.toy_problem(forge.models("toy"))
    made = Job(forge, forge.recipe("toy", "toy-look").with_steps(1), problem).result()
    own = torch.zeros(1, 3, 4, 4, dtype=torch.uint8)
    wide = dataclasses.replace(made, colours=Colours(own=own, profile=lab_profile()))
    assert same(unpack(pack(Finished(wide))).result, wide)
    step = Step(
        stage="a", step=1, steps=2, done=1, total=2, losses={"x": math.inf}, objective=-math.inf
    )
    assert unpack(pack(step)) == step


@pytest.mark.parametrize("error", [UserError("a"), Refused("b"), Diverged("c"), PluginError("d")])
def test_an_error_keeps_its_class_and_its_sentence(error):
    again = unpack(pack(error))
    assert type(again) is type(error)
    assert str(again) == str(error)


def test_an_error_of_another_class_becomes_the_nearest():
    assert type(unpack(pack(SettingsError("x")))) is PluginError


def test_several_subjects_keep_their_numbered_picture():
    shown = Image.new("RGB", (40, 30), (10, 20, 30))
    error = SeveralSubjects("Two.", shown, ((0.25, 0.5, 0.1), (0.75, 0.5, 0.1)))
    again = unpack(pack(error))
    assert isinstance(again, SeveralSubjects)
    assert again.numbered.tobytes() == shown.tobytes()
    assert again.places == error.places


@pytest.mark.parametrize("cut", [0, 4, 30, -1])
def test_what_was_cut_off_is_told(cut):
    data = pack(Note("hello"))
    with pytest.raises(UserError, match="What came is no event of a run"):
        unpack(data[:cut] if cut else b"")


def test_another_kind_of_event_is_told():
    data = pack(Note("hello")).replace(b"Note", b"Nope")
    with pytest.raises(UserError, match=r"no event of a run .*Both ends need the same version"):
        unpack(data)
