"""FID of Inception's features, from a file that the user brings: random values in its layout."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch

from styleforge.errors import UserError
from styleforge.measure.sets import Shown, fid_inception
from styleforge.models import inception
from styleforge.testing import toy
from styleforge.weights.add import add_weights
from styleforge.weights.check import load_kept
from styleforge.weights.kept import find

network = pytest.importorskip("torch_fidelity.feature_extractor_inceptionv3")


@pytest.fixture(autouse=True)
def with_torchmetrics(monkeypatch):
    monkeypatch.setattr("styleforge.measure.sets.find_spec", lambda name: name)


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A file in the published layout, and the network that it was written from."""
    with monkeypatch.context() as patched:
        patched.setattr(network, "load_state_dict_from_url", lambda *_, **__: {})
        patched.setattr(
            network.FeatureExtractorInceptionV3, "load_state_dict", lambda self, state: None
        )
        torch.manual_seed(0)
        drawn = network.FeatureExtractorInceptionV3("random", ["2048"])
    path = tmp_path / "pt_inception-2015-12-05-6726825d.pth"
    state = drawn.state_dict()
    torch.save({key: one for key, one in state.items() if "num_batches" not in key}, path)
    return path, drawn


def test_a_brought_file_gives_the_library_s_features_and_a_distance(forge, published, tmp_path):
    forge.use(toy)
    models = forge.models("toy")
    with pytest.raises(UserError, match=r"`styleforge weights list inception` says how to bring"):
        fid_inception(models, toy.TOY)
    path, drawn = published
    add_weights("inception", path, layout="inception")
    made = load_kept(find("inception"))
    pictures = torch.rand(5, 3, 40, 56, generator=torch.Generator().manual_seed(1)) * 2 - 1
    whole = ((pictures + 1) * 127.5).round().to(torch.uint8)
    with torch.no_grad():
        wanted = drawn(whole)[0]
    found = made(pictures)
    assert found.shape == (5, 2048)
    assert torch.allclose(found, wanted, rtol=1e-5, atol=1e-6)
    score = fid_inception(models, toy.TOY)
    for index, picture in enumerate(pictures):
        score.add(Shown(picture[None], {}), real=index < 3)
    real, result = wanted[:3].double().numpy(), wanted[3:].double().numpy()
    means = np.square(real.mean(0) - result.mean(0)).sum()
    first, second = real - real.mean(0), result - result.mean(0)
    # Of few pictures the root of the product of covariances has few singular values.
    cross = np.linalg.svd(first @ second.T / np.sqrt(2 * 1), compute_uv=False).sum()
    spread = np.square(first).sum() / 2 + np.square(second).sum() / 1
    assert score.value() == pytest.approx(means + spread - 2 * cross, rel=1e-3, abs=1e-6)


def test_another_file_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "other.pth"
    torch.save({"Mixed_7c.weight": torch.ones(2)}, path)
    with pytest.raises(UserError, match="it holds no Inception of FID: Error"):
        add_weights("inception", path, layout="inception")


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch_fidelity.feature_extractor_inceptionv3", None)
    with pytest.raises(
        UserError, match=r"need torch-fidelity: pip install 'styleforge\[evaluate\]"
    ):
        inception.inception_of({})
