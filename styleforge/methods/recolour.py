"""Recolouring for any domain that has a region: swatches, pictures and words, without a mapper.

The region's pixels keep their shading and outline and get another mean colour. Nothing is drawn, so
that a pack needs to find the region and no more; words are looked up among the names of colours of
CSS, and go to the pack's text-image encoder, if it has one, where they are none of these.
"""

from __future__ import annotations

from dataclasses import dataclass

from styleforge.methods import hairclip
from styleforge.recipe.domain import Attribute, Preset
from styleforge.recipe.recipe import Compose
from styleforge.recipe.starts import Paste


@dataclass(frozen=True)
class Recolour:
    """Recolouring of a domain's region.

    Args:
        domain: the domain's name.
        region: the region that is coloured.
        role: what the attribute is called behind the dot; that of an attribute the domain has.

    Example:
        >>> lips = Recolour("lips", "lips")
        >>> lips.attribute().name, lips.preset().name
        ('lips.colour', 'recolour')
    """

    domain: str
    region: str
    role: str = "colour"

    def attribute(self, *, prompt: str = "") -> Attribute:
        """The attribute ``DOMAIN.colour``: takes pictures, colours and words.

        Args:
            prompt: what words become before they are embedded; ``{} DOMAIN`` by default.
        """
        return Attribute(
            name=f"{self.domain}.{self.role}",
            title=self.role.replace("_", " ").capitalize(),
            help="The mean colour.",
            accepts=("image", "text", "swatch"),
            prompt=prompt or "{} " + self.domain,
            likeness=hairclip.colour_likeness(self.role, self.region),
        )

    def preset(self) -> Preset:
        """The preset ``recolour``."""
        return Preset(
            name="recolour",
            title="Recolour",
            help="The region as it is, in another colour; needs no generator.",
            stages=(),
            start_paste=Paste(region=self.region, structure="", look=self.role, by="recolour"),
            pose="off",
            compose=Compose(mode="pasted", outline="own"),
        )
