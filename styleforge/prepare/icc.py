"""Colour profiles of files: to sRGB, in which everything is computed, and back.

Little CMS does it, through Pillow: relative colorimetric, with black point compensation.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageCms

_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}  # to Pillow's modes


@dataclass(frozen=True)
class Profile:
    """An ICC profile: its bytes, its name, and the mode of the pictures that it is for.

    Example:
        >>> lab_profile().mode
        'LAB'
    """

    data: bytes
    name: str
    mode: str

    @property
    def plain(self) -> bool:
        """Whether it is sRGB: no colour moves by more than two of 255 levels."""
        if self.mode != "RGB":
            return False
        steps = np.linspace(0, 255, 6, dtype=np.uint8)
        cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
        there = np.asarray(to_srgb(Image.fromarray(cube), self), dtype=int)
        return bool(np.abs(there - cube).max() <= 2)


def lab_profile() -> Profile:
    """The profile of pictures in CIE Lab, for those that bring none.

    Example:
        >>> lab_profile().name
        'Lab'
    """
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return Profile(made.tobytes(), "Lab", "LAB")


def profile_of(picture: Image.Image) -> Profile | None:
    """The profile that is embedded in a picture; None without one.

    Raises:
        ValueError: if there is one that cannot be read, or of a space that is not known.

    Example:
        >>> profile_of(Image.new("RGB", (32, 32))) is None
        True
    """
    data = picture.info.get("icc_profile")
    if not data:
        return None
    try:
        about = _opened(data).profile
        space, name = about.xcolor_space.strip(), (about.profile_description or "").strip()
    except (ImageCms.PyCMSError, OSError, AttributeError, TypeError) as error:
        msg = "its colour profile cannot be read"
        raise ValueError(msg) from error
    if space not in _SPACES:
        msg = f"its colour profile is for the space {space!r}"
        raise ValueError(msg)
    return Profile(bytes(data), name or "unnamed", _SPACES[space])


def to_srgb(picture: Image.Image, profile: Profile) -> Image.Image:
    """A picture in its profile's mode as RGB in sRGB.

    Raises:
        ValueError: if the profile cannot be applied.

    Example:
        >>> grey = Image.new("LAB", (1, 1), (128, 128, 128))
        >>> to_srgb(grey, lab_profile()).mode
        'RGB'
    """
    return _converted(picture, _opened(profile.data), _srgb(), profile.mode, "RGB")


def from_srgb(picture: Image.Image, profile: Profile) -> Image.Image:
    """An RGB picture in sRGB as one in a profile for RGB; the profile is not attached.

    Raises:
        ValueError: if the profile cannot be applied.

    Example:
        >>> profile = Profile(ImageCms.ImageCmsProfile(_srgb()).tobytes(), "sRGB", "RGB")
        >>> from_srgb(Image.new("RGB", (1, 1), (10, 20, 30)), profile).getpixel((0, 0))
        (10, 20, 30)
    """
    return _converted(picture, _srgb(), _opened(profile.data), "RGB", profile.mode)


def _opened(data: bytes) -> Any:
    return ImageCms.ImageCmsProfile(io.BytesIO(data))


def _srgb() -> Any:
    return ImageCms.createProfile("sRGB")


def _converted(picture: Image.Image, old: Any, new: Any, before: str, after: str) -> Image.Image:
    try:
        transform = ImageCms.buildTransform(
            old,
            new,
            before,
            after,
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        done = ImageCms.applyTransform(picture, transform)
    except (ImageCms.PyCMSError, OSError) as error:
        msg = f"its colour profile cannot be applied ({error})"
        raise ValueError(msg) from error
    assert done is not None  # it is, unless it is done in place
    return done
