"""What packs have, by the names that all of them use: components, regions, orders of landmarks.

One list each, which laws and docs read as well. A pack has what it has, and a recipe asks for what
it needs. A kind of component that is not listed here is the pack's own or a plugin's; so is a
region, which its domain names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from styleforge.errors import UserError
from styleforge.pack import protocols


@dataclass(frozen=True)
class Kind:
    """A kind of component: its name in a pack, what one does, and the protocol that it satisfies.

    Example:
        >>> kind_of("inverter").protocol.__name__
        'Inverter'
    """

    name: str
    does: str
    protocol: type


KINDS = (
    Kind("generator", "draws a picture of W+ and noise maps", protocols.Generator),
    Kind("regions", "finds the named regions of a picture", protocols.RegionProvider),
    Kind("features", "a perceptual network with named layers", protocols.Features),
    Kind("lpips", "the linear weights of LPIPS", protocols.LpipsWeights),
    Kind("landmarks", "finds the landmarks of the main subject", protocols.Landmarks),
    Kind("subjects", "finds the subjects of a picture", protocols.SubjectFinder),
    Kind("poser", "bends a region to sit on another subject", protocols.Poser),
    Kind("inverter", "guesses the W+ of a picture", protocols.Inverter),
    Kind("inpainter", "fills a hole from its surroundings", protocols.Inpainter),
    Kind("recolour", "gives a region another colour", protocols.Recolour),
    Kind("embedding", "places words and pictures in one space", protocols.TextImageEncoder),
    Kind("identity_encoder", "tells people apart", protocols.IdentityEncoder),
)


@dataclass(frozen=True)
class Region:
    """A region that many packs find and no domain owns, so that all call it by one name.

    Example:
        >>> next(one.shows for one in REGIONS if one.name == "background")
        'what is behind the subject'
    """

    name: str
    shows: str
    instead_of: tuple[str, ...]  # what else it is called, and should not be


REGIONS = (
    Region("background", "what is behind the subject", ("bg", "back", "behind", "backdrop")),
    Region("face", "a face, with eyes, nose and mouth", ("head", "face_skin", "facial_skin")),
    Region("skin", "bare skin beyond the face: neck, ears, arms", ("neck", "body", "body_skin")),
)


@dataclass(frozen=True)
class Layout:
    """An order of landmarks: how many there are, and which of them outline what.

    Example:
        >>> IBUG68.parts["lips"][0], len(IBUG68.parts["lips"])
        (48, 12)
    """

    name: str
    count: int
    parts: Mapping[str, tuple[int, ...]]


IBUG68 = Layout(  # Sagonas et al. 2013, "300 faces in-the-wild"; right is the subject's right
    "ibug68",
    68,
    {
        "jaw": tuple(range(17)),
        "right_brow": tuple(range(17, 22)),
        "left_brow": tuple(range(22, 27)),
        "bridge": tuple(range(27, 31)),
        "nostrils": tuple(range(31, 36)),
        "right_eye": tuple(range(36, 42)),
        "left_eye": tuple(range(42, 48)),
        "lips": tuple(range(48, 60)),
        "mouth": tuple(range(60, 68)),
    },
)
LAYOUTS = (IBUG68,)


def outline_of(part: str, layout: str) -> tuple[int, ...]:
    """The landmarks, by number, that outline a part in a pack's layout.

    Raises:
        UserError: if core does not know the layout, or it has no such part.

    Example:
        >>> outline_of("left_eye", "ibug68")
        (42, 43, 44, 45, 46, 47)
    """
    found = next((one for one in LAYOUTS if one.name == layout), None)
    if found is None:
        have = ", ".join(one.name for one in LAYOUTS)
        msg = (
            f"Where {part} is among the pack's landmarks is not known: their layout is "
            f"{layout or 'unknown'!r}, and {have} was expected. Choose another pack."
        )
        raise UserError(msg)
    if part not in found.parts:
        msg = f"The layout {layout} has no {part!r}; it has {', '.join(found.parts)}."
        raise UserError(msg)
    return found.parts[part]


def kind_of(name: str) -> Kind | None:
    """The kind of this name; None where core knows none.

    Example:
        >>> kind_of("mapper/toy") is None
        True
    """
    return next((kind for kind in KINDS if kind.name == name), None)
