"""HairCLIP's mapper."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from styleforge.mapper.official import mapper_of, mapper_tensors
from styleforge.models.converted import Converted
from styleforge.models.stylegan2.rosinality import find_rosinality
from styleforge.models.tensors import read_checkpoint
from styleforge.weights.layouts.written import Read, written
from styleforge.weights.row import FileLayout

if TYPE_CHECKING:
    from styleforge.weights.kept import Kept


def _read_hairclip(path: Path, folder: Path) -> Read:
    """HairCLIP's checkpoint; of what is in it the mapper alone is kept."""
    content = read_checkpoint(path, "a HairCLIP checkpoint")
    state = content.get("state_dict", content)
    tensors = mapper_tensors(state if isinstance(state, Mapping) else {})
    mapper = mapper_of(tensors, path, style="a.style", colour="a.colour")
    notes = []
    if find_rosinality(content) is not None:
        notes.append(
            "The file holds a generator as well; `styleforge weights add` takes it from the same "
            "file under a generator's name."
        )
    facts = {"width": mapper.width, "rows": mapper.rows, "embedding": mapper.embedding}
    return written(Converted(tensors, facts, tuple(notes)), folder)


def _load_hairclip(kept: Kept) -> Any:
    """The mapper; ``a.style`` drives its coarse and medium rows, ``a.colour`` the fine ones.

    A pack gives it the names of its own attributes: see `styleforge.mapper.official.mapper_of`.
    """
    return mapper_of(kept.tensors(), kept.folder, style="a.style", colour="a.colour")


def _run_mapper(mapper: Any) -> Any:
    """A step from a latent of zeros."""
    latent = torch.zeros(1, mapper.rows, mapper.width)
    return mapper(latent, {name: torch.zeros(1, mapper.embedding) for name in mapper.attributes})


HAIRCLIP = FileLayout(
    name="hairclip",
    what="HairCLIP's mapper",
    read=_read_hairclip,
    load=_load_hairclip,
    run=_run_mapper,
    signs=("modulation_module_list",),
)
