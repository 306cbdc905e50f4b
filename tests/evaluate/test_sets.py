"""Scores of sets: the published formulas written out, and what the report says of them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm

from styleforge.hookspecs import hookimpl
from styleforge.measure import sets
from styleforge.measure.sets import Shown
from styleforge.prepare.images import save_image
from styleforge.testing import toy


@pytest.fixture
def pictures_of_others(models, tmp_path):
    """A folder of four pictures, and of one that cannot be read, which takes no part."""
    folder = tmp_path / "others"
    folder.mkdir()
    for role, one in toy.toy_problem(models, seed=9).references.items():
        save_image(one.image, folder / f"{role}.png")
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


def pictures(seed, count, mean=0.0):
    drawn = torch.Generator().manual_seed(seed)
    images = (mean + 0.4 * torch.randn(count, 3, 32, 32, generator=drawn)).clamp(-1, 1)
    return [toy_shown(one[None]) for one in images]


def toy_shown(image):
    inside = torch.zeros(1, 1, 32, 32)
    inside[:, :, 8:24, 8:24] = 1
    return Shown(image, {"thing": inside, "keep": 0 * inside, "rest": 1 - inside})


def filled(score, results, real):
    for one in results:
        score.add(one, real=False)
    for one in real:
        score.add(one, real=True)
    return score.value()


def features_of(models, shown):
    return torch.cat([sets.pooled(models)(one.image) for one in shown]).double().numpy()


def test_fid_is_the_published_formula(models):
    results, real = pictures(1, 12, 0.2), pictures(2, 14)
    one, two = (features_of(models, found) for found in (results, real))
    first, second = (np.cov(found, rowvar=False) for found in (one, two))
    wanted = ((one.mean(0) - two.mean(0)) ** 2).sum() + np.trace(
        first + second - 2 * sqrtm(first @ second).real
    )
    assert filled(sets.fid(models, toy.TOY), results, real) == pytest.approx(wanted, rel=1e-3)
    assert filled(sets.fid(models, toy.TOY), real, real) == pytest.approx(0, abs=1e-5)


def test_kid_is_the_published_formula_where_a_subset_is_all(models):
    results, real = pictures(1, 8, 0.2), pictures(2, 8)
    x, y = (features_of(models, found) for found in (results, real))

    def kernel(a, b):
        return (a @ b.T / a.shape[1] + 1) ** 3

    n = len(x)
    off = 1 - np.eye(n)
    wanted = ((kernel(x, x) + kernel(y, y)) * off).sum() / (n * (n - 1))
    wanted -= 2 * kernel(x, y).mean()
    found = filled(sets.kid(models, toy.TOY), results, real)
    assert found == pytest.approx(wanted, rel=1e-3)
    assert filled(sets.kid(models, toy.TOY), results, real) == found  # subsets are not chance


def test_what_is_masked_does_not_count(models):
    results, real = pictures(1, 6), pictures(2, 6)
    elsewhere = [
        Shown(one.image * one.regions["thing"] + one.regions["rest"], one.regions)
        for one in results
    ]
    masked = [
        filled(sets.fid_masked(models, toy.TOY), found, real) for found in (results, elsewhere)
    ]
    assert masked[0] == pytest.approx(masked[1], rel=1e-6)
    whole = [filled(sets.fid(models, toy.TOY), found, real) for found in (results, elsewhere)]
    assert abs(whole[0] - whole[1]) > 1e-3


def test_one_picture_has_no_distance(models):
    assert filled(sets.fid(models, toy.TOY), pictures(1, 1), pictures(2, 4)) is None


def test_ssim_is_that_of_torchmetrics():
    from torchmetrics.functional.image import structural_similarity_index_measure

    from styleforge.measure import metrics

    drawn = torch.Generator().manual_seed(0)
    image = torch.rand(1, 3, 48, 40, generator=drawn) * 2 - 1
    target = (image + 0.3 * torch.randn(image.shape, generator=drawn)).clamp(-1, 1)
    a, b = ((one.double() + 1) / 2 for one in (image, target))
    wanted = structural_similarity_index_measure(a, b, data_range=1.0, kernel_size=11, sigma=1.5)
    assert metrics.ssim(image, target) == pytest.approx(float(wanted), abs=2e-3)


def test_psnr_is_that_of_torchmetrics():
    from torchmetrics.functional.image import peak_signal_noise_ratio

    from styleforge.measure import metrics

    drawn = torch.Generator().manual_seed(0)
    image, target = torch.rand(2, 1, 3, 24, 20, generator=drawn) * 2 - 1
    wanted = float(peak_signal_noise_ratio(image, target, data_range=2.0))
    assert metrics.psnr(image, target) == pytest.approx(wanted, rel=1e-5)
    left = torch.zeros(1, 1, 24, 20)
    left[..., :10] = 1
    wanted = float(peak_signal_noise_ratio(image[..., :10], target[..., :10], data_range=2.0))
    assert metrics.psnr(image, target, left) == pytest.approx(wanted, rel=1e-5)


@pytest.mark.filterwarnings("ignore:Arguments other than a weight enum:UserWarning")  # its own
@pytest.mark.filterwarnings("ignore:The parameter 'pretrained' is deprecated:UserWarning")
def test_lpips_is_that_of_torchmetrics():
    """Its published linear weights, and random convolutions (the trained ones are a download)."""
    pytest.importorskip("torchvision")
    from torchmetrics.functional.image.lpips import _LPIPS

    from styleforge.losses.lpips import LPIPS_LAYERS
    from styleforge.measure import metrics
    from styleforge.models.vgg import VGG16

    torch.manual_seed(0)
    theirs, network = _LPIPS(net="vgg", pnet_rand=True).double(), VGG16().double()
    pairs = zip(convolutions(network), convolutions(theirs.net), strict=True)
    for mine, other in pairs:
        mine.load_state_dict(other.state_dict())
    lines = [one.model[-1].weight.flatten() for one in theirs.lins]
    weights = SimpleNamespace(weights=dict(zip(LPIPS_LAYERS, lines, strict=True)))
    models = SimpleNamespace(get={"features": network, "lpips": weights}.get)
    image, target = torch.rand(2, 1, 3, 48, 32, dtype=torch.float64) * 2 - 1
    with torch.no_grad():
        wanted = float(theirs(image, target))
    assert wanted > 1e-3
    assert metrics.lpips(image, target, models) == pytest.approx(wanted, rel=1e-5)
    assert metrics.lpips(image, target, models, torch.ones(1, 1, 48, 32)) == pytest.approx(
        wanted, rel=1e-5
    )


def convolutions(network):
    return [one for one in network.modules() if isinstance(one, torch.nn.Conv2d)]


def test_a_report_has_a_plugin_s_score_of_sets(compare, forge, tmp_path):
    class Brightest:
        def __init__(self):
            self.found = []

        def add(self, shown, *, real):
            self.found += [] if real else [float(shown.image.mean())]

        def value(self):
            return max(self.found)

    def brightest(models, domain):
        return Brightest()

    brightest.says, brightest.better = "mean of the brightest {region}", "more"

    def endless(models, domain):
        made = Brightest()
        made.value = lambda: float("inf")
        return made

    class Mine:
        @hookimpl
        def register_components(self, register):
            register(brightest, name="set_metric/brightest")
            register(endless, name="set_metric/endless")

    forge.use(Mine(), "mine")
    report = compare(["toy-look", "toy-mapper"])
    assert set(report.sets["toy-look"]) == {"fid", "fid_masked", "kid", "brightest"}
    assert report.set_scores["brightest"].says == "mean of the brightest thing"
    text = (tmp_path / "out/report.md").read_text()
    assert "of 2 results and 5 real pictures" in text
    assert "The score 'endless' of toy-look gave inf; a finite number was expected" in text
    assert "`brightest` ↑: mean of the brightest thing" in text


def test_real_pictures_can_be_others(compare, tmp_path, pictures_of_others):
    report = compare(["toy-mapper"], real=pictures_of_others)
    assert any("of 2 results and 4 real pictures" in note for note in report.notes)
    assert report.sets["toy-mapper"]["fid"] > 0


def test_without_torchmetrics_it_is_said(compare, monkeypatch):
    monkeypatch.setattr(sets, "find_spec", lambda name: None)
    report = compare(["toy-mapper"])
    assert not report.sets
    assert any("pip install 'styleforge[evaluate]'" in note for note in report.notes)
