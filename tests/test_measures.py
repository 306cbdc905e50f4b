"""Metrics against others' implementations, and those that plugins register."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity

from styleforge.errors import PluginError, UserError
from styleforge.hookspecs import hookimpl
from styleforge.losses.masking import resize_mask
from styleforge.losses.style import STYLE_LAYERS
from styleforge.measure import metrics, preserved, scores
from styleforge.measure.by_metrics import directions, meanings, measure, unmeasured
from styleforge.measure.truth import Truth, comparison
from styleforge.pack.whitening import whitening_of
from styleforge.prepare.regions import hard_regions
from styleforge.testing import toy


def test_ssim_is_that_of_the_paper_as_skimage_has_it():
    drawn = torch.Generator().manual_seed(0)
    image = torch.rand(1, 3, 40, 56, generator=drawn) * 2 - 1
    target = (image + 0.3 * torch.randn(image.shape, generator=drawn)).clamp(-1, 1)
    first, second = ((one[0].double().permute(1, 2, 0).numpy() + 1) / 2 for one in (image, target))
    wanted = structural_similarity(
        first, second, channel_axis=2, data_range=1.0, gaussian_weights=True,
        use_sample_covariance=False,
    )  # fmt: skip
    assert metrics.ssim(image, target) == pytest.approx(float(wanted), abs=1e-6)
    assert metrics.ssim(image, image) == pytest.approx(1)


def test_colour_error_is_ciede2000():
    red, blue = (torch.full((1, 3, 8, 8), -1.0) for _ in range(2))
    red[:, 0], blue[:, 2] = 1, 1
    ones = torch.ones(1, 1, 8, 8)
    assert metrics.colour_error(red, ones, red, ones) == pytest.approx(0, abs=1e-6)
    assert np.isclose(metrics.colour_error(red, ones, blue, ones), 52.88, atol=0.02)


OWN = [
    "thing_iou", "shape_iou", "identity_psnr", "identity_ssim", "identity_lpips",
    "outside_psnr", "outside_ssim", "outside_lpips", "identity_similarity", "appearance_error",
    "reference_error", "truth_psnr", "truth_ssim",
    "truth_lpips", "look_ratio", "similarity",
]  # fmt: skip
BESIDE_TRUTH = ["thing_iou", "appearance_error", "truth_psnr", "truth_ssim", "truth_lpips"]


def scores_with(forge, **found):
    """Scores of the toy's identity where the shape's picture is the truth."""

    class Metrics:
        @hookimpl
        def register_components(self, register):
            for name, item in found.items():
                register(item, name=f"metric/{name}")

    forge.use(Metrics(), "metrics")
    problem = toy.toy_problem(forge.models("toy"), "shape", "look")
    shape = problem.role("shape")
    truth, image = Truth(shape.image, shape.regions), problem.identity.image
    style = ("look", "shape")
    return measure(image, truth, problem, toy.TOY, forge.components, style=style)


def worst(given):
    return (given.image - given.truth.image).abs().max()


def test_what_a_plugin_registers_stands_after_core_s_own(forge):
    worst.score, worst.says = "{region}_worst", "the farthest pixel of a {region}"
    found = scores_with(forge, worst=worst, silent=lambda given: None)
    assert list(found) == [*OWN, "thing_worst"]
    assert found["thing_worst"] > 0
    says = meanings(forge.components, toy.TOY, ("look", "shape"))
    assert says["thing_worst"] == "the farthest pixel of a thing"
    assert all(says[name] for name in OWN)


def test_a_metric_that_needs_what_the_pack_lacks_is_named(forge):
    def likeness(given):
        return given.problem.models.get("identity_reader")

    likeness.needs = ("identity_reader",)
    assert list(scores_with(forge, likeness=likeness)) == OWN
    lacking = {"likeness": ("identity_reader",)}
    assert unmeasured(forge.components, forge.models("toy")) == lacking


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        (lambda given: 1 / 0, r"'metric/mine' of .* failed: ZeroDivisionError"),
        (lambda given: float("nan"), r"'metric/mine' of .* gave nan; a finite number"),
        (lambda given: given.image, r"'metric/mine' of .* gave a Tensor; a number was expected"),
    ],
)
def test_a_metric_that_fails_is_named_with_its_plugin(forge, metric, message):
    with pytest.raises(PluginError, match=message):
        scores_with(forge, mine=metric)


def test_two_metrics_do_not_share_a_score(forge):
    def again(given):
        return 0.0

    again.score = "truth_ssim"
    with pytest.raises(PluginError, match=r"'metric/again' .* gives the score 'truth_ssim', as an"):
        scores_with(forge, again=again)


def test_without_a_truth_only_what_does_without_is_measured(forge):
    def needs_it(given):
        return given.truth.image.mean()

    class Mine:
        @hookimpl
        def register_components(self, register):
            register(needs_it, name="metric/needs_it")

    forge.use(Mine(), "mine")
    problem = toy.toy_problem(forge.models("toy"), "shape", "look")
    image, style = problem.role("shape").image, ("look", "shape")
    found = measure(image, None, problem, toy.TOY, forge.components, style=style)
    assert list(found) == [name for name in OWN if name not in BESIDE_TRUTH]
    assert found["shape_iou"] == 1
    given = comparison(image, None, problem, toy.TOY, style)
    with pytest.raises(UserError, match="without_truth = True"):
        needs_it(given)


def test_what_is_kept_is_what_the_edit_leaves_uncovered(forge):
    problem = toy.toy_problem(forge.models("toy"), "shape", "look")
    identity = problem.identity
    given = comparison(identity.image, None, problem, toy.TOY)
    own = hard_regions(dict(identity.regions))
    assert not (given.kept * own["thing"]).any()
    assert (given.kept <= own["keep"]).all()
    changed = identity.image.clone()
    changed[:, :, given.kept[0, 0] == 0] = 1  # what is elsewhere does not count
    again = replace(given, image=changed)
    assert preserved.identity_psnr(again) > 90  # decibel
    assert preserved.identity_psnr(replace(again, image=(changed + 0.2).clamp(-1, 1))) < 25


def test_what_is_outside_is_the_region_neither_before_nor_after(forge):
    problem = toy.toy_problem(forge.models("toy"), "shape", "look")
    identity, region = problem.identity, toy.TOY.region
    given = comparison(problem.role("shape").image, None, problem, toy.TOY)
    before, after = hard_regions(dict(identity.regions))[region], given.found[region]
    assert torch.equal(given.outside, ((before + after) == 0).float())
    where = given.outside[0, 0] == 0
    image = identity.image.clone()
    image[:, :, where] = 1  # what the region is, or was, does not count
    alike = replace(given, image=image)
    assert preserved.outside_psnr(alike) > 90  # decibel
    assert preserved.outside_psnr(replace(alike, image=(image + 0.2).clamp(-1, 1))) < 25
    everywhere = {**given.found, region: torch.ones_like(after)}
    assert preserved.outside_ssim(replace(given, found=everywhere)) is None


def test_the_latent_distance_is_that_to_the_mean_in_every_row(forge):
    models = forge.models("toy")
    problem = toy.toy_problem(models, "shape")
    mean = whitening_of(models).mean
    latent = mean.expand(1, 8, 8).clone()
    latent[0, 2] += 3.0
    given = comparison(problem.identity.image, None, problem, toy.TOY, latent=latent)
    assert scores.latent_distance(given) == pytest.approx(3 * 8**0.5, rel=1e-4)
    assert "latent_distance" in measure(
        problem.identity.image, None, problem, toy.TOY, forge.components, latent=latent
    )


def test_each_score_says_what_it_means_and_which_way_is_better(forge):
    style = ("look", "shape")
    says, better = (one(forge.components, toy.TOY, style) for one in (meanings, directions))
    assert all(says[name] for name in [*OWN, "latent_distance"])
    assert {name for name, way in better.items() if way == "less"} == {
        "identity_lpips", "outside_lpips", "unasked", "appearance_error", "reference_error",
        "truth_lpips", "look_ratio",
    }  # fmt: skip
    assert better["latent_distance"] == ""


def test_a_result_without_the_region_has_no_colour_or_texture_of_it(forge):
    problem = toy.toy_problem(forge.models("toy"), "shape", "look")
    shape = problem.role("shape")
    truth, style = Truth(shape.image, shape.regions), ("look", "shape")
    given = comparison(shape.image, truth, problem, toy.TOY, style)
    about = (scores.appearance_error, scores.reference_error, scores.style_ratio)
    assert all(score(given) is not None for score in about)
    bare = replace(given, found={**given.found, "thing": torch.zeros_like(given.found["thing"])})
    assert [score(bare) for score in about] == [None] * 3  # black would be near to dark things
    assert scores.region_iou(bare) == 0


def test_the_ratio_of_textures_is_that_of_gram_distances_by_hand(forge):
    problem = toy.toy_problem(forge.models("toy"), "shape", "look")
    given = comparison(problem.identity.image, None, problem, toy.TOY, ("look", "shape"))
    features = problem.models.get("features")
    mine = given.found["thing"]

    def distance(role):
        other = problem.role(role)
        theirs = hard_regions(dict(other.regions))["thing"]
        total = 0.0
        for layer in STYLE_LAYERS:
            grams = []
            for image, mask in ((given.image, mine), (other.image, theirs)):
                values = features(image * mask, [layer])[layer].double()
                values = values * resize_mask(mask, values.shape[-2:]) / mask.mean().sqrt()
                flat = values.flatten(2)[0]
                grams.append(flat @ flat.T / flat.numel())
            total += float((grams[0] - grams[1]).square().mean())
        return total

    found = scores.style_ratio(given)
    assert found == pytest.approx(distance("look") / distance("shape"), rel=1e-3)


def test_cosines_are_cosines_of_embeddings_of_any_length(forge):
    problem = toy.toy_problem(forge.models("toy"), "shape", "look")
    image, style = problem.role("shape").image, ("look", "shape")
    given = comparison(image, None, problem, toy.TOY, style)
    models = problem.models
    encoder, words = models.get("identity_encoder"), models.get("embedding")
    mine, theirs = (encoder(one)[0].double() for one in (image, problem.identity.image))
    wanted = float(mine @ theirs / mine.norm() / theirs.norm())
    assert preserved.identity_similarity(given) == pytest.approx(wanted, abs=1e-6)
    own = words.embed_image(image * given.found["thing"])[0].double()
    cosines = []
    for role in style:
        other = problem.role(role)
        seen = words.embed_image(other.image * hard_regions(dict(other.regions))["thing"])[0]
        cosines.append(float(own @ seen.double() / own.norm() / seen.double().norm()))
    assert scores.similarity(given) == pytest.approx(np.mean(cosines), abs=1e-6)


def test_an_encoder_whose_embeddings_are_long_gives_cosines(forge, monkeypatch):
    problem = toy.toy_problem(forge.models("toy"), "shape", "look")
    given = comparison(problem.role("shape").image, None, problem, toy.TOY)
    before = preserved.identity_similarity(given)
    encoder = problem.models.get("identity_encoder")
    longer = SimpleNamespace(get=lambda kind: lambda image: 7 * encoder(image))
    after = preserved.identity_similarity(replace(given, problem=replace(problem, models=longer)))
    assert after == pytest.approx(before, abs=1e-6)
