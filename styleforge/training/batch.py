"""A batch of edits as the network and the losses see it: latents, embeddings, steps, views."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import interpolate

from styleforge.pack.precision import autocast
from styleforge.prepare.pixels import shrink
from styleforge.recipe.words import phrase
from styleforge.run.view import View

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.mapper.network import Mapper
    from styleforge.pack.models import Models
    from styleforge.pack.protocols import Generator
    from styleforge.recipe.domain import Attribute
    from styleforge.training.source import Examples


@torch.no_grad()
def latents(examples: Examples, models: Models, kept: dict[str, Tensor]) -> Tensor:
    """W+ ``(N, rows, width)`` of the pictures.

    ``kept`` collects those of pictures whose names are known, so that each is inverted once.
    """
    if examples.latent is not None:
        return examples.latent.to(models.device)
    assert examples.image is not None  # there is the one or the other
    invert = models.get("inverter")
    with autocast(models.device):
        if not examples.keys:
            return invert(examples.image).float()
        for at, key in enumerate(examples.keys):
            # Alone: what a picture's latent is must not depend on what a batch held beside it,
            # for after a checkpoint the batches of new pictures are others.
            if key not in kept:
                kept[key] = invert(examples.image[at : at + 1]).float()[0]
    return torch.stack([kept[key] for key in examples.keys])


def from_known(examples: Examples, mapper: Mapper, taken: Tensor) -> Tensor:
    """Squared distance of the steps taken to the known ones, mean over the driven rows.

    An attribute is to take its own step in the rows that it drives; in shared rows they add up.

    Args:
        examples: with the steps that are known, by attribute.
        mapper: tells which rows are driven.
        taken: ``(N, rows, width)``.
    """
    assert examples.steps is not None  # who asks has seen to it
    expected = torch.zeros_like(taken)  # (N, rows, width)
    driven: set[int] = set()
    for name in mapper.attributes:
        parts = [one for one in mapper.injections if one.attribute == name]
        rows = sorted({row for one in parts for row in one.rows})
        driven.update(rows)
        if name in examples.steps:
            expected[:, rows] += examples.steps[name].to(taken)[:, rows]
    rest = (taken - expected)[:, sorted(driven)]  # (N, driven rows, width)
    if examples.metric is not None:
        rest = rest @ examples.metric.to(rest)
    return rest.square().sum(2).mean()


@torch.no_grad()
def conditions(
    examples: Examples,
    kinds: Mapping[str, str],
    attributes: Sequence[Attribute],
    models: Models,
    region: str,
    kept: dict[str, Tensor],
) -> dict[str, Tensor]:
    """Embeddings ``(N, E)`` by attribute: of the words, or of the region of the pictures.

    ``kept`` collects those of pictures whose names are known.
    """
    encoder = models.get("embedding")
    found: dict[str, Tensor] = {}
    with autocast(models.device):
        for attribute in attributes:
            kind = kinds.get(attribute.name)
            if kind == "text":
                said = [phrase(text, attribute) for text in examples.texts[attribute.name]]
                found[attribute.name] = encoder.embed_text(said).float()
            elif kind == "image":
                found[attribute.name] = _shown(examples, attribute.name, models, region, kept)
    return found


def _shown(
    examples: Examples, attribute: str, models: Models, region: str, kept: dict[str, Tensor]
) -> Tensor:
    encoder, images = models.get("embedding"), examples.pictures[attribute]
    names = examples.donors.get(attribute)
    if names is None:
        mask = View(images, models).region(region)
        return encoder.embed_image(images * mask).float()
    for name, image in zip(names, images[:, None], strict=True):
        if name not in kept:  # alone, so that it does not depend on the batch
            mask = View(image, models).region(region)
            kept[name] = encoder.embed_image(image * mask).float()[0]
    return torch.stack([kept[name] for name in names])


def view(
    examples: Examples,
    kinds: Mapping[str, str],
    attributes: Sequence[Attribute],
    models: Models,
    synthesize: Callable[[Tensor], Tensor],
    *,
    latent: Tensor,
    edited: Tensor,
    described: Mapping[str, Tensor],
) -> View:
    """The edited pictures with their references: the inversions, the pictures, the answers.

    Args:
        examples: the batch.
        kinds: ``text`` or ``image`` by attribute.
        attributes: those that the mapper drives.
        models: of the pack.
        synthesize: W+ ``(N, rows, width)`` to pictures ``(N, 3, H, W)``.
        latent: W+ of the pictures.
        edited: W+ that the mapper made of it; the view's picture has its gradient.
        described: embeddings by attribute, as `conditions` gives them.
    """
    with torch.no_grad(), autocast(models.device):
        shown = {"identity": synthesize(latent)}
    for attribute in attributes:
        if kinds.get(attribute.name) == "image":
            shown[attribute.role] = examples.pictures[attribute.name]
    if examples.answer is not None:  # which is compared in place
        shown["answer"] = fit(examples.answer, shown["identity"].shape[-2:])
    views: dict[str, View] = {}
    for role, image in shown.items():
        views[role] = View(image, models, role=role, references=views)
    words = {one.role: described[one.name] for one in attributes if kinds.get(one.name) == "text"}
    with autocast(models.device):
        image = synthesize(edited)
    return View(image, models, references=views, latent=edited, start=latent, described=words)


def synthesize(
    generator: Generator, latent: Tensor, noise: Sequence[Tensor], size: int | None
) -> Tensor:
    """Pictures ``(N, 3, H, W)`` of W+, of a side of ``size`` where one is given.

    Generators that make smaller pictures at less cost are asked for those.
    """
    if size is None:
        return generator.synthesize(latent, noise).float()
    if not hasattr(generator, "resolutions"):
        return shrink(generator.synthesize(latent, noise).float(), size)
    smaller: Tensor = generator.synthesize(latent, noise, size=size)  # type: ignore[call-arg]
    return smaller.float()


def fit(image: Tensor, size: Sequence[int]) -> Tensor:
    """Pictures ``(N, 3, H, W)`` at ``(h, w)``: their box means, or enlarged."""
    height, width = size
    if tuple(image.shape[-2:]) == (height, width):
        return image
    mode = "area" if height < image.shape[-2] else "bilinear"
    return interpolate(image, (height, width), mode=mode)
