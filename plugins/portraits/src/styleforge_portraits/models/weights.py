"""Weights on disk: safetensors in half precision, a JSON model card beside each file."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from safetensors.torch import load_file

from styleforge.errors import UserError, printable
from styleforge.files import write_text
from styleforge.models.declared import check_header, check_numbers
from styleforge.models.halves import write_halves
from styleforge.models.undrawn import undrawn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor, nn

Network = TypeVar("Network", bound="nn.Module")


def weights_folder() -> Path:
    """Where the pack's weights lie."""
    return Path(str(resources.files("styleforge_portraits"))) / "weights"


def save_weights(
    state: Mapping[str, Tensor], name: str, card: Mapping[str, Any], folder: Path | None = None
) -> None:
    """Write ``name.safetensors`` (floats as fp16) and the card ``name.json``.

    Raises:
        UserError: if weights are not finite, or the files cannot be written.
    """
    folder = weights_folder() if folder is None else folder
    write_halves(folder / f"{name}.safetensors", state)
    write_text(folder / f"{name}.json", json.dumps(dict(card), indent=1) + "\n")


def load_weights(name: str, folder: Path | None = None) -> dict[str, Tensor]:
    """The tensors of ``name.safetensors``, floats as fp32.

    Raises:
        UserError: when the file is not there, or is damaged.
    """
    folder = weights_folder() if folder is None else folder
    file = folder / f"{name}.safetensors"
    if not file.exists():
        raise UserError(
            f"The portraits pack has no weights {file.name} in {folder}; train them with "
            f"`python -m styleforge_portraits.training {name}` or reinstall the pack."
        )
    try:
        check_header(file)
        tensors = load_file(file)
        check_numbers(tensors)
    except Exception as error:  # whatever a damaged file makes the reader do
        raise _damaged(file, str(error) or type(error).__name__) from error
    return {k: v.float() if v.is_floating_point() else v for k, v in tensors.items()}


def fill(build: Callable[[], Network], name: str, folder: Path | None = None) -> Network:
    """Build a network, load the pack's weights of that name and freeze it.

    Raises:
        UserError: when the file is not there, damaged, or of another network.
    """
    weights = load_weights(name, folder)
    try:
        return filled(build, weights)
    except RuntimeError as error:
        file = (weights_folder() if folder is None else folder) / f"{name}.safetensors"
        raise _damaged(file, "they are another network's") from error


def filled(build: Callable[[], Network], weights: Mapping[str, Tensor]) -> Network:
    """Build a network, load weights and freeze it, ready for inference."""
    with undrawn():
        network = build()
    network.load_state_dict(weights)
    return network.eval().requires_grad_(requires_grad=False).to(memory_format=torch.channels_last)


def _damaged(file: Path, why: str) -> UserError:
    return UserError(
        f"The weights {file} cannot be used: {printable(why, 300)}. Reinstall the pack, or train "
        f"them again with `python -m styleforge_portraits.training {file.stem}`."
    )


def load_card(name: str, folder: Path | None = None) -> dict[str, Any]:
    """The model card of a weight file; empty when there is none."""
    file = (weights_folder() if folder is None else folder) / f"{name}.json"
    card: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return card
