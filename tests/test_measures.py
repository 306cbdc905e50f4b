"""Metrics against others' implementations, and those that plugins register."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity

from styleforge.errors import PluginError
from styleforge.hookspecs import hookimpl
from styleforge.measure import metrics
from styleforge.measure.truth import Truth, meanings, measure, unmeasured
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
    "thing_iou", "identity_psnr", "appearance_error", "truth_psnr", "truth_ssim", "truth_lpips",
    "look_ratio",
]  # fmt: skip


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
        (lambda given: given.image, r"'metric/mine' of .* gave a Tensor; a number is expected"),
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
