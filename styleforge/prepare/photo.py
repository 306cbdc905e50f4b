"""Photographs as files hold them: upright, in 8-bit sRGB, with what a result must give back.

Everything is computed in 8-bit sRGB over white. What a file has besides (a wider colour space,
transparency) is kept in `Colours`, so that the result has it too, and so that pixels that an edit
does not touch are the file's own.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from styleforge.prepare import icc
from styleforge.prepare.depth import in_bytes, note_of
from styleforge.prepare.opening import open_picture, readable
from styleforge.prepare.own_colours import ROWS, Bytes, Colours, seen

_ORIENTATION = 0x0112  # of EXIF
_TRANSPARENT = {"RGBA", "LA", "PA", "La", "RGBa"}


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A picture that was read: ``image`` ``(1, 3, H, W)`` in bytes of sRGB, upright, over white.

    ``colours`` is None where that is all that the file holds. ``notes`` are parts of sentences that
    follow the picture's name; those of ``of_result`` are on what a result of it has.

    Example:
        >>> read_photo(Image.new("CMYK", (40, 50))).of_result
        ('is in CMYK without a profile; the result is in sRGB.',)
    """

    image: Tensor
    colours: Colours | None = None
    notes: tuple[str, ...] = ()
    of_result: tuple[str, ...] = ()


def read_photo(source: str | Path | bytes | Image.Image, name: str = "") -> Photo:
    """Read a picture: a file, the bytes of one, or a picture in memory.

    Raises:
        UserError: if there is no such file, it is no picture, damaged, too small, too large or too
            narrow.

    Example:
        >>> read_photo(Image.new("RGBA", (40, 50), (200, 30, 60, 0))).image.shape
        torch.Size([1, 3, 50, 40])
    """
    name = name or (str(source) if isinstance(source, str | Path) else "The picture")
    if isinstance(source, Image.Image):
        with readable(name):
            return _photo(source)
    with open_picture(source, name) as opened, readable(name):
        return _photo(opened)


def to_rgb(picture: Image.Image) -> Image.Image:
    """Any picture as 8-bit sRGB, upright: profiles are applied, alpha is laid over white.

    Raises:
        ValueError: if its numbers cannot be colours.

    Example:
        >>> clear = Image.new("RGBA", (1, 1), (0, 0, 0, 0))
        >>> to_rgb(clear).getpixel((0, 0))  # laid over white
        (255, 255, 255)
    """
    return Image.fromarray(_photo(picture).image[0].permute(1, 2, 0).numpy())


def storable(picture: Image.Image, name: str = "The picture") -> Image.Image:
    """A picture in memory as a PNG can hold it: upright, with its depth, alpha and profile.

    Raises:
        UserError: if its numbers cannot be colours.

    Example:
        >>> storable(Image.new("RGBA", (32, 32))).mode, storable(Image.new("CMYK", (32, 32))).mode
        ('RGBA', 'RGB')
    """
    with readable(name):
        upright = ImageOps.exif_transpose(picture)
        if _held(upright):
            return upright
        photo = _photo(upright)
        if photo.colours is not None:
            return photo.colours.carried(photo.image)
        return Image.fromarray(photo.image[0].permute(1, 2, 0).numpy())


def lost(
    picture: Image.Image, name: str = "The picture", *, of_result: bool = True
) -> tuple[str, ...]:
    """What `storable` leaves out of a picture, as the parts of sentences of a `Photo`.

    What its PNG still has (a profile, transparency) is said when that is read.

    Args:
        picture: of any mode.
        name: what messages call it.
        of_result: say what a result of it lacks, too; not of a reference, which has no result.

    Raises:
        UserError: if its numbers cannot be colours.

    Example:
        >>> lost(Image.new("CMYK", (32, 32)))
        ('is in CMYK without a profile; the result is in sRGB.',)
    """
    with readable(name):
        if _held(picture):
            deep = not picture.mode.startswith("I")  # a PNG holds grey ones
            return (*_frames(picture), *(note_of(picture) if deep and of_result else ()))
        before, after = _photo(picture), _photo(storable(picture, name))
        said = {*after.notes, *after.of_result}
        told = (*before.notes, *(before.of_result if of_result else ()))
        return tuple(note for note in told if note not in said)


def _held(picture: Image.Image) -> bool:
    """Whether a PNG can hold it."""
    return picture.mode in {"1", "L", "LA", "P", "RGB", "RGBA"} or picture.mode[:2] == "I;"


def _photo(picture: Image.Image) -> Photo:
    notes, of_result = [*_frames(picture)], [*note_of(picture)]
    profile = _profile(picture, notes)
    picture = in_bytes(_upright(picture))
    grey = picture.mode in {"1", "L", "LA", "La"}
    alpha = None
    if picture.mode in _TRANSPARENT or "transparency" in picture.info:
        picture = picture.convert("LA" if picture.mode == "La" else picture.mode).convert("RGBA")
        alpha = np.array(picture.getchannel("A"))
        picture = picture.convert("RGB")
        alpha = None if (alpha == 255).all() else alpha
    picture, profile, said = _in_rgb(picture, profile, notes, grey=grey)
    of_result += said
    own = np.asarray(picture, dtype=np.uint8)  # (H, W, 3)
    del picture  # which takes more memory than its bytes do
    if profile is not None:
        of_result.append(f"has the colour profile {profile.name!r}, which the result keeps.")
    if alpha is not None:
        of_result.append("is partly transparent. The result is, too; what the edit adds is opaque.")
    bare = alpha is None and profile is None
    image = own if bare else np.empty_like(own)
    for top in () if bare else range(0, len(own), ROWS):
        rows = slice(top, top + ROWS)
        there = None if alpha is None else alpha[rows]
        image[rows] = np.asarray(seen(own[rows], there, profile))
    return Photo(
        image=_tensor(image),
        colours=None
        if bare
        else Colours(
            own=_tensor(own),
            alpha=None if alpha is None else _tensor(alpha[..., None]),
            profile=profile,
        ),
        notes=tuple(notes),
        of_result=tuple(of_result),
    )


def _upright(picture: Image.Image) -> Image.Image:
    """As EXIF says; a picture that is upright is the same object and no copy."""
    turned = picture.getexif().get(_ORIENTATION, 1) != 1
    return ImageOps.exif_transpose(picture) if turned else picture


def _rgb(picture: Image.Image) -> Image.Image:
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _frames(picture: Image.Image) -> tuple[str, ...]:
    """A note where a file has several pictures; a phone's JPEG has its preview as the second."""
    count = 1
    with contextlib.suppress(Exception):  # a later one that is damaged is no harm to the first
        count = getattr(picture, "n_frames", 1) if picture.format != "MPO" else 1
    with contextlib.suppress(Exception):  # an opened picture may stand at another
        number = picture.tell() + 1
        which = "the first" if number == 1 else f"number {number}"
        return () if count < 2 else (f"has {count} frames, of which only {which} is used.",)
    return ()


def _profile(picture: Image.Image, notes: list[str]) -> icc.Profile | None:
    """The profile to apply: that of the picture, that of Lab, or None for sRGB."""
    found = icc.lab_profile() if picture.mode == "LAB" else None
    try:
        found = icc.profile_of(picture) or found
    except ValueError as error:
        notes.append(f"was read as sRGB: {error}.")
    return None if found is None or found.plain else found


def _in_rgb(
    picture: Image.Image, profile: icc.Profile | None, notes: list[str], *, grey: bool
) -> tuple[Image.Image, icc.Profile | None, tuple[str, ...]]:
    """A picture in RGB, the profile of that, and what to say of the result.

    Profiles of others than RGB are applied and done with.
    """
    if profile is None:
        said = ("is in CMYK without a profile; the result is in sRGB.",)
        return _rgb(picture), None, said if picture.mode == "CMYK" else ()
    if profile.mode == "RGB" and picture.mode not in {"CMYK", "LAB"}:
        return _rgb(picture), profile, ()
    if profile.mode == "L" and grey:
        picture = picture.convert("L")
    if picture.mode != profile.mode:
        notes.append(f"was read as sRGB: its colour profile is for {profile.mode}.")
        return picture.convert("RGB"), None, ()
    said = (f"has the colour profile {profile.name!r}; the result is in sRGB.",)
    return icc.to_srgb(picture, profile), None, said


def _tensor(values: Bytes) -> Tensor:
    """``(H, W, C)`` to ``(1, C, H, W)``."""
    return torch.from_numpy(np.require(values.transpose(2, 0, 1), requirements=("C", "W")))[None]
