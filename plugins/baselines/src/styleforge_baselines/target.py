"""What a method is written out for: a domain, its region, and what of the identity must stay."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A domain that baselines are added to.

    Args:
        domain: the domain's name.
        region: the region that is styled.
        keep: a mask expression of the identity that must stay.

    Example:
        >>> Target("lips", "lips", "identity.face").everywhere
        'identity.lips | ~identity.lips'
    """

    domain: str
    region: str
    keep: str

    @property
    def everywhere(self) -> str:
        """The mask expression of the whole picture."""
        return f"identity.{self.region} | ~identity.{self.region}"

    def named(self, method: str, stage: str) -> str:
        """The name of a stage of a method: ``i2s.lips.latent``."""
        return f"{method}.{self.domain}.{stage}"


HAIR = Target("hair", "hair", "identity.face")
CLOTHING = Target("clothing", "clothing", "identity.face | identity.skin | identity.hair")
