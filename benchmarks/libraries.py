"""Own code, OpenCV's and SciPy's beside kornia's: `python -m benchmarks.libraries --size 256`.

For each step what is used, its milliseconds on one thread of the CPU, kornia's, and the largest
difference between the two. Where the difference is not that of rounding, the two are not the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated

import cv2
import kornia
import numpy as np
import torch
import typer
from skimage.color import lab2rgb, rgb2lab
from skimage.metrics import structural_similarity
from torch import Tensor

from styleforge.losses.lab import lab
from styleforge.measure.metrics import ssim
from styleforge.prepare import bent, geometry, masks, on_device

Make = Callable[[], Tensor]


def main(
    size: Annotated[int, typer.Option(help="Width of the pictures.")] = 256,
    times: Annotated[int, typer.Option(help="Runs of each; the quickest counts.")] = 5,
) -> None:
    """Print the table."""
    torch.manual_seed(0)
    picture = torch.rand(1, 3, size, size) * 2 - 1
    rows, columns = torch.meshgrid(*[torch.linspace(-1, 1, size)] * 2, indexing="ij")
    mask = masks.blur((rows**2 + columns**2 < 0.4).float()[None, None], size / 64)
    typer.echo(f"kornia {kornia.__version__}, width {size}, one thread\n")
    typer.echo("| step | used | ms | kornia ms | difference |\n|---|---|---|---|---|")
    pairs: list[tuple[str, str, Make, Make]] = []
    pairs += _morphology(mask, size)
    pairs += _colours(picture)
    pairs += _warps(picture, size)
    for step, used, own, theirs in pairs:
        off = float((own() - theirs()).abs().max())
        typer.echo(f"| {step} | {used} | {_ms(own, times)} | {_ms(theirs, times)} | {off:.1g} |")


def _ms(function: Make, times: int) -> str:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return f"{min(taken) * 1000:.2f}"


def _morphology(mask: Tensor, size: int) -> list[tuple[str, str, Make, Make]]:
    five, edge = 5, round(masks.scaled(4, size))
    made: list[tuple[str, str, Make, Make]] = [
        (f"dilate {count}", "OpenCV on a CPU, kornia elsewhere",
         lambda count=count: masks.dilate(mask, count),
         lambda count=count: on_device.dilate(mask, count))
        for count in sorted({five, edge})
    ]  # fmt: skip
    made += [
        (f"blur {radius:.1f}", "OpenCV on a CPU, kornia elsewhere",
         lambda radius=radius: masks.blur(mask, radius),
         lambda radius=radius: on_device.blur(mask, radius))
        for radius in (2.0, 0.015 * size, 0.04 * size)
    ]  # fmt: skip
    if size > masks.REFERENCE_WIDTH:  # kornia's distance takes 10 s and more
        return made
    hard = (mask > 0.5).float()
    made.append((
        "distance to a mask", "OpenCV", lambda: masks.signed_distance(hard).clamp_min(0),
        lambda: kornia.contrib.distance_transform(hard),
    ))  # fmt: skip
    return made


def _colours(picture: Tensor) -> list[tuple[str, str, Make, Make]]:
    values = ((picture + 1) / 2).double()
    noisy = (picture + 0.1 * torch.randn_like(picture)).clamp(-1, 1)
    plain = values[0].permute(1, 2, 0).numpy()
    in_lab = rgb2lab(plain)

    def score() -> Tensor:
        pair = [(one[0].double().permute(1, 2, 0).numpy() + 1) / 2 for one in (picture, noisy)]
        found = structural_similarity(
            *pair, channel_axis=2, data_range=1.0, gaussian_weights=True,
            use_sample_covariance=False,
        )  # fmt: skip
        return torch.tensor(float(found))

    return [
        ("Lab, of a loss", "own: HairCLIP's is not decoded",
         lambda: lab(picture, gamma=True),
         lambda: kornia.color.rgb_to_lab((picture + 1) / 2)),
        ("RGB to Lab, of pasting", "kornia; skimage here",
         lambda: torch.from_numpy(rgb2lab(plain)).permute(2, 0, 1)[None],
         lambda: kornia.color.rgb_to_lab(values)),
        ("Lab to RGB, of pasting", "kornia; skimage here",
         lambda: torch.from_numpy(lab2rgb(in_lab)).permute(2, 0, 1)[None],
         lambda: kornia.color.lab_to_rgb(torch.from_numpy(in_lab).permute(2, 0, 1)[None])),
        ("SSIM", "kornia; skimage here", score, lambda: torch.tensor(ssim(picture, noisy))),
    ]  # fmt: skip


def _warps(picture: Tensor, size: int) -> list[tuple[str, str, Make, Make]]:
    transform = kornia.geometry.transform
    smooth = torch.cat([masks.blur(one[:, None], size / 64) for one in picture.unbind(1)], 1)
    corners = np.array([[0, 0], [size, 0], [0, size]], float)
    matrix = geometry.similarity(corners, corners * 0.95 + [[size / 30, size / 50]])
    as_tensor = torch.from_numpy(matrix).float()[None]
    here = torch.from_numpy(np.random.default_rng(0).uniform(0.2, 0.8, (1, 68, 2))) * size
    there = here + 0.01 * size * torch.sin(here / size * 6)
    where = bent.landmark_map(here, there, (size, size))
    grid = torch.from_numpy(where).float()[None] / size * 2 - 1  # (1, H, W, 2)

    def spline() -> Tensor:
        border = [(x, y) for x in (0, 0.5, 1) for y in (0, 0.5, 1) if (x, y) != (0.5, 0.5)]
        edge = torch.tensor(border).double()[None]
        to, back = (torch.cat((one / size, edge), dim=1) for one in (there, here))
        kernel, affine = transform.get_tps_transform(to, back)
        ys, xs = torch.meshgrid(*[(torch.arange(size).double() + 0.5) / size] * 2, indexing="ij")
        points = torch.stack((xs, ys), dim=-1).reshape(1, -1, 2)
        parts = [
            transform.warp_points_tps(part, back, kernel, affine) for part in points.split(2**14, 1)
        ]
        return torch.cat(parts, 1).reshape(size, size, 2) * size

    return [
        ("warp by a similarity", "OpenCV",
         lambda: geometry.warp(smooth, matrix, (size, size)),
         lambda: transform.warp_affine(
             smooth, as_tensor, (size, size), "bicubic", "border", align_corners=False)),
        ("remap", "OpenCV",
         lambda: geometry.remap(smooth, where),
         lambda: transform.remap(
             smooth, grid[..., 0], grid[..., 1], "bicubic", "border", align_corners=False,
             normalized_coordinates=True)),
        ("thin-plate spline, pixels", "SciPy, smoothed",
         lambda: torch.from_numpy(bent.landmark_map(here, there, (size, size))), spline),
    ]  # fmt: skip


if __name__ == "__main__":
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    typer.run(main)
