"""Laws of scores of many pictures together: the components ``set_metric/NAME``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from styleforge.errors import UserError
from styleforge.measure.numbers import finite
from styleforge.measure.sets import Shown
from styleforge.prepare.regions import found_regions
from styleforge.testing import toy, trial
from styleforge.testing.laws.law import Law, LawBroken

if TYPE_CHECKING:
    from styleforge.testing.subjects import ComponentSubject

PICTURES = 2  # of each kind, shown twice with a change between
SAME = 1e-3  # of the score


def scores_a_set(subject: ComponentSubject) -> None:
    """Results beside real pictures give a finite number or None, the same again, none of nothing.

    Scores that are begun beside each other keep their pictures apart, and change none.
    """
    finite(_begun(subject).value(), str(subject), LawBroken)
    other, found = _begun(subject), []
    for turn in range(2):
        score = _begun(subject)
        for real in (True, False):
            for shown in _pictures(subject, real=real):
                before = shown.image.clone()
                with torch.no_grad():
                    score.add(shown, real=real)
                if not torch.equal(shown.image, before):
                    msg = f"{subject} changed a picture that it was given. Work on a copy."
                    raise LawBroken(msg)
                if turn == 0:
                    with torch.no_grad():
                        other.add(shown, real=not real)
        found.append(finite(score.value(), str(subject), LawBroken))
    one, two = found
    if (one is None) != (two is None) or (
        one is not None and two is not None and abs(one - two) > SAME * max(1.0, abs(one))
    ):
        msg = (
            f"{subject} gave {one} and then {two} for the same pictures. Begin each score without "
            "pictures, and fix the seed of what it draws."
        )
        raise LawBroken(msg)


def _begun(subject: ComponentSubject) -> Any:
    """A new score of the toy domain.

    Raises:
        LawBroken: if it is no `styleforge.measure.sets.SetScore`.
    """
    score = subject.model(subject.models, toy.TOY)
    if not (hasattr(score, "add") and hasattr(score, "value")):
        msg = (
            f"{subject} began a {type(score).__name__}; an object with `add(shown, real=...)` and "
            "`value()` was expected."
        )
        raise LawBroken(msg)
    return score


def _pictures(subject: ComponentSubject, *, real: bool) -> list[Shown]:
    pictures = trial.pictures(subject, PICTURES)  # (N, 3, H, W)
    both = torch.cat((pictures, pictures.flip(-1) * 0.5 + 0.1))
    if real:
        both = (both + 0.2).clamp(-1, 1)
    return [Shown(one[None], found_regions(one[None], subject.models)) for one in both]


def _can_begin(subject: ComponentSubject) -> bool:
    """Whether what it needs is here: a library, or weights that the user brings."""
    try:
        subject.model(subject.models, toy.TOY)
    except UserError:
        return False
    except Exception:
        return True
    return True


LAWS = (Law("set_metric", scores_a_set, _can_begin, slow=True),)
