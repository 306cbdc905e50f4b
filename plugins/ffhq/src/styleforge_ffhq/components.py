"""Loads each component from the weights that are kept; a pack's functions without arguments."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge_ffhq.faces import FaceLandmarks


def load(name: str) -> Any:
    """The component of weights that are kept.

    Raises:
        UserError: they are gone, or damaged.
    """
    from styleforge.weights.check import load_kept
    from styleforge.weights.kept import find

    kept = find(name)
    if kept is None:
        msg = (
            f"The weights {name!r} are not there any more; `styleforge weights list {name}` says "
            "how to get them."
        )
        raise UserError(msg)
    return load_kept(kept)


def regions(name: str) -> Any:
    """The region provider over a face parser."""
    from styleforge_ffhq.parsing import FaceRegions

    return FaceRegions(load(name))


def published_lpips() -> Any:
    """LPIPS' linear weights out of the package that carries them."""
    from styleforge.models import lpips

    return lpips.published_lpips()


def encoder(name: str, rows: int) -> Any:
    """An encoder into the W+ of a generator with so many rows.

    Raises:
        UserError: it was trained for another generator.
    """
    made = load(name)
    if made.rows != rows:
        msg = (
            f"The encoder {name!r} gives {made.rows} rows of W+, and the generator has {rows}. Add "
            f"one that was trained with it, or `styleforge weights forget {name}`: pictures are "
            "inverted by optimization then."
        )
        raise UserError(msg)
    return made


def by_optimization(models: Models, steps: int) -> Any:
    """The inverter of a generator without an encoder."""
    from styleforge_ffhq.inversion import ByOptimization

    return ByOptimization(models, steps)


def hairclip(name: str, clip: str) -> Any:
    """HairCLIP's mapper, which reads its conditions with CLIP's embeddings as they come."""
    from styleforge.mapper.official import mapper_of
    from styleforge.mapper.with_encoder import WithEncoder
    from styleforge.models.clip import ClipEncoder
    from styleforge.weights.kept import find

    encoder = load(clip)
    kept = find(name)
    if kept is None:
        load(name)  # says so
    assert kept is not None
    mapper = mapper_of(kept.tensors(), kept.folder, style="hair.shape", colour="hair.appearance")
    return WithEncoder(mapper, ClipEncoder(encoder.clip, encoder.tokenizer, unit=False))


def faces_found_by() -> tuple[Path, ...] | None:
    """The files by which faces and landmarks are found; None without the plugin that reads them.

    Empty where the weights of landmarks are not there.
    """
    if find_spec("styleforge_photo") is None:
        return None
    from styleforge_photo.networks import brought
    from styleforge_photo.rows import DETECTOR, LANDMARKS

    own = brought(LANDMARKS)
    return (*own, *brought(DETECTOR)) if own else ()


def landmarks() -> FaceLandmarks:
    """Landmarks of faces, and FFHQ's square.

    Raises:
        UserError: the network cannot be read.
    """
    from styleforge_photo import networks

    from styleforge_ffhq.faces import FaceLandmarks

    mesh = networks.mesh()
    if mesh is None:
        msg = (
            "The network of MediaPipe's package that finds landmarks cannot be read. "
            "`styleforge weights fetch face-landmarks` fetches another."
        )
        raise UserError(msg)
    return FaceLandmarks(mesh, networks.detector())


def subjects() -> Any:
    """What finds faces, of several people."""
    from styleforge_photo import networks
    from styleforge_photo.subjects import Faces

    from styleforge_ffhq.faces import AlignedFaces

    return AlignedFaces(Faces(networks.detector()), landmarks())
