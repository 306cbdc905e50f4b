"""The plugin keeps every law of styleforge.testing."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType

import styleforge_baselines
import styleforge_clothing
import styleforge_hair
from styleforge_baselines.styleclip.presets import MODULES

from styleforge.testing import AllLaws


class Nudge:
    """Stands for a mapper that needs a measurement or a training: every condition is a step."""

    def __init__(self, domain: str) -> None:
        self.attributes = tuple(
            f"{domain}.{role}" for role in ("shape", "appearance", "finer_style")
        )

    def __call__(self, latent, conditions, *, absent="zero", strengths=None):
        strengths = strengths or {}
        for name, condition in conditions.items():
            latent = latent + strengths.get(name, 1.0) * condition.mean()
        return latent


class TestBaselines(AllLaws):
    plugin = styleforge_baselines
    also = (styleforge_hair, styleforge_clothing)
    components = MappingProxyType({
        f"mapper/{method}.{domain}": partial(Nudge, domain)
        for method in MODULES
        for domain in ("hair", "clothing")
    })  # fmt: skip
