"""A measurement of a pack's style space as a file: read, written, and found for a pack."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError

from styleforge.errors import UserError
from styleforge.mapper.outside import weights_folder
from styleforge_baselines.styleclip.files import read_file, write_file
from styleforge_baselines.styleclip.relevance import Relevance

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.models import Models

SHIPPED = Path(__file__).parent / "weights"
COMMAND = "python -m styleforge_baselines.styleclip directions"
NEUTRAL = "neutral."


@dataclass(frozen=True)
class Measurement:
    """What was measured of a pack.

    Attributes:
        relevance: of the generator's channels.
        neutral: what is said of an attribute in general, by its name: embeddings ``(1, E)``.
        digest: of the generator's and the encoder's weights.
    """

    relevance: Relevance
    neutral: Mapping[str, Tensor]
    digest: str


def found_for(models: Models) -> Measurement:
    """The measurement of a pack: the user's own, else the one that comes with this distribution.

    Raises:
        UserError: if there is none, it cannot be read, or it is of other weights.
    """
    pack = models.pack.name
    path = file_for(pack)
    how = f"Measure it with `{COMMAND} --pack {pack}`."
    if path is None:
        raise UserError(f"The style space of the pack {pack!r} was not measured yet. {how}")
    found = read(path)
    if found.digest != digest_of(models):
        msg = f"The style space of the pack {pack!r} was measured with other weights. {how}"
        raise UserError(msg)
    return found


def file_for(pack: str) -> Path | None:
    """The user's own measurement of a pack, else the one that is shipped; None without any."""
    files = own_file(pack), SHIPPED / f"directions_{pack}.safetensors"
    return next((path for path in files if path.is_file()), None)


def own_file(pack: str) -> Path:
    """Where the user's own measurement of a pack is.

    Example:
        >>> own_file("portraits").name
        'styleclip_directions.safetensors'
    """
    return weights_folder(pack) / "styleclip_directions.safetensors"


def write(path: Path, found: Measurement) -> None:
    """Write a measurement, in half precision.

    Raises:
        UserError: if values are not finite, or the file cannot be written.
    """
    tensors = {
        "moves": found.relevance.moves,
        "basis": found.relevance.basis,
        "deviations": found.relevance.deviations,
        **{NEUTRAL + name: one for name, one in found.neutral.items()},
    }
    about = {"samples": found.relevance.samples, "digest": found.digest}
    write_file(path, about, tensors)


def read(path: Path) -> Measurement:
    """A measurement as `write` wrote it.

    Raises:
        UserError: if the file holds something else.
    """
    try:
        about, tensors = read_file(path)
        relevance = Relevance(
            tensors["moves"], tensors["basis"], tensors["deviations"], int(about["samples"])
        )
        neutral = {
            name.removeprefix(NEUTRAL): one
            for name, one in tensors.items()
            if name.startswith(NEUTRAL)
        }
        return Measurement(relevance, neutral, str(about["digest"]))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        msg = f"{path} is no measurement of a style space ({error}); measure it again."
        raise UserError(msg) from error


def digest_of(models: Models) -> str:
    """SHA-256 over the weights of the generator and the text-image encoder."""
    digest = hashlib.sha256()
    for kind in ("generator", "embedding"):
        for name, one in _state(models.get(kind)).items():
            digest.update(f"{kind} {name} {tuple(one.shape)}".encode())
            digest.update(one.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _state(component: Any) -> Mapping[str, Tensor]:
    """The weights of a component; none of one that is no network."""
    module = getattr(component, "inner", component)
    return module.state_dict() if isinstance(module, torch.nn.Module) else {}
