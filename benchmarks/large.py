"""What a picture of 1024 pixels costs to compose: `python -m benchmarks.large --size 1024`.

CPU seconds of what is computed at a width of 256, of the same at full size, and how far the two
are from each other; of inpainting, how far either is from what the hole covers. People are drawn by
the world of `portraits`; a hole is another person's hair.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Annotated, TypeVar
from unittest import mock

import cv2
import numpy as np
import torch
import typer
from styleforge_clothing.patterns import continued_pattern
from styleforge_portraits import world
from torch import Tensor

from styleforge.builtin import inpainters
from styleforge.compose import harmonize
from styleforge.prepare import bent, geometry, masks
from styleforge.prepare.problem import Reference

T = TypeVar("T")
LANDMARKS = 68


def main(
    size: Annotated[int, typer.Option(help="Width of the pictures.")] = 1024,
    people: Annotated[int, typer.Option(help="How many holes are filled.")] = 4,
    seed: int = 3,
) -> None:
    """Print the table."""
    rng = np.random.default_rng(seed)
    typer.echo("| step | CPU s | CPU s at full size | between them | |\n|---|---|---|---|---|")
    _harmonize(size, rng)
    _landmarks(size, rng)
    _inpainters(size, people, rng)
    _pattern(size)


def _cpu(function: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    found = function()
    return time.process_time() - start, found


def _person(size: int, rng: np.random.Generator) -> Reference:
    drawn = world.render(world.sample(rng), size)
    image = torch.from_numpy(np.asarray(drawn.image, np.float32)).permute(2, 0, 1)[None]
    regions = {
        name: torch.from_numpy(np.asarray(plane, np.float32))[None, None]
        for name, plane in drawn.regions.items()
    }
    return Reference(image=image / 127.5 - 1, regions=regions)


def _harmonize(size: int, rng: np.random.Generator) -> None:
    """A generator that is off by a slow wave of colour."""
    one = _person(size, rng)
    wave = torch.sin(torch.linspace(0, 6, size))[None, None, :, None] * 0.1
    generated = (one.image + wave).clamp(-1, 1)
    area = masks.dilate((one.regions["hair"] > 0.5).float(), size / 32)

    def run() -> Tensor:
        return harmonize.harmonize(generated, one.regions, one, "hair", area)

    run()
    fast, small = _cpu(run)
    with mock.patch.object(harmonize, "shrink", lambda image, _: image):
        slow, full = _cpu(run)
    off = float((small - full).abs().mean()) * 127.5
    _row("harmonize", fast, slow, f"{off:.2f} of 255 on average")


def _landmarks(size: int, rng: np.random.Generator) -> None:
    here = torch.from_numpy(rng.uniform(0.2, 0.8, (1, LANDMARKS, 2)) * size)
    there = here + torch.from_numpy(rng.normal(0, 0.01, here.shape) * size)

    def run() -> np.ndarray:
        return bent.landmark_map(here, there, (size, size))

    fast, small = _cpu(run)
    with mock.patch.object(geometry, "REFERENCE_WIDTH", size):
        slow, full = _cpu(run)
    _row("thin-plate spline", fast, slow, f"{np.abs(small - full).max():.2f} pixels at most")


def _inpainters(size: int, people: int, rng: np.random.Generator) -> None:
    found: dict[str, list[tuple[float, float, float, float]]] = {}
    for _ in range(people):
        one, other = _person(size, rng), _person(size, rng)
        hole = masks.dilate((other.regions["hair"] > 0.5).float(), masks.scaled(4, size))
        for name in ("telea", "navier_stokes"):
            run = partial(getattr(inpainters, name), one.image, hole)
            fast, small = _cpu(run)
            with mock.patch.object(inpainters, "LARGE", size):
                slow, full = _cpu(run)
            errors = (_psnr(image, one.image, hole) for image in (small, full))
            found.setdefault(name, []).append((fast, slow, *errors))
    for name, rows in found.items():
        fast, slow, small_off, full_off = np.mean(rows, axis=0)
        said = f"PSNR in the hole {small_off:.1f} dB, at full size {full_off:.1f} dB"
        _row(name, fast, slow, "", said)


def _psnr(image: Tensor, target: Tensor, hole: Tensor) -> float:
    """Peak signal-to-noise ratio within a hole, in decibel."""
    error = ((image - target).square() * hole).sum() / hole.sum() / 3
    return float(10 * torch.log10(4 / error))


def _pattern(size: int) -> None:
    """Tilted stripes, a third of them hidden."""
    rows, columns = np.mgrid[:size, :size] / size
    plane = (np.sin(2 * np.pi * (12 * rows + 5 * columns)) > 0).astype(float)
    known = np.ones((size, size), bool)
    known[:, size // 3 : 2 * size // 3] = False
    seconds, made = _cpu(lambda: continued_pattern(plane, known))
    wrong = np.abs(made - plane)[~known].mean()
    _row("continued pattern", seconds, seconds, "", f"{wrong:.1%} of the hidden pixels wrong")


def _row(name: str, fast: float, slow: float, between: str, said: str = "") -> None:
    typer.echo(f"| {name} | {fast:.2f} | {slow:.2f} | {between} | {said} |")


if __name__ == "__main__":
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    typer.run(main)
