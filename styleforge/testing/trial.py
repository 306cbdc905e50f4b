"""Pictures and latents to try a pack's models on, drawn from fixed seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from styleforge.testing.laws.law import LawBroken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from styleforge.pack.models import Models
    from styleforge.testing.subjects import ComponentSubject, PackSubject

ANY = (96, 80)  # pixels of trial pictures for packs that take any size
CLOSE = 1e-3  # between a batch and each alone, in single precision


def size(subject: PackSubject) -> tuple[int, int]:
    """Height and width of the pictures that a pack is tried with."""
    found: tuple[int, int] | None = subject.item.size
    return found or ANY


def latents(subject: PackSubject, count: int, models: Models | None = None) -> Tensor:
    """W+ ``(count, rows, width)`` of different people, from the pack's generator."""
    generator = (models or subject.models).get("generator")
    rng = torch.Generator().manual_seed(41)
    with torch.no_grad():
        w = generator.map(torch.randn(count, generator.width, generator=rng))
    return w[:, None].expand(-1, generator.rows, -1).clone()


def noise(subject: PackSubject) -> list[Tensor]:
    """The generator's noise maps ``(1, 1, h, w)``."""
    generator, rng = subject.models.get("generator"), torch.Generator().manual_seed(42)
    return [torch.randn(1, 1, *shape, generator=rng) for shape in generator.noise_shapes]


def pictures(subject: PackSubject, count: int = 2) -> Tensor:
    """Pictures ``(count, 3, H, W)`` that the pack's generator makes; else smooth random ones."""
    models = subject.models

    def make() -> Tensor:
        if models.has("generator"):
            with torch.no_grad():
                made: Tensor = models.get("generator").synthesize(
                    latents(subject, 2), noise(subject)
                )
            return made.clamp(-1, 1)
        small = torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(43)) * 2 - 1
        return torch.nn.functional.interpolate(small, size(subject), mode="bilinear")

    return models.kept("testing pictures", make)[:count].clone()


def check_shape(subject: ComponentSubject, found: object, expected: Sequence[int | None]) -> Tensor:
    """A finite tensor of the expected shape, in which None is any number."""
    if not isinstance(found, Tensor):
        msg = f"{subject} gave a {type(found).__name__}; a tensor was expected."
        raise LawBroken(msg)
    fits = len(found.shape) == len(expected) and all(
        want is None or have == want for have, want in zip(found.shape, expected, strict=True)
    )
    if not fits:
        said = ", ".join("any" if one is None else str(one) for one in expected)
        msg = (
            f"{subject} gave a tensor of shape {tuple(found.shape)}; ({said}) was expected. "
            "styleforge.pack.protocols says what every component gives."
        )
        raise LawBroken(msg)
    if not bool(torch.isfinite(found).all()):
        msg = f"{subject} gave NaN or infinite numbers for an ordinary input; mend its model."
        raise LawBroken(msg)
    return found


def check_batch(subject: ComponentSubject, together: Tensor, alone: Sequence[Tensor]) -> None:
    """A batch gives what each of its samples gives alone."""
    single = torch.cat(tuple(alone))
    size = max(float(single.abs().max()), 1e-6)
    worst = float((together - single).abs().max())
    if worst > CLOSE * size:
        msg = (
            f"{subject} gave a batch of two other numbers than each picture alone, apart by up to "
            f"{worst:.3g}; the same were expected. Put networks into eval mode, and let no "
            "statistic run over the batch."
        )
        raise LawBroken(msg)


def check_repeat(subject: ComponentSubject, one: Tensor, two: Tensor) -> None:
    """The same input gives the same output again."""
    if not torch.equal(one, two):
        worst = float((one - two).abs().max())
        msg = (
            f"{subject} gave two outputs for one input, apart by up to {worst:.3g}; the same was "
            "expected. Switch dropout off, draw random numbers from a generator of fixed seed."
        )
        raise LawBroken(msg)


def check_unit(subject: ComponentSubject, found: Tensor) -> None:
    """Embeddings have length 1."""
    length = found.norm(dim=1)
    if bool(((length - 1).abs() > CLOSE).any()):
        msg = (
            f"{subject} gave an embedding of length {float(length[0]):.4g}; 1 was expected. "
            "Normalise it: torch.nn.functional.normalize(x, dim=1)."
        )
        raise LawBroken(msg)


def check_flows(subject: ComponentSubject, found: Tensor, start: Tensor) -> None:
    """A gradient reaches what went in, finite and not zero."""
    if not found.requires_grad:
        msg = (
            f"{subject} cuts the gradient, so that losses behind it change nothing. Leave out "
            ".detach(), torch.no_grad and numpy."
        )
        raise LawBroken(msg)
    weights = torch.rand(found.shape, generator=torch.Generator().manual_seed(44)).to(found)
    gradient = torch.autograd.grad((found * weights).sum(), start, allow_unused=True)[0]
    if gradient is None or not bool(torch.isfinite(gradient).all()) or not bool(gradient.any()):
        what = "no" if gradient is None else "a zero" if not bool(gradient.any()) else "a NaN"
        msg = (
            f"{subject} gives {what} gradient with respect to what went in; finite numbers were "
            "expected, not all zero. Leave out rounding and hard decisions."
        )
        raise LawBroken(msg)
