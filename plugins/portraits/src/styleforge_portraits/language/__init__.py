"""The words of the portrait world: captions of people, and what a description asks of one."""

from .describe import choose, describe, draw, phrase
from .description import Description, held_out, parse
from .place import place
from .satisfy import contradicts, satisfy
from .term import Condition, Term
from .words import HELD_OUT, WORDS, HeldOut, by_key

__all__ = [
    "HELD_OUT", "WORDS", "Condition", "Description", "HeldOut", "Term", "by_key", "choose",
    "contradicts", "describe", "draw", "held_out", "parse", "phrase", "place", "satisfy",
]  # fmt: skip
