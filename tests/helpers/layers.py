"""The layers of core, and its run-time imports: what `tests/test_layers.py` compares."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

# From the bottom to the top: each may import what stands above it in this list, and itself.
# docs/architecture.md shows the same rows; the names are packages and modules of styleforge.
LAYERS = (
    "errors",
    "files",
    "hookspecs",
    "losses",
    "models",
    "plugins",
    "recipe",
    "methods",
    "pack",
    "prepare",
    "mapper",
    "weights",
    "compose",
    "measure",
    "display",
    "run",
    "workers",
    "client",
    "training",
    "builtin",
    "forge",
    "api",
    "evaluate",
    "batches",
    "editor",
    "server",
    "testing",
    "cli",
    "__main__",
)


def modules(root: Path) -> dict[str, Path]:
    """The files of a package by the names of its modules."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = (root.name, *path.relative_to(root).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, known: dict[str, Path]) -> set[str]:
    """The modules of the package that a module imports at run time, within functions as well.

    Imports for type checkers alone are none.
    """
    found = set()
    for node in _at_run_time(ast.parse(known[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {_module(alias.name, known) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports relatively"
            found |= {_module(f"{node.module}.{alias.name}", known) for alias in node.names}
    return found - {name, ""}


def layer(name: str) -> str:
    """The package or module of styleforge that a module belongs to; empty for styleforge itself."""
    return name.split(".")[1] if "." in name else ""


def _at_run_time(tree: ast.AST) -> Iterator[ast.AST]:
    """The statements of a file, less those for type checkers alone."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
            continue
        yield node
        # Imports are statements, and no expression holds a statement.
        waiting += (one for one in ast.iter_child_nodes(node) if not isinstance(one, ast.expr))


def _module(name: str, known: dict[str, Path]) -> str:
    """The module that an imported name is, or is of; empty if it is of another package."""
    while name not in known and "." in name:
        name = name.rpartition(".")[0]
    return name if name in known else ""
