"""What a run does beside its steps, with an event before each: pictures, models, composing."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from styleforge.prepare.build import problem_steps
from styleforge.prepare.inputs import picture_names
from styleforge.run.events import Event, Preparing

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.pack.models import Models
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.recipe import Recipe


class Beside:
    """Counts what is done beside the steps of a run.

    Args:
        kinds: components that are to be loaded.
        pictures: how many are to be prepared.

    Example:
        >>> beside = Beside()
        >>> beside.event("Composing the picture")
        Preparing(what='Composing the picture', index=0, count=2)
    """

    def __init__(self, kinds: Sequence[str] = (), pictures: int = 0) -> None:
        self._kinds = kinds
        self._count, self._done = len(kinds) + pictures + 2, 0  # the first and the last picture

    @classmethod
    def of(cls, recipe: Recipe, forge: Forge) -> Beside:
        """What a recipe needs that is not in memory."""
        models = forge.models_of(recipe)
        needed = [one for one in forge.components_of(recipe) if models.has(one)]
        kinds = [one for one in needed if one != "regions" and not models.loaded(one)]
        return cls(kinds, len(picture_names(recipe)))

    def event(self, what: str) -> Preparing:
        """The event of what is done next."""
        index, self._done = self._done, self._done + 1
        return Preparing(what=what, index=index, count=max(self._count, index + 1))

    def building(
        self, recipe: Recipe, forge: Forge
    ) -> Generator[Event, None, tuple[Problem, tuple[str, ...]]]:
        """Build the problem, with an event before each picture; returns it and its notes.

        Raises:
            UserError: if a picture cannot be used.
        """
        steps = problem_steps(forge, recipe)
        while True:
            try:
                name = next(steps)
            except StopIteration as stop:
                built: tuple[Problem, tuple[str, ...]] = stop.value
                return built
            yield self.event(f"Aligning {name}")

    def loading(self, models: Models) -> Iterator[Preparing]:
        """Load components one at a time, with an event before each."""
        for kind in self._kinds:
            yield self.event(f"Loading the {kind.partition('/')[0].replace('_', ' ')}")
            models.get(kind)
