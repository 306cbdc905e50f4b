"""LOHO less one of its parts, beside ``loho-plain`` and ``loho-joint``, which the domains have.

``loho-undilated`` compares right up to the outline: nothing is left aside where the new hair ends
(arXiv 2103.03891, section 3.2 dilates and erodes the mask by 5 pixels at a width of 256).
"""

from __future__ import annotations

from dataclasses import replace

from styleforge.methods.loho import Loho
from styleforge.methods.loho_fast import SCHEDULE
from styleforge.recipe.domain import Preset
from styleforge.recipe.recipe import Compose
from styleforge.recipe.stage import Stage
from styleforge_baselines.target import HAIR, Target

FROM_THE_INVERSION = 100  # steps of each of clothing's stages


def stages(target: Target) -> tuple[Stage, ...]:
    """The two stages, otherwise as the domain's ``loho`` has them.

    Example:
        >>> stages(HAIR)[0].objective["hair.shape"].args["mask"]
        'erode(shape.hair, 0)'
    """
    names = _names(target)
    if target == HAIR:
        loho = Loho(target.domain, target.region, target.keep, "published", margin=0)
        rules = (loho.orthogonal(per="whole"), loho.off_noise())
        return loho.structure_stage(names[0]), loho.look_stage(names[1], rules)
    loho = Loho(target.domain, target.region, target.keep, "patent", margin=0)
    rules = (loho.orthogonal(per="row"), loho.off_noise())
    made = (
        loho.structure_stage(names[0], FROM_THE_INVERSION),
        loho.look_stage(names[1], rules, FROM_THE_INVERSION),
    )
    return tuple(replace(one, schedule=SCHEDULE, fitted=False) for one in made)


def preset(target: Target) -> Preset:
    """The preset ``loho-undilated``.

    Example:
        >>> preset(HAIR).start
        'mean'
    """
    own = target == HAIR
    return Preset(
        name="loho-undilated",
        title="LOHO, masks as they are",
        help="To compare with: nothing is left aside where the new region ends.",
        stages=_names(target),
        start="mean" if own else "inverter",
        compose=Compose() if own else Compose(mode="exposed", inpainter="pack"),
    )


def _names(target: Target) -> tuple[str, str]:
    return (
        target.named("loho-undilated", "structure"),
        target.named("loho-undilated", "look"),
    )
