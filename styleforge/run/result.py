"""The result of a run: the picture, how it was made, and how the run went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from torch import Tensor

from styleforge.prepare.images import save_image
from styleforge.recipe.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a run made: done, stopped, or failed with the best so far.

    ``image`` ``(1, 3, H, W)`` is the edit at the pack's size, ``photo`` the same pasted back into
    the picture it was cut from, ``generated`` the generator's own picture. ``history`` holds the
    losses and cosines of every step. A picture that is only pasted was drawn by no generator: its
    ``latent`` is that of z = 0, its ``noise`` chance.

    Example:
        >>> from styleforge import Forge, Job
        >>> from styleforge.testing import toy
        >>> forge = Forge(())
        >>> forge.use(toy)
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> result = Job(forge, forge.recipe("toy", "toy-look").with_steps(1), problem).result()
        >>> result.image.shape, list(result.regions)
        (torch.Size([1, 3, 32, 32]), ['rest', 'keep', 'thing'])
    """

    image: Tensor
    photo: Tensor
    generated: Tensor
    regions: Mapping[str, Tensor]
    latent: Tensor
    noise: tuple[Tensor, ...]
    recipe: Recipe
    status: Literal["done", "stopped", "failed"]
    steps: int
    seconds: float
    history: tuple[Mapping[str, float], ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)

    def save(self, path: str | Path) -> None:
        """Write the photo as PNG with the recipe inside.

        Raises:
            UserError: if the file cannot be written.
        """
        save_image(self.photo, path, self.recipe)

    def __repr__(self) -> str:
        height, width = self.photo.shape[-2:]
        return (
            f"<Result {'+'.join(self.recipe.domains)}/{self.recipe.method} {width}x{height} "
            f"{self.status} after {self.steps} steps>"
        )
