"""The descriptions that methods are compared by: seen in training, and unseen.

Unseen are held-out names, styles and pairs of words of hair, and words of clothing that only the
nearest known ones stand for.
"""

from __future__ import annotations

from styleforge.measure.wordings import Wording

SEEN, UNSEEN = "seen", "unseen"


def _wordings(level: str, *asked: dict[str, str]) -> tuple[Wording, ...]:
    return tuple(Wording(words, level) for words in asked)


# Kinds alternate, so that the first few of a level are of every kind.
WORDINGS = {
    "hair": (
        *_wordings(
            SEEN,
            {"shape": "long wavy hair"},
            {"appearance": "blonde"},
            {"shape": "short curly hair", "appearance": "red"},
            {"shape": "pixie cut"},
            {"appearance": "purple"},
            {"shape": "long straight hair", "appearance": "pink"},
            {"shape": "afro"},
            {"appearance": "black"},
            {"shape": "a bun"},
            {"shape": "chin-length straight hair with bangs"},
        ),
        *_wordings(
            UNSEEN,
            {"shape": "curly bob"},
            {"appearance": "lilac"},
            {"shape": "afro", "appearance": "purple"},
            {"shape": "topknot"},
            {"appearance": "copper"},
            {"shape": "undercut", "appearance": "blue"},
            {"shape": "bowl cut"},
            {"shape": "long hair", "appearance": "green"},
        ),
    ),
    "clothing": (
        *_wordings(
            SEEN,
            {"shape": "v-neck"},
            {"appearance": "mustard"},
            {"finer_style": "polka dots"},
            {"shape": "turtleneck", "appearance": "red"},
            {"shape": "turtleneck"},
            {"appearance": "navy"},
            {"finer_style": "plain"},
            {"appearance": "green", "finer_style": "checked"},
            {"shape": "scoop-neck"},
            {"appearance": "red"},
            {"finer_style": "horizontally striped"},
            {"shape": "v-neck", "appearance": "teal"},
        ),
        *_wordings(
            UNSEEN,
            {"shape": "crewneck"},
            {"appearance": "turquoise"},
            {"finer_style": "tartan"},
            {"appearance": "lavender", "finer_style": "lined"},
            {"shape": "high-collared"},
            {"appearance": "crimson"},
            {"shape": "plunging v-neck", "appearance": "indigo"},
            {"appearance": "charcoal"},
        ),
    ),
}


def wordings_of(domain: str) -> tuple[Wording, ...]:
    """The descriptions of a domain; none where this world knows no words of it.

    Example:
        >>> [one.said for one in wordings_of("hair") if one.level == "unseen"][:3]
        ['curly bob', 'lilac', 'afro, purple']
    """
    return WORDINGS.get(domain, ())
