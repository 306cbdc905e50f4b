"""Composition: from the generator's picture to the result, and back into the photo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from styleforge.pack.guards import Guarded
from styleforge.pack.pack import Models
from styleforge.pack.protocols import Composition, Inpainter
from styleforge.plugins.registry import Registry
from styleforge.prepare import geometry, masks
from styleforge.prepare.images import to_values
from styleforge.prepare.nearest import nearest_known
from styleforge.prepare.pixels import blend, enlarge, shrink
from styleforge.prepare.problem import Reference
from styleforge.prepare.regions import REACH, hard_regions
from styleforge.recipe.combine import parts
from styleforge.recipe.domain import Domain
from styleforge.recipe.recipe import Compose, Recipe

CERTAIN = 0.7  # a pixel with this share of a spared region belongs to it alone
RIM = 1  # pixels at a width of 256 around a region that may still show it
MARGIN = 3  # pixels at a width of 256 around a change that are pasted back into the photo with it
SOFT = 1.5  # pixels at a width of 256 over which what is pasted back fades
BORDER = 2  # pixels at a width of 256 at the cut picture's border that are not pasted back
UNFILLED = ("none", "edit", "exposed")  # compositions that fill no hole
SOLID = 0.9  # coverage from which a pixel shows the region and nothing of what is behind it


def compose(
    generated: Tensor,
    regions: Mapping[str, Tensor],
    identity: Reference,
    domain: Domain,
    how: Compose,
    inpainter: Inpainter,
) -> Tensor:
    """The edited picture ``(1, 3, H, W)`` in [-1, 1].

    Args:
        generated: the generator's picture ``(1, 3, H, W)``.
        regions: its soft regions.
        identity: the picture that is edited.
        domain: says which region is styled and which are kept.
        how: the recipe's composition.
        inpainter: fills what the person, or the styled region, covered.

    Example:
        >>> from styleforge.builtin.inpainters import telea
        >>> from styleforge.testing import toy
        >>> identity = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> how = Compose(mode="layered")
        >>> compose(identity.image, identity.regions, identity, toy.TOY, how, telea).shape
        torch.Size([1, 3, 32, 32])
    """
    if how.mode == "none":
        return generated.clamp(-1, 1)
    if how.mode == "published":
        names = (domain.region, *domain.keep)
        background = inpainter(identity.image, hole_of(identity, names))
        return blend(generated, background, shown(regions, names))
    if how.mode == "layered":
        bare = inpainter(identity.image, hole_of(identity, (domain.region,), domain.keep))
        styled = shown(regions, (domain.region,))
        return blend(continued(generated, styled), bare, styled)
    if how.mode == "exposed":
        return exposed(
            generated, regions[domain.region], generated, regions, identity, domain.region,
            domain.behind,
        )  # fmt: skip
    area = edited_area(regions, identity, domain, how)
    matched = harmonize(generated, regions, identity, domain.region, area)
    return blend(matched, identity.image, area)


def composition_of(how: Compose, components: Registry[Any]) -> Composition:
    """The composition that a recipe names, a component ``compose/NAME``; faults name its plugin.

    Raises:
        UserError: if nobody registered one of that name.

    Example:
        >>> from styleforge import Forge
        >>> composition_of(Compose(mode="none"), Forge(()).components).what
        "The component 'compose/none' of plugin 'core' of styleforge"
    """
    kind = f"compose/{how.mode}"
    found = components[kind]  # refuses an unknown one
    return Guarded(found, f"The component {kind!r} of {components.owner(kind)}")


def fallbacks(recipe: Recipe, models: Models) -> tuple[str, ...]:
    """What a composition names and the pack has not, as sentences that say what is done instead.

    Example:
        >>> from styleforge.testing import toy
        >>> how = Compose(mode="layered", inpainter="pack")
        >>> recipe = Recipe(domain="toy", method="mine", stages=(), compose=how)
        >>> fallbacks(recipe, Models(toy.toy_pack()))[0].partition(";")[0]
        "The pack 'toy' has no inpainter"
    """
    asked, pack = [part.compose for _, part in parts(recipe)], models.pack.name
    filled = any(how.inpainter == "pack" and how.mode not in UNFILLED for how in asked)
    sketched = any(how.outline == "sketched" and how.mode != "pasted" for how in asked)
    notes = []
    if filled and not models.has("inpainter"):
        notes.append(
            f"The pack {pack!r} has no inpainter; what was covered is filled by telea, which "
            "continues what is around it."
        )
    if sketched and not models.has("sketch"):
        notes.append(
            f"The pack {pack!r} has no sketch; the outline is the one that its regions find in the "
            "generated picture."
        )
    return tuple(notes)


def inpainter_of(how: Compose, models: Models, components: Registry[Any]) -> Inpainter:
    """The inpainter that a composition names; ``pack`` is the pack's, or ``telea`` without one.

    Raises:
        UserError: if nobody registered an inpainter of that name.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> models = Models(toy.toy_pack())
        >>> callable(inpainter_of(Compose(inpainter="telea"), models, Forge(()).components))
        True
    """
    if how.inpainter == "pack" and models.has("inpainter"):
        return models.get("inpainter")
    name = "telea" if how.inpainter == "pack" else how.inpainter
    kind = f"inpainter/{name}"
    found = components[kind]  # refuses an unknown one
    return Guarded(found, f"The component {kind!r} of {components.owner(kind)}")


def exposed(
    styled: Tensor,
    coverage: Tensor,
    around: Tensor,
    regions: Mapping[str, Tensor],
    identity: Reference,
    region: str,
    behind: tuple[str, ...] = (),
) -> Tensor:
    """The styled region over the identity, and behind what lies in front of it.

    Args:
        styled: the picture ``(1, 3, H, W)`` that the region is taken from.
        coverage: soft mask ``(1, 1, H, W)`` of the region, whole where something lies in front.
        around: the picture ``(1, 3, H, W)`` that says what the old region uncovers; it is brought
            to the identity's colours.
        regions: soft regions of ``around``.
        identity: the picture that is edited.
        region: the name of what is styled.
        behind: the identity's regions that lie in front.

    Example:
        >>> from styleforge.testing import toy
        >>> problem = toy.toy_problem(Models(toy.toy_pack()), "shape")
        >>> styled = problem.role("shape")
        >>> thing, regions = styled.regions["thing"], styled.regions
        >>> exposed(styled.image, thing, styled.image, regions, problem.identity, "thing").shape
        torch.Size([1, 3, 32, 32])
    """
    old = hole_of(identity, (region,))
    front = sum((identity.regions[name] for name in behind), torch.zeros_like(old)).clamp(0, 1)
    picture = blend(harmonize(around, regions, identity, region, old), identity.image, old)
    picture = blend(continued(styled, coverage), picture, coverage)
    changed = torch.maximum(old, (coverage > 0.02).to(old))
    front = front * masks.dilate(changed, masks.scaled(REACH, old.shape[-1]))
    return blend(continued(identity.image, front), picture, front)


def harmonize(
    generated: Tensor,
    regions: Mapping[str, Tensor],
    identity: Reference,
    region: str,
    area: Tensor,
) -> Tensor:
    """The generator's picture with everything but the styled region in the identity's colours.

    Region by region, the difference to the identity outside the edited ``area`` is carried into
    it by normalized convolution (Knutsson & Westin 1993), from near to far, so that what the edit
    uncovers meets its surroundings without a seam. The field of differences is smooth: of wider
    pictures it is found at a width of 256 (`python -m benchmarks.large` prints what that saves, and
    how far it is off).

    Example:
        >>> from styleforge.testing import toy
        >>> identity = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> darker = identity.image - 0.1
        >>> area = hole_of(identity, ("thing",))
        >>> matched = harmonize(darker, identity.regions, identity, "thing", area)
        >>> off, was = matched - identity.image, darker - identity.image
        >>> bool(off.abs().mean() < was.abs().mean())
        True
    """
    mine, theirs = hard_regions(regions), hard_regions(identity.regions)
    difference = identity.image - generated  # (1, 3, H, W)
    size = (generated.shape[-2], generated.shape[-1])
    matched = generated.clone()
    for name, soft in regions.items():
        if name == region:
            continue
        same = mine[name] * theirs[name] * (area < 0.01)  # (1, 1, H, W)
        if not same.any():
            continue
        known = shrink(same, masks.REFERENCE_WIDTH)  # (1, 1, h, w)
        told = shrink(difference * same, masks.REFERENCE_WIDTH)  # (1, 3, h, w)
        field = told.mean(dim=(2, 3), keepdim=True) / known.mean(dim=(2, 3), keepdim=True)
        for share in (0.1, 0.04, 0.015):
            radius = share * known.shape[-1]
            weight = masks.blur(known, radius)
            near = blur_planes(told, radius) / weight.clamp_min(1e-6)
            trust = (weight * 20).clamp(0, 1)
            field = trust * near + (1 - trust) * field  # (1, 3, h, w)
        matched = matched + soft * enlarge(field, size)
    return matched


def continued(image: Tensor, coverage: Tensor) -> Tensor:
    """A picture with the colours of what ``coverage`` covers fully continued beyond its edge.

    Blending it by the coverage then brings in no colour from behind.

    Args:
        image: ``(1, C, H, W)``; so is what is returned.
        coverage: ``(1, 1, H, W)`` in [0, 1].

    Example:
        >>> picture = torch.tensor([1.0, 2.0, 9.0]).reshape(1, 1, 1, 3)
        >>> coverage = torch.tensor([1.0, 1.0, 0.4]).reshape(1, 1, 1, 3)  # the last in part
        >>> continued(picture, coverage).flatten()
        tensor([1., 2., 2.])
    """
    solid = ~(coverage[0, 0] <= SOLID).cpu().numpy()
    if not solid.any():
        return image
    rows, columns = (torch.from_numpy(one).to(image.device) for one in nearest_known(solid))
    return image[..., rows, columns]


def blur_planes(image: Tensor, radius: float) -> Tensor:
    """Blur every channel of ``(N, C, H, W)`` with a Gaussian of ``radius`` pixels.

    Example:
        >>> blur_planes(torch.ones(1, 3, 8, 8), 1.0).shape
        torch.Size([1, 3, 8, 8])
    """
    return torch.cat([masks.blur(plane[:, None], radius) for plane in image.unbind(dim=1)], dim=1)


def shown(regions: Mapping[str, Tensor], names: tuple[str, ...]) -> Tensor:
    """How far the named regions cover each pixel ``(1, 1, H, W)``, in [0, 1].

    Faint shares far from where a region is found count as 0.

    Example:
        >>> soft = {"hat": torch.full((1, 1, 8, 8), 0.6), "face": torch.full((1, 1, 8, 8), 0.4)}
        >>> shown(soft, ("hat",)).unique()
        tensor([0.6000])
    """
    hard = hard_regions(regions)
    found = torch.stack([hard[name] for name in names]).amax(dim=0)  # (1, 1, H, W)
    near = masks.dilate(found, masks.scaled(REACH, found.shape[-1]))
    soft = torch.stack([regions[name] for name in names]).sum(dim=0)
    return soft.clamp(0, 1) * near


def hole_of(identity: Reference, names: tuple[str, ...], spare: tuple[str, ...] = ()) -> Tensor:
    """Where the named regions of a picture are, with a margin ``(1, 1, H, W)``.

    Their edges are soft, they cast shadows, and their tips may not be found. Into regions to
    ``spare`` the margin goes no further than a rim: an eye that touches a fringe stays.

    Example:
        >>> from styleforge.testing import toy
        >>> identity = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> hole_of(identity, ("thing",)).unique()
        tensor([0., 1.])
    """
    hard = hard_regions(identity.regions)
    hole = torch.stack([hard[name] for name in names]).amax(dim=0)  # (1, 1, H, W)
    width = hole.shape[-1]
    near = masks.dilate(hole, masks.scaled(REACH, width))
    spared = [identity.regions[name] for name in spare if name not in names]
    if not spared:
        return near
    certain = (torch.stack(spared).amax(dim=0) > CERTAIN).to(near)
    return near * torch.maximum(masks.dilate(hole, masks.scaled(RIM, width)), 1 - certain)


def edited_area(
    regions: Mapping[str, Tensor], identity: Reference, domain: Domain, how: Compose
) -> Tensor:
    """The styled region, old and new, grown and feathered: ``(1, 1, H, W)`` in [0, 1].

    Example:
        >>> from styleforge.testing import toy
        >>> identity = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> edited_area(identity.regions, identity, toy.TOY, Compose()).shape
        torch.Size([1, 1, 32, 32])
    """
    new = hard_regions(regions)[domain.region]
    old = hard_regions(identity.regions)[domain.region]
    width = new.shape[-1]
    area = masks.dilate(torch.maximum(new, old), how.grow * width)
    return masks.blur(area, how.feather * width)


def place_back(mask: Tensor, identity: Reference) -> Tensor:
    """A mask ``(1, 1, h, w)`` of the picture, as ``(1, 1, H, W)`` of the photo it was cut from.

    Example:
        >>> identity = Reference(image=torch.zeros(1, 3, 32, 32), regions={})
        >>> place_back(torch.ones(1, 1, 32, 32), identity).shape  # of a picture that was not cut
        torch.Size([1, 1, 32, 32])
    """
    placement = identity.placement
    if placement is None:
        return mask
    size = (placement.photo.shape[-2], placement.photo.shape[-1])
    matrix = geometry.invert(np.array(placement.matrix))
    return geometry.warp(mask, matrix, size, border="zero").clamp(0, 1)


def paste_back(edited: Tensor, identity: Reference) -> Tensor:
    """Put an edited picture ``(1, 3, H, W)`` back into the photo it was cut from.

    Only what changed is pasted, so that the photo keeps its own pixels everywhere else.

    Example:
        >>> from styleforge.testing import toy
        >>> identity = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> edited = identity.image.clone()
        >>> paste_back(edited, identity) is edited  # it was cut from no photo
        True
    """
    placement = identity.placement
    if placement is None:
        return edited
    matrix = geometry.invert(np.array(placement.matrix))
    photo = to_values(placement.photo).to(edited)
    size = (photo.shape[-2], photo.shape[-1])
    width = edited.shape[-1]
    change = (edited - identity.image).abs().amax(dim=1, keepdim=True)  # (1, 1, h, w)
    changed = masks.dilate((change > 2 / 255).to(edited.dtype), masks.scaled(MARGIN, width))
    changed = masks.blur(changed, masks.scaled(SOFT, width))
    inside = torch.zeros_like(changed)
    border = max(2, round(masks.scaled(BORDER, width)))
    inside[..., border:-border, border:-border] = 1
    alpha = geometry.warp(changed * inside, matrix, size, border="zero").clamp(0, 1)
    return blend(geometry.warp(edited, matrix, size), photo, alpha)
