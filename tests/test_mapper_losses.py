"""The losses of HairCLIP and StyleCLIP against formulas of their own, in float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from by_hand import lab_by_hand

from styleforge.builtin import losses
from styleforge.errors import UserError
from styleforge.run.view import View

NOWHERE = "image.thing & ~image.thing"
OUTSIDE = "~image.thing & ~identity.thing"


def pictures(seed: int, count: int = 2) -> torch.Tensor:
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(count, 3, 32, 32, generator=rng, dtype=torch.float64) * 2 - 1


@pytest.fixture
def batch(models64):
    """A view of two pictures, each with references of its own."""

    def make(image=None, rows=slice(None), **more) -> View:
        references: dict[str, View] = {}
        for seed, role in enumerate(("identity", "shape", "appearance"), 1):
            references[role] = View(
                pictures(seed)[rows], models64, role=role, references=references
            )
        image = pictures(0)[rows] if image is None else image
        return View(image, models64, references=references, **more)

    return make


# --- the formulas, in numpy ---------------------------------------------------------------
def embed(models, image, mask=None) -> np.ndarray:
    """Box means, projected, shifted, of length 1; one picture ``(3, H, W)`` at a time."""
    encoder = models.get("embedding").pictures
    shown = image.numpy() * (1 if mask is None else mask.numpy())
    small = shown.reshape(3, 4, 8, 4, 8).mean((2, 4)).reshape(-1)
    found = small @ encoder.projection.numpy() + encoder.shift.numpy()
    return found / np.linalg.norm(found)


def mean_by_hand(image, mask) -> np.ndarray:
    found = [
        lab_by_hand(*((image[:, i, j].numpy() + 1) / 2))
        for i, j in zip(*np.nonzero(mask[0].numpy()), strict=True)
    ]
    return np.mean(found, axis=0)


def test_text_is_the_distance_to_the_words(batch, models64):
    words = models64.get("embedding").words.numpy()
    target = words[0] + words[3]  # tall, red
    target /= np.linalg.norm(target)
    wanted = np.mean([1 - embed(models64, one) @ target for one in pictures(0)])
    assert losses.text(batch(), text="tall red").item() == pytest.approx(wanted, rel=1e-12)
    view = batch()
    masks = view.region("thing")
    parts = zip(pictures(0), masks, strict=True)
    wanted = np.mean([1 - embed(models64, one, mask) @ target for one, mask in parts])
    found = losses.text(view, text="tall red", mask="image.thing").item()
    assert found == pytest.approx(wanted, rel=1e-12)


def test_similarity_compares_regions(batch, models64):
    view = batch()
    mine, theirs = view.region("thing"), view.reference("shape").region("thing")
    wanted = np.mean(
        [
            1 - embed(models64, a, m) @ embed(models64, b, n)
            for a, m, b, n in zip(pictures(0), mine, pictures(2), theirs, strict=True)
        ]
    )
    found = losses.similarity(
        view, reference="shape", mask="image.thing", reference_mask="shape.thing"
    )
    assert found.item() == pytest.approx(wanted, rel=1e-12)
    plain = np.mean(
        [
            1 - embed(models64, a) @ embed(models64, b)
            for a, b in zip(pictures(0), pictures(2), strict=True)
        ]
    )
    assert losses.similarity(batch(), reference="shape").item() == pytest.approx(plain, rel=1e-12)


def test_similarity_to_what_was_described(batch, models64):
    """Words stand for the reference of their role, and for no other."""
    words = models64.get("embedding").embed_text(["red", "blue"])
    wanted = np.mean(
        [1 - embed(models64, a) @ b.numpy() for a, b in zip(pictures(0), words, strict=True)]
    )
    view = batch(described={"appearance": words})
    found = losses.similarity(view, reference="appearance").item()
    assert found == pytest.approx(wanted, rel=1e-12)
    other = losses.similarity(view, reference="shape")
    assert other.item() == losses.similarity(batch(), reference="shape").item()


def test_identity_is_the_distance_to_the_identity(batch, models64):
    network = models64.get("identity_encoder")
    with torch.no_grad():
        each = [
            1 - float((network(a[None])[0] * network(b[None])[0]).sum())
            for a, b in zip(pictures(0), pictures(1), strict=True)
        ]
    assert losses.identity_similarity(batch()).item() == pytest.approx(np.mean(each), rel=1e-12)
    same = batch(image=pictures(1))
    assert losses.identity_similarity(same).item() == pytest.approx(0, abs=1e-12)


def test_colour_is_the_distance_of_mean_lab(batch):
    view = batch()
    mine, theirs = view.region("thing"), view.reference("appearance").region("thing")
    means = [mean_by_hand(a, m) for a, m in zip(pictures(0), mine, strict=True)]
    targets = [mean_by_hand(a, m) for a, m in zip(pictures(3), theirs, strict=True)]
    wanted = np.abs(np.array(means) - np.array(targets)).mean()
    found = losses.colour(
        view, reference="appearance", mask="image.thing", reference_mask="appearance.thing"
    )
    assert found.item() == pytest.approx(wanted, rel=1e-9)
    swatch = lab_by_hand(0x8A / 255, 0x2B / 255, 0xE2 / 255)
    wanted = np.abs(np.array(means) - swatch).mean()
    found = losses.colour(batch(), mask="image.thing", swatch="#8a2be2").item()
    assert found == pytest.approx(wanted, rel=1e-9)


def test_colour_needs_something_to_compare_with(batch):
    with pytest.raises(UserError, match="needs a reference or a swatch"):
        losses.colour(batch(), mask="image.thing")
    with pytest.raises(UserError, match="'#8a2be' is not a colour"):
        losses.colour(batch(), mask="image.thing", swatch="#8a2be")


def test_background_counts_over_the_whole_picture(batch):
    """Equation 11: what is masked out counts as equal, so that a larger region weighs less."""
    view = batch()
    out = (1 - view.region("thing")) * (1 - view.reference("identity").region("thing"))
    each = [
        float(((a - b) ** 2 * m).sum()) / (3 * 32 * 32)
        for a, b, m in zip(pictures(0), pictures(1), out, strict=True)
    ]
    found = losses.pixels(
        view, reference="identity", mask=OUTSIDE, norm="l2", over="picture"
    ).item()
    assert found == pytest.approx(np.mean(each), rel=1e-12)
    within = losses.pixels(batch(), reference="identity", mask=OUTSIDE, norm="l2").item()
    assert within > found


# --- what all of them promise -------------------------------------------------------------
LOSSES = {
    "text": lambda view, mask: losses.text(view, text="wide", mask=mask),
    "similarity": lambda view, mask: losses.similarity(
        view, reference="shape", mask=mask, reference_mask="shape.thing"
    ),
    "colour": lambda view, mask: losses.colour(
        view, reference="appearance", mask=mask, reference_mask="appearance.thing"
    ),
    "swatch": lambda view, mask: losses.colour(view, mask=mask, swatch="#123456"),
    "background": lambda view, mask: losses.pixels(
        view, reference="identity", mask=mask, norm="l2", over="picture"
    ),
    "identity_similarity": lambda view, _: losses.identity_similarity(view),
}
MASKED = [name for name in LOSSES if name != "identity_similarity"]


@pytest.mark.parametrize("name", LOSSES)
def test_a_batch_is_the_mean_of_its_samples(batch, name):
    together = LOSSES[name](batch(), "image.thing").item()
    apart = [LOSSES[name](batch(rows=slice(i, i + 1)), "image.thing").item() for i in (0, 1)]
    assert apart[0] != pytest.approx(apart[1], rel=1e-6)
    assert together == pytest.approx(np.mean(apart), rel=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_are_right(batch, name):
    """Along a direction, by central differences, with the regions held."""
    regions = batch().regions()
    start, direction = pictures(0), pictures(9)

    def value(image):
        return LOSSES[name](batch(image=image, regions=regions), "image.thing")

    image = start.clone().requires_grad_()
    (slope,) = torch.autograd.grad(value(image), image)
    assert slope.abs().amax((1, 2, 3)).min() > 0  # every sample has its share
    step = 1e-6
    numeric = (value(start + step * direction) - value(start - step * direction)) / (2 * step)
    assert numeric.item() == pytest.approx(float((slope * direction).sum()), rel=1e-5)


@pytest.mark.parametrize("name", MASKED)
def test_an_empty_mask_is_finite_and_pulls_nowhere(batch, name):
    image = pictures(0).requires_grad_()
    value = LOSSES[name](batch(image=image), NOWHERE)
    assert torch.isfinite(value)
    (slope,) = torch.autograd.grad(value, image)
    assert torch.equal(slope, torch.zeros_like(slope))


@pytest.mark.parametrize("name", MASKED)
def test_one_empty_mask_leaves_the_other_sample_alone(batch, name):
    whole = batch().regions()
    half = {
        key: value * torch.tensor([0.0, 1.0])[:, None, None, None] for key, value in whole.items()
    }
    slopes = []
    for regions in (whole, half):
        image = pictures(0).requires_grad_()
        value = LOSSES[name](batch(image=image, regions=regions), "image.thing")
        slopes.append(torch.autograd.grad(value, image)[0])
    assert not slopes[1][0].any()
    torch.testing.assert_close(slopes[1][1], slopes[0][1], rtol=1e-12, atol=1e-15)


def test_words_and_references_are_embedded_once(batch, models64, monkeypatch):
    calls = []
    encoder = models64.get("embedding")
    plain = encoder.embed_text
    monkeypatch.setattr(encoder, "embed_text", lambda texts: calls.append(texts) or plain(texts))
    view = batch()
    for image in (pictures(0), pictures(4)):  # two steps of a run
        step = View(image, models64, references=view.references)
        losses.text(step, text="red")
        losses.text(step, text="red", mask="image.thing")
    assert calls == [["red"]]
