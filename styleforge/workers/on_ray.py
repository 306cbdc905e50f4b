"""Workers that are actors of Ray: on this machine, or on those of a cluster.

The extra ``styleforge[ray]`` brings Ray. Pictures and states travel by its object store, so that a
machine of a cluster needs styleforge and the same plugins, and none of the caller's files.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from styleforge.errors import UserError
from styleforge.recipe.quiet import quiet
from styleforge.workers.actor import AT_ONCE, Actor
from styleforge.workers.ray_spec import Wanted
from styleforge.workers.ray_worker import RayWorker

_INSTALL = (
    "The executor {spec!r} needs Ray, which is not installed. Add it: "
    'pip install "styleforge[ray]"; or take worker processes: processes:4.'
)


class Cluster:
    """A connection to Ray. One that was made here ends with it; what the caller made stays.

    Args:
        wanted: of the spec.

    Raises:
        UserError: if Ray is not installed, or cannot be reached or started.

    Example:
        >>> Cluster(Wanted("ray"))  # doctest: +SKIP
    """

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self._ray = _ray(wanted.spec)
        self._lock = threading.Lock()
        self.local = not wanted.address and not os.environ.get("RAY_ADDRESS")
        self._mine = not self._ray.is_initialized()
        self._speak_again: Callable[[], None] = _nothing
        if self._mine:
            self._connect()

    def _connect(self) -> None:
        wanted = self.wanted
        how: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}
        if wanted.address:
            how["address"] = wanted.address
        elif self.local:
            needed = (wanted.workers or 1) * (wanted.threads or 1)
            cpus = max(needed, _cores())
            how |= {"num_cpus": cpus, "include_dashboard": False}
        try:
            with _quiet():
                self._ray.init(**how)
        except Exception as error:
            where = f"at {wanted.address} cannot be reached" if wanted.address else "does not start"
            why = str(error).partition("\n")[0][:300]
            msg = (
                f"Ray {where} ({why}). Check the address, Ray's token where the cluster asks for "
                "one (RAY_AUTH_TOKEN), and that the machine is not too busy; "
                "worker processes need no Ray: processes:4."
            )
            raise UserError(msg) from error
        self._speak_again = _silenced()

    @property
    def room(self) -> int:
        """How many workers the whole cluster has room for."""
        return room_in(self._ray.cluster_resources(), self.wanted)

    def start(self, home: str) -> RayWorker:
        """An actor with a forge.

        Raises:
            UserError: if there is no room for it, or it lacks what the caller has.
            Lost: if it ends while it starts.
        """
        wanted = self.wanted
        threads = str(wanted.threads or 1)
        env = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), threads)
        env["OMP_WAIT_POLICY"] = "PASSIVE"
        if self.local:
            env["PYTHONPATH"] = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        if wanted.gpus:
            home = json.dumps({**json.loads(home), "device": "cuda"})
        actor = (
            self._ray.remote(Actor)
            .options(
                num_cpus=wanted.threads or 1,
                num_gpus=wanted.gpus,
                max_concurrency=AT_ONCE,
                runtime_env={"env_vars": env},
            )
            .remote(home)
        )
        return RayWorker(self._ray, actor, home)

    def close(self) -> None:
        """Leave Ray, where it was joined here."""
        with self._lock:
            if self._mine and self._ray.is_initialized():
                with contextlib.suppress(Exception):
                    self._ray.shutdown()
                self._speak_again()
            self._mine = False


def room_in(resources: Mapping[str, float], wanted: Wanted) -> int:
    """How many workers find what they want.

    Example:
        >>> room_in({"CPU": 16.0, "GPU": 2.0}, Wanted("ray", threads=2))
        8
        >>> room_in({"CPU": 16.0, "GPU": 2.0}, Wanted("ray", gpus=0.5))
        4
    """
    room = int(resources.get("CPU", 0) // (wanted.threads or 1))
    if wanted.gpus:
        room = min(room, int(resources.get("GPU", 0) / wanted.gpus + 1e-6))
    return room


def _ray(spec: str) -> Any:
    """The module.

    Raises:
        UserError: if it is not installed.
    """
    try:
        with _quiet():
            import ray
            import ray.exceptions
    except ImportError as error:
        raise UserError(_INSTALL.format(spec=spec)) from error
    return ray


def _cores() -> int:
    from styleforge.pack.threads import allowed

    return allowed()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Ray says of itself off the terminal; what goes wrong is raised."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    with quiet():
        yield


def _silenced() -> Callable[[], None]:
    """Keep off standard output what Ray's daemons say of dead actors, which we say ourselves.

    Ray 2.60 has no setting for it: what ``log_to_driver=False`` leaves is printed by a thread of
    `ray.init`, through this function. Returns what puts it back.
    """
    worker = sys.modules.get("ray._private.worker")
    before = getattr(worker, "print_to_stdstream", None)
    if before is None:
        return _nothing
    setattr(worker, "print_to_stdstream", _nothing)  # noqa: B010 - of a module that is not ours
    return lambda: setattr(worker, "print_to_stdstream", before)


def _nothing(*_: object, **__: object) -> None:
    """Say nothing."""
