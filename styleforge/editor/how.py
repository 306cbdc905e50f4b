"""Commands on how a run goes: preset, steps and seed."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.editor import presetting
from styleforge.editor.change import Change, of_controls
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk
    from styleforge.editor.state import Edit

SEEDS = 2**31


def set_preset(edit: Edit, desk: Desk, name: str) -> Change:
    """Another preset, a published one or one of the person's own.

    Raises:
        UserError: if there is none of that name, or it names a stage that no plugin brings.
    """
    own = None if name in desk.published else desk.own.find(desk.domain.name, name)
    if own is not None:
        return presetting.chosen(edit, desk, own)
    preset = desk.preset(name)
    unknown = desk.unknown_stages(preset)
    if unknown:
        raise UserError(unknown)
    edit = replace(edit, preset=name, steps=None)
    return of_controls(
        edit, edit.attributes, Change(edit, f"Preset: {preset.title}", touches="preset")
    )


def set_steps(edit: Edit, desk: Desk, steps: int | None) -> Change:
    """How many steps in all; None for the preset's own."""
    stages = len(desk.preset(edit.preset).stages)
    if steps is not None and not stages:
        msg = f"The preset {edit.preset} takes no steps; choose one that optimizes."
        raise UserError(msg)
    if steps is not None and steps < stages:
        msg = f"{steps} steps cannot be shared among {stages} stages; ask for at least {stages}."
        raise UserError(msg)
    label = "Steps: as the preset has them" if steps is None else f"Steps: {steps}"
    edit = replace(edit, steps=steps)
    return of_controls(edit, edit.attributes, Change(edit, label, touches="steps"))


def set_seed(edit: Edit, _desk: Desk, seed: int) -> Change:
    """The seed, which governs everything random."""
    if not 0 <= seed < 2**63:
        msg = f"The seed is {seed}; give a whole number from 0 to 2**63 - 1."
        raise UserError(msg)
    return Change(replace(edit, seed=int(seed)), f"Seed {seed}", touches="seed")


def random_seed(edit: Edit, desk: Desk) -> Change:
    """Another seed by chance; a locked one stays."""
    if edit.seed_locked:
        msg = f"The seed {edit.seed} is locked; unlock it to draw another."
        raise UserError(msg)
    return set_seed(edit, desk, random.SystemRandom().randrange(SEEDS))


def lock_seed(edit: Edit, _desk: Desk, *, locked: bool) -> Change:
    """Lock or unlock the seed."""
    return Change(replace(edit, seed_locked=locked), f"{'Lock' if locked else 'Unlock'} the seed")
