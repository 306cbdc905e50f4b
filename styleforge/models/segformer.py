"""SegFormer as a component that parses pictures into labels (Xie et al. 2021).

The network is that of ``transformers`` (the extra ``[clip]`` brings it); what is here is how
pictures in [-1, 1] of any size are fed to it. Weights are the user's to download.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge.errors import UserError

SIDE = 512  # of the picture that the network sees, where its folder does not say
MEAN = (0.485, 0.456, 0.406)  # ImageNet's colours in [0, 1]
STD = (0.229, 0.224, 0.225)


class SegFormer(nn.Module):
    """Pictures to the probabilities of labels.

    Args:
        network: a ``transformers.SegformerForSemanticSegmentation``.
        side: of the picture that it sees.

    Attributes:
        labels: the labels by their numbers.

    Example:
        >>> SegFormer.from_folder("my-parser")  # which is not there
        Traceback (most recent call last):
        styleforge.errors.UserError: ...
    """

    mean: Tensor
    std: Tensor

    def __init__(self, network: nn.Module, side: int = SIDE) -> None:
        super().__init__()
        self.network = network
        self.side = side
        config: Any = network.config
        self.labels = tuple(str(config.id2label[index]) for index in range(config.num_labels))
        self.register_buffer("mean", torch.tensor(MEAN)[:, None, None], persistent=False)
        self.register_buffer("std", torch.tensor(STD)[:, None, None], persistent=False)

    @classmethod
    def from_folder(cls, path: str | Path) -> SegFormer:
        """A frozen parser from a folder that the user has downloaded; nothing is fetched.

        Args:
            path: a folder in the layout of Hugging Face: ``config.json`` and ``model.safetensors``
                (or ``pytorch_model.bin``, of which only tensors are loaded).

        Raises:
            UserError: transformers is not installed, or the folder holds no SegFormer.
        """
        try:
            from transformers import SegformerForSemanticSegmentation
        except ImportError as error:
            raise UserError(
                "SegFormer needs the package transformers, which is not installed. Install it with "
                'pip install "styleforge[clip]".'
            ) from error
        path = Path(path)
        if not (path / "config.json").is_file():
            raise UserError(f"there is no config.json in {path}")
        try:
            network, report = SegformerForSemanticSegmentation.from_pretrained(
                path, local_files_only=True, output_loading_info=True
            )
        except Exception as error:  # a foreign library on foreign files
            first = next(iter(str(error).splitlines()), type(error).__name__).rstrip(".")
            raise UserError(f"{path} cannot be read as a SegFormer ({first})") from error
        lacking = sorted(report["missing_keys"])
        if lacking:  # the library would go on with random weights
            raise UserError(
                f"{path} holds no weights for {lacking[0]}, so it is no whole SegFormer"
            )
        return cls(network.float()).eval().requires_grad_(requires_grad=False)

    def forward(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1] to probabilities ``(N, len(labels), H, W)``."""
        size = image.shape[-2:]
        fed = functional.interpolate(
            image, (self.side, self.side), mode="bilinear", align_corners=False, antialias=True
        )
        fed = (fed * 0.5 + 0.5 - self.mean) / self.std  # (N, 3, side, side)
        logits: Tensor = self.network(pixel_values=fed).logits  # (N, labels, side / 4, side / 4)
        logits = functional.interpolate(logits, size, mode="bilinear", align_corners=False)
        return logits.softmax(1)
