"""Packs: models that belong together, and what is to be known of them before one is loaded."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.recipe.domain import Attribute
    from styleforge.recipe.objective import Term
    from styleforge.recipe.selection import Selection
    from styleforge.recipe.stage import Coordinates

Box = tuple[float, float, float, float]

LR = 0.1  # of W+ and noise maps, as published for StyleGAN2's generator of FFHQ
EXPLORATION = 0.05  # noise on W+ by the spread of the latent space, likewise
MIDDLE: Box = (0.5, 0.5, 0.3, 0.3)  # where a pack does not say where a region lies


@dataclass(frozen=True)
class Alignment:
    """Where landmarks are put: groups of landmark indices and the place of each group's mean.

    Places are fractions of the picture's width and height; a similarity transform fitted to the
    groups aligns a photo (FFHQ's alignment does so with eyes and mouth).

    Example:
        >>> Alignment(groups=((0,), (1,)), places=((0.35, 0.45), (0.65, 0.45))).places[0]
        (0.35, 0.45)
    """

    groups: tuple[tuple[int, ...], ...]
    places: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Showcase:
    """A transfer that shows a pack well: ``styleforge demo`` runs it.

    ``identity`` and the values of ``references`` are pictures, such as ``gallery:mira``;
    ``references`` has one for each attribute, by its role. Where there are ``colours`` instead,
    swatches and words by name of the attribute's role, each of them is shown.

    Example:
        >>> Showcase(
        ...     domain="lips", identity="gallery:mira", references={"shape": "gallery:ines"}
        ... ).references["shape"]
        'gallery:ines'
    """

    domain: str
    identity: str
    references: Mapping[str, str] = field(default_factory=dict)
    colours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A set of models.

    ``components`` maps a kind (``generator``, ``regions``, ``features``, ``lpips``,
    ``landmarks``, ``inverter``, ...) to a module-level function that loads it: without arguments,
    or with one that is called ``models``, for a component that uses the pack's others.
    ``gallery`` is a folder of pictures the pack ships, ``weights`` the folder of its weight files,
    by which a recipe knows the models it was run with. ``size`` (height, width) is that of the
    pictures that its models see; None where they take pictures of any size as they are, which only
    packs without a generator can; of more than ``pixels`` they are then looked at at a smaller
    size, and edited at their own. ``showcases`` are transfers that show it
    well, at most one for each domain.

    A pack of weights that users bring says with ``files`` which ones it uses for a kind, wherever
    they are, and with ``brings`` which weights (`styleforge.weights`) bring a kind that it may
    lack. ``selections`` say how pairs of its pictures are sorted by difficulty, where its people
    are of another kind than those for whom the domain's thresholds were set.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy_models
        >>> pack = Pack(
        ...     name="toy", title="Toy", help="Tiny models, for tests.", licence="Apache-2.0",
        ...     components={"generator": toy_models.generator, "regions": toy_models.regions},
        ...     size=(32, 32),
        ... )
        >>> Models(pack).has("inverter")
        False
    """

    name: str
    title: str
    help: str
    licence: str
    components: Mapping[str, Callable[..., Any]]
    size: tuple[int, int] | None
    pixels: int | None = None
    alignment: Alignment | None = None
    gallery: Path | None = None
    weights: Path | None = None
    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    brings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    row_groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # rows of W+ by name
    places: Mapping[str, Box] = field(default_factory=dict)  # see `place`
    regions: tuple[str, ...] = ()  # names of what its regions are, to be said without loading them
    landmark_layout: str = ""  # of its landmarks, as `styleforge.pack.taxonomy` names it
    default: bool = False  # meant to be taken where several packs can do what is asked
    min_region: float = 0.005  # a region smaller than this share of the picture is not found
    vague: float = math.inf  # share of unsure pixels from which an outline is told to be vague
    lr: float = LR  # where a stage's schedule names none
    exploration: float = EXPLORATION  # likewise
    coordinates: Coordinates = "w"  # likewise
    calibration: Mapping[str, float] = field(default_factory=dict)  # see `voice`
    prior: tuple[Term, ...] = ()  # terms that hold W+ near its people, where a stage is fitted
    showcases: tuple[Showcase, ...] = ()
    selections: Mapping[str, Selection] = field(default_factory=dict)  # of its pictures, by domain
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # see `suggested`

    @property
    def frame(self) -> tuple[int, int]:
        """The size (height, width) that pictures are aligned to.

        Raises:
            UserError: if the pack leaves pictures at their own size.
        """
        if self.size is None:
            msg = (
                f"The pack {self.name!r} aligns pictures but has no size to align them to; give it "
                "size=(height, width)."
            )
            raise UserError(msg)
        return self.size

    def voice(self, term: Term) -> float:
        """What a term's published weight is multiplied by in a stage that is fitted to the pack.

        Published weights are for the activations of one network; another's have another size.
        ``calibration`` has factors by loss and reduction (``appearance/patent``), or by loss.
        """
        reduction = term.args.get("reduction", "published")
        own = self.calibration.get(f"{term.loss}/{reduction}")
        return self.calibration.get(term.loss, 1.0) if own is None else own

    def suggested(self, attribute: Attribute) -> tuple[str, ...]:
        """Words to offer for an attribute: those that the pack says its encoder knows.

        The attribute's own where the pack says nothing of it.
        """
        return self.words.get(attribute.name, attribute.words)

    def to_bring(self, kind: str) -> str:
        """What to do for a kind of component that it lacks, as a sentence; empty where unknown."""
        names = self.brings.get(kind, ())
        if not names:
            return ""
        said = " and ".join(f"`styleforge weights list {name}`" for name in names)
        return f"Bring its weights: {said} says how."

    def place(self, region: str) -> Box:
        """The ellipse about a region, in which a text-image encoder is shown colours.

        Centre and radii ``(x, y, rx, ry)`` as shares of the picture; the middle where the pack's
        ``places`` do not say.
        """
        return self.places.get(region, MIDDLE)
