"""All methods for all targets."""

from __future__ import annotations

from styleforge.recipe.domain import Preset
from styleforge.recipe.stage import Stage
from styleforge_baselines import ablations, copy_paste, image2stylegan
from styleforge_baselines.michigan import presets as michigan
from styleforge_baselines.styleclip import presets as styleclip
from styleforge_baselines.target import CLOTHING, HAIR, Target

TARGETS = (HAIR, CLOTHING)


def presets(target: Target) -> tuple[Preset, ...]:
    """The presets of a target.

    Example:
        >>> [preset.name for preset in presets(HAIR)][0]
        'copy-paste'
    """
    return (
        copy_paste.preset(target),
        *image2stylegan.presets(target),
        ablations.preset(target),
        *styleclip.presets(target),
        *((michigan.preset(target),) if target == HAIR else ()),  # there is no painter of clothing
    )


def stages(target: Target) -> tuple[Stage, ...]:
    """Their stages.

    Example:
        >>> len({stage.name for stage in stages(HAIR)}) == len(stages(HAIR))
        True
    """
    return (*image2stylegan.stages(target), *ablations.stages(target))
