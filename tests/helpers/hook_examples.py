"""docs/hooks.md and the examples that it shows, which lie in tests/hooks."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

from styleforge import hookspecs

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "hooks.md"
EXAMPLES = ROOT / "tests" / "hooks"
HOOKS = tuple(name for name, item in vars(hookspecs).items() if hasattr(item, "styleforge_spec"))


def load(path: Path, name: str):
    """A module from a file."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def example(name: str):
    """An example by its file's name."""
    return load(EXAMPLES / f"{name}.py", f"hook_example_{name}")


def blocks(kind: str) -> list[str]:
    """The page's blocks of code of a language."""
    pattern = re.compile(rf"^```{kind}\n(.*?)^```$", re.DOTALL | re.MULTILINE)
    return pattern.findall(PAGE.read_text(encoding="utf-8"))
