"""Encoders of aligned pictures into W+: pSp (Richardson et al. 2021) and e4e (Tov et al. 2021).

An IR-SE network whose last three resolutions feed a head for every row of W+: the coarse rows see
16 x 16 features, the middle ones 32 x 32, the fine ones 64 x 64. In e4e row 0 is the base and the
other rows are what is added to it; in pSp each row stands for itself. Both are steps from the mean
latent. The modules have the published names of weights.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge.errors import UserError
from styleforge.models.arcface import STAGES, residual_body
from styleforge.models.converted import Converted
from styleforge.models.stylegan2.mapping import EqualLinear
from styleforge.models.undrawn import undrawn

SIDE = 256  # of the picture that the network sees
MIDDLE, FINE = 3, 7  # the first rows of W+ that read the middle and the fine features
PREFIXES = ("encoder.", "")
PARTS = {"input_layer", "body", "styles", "latlayer1", "latlayer2"}
KINDS = {"Encoder4Editing": True, "GradualStyleEncoder": False}  # whether rows are deltas to row 0


class _Head(nn.Module):
    """One row of W+ out of features: strided convolutions down to one pixel, then a linear layer.

    Example:
        >>> _Head(16, side=4)(torch.zeros(2, 16, 4, 4)).shape
        torch.Size([2, 16])
    """

    def __init__(self, width: int, side: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(round(math.log2(side))):
            layers += [nn.Conv2d(width, width, 3, 2, 1), nn.LeakyReLU()]
        self.convs = nn.Sequential(*layers)
        self.linear = EqualLinear(width, width)

    def forward(self, maps: Tensor) -> Tensor:
        """``(N, width, side, side)`` to ``(N, width)``."""
        out: Tensor = self.linear(self.convs(maps).flatten(1))
        return out


class StyleEncoder(nn.Module):
    """Aligned pictures to W+; satisfies ``styleforge.pack.protocols.Inverter``.

    Args:
        rows: rows of W+; 18 of a generator of 1024 px.
        deltas: rows are added to row 0 (e4e); each is itself otherwise (pSp).
        stages: of the IR-SE network, units and channels; IR-SE50's when left out.
        side: of the picture that the network sees.

    Example:
        >>> small = StyleEncoder(4, stages=((1, 16), (1, 32), (1, 48), (1, 64)), side=32).eval()
        >>> small(torch.zeros(1, 3, 48, 48)).shape
        torch.Size([1, 4, 64])
    """

    mean: Tensor

    def __init__(
        self,
        rows: int,
        *,
        deltas: bool = True,
        stages: Sequence[tuple[int, int]] = STAGES,
        side: int = SIDE,
    ) -> None:
        super().__init__()
        self.rows, self.deltas, self.side = rows, deltas, side
        self.input_layer, self.body = residual_body(stages)
        self.ends = [sum(count for count, _ in stages[: k + 1]) - 1 for k in range(len(stages))][1:]
        (_, fine), (_, middle), (_, width) = stages[1:]
        self.width = width
        coarse = side // 2 ** len(stages)
        sides = [coarse if row < MIDDLE else 2 * coarse if row < FINE else 4 * coarse
                 for row in range(rows)]  # fmt: skip
        self.styles = nn.ModuleList(_Head(width, one) for one in sides)
        self.latlayer1 = nn.Conv2d(middle, width, 1)
        self.latlayer2 = nn.Conv2d(fine, width, 1)
        self.register_buffer("mean", torch.zeros(rows, width))

    def forward(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1], of any size, to W+ ``(N, rows, width)``."""
        if image.shape[-2:] != (self.side, self.side):
            image = functional.adaptive_avg_pool2d(image, self.side)
        maps = self.input_layer(image)  # (N, C, side, side)
        found = []
        for index, unit in enumerate(self.body):
            maps = unit(maps)
            if index in self.ends:
                found.append(maps)  # (N, C, side / 4, side / 4), then 8, then 16
        fine, middle, coarse = found
        middle = _added(coarse, self.latlayer1(middle))
        fine = _added(middle, self.latlayer2(fine))
        rows = [
            head(coarse if row < MIDDLE else middle if row < FINE else fine)
            for row, head in enumerate(self.styles)
        ]
        latent = torch.stack(rows, dim=1)  # (N, rows, width)
        if self.deltas:
            latent = torch.cat((latent[:, :1], latent[:, :1] + latent[:, 1:]), dim=1)
        return latent + self.mean


def _added(small: Tensor, large: Tensor) -> Tensor:
    """Features enlarged to those of the next resolution, and added: ``(N, C, h, w)``."""
    size = large.shape[-2:]
    return functional.interpolate(small, size, mode="bilinear", align_corners=True) + large


def from_style_encoder(content: Mapping[str, Any]) -> Converted:
    """The encoder of an e4e or pSp checkpoint, by this project's names.

    Args:
        content: ``state_dict`` with ``encoder.*``, ``latent_avg`` and ``opts``, as
            `styleforge.models.tensors.read_checkpoint` reads them.

    Raises:
        UserError: there is no encoder in it, weights are missing, or there is no mean latent.

    Example:
        >>> from_style_encoder({"state_dict": {}})
        Traceback (most recent call last):
        styleforge.errors.UserError: there is no encoder of e4e or pSp in it
    """
    state = content.get("state_dict", content)
    state = state if isinstance(state, Mapping) else {}
    prefix = next((one for one in PREFIXES if f"{one}styles.0.linear.weight" in state), None)
    if prefix is None:
        raise UserError("there is no encoder of e4e or pSp in it")
    own = {
        name.removeprefix(prefix): one
        for name, one in state.items()
        if name.startswith(prefix)
        and isinstance(one, Tensor)
        and name.removeprefix(prefix).split(".")[0] in PARTS
    }
    mean = content.get("latent_avg", state.get("latent_avg"))
    if not isinstance(mean, Tensor):
        raise UserError("it has no mean latent ('latent_avg'), which its steps start from")
    options = content.get("opts")
    kind = options.get("encoder_type") if isinstance(options, Mapping) else None
    notes = []
    if kind not in KINDS:
        notes.append(f"Its encoder's kind is {kind!r}; it was taken for e4e's (Encoder4Editing).")
    own["mean"] = mean if mean.ndim == 2 else mean.reshape(1, -1)
    facts = encoder_geometry(own) | {"deltas": KINDS.get(str(kind), True)}
    own["mean"] = own["mean"].expand(facts["rows"], -1)
    own = {name: one.detach().float().contiguous() if one.is_floating_point() else one
           for name, one in own.items()}  # fmt: skip
    network = empty_encoder(facts)
    wanted = network.state_dict()
    wrong = sorted(wanted.keys() ^ own.keys()) or [
        name for name in wanted if wanted[name].shape != own[name].shape
    ]
    if wrong:
        raise UserError(f"its encoder is not whole: {len(wrong)} weights, such as {wrong[0]}")
    return Converted(own, facts, tuple(notes))


def encoder_geometry(tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """Rows, stages and the side of an encoder, read off its weights.

    Example:
        >>> small = StyleEncoder(4, stages=((1, 16), (2, 32), (1, 48), (1, 64)), side=32)
        >>> encoder_geometry(small.state_dict())
        {'rows': 4, 'stages': [[1, 16], [2, 32], [1, 48], [1, 64]], 'side': 32}
    """
    counts: list[list[int]] = []  # a stage begins where the channels change
    while (w := tensors.get(f"body.{sum(n for n, _ in counts)}.res_layer.3.weight")) is not None:
        if counts and counts[-1][1] == w.shape[0]:
            counts[-1][0] += 1
        else:
            counts.append([1, w.shape[0]])
    rows = 0
    while f"styles.{rows}.linear.weight" in tensors:
        rows += 1
    depth = sum(1 for name in tensors if name.startswith("styles.0.convs.") and "weight" in name)
    if len(counts) != len(STAGES) or not rows or not depth:
        raise UserError("its encoder is not an IR-SE network of four stages")
    return {"rows": rows, "stages": counts, "side": 2**depth * 2 ** len(STAGES)}


def empty_encoder(facts: Mapping[str, Any]) -> StyleEncoder:
    """An encoder of the size that facts say, to be filled with weights.

    Example:
        >>> facts = {"rows": 4, "stages": [[1, 16], [1, 32], [1, 48], [1, 64]], "side": 32}
        >>> empty_encoder(facts | {"deltas": True}).rows
        4
    """
    with undrawn():
        return StyleEncoder(
            int(facts["rows"]),
            deltas=bool(facts["deltas"]),
            stages=[(int(count), int(width)) for count, width in facts["stages"]],
            side=int(facts["side"]),
        )


def filled_encoder(tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> StyleEncoder:
    """A frozen encoder with the weights of a `Converted`.

    Example:
        >>> small = StyleEncoder(4, stages=((1, 16), (1, 32), (1, 48), (1, 64)), side=32)
        >>> weights = small.state_dict()
        >>> filled_encoder(weights, encoder_geometry(weights) | {"deltas": True}).rows
        4
    """
    network = empty_encoder(facts)
    network.load_state_dict(dict(tensors))
    return network.eval().requires_grad_(requires_grad=False)
