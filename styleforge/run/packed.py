"""Events of a run, or the error that ended it, as bytes: to other processes and other machines.

The bytes are those of a safetensors file; what is no tensor is JSON in its header. So nothing is
unpickled, and a reader in another language needs no Python.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor

from styleforge.errors import (
    Diverged,
    PluginError,
    Refused,
    SeveralSubjects,
    UserError,
    printable,
)
from styleforge.prepare.icc import Profile
from styleforge.prepare.images import to_bytes, to_picture, to_tensor
from styleforge.prepare.own_colours import Colours
from styleforge.recipe.recipe import Recipe
from styleforge.run.events import Event, Finished, Note, Preparing, StageStarted, Step
from styleforge.run.result import Result

Told = Event | UserError
KEY = "styleforge"  # of the header's JSON
_PLAIN = {one.__name__: one for one in (Note, Preparing, StageStarted)}
_ERRORS = {one.__name__: one for one in (UserError, Refused, Diverged, PluginError)}
_OF_COLOURS = ("own", "alpha", "room")
_OF_RESULT = ("image", "pasted", "generated", "latent")
_ALIKE = ("status", "steps", "seconds", "took", "history", "notes")  # as they are in JSON


def pack(told: Told) -> bytes:
    """An event, or the error that ended a run, as bytes for `unpack`.

    Example:
        >>> unpack(pack(Note("her.png was aligned.")))
        Note(text='her.png was aligned.')
        >>> unpack(pack(UserError("There is no picture her.png.")))
        UserError('There is no picture her.png.')
    """
    tensors: dict[str, Tensor] = {}
    if isinstance(told, UserError):
        body = _error(told, tensors)
    elif isinstance(told, Finished):
        body = {"is": "Finished", **_result(told.result, tensors)}
    elif isinstance(told, Step):
        if told.preview is not None:
            tensors["preview"] = told.preview
        body = {"is": "Step", **asdict(replace(told, preview=None))}
        del body["preview"]
    else:
        body = {"is": type(told).__name__, **asdict(told)}
    whole = {name: one.detach().cpu().contiguous().clone() for name, one in tensors.items()}
    return save(whole, {KEY: json.dumps(body)})


def unpack(data: bytes) -> Told:
    """What was packed by `pack`, its tensors on the CPU. An error is given, not raised.

    Raises:
        UserError: if it was not, or by a styleforge that knows other events.

    Example:
        >>> unpack(b"nonsense")
        Traceback (most recent call last):
        styleforge.errors.UserError: What came is no event of a run (...). Both ends need ...
    """
    try:
        length = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + length])
        body = json.loads(header["__metadata__"][KEY])
        return _told(body, load(data))
    except Exception as error:  # whatever bytes from elsewhere make a reader do
        why = printable(f"{type(error).__name__}: {error}", 300)
        msg = (
            f"What came is no event of a run ({why}). Both ends need the same version of "
            "styleforge."
        )
        raise UserError(msg) from error


def _told(body: dict[str, Any], tensors: Mapping[str, Tensor]) -> Told:
    kind = body.pop("is")
    if kind == "Step":
        cosines = {name: (before, after) for name, (before, after) in body.pop("cosines").items()}
        return Step(**body, cosines=cosines, preview=tensors.get("preview"))
    if kind == "Finished":
        return Finished(_read_result(body, tensors))
    if kind == "error":
        return _read_error(body, tensors)
    return _PLAIN[kind](**body)


def _result(result: Result, tensors: dict[str, Tensor]) -> dict[str, Any]:
    """What of a result is JSON; its tensors go to ``tensors``."""
    for name in _OF_RESULT:
        tensors[name] = getattr(result, name)
    for index, one in enumerate(result.noise):
        tensors[f"noise.{index}"] = one
    for name, one in result.regions.items():
        tensors[f"region.{name}"] = one
    for name, one in result.references.items():
        tensors[f"reference.{name}"] = one
    body: dict[str, Any] = {name: getattr(result, name) for name in _ALIKE}
    body["history"] = [dict(one) for one in result.history]
    body |= {"recipe": result.recipe.to_json(), "noise": len(result.noise)}
    body |= {"regions": list(result.regions), "references": list(result.references)}
    if result.colours is not None:
        body["colours"] = _colours(result.colours, tensors)
    return body


def _read_result(body: dict[str, Any], tensors: Mapping[str, Tensor]) -> Result:
    image, pasted, generated, latent = (tensors[name] for name in _OF_RESULT)
    return Result(
        image=image,
        pasted=pasted,
        generated=generated,
        latent=latent,
        status=body["status"],
        steps=body["steps"],
        seconds=body["seconds"],
        took=body["took"],
        noise=tuple(tensors[f"noise.{index}"] for index in range(body["noise"])),
        regions={name: tensors[f"region.{name}"] for name in body["regions"]},
        references={name: tensors[f"reference.{name}"] for name in body["references"]},
        recipe=Recipe.from_json(body["recipe"]),
        history=tuple(body["history"]),
        notes=tuple(body["notes"]),
        colours=_read_colours(body["colours"], tensors) if "colours" in body else None,
    )


def _colours(colours: Colours, tensors: dict[str, Tensor]) -> dict[str, Any]:
    for name in _OF_COLOURS:
        one = getattr(colours, name)
        if one is not None:
            tensors[f"colours.{name}"] = one
    if colours.profile is None:
        return {}
    data = bytearray(colours.profile.data)
    tensors["colours.profile"] = torch.frombuffer(data, dtype=torch.uint8)
    return {"name": colours.profile.name, "mode": colours.profile.mode}


def _read_colours(body: Mapping[str, str], tensors: Mapping[str, Tensor]) -> Colours:
    profile = None
    if body:
        data = tensors["colours.profile"].numpy().tobytes()
        profile = Profile(data, body["name"], body["mode"])
    own, alpha, room = (tensors.get(f"colours.{name}") for name in _OF_COLOURS)
    if own is None:
        msg = "colours without `own`"
        raise ValueError(msg)
    return Colours(own=own, alpha=alpha, room=room, profile=profile)


def _error(error: UserError, tensors: dict[str, Tensor]) -> dict[str, Any]:
    """An error by the name of the nearest class of `styleforge.errors`, with what it carries."""
    name = next(one.__name__ for one in type(error).__mro__ if one.__name__ in _ERRORS)
    body: dict[str, Any] = {"is": "error", "name": name, "text": str(error)}
    if isinstance(error, SeveralSubjects):
        body["places"] = error.places
        if error.numbered is not None:
            tensors["numbered"] = to_bytes(to_tensor(error.numbered.convert("RGB")))
    return body


def _read_error(body: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> UserError:
    if "places" not in body:
        return _ERRORS[body["name"]](body["text"])
    numbered = to_picture(tensors["numbered"]) if "numbered" in tensors else None
    return SeveralSubjects(body["text"], numbered, tuple(map(tuple, body["places"])))
