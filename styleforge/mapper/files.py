"""Mappers on disk: safetensors in half precision, with their shape in the header."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from safetensors import safe_open

from styleforge.errors import UserError, printable
from styleforge.mapper.network import Injection, Mapper
from styleforge.mapper.sizes import Sizes
from styleforge.models.declared import check_header, check_numbers
from styleforge.models.halves import write_halves
from styleforge.models.undrawn import undrawn

_SHOWN = 300  # characters of what a reader says


def save_mapper(mapper: Mapper, path: str | Path) -> None:
    """Write a mapper; an older file of the name is replaced once the new one is whole.

    Raises:
        UserError: if weights are not finite, or the file cannot be written.

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
    write_halves(path, mapper.state_dict(), {"mapper": json.dumps(shape)})


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
        check_header(path)
        with safe_open(path, framework="pt") as content:
            shape = json.loads((content.metadata() or {})["mapper"])
            state = {key: content.get_tensor(key) for key in content.keys()}  # noqa: SIM118
        check_numbers(state)
        injections = [
            Injection(str(one["name"]), str(one["attribute"]), tuple(one["rows"]))
            for one in shape.pop("injections")
        ]
        norm = shape.pop("norm", "rows")
        sizes = Sizes(**shape)
        sizes.check(len(injections), sum(one.numel() for one in state.values()))
        with undrawn():
            mapper = Mapper(injections, **asdict(sizes), norm=norm)
        mapper.load_state_dict({key: one.float() for key, one in state.items()})
    except Exception as error:  # whatever a file that was changed makes a reader do
        why = printable(str(error) or type(error).__name__, _SHOWN)
        raise UserError(
            f"{path} is no mapper of styleforge ({why}). Official checkpoints are read by "
            "styleforge.mapper.official."
        ) from error
    return mapper.eval()
