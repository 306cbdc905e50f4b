"""A plugin that does what it should not, for tests of runs that break."""

from __future__ import annotations

from dataclasses import replace

from styleforge.hookspecs import hookimpl
from styleforge.recipe.objective import Term


class Faulty:
    """A plugin with a loss, a rule and models that are good until ``after`` calls were made."""

    def __init__(self, fault, after=0):
        self.fault, self.after, self.calls = fault, after, 0

    def loss(self, view, **args):
        self.calls += 1
        return self.fault(view) if self.calls > self.after else view.image.square().mean()

    def rule(self, gradients, of, against):
        return self.fault(gradients)

    @hookimpl
    def register_losses(self, register):
        register(self.loss, name="glow")

    @hookimpl
    def register_rules(self, register):
        register(self.rule, name="bend")


def raising(_):
    msg = "oops"
    raise ValueError(msg)


def with_term(recipe):
    """The recipe with a term of the plugin's loss."""
    first = recipe.stages[0]
    objective = first.objective + Term("bomb", "glow")
    return replace(recipe, stages=(replace(first, objective=objective), *recipe.stages[1:]))
