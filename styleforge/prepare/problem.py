"""A problem: a pack and prepared references, ready to be optimized or mapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from torch import Tensor

from styleforge.errors import UserError
from styleforge.pack.models import Models
from styleforge.pack.subjects import Subject
from styleforge.prepare.own_colours import Colours


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where an aligned picture came from: the photo and the affine map from photo to picture.

    ``photo`` ``(1, 3, H, W)`` is of any size: bytes where it was a file, a quarter of the memory,
    else values in [-1, 1]; see `styleforge.prepare.images.to_values`.

    Example:
        >>> import torch
        >>> half = ((0.5, 0.0, 0.0), (0.0, 0.5, 0.0))
        >>> Placement(photo=torch.zeros(1, 3, 64, 64), matrix=half).matrix[0][0]
        0.5
    """

    photo: Tensor
    matrix: tuple[tuple[float, float, float], tuple[float, float, float]]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A prepared picture.

    ``image`` ``(1, 3, H, W)`` has the generator's size, ``regions`` are soft masks
    ``(1, 1, H, W)`` by name, ``landmarks`` ``(1, L, 2)`` in pixels or None. ``size`` (H, W) is that
    of the photo that it came from, the picture's where None. ``colours`` are those of the photo,
    where its file holds more than 8-bit sRGB. ``painted`` are the regions, ``(1, 1, H, W)`` in
    bytes, that were painted over a photograph that is larger than the picture. ``doubts`` say of a
    region why it may be wrong. ``subject`` is who of the picture is meant, in pixels of ``image``,
    where its pack leaves pictures at their own size. ``notes`` are for the user; those of
    ``of_result`` are on what a result of this picture has, and are not said of a reference.
    ``sha256`` is that of the file as it was read, empty where it was none.

    Example:
        >>> import torch
        >>> ones = torch.ones(1, 1, 32, 32)
        >>> grey = torch.zeros(1, 3, 32, 32)
        >>> Reference(image=grey, regions={"face": ones}, source="me.png").source
        'me.png'
    """

    image: Tensor
    regions: Mapping[str, Tensor]
    landmarks: Tensor | None = None
    source: str = ""
    placement: Placement | None = None
    size: tuple[int, int] | None = None
    colours: Colours | None = None
    notes: tuple[str, ...] = field(default_factory=tuple)
    of_result: tuple[str, ...] = ()
    unposed: Tensor | None = None  # the picture before it was bent to another pose
    painted: Mapping[str, Tensor] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)
    subject: Subject | None = None
    sha256: str = ""

    @property
    def photo_size(self) -> tuple[int, int]:
        """Height and width of the photo that it came from."""
        if self.size is not None:
            return self.size
        photo = self.image if self.placement is None else self.placement.photo
        return photo.shape[-2], photo.shape[-1]

    @property
    def given(self) -> Tensor:
        """The picture as it was given, ``(1, 3, H, W)``: bytes, or values in [-1, 1]."""
        if self.placement is not None:
            return self.placement.photo
        return self.image if self.unposed is None else self.unposed


def notes_on(references: Mapping[str, Reference]) -> tuple[str, ...]:
    """What to tell the user of pictures by role; what a result has, of the identity alone.

    Example:
        >>> import torch
        >>> deep = Reference(image=torch.zeros(1, 3, 4, 4), regions={}, of_result=("Has 8 bits.",))
        >>> notes_on({"identity": deep}), notes_on({"shape": deep})
        (('Has 8 bits.',), ())
    """
    said = []
    for role, one in references.items():
        said += [*(one.of_result if role == "identity" else ()), *one.notes]
    return tuple(said)


@dataclass(frozen=True)
class Problem:
    """Whose picture, and which reference for which role. Roles not given are the identity's.

    ``described`` holds embeddings ``(1, E)`` by role, of what was asked for in words or colours.
    ``files`` are the SHA-256 of the files that it was read from, by the path that a recipe names.

    Example:
        >>> from styleforge.testing import toy
        >>> problem = toy.toy_problem(Models(toy.toy_pack()), "shape")
        >>> problem.role("shape").source, problem.role("appearance").source  # nobody gave that one
        ('shape', 'identity')
    """

    models: Models
    references: Mapping[str, Reference]
    described: Mapping[str, Tensor] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if "identity" not in self.references:
            have = ", ".join(self.references) or "nothing"
            msg = f"A problem needs an identity; it was given {have}."
            raise UserError(msg)

    @property
    def identity(self) -> Reference:
        """The picture that is edited."""
        return self.references["identity"]

    def role(self, name: str) -> Reference:
        """The reference of a role, or the identity."""
        return self.references.get(name, self.identity)

    def on(self, image: Tensor) -> Problem:
        """The problem of a picture ``(1, 3, H, W)`` in which another edit was done already.

        Regions stay the identity's; they say what the next edit uncovers and covers.
        """
        identity = replace(self.identity, image=image)
        return replace(self, references={**self.references, "identity": identity})
