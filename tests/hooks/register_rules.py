"""Hooks by example: a gradient rule, and a stage that uses it."""

from __future__ import annotations

# [shown]
from styleforge import Objective, RuleUse, Stage, Term, hookimpl

styleforge_api = 1


def soften(gradients, of, against, *, share=0.5):
    """Take a share of the conflict with the sum of ``against`` out of each group in ``of``."""
    direction = sum(gradients[label] for label in against).flatten(1)
    length = direction.square().sum(1, keepdim=True).clamp_min(1e-12)
    changed = dict(gradients)
    for label in of:
        flat = gradients[label].flatten(1)
        along = (flat * direction).sum(1, keepdim=True).clamp_max(0) / length
        changed[label] = (flat - share * along * direction).reshape(gradients[label].shape)
    return changed


@hookimpl
def register_rules(register):
    register(soften, name="backdrop.soften")


@hookimpl
def register_stages(register):
    rest = Term("rest", "pixels", {"reference": "identity", "mask": "~identity.background"}, 20.0)
    masks = {"mask": "image.background", "reference_mask": "colour.background"}
    colour = Term("backdrop.colour", "colour", {"reference": "colour", **masks}, 0.1)
    rule = RuleUse(rule="backdrop.soften", of=("backdrop.colour",), against=("rest",))
    objective = Objective((rest, colour))
    stage = Stage(name="backdrop.all", steps=8, objective=objective, rules=(rule,))
    register(stage, replace=True)


# [end]
