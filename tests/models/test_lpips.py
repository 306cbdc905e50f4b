"""LPIPS' published weights, out of the package's files."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from styleforge.errors import UserError
from styleforge.losses.lpips import LPIPS_LAYERS, masked_lpips
from styleforge.models import lpips as ours
from styleforge.models.scaling import lpips_input
from styleforge.models.vgg import VGG16

pytest.importorskip("lpips")


@pytest.mark.filterwarnings("ignore:.*pretrained:UserWarning")  # the package's own
@pytest.mark.filterwarnings("ignore:Arguments other than a weight enum:UserWarning")
def test_the_value_is_the_packages():
    """Its network with random convolutions (the pretrained ones are a download), its weights."""
    import lpips

    torch.manual_seed(0)
    published = lpips.LPIPS(net="vgg", pretrained=True, pnet_rand=True, verbose=False)
    network = VGG16()
    parts = (getattr(published.net, f"slice{block}") for block in range(1, 6))
    theirs = [m for part in parts for m in part if isinstance(m, torch.nn.Conv2d)]
    mine = [m for m in network.features if isinstance(m, torch.nn.Conv2d)]
    for one, other in zip(mine, theirs, strict=True):
        one.load_state_dict(other.state_dict())
    weights = {name: one.double() for name, one in ours.published_lpips().weights.items()}
    first, second = torch.rand(2, 2, 3, 32, 32, dtype=torch.float64) * 2 - 1
    with torch.no_grad():
        wanted = published.double()(first, second).mean()
        network.double()
        found = masked_lpips(
            network(lpips_input(first), LPIPS_LAYERS),
            network(lpips_input(second), LPIPS_LAYERS),
            weights,
            None,
            LPIPS_LAYERS,
        )
    assert wanted > 1e-3
    assert float(found) == pytest.approx(float(wanted), rel=1e-6)


def test_the_weights_are_as_published():
    found = ours.published_lpips().weights
    assert tuple(found) == LPIPS_LAYERS
    assert all(one.dtype == torch.float32 and (one >= 0).all() for one in found.values())


def test_nothing_of_the_package_is_imported():
    code = (
        "import sys\n"
        "from styleforge.models.lpips import published_lpips\n"
        "published_lpips()\n"
        "found = {'lpips', 'torchvision', 'IPython', 'skimage', 'matplotlib'} & set(sys.modules)\n"
        "assert not found, found\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_the_package_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(UserError, match=r"not installed.*styleforge\[lpips\]"):
        ours.published_lpips()


def test_other_tensors_are_refused(tmp_path):
    wrong = tmp_path / "alex.pth"
    torch.save({"lin0.model.1.weight": torch.ones(1, 32, 1, 1)}, wrong)
    with pytest.raises(UserError, match=r"is not the linear weights.*\(1, 64, 1, 1\).*32"):
        ours.published_lpips(wrong)
    with pytest.raises(UserError, match="There is no file"):
        ours.published_lpips(Path("nowhere.pth"))
