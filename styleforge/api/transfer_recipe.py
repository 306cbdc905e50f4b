"""What was asked for, by role, to the recipe of a preset.

The call `styleforge.transfer`, the commands and the server make their recipes here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from styleforge.api.asked_for import asked_conditions, asked_masks, asked_strengths, tuned
from styleforge.api.edit_recipe import edit_recipe
from styleforge.api.fitting import fitting_preset, takes_nothing
from styleforge.api.one_pass import first_to_map
from styleforge.api.own import over, own_preset
from styleforge.prepare.parse import image_ref
from styleforge.recipe.condition import Condition, ImageRef, Mask
from styleforge.recipe.precision import Precision
from styleforge.recipe.presets import Changes
from styleforge.recipe.recipe import Recipe

if TYPE_CHECKING:
    from styleforge.forge import Forge


def transfer_recipe(
    forge: Forge,
    domain: str,
    identity: str,
    asked: Mapping[str, str | Path | Condition],
    *,
    pack: str = "",
    preset: str = "",
    strength: float | Mapping[str, float] = 1.0,
    steps: int | None = None,
    pose: bool = True,
    described: Literal["", "words", "preview"] = "",
    seed: int = 0,
    masks: Mapping[str, str | Mask] | None = None,
    tune: Mapping[str, float] | None = None,
    precision: Precision = "float32",
) -> Recipe:
    """The recipe of `styleforge.transfer`; ``asked`` is by role or by attribute.

    A person's own preset brings what it asks for; what the call asks for goes before it.

    Raises:
        UserError: as `styleforge.transfer`.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> transfer_recipe(forge, "toy", "me.png", {"shape": "me.png"}, steps=5).steps
        5
    """
    own = own_preset(forge, domain, preset)
    if own is not None:
        asked = over(own.conditions, asked, forge, domain)
        if isinstance(strength, Mapping):
            strength = over(own.strengths, strength, forge, domain)
        elif strength == 1:
            strength = own.strengths
        preset, steps = own.preset, own.steps if steps is None else steps
        if first_to_map(forge, domain, preset):  # as the editor makes it, where it came from
            recipe = edit_recipe(
                forge, domain, identity, asked, pack=pack, strength=strength, seed=seed, masks=masks
            )
            recipe = recipe if steps is None else recipe.with_steps(steps)  # which it refuses
            recipe = recipe if pose else replace(recipe, pose="off")
            recipe = replace(recipe, precision=precision)
            return replace(recipe, described=described) if described else recipe
    attributes = forge.attributes_of(domain)
    preset = fitting_preset(forge, domain, preset, pack or forge.default_pack)
    draft = forge.recipe(domain, preset, pack=pack, identity=ImageRef(identity))
    choice = forge.pack_for(draft)
    models = forge.models(pack or choice.name)
    alone = takes_nothing(forge, domain, preset)
    conditions = asked_conditions(asked, attributes, domain, models, or_nothing=alone)
    changes: Changes = {
        "pack": pack or choice.clear,
        "identity": image_ref(identity, models),
        "conditions": conditions,
        "strengths": asked_strengths(strength, conditions, attributes, domain),
        "masks": asked_masks(masks, models),
        "seed": seed,
        "precision": precision,
    }
    if not pose:
        changes["pose"] = "off"
    if described:
        changes["described"] = described
    recipe = tuned(forge.recipe(domain, preset, **changes), tune or {}, models)
    return recipe if steps is None else recipe.with_steps(steps)
