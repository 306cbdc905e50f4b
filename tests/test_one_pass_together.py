"""Edits of one pass that follow each other: networks run once, each comes out as it does alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import styleforge as sf
from styleforge.api.edit_recipe import edit_recipe
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.mapper import edit
from styleforge.models.stylegan2 import Generator, generator
from styleforge.pack.precision import fast_bf16
from styleforge.run import chunks
from styleforge.run.events import Finished, Note
from styleforge.run.job import Job
from styleforge.run.many import Task, together
from styleforge.run.one_pass import one_pass

ASKED = (
    ("identity.png", {"shape": "tall"}, {}),
    ("shape.png", {"appearance": "#8a2be2"}, {"strength": 0.5}),
    ("identity.png", {"shape": "appearance.png"}, {"seed": 3}),
    ("appearance.png", {"shape": "tal", "appearance": "red"}, {"strength": {"shape": 2}}),
    ("identity.png", {"shape": "tall"}, {"seed": 5}),
)
KINDS = ("inverter", "mapper/toy")
PORTRAITS = (
    ("mira", {"shape": "long wavy hair"}),
    ("lena", {"shape": "afro", "appearance": "blonde"}),
    ("zeno", {"shape": "short curly hair"}),
)

pytestmark = pytest.mark.usefixtures("beside_pictures")


@pytest.fixture(autouse=True)
def reading(forge, monkeypatch):
    """An inverter that looks at the picture, which the toy's does not."""
    inner = forge.models("toy").get("inverter").inner
    mean = inner.mean

    def forward(image):
        rows = torch.nn.functional.adaptive_avg_pool2d(image[:, :1], (8, 8))[:, 0]
        return mean + rows  # (N, rows, width)

    monkeypatch.setattr(inner, "forward", forward)


@pytest.fixture
def recipes(forge):
    return [edit_recipe(forge, "toy", who, asked, **how) for who, asked, how in ASKED]


@pytest.fixture
def counted(forge, monkeypatch) -> Counter:
    """Pictures that networks saw, by network and pass."""
    found: Counter[tuple[str, int]] = Counter()

    def watch(what, kind, name):
        inner = getattr(what, name)

        def watched(first, *rest, **named):
            found[kind, len(first)] += 1
            return inner(first, *rest, **named)

        monkeypatch.setattr(what, name, watched)

    models = forge.models("toy")
    for kind in KINDS:
        watch(models.get(kind).inner, kind, "forward")
    watch(models.get("generator").inner, "generator", "synthesize")
    return found


def run(forge, recipes, **how):
    """What ended each run."""
    told = together(forge.executor("inline"), map(Task, recipes), **how)
    return [one for _, one in told if isinstance(one, Finished | UserError)]


def compare(one, other):
    for name in ("latent", "generated", "image", "pasted"):
        torch.testing.assert_close(getattr(one, name), getattr(other, name), rtol=0, atol=1e-5)
    for mine, theirs in zip(one.noise, other.noise, strict=True):
        assert torch.equal(mine, theirs)
    assert (one.notes, one.status, one.recipe) == (other.notes, other.status, other.recipe)
    assert list(one.references) == list(other.references)


def test_each_comes_out_as_it_does_alone(forge, recipes):
    alone = [Job(forge, one).result() for one in recipes]
    for one, other in zip(run(forge, recipes), alone, strict=True):
        compare(one.result, other)
    assert "'tal' was read as 'tall'." in alone[3].notes
    assert len({round(float(one.latent.sum()), 4) for one in alone}) == 4  # two differ in noise


@pytest.fixture
def accelerated(monkeypatch):
    """Small networks see several pictures at once, as on an accelerator."""
    monkeypatch.setattr(edit, "one_at_a_time", lambda device: False)


def test_portraits_are_the_same_to_the_bit_where_half_precision_is_quick(monkeypatch):
    """W+ that rounding moved by a millionth made a fiftieth of a picture another one."""
    monkeypatch.chdir(Path(__file__).parent)  # not beside the toy's pictures
    forge = Forge()
    recipes = [edit_recipe(forge, "hair", f"gallery:{who}", asked) for who, asked in PORTRAITS]
    alone = run(forge, recipes, shared=False)
    for one, other in zip(run(forge, recipes), alone, strict=True):
        assert torch.equal(one.result.latent, other.result.latent)
        if fast_bf16(torch.device("cpu")):
            assert torch.equal(one.result.image, other.result.image)
        compare(one.result, other.result)


def test_a_processor_maps_one_picture_at_a_time(forge, recipes, counted):
    run(forge, recipes)
    assert counted == {("inverter", 1): 3, ("generator", 5): 1, ("mapper/toy", 1): 5}


@pytest.mark.usefixtures("accelerated")
def test_networks_run_once_for_all(forge, recipes, counted):
    alone = [Job(forge, one).result() for one in recipes]
    counted.clear()
    for one, other in zip(run(forge, recipes), alone, strict=True):
        compare(one.result, other)
    # Three pictures; a mapper for each set of attributes and strengths.
    assert counted == {
        ("inverter", 3): 1, ("generator", 5): 1, ("mapper/toy", 3): 1, ("mapper/toy", 1): 2,
    }  # fmt: skip
    counted.clear()
    run(forge, recipes, shared=False)
    assert counted["generator", 1] == counted["inverter", 1] == 5


def test_a_list_of_the_call_shares_the_pass(forge, counted):
    batch = sf.edit("toy", ["identity.png", "shape.png"], forge=forge, appearance=["red", "blue"])
    assert counted["generator", 2] == 1
    for who, colour, result in zip(("identity", "shape"), ("red", "blue"), batch, strict=True):
        compare(result, sf.edit("toy", f"{who}.png", forge=forge, appearance=colour))


def test_so_does_a_table(forge, counted, tmp_path):
    rows = [{"identity": f"{one}.png", "shape": "tall"} for one in ("identity", "shape")]
    rows.insert(1, {"identity": "gone.png", "shape": "tall"})
    found = list(sf.batch(rows, "toy", out=tmp_path / "out", forge=forge))
    assert [(one.number, one.state) for one in found] == [
        (1, "done"), (2, "failed"), (3, "done"),
    ]  # fmt: skip
    assert counted["generator", 2] == 1
    assert all(one.seconds > 0 for one in found if one.state == "done")


@pytest.mark.usefixtures("accelerated")
def test_interpolated_edits_share_it_too(forge, recipes, counted):
    mixed = [
        edit_recipe(forge, "toy", who, {"shape": "tall"}, interpolate=recipes[3], at=at)
        for who, at in (("identity.png", 0.25), ("shape.png", 0.75))
    ]
    alone = [Job(forge, one).result() for one in mixed]
    counted.clear()
    for one, other in zip(run(forge, mixed), alone, strict=True):
        compare(one.result, other)
    assert counted["mapper/toy", 2] == 2  # of either edit
    assert counted["generator", 2] == 1


def test_one_that_fails_ends_no_other_and_ends_come_in_order(forge, recipes):
    gone = replace(recipes[0], identity=replace(recipes[0].identity, path="gone.png"))
    told = list(
        together(forge.executor("inline"), map(Task, [recipes[1], gone, *recipes[2:], gone]))
    )
    ends = [(at, type(one)) for at, one in told if isinstance(one, Finished | UserError)]
    kinds = [Finished, UserError, Finished, Finished, Finished, UserError]
    assert ends == list(enumerate(kinds))
    said = [(at, one.text) for at, one in told if isinstance(one, Note) and "'tal'" in one.text]
    assert said == [(3, "'tal' was read as 'tall'.")]


def test_what_is_no_pass_runs_in_its_turn(forge, recipes, counted):
    steps = forge.recipe("toy", "toy-look", identity=recipes[0].identity).with_steps(1)
    counted.clear()
    many = [*recipes[:2], steps, *recipes[2:4]]
    alone = [Job(forge, one).result() for one in many]
    counted.clear()
    for one, other in zip(run(forge, many), alone, strict=True):
        torch.testing.assert_close(one.result.image, other.image, rtol=0, atol=1e-5)
    assert counted["generator", 2] == 2
    assert not one_pass(steps)
    assert not one_pass(replace(recipes[0], threads=2))  # is done again as it was


def test_no_more_wait_than_a_chunk(forge, recipes, counted, monkeypatch):
    monkeypatch.setattr(chunks, "MOST", 2)
    assert len(run(forge, recipes)) == 5
    assert (counted["generator", 2], counted["generator", 1]) == (2, 1)
    counted.clear()
    monkeypatch.setattr(chunks, "BYTES", 0)  # each is one too many
    assert len(run(forge, recipes)) == 5
    assert counted["generator", 1] == 5


@pytest.mark.usefixtures("accelerated")
def test_a_network_that_takes_no_batch_costs_nothing(forge, recipes, monkeypatch):
    alone = [Job(forge, one).result() for one in recipes]
    inner = forge.models("toy").get("inverter").inner
    plain = inner.forward
    monkeypatch.setattr(inner, "forward", lambda image: plain(image[:1]))
    for one, other in zip(run(forge, recipes), alone, strict=True):
        compare(one.result, other)


@pytest.mark.usefixtures("accelerated")
def test_an_inverter_may_ask_for_one_picture_at_a_time(forge, recipes, counted):
    forge.models("toy").get("inverter").inner.alone = True
    run(forge, recipes)
    assert (counted["inverter", 1], counted["generator", 5]) == (3, 1)


def test_where_memory_is_short_the_chunk_is_halved(forge, recipes, monkeypatch):
    tried = []
    model = forge.models("toy").get("generator").inner
    plain = model.synthesize

    def short(latent, noise, **named):
        tried.append(len(latent))
        if len(latent) > 2:
            msg = "DefaultCPUAllocator: not enough memory"
            raise RuntimeError(msg)
        return plain(latent, noise, **named)

    monkeypatch.setattr(model, "synthesize", short)
    assert all(isinstance(one, Finished) for one in run(forge, recipes[:4]))
    assert tried == [4, 2, 2]


def test_an_edit_that_the_mapper_cannot_do_leaves_the_others_theirs(forge, recipes):
    asked = edit_recipe(forge, "toy", "identity.png", {"appearance": "red"})
    none = replace(asked, conditions={})
    ends = run(forge, [recipes[0], none, recipes[1]])
    assert [type(one) for one in ends] == [Finished, UserError, Finished]
    assert "The mapper changes toy.shape, toy.appearance" in str(ends[1])


def test_seconds_of_the_pass_are_shared_out(forge, recipes, monkeypatch):
    real = chunks.passed

    def slow(*given):
        return tuple(replace(one, seconds=10.0) for one in real(*given))

    monkeypatch.setattr(chunks, "passed", slow)
    assert all(10 < one.result.took < 15 for one in run(forge, recipes[:2]))


def test_leaving_ends_what_waits_and_gives_the_threads_back(forge, recipes, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS")
    monkeypatch.setattr("styleforge.pack.threads.free", lambda: 1)
    torch.set_num_threads(2)
    try:
        stream = together(forge.executor("inline"), map(Task, recipes))
        while next(stream)[0] < 2:
            pass
        assert torch.get_num_threads() == 1
        stream.close()
        assert torch.get_num_threads() == 2
        run(forge, recipes)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(1)


@pytest.mark.parametrize("cached", [0, 2**13, 2**24])
def test_a_generator_draws_many_as_it_draws_each(cached, monkeypatch):
    """All apart, the small maps together, all together."""
    monkeypatch.setattr(generator, "CACHED", cached)
    made = Generator(32, width=8, mapping_layers=2, channels={4: 8, 8: 8, 16: 8, 32: 4})
    made = made.double().requires_grad_(False)
    for conv in made.convs:
        conv.noise_strength.fill_(0.2)
    chance = torch.Generator().manual_seed(0)
    latent = torch.randn(3, made.rows, 8, generator=chance, dtype=torch.float64)
    noise = made.random_noise(chance, count=3)
    for size in (None, 8):
        with torch.no_grad():
            found = made.synthesize(latent, noise, size=size)
            one = made.synthesize(latent, [item[:1] for item in noise], size=size)
            for at in range(3):
                own = [item[at : at + 1] for item in noise]
                alone = made.synthesize(latent[at : at + 1], own, size=size)
                torch.testing.assert_close(found[at : at + 1], alone, rtol=0, atol=1e-12)
        torch.testing.assert_close(one[:1], found[:1], rtol=0, atol=1e-12)
        graph = made.synthesize(latent.requires_grad_(), noise, size=size)
        torch.testing.assert_close(found, graph.detach(), rtol=0, atol=1e-12)
