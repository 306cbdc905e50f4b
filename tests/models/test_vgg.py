"""VGG16 against torchvision's, layer by layer."""

from __future__ import annotations

import pytest
import torch

from styleforge.errors import UserError
from styleforge.models.vgg import VGG16
from styleforge.pack.protocols import Features

# Where torchvision's ``features`` hold the layers LOHO and LPIPS name.
INDICES = {
    "relu1_1": 1,
    "relu1_2": 3,
    "relu2_2": 8,
    "relu3_3": 15,
    "relu4_3": 22,
    "relu5_3": 29,
    "pool5": 30,
}


def test_equals_torchvision_on_the_same_weights() -> None:
    torchvision = pytest.importorskip("torchvision")
    torch.manual_seed(0)
    published = torchvision.models.vgg16(weights=None).eval()
    network = VGG16()
    network.load_torchvision(published.state_dict())
    image = torch.randn(1, 3, 32, 32)
    with torch.no_grad():
        found = network(image, list(INDICES))
        for name, index in INDICES.items():
            wanted = published.features[: index + 1](image.clone())
            assert torch.allclose(found[name], wanted, rtol=1e-4, atol=1e-5), name


def test_stops_at_the_deepest_layer_asked_for() -> None:
    network = VGG16((2, 3, 4, 5, 6))
    assert isinstance(network, Features)
    ran: list[int] = []
    for index, module in enumerate(network.features):
        module.register_forward_hook(lambda *_, index=index: ran.append(index))
    found = network(torch.randn(2, 3, 32, 32), ["relu2_2", "relu1_1"])
    assert list(found) == ["relu2_2", "relu1_1"]
    assert found["relu2_2"].shape == (2, 3, 16, 16)
    assert max(ran) == INDICES["relu2_2"]
    assert network(torch.randn(2, 3, 32, 32), []) == {}


def test_gradients_reach_the_picture() -> None:
    network = VGG16((2, 3, 4, 5, 6)).double().requires_grad_(False)
    image = torch.randn(1, 3, 16, 16, dtype=torch.float64, requires_grad=True)
    sum(one.square().sum() for one in network(image, ["relu1_2", "relu3_3"]).values()).backward()
    assert image.grad is not None
    assert image.grad.abs().sum() > 0


def test_errors_say_what_to_do() -> None:
    network = VGG16((2, 3, 4, 5, 6))
    with pytest.raises(UserError, match="relu4_4"):
        network(torch.randn(1, 3, 32, 32), ["relu4_4"])
    with pytest.raises(UserError, match="too small"):
        network(torch.randn(1, 3, 8, 8), ["relu5_3"])
    with pytest.raises(UserError, match="five"):
        VGG16((64, 128))
    with pytest.raises(UserError, match="widths"):
        network.load_torchvision(VGG16((3, 3, 3, 3, 3)).state_dict())
