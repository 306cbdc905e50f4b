"""The abilities core asks for: one protocol per kind of component.

Core calls one implementation through the name a pack or a recipe picked; nothing here knows
what is being styled. Images are float tensors ``(N, 3, H, W)`` in [-1, 1], masks ``(N, 1, H, W)``
in [0, 1], landmarks ``(N, L, 2)`` in pixels (x, y), pixel centres at half-integers / size.
"""

from __future__ import annotations

from styleforge.pack.protocols.drawing import Generator, Inpainter, Inverter
from styleforge.pack.protocols.encoders import IdentityEncoder, TextImageEncoder
from styleforge.pack.protocols.recolour import (
    Recolour,
    RecolourAtFullSize,
    RemarkingRecolour,
    TunableRecolour,
)
from styleforge.pack.protocols.seeing import Features, Landmarks, LpipsWeights, RegionProvider
from styleforge.pack.protocols.subjects import (
    LandmarksOfSubjects,
    Poser,
    RegionsOfSubjects,
    SubjectFinder,
)

__all__ = [
    "Features",
    "Generator",
    "IdentityEncoder",
    "Inpainter",
    "Inverter",
    "Landmarks",
    "LandmarksOfSubjects",
    "LpipsWeights",
    "Poser",
    "Recolour",
    "RecolourAtFullSize",
    "RegionProvider",
    "RegionsOfSubjects",
    "RemarkingRecolour",
    "SubjectFinder",
    "TextImageEncoder",
    "TunableRecolour",
]
