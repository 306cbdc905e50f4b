"""A result as a file for others: its format, its size, with or without the recipe."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from styleforge.errors import UserError
from styleforge.prepare.formats import FORMATS, encode, recipe_of
from styleforge.prepare.inputs import without_folders
from styleforge.prepare.opening import open_picture
from styleforge.recipe.recipe import Recipe

SCALES = (0.5, 1.0, 2.0, 4.0)
MOST = 100_000_000  # pixels
ENDINGS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "TIFF": ".tif"}
FORBIDDEN = '<>:"/\\|?*'  # in the names of files of any system


@dataclass(frozen=True)
class Exported:
    """The bytes of a file, its size in pixels, and what the user should know of it."""

    data: bytes
    size: tuple[int, int]
    notes: tuple[str, ...] = ()


def exported(
    data: bytes, form: str = "PNG", *, scale: float = 1.0, recipe: bool = True, share: bool = False
) -> Exported:
    """A result in another format or size.

    Args:
        data: the bytes of the result's PNG, with its recipe.
        form: one of `ENDINGS`.
        scale: times the result's own size; Lanczos resampling, which draws nothing new.
        recipe: whether the recipe travels in the file.
        share: whether the recipe names pictures without their folders.

    Raises:
        UserError: if there is no such format, or it would have too many pixels.

    Example:
        >>> import io
        >>> from PIL import Image
        >>> file = io.BytesIO()
        >>> Image.new("RGB", (40, 32)).save(file, format="PNG")
        >>> made = exported(file.getvalue(), "JPEG", scale=2)
        >>> made.size, made.notes
        ((80, 64), ('Enlarged 2 times by Lanczos resampling, which draws nothing new.',))
    """
    if form not in FORMATS.values():
        msg = f"{form!r} is no format of results; there are {', '.join(ENDINGS)}."
        raise UserError(msg)
    with open_picture(data, "The result") as opened:
        opened.load()
        picture, text = opened.copy(), recipe_of(opened) if recipe else ""
        picture.info = {key: opened.info[key] for key in ("icc_profile",) if key in opened.info}
    notes: list[str] = []
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    if size[0] * size[1] > MOST:
        msg = (
            f"{size[0]} x {size[1]} pixels are more than {MOST // 1_000_000} million; choose a "
            "smaller size."
        )
        raise UserError(msg)
    if size != picture.size:
        info = picture.info
        picture = picture.resize(size, Image.Resampling.LANCZOS)
        picture.info = info
        notes.append(_resized(scale))
    if text and share:
        text = without_folders(Recipe.from_json(text))[0].to_json()
    made = encode(picture, form, text)
    if text and not made.whole:
        notes.append(f"{form} has no room for this recipe; save it as a file of its own.")
    return Exported(made.data, size, (*notes, *made.notes))


def file_name(name: str, form: str) -> str:
    """A file's name of what somebody typed, with the ending of the format.

    Example:
        >>> file_name("../me/new look.png", "JPEG")
        'new look.jpg'
        >>> file_name(" ", "PNG")
        'result.png'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(one for one in last if one not in FORBIDDEN and one.isprintable()).strip(". ")
    stem, dot, ending = kept.rpartition(".")
    if dot and f".{ending.lower()}" in FORMATS:
        kept = stem.strip(". ")
    return f"{kept or 'result'}{ENDINGS[form]}"


def _resized(scale: float) -> str:
    if scale < 1:
        return f"Made smaller, to {scale:.0%} of its width, by Lanczos resampling."
    return f"Enlarged {scale:g} times by Lanczos resampling, which draws nothing new."
