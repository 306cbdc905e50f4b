"""Core's losses of latents and noise maps, as recipes name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from torch import Tensor

from styleforge.errors import UserError
from styleforge.losses.latent import latent_distance, row_differences
from styleforge.losses.latent import latent_norm as whitened_norm
from styleforge.losses.noise import noise_correlation
from styleforge.pack.whitening import whitening_of

if TYPE_CHECKING:
    from styleforge.run.view import View


def noise(view: View) -> Tensor:
    """Autocorrelation of the noise maps, which are to stay white."""
    return noise_correlation(view.noise)


def latent(view: View, *, reduction: Literal["mean", "sum"] = "mean") -> Tensor:
    """Squared distance of W+ to where the run began, as the mean or the sum over its numbers.

    Raises:
        UserError: if the view has no latent.
    """
    if view.latent is None or view.start is None:
        msg = "The loss 'latent' needs a latent; it cannot be measured on a bare picture."
        raise UserError(msg)
    return latent_distance(view.latent, view.start, reduction)


def latent_norm(view: View) -> Tensor:
    """How far W+ is from the mean latent, by the deviations of the generator's latents.

    Raises:
        UserError: if the view has no latent.
    """
    return whitened_norm(*_whitened(view, "latent_norm"))


def latent_rows(view: View) -> Tensor:
    """How far the rows of W+ are from one another, by the deviations of the generator's latents.

    Raises:
        UserError: if the view has no latent.
    """
    return row_differences(*_whitened(view, "latent_rows"))


def _whitened(view: View, loss: str) -> tuple[Tensor, int]:
    """W+ in whitened coordinates ``(N, rows, width)``, and how many directions it has."""
    if view.latent is None:
        msg = f"The loss {loss!r} needs a latent; it cannot be measured on a bare picture."
        raise UserError(msg)
    white = whitening_of(view.models)
    return white.coordinates(view.latent), white.directions
