"""The snippets of plugin-tutorial.md, and the page's pictures: `python docs/plugin_tutorial.py`.

The pictures are of what the snippets make, so this runs all of them, which takes half a minute.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent / "plugin-tutorial.md"
BLOCK = re.compile(
    r"^(?:<!-- file (?P<file>[^:\s]+)(?:: (?P<functions>[\w ]+))? -->\n\n?)?"
    r"(?:^```(?P<kind>\w+)\n(?P<code>.*?)^```$)?",
    re.DOTALL | re.MULTILINE,
)
PICTURES = Path(__file__).parent / "pictures"


@dataclass(frozen=True)
class Part:
    """A snippet of the page: its language, the file that it is, functions it is made of."""

    line: int
    kind: str
    code: str
    file: str
    functions: tuple[str, ...]


def parts() -> Iterator[Part]:
    """The page's snippets in order."""
    text = PAGE.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        if found[0]:
            at = found.start("code") if found["kind"] else found.start()
            yield Part(
                text.count("\n", 0, at),
                found["kind"] or "python",
                found["code"] or "",
                found["file"] or "",
                tuple((found["functions"] or "").split()),
            )


def snippets() -> list[Part]:
    """What a reader pastes into a notebook."""
    return [part for part in parts() if part.kind == "python" and not part.file]


def functions(names: tuple[str, ...]) -> str:
    """The source of functions that snippets define."""
    text = "\n".join(part.code for part in snippets())
    found = {
        node.name: ast.get_source_segment(text, node)
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    }
    return '"""Losses and rules."""\n\n' + "\n\n\n".join(found[name] for name in names) + "\n"


def run_all(names: dict[str, Any]) -> None:
    """Run the snippets in one namespace; tracebacks show the page's lines."""
    for part in snippets():
        code = compile("\n" * part.line + part.code, str(PAGE), "exec", dont_inherit=True)
        exec(code, names)  # noqa: S102  (the page is ours)


def main() -> None:
    """Run the snippets and draw the pictures."""
    import torch

    from styleforge.display.sheets import sheet

    torch.set_num_threads(1)
    names: dict[str, Any] = {"__name__": "__main__"}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        os.environ |= {"STYLEFORGE_HOME": folder, "XDG_DATA_HOME": folder}
        run_all(names)
        names["editor"].session.close()
    mira, jun = names["mira"].image, names["jun"].image
    first, careful = (names[name].image for name in ("first", "careful"))
    rows = {
        "first": [("mira", mira), ("jun", jun), ("mira, jun's backdrop", first)],
        "careful": [("quick", first), ("careful", careful)],
    }
    for name, row in rows.items():
        path = PICTURES / f"tutorial_{name}.jpg"
        sheet([row]).save(path, quality=88)
        print(f"{path.name} written.")


if __name__ == "__main__":
    main()
