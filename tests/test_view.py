"""Views: computed on first request, once, and as deep as asked."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch.nn import functional

from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.losses.lpips import LPIPS_LAYERS
from styleforge.losses.style import gram
from styleforge.models.scaling import lpips_input
from styleforge.pack.models import Models
from styleforge.run.engine import optimize
from styleforge.run.plan import Plan
from styleforge.run.references import views_of
from styleforge.run.set_up import set_up
from styleforge.run.view import View
from styleforge.testing import toy


class Counting:
    """A component that counts its calls."""

    def __init__(self, inner):
        self.inner = inner
        self.calls = []
        self.names = getattr(inner, "names", ())

    def __call__(self, image, *args):
        self.calls.append((image.shape[0], torch.is_grad_enabled(), *args))
        return self.inner(image, *args)


@pytest.fixture
def counted() -> Models:
    made = Models(toy.toy_pack())
    for kind in ("features", "regions"):
        made._loaded[kind] = Counting(made.get(kind))
    return made


def test_layers_are_cached_and_the_plan_learns(counted):
    passes = counted.get("features").calls
    plan = Plan()
    view = View(torch.zeros(1, 3, 32, 32), counted, plan=plan)
    first = view.features("relu1_2")
    assert view.features("relu1_2") is first
    view.features("relu3_3")
    assert len(passes) == 2  # the first view had to learn
    second = View(torch.zeros(1, 3, 32, 32), counted, plan=plan)
    second.features("relu1_2")
    second.features("relu3_3")
    assert len(passes) == 3
    assert set(passes[-1][2]) == {"relu1_2", "relu3_3"}


def test_inputs_are_told_apart(counted):
    view = View(torch.ones(1, 3, 32, 32), counted)
    plain, scaled = view.features("relu1_1"), view.features("relu1_1", scaled=True)
    masked = view.features("relu1_1", mask="image.thing")
    assert not torch.equal(plain, scaled)
    assert not torch.equal(plain, masked)
    assert len(counted.get("features").calls) == 3


def test_one_pass_per_input_and_step(counted):
    """Whatever the losses ask for: whole picture for LPIPS, masked for look; references once."""
    forge = Forge(plugins=())
    forge.use(toy)
    problem = toy.toy_problem(counted)
    recipe = forge.recipe("toy", "toy-look")
    passes = counted.get("features").calls
    per_step = []
    before = 0
    for _ in optimize(*set_up(problem, recipe, forge.components), forge):
        per_step.append(len(passes) - before)
        before = len(passes)
    # LPIPS of the patent's reduction masks its inputs, and identity and shape differ in mask; the
    # third input is the picture within its thing, shared by appearance, style and their probes.
    assert per_step[2:] == [3] * (len(per_step) - 2)
    references = len({id(item) for item in problem.references.values()})
    assert per_step[1] >= 3 + references


def test_regions_found_once(counted):
    view = View(torch.zeros(1, 3, 32, 32), counted)
    view.region("thing")
    view.region("keep")
    view.region("thing", soft=True)
    assert len(counted.get("regions").calls) == 1
    assert not counted.get("regions").calls[0][1]  # without gradient
    with pytest.raises(UserError, match="no region 'hat'; it finds rest, keep, thing"):
        view.region("hat")


def test_hard_regions_are_disjoint_and_cover_everything(models):
    view = View(torch.randn(2, 3, 32, 32).clamp(-1, 1), models)
    total = sum(view.regions().values())
    assert torch.equal(total, torch.ones_like(total))


def test_live_regions_carry_a_gradient(models):
    image = torch.zeros(1, 3, 32, 32, requires_grad=True)
    view = View(image, models)
    assert view.live_regions() is view.live_regions()
    assert torch.autograd.grad(view.live_regions()[:, 2].sum(), image)[0].abs().sum() > 0


def test_a_role_nobody_gave_is_the_identity(models):
    problem = toy.toy_problem(models, "shape")
    views = views_of(problem, 256, Plan())
    view = View(torch.zeros(1, 3, 32, 32), models, references=views)
    assert view.reference("shape") is views["shape"]
    assert view.reference("appearance") is views["identity"]
    with pytest.raises(UserError, match="no reference 'shape', nor an identity"):
        View(torch.zeros(1, 3, 32, 32), models).reference("shape")


def test_masks_of_references_live_as_long_as_they_do(models):
    problem = toy.toy_problem(models)
    views = views_of(problem, 256, Plan())
    one = View(torch.zeros(1, 3, 32, 32), models, references=views)
    two = View(torch.zeros(1, 3, 32, 32), models, references=views)
    expression = "identity.keep & ~dilate(shape.thing, 8)"
    assert one.mask(expression) is two.mask(expression)
    assert one.mask("image.thing") is one.mask("image.thing")
    assert one.mask("image.thing") is not two.mask("image.thing")


def making(models, image: torch.Tensor | None = None) -> View:
    """The picture in the making of a toy problem, its thing in the right half."""
    views = views_of(toy.toy_problem(models), 256, Plan())
    right = torch.zeros(1, 1, 32, 32)
    right[..., 16:] = 1
    regions = {"rest": 1 - right, "keep": torch.zeros_like(right), "thing": right}
    image = torch.zeros(1, 3, 32, 32) if image is None else image
    return View(image, models, references=views, regions=regions)


def test_a_reference_alone_does_not_know_the_picture_in_the_making(models):
    shape = making(models).reference("shape")
    assert torch.equal(shape.mask("shape.thing"), shape.region("thing"))
    with pytest.raises(UserError, match=r"image\.thing.*'shape' does not know"):
        shape.mask("image.thing & ~identity.keep")


def test_the_picture_in_the_making_is_the_same_in_every_mask(models):
    view = making(models)
    shape = view.reference("shape")
    beside = view.beside("shape", "image.thing")
    assert torch.equal(beside.mask("image.thing"), view.region("thing"))
    assert torch.equal(beside.mask("shape.thing"), shape.region("thing"))
    masked = models.get("features")(shape.image * view.region("thing"), ("relu1_1",))
    found = beside.features("relu1_1", mask="image.thing")
    torch.testing.assert_close(found, masked["relu1_1"])
    assert view.beside("shape", "image.thing") is beside
    assert view.beside("shape", "shape.thing") is view.beside("shape", "") is shape


@pytest.mark.parametrize(
    ("loss", "arguments"),
    [
        ("lpips", {"mask": "image.thing", "reduction": "patent"}),
        ("appearance", {"mask": "image.thing", "reference_mask": "image.thing"}),
        ("style", {"mask": "image.thing", "reference_mask": "image.thing"}),
    ],
)
def test_equal_pictures_within_a_mask_that_moves_do_not_differ(forge, models, loss, arguments):
    """Whatever the reference is elsewhere, and wherever its own region is."""
    shape = making(models).reference("shape").image
    picture = shape.clone()
    picture[..., :16] = 0.3
    view = making(models, picture)
    assert float(forge.losses[loss](view, reference="shape", **arguments)) < 1e-9
    picture[..., 16:] = -0.2
    assert float(forge.losses[loss](making(models, picture), reference="shape", **arguments)) > 1e-4


def test_lpips_as_the_patent_writes_it(forge, models):
    """LPIPS of the masked pictures: a mean over the whole map, and over the blocks."""
    made = making(models)
    mask, other = made.mask("shape.thing"), made.reference("shape").image
    network, linear = models.get("features"), models.get("lpips").weights
    one, two = (network(lpips_input(item * mask), LPIPS_LAYERS) for item in (made.image, other))
    blocks = []
    for layer in LPIPS_LAYERS:
        difference = functional.normalize(one[layer], dim=1) - functional.normalize(
            two[layer], dim=1
        )
        blocks.append((linear[layer][:, None, None] * difference.square()).sum(1).mean())
    found = forge.losses["lpips"](made, reference="shape", mask="shape.thing", reduction="patent")
    torch.testing.assert_close(found, sum(blocks) / 5, rtol=1e-5, atol=1e-9)


def test_memo(models):
    view = View(torch.zeros(1, 3, 32, 32), models)
    calls = []
    assert view.memo("x", lambda: calls.append(1) or 5) == 5
    assert view.memo("x", lambda: calls.append(1) or 6) == 5
    assert len(calls) == 1


@pytest.mark.parametrize("corner", [(0, 0), (60, 90), (120, 120)])
@pytest.mark.parametrize("layer", ["relu1_1", "relu2_2", "pool3", "relu4_3"])
def test_features_inside_a_mask_are_those_of_the_whole_picture(corner, layer):
    torch.manual_seed(0)
    models = Models(toy.toy_pack(), dtype=torch.float64)
    network = models.get("features")
    shown = []

    def seen(image, layers):
        shown.append(image.shape)
        return network(image, layers)

    seen.reach = network.reach
    top, left = corner
    where = torch.zeros(1, 1, 128, 128, dtype=torch.float64)
    where[:, :, top : top + 7, left : left + 8] = 1
    view = View(
        torch.randn(1, 3, 128, 128, dtype=torch.float64, requires_grad=True), models,
        regions={"thing": where},
    )  # fmt: skip
    models.get = lambda kind: seen
    part, whole = view.inside(layer, "image.thing"), view.features(layer, mask="image.thing")
    assert shown[0][-1] < 128
    assert part.share == shown[0][-1] * shown[0][-2] / 128**2
    found, expected = gram(part.features, part.mask) * part.share, gram(whole, where)
    assert torch.allclose(found, expected, rtol=1e-12, atol=1e-18)
    mine, true = (torch.autograd.grad(one.sum(), view.image)[0] for one in (found, expected))
    assert true.abs().max() > 0
    assert torch.allclose(mine, true, rtol=1e-10, atol=1e-18)


def test_a_network_that_does_not_tell_its_reach_sees_all_of_the_picture():
    models = Models(toy.toy_pack())
    network, image = models.get("features"), torch.randn(1, 3, 64, 64)
    where = torch.zeros(1, 1, 64, 64)
    where[:, :, :8, :8] = 1
    view = View(image, models, regions={"thing": where})
    assert view.inside("relu1_1", "image.thing").features.shape[2:] == (56, 56)
    assert view.inside("relu5_1", "image.thing").features.shape[2:] == (4, 4)
    models.get = lambda kind: partial(network)
    part = View(image, models, regions={"thing": where}).inside("relu1_1", "image.thing")
    assert part.features.shape[2:] == (64, 64)
    assert part.share == 1
