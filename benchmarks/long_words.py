"""How long descriptions take to be read: `python -m benchmarks.long_words`.

A description has at most 1,000 characters; here that limit is lifted. Printed are CPU seconds for
words that the pack knows, that it does not, and that contradict each other; and for the words of
colours. Takes about 15 CPU seconds.
"""

from __future__ import annotations

import contextlib
import time
from itertools import cycle, islice

from styleforge_portraits import language

from styleforge.errors import UserError
from styleforge.recipe.colour_names import colours_of
from styleforge.recipe.domain import Attribute

COUNTS = (1000, 2000, 4000)
WORDS = {
    "known": ("red", "long", "wavy", "hair", "bob"),
    "unknown": ("flumph", "zork", "gribble", "wob"),
    "contradicting": ("straight", "hair", "kinky", "ringlety"),
    "misspelt colours": ("turqoise", "navvy", "purpel"),
}


def seconds(words: tuple[str, ...], count: int) -> float:
    """CPU seconds for so many words, in turn."""
    text = " ".join(islice(cycle(words), count))
    lips = Attribute(name="lips.colour", title="", help="", prompt="{} lips")
    start = time.process_time()
    with contextlib.suppress(UserError):  # which is an answer, too
        language.place(text, "hair.shape")
    colours_of(text, lips)
    return time.process_time() - start


def main() -> None:
    """Print the table."""
    print("| words | " + " | ".join(f"{count:,}" for count in COUNTS) + " |")
    print("|---" * (1 + len(COUNTS)) + "|")
    for name, words in WORDS.items():
        row = [f"{seconds(words, count):.2f} s" for count in COUNTS]
        print(f"| {name} | " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
