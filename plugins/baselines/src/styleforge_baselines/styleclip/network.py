"""StyleCLIP's mapper: a network for one description, its step and its file (section 5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from styleforge.errors import UserError
from styleforge.mapper.outside import weights_folder
from styleforge.models.stylegan2.mapping import Mapping as FullyConnected
from styleforge_baselines.styleclip.files import read_file, write_file

if TYPE_CHECKING:
    from styleforge.pack.models import Models

LAYERS = 4  # of each group, behind a normalisation of the row
FIRST = (4, 8)  # rows where the medium and the fine group begin
SCALE = 0.1  # of what the network gives
SAME = 0.999  # cosine from which two embeddings are of one description


class Levels(nn.Module):
    """Three networks, for coarse, medium and fine rows; a group without rows has none.

    Args:
        rows: of W+.
        width: of a row.

    Example:
        >>> Levels(14, 8)(torch.randn(2, 14, 8)).shape
        torch.Size([2, 14, 8])
    """

    def __init__(self, rows: int, width: int) -> None:
        super().__init__()
        self.rows, self.width = rows, width
        bounds = [0, *(min(one, rows) for one in FIRST), rows]
        self.sizes = [end - begin for begin, end in pairwise(bounds)]
        self.groups = nn.ModuleList(
            FullyConnected(width, layers=LAYERS) for size in self.sizes if size
        )

    def forward(self, latent: Tensor) -> Tensor:
        """The step ``(N, rows, width)`` from W+ of that shape, before it is scaled."""
        parts = torch.split(latent, [size for size in self.sizes if size], dim=1)
        return torch.cat(
            [
                group(part.flatten(0, 1)).view_as(part)
                for group, part in zip(self.groups, parts, strict=True)
            ],
            dim=1,
        )


class Described:
    """Networks by attribute and description; takes the place of a mapper.

    Args:
        networks: each behind its attribute's name, its description and the embedding of that
            ``(1, E)``.
        how: what to do about a description without a network, as a sentence.
    """

    def __init__(self, networks: Sequence[tuple[str, str, Tensor, Levels]], how: str) -> None:
        self._networks = tuple(networks)
        self._how = how
        self.attributes = tuple(dict.fromkeys(name for name, _, _, _ in networks))

    def __call__(
        self,
        latent: Tensor,
        conditions: Mapping[str, Tensor],
        *,
        absent: str = "zero",
        strengths: Mapping[str, float] | None = None,
    ) -> Tensor:
        """W+ ``(N, rows, width)`` plus 0.1 times the step of each network that is asked for."""
        strengths = strengths or {}
        edited = latent
        for name, condition in conditions.items():
            network = self._network(name, condition)
            with torch.no_grad():
                step = SCALE * network(latent)
            edited = edited + strengths.get(name, 1.0) * step
        return edited

    def _network(self, attribute: str, condition: Tensor) -> Levels:
        own = [one for one in self._networks if one[0] == attribute]
        for _, _, embedding, network in own:
            if float((embedding.to(condition) * condition).sum()) > SAME:
                return network
        have = ", ".join(repr(text) for _, text, _, _ in own) or "none"
        msg = (
            "StyleCLIP's mapper is one network for one description, and none was trained for what "
            f"was asked of {attribute}; there are: {have}. {self._how}"
        )
        raise UserError(msg)


def of_pack(models: Models, domain: str) -> Described:
    """The networks that the user trained for a pack and a domain.

    Raises:
        UserError: if there are none, or a file cannot be read.
    """
    pack = models.pack.name
    how = f"Train it: `{_command(pack, domain)}`."
    found = [read(path) for path in sorted(folder_of(pack).glob("*.safetensors"))]
    own = [one for one in found if one[0].partition(".")[0] == domain]
    if not own:
        msg = f"No mapper of StyleCLIP was trained for {domain} with the pack {pack!r}. {how}"
        raise UserError(msg)
    generator = models.get("generator")
    for attribute, text, _, network in own:
        if (network.rows, network.width) != (generator.rows, generator.width):
            msg = f"The mapper of {text!r} for {attribute} is of another generator. {how}"
            raise UserError(msg)
        network.to(models.device, models.dtype)
    return Described(own, how)


def lacks(pack: str, domain: str) -> str:
    """The network that was not trained for a pack and a domain, in words; empty where one was.

    Example:
        >>> lacks("toy", "toy").partition(" (`")[0]
        "a network of StyleCLIP's for some words of toy"
    """
    if any(folder_of(pack).glob(f"{domain}.*.safetensors")):
        return ""
    how = f"`{_command(pack, domain)}` trains one"
    return f"a network of StyleCLIP's for some words of {domain} ({how})"


def _command(pack: str, domain: str) -> str:
    return f"python -m styleforge_baselines.styleclip mapper {domain}.ATTRIBUTE WORDS --pack {pack}"


def folder_of(pack: str) -> Path:
    """Where the networks are that the user trained for a pack.

    Example:
        >>> folder_of("portraits").name
        'styleclip'
    """
    return weights_folder(pack) / "styleclip"


def file_of(pack: str, attribute: str, text: str) -> Path:
    """The file of a network.

    Example:
        >>> file_of("portraits", "hair.shape", "long, wavy").name
        'hair.shape-long-wavy.safetensors'
    """
    words = "-".join(re.findall(r"\w+", text.casefold()))
    return folder_of(pack) / f"{attribute}-{words}.safetensors"


def write(path: Path, attribute: str, text: str, embedding: Tensor, network: Levels) -> None:
    """Write a network in half precision.

    Raises:
        UserError: if values are not finite, or the file cannot be written.
    """
    about: dict[str, Any] = {"attribute": attribute, "text": text}
    about |= {"rows": network.rows, "width": network.width}
    tensors = {"embedding": embedding, **network.state_dict()}
    write_file(path, about, tensors)


def read(path: Path) -> tuple[str, str, Tensor, Levels]:
    """A network behind its attribute, its description and the embedding of that.

    Raises:
        UserError: if the file holds something else.
    """
    try:
        about, tensors = read_file(path)
        network = Levels(int(about["rows"]), int(about["width"]))
        embedding = torch.nn.functional.normalize(tensors.pop("embedding"), dim=1)
        network.load_state_dict(tensors)
        network.requires_grad_(requires_grad=False)
        return str(about["attribute"]), str(about["text"]), embedding, network
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        msg = f"{path} is no mapper of StyleCLIP ({reason}); remove it, and train it again."
        raise UserError(msg) from error
