"""From a file to a reference: orient, align, find regions and landmarks."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from styleforge.errors import UserError
from styleforge.pack.models import Models
from styleforge.prepare import geometry
from styleforge.prepare.align import align, refuse_number
from styleforge.prepare.images import to_bytes, to_values
from styleforge.prepare.opening import check_size
from styleforge.prepare.own_colours import Colours
from styleforge.prepare.photo import read_photo
from styleforge.prepare.problem import Placement, Reference
from styleforge.prepare.regions import soft_regions
from styleforge.prepare.whole import looked_at


def prepare(
    source: str | Path | Image.Image | Tensor,
    models: Models,
    *,
    name: str = "",
    subject: int | None = None,
    painted: bool = False,
) -> Reference:
    """Make a reference of a picture.

    Args:
        source: a file, an opened picture, or ``(1, 3, H, W)`` in [-1, 1].
        models: the pack's models; with landmarks and an alignment the picture is aligned.
        name: what to call it; a file's own name where none is given.
        subject: which one, from 1 at the left, of a picture that shows several.
        painted: its region will be painted, so that none of several need be chosen.

    Raises:
        UserError: if the file cannot be read, the picture holds NaN, or it shows no subject that
            can be aligned, or several of which none was chosen.

    Example:
        >>> from styleforge.testing import toy
        >>> reference = prepare("me.png", Models(toy.toy_pack()))
        >>> reference.image.shape, list(reference.regions)
        (torch.Size([1, 3, 32, 32]), ['rest', 'keep', 'thing'])
    """
    kept, colours, name, notes, of_result = _read(source, models, name)
    if models.pack.size is None:
        found = looked_at(kept, models, name, subject, painted=painted)
        return Reference(
            image=found.image,
            regions=found.regions,
            source=name,
            placement=found.placement,
            size=(kept.shape[-2], kept.shape[-1]),
            colours=colours,
            doubts=found.doubts,
            subject=found.subject,
            notes=(*notes, *found.notes),
            of_result=of_result,
        )
    photo = kept
    if kept.dtype == torch.uint8:
        photo = to_values(geometry.reduced(kept, geometry.LARGE)[0])
    photo = photo.to(models.device, models.dtype)
    size = models.pack.frame
    placement = None
    image = geometry.fit(photo, size)
    if models.pack.alignment is None or not models.has("landmarks"):
        refuse_number(subject, 1, name)
    if models.pack.alignment is not None and models.has("landmarks"):
        placed, said = align(photo, models, models.pack.alignment, name, subject)
        notes += said
        matrix = placed.matrix if placed.moved or tuple(photo.shape[-2:]) != size else None
        if placed.moved:
            notes.append(f"{name} was aligned; the edit is pasted back into it.")
        elif matrix is not None:
            notes.append(f"{name} was scaled to {size[1]} x {size[0]}; the edit is pasted back.")
        if matrix is not None:
            share = photo.shape[-1] / kept.shape[-1]  # of a large photo, which is made smaller
            matrix = matrix * [share, share, 1]
            image = geometry.warp(photo if share == 1 else kept, matrix, size).to(photo)
            rows = tuple(tuple(map(float, row)) for row in matrix)
            placement = Placement(photo=kept, matrix=rows)  # type: ignore[arg-type]
    elif tuple(photo.shape[-2:]) != size:
        notes.append(f"{name} was cropped and scaled to {size[1]} x {size[0]}.")
        colours = None if colours is None else _fit_colours(colours, size)
    with torch.no_grad():
        landmarks = models.get("landmarks")(image) if models.has("landmarks") else None
    return Reference(
        image=image,
        regions=soft_regions(image, models),
        landmarks=landmarks,
        source=name,
        placement=placement,
        size=(kept.shape[-2], kept.shape[-1]),
        colours=colours,
        notes=tuple(notes),
        of_result=of_result,
    )


def _read(
    source: str | Path | Image.Image | Tensor, models: Models, name: str
) -> tuple[Tensor, Colours | None, str, list[str], tuple[str, ...]]:
    """A picture as it is kept (bytes, or values if it came so), its colours, name and notes.

    The last of these are on what a result of it has.
    """
    if isinstance(source, Tensor):
        name = name or "the picture"
        _check_tensor(source, name)
        return source, None, name, [], ()
    if not isinstance(source, Image.Image):
        name = name or str(source)
        source = resolve(source, models)
    name = name or "the picture"
    read = read_photo(source, name)
    notes, of_result = (
        [f"{name} {note}" for note in some] for some in (read.notes, read.of_result)
    )
    return read.image, read.colours, name, notes, tuple(of_result)


def resolve(source: str | Path, models: Models) -> Path:
    """The file of a source; ``gallery:NAME`` is a picture that the pack ships.

    Raises:
        UserError: if the pack's gallery has no such picture.

    Example:
        >>> from styleforge.testing import toy
        >>> resolve("me.png", Models(toy.toy_pack())).name
        'me.png'
    """
    text = str(source)
    if not text.startswith("gallery:"):
        return Path(source)
    folder, wanted = models.pack.gallery, text.removeprefix("gallery:")
    names = sorted(path.stem for path in folder.glob("*.png")) if folder else []
    if folder is None or wanted not in names:
        have = ", ".join(names) or "no pictures"
        near = difflib.get_close_matches(wanted, names, n=1)
        hint = f" Did you mean gallery:{near[0]}?" if near else ""
        msg = f"The gallery of {models.pack.name!r} has no picture {wanted!r}; it has {have}.{hint}"
        raise UserError(msg)
    return folder / f"{wanted}.png"


def _fit_colours(colours: Colours, size: tuple[int, int]) -> Colours:
    """Colours of the picture that `geometry.fit` makes."""

    def fit(values: Tensor) -> Tensor:
        return to_bytes(geometry.fit(to_values(values), size))

    alpha = None if colours.alpha is None else fit(colours.alpha)
    return replace(colours, own=fit(colours.own), alpha=alpha)


def _check_tensor(photo: Tensor, name: str) -> None:
    if photo.ndim != 4 or photo.shape[:2] != (1, 3):
        msg = f"{name} has shape {tuple(photo.shape)}; (1, 3, H, W) in [-1, 1] was expected."
        raise UserError(msg)
    check_size((photo.shape[-1], photo.shape[-2]), name)
    if not torch.isfinite(photo).all():
        msg = f"{name} holds values that are not numbers (NaN or infinite)."
        raise UserError(msg)
