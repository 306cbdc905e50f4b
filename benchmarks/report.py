"""What `benchmarks.quality` prints: means, whether the published directions hold, conflict."""

from __future__ import annotations

from statistics import fmean

import numpy as np

METHODS = (
    "tailored", "loho", "loho-2021", "loho-patent", "loho-fast", "loho-mapped", "mapper",
    "loho-plain", "loho-joint", "copy-paste",
)  # fmt: skip
SCORES = (
    "truth_psnr", "truth_ssim", "truth_lpips", "appearance_error", "finer_style_ratio",
    "identity_psnr", "seconds",
)  # fmt: skip

FEWEST = 6  # triples from which an interval is a finding


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
    """The published directions, and whether they hold here, by paired differences.

    A direction holds where the whole interval of the mean difference over triples that both methods
    were run on is on its side, and is open where the interval holds 0.
    """
    iou = f"{region}_iou"
    checks = (
        (f"two stages beat one ({region} IoU)", "loho", "loho-joint", iou, None),
        ("two stages beat one (LPIPS to the truth)", "loho", "loho-joint", "truth_lpips", None),
        (
            f"orthogonalization keeps the {region} region ({region} IoU)",
            "loho", "loho-plain", iou, None,
        ),
        (
            "orthogonalization brings the look (CIEDE2000 to the truth's mean colour)",
            "loho", "loho-plain", "appearance_error", None,
        ),
        (
            "LOHO beats copy-paste on difficult triples (LPIPS to the truth)",
            "loho", "copy-paste", "truth_lpips", "difficult",
        ),
        (
            "loho-fast is at least as good as loho (LPIPS to the truth)",
            "loho-fast", "loho", "truth_lpips", None,
        ),
        (
            "loho-fast beats copy-paste (LPIPS to the truth)",
            "loho-fast", "copy-paste", "truth_lpips", None,
        ),
        ("tailored beats loho-fast (LPIPS to the truth)",
         "tailored", "loho-fast", "truth_lpips", None),
    )  # fmt: skip
    lines = []
    for text, one, two, score, level in checks:
        found = paired(rows, one, two, score, level)
        if not len(found):
            lines.append(f"- {text}: not measured")
            continue
        sign = 1 if score == iou else -1
        mean, low, high = interval(found)
        verdict = "open" if low <= 0 <= high else "holds" if sign * mean > 0 else "does not hold"
        if len(found) < FEWEST:
            verdict = "too few triples to say"
        lines.append(
            f"- {text}: {verdict} ({mean:+.4f}, 95 % [{low:+.4f}, {high:+.4f}], n = {len(found)})"
        )
    return lines


def paired(
    rows: list[dict[str, object]], one: str, two: str, score: str, level: str | None = None
) -> np.ndarray:
    """A score of one method less that of another, by triple that both were run on."""

    def by_triple(method: str) -> dict[tuple[object, object], float]:
        return {
            (row["level"], row["index"]): float(row[score])  # type: ignore[arg-type]
            for row in rows
            if row["method"] == method and level in {None, row["level"]}
        }

    first, second = by_triple(one), by_triple(two)
    return np.array([first[key] - second[key] for key in first if key in second])


def interval(differences: np.ndarray, draws: int = 10_000) -> tuple[float, float, float]:
    """Mean of paired differences and its bootstrap interval of 95 %, the same every time."""
    rng = np.random.default_rng(0)
    means = rng.choice(differences, (draws, len(differences))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(differences.mean()), float(low), float(high)


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
