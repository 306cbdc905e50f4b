"""Losses, rules and models that do what they should not: a sentence, and the best is kept."""

from __future__ import annotations

from dataclasses import replace

import cv2
import pytest
import torch

from styleforge.errors import Diverged, PluginError, UserError
from styleforge.hookspecs import hookimpl
from styleforge.pack.guards import checked, load
from styleforge.pack.models import Models
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.objective import Term
from styleforge.recipe.recipe import Compose
from styleforge.recipe.stage import RuleUse
from styleforge.run.events import Note
from styleforge.run.job import Job
from styleforge.testing import toy


class Faulty:
    """A plugin with a loss, a rule and models that are good until ``after`` calls were made."""

    def __init__(self, fault, after=0):
        self.fault, self.after, self.calls = fault, after, 0

    def loss(self, view, **args):
        self.calls += 1
        return self.fault(view) if self.calls > self.after else view.image.square().mean()

    def rule(self, gradients, of, against):
        return self.fault(gradients)

    @hookimpl
    def register_losses(self, register):
        register(self.loss, name="glow")

    @hookimpl
    def register_rules(self, register):
        register(self.rule, name="bend")


def raising(_):
    msg = "oops"
    raise ValueError(msg)


def leaving(_):
    raise SystemExit(3)


def asking(view):
    return view.image.no_such_attribute


LOSSES = {
    "raises": (raising, r"failed: ValueError: oops \(test_broken_runs\.py, line \d+\)"),
    "asks for nonsense": (asking, "failed: AttributeError"),
    "a float": (lambda view: 3.0, "gave a float; it must give a tensor without dimensions"),
    "nothing": (lambda view: None, "gave a NoneType"),
    "leaves the program": (leaving, "failed: SystemExit: 3"),
    "a complex number": (lambda view: view.image.mean() * 1j, "gave a number of type complex64"),
    "a count": (lambda view: (view.image > 0).sum(), "gave a number of type int64"),
    "no number": (lambda view: view.image.mean().to("meta"), "on the device meta"),
    "a NumPy number": (lambda view: view.image.detach().numpy().mean(), "gave a float32"),
    "a picture": (lambda view: view.image, r"gave a tensor of shape \(1, 3, 32, 32\)"),
    "one in a list": (lambda view: view.image.mean()[None], r"of shape \(1,\)"),
    "NaN": (lambda view: view.image.mean() * float("nan"), "became NaN or infinite at step"),
    "infinite": (lambda view: view.image.mean() / 0, "became NaN or infinite at step"),
    # finite, with a gradient that is not: 0 / 0
    "NaN gradient": (
        lambda view: (view.image * 0).square().sum().sqrt(),
        "the gradient of bomb .* became NaN or infinite",
    ),
}


@pytest.fixture
def recipe(forge):
    return forge.recipe("toy").with_steps(4)


@pytest.fixture
def problem(models):
    return toy.toy_problem(models)


def with_term(recipe):
    first = recipe.stages[0]
    objective = first.objective + Term("bomb", "glow")
    return replace(recipe, stages=(replace(first, objective=objective), *recipe.stages[1:]))


@pytest.mark.parametrize(("fault", "said"), LOSSES.values(), ids=LOSSES)
def test_a_faulty_loss_is_named_with_its_plugin(forge, recipe, problem, fault, said):
    forge.use(Faulty(fault), "shiny")
    with pytest.raises(UserError, match=said) as caught:
        Job(forge, with_term(recipe), problem).result()
    assert "'glow' of plugin 'shiny' of this session" in str(caught.value)
    assert "bomb" in str(caught.value)


@pytest.mark.parametrize(("fault", "said"), LOSSES.values(), ids=LOSSES)
def test_the_best_so_far_is_kept(forge, recipe, problem, fault, said, tmp_path):
    forge.use(Faulty(fault, after=1), "shiny")
    job = Job(forge, with_term(recipe), problem, checkpoint=tmp_path / "run")
    notes = [event.text for event in job if isinstance(event, Note)]
    assert any("'shiny'" in note and "best result so far is kept" in note for note in notes)
    assert job.result().status == "failed"
    assert job.result().steps == 1
    assert torch.isfinite(job.result().image).all()


def test_a_fault_in_the_first_step_of_a_later_stage_keeps_the_earlier(forge, recipe, problem):
    forge.use(Faulty(raising), "shiny")
    last = recipe.stages[-1]
    last = replace(last, objective=last.objective + Term("bomb", "glow"))
    result = Job(forge, replace(recipe, stages=(recipe.stages[0], last)), problem).result()
    assert result.status == "failed"
    assert result.steps == recipe.stages[0].steps


def test_arguments_that_a_loss_does_not_take(forge, recipe, problem):
    term = Term("bomb", "pixels", {"refernce": "identity"})
    stage = replace(recipe.stages[0], objective=recipe.stages[0].objective + term)
    with pytest.raises(PluginError, match=r"'pixels' of plugin 'core'.*refernce"):
        Job(forge, replace(recipe, stages=(stage,)), problem).result()


RULES = {
    "raises": (raising, "failed: ValueError: oops"),
    "nothing": (lambda gradients: None, "gave NoneType"),
    "too few": (lambda gradients: {}, "gave nothing; gradients of"),
    "wrong shape": (
        lambda gradients: {key: one.sum() for key, one in gradients.items()},
        "that is no tensor of shape",
    ),
}


@pytest.mark.parametrize(("fault", "said"), RULES.values(), ids=RULES)
def test_a_faulty_rule_is_named_with_its_plugin(forge, recipe, problem, fault, said):
    forge.use(Faulty(fault), "shiny")
    stage = replace(recipe.stages[0], rules=(RuleUse(rule="bend", of=("identity",)),))
    with pytest.raises(PluginError, match=said) as caught:
        Job(forge, replace(recipe, stages=(stage,)), problem).result()
    assert "The rule 'bend' of plugin 'shiny' of this session" in str(caught.value)


def test_a_rule_that_makes_nan(forge, recipe, problem):
    forge.use(Faulty(lambda found: {k: one * float("nan") for k, one in found.items()}), "shiny")
    stage = replace(recipe.stages[0], rules=(RuleUse(rule="bend", of=("identity",)),))
    with pytest.raises(Diverged, match="what the rules bend made of the gradients"):
        Job(forge, replace(recipe, stages=(stage,)), problem).result()


# --- models ---------------------------------------------------------------------------------
class Regions:
    names = ("rest", "keep", "thing")

    def __init__(self, fault):
        self.fault = fault

    def __call__(self, image):
        return self.fault(image, torch.full((len(image), 3, *image.shape[-2:]), 1 / 3))


REGIONS = {
    "raises": (lambda image, good: raising(image), "failed: ValueError: oops"),
    "too few": (lambda image, good: good[:, :2], r"shape \(1, 2, 32, 32\); \(1, 3, 32, 32\) is"),
    "too small": (lambda image, good: good[..., :16], r"shape \(1, 3, 32, 16\)"),
    "no batch": (lambda image, good: good[0], r"shape \(3, 32, 32\)"),
    "NaN": (lambda image, good: good * float("nan"), "gave values from nan to nan"),
    "logits": (lambda image, good: good * 30 - 9, "soft regions in \\[0, 1\\] that sum to 1"),
    "labels": (lambda image, good: good.argmax(1), r"shape \(1, 32, 32\)"),
    "numpy": (lambda image, good: good.numpy(), "gave a ndarray; a tensor is expected"),
}


def pack_with(name, **components):
    plain = toy.toy_pack()
    return replace(plain, name=name, components={**plain.components, **components})


class Shipping:
    """A plugin with a pack."""

    def __init__(self, pack):
        self.pack = pack

    @hookimpl
    def register_packs(self, register):
        register(self.pack)


@pytest.mark.parametrize(("fault", "said"), REGIONS.values(), ids=REGIONS)
@pytest.mark.usefixtures("beside_pictures")
def test_a_faulty_region_provider_is_named(forge, fault, said):
    forge.use(Shipping(pack_with("odd", regions=lambda: Regions(fault))), "shiny")
    recipe = forge.recipe("toy", pack="odd", identity=toy_identity())
    with pytest.raises(PluginError, match=said) as caught:
        Job(forge, recipe).result()
    assert "The component 'regions' of the pack 'odd', from plugin 'shiny'" in str(caught.value)


def toy_identity():
    return ImageRef("identity.png")


def test_names_of_regions():
    twice = Regions(None)
    twice.names = ("rest", "rest")
    for faulty, said in ((twice, "distinct names"), (object(), "has no names")):
        with pytest.raises(PluginError, match=said):
            checked("regions", faulty, "It")


class Generator:
    """The toy generator with another picture."""

    def __init__(self, fault):
        self.good, self.fault = toy.toy_models.generator(), fault

    def __getattr__(self, name):
        return getattr(self.good, name)

    def synthesize(self, latent, noise):
        return self.fault(self.good.synthesize(latent, noise))


GENERATORS = {
    "raises": (raising, "failed: ValueError: oops"),
    "one channel": (lambda image: image[:, :1], r"shape \(1, 1, 32, 32\); \(1, 3, 32, 32\)"),
    "too small": (lambda image: image[..., :16, :16], r"shape \(1, 3, 16, 16\)"),
    "NaN": (lambda image: image * float("nan"), "drew NaN or infinite values at step 0"),
    "a list": (lambda image: [image], "gave a list"),
}


@pytest.mark.parametrize(("fault", "said"), GENERATORS.values(), ids=GENERATORS)
def test_a_faulty_generator_is_named(forge, recipe, models, fault, said):
    forge.use(Shipping(pack_with("odd", generator=lambda: Generator(fault))), "shiny")
    stage = replace(recipe.stages[0], regions="live")
    problem = replace(toy.toy_problem(models), models=forge.models("odd"))
    with pytest.raises(PluginError, match=said) as caught:
        Job(forge, replace(recipe, stages=(stage,)), problem).result()
    assert "the pack 'odd', from plugin 'shiny'" in str(caught.value)


MODELS = {
    "poser": "transfer", "inverter": "edit", "landmarks": "edit", "inpainter": "edit",
    "embedding": "edit", "mapper/toy": "edit",
}  # fmt: skip


class Broken:
    """A model of any kind that raises, whatever is asked of it."""

    names = ("thing",)
    attributes = ("toy.shape",)

    def __call__(self, *args, **named):
        raising(None)

    embed_image = embed_text = place = __call__


@pytest.mark.parametrize(("kind", "how"), MODELS.items(), ids=MODELS)
@pytest.mark.usefixtures("beside_pictures")
def test_a_model_that_raises_is_named_with_its_plugin(forge, kind, how):
    forge.use(Shipping(pack_with("odd", **{kind: Broken})), "shiny")
    preset = "toy-mapper" if how == "edit" else "toy-loho"
    recipe = forge.recipe(
        "toy", preset, pack="odd", identity=toy_identity(),
        conditions={"toy.shape": ImageRef("shape.png")},
    )  # fmt: skip
    with pytest.raises(PluginError, match=r"failed: ValueError: oops \(test_broken_runs") as caught:
        Job(forge, recipe).result()
    assert f"The component {kind!r} of the pack 'odd', from plugin 'shiny'" in str(caught.value)


class Painting:
    """A plugin with an inpainter that raises."""

    @hookimpl
    def register_components(self, register):
        register(raising, name="inpainter/odd")


@pytest.mark.usefixtures("beside_pictures")
def test_an_inpainter_that_raises_is_named_with_its_plugin(forge):
    forge.use(Painting(), "shiny")
    recipe = forge.recipe(
        "toy", "toy-mapper", identity=toy_identity(),
        conditions={"toy.shape": ImageRef("shape.png")},
        compose=Compose(mode="layered", inpainter="odd"),
    )  # fmt: skip
    with pytest.raises(PluginError, match="The component 'inpainter/odd' of plugin 'shiny' of"):
        Job(forge, recipe).result()


def test_a_latent_that_the_generator_does_not_take(models):
    generator = models.get("generator")
    with pytest.raises(PluginError, match=r"takes W\+ of shape \(N, 8, 8\); it was given \(1, 3"):
        generator.synthesize(torch.zeros(1, 3, 8), [])


def test_a_factory_that_fails_is_named():
    made = Models(pack_with("odd", lpips=lambda: raising(None)), owner="plugin 'shiny' of d")
    with pytest.raises(
        PluginError, match="'lpips' of the pack 'odd', from plugin 'shiny' of d, ca"
    ):
        made.get("lpips")
    with pytest.raises(PluginError, match="its function returned nothing"):
        load(lambda: None, "It")


def test_errors_that_speak_to_the_user_are_passed_on():
    def missing():
        msg = "Fetch the weights first."
        raise UserError(msg)

    with pytest.raises(UserError, match=r"^Fetch the weights first\.$"):
        load(missing, "It")


def test_a_checked_component_hands_on_the_rest(models):
    import copy

    generator = models.get("generator")
    assert generator.rows == 8
    assert list(generator.parameters())
    assert copy.deepcopy(generator).rows == 8
    with pytest.raises(AttributeError):
        _ = generator.no_such_attribute


# --- memory, and answers of another kind -----------------------------------------------------
SHORTAGES = {
    "torch": RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: you tried ..."),
    "Linux": RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9"),
    "OpenCV": cv2.error("OpenCV(4.9) alloc.cpp:73: error: (-4:Insufficient memory) Failed to ..."),
    "Python": MemoryError(),
    "NumPy": MemoryError("Unable to allocate 9 GiB for an array"),
}


@pytest.mark.parametrize("error", SHORTAGES.values(), ids=SHORTAGES)
@pytest.mark.parametrize("after", [0, 1])
def test_running_out_of_memory_is_no_plugin_s_fault(forge, recipe, problem, error, after):
    def short(view):
        raise error

    forge.use(Faulty(short, after=after), "shiny")
    job = Job(forge, with_term(recipe), problem)
    if not after:
        with pytest.raises(UserError, match="not enough memory") as caught:
            job.result()
        assert "shiny" not in str(caught.value)
        return
    result = job.result()
    assert result.status == "failed"
    (note,) = [note for note in result.notes if "best result so far" in note]
    assert "not enough memory" in note
    assert "shiny" not in note


def test_running_out_of_memory_before_the_first_step(forge, recipe, problem, monkeypatch):
    def short(*_, **__):
        raise SHORTAGES["torch"]

    monkeypatch.setattr("styleforge.run.course.set_up", short)
    with pytest.raises(UserError, match="not enough memory"):
        Job(forge, recipe, problem).result()


def test_other_errors_are_still_errors(forge, recipe, problem, monkeypatch):
    def wrong(*_, **__):
        raise RuntimeError("shapes do not fit")

    monkeypatch.setattr("styleforge.run.course.set_up", wrong)
    with pytest.raises(RuntimeError, match="shapes do not fit"):
        Job(forge, recipe, problem).result()


@pytest.mark.parametrize("change", ["double", "complex", "half", "to_meta", "numpy", "a number"])
def test_a_rule_that_gives_gradients_of_another_kind(forge, recipe, problem, change):
    def bend(gradients):
        made = {
            "double": lambda one: one.double(),
            "complex": lambda one: one * 1j,
            "half": lambda one: one.half(),
            "a number": lambda one: float(one.sum()),
            "to_meta": lambda one: one.to("meta"),
            "numpy": lambda one: one.numpy(),
        }[change]
        return {label: made(one) for label, one in gradients.items()}

    forge.use(Faulty(bend), "shiny")
    first = recipe.stages[0]
    uses = RuleUse(rule="bend", of=first.objective.labels[:1])
    stages = (replace(first, rules=(*first.rules, uses)), *recipe.stages[1:])
    with pytest.raises(PluginError, match=r"'bend' of plugin 'shiny'.*no tensor of shape"):
        Job(forge, replace(recipe, stages=stages), problem).result()


def test_messages_of_plugins_are_short_and_plain(forge, recipe, problem):
    def loud(view):
        raise ValueError("\x1b[2J\x1b[31m" + 10**6 * "loud ")

    forge.use(Faulty(loud), "shiny")
    with pytest.raises(PluginError, match="loud loud") as caught:
        Job(forge, with_term(recipe), problem).result()
    assert len(str(caught.value)) < 2000
    assert "\x1b" not in str(caught.value)


# --- losses without a gradient -----------------------------------------------------------------
class Rounded(torch.autograd.Function):
    """Numbers that change, and whose gradient is 0."""

    @staticmethod
    def forward(ctx, x):
        return (x * 9).round()

    @staticmethod
    def backward(ctx, gradient):
        return torch.zeros_like(gradient)


WEIGHT = torch.nn.Parameter(torch.ones(()))
IDLE = {
    "detached": lambda view: view.image.detach().square().mean(),
    "through NumPy": lambda view: torch.tensor(float(view.image.detach().numpy().mean()) + 3),
    "a constant": lambda view: torch.tensor(3.0),
    "a constant with a graph": lambda view: (view.image * 0).sum() + 3,
    "of regions": lambda view: view.region("thing").mean() + 1,
    "rounded": lambda view: Rounded.apply(view.image).square().mean() + 1,
    "of a weight of its own": lambda view: WEIGHT * 3,
    "in no_grad": lambda view: torch.no_grad()(lambda: view.image.square().mean())(),
}  # fmt: skip


def idle_notes(result):
    return [one for one in result.notes if "has no gradient" in one]


@pytest.mark.parametrize("loss", IDLE.values(), ids=IDLE)
def test_a_loss_without_a_gradient_is_named_with_its_plugin(forge, recipe, problem, loss):
    forge.use(Faulty(loss), "shiny")
    job = Job(forge, with_term(recipe), problem)
    said = [event.text for event in job if isinstance(event, Note)]
    result = job.result()
    (note,) = idle_notes(result)
    stage = recipe.stages[0].name
    assert f"In stage {stage!r} the term bomb (the loss 'glow' of plugin 'shiny' of this" in note
    assert "changes nothing" in note
    assert said.count(note) == 1
    assert result.status == "done"


FINE = {
    "a good one": lambda view: view.image.square().mean(),
    "0, for an empty region": lambda view: torch.zeros(()),
    "0 with a graph": lambda view: (view.image * 0).sum(),
    "satisfied": lambda view: (view.image.mean() - 100).clamp(min=0),
    "of the latent alone": lambda view: view.latent.square().mean(),
    "of noise alone": lambda view: view.noise[0].square().mean(),
    "0 at first": lambda view: (view.latent - view.start).square().mean(),
    "of float64": lambda view: view.image.double().square().mean(),
}  # fmt: skip


@pytest.mark.parametrize("loss", FINE.values(), ids=FINE)
def test_a_loss_that_asks_for_nothing_or_has_a_gradient_is_not(forge, recipe, problem, loss):
    forge.use(Faulty(loss), "shiny")
    result = Job(forge, with_term(recipe), problem).result()
    assert idle_notes(result) == []
    assert result.latent.dtype == torch.float32


@pytest.mark.parametrize(
    "term", [Term("bomb", "glow", weight=0.0), Term("bomb", "glow", probe=True)]
)
def test_a_term_that_is_only_measured_needs_no_gradient(forge, recipe, problem, term):
    forge.use(Faulty(IDLE["detached"]), "shiny")
    first = recipe.stages[0]
    stage = replace(first, objective=first.objective + term)
    result = Job(forge, replace(recipe, stages=(stage,)), problem).result()
    assert idle_notes(result) == []


@pytest.mark.parametrize("preset", ["toy-loho", "toy-look"])
def test_the_presets_have_gradients_everywhere(forge, problem, preset):
    result = Job(forge, forge.recipe("toy", preset).with_steps(4), problem).result()
    assert idle_notes(result) == []


def test_a_float64_loss_is_as_good_as_a_float32_one(forge, recipe, problem):
    dtypes = [torch.float32]
    forge.use(Faulty(lambda view: view.image.to(dtypes[-1]).square().mean()), "shiny")
    plain = Job(forge, with_term(recipe), problem).result()
    dtypes.append(torch.float64)
    double = Job(forge, with_term(recipe), problem).result()
    assert double.image.dtype == torch.float32
    torch.testing.assert_close(double.image, plain.image, atol=1e-3, rtol=0)


class Odd(torch.autograd.Function):
    """A gradient that a plugin computes by itself, and wrongly."""

    @staticmethod
    def forward(ctx, x, how):
        ctx.how = how
        return x.square().mean()

    @staticmethod
    def backward(ctx, gradient):
        return ctx.how(gradient), None


BACKWARDS = {
    "raises": raising,
    "another shape": lambda one: torch.ones(1, 3, 5, 5),
    "no tensor": lambda one: 3.0,
    "NumPy": lambda one: one.numpy(),
    "meta": lambda one: torch.ones(1, 3, 32, 32, device="meta"),
    "complex": lambda one: torch.ones(1, 3, 32, 32, dtype=torch.complex64) * 1j,
}  # fmt: skip


@pytest.mark.parametrize("how", BACKWARDS.values(), ids=BACKWARDS)
@pytest.mark.filterwarnings("ignore:Casting complex")
def test_a_gradient_that_fails_is_named_with_its_plugin(forge, recipe, problem, how):
    forge.use(Faulty(lambda view: Odd.apply(view.image, how)), "shiny")
    with pytest.raises(PluginError, match=r"gradient of the term bomb .* of plugin 'shiny'"):
        Job(forge, with_term(recipe), problem).result()


def test_a_gradient_of_nan_is_named_with_its_plugin(forge, recipe, problem):
    nan = torch.full((1, 3, 32, 32), float("nan"))
    forge.use(Faulty(lambda view: Odd.apply(view.image, lambda one: nan)), "shiny")
    with pytest.raises(Diverged, match=r"the gradient of bomb .*'shiny'.* became NaN or infinite"):
        Job(forge, with_term(recipe), problem).result()


IN_PLACE = {
    "the picture": lambda view: view.image, "the latent": lambda view: view.latent,
    "a noise map": lambda view: view.noise[1],
}  # fmt: skip


@pytest.mark.parametrize("what", IN_PLACE.values(), ids=IN_PLACE)
def test_a_loss_that_changes_what_it_is_given(forge, recipe, problem, what):
    def change(view):
        with torch.no_grad():
            what(view).mul_(0.5)
        return view.image.square().mean()

    forge.use(Faulty(change), "shiny")
    with pytest.raises(
        PluginError, match=r"'shiny'.*changed the picture, the latent or a noise map"
    ):
        Job(forge, with_term(recipe), problem).result()
