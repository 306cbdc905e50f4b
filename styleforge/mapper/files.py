"""Mappers on disk: safetensors in half precision, with their shape in the header."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from styleforge.errors import UserError
from styleforge.files import write_whole
from styleforge.mapper.network import Injection, Mapper
from styleforge.models.undrawn import undrawn

if TYPE_CHECKING:
    from torch import Tensor


def save_mapper(mapper: Mapper, path: str | Path) -> None:
    """Write a mapper; an older file of the name is replaced once the new one is whole.

    Raises:
        UserError: if the file cannot be written.

    Example:
        >>> from styleforge.testing import toy_mapper
        >>> save_mapper(toy_mapper.mapper(), "toy.safetensors")
        >>> load_mapper("toy.safetensors").attributes
        ('toy.shape', 'toy.appearance')
    """
    path = Path(path)
    shape = {
        "injections": [asdict(one) for one in mapper.injections],
        "rows": mapper.rows,
        "width": mapper.width,
        "embedding": mapper.embedding,
        "hidden": mapper.hidden,
        "depth": mapper.depth,
        "norm": mapper.norm,
    }
    halves: dict[str, Tensor] = {
        key: value.detach().cpu().half().contiguous() for key, value in mapper.state_dict().items()
    }

    def fill(partial: Path) -> None:
        save_file(halves, partial, metadata={"mapper": json.dumps(shape)})
        partial.chmod(0o644)  # safetensors writes for the owner alone

    write_whole(path, fill)


def load_mapper(path: str | Path) -> Mapper:
    """A mapper as `save_mapper` wrote it.

    Raises:
        UserError: if there is no such file, or it holds something else.

    Example:
        >>> from styleforge.testing import toy_mapper
        >>> save_mapper(toy_mapper.mapper(), "toy.safetensors")
        >>> load_mapper("toy.safetensors").injections[0]
        Injection(name='coarse', attribute='toy.shape', rows=(0, 1))
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"There is no mapper {path}; train one with `styleforge train`.")
    try:
        with safe_open(path, framework="pt") as content:
            shape = json.loads((content.metadata() or {})["mapper"])
            state = {key: content.get_tensor(key).float() for key in content.keys()}  # noqa: SIM118
        injections = [
            Injection(one["name"], one["attribute"], tuple(one["rows"]))
            for one in shape.pop("injections")
        ]
        with undrawn():
            mapper = Mapper(injections, **shape)
        mapper.load_state_dict(state)
    except (SafetensorError, OSError, LookupError, ValueError, TypeError,
            AttributeError, RuntimeError, UserError) as error:  # fmt: skip
        raise UserError(
            f"{path} is no mapper of styleforge ({error}). Official checkpoints are read by "
            "styleforge.mapper.official."
        ) from error
    return mapper.eval()
