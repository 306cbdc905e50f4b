"""Laws of gradient rules, on random gradients of W+ and of a noise map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from styleforge.testing.laws.law import Law, LawBroken

if TYPE_CHECKING:
    from styleforge.testing.subjects import RuleSubject

Gradients = dict[str, Tensor]
OF, AGAINST = ("first", "second"), ("third", "fourth")
LABELS = (*OF, *AGAINST, "other")
SHAPES = {"W+": (2, 6, 16), "a noise map": (1, 1, 8, 8)}
SLACK = 1e-9  # of the length


def keeps_the_groups(subject: RuleSubject) -> None:
    """The same groups come out as went in, of the same shapes."""
    for what, gradients in _inputs():
        changed = _apply(subject, gradients)
        if set(changed) != set(gradients):
            msg = (
                f"{subject} was given gradients of {', '.join(gradients)} and returned those of "
                f"{', '.join(changed) or 'none'}; the same groups were expected. Begin with "
                "dict(gradients)."
            )
            raise LawBroken(msg)
        for label, one in changed.items():
            if one.shape != gradients[label].shape:
                msg = (
                    f"{subject} returned a gradient of shape {tuple(one.shape)} for {what}; "
                    f"{tuple(gradients[label].shape)} went in and was expected back."
                )
                raise LawBroken(msg)


def leaves_others_alone(subject: RuleSubject) -> None:
    """Only the groups in ``of`` change, and no tensor that was given is written to."""
    for what, gradients in _inputs():
        copies = {label: one.clone() for label, one in gradients.items()}
        changed = _apply(subject, gradients)
        for label in LABELS:
            if not torch.equal(gradients[label], copies[label]):
                msg = (
                    f"{subject} wrote into a gradient of {what} that it was given. Return new "
                    "tensors; the step measures cosines before and after."
                )
                raise LawBroken(msg)
            if label not in OF and not torch.equal(changed[label], copies[label]):
                msg = (
                    f"{subject} changed the gradient of {label!r} for {what}, which is not among "
                    "the groups `of` that it may change. Return it as it came."
                )
                raise LawBroken(msg)


def never_lengthens(subject: RuleSubject) -> None:
    """No gradient becomes longer: a rule takes away, the learning rate decides the step."""
    for what, gradients in _inputs():
        changed = _apply(subject, gradients)
        for label in OF:
            before, after = float(gradients[label].norm()), float(changed[label].norm())
            if after > before * (1 + SLACK):
                msg = (
                    f"{subject} made a gradient of {what} longer, from {before:.6g} to "
                    f"{after:.6g}; at most the same length was expected. Divide by the squared "
                    "length of the direction when projecting."
                )
                raise LawBroken(msg)


def is_orthogonal_as_claimed(subject: RuleSubject) -> None:
    """What a rule with ``orthogonal = True`` returns has nothing left along ``against``."""
    for what, gradients in _inputs():
        direction = sum(gradients[label] for label in AGAINST)
        assert isinstance(direction, Tensor)
        changed = _apply(subject, gradients)
        for label in OF:
            one = changed[label]
            dots = (one * direction).flatten(1).sum(1).abs()
            lengths = gradients[label].flatten(1).norm(dim=1) * direction.flatten(1).norm(dim=1)
            if bool((dots > SLACK * lengths).any()):
                cosine = float((dots / lengths).max())
                msg = (
                    f"{subject} says that it is orthogonal, and leaves a cosine of {cosine:.3g} "
                    f"to the gradient of `against` for {what}; 0 was expected. Subtract "
                    "<g, d> / <d, d> d with d the sum of `against`, or drop the claim."
                )
                raise LawBroken(msg)


def leaves_orthogonal_gradients(subject: RuleSubject) -> None:
    """Gradients that do not conflict, being orthogonal to all others, stay as they are."""
    for what, shape in SHAPES.items():
        gradients: Gradients = {}
        for index, label in enumerate(LABELS):  # each along coordinates of its own
            one = torch.zeros(shape, dtype=torch.float64)
            one[..., index::8] = torch.randn(
                one[..., index::8].shape,
                generator=torch.Generator().manual_seed(index),
                dtype=torch.float64,
            )
            gradients[label] = one
        changed = _apply(subject, gradients)
        for label in OF:
            if not torch.allclose(changed[label], gradients[label], rtol=SLACK, atol=1e-12):
                msg = (
                    f"{subject} changed a gradient of {what} that was orthogonal to all others; "
                    "it was to stay. Change what conflicts only. (A rule that throws gradients "
                    "away on purpose says discards = True.)"
                )
                raise LawBroken(msg)


def survives_zero_gradients(subject: RuleSubject) -> None:
    """Gradients of zero, on either side, give finite numbers."""
    for what, gradients in _inputs():
        for zero in (OF, AGAINST, LABELS):
            some = {
                label: torch.zeros_like(one) if label in zero else one
                for label, one in gradients.items()
            }
            changed = _apply(subject, some)
            if not all(bool(torch.isfinite(one).all()) for one in changed.values()):
                msg = (
                    f"{subject} gave NaN or infinite numbers where the gradient of "
                    f"{', '.join(zero)} was zero for {what}. Guard the division by a length with "
                    "clamp_min."
                )
                raise LawBroken(msg)


def is_deterministic(subject: RuleSubject) -> None:
    """The same gradients give the same result again."""
    for what, gradients in _inputs():
        one, two = _apply(subject, gradients), _apply(subject, gradients)
        if any(not torch.equal(one[label], two[label]) for label in one):
            msg = (
                f"{subject} gave two results for the same gradients of {what}; the same was "
                "expected. Go through the groups in their order."
            )
            raise LawBroken(msg)


def treats_a_batch_as_each_alone(subject: RuleSubject) -> None:
    """Samples of a batch do not mix."""
    for what, gradients in _inputs():
        together = _apply(subject, gradients)
        for index in range(gradients[OF[0]].shape[0]):
            mine = {label: one[index : index + 1] for label, one in gradients.items()}
            alone = _apply(subject, mine)
            for label in OF:
                if not torch.allclose(together[label][index], alone[label][0], rtol=1e-9):
                    msg = (
                        f"{subject} gave sample {index} of a batch another gradient of {what} "
                        "than alone; the same was expected. Take inner products per sample, as "
                        "with flatten(start_dim=1)."
                    )
                    raise LawBroken(msg)


def _inputs() -> Iterator[tuple[str, Gradients]]:
    rng = torch.Generator().manual_seed(31)
    for what, shape in SHAPES.items():
        yield (
            what,
            {label: torch.randn(shape, generator=rng, dtype=torch.float64) for label in LABELS},
        )


def _apply(subject: RuleSubject, gradients: Gradients) -> Gradients:
    found: Gradients = subject.rule(dict(gradients), OF, AGAINST, **subject.args)
    return found


def _claims(subject: RuleSubject) -> bool:
    return subject.orthogonal and subject.use is None


def _keeps_some(subject: RuleSubject) -> bool:
    return not subject.discards


LAWS = (
    Law("rule", keeps_the_groups),
    Law("rule", leaves_others_alone),
    Law("rule", never_lengthens),
    Law("rule", is_orthogonal_as_claimed, _claims),
    Law("rule", leaves_orthogonal_gradients, _keeps_some),
    Law("rule", survives_zero_gradients),
    Law("rule", is_deterministic),
    Law("rule", treats_a_batch_as_each_alone),
)
