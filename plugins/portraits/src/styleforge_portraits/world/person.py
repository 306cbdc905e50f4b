"""A person of the portrait world: named factors, and their Gaussian code."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri

from styleforge.errors import UserError

from .factors import Factor, category, continuous

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_EDGE = 1e-4  # the quantile is finite up to here


@dataclass(frozen=True)
class Person:
    """All factors of one portrait; equal persons have equal pictures.

    Presence factors (`glasses`, `beard`, `earrings`, `balding`, `updo`, `dye`, `highlights`) are
    uniform scores of which only the upper tail shows, so that their code stays continuous.
    """

    # identity
    yaw: float = continuous("identity", -1, 1, odd=True)
    pitch: float = continuous("identity", -1, 1)
    face_width: float = continuous("identity")
    face_length: float = continuous("identity")
    jaw: float = continuous("identity")
    cheek: float = continuous("identity")
    eye_size: float = continuous("identity")
    eye_open: float = continuous("identity")
    eye_tilt: float = continuous("identity")
    brow_height: float = continuous("identity")
    brow_thickness: float = continuous("identity")
    brow_angle: float = continuous("identity")
    nose_length: float = continuous("identity")
    nose_width: float = continuous("identity")
    mouth_width: float = continuous("identity")
    mouth_height: float = continuous("identity")
    lip_thickness: float = continuous("identity")
    smile: float = continuous("identity", default=0.7)
    mouth_open: float = continuous("identity", default=0.2)
    neck_width: float = continuous("identity")
    age: float = continuous("identity", default=0.3)
    glasses: float = continuous("identity", default=0.2)
    beard: float = continuous("identity", default=0.2)
    earrings: float = continuous("identity", default=0.2)
    skin_depth: float = continuous("identity", colour=True)
    skin_warmth: float = continuous("identity", colour=True)
    lip_colour: float = continuous("identity", colour=True)
    blush: float = continuous("identity", colour=True)
    iris_colour: float = continuous("identity", colour=True)
    brow_darkness: float = continuous("identity", colour=True)
    # hair shape
    length: float = continuous("hair_shape")
    volume_top: float = continuous("hair_shape")
    volume_sides: float = continuous("hair_shape")
    flare: float = continuous("hair_shape")
    parting: float = continuous("hair_shape", -1, 1, odd=True)
    fringe: float = continuous("hair_shape", default=0.3)
    fringe_sweep: float = continuous("hair_shape", -1, 1, odd=True)
    curl: float = continuous("hair_shape", default=0.3)
    tuck: float = continuous("hair_shape")
    front: float = continuous("hair_shape")
    taper: float = continuous("hair_shape", default=0.3)
    updo: float = continuous("hair_shape", default=0.3)
    balding: float = continuous("hair_shape", default=0.3)
    # hair appearance
    hair_lightness: float = continuous("hair_appearance", colour=True)
    hair_warmth: float = continuous("hair_appearance", colour=True)
    dye: float = continuous("hair_appearance", default=0.3, colour=True)
    dye_hue: float = continuous("hair_appearance", colour=True)
    highlights: float = continuous("hair_appearance", default=0.3, colour=True)
    highlight_hue: float = continuous("hair_appearance", colour=True)
    # hair finer style
    strand_width: float = continuous("hair_finer_style")
    wisps: float = continuous("hair_finer_style")
    strand_contrast: float = continuous("hair_finer_style", colour=True)
    shine: float = continuous("hair_finer_style", colour=True)
    # clothing
    neckline: str = category("clothing_shape", "round", "v", "collar")
    neck_depth: float = continuous("clothing_shape")
    neck_opening: float = continuous("clothing_shape")
    shoulders: float = continuous("clothing_shape")
    slope: float = continuous("clothing_shape")
    cloth_hue: float = continuous("clothing_appearance", colour=True)
    cloth_lightness: float = continuous("clothing_appearance", colour=True)
    accent_hue: float = continuous("clothing_appearance", colour=True)
    accent_lightness: float = continuous("clothing_appearance", colour=True)
    pattern: str = category(
        "clothing_finer_style", "plain", "horizontal", "vertical", "dots", "checks"
    )
    pattern_scale: str = category("clothing_finer_style", "small", "large")
    # background
    backdrop_hue: float = continuous("background", colour=True)
    backdrop_lightness: float = continuous("background", colour=True)
    backdrop_contrast: float = continuous("background", colour=True)
    backdrop_glow: float = continuous("background")

    def to_dict(self) -> dict[str, Any]:
        """The factors by name, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Person:
        """A person from named factors; left-out factors take their defaults.

        Raises:
            UserError: for an unknown name or a value outside the factor's range.
        """
        table = {factor.name: factor for factor in FACTORS}
        for name, value in values.items():
            if name not in table:
                raise UserError(f"Unknown factor {name!r}; known factors: {', '.join(table)}.")
            factor = table[name]
            if factor.kind == "category":
                if value not in factor.options:
                    raise UserError(f"{name} is {value!r}; choose one of {factor.options}.")
            elif not factor.low <= float(value) <= factor.high:
                raise UserError(
                    f"{name} is {value}; expected a number in [{factor.low}, {factor.high}]."
                )
        return cls(**values)

    def to_vector(self) -> NDArray[np.float32]:
        """The Gaussian code, see `encode`."""
        return encode(self)

    @classmethod
    def from_vector(cls, vector: NDArray[Any]) -> Person:
        """The person of a Gaussian code, see `decode`."""
        return decode(vector)


def _table() -> tuple[Factor, ...]:
    return tuple(replace(item.metadata["factor"], name=item.name) for item in fields(Person))


FACTORS = _table()
CODE_WIDTH = sum(factor.width for factor in FACTORS)
# Means of the largest of n standard normals, for the code of a chosen option.
_LARGEST = {2: 0.5642, 3: 0.8463, 4: 1.0294, 5: 1.1630}


def encode(person: Person) -> NDArray[np.float32]:
    """The code of a person, `(CODE_WIDTH,)`: each coordinate is about standard normal.

    Continuous factors go through the normal quantile of their uniform prior. A category has one
    coordinate per option of which the chosen one's is the largest: the conditional mean of
    Gaussians given which of them is largest.
    """
    out: list[float] = []
    for factor in FACTORS:
        value = getattr(person, factor.name)
        if factor.kind == "category":
            count = len(factor.options)
            top = _LARGEST[count]
            out += [top if option == value else -top / (count - 1) for option in factor.options]
        else:
            share = (value - factor.low) / (factor.high - factor.low)
            out.append(float(ndtri(min(max(share, _EDGE), 1 - _EDGE))))
    return np.asarray(out, dtype=np.float32)


def decode(vector: NDArray[Any]) -> Person:
    """The person of any code `(CODE_WIDTH,)`; standard normal codes are random people.

    Raises:
        UserError: when the vector has another length.
    """
    vector = np.asarray(vector, dtype=np.float64)
    if vector.shape != (CODE_WIDTH,):
        raise UserError(f"A code has shape ({CODE_WIDTH},), but {vector.shape} was given.")
    values: dict[str, Any] = {}
    at = 0
    for factor in FACTORS:
        part = vector[at : at + factor.width]
        at += factor.width
        if factor.kind == "category":
            values[factor.name] = factor.options[int(np.argmax(part))]
        else:
            share = min(max(float(ndtr(part[0])), _EDGE), 1 - _EDGE)
            values[factor.name] = factor.low + (factor.high - factor.low) * share
    return Person(**values)


def sample(rng: np.random.Generator) -> Person:
    """A random person."""
    return decode(rng.standard_normal(CODE_WIDTH))


def mirror(person: Person) -> Person:
    """The person whose picture is the horizontal flip of this one's."""
    return replace(person, **{f.name: -getattr(person, f.name) for f in FACTORS if f.odd})
