"""Checkpoints: everything of a run that is not finished, in one safetensors file.

The recipe travels in the header, so that a run can be resumed from the file alone.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from styleforge.errors import UserError, printable
from styleforge.files import write_whole
from styleforge.models.declared import check_header
from styleforge.recipe.recipe import Recipe
from styleforge.run.checkpoint_form import (
    MOMENTS,
    SEAL,
    check_run,
    check_seal,
    check_tensors,
    numbered,
    seal_of,
)
from styleforge.run.moments import Moments
from styleforge.run.plan import Plan
from styleforge.run.state import Best, State

SHORT = 300  # characters of what a reader says
_HEADER = 100_000_000  # bytes, of which safetensors writes no more: the losses of all steps


def save_checkpoint(path: str | Path, state: State, recipe: Recipe) -> None:
    """Write a run's state; the file is replaced only once the new one is complete.

    Raises:
        UserError: if the file cannot be written.

    Example:
        >>> from styleforge.run.start import begin
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> recipe = forge.recipe("toy", "toy-look")
        >>> state = begin(toy.toy_problem(forge.models("toy")), recipe)
        >>> save_checkpoint("run.resume", state, recipe)
        >>> read_header("run.resume")[1]  # steps done
        0
    """
    tensors: dict[str, Tensor] = {
        "latent": state.latent,
        "start": state.start,
        "rng": state.rng.get_state(),
    }
    for index, item in enumerate(state.noise):
        tensors[f"noise.{index}"] = item
    for index, moments in state.moments.items():
        for name in MOMENTS:
            tensors[f"adam.{index}.{name}"] = getattr(moments, name)
    if state.best is not None:
        tensors["best.latent"] = state.best.latent
        for index, item in enumerate(state.best.noise):
            tensors[f"best.noise.{index}"] = item
    if state.picture is not None:
        tensors["picture"] = state.picture
    for name, region in (state.regions or {}).items():
        tensors[f"region.{name}"] = region
    header = {
        "recipe": recipe.to_json(),
        "run": json.dumps(
            {
                "spread": state.spread,
                "stage": state.stage,
                "step": state.step,
                "done": state.done,
                "seconds": state.seconds,
                "best": state.best.objective if state.best else None,
                "history": state.history,
                "plan": [[*key, *layers] for key, layers in state.plan.layers.items()],
            }
        ),
    }
    path = Path(path)
    tensors = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    header[SEAL] = seal_of(tensors, header)

    def fill(partial: Path) -> None:
        try:
            save_file(tensors, partial, header)
        except SafetensorError as error:  # of safetensors' own writing: a full disk
            raise OSError(str(error)) from error

    write_whole(path, fill, name=f"The checkpoint {path}")


def load_checkpoint(path: str | Path) -> tuple[State, Recipe]:
    """The state, on the CPU, and the recipe of a run that is not finished.

    Raises:
        UserError: if there is no such file, or it is no checkpoint.

    Example:
        >>> load_checkpoint("gone.resume")
        Traceback (most recent call last):
        styleforge.errors.UserError: There is no checkpoint gone.resume. Check the name ...
    """
    with _opened(path) as file:
        header = file.metadata() or {}
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        recipe, run = Recipe.from_json(header["recipe"]), json.loads(header["run"])
        check_seal(tensors, header)
        check_run(run, recipe)
        check_tensors(tensors, run)
        return _state(tensors, run), recipe


def read_header(path: str | Path) -> tuple[Recipe, int]:
    """The recipe of a run that is not finished, and how many of its steps are done.

    Raises:
        UserError: as `load_checkpoint`.

    Example:
        >>> read_header("gone.resume")
        Traceback (most recent call last):
        styleforge.errors.UserError: There is no checkpoint gone.resume. Check the name ...
    """
    with _opened(path) as file:
        header = file.metadata() or {}
        recipe, run = Recipe.from_json(header["recipe"]), json.loads(header["run"])
        check_run(run, recipe)
        return recipe, int(run["done"])


def remove_checkpoint(path: Path) -> None:
    """Remove the checkpoint of a run whose result was saved; there need not be one.

    Raises:
        UserError: if the file cannot be removed.

    Example:
        >>> remove_checkpoint(Path("gone.resume"))
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        msg = f"{path} cannot be removed: {error.strerror or error}. Delete it."
        raise UserError(msg) from error


@contextlib.contextmanager
def _opened(path: str | Path) -> Iterator[Any]:
    """A checkpoint; what goes wrong while it is read is a sentence."""
    if not Path(path).is_file():
        msg = f"There is no checkpoint {path}. Check the name and the folder."
        raise UserError(msg)
    try:
        check_header(Path(path), _HEADER)
        with safe_open(path, framework="pt") as file:
            yield file
    except UserError:
        raise
    except Exception as error:  # whatever a file that was changed makes a reader do
        why = printable(str(error) or type(error).__name__, SHORT)
        msg = f"{path} is not a checkpoint that can be read ({why})."
        raise UserError(msg) from error


def _state(tensors: dict[str, Tensor], run: dict[str, object]) -> State:
    rng = torch.Generator()
    rng.set_state(tensors["rng"])
    latent, noise = tensors["latent"], numbered(tensors, "noise.")
    best = None
    if run["best"] is not None:
        best = Best(run["best"], tensors["best.latent"], numbered(tensors, "best.noise."))  # type: ignore[arg-type]
    prefix = "region."
    regions = {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
    indices = {int(name.split(".")[1]) for name in tensors if name.startswith("adam.")}
    return State(
        latent,
        tensors["start"],
        noise,
        run["spread"],  # type: ignore[arg-type]
        rng,
        stage=run["stage"],  # type: ignore[arg-type]
        step=run["step"],  # type: ignore[arg-type]
        done=run["done"],  # type: ignore[arg-type]
        best=best,
        picture=tensors.get("picture"),
        regions=regions or None,
        history=run["history"],  # type: ignore[arg-type]
        seconds=run["seconds"],  # type: ignore[arg-type]
        plan=Plan({(mask, scaled): tuple(layers) for mask, scaled, *layers in run["plan"]}),  # type: ignore[attr-defined]
        moments={
            index: Moments(*(tensors[f"adam.{index}.{name}"] for name in MOMENTS))
            for index in sorted(indices)
        },
    )
