"""Lists of pictures: what each of several runs is given, and their results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.display.side_by_side import Pictures
    from styleforge.run.result import Result


@dataclass(frozen=True)
class Batch(Sequence["Result"]):
    """The results of several pictures, in the order in which these were given.

    The last value of a notebook cell shows them, a row each.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> from styleforge import edit
        >>> edit("toy", ["me.png", "me.png"], forge=forge, shape="tall")
        <Batch of 2 results>
    """

    results: tuple[Result, ...]

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Result]: ...
    def __getitem__(self, index: int | slice) -> Result | Sequence[Result]:
        """The result of a place, or the results of several."""
        return self.results[index]

    def __len__(self) -> int:
        """How many results there are."""
        return len(self.results)

    def save(self, folder: str | Path) -> tuple[Path, ...]:
        """Write every photo, with its recipe inside, as ``001-NAME.png`` by the identity's name.

        Returns:
            The files.

        Raises:
            UserError: if one cannot be written.
        """
        from styleforge.prepare.called import stem_of

        paths = []
        for number, result in enumerate(self.results, 1):
            identity = result.recipe.identity
            source = identity.path if identity else ""
            name = stem_of(source) or "result"
            paths.append(Path(folder) / f"{number:03}-{name}.png")
            result.save(paths[-1])
        return tuple(paths)

    def show(self) -> Pictures:
        """Identity, references and result of each, a row each.

        Raises:
            UserError: if there is no result.
        """
        from styleforge.display.side_by_side import show

        return show(*(result.side_by_side() for result in self.results))

    def _repr_png_(self) -> bytes | None:
        return self.show()._repr_png_() if self.results else None

    def __repr__(self) -> str:
        return f"<Batch of {len(self.results)} results>"


class BatchError(UserError):
    """Some runs of a batch failed. ``done`` holds the results of the others.

    Example:
        >>> raise BatchError("1 of 2 runs failed. 2: No face was found.", Batch(()))
        Traceback (most recent call last):
        styleforge.api.batch.BatchError: 1 of 2 runs failed. 2: No face was found.
    """

    def __init__(self, sentence: str, done: Batch) -> None:
        super().__init__(sentence)
        self.done = done


def rows_of(identity: Any, asked: Mapping[str, Any]) -> list[tuple[Any, dict[str, Any]]] | None:
    """Identity and wishes of every run, where a list was given; None where there is none.

    What is no list is the same for all.

    Raises:
        UserError: if lists are of different length, or empty.

    Example:
        >>> rows_of("me.png", {"shape": ["tall", "wide"], "appearance": "red"})[1]
        ('me.png', {'shape': 'wide', 'appearance': 'red'})
    """
    given = {"identity": identity, **asked}
    lengths = {name: len(one) for name, one in given.items() if isinstance(one, list | tuple)}
    if not lengths:
        return None
    count = max(lengths.values())
    if not count or set(lengths.values()) != {count}:
        said = ", ".join(f"{name} {length}" for name, length in lengths.items())
        msg = f"Lists of a batch have one length, at least 1; these have: {said}."
        raise UserError(msg)
    return [
        (
            identity[index] if "identity" in lengths else identity,
            {name: one[index] if name in lengths else one for name, one in asked.items()},
        )
        for index in range(count)
    ]
