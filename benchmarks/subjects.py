"""Whether portraits are found wherever they stand, and nothing else is taken for one.

``python -m benchmarks.subjects`` prints how many of 24 places of a portrait in a picture of
1200 x 800 are found, and of 50 new people who stand there anywhere, in any size and turn; and how
many of 200 pictures without a portrait are accepted: made-up textures that no training saw, and
photographs that scikit-image and matplotlib bring (`pip install scikit-image`), whole and in
pieces. It takes a quarter of an hour.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from styleforge_portraits import world
from torch.nn import functional

from styleforge.api import edit
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.pack.models import Models
from styleforge.prepare import geometry
from styleforge.prepare.align import align
from styleforge.prepare.images import load_image, to_tensor
from styleforge.prepare.placing import ALIGNED, fit_matrix, settle

WIDE, HIGH = 1200, 800
PHOTOGRAPHS = (
    "astronaut", "camera", "cat", "coffee", "rocket", "coins", "page", "text", "brick", "grass",
    "gravel", "moon", "hubble_deep_field", "immunohistochemistry", "retina",
)  # fmt: skip
WANTED = 200
TINTED = 60  # of them made-up textures
PEOPLE = 50
Place = tuple[float, float, float, float]


def places() -> list[Place]:
    """Middle (x, y), width and turn in degrees of 24 places."""
    spots = [(0.2, 0.3), (0.5, 0.5), (0.78, 0.66)]
    sizes, turns = (150, 256, 360), (0, 30, -45, 90, 180)
    kinds = list(itertools.product(sizes, turns))[::2]  # 8 of them
    every = itertools.product(spots, kinds)
    return [(x * WIDE, y * HIGH, size, turn) for (x, y), (size, turn) in every]


def picture(portrait: torch.Tensor, place: Place) -> torch.Tensor:
    """The portrait ``(1, 3, S, S)`` in a picture ``(1, 3, HIGH, WIDE)`` of soft colours."""
    matrix = matrix_of(portrait, place)
    y, x = torch.meshgrid(torch.linspace(0, 1, HIGH), torch.linspace(0, 1, WIDE), indexing="ij")
    ground = torch.stack((0.4 * x - 0.2, 0.3 * y, 0.2 - 0.3 * x))[None]
    whole = functional.pad(torch.ones_like(portrait[:, :1, 1:-1, 1:-1]), (1, 1, 1, 1))
    alpha = geometry.warp(whole, matrix, (HIGH, WIDE), border="zero")
    return ground * (1 - alpha) + geometry.warp(portrait, matrix, (HIGH, WIDE)) * alpha


def matrix_of(portrait: torch.Tensor, place: Place) -> np.ndarray:
    """From the portrait's pixels to the picture's."""
    x, y, size, turn = place
    scale, angle = size / portrait.shape[-1], np.radians(turn)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    half = portrait.shape[-1] / 2
    return np.array([[cos, -sin, x - half * (cos - sin)], [sin, cos, y - half * (sin + cos)]])


def found_places(models: Models, portraits: Iterable[tuple[torch.Tensor, Place]]) -> int:
    """How many of portraits at places are found: eyes and mouth within 4 % of the width."""
    assert models.pack.alignment is not None
    count = 0
    for portrait, place in portraits:
        try:
            placed, _ = align(picture(portrait, place), models, models.pack.alignment, "it")
        except UserError as error:
            print(" ", place, error)
            continue
        whole = placed.matrix @ np.vstack([matrix_of(portrait, place), [0, 0, 1]])
        side = portrait.shape[-1]
        wanted = np.array([[x * side, y * side, 1] for x, y in models.pack.alignment.places])
        off = np.abs(wanted @ whole.T - wanted[:, :2]).max() / side
        if off > 2 * ALIGNED:
            print(" ", place, f"off by {off:.3f}")
        count += bool(off <= 2 * ALIGNED)
    return count


def people() -> Iterator[tuple[torch.Tensor, Place]]:
    """New people of the world, anywhere in the picture; two in three are upright."""
    rng = np.random.default_rng(78)
    for _ in range(PEOPLE):
        drawn = world.render(world.sample(rng), 256).image
        size = float(np.exp(rng.uniform(*np.log((110, 700)))))
        turn = float(rng.choice((0, 0, 1)) * rng.uniform(-180, 180))
        half = size / 2
        x, y = rng.uniform(half, WIDE - half), rng.uniform(0.9 * half, HIGH - 0.9 * half)
        yield to_tensor(Image.fromarray(drawn)), (float(x), float(y), size, turn)


def others() -> list[tuple[str, torch.Tensor]]:
    """Pictures without a portrait of the world, with names."""
    import matplotlib as mpl
    from skimage import data

    rng = np.random.default_rng(2026)
    photographs = []
    for name in PHOTOGRAPHS:
        try:
            values = np.asarray(getattr(data, name)())
        except Exception as error:  # some are downloaded, which a test may not
            print(f"{name} is left out: {type(error).__name__}")
            continue
        values = values[..., :3] if values.ndim == 3 else np.repeat(values[..., None], 3, 2)
        photographs.append((name, Image.fromarray(values.astype(np.uint8))))
    samples = Path(mpl.get_data_path()) / "sample_data"
    shipped = sorted(samples.glob("*.jpg"))
    photographs += [(path.stem, Image.open(path).convert("RGB")) for path in shipped]
    made = [(name, to_tensor(one)) for name, one in photographs]
    made += [(f"texture {number}", texture(rng)) for number in range(TINTED)]
    while len(made) < WANTED:
        name, whole = photographs[rng.integers(len(photographs))]
        side = int(min(whole.size) * rng.uniform(0.35, 0.9))
        left, top = (int(rng.integers(0, edge - side + 1)) for edge in whole.size)
        crop = whole.crop((left, top, left + side, top + side)).resize((256, 256))
        made.append((f"{name} {left},{top} {side}", to_tensor(crop)))
    return made


def texture(rng: np.random.Generator) -> torch.Tensor:
    """A made-up texture ``(1, 3, 256, 256)``: noise of one scale, waves or cells."""
    kind = rng.integers(3)
    if kind == 0:
        side = int(rng.choice((4, 8, 16, 64, 256)))
        return functional.interpolate(
            torch.from_numpy(rng.uniform(-1, 1, (1, 3, side, side)).astype(np.float32)), (256, 256)
        )
    y, x = np.mgrid[:256, :256] / 256
    if kind == 1:
        planes = [
            np.sin(rng.uniform(2, 60) * x + rng.uniform(2, 60) * y + rng.uniform(0, 6))
            for _ in range(3)
        ]
    else:
        points = rng.random((int(rng.integers(5, 60)), 2))
        apart = np.hypot(x[..., None] - points[:, 0], y[..., None] - points[:, 1])
        planes = list(rng.uniform(-1, 1, (len(points), 3))[apart.argmin(-1)].transpose(2, 0, 1))
    return torch.from_numpy(np.stack(planes)[None].astype(np.float32))


def accepted(models: Models) -> list[str]:
    """The pictures without a portrait that are taken, each with its notes."""
    assert models.pack.alignment is not None
    taken = []
    for name, image in others():
        try:
            placed, notes = align(image, models, models.pack.alignment, name)
        except UserError:
            continue
        taken.append(f"{name}, score {placed.score:.2f}: {' '.join(notes) or 'without a note'}")
    return taken


def lowest_edited(forge: Forge, models: Models) -> float:
    """The lowest score of the gallery's portraits after an edit: results are edited again."""
    assert models.pack.gallery is not None
    scores = []
    for path in sorted(models.pack.gallery.glob("*.png")):
        if not path.stem.startswith("postcard"):
            result = edit("hair", path, shape="long", appearance="red", forge=forge)
            scores.append(models.get("subjects").score(result.image))
    return min(scores)


def highest_other(models: Models) -> float:
    """The highest score of pictures without a portrait whose landmarks can be aligned."""
    assert models.pack.alignment is not None
    scores = [0.0]
    for _, image in others():
        rough = fit_matrix(image, models.pack.size)
        placed = settle(image, rough, models, models.pack.alignment, turns=8)
        scores += [placed.score] if placed.off <= ALIGNED else []
    return max(scores)


def main() -> None:
    """Print the figures."""
    forge = Forge()
    models = forge.models("portraits")
    assert models.pack.gallery is not None
    portrait = load_image(models.pack.gallery / "mira.png")
    found = found_places(models, [(portrait, place) for place in places()])
    print(f"found {found} of {len(places())} places of a portrait")
    print(f"found {found_places(models, people())} of {PEOPLE} people")
    taken = accepted(models)
    print(f"accepted {len(taken)} of {WANTED} pictures without a portrait")
    for one in taken:
        print(" ", one)
    print(f"edited portraits: score {lowest_edited(forge, models):.2f} at least")
    print(f"no portraits, but aligned: score {highest_other(models):.2f} at most")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
