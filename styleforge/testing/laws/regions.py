"""Laws of region providers: soft regions of every picture, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.testing import trial
from styleforge.testing.laws.law import Law, LawBroken

if TYPE_CHECKING:
    from styleforge.testing.subjects import ComponentSubject

SLACK = 1e-3


def names_can_be_used_in_masks(subject: ComponentSubject) -> None:
    """The names are different, and can stand behind the dot of a mask."""
    names = tuple(subject.model.names)
    wrong = [name for name in names if not str(name).isidentifier()]
    if not names or wrong:
        said = ", ".join(map(repr, wrong)) or "no names"
        msg = (
            f"{subject} has {said}; letters, digits and _ were expected, for masks say "
            "identity.region. Rename them."
        )
        raise LawBroken(msg)
    if len(set(names)) != len(names):
        msg = f"{subject} has two regions of one name: {', '.join(names)}. Rename one."
        raise LawBroken(msg)


def finds_every_region(subject: ComponentSubject) -> None:
    """Pictures ``(N, 3, H, W)`` give ``(N, regions, H, W)``, at full and at half size."""
    image = trial.pictures(subject)
    for picture in (image, torch.nn.functional.avg_pool2d(image, 2)):
        with torch.no_grad():
            found = subject.model(picture)
        shape = (len(picture), len(subject.model.names), *picture.shape[-2:])
        trial.check_shape(subject, found, shape)


def sums_to_one(subject: ComponentSubject) -> None:
    """Every pixel's regions lie in [0, 1] and sum to 1."""
    with torch.no_grad():
        found = subject.model(trial.pictures(subject))
    low, high = float(found.min()), float(found.max())
    if low < -SLACK or high > 1 + SLACK:
        msg = (
            f"{subject} gave values from {low:.3g} to {high:.3g}; 0 to 1 was expected. End it "
            "with a softmax over the regions."
        )
        raise LawBroken(msg)
    off = float((found.sum(1) - 1).abs().max())
    if off > SLACK:
        msg = (
            f"{subject} gave regions whose sum is off 1 by up to {off:.3g} in a pixel; every pixel "
            "was to be shared out. End it with a softmax over the regions."
        )
        raise LawBroken(msg)


def survives_empty_pictures(subject: ComponentSubject) -> None:
    """A picture of one colour gives finite regions; which, is up to the provider."""
    height, width = trial.size(subject)
    for value in (-1.0, 0.0, 1.0):
        with torch.no_grad():
            found = subject.model(torch.full((1, 3, height, width), value))
        trial.check_shape(subject, found, (1, len(subject.model.names), height, width))


def is_differentiable(subject: ComponentSubject) -> None:
    """The gradient reaches the picture, so that losses can move an outline."""
    leaf = trial.pictures(subject, 1).requires_grad_()
    trial.check_flows(subject, subject.model(leaf), leaf)


def is_deterministic(subject: ComponentSubject) -> None:
    """The same picture has the same regions again."""
    image = trial.pictures(subject, 1)
    with torch.no_grad():
        trial.check_repeat(subject, subject.model(image), subject.model(image))


def treats_a_batch_as_each_alone(subject: ComponentSubject) -> None:
    """Two pictures at once have the regions that each has alone."""
    image = trial.pictures(subject)
    with torch.no_grad():
        alone = [subject.model(one[None]) for one in image]
        trial.check_batch(subject, subject.model(image), alone)


def _is_optimized(subject: ComponentSubject) -> bool:
    """Whether losses ever move an outline: only a generator's pictures are optimized."""
    return bool(subject.models.has("generator"))


LAWS = tuple(
    Law("regions", check, _is_optimized if check is is_differentiable else None, slow=True)
    for check in (
        names_can_be_used_in_masks,
        finds_every_region,
        sums_to_one,
        survives_empty_pictures,
        is_differentiable,
        is_deterministic,
        treats_a_batch_as_each_alone,
    )
)
