"""A pack for each generator that is there; `ffhq` is there without one, to say what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.pack.pack import Alignment, Pack
from styleforge.weights.kept import Kept, all_kept, find
from styleforge.weights.package import in_package
from styleforge_ffhq import components
from styleforge_ffhq.rows import ROWS

if TYPE_CHECKING:
    from styleforge.weights.row import WeightFile

FFHQ = "ffhq"
PARSER, VGG, LPIPS, CLIP, ARCFACE = "face-parsing", "vgg16", "lpips", "clip", "arcface"
MAPPER = "hairclip"
REGIONS = ("background", "skin", "face", "hair", "clothing")
LANDMARKS = "face-landmarks"  # a row of the plugin photo
OF_FACES = tuple(row.name for row in ROWS if row.layout == "stylegan2")
# The corners of FFHQ's square, which are landmarks here, become those of the picture.
ALIGNMENT = Alignment(groups=((68,), (69,)), places=((0.0, 0.0), (1.0, 1.0)))
SIZE, ROWS_OF_SIZE = (1024, 1024), 18  # of the published generator, while there is none
COARSE, MEDIUM = 4, 8  # where the medium and the fine rows of W+ begin, as published for HairCLIP


def packs(*, steps: int, package: WeightFile) -> Iterator[Pack]:
    """The pack `ffhq`, and one for each other generator that the user brought.

    Args:
        steps: of an inversion by optimization.
        package: the row of LPIPS' weights, which a package may carry.
    """
    own = {one.name: one for one in all_kept() if one.layout == "stylegan2"}
    for name in dict.fromkeys((FFHQ, *own)):
        yield _pack(name, own.get(name), steps, in_package(package))


def _pack(name: str, generator: Kept | None, steps: int, lpips: Path | None) -> Pack:
    row = next((one for one in ROWS if one.name == name), None)
    size, rows = SIZE, ROWS_OF_SIZE
    if generator is not None:
        size, rows = _size(generator.facts["size"]), 2 * len(generator.facts["channels"])
    found, files, brings = _components(name, generator, rows, steps, lpips)
    return Pack(
        name=name,
        title="FFHQ" if name == FFHQ else name,
        help=(
            f"{row.gives}, with weights that you bring."
            if row is not None
            else f"A StyleGAN2 generator that you brought, {size[0]} x {size[1]} px."
        ),
        licence=row.licence if row is not None else "Whatever the generator's publishers say",
        components=found,
        size=size,
        alignment=ALIGNMENT if "landmarks" in found else None,
        regions=REGIONS if "regions" in found else (),
        row_groups={
            "coarse": tuple(range(COARSE)),
            "medium": tuple(range(COARSE, MEDIUM)),
            "fine": tuple(range(MEDIUM, rows)),
        }
        if rows > MEDIUM
        else {},
        files=files,
        brings=brings,
    )


def _size(said: int | Sequence[int]) -> tuple[int, int]:
    """The (height, width) of a generator's pictures: the fact ``size``, one number of a square."""
    height, width = (said, said) if isinstance(said, int) else said
    return int(height), int(width)


def _components(
    name: str, generator: Kept | None, rows: int, steps: int, lpips: Path | None
) -> tuple[
    Mapping[str, Callable[..., Any]],
    Mapping[str, tuple[Path, ...]],
    Mapping[str, tuple[str, ...]],
]:
    """What there is by kind, the files of each, and the weights that bring each kind."""
    encoder = "e4e" if name == FFHQ else f"{name}-e4e"
    brings: dict[str, tuple[str, ...]] = {
        "generator": (name,),
        "regions": (PARSER,),
        "features": (VGG,),
        "lpips": (LPIPS,),
        "inverter": (encoder,) if name == FFHQ else (),
        "embedding": (CLIP,),
        "identity_encoder": (ARCFACE,),
    }
    loads: dict[str, Callable[..., Any]] = {
        "generator": partial(components.load, name),
        "regions": partial(components.regions, PARSER),
        "features": partial(components.load, VGG),
        "lpips": partial(components.load, LPIPS),
        "inverter": partial(components.encoder, encoder, rows),
        "embedding": partial(components.load, CLIP),
        "identity_encoder": partial(components.load, ARCFACE),
    }
    if name == FFHQ:  # whose W+ the published mapper was trained on
        brings["mapper/hair"] = (MAPPER, CLIP)
        loads["mapper/hair"] = partial(components.hairclip, MAPPER, CLIP)
    needed = brings | {"inverter": (encoder,)}
    kept = {one: find(one) for names in needed.values() for one in names} | {name: generator}
    there = {kind: one for kind, one in loads.items() if all(kept[name] for name in needed[kind])}
    files = {
        kind: tuple(path for one in needed[kind] for path in _files(kept[one])) for kind in there
    }
    if "lpips" not in there and lpips is not None:
        there["lpips"], files["lpips"] = components.published_lpips, (lpips,)
    by = components.faces_found_by() if name in OF_FACES else None
    if by:
        there |= {"landmarks": components.landmarks, "subjects": components.subjects}
        files |= {"landmarks": by, "subjects": by}
    elif by is not None:
        brings["landmarks"] = (LANDMARKS,)
    if "inverter" not in there and {"generator", "features", "lpips"} <= set(there):
        there["inverter"] = partial(components.by_optimization, steps=steps)
        files["inverter"] = (*files["generator"], *files["features"], *files["lpips"])
    return there, files, {kind: names for kind, names in brings.items() if names}


def _files(kept: Kept | None) -> tuple[Path, ...]:
    return () if kept is None else kept.files
