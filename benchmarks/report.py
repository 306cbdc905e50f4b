"""What `benchmarks.quality` prints: means, whether the published directions hold, conflict."""

from __future__ import annotations

import math
from statistics import fmean

import numpy as np

METHODS = (
    "tailored", "loho", "loho-2021", "loho-fast", "loho-mapped", "mapper", "loho-plain",
    "loho-joint", "copy-paste",
)  # fmt: skip
SCORES = (
    "truth_psnr", "truth_ssim", "truth_lpips", "appearance_error", "finer_style_ratio",
    "identity_psnr", "seconds",
)  # fmt: skip


def table(rows: list[dict[str, object]], region: str) -> str:
    """Means by difficulty and method, as Markdown."""
    scores = (f"{region}_iou", *SCORES)
    lines = ["| level | method | n | " + " | ".join(scores) + " |"]
    lines.append("|" + "---|" * (len(scores) + 3))
    for level in dict.fromkeys(row["level"] for row in rows):
        for method in METHODS:
            found = [row for row in rows if row["level"] == level and row["method"] == method]
            if found:
                means = [fmean(float(row[name]) for row in found) for name in scores]  # type: ignore[arg-type]
                cells = " | ".join(f"{value:.3f}" for value in means)
                lines.append(f"| {level} | {method} | {len(found)} | {cells} |")
    return "\n".join(lines)


def directions(rows: list[dict[str, object]], region: str) -> list[str]:
    """The published directions, and whether they hold here."""

    def mean(method: str, score: str, level: str | None = None) -> float:
        found = [
            float(row[score])  # type: ignore[arg-type]
            for row in rows
            if row["method"] == method and level in {None, row["level"]}
        ]
        return fmean(found) if found else float("nan")

    checks = (
        (f"two stages beat one ({region} IoU)", "loho", "loho-joint", f"{region}_iou", 1, None),
        ("two stages beat one (LPIPS to the truth)", "loho", "loho-joint", "truth_lpips", -1, None),
        (
            f"orthogonalization keeps the {region} region ({region} IoU)",
            "loho", "loho-plain", f"{region}_iou", 1, None,
        ),
        (
            "LOHO beats copy-paste on difficult triples (LPIPS to the truth)",
            "loho", "copy-paste", "truth_lpips", -1, "difficult",
        ),
        (
            "loho-fast is at least as good as loho (LPIPS to the truth)",
            "loho-fast", "loho", "truth_lpips", -1, None,
        ),
        (
            "loho-fast beats copy-paste (LPIPS to the truth)",
            "loho-fast", "copy-paste", "truth_lpips", -1, None,
        ),
        *(
            (
                ("tailored beats loho-fast (LPIPS to the truth)",
                 "tailored", "loho-fast", "truth_lpips", -1, None),
            )
            if any(row["method"] == "tailored" for row in rows)
            else ()
        ),
    )  # fmt: skip
    lines = []
    for text, one, two, score, sign, level in checks:
        first, second = mean(one, score, level), mean(two, score, level)
        if math.isnan(first) or math.isnan(second):
            lines.append(f"- {text}: not measured")
            continue
        verdict = "holds" if sign * (first - second) > 0 else "does not hold"
        lines.append(f"- {text}: {verdict} ({first:.4f} against {second:.4f})")
    return lines


def conflict(rows: list[dict[str, object]], parts: int = 5) -> str:
    """Mean cosine of structure's gradient and the style direction over stage 2, as Markdown."""
    lines = ["| method | " + " | ".join(f"part {index + 1}" for index in range(parts)) + " |"]
    lines.append("|" + "---|" * (parts + 1))
    for method in METHODS:
        runs = [row["cosines"] for row in rows if row["method"] == method and row["cosines"]]
        if runs:
            cells = []
            for index in range(parts):
                cut = [np.array_split(np.asarray(run), parts)[index] for run in runs]
                cells.append(f"{np.concatenate(cut).mean():.3f}")
            lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
