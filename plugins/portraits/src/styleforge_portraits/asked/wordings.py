"""The descriptions that methods are compared by: seen in training, and unseen.

Unseen are held-out names, styles and pairs of words of hair, and words of clothing that only the
nearest known ones stand for.
"""

from __future__ import annotations

from styleforge.measure.wordings import Wording

SEEN, UNSEEN = "seen", "unseen"
_SHAPES = ("long wavy hair", "pixie cut", "afro", "a bun", "chin-length straight hair with bangs")
_CUTS = ("v-neck", "turtleneck", "scoop-neck")
_PATTERNS = ("polka dots", "plain", "horizontally striped")
WORDINGS = {
    "hair": (
        *(Wording({"shape": one}, SEEN) for one in _SHAPES),
        *(Wording({"appearance": one}, SEEN) for one in ("blonde", "purple", "black")),
        Wording({"shape": "short curly hair", "appearance": "red"}, SEEN),
        Wording({"shape": "long straight hair", "appearance": "pink"}, SEEN),
        *(Wording({"shape": one}, UNSEEN) for one in ("curly bob", "topknot", "bowl cut")),
        *(Wording({"appearance": one}, UNSEEN) for one in ("lilac", "copper")),
        Wording({"shape": "afro", "appearance": "purple"}, UNSEEN),
        Wording({"shape": "undercut", "appearance": "blue"}, UNSEEN),
        Wording({"shape": "long hair", "appearance": "green"}, UNSEEN),
    ),
    "clothing": (
        *(Wording({"shape": one}, SEEN) for one in _CUTS),
        *(Wording({"appearance": one}, SEEN) for one in ("mustard", "navy", "red")),
        *(Wording({"finer_style": one}, SEEN) for one in _PATTERNS),
        Wording({"shape": "turtleneck", "appearance": "red"}, SEEN),
        Wording({"appearance": "green", "finer_style": "checked"}, SEEN),
        Wording({"shape": "v-neck", "appearance": "teal"}, SEEN),
        *(Wording({"shape": one}, UNSEEN) for one in ("crewneck", "high-collared")),
        *(Wording({"appearance": one}, UNSEEN) for one in ("turquoise", "crimson", "charcoal")),
        Wording({"finer_style": "tartan"}, UNSEEN),
        Wording({"appearance": "lavender", "finer_style": "lined"}, UNSEEN),
        Wording({"shape": "plunging v-neck", "appearance": "indigo"}, UNSEEN),
    ),
}


def wordings_of(domain: str) -> tuple[Wording, ...]:
    """The descriptions of a domain; none where this world knows no words of it.

    Example:
        >>> [one.said for one in wordings_of("hair") if one.level == "unseen"][:3]
        ['curly bob', 'topknot', 'bowl cut']
    """
    return WORDINGS.get(domain, ())
