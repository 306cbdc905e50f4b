"""The result of a run: the picture, how it was made, and how the run went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from PIL import Image
from torch import Tensor

from styleforge.display.side_by_side import Pictures, show
from styleforge.display.tiles import flat, written
from styleforge.prepare.formats import Encoded, encode
from styleforge.prepare.images import save_picture, to_bytes, to_picture, to_values
from styleforge.prepare.inputs import without_folders
from styleforge.prepare.own_colours import Colours
from styleforge.recipe.combine import parts
from styleforge.recipe.condition import Swatch, Text
from styleforge.recipe.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a run made: done, stopped, or failed with the best so far.

    ``image`` ``(1, 3, H, W)`` is the edit at the pack's size, ``pasted`` the same pasted back into
    the picture it was cut from, in bytes where that was a file, ``generated`` the generator's own
    picture. ``history`` holds the losses and cosines of every step, ``notes`` what the user should
    know, ``references`` the pictures that it is made of, by role, as they were given:
    ``(1, 3, H, W)``, bytes or values in
    [-1, 1]. ``seconds`` are those of the steps, resumed ones included, ``took`` those of this run
    without loading models and preparing pictures, where it happened. A picture that is only pasted
    was drawn by no generator: its ``latent`` is that of z = 0, its ``noise`` chance. ``colours``
    are what the identity's file has beyond 8-bit sRGB, which the saved picture has again.

    Example:
        >>> from styleforge import Job
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> result = Job(forge, forge.recipe("toy", "toy-look").with_steps(1), problem).result()
        >>> result.image.shape, list(result.regions)
        (torch.Size([1, 3, 32, 32]), ['rest', 'keep', 'thing'])
    """

    image: Tensor
    pasted: Tensor
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
    references: Mapping[str, Tensor] = field(default_factory=dict)
    colours: Colours | None = None
    took: float = 0.0

    @property
    def photo(self) -> Tensor:
        """What was `pasted`, ``(1, 3, H, W)`` in [-1, 1]."""
        return to_values(self.pasted).to(self.image)

    def picture(self) -> Image.Image:
        """The photo as it is saved: in bytes, with the identity's profile and transparency."""
        if self.colours is None:
            return to_picture(self.pasted)
        return self.colours.carried(to_bytes(self.pasted))

    def encoded(self, form: str = "PNG") -> Encoded:
        """The picture as the bytes of a file, with the recipe inside where the format holds it.

        Args:
            form: ``PNG``, ``JPEG``, ``WEBP`` or ``TIFF``.

        Raises:
            UserError: if the format cannot hold a picture of this size.
        """
        return encode(self.picture(), form, self.recipe.to_json())

    def save(self, path: str | Path, *, share: bool = False) -> tuple[str, ...]:
        """Write the picture, with the recipe inside, in the format that the name asks for.

        PNG, WebP and TIFF keep every pixel; JPEG does not. Where the recipe does not fit, it is
        written beside the picture, as JSON.

        Args:
            path: ends in ``.png``, ``.jpg``, ``.jpeg``, ``.webp``, ``.tif`` or ``.tiff``.
            share: leave the folders of pictures out of the recipe.

        Returns:
            A sentence for each thing that could not be kept.

        Raises:
            UserError: if the file cannot be written.
        """
        recipe, notes = without_folders(self.recipe) if share else (self.recipe, ())
        return notes + save_picture(self.picture(), path, recipe)

    def side_by_side(self) -> dict[str, Tensor]:
        """Identity, what was asked for and the photo, ``(1, 3, H, W)`` in [-1, 1] by label.

        Words and colours are tiles; their labels say what they are.
        """
        found = {"identity": self.references["identity"]} if "identity" in self.references else {}
        for prefix, part in parts(self.recipe):
            for name, condition in part.conditions.items():
                role = prefix + name.partition(".")[2]
                label = role.replace("_", " ")
                if isinstance(condition, Text):
                    found[label] = written(condition.text)
                elif isinstance(condition, Swatch):
                    found[f"{label} {condition.colour}"] = flat(condition.rgb)
                elif role in self.references:
                    found[label] = self.references[role]
        return {name: to_values(one) for name, one in {**found, "result": self.pasted}.items()}

    def show(self) -> Pictures:
        """Identity, references and result side by side; the last value of a cell shows them.

        `save` of what it gives writes the page.

        Example:
            >>> from styleforge.testing import toy
            >>> forge = toy.toy_forge()
            >>> from styleforge import edit
            >>> edit("toy", "me.png", forge=forge, shape="tall").show()
            <Pictures: identity, shape, result>
        """
        return show(self.side_by_side())

    def _repr_png_(self) -> bytes:
        return self.show()._repr_png_()

    def __repr__(self) -> str:
        height, width = self.pasted.shape[-2:]
        return (
            f"<Result {'+'.join(self.recipe.domains)}/{self.recipe.method} {width}x{height} "
            f"{self.status} after {self.steps} steps>"
        )
