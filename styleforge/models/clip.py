"""CLIP as a component: words and pictures in one space (Radford et al. 2021).

The network and its tokenizer are those of ``transformers`` (the extra ``[clip]``); what is here is
how pictures in [-1, 1] of any size are fed to them. Weights are the user's to download, nothing
here does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge.errors import UserError
from styleforge.models.declared import Unfit, check_header, check_numbers, check_torch_file

# CLIP's statistics of pictures in [0, 1].
MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)


class ClipEncoder(nn.Module):
    """Embeds words and pictures; satisfies ``styleforge.pack.protocols.TextImageEncoder``.

    Pictures are reduced to the network's size (224) without regard to their aspect.

    ``ClipEncoder(other.clip, other.tokenizer, normalize=False)`` shares the weights of ``other``.

    Args:
        clip: a ``transformers.CLIPModel``.
        tokenizer: its ``transformers.CLIPTokenizer``.
        normalize: feed pictures as CLIP was trained, in [0, 1] less its mean, by its deviation;
            reduced by adaptive average pooling, as HairCLIP's reference pictures are. Without it
            they are fed in [-1, 1] as they are, the way HairCLIP's and StyleCLIP's published text
            loss does: enlarged 7 times by repetition, then averaged over squares of 32 for a
            picture of 1024. That is the mean over every output pixel's exact area, which is what
            is computed here, for every size and without the 7168 pixels in between.
        unit: bring embeddings to length 1. Without it they are as CLIP gives them (lengths of
            about 10), which is what HairCLIP's published mapper was trained on; losses that take
            a scalar product for a cosine need length 1.

    Example:
        >>> ClipEncoder.from_folder("my-clip")  # doctest: +SKIP
    """

    clip: Any
    mean: Tensor
    std: Tensor

    def __init__(
        self, clip: nn.Module, tokenizer: Any, *, normalize: bool = True, unit: bool = True
    ) -> None:
        super().__init__()
        config: Any = clip.config
        self.clip, self.tokenizer = clip, tokenizer
        self.normalize, self.unit = normalize, unit
        self.width: int = config.projection_dim
        self.size: int = config.vision_config.image_size
        self.context: int = config.text_config.max_position_embeddings
        self.register_buffer("mean", torch.tensor(MEAN)[:, None, None], persistent=False)
        self.register_buffer("std", torch.tensor(STD)[:, None, None], persistent=False)

    @classmethod
    def from_folder(
        cls, path: str | Path, *, normalize: bool = True, unit: bool = True
    ) -> ClipEncoder:
        """A frozen encoder from a folder that the user has downloaded; nothing is fetched.

        Args:
            path: a folder in the layout of Hugging Face: ``config.json``, ``model.safetensors``
                (or ``pytorch_model.bin``, of which only tensors are loaded) and the tokenizer's
                files, such as a copy of ``openai/clip-vit-base-patch32``.
            normalize: see the class.
            unit: see the class.

        Raises:
            UserError: the extra ``[clip]`` is not installed, or the folder holds no CLIP.
        """
        try:
            from transformers import CLIPModel, CLIPTokenizer
        except ImportError as error:
            raise UserError(
                "CLIP needs the package transformers, which is not installed. Install it with "
                'pip install "styleforge[clip]".'
            ) from error
        path = Path(path)
        if not (path / "config.json").is_file():
            raise UserError(
                f"There is no config.json in {path}; give a folder with a CLIP that you have "
                "downloaded, such as a copy of openai/clip-vit-base-patch32 from Hugging Face."
            )
        try:
            _check_folder(path)
            clip, report = CLIPModel.from_pretrained(
                path, local_files_only=True, output_loading_info=True
            )
            tokenizer = CLIPTokenizer.from_pretrained(path, local_files_only=True)
            check_numbers(dict(clip.named_parameters()))
        except Exception as error:  # a foreign library on foreign files
            raise UserError(
                f"{path} cannot be read as a CLIP ({_first_line(error)}). It takes config.json, "
                "the weights and the tokenizer's files (vocab.json and merges.txt)."
            ) from error
        lacking = sorted(report["missing_keys"])
        if lacking or len(tokenizer) > clip.config.text_config.vocab_size or len(tokenizer) < 4:
            # The library would go on with random weights, or with ids that embed nothing.
            what = f"no weights for {lacking[0]}" if lacking else f"{len(tokenizer)} tokens"
            raise UserError(
                f"{path} holds {what}, which is not a whole CLIP. Download the folder again, with "
                "its weights and its tokenizer's files (vocab.json and merges.txt)."
            )
        encoder = cls(clip.float(), tokenizer, normalize=normalize, unit=unit)
        return encoder.eval().requires_grad_(False)

    def place(self, text: str, about: str = "") -> tuple[str, tuple[str, ...]]:
        """The words without space around them; CLIP has a token for everything.

        Raises:
            UserError: if there are none.
        """
        del about  # it reads all words alike
        said = " ".join(text.split())
        if not said:
            raise UserError("The description is empty; say in words what it should look like.")
        count = len(self.tokenizer([said]).input_ids[0]) - 2  # less the marks of start and end
        room = self.context - 2
        if count <= room:
            return said, ()
        return said, (f"The description has {count} tokens; CLIP reads the first {room}.",)

    def embed_text(self, texts: Sequence[str]) -> Tensor:
        """Descriptions to embeddings ``(N, width)``, of length 1 where ``unit``."""
        tokens = self.tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=self.context,
            return_tensors="pt",
        ).to(self.mean.device)
        found = self.clip.text_model(
            input_ids=tokens.input_ids, attention_mask=tokens.attention_mask
        )
        return self._finished(self.clip.text_projection(found.pooler_output))

    def embed_image(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` in [-1, 1], of any size, to ``(N, width)``.

        Differentiable in the picture.
        """
        fed = self.fed(image)
        found = self.clip.vision_model(pixel_values=fed)
        return self._finished(self.clip.visual_projection(found.pooler_output))

    def fed(self, image: Tensor) -> Tensor:
        """What the network sees of a picture ``(N, 3, H, W)``: ``(N, 3, size, size)``."""
        if not self.normalize:
            return area_mean(image, self.size)
        small = functional.adaptive_avg_pool2d(image, self.size)
        return (small * 0.5 + 0.5 - self.mean) / self.std

    def _finished(self, embedding: Tensor) -> Tensor:
        return functional.normalize(embedding, dim=1) if self.unit else embedding


def _check_folder(path: Path) -> None:
    """Refuse sizes that need more weights than there are, before a network is built of them.

    Raises:
        ValueError: saying what does not fit.
    """
    config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    needed = 0
    for part in ("text_config", "vision_config"):
        sizes = config.get(part) or {}
        width, inner, layers = (
            int(sizes.get(name) or 1)
            for name in ("hidden_size", "intermediate_size", "num_hidden_layers")
        )
        needed += layers * width * (4 * width + 2 * inner)  # attention; the layers behind it
        needed += int(sizes.get("vocab_size") or 0) * width
    stored = 0
    for file in path.iterdir():
        if file.suffix in {".safetensors", ".bin"}:
            stored += file.stat().st_size
            (check_header if file.suffix == ".safetensors" else check_torch_file)(file)
    if needed > stored:  # a byte for each at least
        raise Unfit(f"its config.json needs {needed:,} weights and the files have {stored:,} bytes")


def area_mean(image: Tensor, size: int) -> Tensor:
    """``(N, C, H, W)`` to ``(N, C, size, size)``: means over each output pixel's exact area.

    Pixels that lie partly inside count partly.

    Example:
        >>> area_mean(torch.tensor([[[[0.0, 1.0], [2.0, 3.0]]]]), 1)
        tensor([[[[1.5000]]]])
    """
    down = _shares(image.shape[-2], size).to(image)  # (size, H)
    across = _shares(image.shape[-1], size).to(image)  # (size, W)
    return down @ image @ across.T


def _shares(length: int, size: int) -> Tensor:
    """``(size, length)``: how much of each output pixel comes from each input pixel."""
    edges = torch.arange(size + 1, dtype=torch.float64) * length / size
    pixels = torch.arange(length, dtype=torch.float64)
    ends = torch.minimum(edges[1:, None], pixels + 1)
    starts = torch.maximum(edges[:-1, None], pixels)
    return (ends - starts).clamp(min=0) * size / length


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__).rstrip(".")
