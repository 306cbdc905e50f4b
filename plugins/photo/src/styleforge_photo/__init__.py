"""The pack ``photo``: photographs of people as they are, at their full size, without any weights.

It finds a face and, from there, hair, skin and clothing; it has no generator, so it recolours and
draws nothing new. Nothing heavy is imported until a model is asked for.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.hookspecs import hookimpl

if TYPE_CHECKING:
    from styleforge.pack.pack import Pack
    from styleforge.plugins.registry import Register
    from styleforge.weights.row import WeightFile

styleforge_api = 1

NAMES = ("background", "skin", "face", "hair", "clothing")
COLOURS = {"appearance": ("black", "chestnut", "#7a1f3d", "blonde", "#2f6fd6")}


def load_regions() -> Any:
    """The region provider: background, skin, face, hair, clothing."""
    from styleforge_photo.evidence import evidence
    from styleforge_photo.regions import PhotoRegions

    return PhotoRegions(evidence())


def load_subjects() -> Any:
    """What tells how many people there are."""
    from styleforge_photo.networks import detector, mesh
    from styleforge_photo.subjects import Faces

    return Faces(detector(), mesh())


def load_landmarks() -> Any:
    """What finds landmarks of faces, where its network is there."""
    from styleforge.errors import UserError
    from styleforge_photo.landmarks import PhotoLandmarks
    from styleforge_photo.networks import detector, mesh

    network = mesh()
    if network is None:
        msg = "The network that finds landmarks is gone. `styleforge weights fetch face-landmarks`."
        raise UserError(msg)
    return PhotoLandmarks(network, detector())


def load_recolour() -> Any:
    """What gives a region another colour."""
    from styleforge_photo.recolour import Recolour

    return Recolour()


def _astronaut() -> Path:
    """NASA's portrait of Eileen Collins (public domain), which comes with scikit-image."""
    found = find_spec("skimage")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "data" / "astronaut.png"


@hookimpl
def register_weights(register: Register[WeightFile]) -> None:
    """Add the published files that find regions better."""
    from styleforge_photo.rows import ROWS

    for row in ROWS:
        register(row)


@hookimpl
def register_packs(register: Register[Pack]) -> None:
    """Add the pack ``photo``."""
    from styleforge.pack.pack import Pack, Showcase
    from styleforge_photo.networks import brought, used
    from styleforge_photo.rows import DETECTOR, LANDMARKS

    by_mesh = brought(LANDMARKS)
    meshed = {"landmarks": load_landmarks} if by_mesh else {}
    register(
        Pack(
            name="photo",
            title="Photographs",
            help=(
                f"Photographs at their full size: recolours what it finds, draws nothing. {used()}"
            ),
            licence="Apache-2.0; no weights",
            components={
                "regions": load_regions,
                "recolour": load_recolour,
                "subjects": load_subjects,
                **meshed,
            },
            files={
                "regions": brought(),
                "subjects": brought(DETECTOR, LANDMARKS),
                "landmarks": by_mesh,
            },
            brings={"landmarks": (LANDMARKS.name,)},
            landmark_layout="ibug68",
            size=None,
            pixels=1_200_000,
            regions=NAMES,
            min_region=0.001,
            vague=0.4,
            showcases=(Showcase(domain="hair", identity=str(_astronaut()), colours=COLOURS),),
        )
    )
