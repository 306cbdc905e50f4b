"""Which executor a spec names: ``processes:4``, ``processes:4:2``, ``ray``, ``ray://HOST:PORT``."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.workers.numbers import numbers

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.workers.pool import Pool


def made(forge: Forge, spec: str) -> Pool | None:
    """The executor of a spec, the same at every call; None where it is not one of these.

    Raises:
        UserError: if the spec cannot be read.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> made(forge, "processes:3").width, made(forge, "inline")
        (3, None)
    """
    name, _, rest = spec.partition(":")
    if name not in {"processes", "ray"} and not spec.startswith("ray?"):
        return None
    found: Pool | None = forge.executors.get(spec)
    if found is None:
        found = _processes(forge, spec, rest) if name == "processes" else _ray(forge, spec)
        forge.executors[spec] = found
    return found


def _ray(forge: Forge, spec: str) -> Pool:
    from styleforge.workers.on_ray import Cluster
    from styleforge.workers.pool import Pool
    from styleforge.workers.ray_spec import Wanted, wanted_of

    wanted = wanted_of(spec) or Wanted(spec)
    if forge.device.startswith("cuda") and not wanted.gpus:
        wanted = replace(wanted, gpus=1.0)
    cluster = Cluster(wanted)
    room = cluster.room
    if wanted.workers > room or not room:
        cluster.close()
        each = f"{wanted.threads or 1} CPUs" + (f" and {wanted.gpus:g} GPUs" if wanted.gpus else "")
        msg = (
            f"{spec!r} asks for {wanted.workers or 1} workers with {each} each, and Ray has room "
            f"for {room}. Ask for fewer, or for less for each."
        )
        raise UserError(msg)
    width = wanted.workers or room
    return Pool(forge, width, cluster.start, wanted.threads, leave=cluster.close)


def _processes(forge: Forge, spec: str, rest: str) -> Pool:
    from styleforge.pack.threads import allowed
    from styleforge.workers.pool import Pool
    from styleforge.workers.process import Process

    workers, threads = numbers(spec, rest)
    return Pool(forge, workers or allowed(), partial(Process, threads=threads or 1), threads)
