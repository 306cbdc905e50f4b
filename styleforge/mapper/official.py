"""Reads mappers in the layout of the published HairCLIP checkpoint.

Its ``state_dict`` holds the network under ``mapper.``, beside the generator (``decoder.``) and CLIP
(``mapper.clip_model.``), which are not read. The hairstyle drives the coarse and medium rows, the
colour the fine ones. Only tensors are loaded (``weights_only``).
"""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from styleforge.errors import UserError
from styleforge.mapper.network import Injection, Mapper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

# The published names of the groups ("course" is how the checkpoint spells it), and their rows.
GROUPS = {"course_mapping": ("coarse", range(4)), "medium_mapping": ("medium", range(4, 8)),
          "fine_mapping": ("fine", range(8, 18))}  # fmt: skip
NAMES = {"fc": "linear", "gamma_function": "gamma", "beta_function": "beta"}
KEY = re.compile(r"(?:mapper\.)?(\w+_mapping)\.modulation_module_list\.(\d+)\.(\w+)\.(.+)")


def load_official(
    path: str | Path, *, style: str = "hair.shape", colour: str = "hair.appearance"
) -> Mapper:
    """A mapper with the weights of a checkpoint in the published layout.

    A group that the checkpoint lacks (``no_coarse_mapper`` and the like) is left out: its rows stay
    as they are.

    Args:
        path: a ``.pt`` file.
        style: the attribute that drives the coarse and medium rows.
        colour: the attribute that drives the fine rows.

    Raises:
        UserError: no such file, not a checkpoint of tensors, or one without a mapper.
    """
    tensors = _tensors(Path(path))
    found: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        match = KEY.fullmatch(name)
        if match is None or match[1] not in GROUPS or match[3] not in NAMES:
            continue
        group = GROUPS[match[1]][0]
        key = f"layers.{match[2]}.{NAMES[match[3]]}.{match[4]}"
        found.setdefault(group, {})[key] = tensor.float()
    if not found:
        raise UserError(
            f"{path} holds no mapper: no tensor is named like "
            "'mapper.fine_mapping.modulation_module_list.0.fc.weight'. Give a HairCLIP checkpoint."
        )
    injections = [
        Injection(group, colour if group == "fine" else style, tuple(rows))
        for group, rows in GROUPS.values()
        if group in found
    ]
    first = next(iter(found.values()))
    depth = 1 + max(int(key.split(".")[1]) for key in first)
    width, embedding = first["layers.0.gamma.3.weight"].shape[0], first["layers.0.gamma.0.weight"]
    mapper = Mapper(
        injections, rows=18, width=width, embedding=embedding.shape[1],
        hidden=embedding.shape[0], depth=depth,
    )  # fmt: skip
    for group, state in found.items():
        missing, unexpected = mapper.parts[group].load_state_dict(state, strict=False)
        if missing or unexpected:
            raise UserError(
                f"{path} lacks {missing[:3]} or has {unexpected[:3]} in its {group} group; "
                "the file is damaged, or of another version."
            )
    return mapper.eval()


def _tensors(path: Path) -> Mapping[str, Tensor]:
    if not path.is_file():
        raise UserError(f"There is no file {path}; give the path of a HairCLIP checkpoint.")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        raise UserError(
            f"{path} cannot be read as a checkpoint of tensors ({str(error).splitlines()[0]}). "
            "Other pickles are refused, because they can run code."
        ) from error
    state = content.get("state_dict", content) if isinstance(content, dict) else {}
    return {key: value for key, value in state.items() if isinstance(value, torch.Tensor)}
