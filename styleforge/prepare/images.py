"""Pictures in and out: any file a user may have to ``(1, 3, H, W)`` in [-1, 1], and back.

A recipe travels in the text chunk ``styleforge`` of a PNG, in EXIF's comment of other formats.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from styleforge.errors import UserError
from styleforge.files import write_text, write_whole
from styleforge.prepare.formats import encode, format_of, recipe_of
from styleforge.prepare.opening import open_picture, readable
from styleforge.prepare.photo import read_photo
from styleforge.recipe import limits
from styleforge.recipe.recipe import Recipe


def load_image(path: str | Path) -> Tensor:
    """Read a picture as ``(1, 3, H, W)`` in [-1, 1].

    Raises:
        UserError: if there is no such file, it is no picture, damaged, too small or too large.

    Example:
        >>> load_image("me.png").shape
        torch.Size([1, 3, 32, 32])
    """
    return to_values(read_photo(path).image)


def to_tensor(picture: Image.Image) -> Tensor:
    """An RGB picture to ``(1, 3, H, W)`` in [-1, 1].

    Example:
        >>> to_tensor(Image.new("RGB", (2, 2), "white")).unique()
        tensor([1.])
    """
    values = torch.from_numpy(np.array(picture, dtype=np.uint8))
    return to_values(values.permute(2, 0, 1)[None])


def to_bytes(image: Tensor) -> Tensor:
    """``(1, 3, H, W)`` in [-1, 1] to bytes; bytes stay as they are.

    Example:
        >>> to_bytes(torch.ones(1, 3, 2, 2)).unique()
        tensor([255], dtype=torch.uint8)
    """
    if image.dtype == torch.uint8:
        return image.cpu()
    values = image.detach().cpu().float().clamp(-1, 1)
    return ((values + 1) * 127.5).round().to(torch.uint8)


def to_values(image: Tensor) -> Tensor:
    """Bytes ``(1, 3, H, W)`` to [-1, 1], as `load_image` reads them; values stay as they are.

    Example:
        >>> to_values(torch.tensor([0, 255], dtype=torch.uint8))
        tensor([-1.,  1.])
    """
    return image.float().div_(127.5).sub_(1) if image.dtype == torch.uint8 else image


def to_picture(image: Tensor) -> Image.Image:
    """``(1, 3, H, W)`` in [-1, 1] to an 8-bit RGB picture.

    Example:
        >>> to_picture(torch.zeros(1, 3, 4, 6)).size
        (6, 4)
    """
    return Image.fromarray(to_bytes(image)[0].permute(1, 2, 0).numpy())


def encode_png(image: Tensor, recipe: Recipe | None = None) -> bytes:
    """The bytes of a PNG of ``(1, 3, H, W)`` in [-1, 1], with the recipe where one is given.

    Example:
        >>> encode_png(torch.zeros(1, 3, 32, 32))[1:4]
        b'PNG'
    """
    return encode(to_picture(image), "PNG", recipe.to_json() if recipe else "").data


def save_image(image: Tensor, path: str | Path, recipe: Recipe | None = None) -> None:
    """Write ``(1, 3, H, W)`` in [-1, 1] as a PNG, with the recipe in it where one is given.

    Raises:
        UserError: if the file cannot be written.

    Example:
        >>> save_image(torch.zeros(1, 3, 32, 32), "grey.png")
        >>> load_image("grey.png").shape
        torch.Size([1, 3, 32, 32])
    """
    write_whole(Path(path), encode_png(image, recipe))


def save_picture(picture: Image.Image, path: str | Path, recipe: Recipe) -> tuple[str, ...]:
    """Write a picture in the format that its name asks for, with the recipe in it.

    The recipe goes to a JSON file beside it where the format cannot hold it.

    Returns:
        A sentence for each thing that the format could not hold.

    Raises:
        UserError: if the name asks for no format that is written, or a file cannot be written.

    Example:
        >>> recipe = Recipe(domain="lips", method="colour", stages=(), seed=3)
        >>> save_picture(Image.new("RGB", (32, 32)), "out.webp", recipe)
        ()
        >>> read_recipe("out.webp").seed
        3
    """
    path = Path(path)
    made = encode(picture, format_of(path), recipe.to_json())
    notes = made.notes
    if not made.whole:
        write_text(beside(path), recipe.to_json(indent=2) + "\n")
        notes += (f"{path.name} cannot hold the recipe, which is in {beside(path).name}.",)
    write_whole(path, made.data)
    return notes


def beside(path: Path) -> Path:
    """The file of the recipe of a picture that cannot hold it.

    Example:
        >>> beside(Path("out.jpg")).name
        'out.jpg.json'
    """
    return path.with_name(path.name + ".json")


def read_recipe(path: str | Path) -> Recipe:
    """The recipe inside a result, in the JSON file beside it, or of a JSON file.

    Raises:
        UserError: if the file holds none.

    Example:
        >>> recipe = Recipe(domain="lips", method="colour", stages=(), seed=3)
        >>> save_image(torch.zeros(1, 3, 32, 32), "out.png", recipe)
        >>> read_recipe("out.png").seed
        3
    """
    path = Path(path)
    if path.suffix.lower() == ".json" and path.is_file():
        return _written(path)
    with open_picture(path) as picture, readable(str(path)):
        picture.load()
        text = recipe_of(picture)
    if not text and beside(path).is_file():
        return _written(beside(path))
    if not text:
        msg = f"{path} holds no recipe; give a picture that styleforge wrote, or a recipe's JSON."
        raise UserError(msg)
    return Recipe.from_json(text)


def _written(path: Path) -> Recipe:
    """The recipe of a JSON file, of which no more is read than a recipe may have."""
    with path.open("rb") as file:
        return Recipe.from_json(file.read(limits.CHARACTERS + 1))


def file_sha256(path: str | Path) -> str:
    """SHA-256 of a file, in hexadecimal.

    Example:
        >>> Path("empty").write_bytes(b"")
        0
        >>> file_sha256("empty")[:12]
        'e3b0c44298fc'
    """
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
