"""Pictures in and out: any file a user may have to ``(1, 3, H, W)`` in [-1, 1], and back.

EXIF rotation is applied, CMYK, grey, palette and 16-bit pictures are converted, alpha is laid
over white. A recipe travels in the text chunk ``styleforge`` of a PNG.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from styleforge.errors import UserError
from styleforge.files import write_whole
from styleforge.recipe.recipe import Recipe

CHUNK = "styleforge"
MAX_PIXELS = 100_000_000
MIN_SIDE = 32


def load_image(path: str | Path) -> Tensor:
    """Read a picture as ``(1, 3, H, W)`` in [-1, 1].

    Raises:
        UserError: if there is no such file, it is no picture, damaged, too small or too large.

    Example:
        >>> load_image("me.png").shape
        torch.Size([1, 3, 32, 32])
    """
    with open_picture(path) as opened:
        try:
            picture = to_rgb(ImageOps.exif_transpose(opened))
        except (OSError, ValueError, SyntaxError) as error:
            msg = f"{path} is damaged and cannot be read to its end ({error}). Try another copy."
            raise UserError(msg) from error
    return to_tensor(picture)


def open_picture(path: str | Path) -> Image.Image:
    """Open a picture and check its size; pixels are not read yet.

    Raises:
        UserError: as `load_image`.

    Example:
        >>> with open_picture("me.png") as picture:
        ...     print(picture.size)
        (32, 32)
    """
    path = Path(path)
    if path.is_dir():
        msg = f"{path} is a folder; a picture file was expected (PNG, JPEG, WebP, TIFF, BMP)."
        raise UserError(msg)
    if not path.exists():
        msg = f"There is no file {path}. Check the name and the folder."
        raise UserError(msg)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(path)
    except Image.DecompressionBombError as error:
        msg = f"{path} is too large to open ({error}). Scale it down to 100 megapixels or less."
        raise UserError(msg) from error
    except UnidentifiedImageError as error:
        msg = f"{path} is not a picture that can be read. Use PNG, JPEG, WebP, TIFF or BMP."
        raise UserError(msg) from error
    except OSError as error:
        msg = f"{path} cannot be opened: {error.strerror or error}."
        raise UserError(msg) from error
    try:
        check_size(picture.size, str(path))
    except UserError:
        picture.close()
        raise
    return picture


def check_size(size: tuple[int, int], name: str) -> None:
    """Refuse a picture of a size (width, height) that cannot be edited.

    Raises:
        UserError: if it has too many pixels, or a side too few.

    Example:
        >>> check_size((640, 480), "me.png")
        >>> check_size((8, 8), "me.png")
        Traceback (most recent call last):
        styleforge.errors.UserError: me.png is 8 x 8 pixels; at least 32 on each side are needed.
    """
    width, height = size
    if width * height > MAX_PIXELS:
        msg = f"{name} is {width} x {height} pixels; scale it down to 100 megapixels or less."
        raise UserError(msg)
    if min(width, height) < MIN_SIDE:
        msg = f"{name} is {width} x {height} pixels; at least {MIN_SIDE} on each side are needed."
        raise UserError(msg)


def to_rgb(picture: Image.Image) -> Image.Image:
    """Any mode to RGB: 16-bit is scaled down, alpha is laid over white, CMYK is converted.

    Example:
        >>> clear = Image.new("RGBA", (1, 1), (0, 0, 0, 0))
        >>> to_rgb(clear).getpixel((0, 0))  # laid over white
        (255, 255, 255)
    """
    if picture.mode.startswith("I") or picture.mode == "F":
        values = np.asarray(picture, dtype=np.float64)
        if not np.isfinite(values).all():
            msg = "The picture holds values that are not numbers (NaN or infinite)."
            raise ValueError(msg)
        top = 65535.0 if values.max() > 255 else 255.0
        top = 1.0 if picture.mode == "F" and values.max() <= 1 else top
        grey = (values / top * 255).clip(0, 255).astype(np.uint8)
        picture = Image.fromarray(grey)
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")


def to_tensor(picture: Image.Image) -> Tensor:
    """An RGB picture to ``(1, 3, H, W)`` in [-1, 1].

    Example:
        >>> to_tensor(Image.new("RGB", (2, 2), "white")).unique()
        tensor([1.])
    """
    values = torch.from_numpy(np.array(picture, dtype=np.uint8))
    return to_values(values.permute(2, 0, 1)[None])


def to_bytes(image: Tensor) -> Tensor:
    """``(1, 3, H, W)`` in [-1, 1] to bytes.

    Example:
        >>> to_bytes(torch.ones(1, 3, 2, 2)).unique()
        tensor([255], dtype=torch.uint8)
    """
    values = image.detach().cpu().float().clamp(-1, 1)
    return ((values + 1) * 127.5).round().to(torch.uint8)


def to_values(image: Tensor) -> Tensor:
    """Bytes ``(1, 3, H, W)`` to [-1, 1], as `load_image` reads them; values stay as they are.

    Example:
        >>> to_values(torch.tensor([0, 255], dtype=torch.uint8))
        tensor([-1.,  1.])
    """
    return image.float() / 127.5 - 1 if image.dtype == torch.uint8 else image


def to_picture(image: Tensor) -> Image.Image:
    """``(1, 3, H, W)`` in [-1, 1] to an 8-bit RGB picture.

    Example:
        >>> to_picture(torch.zeros(1, 3, 4, 6)).size
        (6, 4)
    """
    return Image.fromarray(to_bytes(image)[0].permute(1, 2, 0).numpy())


def encode_png(image: Tensor, recipe: Recipe | None = None) -> bytes:
    """The bytes of a PNG, with the recipe in it where one is given.

    Example:
        >>> encode_png(torch.zeros(1, 3, 32, 32))[1:4]
        b'PNG'
    """
    info = PngInfo()
    if recipe is not None:
        info.add_itxt(CHUNK, recipe.to_json())
    file = io.BytesIO()
    to_picture(image).save(file, format="PNG", pnginfo=info)
    return file.getvalue()


def save_image(image: Tensor, path: str | Path, recipe: Recipe | None = None) -> None:
    """Write a PNG, with the recipe in it where one is given.

    Raises:
        UserError: if the file cannot be written.

    Example:
        >>> save_image(torch.zeros(1, 3, 32, 32), "grey.png")
        >>> load_image("grey.png").shape
        torch.Size([1, 3, 32, 32])
    """
    write_whole(Path(path), encode_png(image, recipe))


def read_recipe(path: str | Path) -> Recipe:
    """The recipe inside a result's PNG, or of a JSON file.

    Raises:
        UserError: if the file holds none.

    Example:
        >>> recipe = Recipe(domain="lips", method="colour", stages=(), seed=3)
        >>> save_image(torch.zeros(1, 3, 32, 32), "out.png", recipe)
        >>> read_recipe("out.png").seed
        3
    """
    if Path(path).suffix.lower() == ".json" and Path(path).is_file():
        return Recipe.from_json(Path(path).read_bytes())
    with open_picture(path) as picture:
        try:
            picture.load()
        except (OSError, ValueError, SyntaxError) as error:
            msg = f"{path} is damaged and cannot be read to its end ({error})."
            raise UserError(msg) from error
        text = getattr(picture, "text", {}).get(CHUNK)
    if text is None:
        msg = f"{path} holds no recipe. Only PNGs written by styleforge carry one."
        raise UserError(msg)
    return Recipe.from_json(text)


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
