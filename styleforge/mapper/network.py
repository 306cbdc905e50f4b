"""The mapper network: conditions to a step in W+ (HairCLIP: Wei et al., CVPR 2022, section 3.2).

A sub-mapper moves a group of rows of W+ under one condition; which attribute drives which rows is
declared, not built in. Published: rows 0 to 3 and 4 to 7 by the style, 8 to 17 by the colour, five
modulation modules each, and ``w' = w + 0.1 M(w, e)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from styleforge.errors import UserError

STEP = 0.1  # what the network's output is scaled by before it is added to W+
DEPTH = 5  # modulation modules of a sub-mapper
Absent = Literal["published", "zero"]
Norm = Literal["rows", "width"]
NORMS: tuple[Norm, ...] = get_args(Norm)


@dataclass(frozen=True)
class Injection:
    """Which rows of W+ an attribute's condition drives.

    Example:
        >>> Injection("coarse", "lips.shape", rows=(0, 1, 2, 3)).attribute
        'lips.shape'
    """

    name: str
    attribute: str
    rows: tuple[int, ...]


class Modulation(nn.Module):
    """``act(norm(linear(x)) * (1 + gamma(e)) + beta(e))``; without a condition the norm alone.

    The norm is over rows and numbers together and learns nothing.

    Example:
        >>> module = Modulation(rows=4, width=8, embedding=6, hidden=8)
        >>> module(torch.zeros(1, 4, 8), torch.zeros(1, 6)).shape
        torch.Size([1, 4, 8])
    """

    def __init__(self, rows: int, width: int, embedding: int, hidden: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.norm = nn.LayerNorm([rows, width], elementwise_affine=False)
        self.gamma = _function(embedding, hidden, width)
        self.beta = _function(embedding, hidden, width)
        self.act = nn.LeakyReLU(0.01)

    def forward(self, x: Tensor, condition: Tensor | None) -> Tensor:
        """``(N, rows, width)`` under ``(N, embedding)``, or under none."""
        x = self.norm(self.linear(x))  # (N, rows, width)
        if condition is None:
            return x  # published: "cut", neither modulated nor activated
        gamma, beta = self.gamma(condition)[:, None], self.beta(condition)[:, None]  # (N, 1, width)
        out: Tensor = self.act(torch.addcmul(x + beta, x, gamma))
        return out


class SubMapper(nn.Module):
    """Modulation modules in a row, behind a norm of W+: over its rows (published) or its width.

    Example:
        >>> part = SubMapper(rows=4, width=8, embedding=6, depth=2)
        >>> part(torch.randn(1, 4, 8), torch.randn(1, 6)).shape
        torch.Size([1, 4, 8])
    """

    def __init__(
        self,
        rows: int,
        width: int,
        embedding: int,
        *,
        hidden: int | None = None,
        depth: int = DEPTH,
        norm: Norm = "rows",
    ) -> None:
        super().__init__()
        hidden = width if hidden is None else hidden
        self.axis = 1 if norm == "rows" else 2
        self.layers = nn.ModuleList(
            Modulation(rows, width, embedding, hidden) for _ in range(depth)
        )

    def forward(self, latent: Tensor, condition: Tensor | None) -> Tensor:
        """Rows of W+ ``(N, rows, width)`` to their step, before ``STEP``."""
        x = latent * torch.rsqrt(latent.square().mean(self.axis, keepdim=True) + 1e-8)
        for layer in self.layers:
            x = layer(x, condition)
        return x


class Mapper(nn.Module):
    """Sub-mappers over groups of rows.

    Args:
        injections: a sub-mapper each, with names of their own; where they share rows, their steps
            add up.
        rows: rows of W+.
        width: numbers in a row.
        embedding: numbers in a condition.
        hidden: width inside gamma and beta; ``width``, as published, when left out.
        depth: modulation modules of a sub-mapper.
        norm: of W+ at the door. The published network applies its PixelNorm to axis 1, the
            ``rows``; where all rows are equal that leaves only their signs, and ``width`` keeps
            what is in them.

    Raises:
        UserError: two injections have the same name, or one drives no row, a row twice, or a row
            that W+ does not have; or the norm is another.

    Example:
        >>> coarse = Injection("coarse", "lips.shape", rows=(0, 1))
        >>> mapper = Mapper([coarse], rows=8, width=8, embedding=6, depth=2)
        >>> latent = torch.randn(1, 8, 8)
        >>> edited = mapper(latent, {"lips.shape": torch.randn(1, 6)})
        >>> torch.equal(edited[:, 2:], latent[:, 2:])  # rows that nothing drives stay
        True
    """

    def __init__(
        self,
        injections: Sequence[Injection],
        *,
        rows: int,
        width: int = 512,
        embedding: int = 512,
        hidden: int | None = None,
        depth: int = DEPTH,
        norm: Norm = "rows",
    ) -> None:
        super().__init__()
        said = ", ".join(f"{one.name}: {list(one.rows)}" for one in injections)
        if any(
            len(set(one.rows)) < len(one.rows) or not all(0 <= row < rows for row in one.rows)
            for one in injections
        ):
            raise UserError(
                f"The injections drive the rows {said}; give each some of the {rows} rows, none of "
                "them twice."
            )
        if len({one.name for one in injections}) < len(injections) or not all(
            one.rows for one in injections
        ):
            raise UserError(
                f"The injections are {said or 'none'}; give each a name of its own and at least "
                "one row."
            )
        if norm not in NORMS:
            raise UserError(f"The norm is {norm!r}; one of {', '.join(NORMS)} was expected.")
        self.injections = tuple(injections)
        self.rows, self.width, self.embedding = rows, width, embedding
        self.hidden, self.depth = width if hidden is None else hidden, depth
        self.norm = norm
        self.parts = nn.ModuleDict(
            {
                one.name: SubMapper(
                    len(one.rows), width, embedding, hidden=hidden, depth=depth, norm=norm
                )
                for one in injections
            }
        )

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes that drive something."""
        return tuple(dict.fromkeys(one.attribute for one in self.injections))

    def forward(
        self,
        latent: Tensor,
        conditions: Mapping[str, Tensor],
        *,
        absent: Absent = "published",
        strengths: Mapping[str, float] | None = None,
    ) -> Tensor:
        """The edited W+ ``(N, rows, width)``.

        Args:
            latent: W+ ``(N, rows, width)``.
            conditions: embeddings ``(N or 1, embedding)`` by attribute.
            absent: what an attribute without a condition does: ``published`` lets its sub-mappers
                act without modulation, which only the losses keep small; ``zero`` leaves its rows
                as they are.
            strengths: by attribute, what its steps are multiplied by; 1 where nothing is said.

        Raises:
            UserError: a condition for an attribute that drives nothing, or a latent or condition
                of another model.
        """
        unknown = set(conditions) - set(self.attributes)
        if unknown:
            raise UserError(
                f"The mapper has no part for {', '.join(sorted(unknown))}; it maps "
                f"{', '.join(self.attributes)}."
            )
        if latent.shape[1:] != (self.rows, self.width):
            raise UserError(
                f"A latent of shape {tuple(latent.shape)} came to a mapper for (N, {self.rows}, "
                f"{self.width}); give a W+ of the generator that the mapper was trained for."
            )
        for name, condition in conditions.items():
            if condition.shape not in {(1, self.embedding), (len(latent), self.embedding)}:
                raise UserError(
                    f"The condition for {name} has shape {tuple(condition.shape)}; the mapper "
                    f"takes ({len(latent)}, {self.embedding}), or one for all: embeddings of the "
                    "encoder that it was trained with."
                )
        edited = latent.clone()
        for one in self.injections:
            given = conditions.get(one.attribute)
            if given is None and absent == "zero":
                continue
            at = list(one.rows)
            share = (strengths or {}).get(one.attribute, 1.0)
            step = STEP * self.parts[one.name](latent[:, at], given)  # (N, len(at), width)
            edited[:, at] = edited[:, at] + share * step
        return edited


def _function(embedding: int, hidden: int, width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(embedding, hidden), nn.LayerNorm(hidden), nn.LeakyReLU(0.01),
        nn.Linear(hidden, width),
    )  # fmt: skip
