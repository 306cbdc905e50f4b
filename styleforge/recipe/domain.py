"""Domains and attributes: what can be styled, and what a user can ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from styleforge.recipe.objective import Objective
from styleforge.recipe.recipe import Compose
from styleforge.recipe.selection import Selection
from styleforge.recipe.starts import Mapped, Paste


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A named recipe of a domain: registered stages in order, and how a run starts and ends.

    Stages are named, so that a plugin can replace one of them (`register_stages`). ``roles`` are
    those of the attributes that the preset looks at, where it does not look at all of them; asking
    it for another one is refused.

    Example:
        >>> Preset(
        ...     name="lips-look", title="Look", help="The colour alone.", stages=("lips.look",),
        ...     start="inverter",
        ... ).stages
        ('lips.look',)
    """

    name: str
    title: str
    help: str
    stages: tuple[str, ...]
    start: str = "mean"
    start_paste: Paste | None = None
    start_map: Mapped | None = None
    described: Literal["words", "preview"] = "words"
    pose: Literal["warp", "off"] = "warp"
    loss_size: int = 256
    compose: Compose = Compose()
    roles: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Domain:
    """What is styled.

    ``region`` is the region of the picture that the domain changes, ``keep`` the regions in
    which the identity is measured, ``behind`` those that it lies behind: composition keeps the
    identity's in front. ``presets`` are its recipes, the first one the default. ``selection`` says
    by what pairs of pictures are sorted where methods are compared; by the first of ``keep`` where
    None. Domains are listed by ``rank``, the lowest first, and of one rank as they were registered.

    Example:
        >>> Domain(name="lips", title="Lips", help="Lips.", region="lips", keep=("face",)).keep
        ('face',)
    """

    name: str
    title: str
    help: str
    region: str
    keep: tuple[str, ...]
    behind: tuple[str, ...] = ()
    presets: tuple[Preset, ...] = ()
    selection: Selection | None = None
    rank: int = 100


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """Something a user can ask for, such as ``lips.colour``.

    The part of ``name`` before the dot is the domain, the part after it the role that the reference
    plays in a problem. ``accepts`` lists kinds of conditions (``image``, ``text``, ``swatch``,
    ``mask``). The reference of an ``aligned`` attribute is compared in place, so it is warped to
    the identity's pose first. Only aligned attributes take a mask: it says where on the identity
    the region should be, and keeps its look. ``objective`` carries the attribute where a preset
    does not do so itself: it is added to the last stage when the attribute is asked for.

    For a mapper, ``drives`` names the groups of W+ rows that the attribute moves (the pack says
    which rows those are; ``coarse+medium`` moves two with one sub-mapper), ``prompt`` what words
    become before they are embedded, ``likeness`` the distance to a reference of any pose, ``hold``
    what keeps the attribute where another one is changed, and ``words`` are descriptions to train
    on where the pack brings none. ``colours`` are colour words that mean something of their
    own here, as ``#rrggbb`` by name; all others are CSS's (`styleforge.recipe.colour_names`).
    ``nouns`` are words for what is described, beside the prompt's: a colour's name may stand with
    them.

    Example:
        >>> colour = Attribute(
        ...     name="lips.colour", title="Colour", help="The colour of the lips.",
        ...     accepts=("image", "text", "swatch"),
        ... )
        >>> colour.domain, colour.role
        ('lips', 'colour')
    """

    name: str
    title: str
    help: str
    accepts: tuple[str, ...] = ("image",)
    objective: Objective = Objective()
    aligned: bool = False
    prompt: str = "{}"
    drives: tuple[str, ...] = ()
    likeness: Objective = Objective()
    hold: Objective = Objective()
    words: tuple[str, ...] = ()
    colours: Mapping[str, str] = field(default_factory=dict)
    nouns: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        """The domain's name."""
        return self.name.partition(".")[0]

    @property
    def is_colour(self) -> bool:
        """Whether it is a matter of the region's mean colour, by its likeness."""
        return any(term.loss == "colour" for term in self.likeness)

    @property
    def role(self) -> str:
        """The name of the reference in a problem, and of the option on the command line."""
        return self.name.partition(".")[2]
