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
from styleforge.prepare import geometry, masks
from styleforge.prepare.align import align, refuse_number
from styleforge.prepare.images import to_bytes, to_values
from styleforge.prepare.opening import check_size
from styleforge.prepare.own_colours import Colours
from styleforge.prepare.photo import read_photo
from styleforge.prepare.problem import Placement, Reference
from styleforge.prepare.regions import soft_regions
from styleforge.prepare.ways import PAINT
from styleforge.prepare.whole import looked_at
from styleforge.recipe.domain import Domain

_ENOUGH = 1024  # pixels of the width that are looked at to say how large a region is
_UNSURE = 0.2  # a pixel's share of a region, from which it may be inside as well as outside


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


def require(reference: Reference, region: str, share: float, mask: str = "") -> None:
    """Refuse a picture in which a region is not found; ``mask`` is what it was painted in.

    Raises:
        UserError: if the region takes up less than ``share`` of the picture.

    Example:
        >>> from styleforge.testing import toy
        >>> identity = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> require(identity, "hat", 0.005)
        Traceback (most recent call last):
        styleforge.errors.UserError: The pack finds no region 'hat', it finds rest, keep, thing. ...
    """
    if region not in reference.regions:
        have = ", ".join(reference.regions)
        msg = f"The pack finds no region {region!r}, it finds {have}. Choose another pack."
        raise UserError(msg)
    step = max(1, reference.image.shape[-1] // _ENOUGH)
    coarse = torch.cat([one[..., ::step, ::step] for one in reference.regions.values()], 1)
    found = float(masks.hard(coarse)[:, list(reference.regions).index(region)].mean())
    if found < share and mask:
        msg = (
            f"{mask} marks {found:.1%} of {reference.source}, and at least {share:.1%} is needed. "
            f"Paint white where the {region} is, and black elsewhere."
        )
        raise UserError(msg)
    if found < share:
        msg = (
            f"No {region} was found in {reference.source} ({found:.1%} of the picture, at least "
            f"{share:.1%} is needed). Use a picture in which the {region} can be seen, or "
            "paint it: white in a mask."
        )
        raise UserError(msg)


def vague(reference: Reference, region: str, share: float) -> tuple[str, ...]:
    """A note where a region's outline is unsure: too many pixels are neither in it nor out.

    Args:
        reference: a prepared picture.
        region: one of its regions.
        share: of the region's own size, from which so many unsure pixels are told.

    Example:
        >>> half = torch.full((1, 1, 4, 4), 0.6)
        >>> reference = Reference(image=half, regions={"lips": half, "face": 1 - half}, source="me")
        >>> vague(reference, "lips", 0.4)[0].partition(";")[0]
        'The outline of the lips in me is vague (100% of it is unsure)'
    """
    found = reference.regions[region]
    unsure = float(((found > _UNSURE) & (found < 1 - _UNSURE)).float().sum())
    off = unsure / max(float((found > 0.5).float().sum()), 1.0)
    if region in reference.doubts:
        note = (
            f"The {region} in {reference.source} may be wrong, because {reference.doubts[region]}; "
            f"look at the result. Where it is wrong, paint the {region}: {PAINT}"
        )
        return (note,)
    if off < share:
        return ()
    note = (
        f"The outline of the {region} in {reference.source} is vague ({min(off, 1):.0%} of it is "
        f"unsure); look at the result. Where it is wrong, paint the {region}: {PAINT}"
    )
    return (note,)


def check(reference: Reference, domain: Domain, models: Models, *, role: str) -> None:
    """Refuse a reference that lacks what its role needs.

    Raises:
        UserError: if a kept region, or the styled region of a reference, is not found.

    Example:
        >>> from styleforge.testing import toy
        >>> models = Models(toy.toy_pack())
        >>> check(toy.toy_problem(models).identity, toy.TOY, models, role="identity")
    """
    for region in domain.keep:
        require(reference, region, models.least(region))
    if role != "identity":
        require(reference, domain.region, models.least(domain.region))


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
