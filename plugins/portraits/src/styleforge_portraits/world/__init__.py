"""The portrait world: people made of named factors, and their exact pictures."""

from .canvas import MATERIALS, REGIONS, Frame
from .factors import GROUPS, Factor
from .palette import palette
from .person import CODE_WIDTH, FACTORS, Person, decode, encode, mirror, sample
from .render import Geometry, Portrait, colourize, geometry, render
from .transfer import truth, with_groups

__all__ = [
    "CODE_WIDTH", "FACTORS", "GROUPS", "MATERIALS", "REGIONS", "Factor", "Frame", "Geometry",
    "Person", "Portrait", "colourize", "decode", "encode", "geometry", "mirror", "palette",
    "render", "sample", "truth", "with_groups",
]  # fmt: skip
