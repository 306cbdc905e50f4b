"""Which features a run asks for, so that each input goes through its network once."""

from __future__ import annotations

from dataclasses import dataclass, field

PassKey = tuple[str, bool]  # mask of the input ("" for none), scaled as LPIPS does


@dataclass
class Plan:
    """Which layers are asked of which input; grows at the first step, constant afterwards.

    Example:
        >>> plan = Plan()
        >>> plan.want(("", False), "relu1_1")
        ('relu1_1',)
        >>> plan.want(("", False), "relu3_3")
        ('relu1_1', 'relu3_3')
    """

    layers: dict[PassKey, tuple[str, ...]] = field(default_factory=dict)

    def want(self, key: PassKey, layer: str) -> tuple[str, ...]:
        """All layers to compute for this input, with one more."""
        have = self.layers.get(key, ())
        if layer not in have:
            have = (*have, layer)
            self.layers[key] = have
        return have
