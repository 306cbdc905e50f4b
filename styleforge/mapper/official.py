"""Reads mappers in the layout of the published HairCLIP checkpoint.

Its ``state_dict`` holds the network under ``mapper.``, beside the generator (``decoder.``) and CLIP
(``mapper.clip_model.``), which are not read. One condition drives the coarse and medium rows, the
other, a colour, the fine ones. Only tensors are loaded (``weights_only``).

The published network was trained on CLIP embeddings as they come, not brought to length 1; see
``styleforge.models.clip.ClipEncoder(unit=False)``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.errors import UserError
from styleforge.mapper.network import Injection, Mapper
from styleforge.mapper.sizes import Sizes
from styleforge.models.tensors import read_tensors
from styleforge.models.undrawn import undrawn

if TYPE_CHECKING:
    from torch import Tensor

# The published names of the groups ("course" is how the checkpoint spells it), and their rows.
GROUPS = {"course_mapping": ("coarse", range(4)), "medium_mapping": ("medium", range(4, 8)),
          "fine_mapping": ("fine", range(8, 18))}  # fmt: skip
NAMES = {"fc": "linear", "gamma_function": "gamma", "beta_function": "beta"}
KEY = re.compile(r"(?:mapper\.)?(\w+_mapping)\.modulation_module_list\.(\d+)\.(\w+)\.(.+)")


def load_official(path: str | Path, *, style: str, colour: str) -> Mapper:
    """A mapper with the weights of a checkpoint in the published layout, frozen.

    A group that the checkpoint lacks (``no_coarse_mapper`` and the like) is left out: its rows stay
    as they are.

    Args:
        path: a ``.pt`` file.
        style: the attribute that drives the coarse and medium rows (rows 0 to 7).
        colour: the attribute that drives the fine rows (rows 8 to 17).

    Raises:
        UserError: no such file, not a checkpoint of tensors, one without a mapper, or one whose
            mapper lacks weights or has them in shapes that do not fit each other.

    Example:
        >>> load_official("mine.pt", style="lips.shape", colour="lips.colour")
        Traceback (most recent call last):
        styleforge.errors.UserError: There is no file mine.pt; give the path of a HairCLIP ...
    """
    tensors = read_tensors(path, "a HairCLIP checkpoint", _is_of_the_mapper)
    return mapper_of(tensors, path, style=style, colour=colour)


def mapper_tensors(state: Mapping[str, Any]) -> dict[str, Tensor]:
    """Of a checkpoint's tensors those of the mapper, by the names that they have there.

    Example:
        >>> mapper_tensors({"decoder.input.input": 1})
        {}
    """
    found = {}
    for name, tensor in state.items():
        match = KEY.fullmatch(name)
        if match is not None and match[1] in GROUPS:
            found[name] = tensor
    return found


def mapper_of(
    tensors: Mapping[str, Tensor], path: str | Path, *, style: str, colour: str
) -> Mapper:
    """A mapper with these weights, as `load_official`, which came from ``path``.

    Raises:
        UserError: there is no mapper among them, or one that lacks weights.

    Example:
        >>> mapper_of({}, "mine.pt", style="lips.shape", colour="lips.colour")
        Traceback (most recent call last):
        styleforge.errors.UserError: mine.pt holds no mapper: no tensor is named like ...
    """
    found = _groups(tensors)
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
    first, state = next(iter(found.items()))
    inside, last = state.get("layers.0.gamma.0.weight"), state.get("layers.0.gamma.3.weight")
    if inside is None or last is None or inside.ndim != 2 or last.ndim != 2:
        raise _damaged(path, first, "the weights of gamma_function in module 0")
    modules = {int(key.split(".")[1]) for key in state}
    if modules != set(range(len(modules))):
        raise _damaged(path, first, f"the modules {sorted(modules)}")
    sizes = Sizes(rows=18, width=last.shape[0], embedding=inside.shape[1],
                  hidden=inside.shape[0], depth=len(modules))  # fmt: skip
    try:
        sizes.check(len(injections), sum(one.numel() for some in found.values()
                                         for one in some.values()))  # fmt: skip
    except ValueError as error:
        raise _damaged(path, first, str(error)) from error
    with undrawn():
        mapper = Mapper(injections, **asdict(sizes))
    for group, state in found.items():
        wanted = mapper.parts[group].state_dict()
        wrong = sorted(wanted.keys() ^ state.keys()) or [
            name for name, tensor in wanted.items() if tensor.shape != state[name].shape
        ]
        if wrong:
            raise _damaged(path, group, ", ".join(wrong[:3]))
        mapper.parts[group].load_state_dict(state)
    return mapper.eval().requires_grad_(False)


def _groups(tensors: Mapping[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """The tensors of every group by our names."""
    found: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        match = KEY.fullmatch(name)
        if match is None or match[1] not in GROUPS or match[3] not in NAMES:
            continue
        key = f"layers.{match[2]}.{NAMES[match[3]]}.{match[4]}"
        found.setdefault(GROUPS[match[1]][0], {})[key] = tensor.float()
    return found


def _damaged(path: str | Path, group: str, what: str) -> UserError:
    return UserError(
        f"The {group} group of {path} lacks weights, has too many or has them in other shapes "
        f"({what}); the file is damaged, or of another version. Download it again."
    )


def _is_of_the_mapper(name: str) -> bool:
    return KEY.fullmatch(name) is not None
