"""What a checkpoint must be to be gone on with: whole, as it was written, and of one form.

Whoever writes a checkpoint seals it; one that was changed or damaged since is told by its seal. Its
form is checked all the same: a seal can be made anew, and files of before have none.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from styleforge.models.declared import check_numbers
from styleforge.recipe.recipe import Recipe

SEAL = "sha256"  # the header's field
MOMENTS = ("step", "exp_avg", "exp_avg_sq")
_NAMES = re.compile(
    r"latent|start|rng|picture|noise\.\d+|best\.latent|best\.noise\.\d+|region\..+"
    rf"|adam\.\d+\.({'|'.join(MOMENTS)})"
)


def seal_of(tensors: Mapping[str, Tensor], header: Mapping[str, str]) -> str:
    """SHA-256 over all that a checkpoint holds, but for the seal itself.

    Example:
        >>> len(seal_of({"latent": torch.zeros(1, 8, 8)}, {"run": "{}"}))
        64
    """
    digest = hashlib.sha256()
    for name, value in sorted(tensors.items()):
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}\n".encode())
        digest.update(value.contiguous().flatten().view(torch.uint8).numpy().data)
    for name, text in sorted(header.items()):
        if name != SEAL:
            digest.update(f"{name} {len(text)}\n{text}".encode())
    return digest.hexdigest()


def check_seal(tensors: Mapping[str, Tensor], header: Mapping[str, str]) -> None:
    """Refuse what is not as it was written; files of before have no seal.

    Raises:
        ValueError: if it is not.

    Example:
        >>> header = {"run": "{}"}
        >>> header[SEAL] = seal_of({}, header)
        >>> check_seal({}, header)
        >>> check_seal({}, {**header, "run": "[]"})
        Traceback (most recent call last):
        ValueError: it is not as it was written: it was changed or damaged
    """
    if SEAL in header and header[SEAL] != seal_of(tensors, header):
        raise ValueError("it is not as it was written: it was changed or damaged")


def check_run(run: Any, recipe: Recipe) -> None:
    """Refuse counts, losses and plans that no run of the recipe writes.

    Raises:
        ValueError: saying what it is.

    Example:
        >>> recipe = Recipe(domain="lips", method="colour", stages=())
        >>> check_run({"stage": 0, "step": 0, "done": 7}, recipe)
        Traceback (most recent call last):
        ValueError: done is 7, of 0
    """
    most = {"stage": len(recipe.stages), "step": recipe.steps, "done": recipe.steps}
    for name, last in most.items():
        if type(run[name]) is not int or not 0 <= run[name] <= last:
            raise ValueError(f"{name} is {_short(run[name])}, of {last}")
    before = sum(stage.steps for stage in recipe.stages[: run["stage"]])
    if before + run["step"] != run["done"]:
        raise ValueError(f"{run['done']} steps are done, and the stages have {before} and more")
    for name in ("seconds", "spread"):
        if not _number(run[name]) or run[name] < 0:
            raise ValueError(f"{name} is {_short(run[name])}")
    if run["best"] is not None and not _number(run["best"]):
        raise ValueError(f"best is {_short(run['best'])}")
    history, plan = run["history"], run["plan"]
    if not isinstance(history, list) or len(history) != run["done"]:
        raise ValueError("the history of its losses is not that of its steps")
    if not all(isinstance(one, dict) and all(map(_number, one.values())) for one in history):
        raise ValueError("the history of its losses holds more than numbers")
    if not isinstance(plan, list) or not all(map(_planned, plan)):
        raise ValueError(f"its plan of layers is {_short(plan)}")


def check_tensors(tensors: Mapping[str, Tensor], run: Mapping[str, Any]) -> None:
    """Refuse tensors that no run writes; `styleforge.run.set_up` compares them with the models'.

    Raises:
        ValueError: naming the tensor.

    Example:
        >>> check_tensors({"latent": torch.zeros(3)}, {"best": None, "done": 0})
        Traceback (most recent call last):
        ValueError: latent has the shape (3,)
    """
    check_numbers(tensors)
    for name in tensors:
        if not _NAMES.fullmatch(name):
            raise ValueError(f"{_short(name)} is nothing of a run")
    latent = tensors["latent"]  # (1, rows, width)
    if latent.ndim != 3 or len(latent) != 1:
        raise _misshapen("latent", latent)
    moved = [latent, *_maps(tensors, "noise.", latent.dtype)]
    _alike("start", tensors["start"], latent)
    if (run["best"] is None) != ("best.latent" not in tensors):
        raise ValueError("it has half of its best")
    if run["best"] is not None:
        best = [tensors["best.latent"], *_maps(tensors, "best.noise.", latent.dtype)]
        if len(best) != len(moved):
            raise ValueError("its best has another number of noise maps")
        for number, (one, like) in enumerate(zip(best, moved, strict=True)):
            _alike(f"the best ({number})", one, like)
    _check_moments(tensors, moved, run)
    chance = torch.Generator().get_state()
    _alike("rng", tensors["rng"], chance)
    _check_pictures(tensors)


def _check_moments(
    tensors: Mapping[str, Tensor], moved: list[Tensor], run: Mapping[str, Any]
) -> None:
    """The optimizer's: for each tensor that it moves all three or none."""
    for index in sorted({int(name.split(".")[1]) for name in tensors if name[:5] == "adam."}):
        if index >= len(moved):
            raise ValueError(f"adam.{index} belongs to nothing that moves")
        count, mean, square = (tensors[f"adam.{index}.{name}"] for name in MOMENTS)
        _alike(f"adam.{index}.exp_avg", mean, moved[index])
        _alike(f"adam.{index}.exp_avg_sq", square, moved[index])
        if count.ndim or not count.is_floating_point():
            raise _misshapen(f"adam.{index}.step", count)
        if not 0 <= float(count) <= run["done"] or bool((square < 0).any()):
            raise ValueError(f"adam.{index} counts {float(count):g} steps, or is below 0")


def _check_pictures(tensors: Mapping[str, Tensor]) -> None:
    """The last picture ``(1, 3, h, w)``, and the frozen regions ``(1, 1, h, w)`` over it."""
    picture = tensors.get("picture")
    size = None if picture is None else tuple(picture.shape[-2:])
    if picture is not None and (picture.shape[:-2] != (1, 3) or not picture.is_floating_point()):
        raise _misshapen("picture", picture)
    for name, one in tensors.items():
        if not name.startswith("region."):
            continue
        if one.shape[:-2] != (1, 1) or one.shape[-2:] != size or not one.is_floating_point():
            raise _misshapen(name, one)
        if bool(((one < 0) | (one > 1)).any()):
            raise ValueError(f"{name} is beyond 0 to 1")


def numbered(tensors: Mapping[str, Tensor], prefix: str) -> tuple[Tensor, ...]:
    """The tensors of a name with numbers behind it, in order.

    Example:
        >>> len(numbered({"noise.0": torch.zeros(1), "latent": torch.zeros(1)}, "noise."))
        1
    """
    count = sum(name.startswith(prefix) for name in tensors)
    return tuple(tensors[f"{prefix}{index}"] for index in range(count))


def _maps(tensors: Mapping[str, Tensor], prefix: str, dtype: torch.dtype) -> Iterable[Tensor]:
    """Noise maps ``(1, 1, h, w)``, numbered without a gap."""
    found = numbered(tensors, prefix)
    for index, one in enumerate(found):
        if one.ndim != 4 or one.shape[:2] != (1, 1) or one.dtype != dtype:
            raise _misshapen(f"{prefix}{index}", one)
    return found


def _alike(name: str, one: Tensor, like: Tensor) -> None:
    if one.shape != like.shape or one.dtype != like.dtype:
        raise _misshapen(name, one)


def _misshapen(name: str, one: Tensor) -> ValueError:
    kind = str(one.dtype).removeprefix("torch.")
    of = "" if one.dtype == torch.float32 else f" of {kind}"
    return ValueError(f"{name} has the shape {tuple(one.shape)}{of}")


def _number(value: Any) -> bool:
    return type(value) in {int, float} and math.isfinite(value)


def _planned(one: Any) -> bool:
    return (
        isinstance(one, list)
        and len(one) > 2
        and type(one[1]) is bool
        and all(isinstance(name, str) for name in (one[0], *one[2:]))
    )


def _short(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) < 40 else f"{text[:40]}..."
