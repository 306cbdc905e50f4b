"""The Inception network of published FID figures, as torch-fidelity has it (Heusel et al. 2017).

It is that of TensorFlow's release of 2015-12-05 with TensorFlow's way of resizing: 2048 features of
pictures of 299 px. Only with these features is a Fréchet distance what papers call FID.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from styleforge.errors import UserError

if TYPE_CHECKING:
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

ADVICE = "pip install 'styleforge[evaluate]'"
FEATURES = 2048


class Inception(nn.Module):
    """The features that FID is of, for pictures in [-1, 1]; takes torch-fidelity's network.

    Example:
        >>> Inception(nn.Identity()).num_features
        2048
    """

    num_features = FEATURES  # torchmetrics asks for it

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    @torch.no_grad()
    def forward(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` in [-1, 1], rounded to bytes as files are, to ``(N, 2048)``."""
        device = next(self.network.parameters()).device
        whole = ((image.detach() + 1) * 127.5).round().clamp(0, 255).to(device, torch.uint8)
        found: Tensor = self.network(whole)[0]  # (N, 2048)
        return found.float()


def inception_of(tensors: Mapping[str, Tensor]) -> Inception:
    """The network of published weights, frozen.

    Args:
        tensors: of torch-fidelity's or pytorch-fid's file, by name; both name them alike.

    Raises:
        UserError: if torch-fidelity is not installed, or the tensors are those of something else.

    Example:
        >>> inception_of({"weight": torch.ones(2)})
        Traceback (most recent call last):
        styleforge.errors.UserError: it holds no Inception of FID: ...
    """
    network = _network()
    with TemporaryDirectory() as folder:  # the library reads a file; this one is our own
        path = Path(folder) / "inception.pth"
        torch.save({name: one.float() for name, one in tensors.items()}, path)
        arguments: dict[str, Any] = {"feature_extractor_weights_path": str(path)}
        try:
            made = network("inception-v3-compat", [str(FEATURES)], **arguments)
        except RuntimeError as error:
            lines = " ".join(str(error).split())
            msg = f"it holds no Inception of FID: {lines[:160]}..."
            raise UserError(msg) from error
    return Inception(made)


def _network() -> type[FeatureExtractorInceptionV3]:
    try:
        from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
    except ImportError as error:
        msg = f"Inception's features need torch-fidelity: {ADVICE}."
        raise UserError(msg) from error
    found: type[FeatureExtractorInceptionV3] = FeatureExtractorInceptionV3
    return found
