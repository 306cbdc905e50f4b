"""What a run can start from beside the identity: a pasted picture, or a mapped latent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from styleforge.recipe.condition import Conditions
from styleforge.recipe.limits import Name, Names, Share, Strengths


@dataclass(frozen=True, kw_only=True)
class Paste:
    """The identity with the ``region`` of ``structure`` laid over it in the colours of ``look``.

    ``contrast`` names the reference whose spread of lightness is taken as well; ``strengths`` by
    role say how far each goes from the identity's own. ``pattern`` names the reference whose
    pattern fills the region, in the tones of ``look``; ``behind`` are the identity's regions that
    the pasted one lies behind.

    ``by`` names the component ``paste/NAME`` that does it: core has ``recoloured``, which moves the
    reference's pixels in CIELAB. Where it is empty that is taken, or ``patterned`` where a pattern
    is named. ``tune`` are numbers for a pack's own recolouring (`styleforge.pack.knobs`).

    Example:
        >>> Paste(region="lips").method
        'recoloured'
        >>> Paste(region="lips", pattern="finer_style").method
        'patterned'
    """

    region: Name
    structure: Name = "shape"
    look: Name = "appearance"
    contrast: Name = ""
    pattern: Name = ""
    behind: Names = ()
    strengths: Strengths = field(default_factory=dict)
    by: Name = ""
    tune: Mapping[Name, float] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """The name behind ``paste/`` of the component that pastes."""
        return self.by or ("patterned" if self.pattern else "recoloured")


@dataclass(frozen=True, kw_only=True)
class Towards:
    """Another edit of the same picture, and how far on the way to it to go (0 to 1).

    Example:
        >>> from styleforge import Text
        >>> Towards(conditions={"lips.shape": Text("full lips")}, at=0.25).at
        0.25
    """

    conditions: Conditions
    at: Share = 0.5
    strengths: Strengths = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """How a mapper edits the latent that the identity was inverted to.

    ``region`` is what it was trained to change. With ``absent`` an attribute that is not asked for
    leaves its rows as they are (``zero``), or moves them without a condition (``published``).
    ``towards`` mixes with a second edit. An edit that does not ``reshape`` the region keeps its
    outline. ``mapper`` names the component ``mapper/NAME``, that of the domain
    where it is empty. With ``tints`` the region gets the colour that was asked for, or keeps the
    identity's, where the domain knows colours; without, it stays as the generator draws it.

    Example:
        >>> Mapped(region="lips").absent
        'zero'
    """

    region: Name
    absent: Literal["zero", "published"] = "zero"
    reshapes: bool = True
    towards: Towards | None = None
    mapper: Name = ""
    tints: bool = True
