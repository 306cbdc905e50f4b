"""Terms of a stage whose gradients are needed as a sum.

Terms that no rule mentions form one group; terms that the same rules mention in the same way form
a group of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from styleforge.plugins.registry import Registry
from styleforge.recipe.objective import Term
from styleforge.recipe.stage import RuleUse, Stage

Sides = tuple[tuple[int, str], ...]  # which rules of a stage mention a term, and on which side


@dataclass(frozen=True)
class Group:
    """Terms whose gradients are only ever needed as a sum.

    Example:
        >>> Group("look", (Term("look", "appearance"),), probe=False, parameters=("latent",)).label
        'look'
    """

    label: str
    terms: tuple[Term, ...]
    probe: bool
    parameters: tuple[str, ...]


def make_groups(stage: Stage, rules: Registry[object]) -> tuple[Group, ...]:
    """Partition a stage's terms; probes that no rule asks for are left out (only measured).

    A rule that is ``pairwise`` keeps its terms apart, one that ``discards`` spares their gradient.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> groups = make_groups(forge.stages["toy.structure"], forge.rules)
        >>> len(groups), groups[0].parameters  # no rule: all terms are summed
        (1, ('latent', 'noise'))
    """
    by_signature: dict[tuple[bool, Sides, str], list[Term]] = {}
    for term in stage.objective:
        sides = tuple(
            (index, "of" if term.label in use.of else "against")
            for index, use in enumerate(stage.rules)
            if term.label in use.of or term.label in use.against
        )
        if term.probe and not sides:
            continue
        alone = any(getattr(rules[stage.rules[at].rule], "pairwise", False) for at, _ in sides)
        key = (term.probe, sides, term.label if alone else "")
        by_signature.setdefault(key, []).append(term)
    groups = []
    for (probe, sides, _), terms in by_signature.items():
        parameters = [
            name for name in stage.moves if _needed(name, probe, sides, stage.rules, rules)
        ]
        label = "+".join(term.label for term in terms)
        groups.append(Group(label, tuple(terms), probe, tuple(parameters)))
    return tuple(groups)


def _needed(
    parameter: str,
    probe: bool,
    sides: Sides,
    uses: Sequence[RuleUse],
    rules: Registry[object],
) -> bool:
    """Whether a group's gradient with respect to a parameter can reach the update."""
    mentioned = [(uses[index], side) for index, side in sides if parameter in uses[index].on]
    if any(side == "of" and getattr(rules[use.rule], "discards", False) for use, side in mentioned):
        return False
    return bool(mentioned) or not probe
