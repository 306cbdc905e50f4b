"""Roles in the arguments of terms: which arguments name one, and which are masks that mention some.

An argument called ``reference`` names a role; ``mask``, ``target`` and ``where`` are masks (see
`styleforge.prepare.masks`), as are names that end so: ``other_reference``, ``reference_mask``.
Renaming roles changes nothing else: a region may have the name of a role, and texts and paths may
contain it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from styleforge.errors import UserError
from styleforge.recipe import expression

MASKS = ("mask", "target", "where")
TOWARDS = "towards."  # before the roles of an edit that is mixed in (`Recipe.start_map`)


def renamed(args: Mapping[str, Any], roles: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of a term with roles under new names.

    Example:
        >>> renamed({"reference": "look", "mask": "look.hat"}, {"look": "hat_look"})
        {'reference': 'hat_look', 'mask': 'hat_look.hat'}
    """
    named = {
        key: roles.get(value, value) if _names_role(key, value) else value
        for key, value in args.items()
    }
    return _with_masks(named, lambda mask: expression.renamed(mask, roles))


def between(args: Mapping[str, Any], role: str, share: float) -> dict[str, Any]:
    """The arguments of a term whose masks mean the shape between the identity's and a role's.

    Masks of references keep their meaning: a reference is looked at where its own region is.

    Example:
        >>> between({"mask": "shape.hat", "reference_mask": "shape.hat"}, "shape", 0.5)
        {'mask': 'morph(identity.hat, shape.hat, 0.5)', 'reference_mask': 'shape.hat'}
    """
    own = {key: value for key, value in args.items() if "reference" in key}
    return {**_with_masks(args, lambda mask: expression.between(mask, role, share)), **own}


def mentioned(args: Mapping[str, Any]) -> frozenset[str]:
    """The roles that a term's arguments name, and whose regions its masks mention.

    Example:
        >>> sorted(mentioned({"mask": "shape.hat & ~identity.hat", "reference": "look"}))
        ['identity', 'look', 'shape']
    """
    found = {value for key, value in args.items() if value and _names_role(key, value)}

    def note(mask: str) -> str:
        found.update(role for role, _ in expression.names_in(mask))
        return mask

    _with_masks(args, note)
    return frozenset(found)


def _names_role(key: str, value: Any) -> bool:
    return key.rpartition("_")[2] == "reference" and isinstance(value, str)


def _with_masks(args: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    return {
        key: _changed(value, change)
        if key.rpartition("_")[2] in MASKS and isinstance(value, str) and value
        else value
        for key, value in args.items()
    }


def _changed(mask: str, change: Callable[[str], str]) -> str:
    try:
        return change(mask)
    except UserError:  # the loss says so when it is called; or it means something else by the name
        return mask
