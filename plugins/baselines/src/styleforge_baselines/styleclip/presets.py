"""StyleCLIP's one-pass methods as presets and mappers, beside ``styleclip`` of the domain hair."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.recipe.domain import Preset
from styleforge.recipe.recipe import Compose
from styleforge.recipe.starts import Mapped
from styleforge_baselines.target import HAIR, Target

if TYPE_CHECKING:
    from styleforge.pack.models import Models

MODULES = {"styleclip-mapper": "trained", "styleclip-global": "global_directions"}


@dataclass(frozen=True)
class Loaded:
    """A mapper of StyleCLIP for a domain, loaded for the pack that is used.

    Example:
        >>> Loaded("styleclip-global", "hair").kind
        'mapper/styleclip-global.hair'
    """

    method: str
    domain: str

    @property
    def kind(self) -> str:
        """What it is registered as."""
        return f"mapper/{self.method}.{self.domain}"

    def __call__(self, models: Models) -> Any:
        """The mapper of a pack."""
        return self._module().of_pack(models, self.domain)

    def lacks(self, models: Models, region: str) -> str:
        """What of a pack was not trained or measured, in words; empty where all was."""
        del region  # what is trained is for attributes
        return str(self._module().lacks(models.pack.name, self.domain))

    def weight_files(self, models: Models) -> tuple[Path, ...]:
        """The files that the mapper of a pack is read from."""
        return tuple(self._module().weight_files(models.pack.name, self.domain))

    def _module(self) -> Any:
        return import_module(f"styleforge_baselines.styleclip.{MODULES[self.method]}")


def mappers(target: Target) -> tuple[Loaded, ...]:
    """Both mappers of a domain.

    Example:
        >>> [one.kind for one in mappers(HAIR)][0]
        'mapper/styleclip-mapper.hair'
    """
    return tuple(Loaded(method, target.domain) for method in MODULES)


def presets(target: Target) -> tuple[Preset, ...]:
    """The presets ``styleclip-mapper`` and ``styleclip-global``.

    Example:
        >>> presets(HAIR)[1].start_map.mapper
        'styleclip-global.hair'
    """
    composed = "layered" if target == HAIR else "exposed"

    def preset(method: str, title: str, text: str) -> Preset:
        return Preset(
            name=method,
            title=title,
            help=text,
            stages=(),
            start="mapper",
            start_map=Mapped(region=target.region, mapper=f"{method}.{target.domain}", tints=False),
            compose=Compose(mode=composed, inpainter="pack"),
        )

    return (
        preset(
            "styleclip-mapper",
            "StyleCLIP, mapper",
            "At once, for words that a network was trained for; of others it says which there are.",
        ),
        preset(
            "styleclip-global",
            "StyleCLIP, global directions",
            "At once, by a step in style space that is the same for everybody.",
        ),
    )
