"""What importing a plugin does, watched in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

HEAVY = (
    "torch", "torchvision", "cv2", "scipy", "skimage", "transformers", "matplotlib", "pandas",
    "IPython", "ipywidgets",
)  # fmt: skip
SECONDS = 600

# Runs in the other process: imports, registers, and tells what was loaded, written and called.
_WATCH = """
import json, os, sys
seen = {"wrote": [], "called": []}
watching = True
def hook(event, args):
    if not watching:
        return
    if event == "open":
        path, flags = args[0], args[2]
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if isinstance(path, (str, bytes)) and path != os.devnull and writes:
            seen["wrote"].append(os.fsdecode(path))
    elif event in ("os.mkdir", "os.remove", "os.rename", "os.rmdir"):
        seen["wrote"].append(os.fsdecode(args[0]))
    elif event in ("socket.connect", "socket.getaddrinfo"):
        seen["called"].append(str(args[1] if event == "socket.connect" else args[0]))
name, path, heavy = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
sys.path[:0] = json.loads(sys.argv[4])
from styleforge.forge import Forge
before = {one for one in heavy if one in sys.modules}
sys.addaudithook(hook)
if path:
    from importlib.util import module_from_spec, spec_from_file_location
    spec = spec_from_file_location(name, path)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
else:
    from importlib import import_module
    module = import_module(name)
imported = [one for one in heavy if one in sys.modules and one not in before]
forge = Forge(plugins=())
try:
    forge.use(module)
except Exception:
    pass  # whether it loads is another law's; it may extend a plugin that is not here
watching = False
registered = [one for one in heavy if one in sys.modules and one not in before]
print(json.dumps({**seen, "imported": imported, "registered": registered}))
"""


@dataclass(frozen=True)
class Probe:
    """What an import did.

    Heavy modules that it loaded, and those that registering loaded; files that were written,
    addresses that were called. ``error`` is not empty where the import failed.
    """

    imported: tuple[str, ...] = ()
    registered: tuple[str, ...] = ()
    wrote: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    error: str = ""


def probe(plugin: object) -> Probe | None:
    """Import a plugin's module in a fresh process and watch; None if it is no module in a file."""
    path = getattr(plugin, "__file__", None)
    if not isinstance(plugin, ModuleType) or path is None:
        return None
    by_file = plugin.__spec__ is None or not _importable(plugin)
    arguments = (plugin.__name__, str(path) if by_file else "", ",".join(HEAVY))
    done = subprocess.run(  # noqa: S603  (this Python, and names of the plugin under test)
        # -B: Python's own caches of bytecode are no file that the plugin writes
        [sys.executable, "-B", "-c", _WATCH, *arguments, json.dumps([p for p in sys.path if p])],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return Probe(error=lines[-1] if lines else f"exit code {done.returncode}")
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return Probe(
        imported=tuple(found["imported"]),
        registered=tuple(found["registered"]),
        wrote=tuple(found["wrote"]),
        called=tuple(found["called"]),
    )


def _importable(plugin: ModuleType) -> bool:
    """Whether another process finds the module by its name."""
    if "." in plugin.__name__:
        return True  # it came out of a package
    for finder in sys.meta_path:  # find_spec of importlib would tell what is loaded here
        spec = finder.find_spec(plugin.__name__, None)
        if spec is not None:
            return spec.origin is not None and Path(spec.origin) == Path(str(plugin.__file__))
    return False
