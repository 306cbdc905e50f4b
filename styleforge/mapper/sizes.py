"""The sizes of a mapper, compared with what its file holds before a network is built of them."""

from __future__ import annotations

from dataclasses import astuple, dataclass

MOST = 65_536  # rows, width, embedding and hidden numbers


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Rows and width of W+, numbers of an embedding and of hidden layers, modules in a row.

    Example:
        >>> Sizes(rows=18, width=512, embedding=512, hidden=512, depth=5).depth
        5
    """

    rows: int
    width: int
    embedding: int
    hidden: int
    depth: int

    def check(self, parts: int, numbers: int) -> None:
        """Refuse sizes that need more weights than there are.

        Args:
            parts: how many sub-mappers there are.
            numbers: how many numbers all weights in the file are.

        Raises:
            ValueError: saying what is out of range.

        Example:
            >>> Sizes(rows=18, width=512, embedding=512, hidden=512, depth=10**9).check(3, 10**6)
            Traceback (most recent call last):
            ValueError: its sizes need at least 3,933,696,000,000,000 weights, and it has 1,000,000
        """
        if any(type(one) is not int or not 1 <= one <= MOST for one in astuple(self)[:-1]):
            msg = f"its sizes are {astuple(self)[:-1]}; whole numbers of 1 to {MOST:,} are expected"
            raise ValueError(msg)
        if type(self.depth) is not int or self.depth < 0:
            msg = f"its depth is {self.depth!r}; a whole number is expected"
            raise ValueError(msg)
        functions = 2 * self.hidden * (self.embedding + self.width)  # gamma and beta
        needed = parts * self.depth * (self.width**2 + self.width + functions)
        if needed > numbers:
            msg = f"its sizes need at least {needed:,} weights, and it has {numbers:,}"
            raise ValueError(msg)
