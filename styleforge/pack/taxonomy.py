"""The kinds of components that core knows: one list, that laws and docs read as well.

A pack has what it has, and a recipe asks for what it needs; a kind that is not listed here is the
pack's own or a plugin's.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    Kind("poser", "bends a region to sit on another subject", protocols.Poser),
    Kind("inverter", "guesses the W+ of a picture", protocols.Inverter),
    Kind("inpainter", "fills a hole from its surroundings", protocols.Inpainter),
    Kind("embedding", "places words and pictures in one space", protocols.TextImageEncoder),
    Kind("identity_encoder", "tells people apart", protocols.IdentityEncoder),
)


def kind_of(name: str) -> Kind | None:
    """The kind of this name; None where core knows none.

    Example:
        >>> kind_of("mapper/toy") is None
        True
    """
    return next((kind for kind in KINDS if kind.name == name), None)
