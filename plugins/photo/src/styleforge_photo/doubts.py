"""Why what was found in a photograph may be wrong: parts of sentences."""

from __future__ import annotations

from dataclasses import dataclass

# Shares of what is around the head, and of clothing, coloured like hair, from which there is doubt.
BEHIND, CHEST = 0.06, 0.25
FALLEN = 0.03  # of hair, that lies as low as clothing
# Share of a cheek's border that is taken for hair, from which it is told where hair has nearly the
# tint of skin: the astronaut's cheek, in the shade, makes 0.19 and more where a picture's light or
# format lets it take hair's colour on, and 0.16 and less elsewhere. Longer hair lies there, too,
# so that of hair in another tint (hers is off by 8, of three others by 13 and more) nothing is.
ON_FACE, TINT = 0.175, 10.0
BALD = 12.0  # CIE76 of hair from the face, below which there is doubt that it is hair
FRAMED = "a straight line runs across it, as of a table, or where a picture within the picture ends"
PLAIN = "the picture has no colours"
LOOSE = 0.22  # of clothing's outline


@dataclass(frozen=True)
class Alike:
    """How much of what is not hair has colours that are rather those of hair, and the reverse.

    ``skin`` is how far the colour of hair is from that of the face, as CIE76, and ``unlike`` says
    why what is taken for hair may be a hat (`styleforge_photo.hats`). ``line`` says whether a line
    runs through it, around the head (`styleforge_photo.lines`). ``fallen`` is the share of hair
    that lies as low as clothing: elsewhere clothing in the colours of hair was told from it.
    ``loose`` is the share of clothing's outline that follows no edge (`styleforge_photo.outlines`).
    ``plain`` says whether the picture has no colours (`styleforge_photo.shades`), and ``lost`` what
    its file has lost (`styleforge_photo.quality`). ``framed`` are the regions that a straight line
    parts (`styleforge_photo.frames`). ``on_face`` is the share of the border of a cheek that is
    taken for hair, and ``tint`` how far hair is from the face in CIELAB's a and b.

    Example:
        >>> Alike(behind=0.3, chest=0.0, skin=40.0).doubt
        '30% of what is around the head has colours of hair, too'
    """

    behind: float  # around the head
    chest: float  # of the clothing
    skin: float
    unlike: str = ""
    line: bool = False
    fallen: float = 0.0
    loose: float = 0.0
    plain: bool = False
    lost: str = ""
    framed: tuple[str, ...] = ()
    on_face: float = 0.0
    tint: float = 0.0

    @property
    def doubt_of_clothing(self) -> str:
        """What to say of it; empty where it is little."""
        if self.lost:
            return self.lost
        if "clothing" in self.framed:
            return FRAMED
        if self.loose > LOOSE:
            return f"{self.loose:.0%} of its outline follows no edge"
        return f"{PLAIN} that tell it from what is behind it" if self.plain else ""

    @property
    def doubt(self) -> str:
        """What to say of it; empty where it is little."""
        if self.lost:
            return self.lost
        if self.skin < BALD:
            return f"it is {'nearly as light' if self.plain else 'coloured nearly'} as skin is"
        if self.unlike:
            return self.unlike
        if self.line:
            return "a line runs through it around the head, as where hair ends before a window"
        if "hair" in self.framed:
            return FRAMED
        where = self._elsewhere
        if where:
            return f"{where} {'looks like hair' if self.plain else 'has colours of hair, too'}"
        return f"{PLAIN}, so that lightness and strands alone tell it" if self.plain else ""

    @property
    def _elsewhere(self) -> str:
        """What else is like hair; empty where next to nothing is."""
        if self.on_face > ON_FACE and self.tint < TINT and not self.plain:
            return "part of the face"
        if self.behind > BEHIND:
            return f"{self.behind:.0%} of what is around the head"
        if self.chest > CHEST and self.fallen > FALLEN:
            return f"{self.chest:.0%} of the clothing"
        return ""
