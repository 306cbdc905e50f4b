"""Write the page of the command line from the program itself: `python docs/commands.py`.

A test compares the page with the program, so that it cannot go stale.
"""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout, suppress
from io import StringIO
from pathlib import Path

from styleforge.cli import main
from styleforge.cli.app import make_app
from styleforge.plugins.discovery import ALLOW

PAGE = Path(__file__).parent / "reference" / "cli.md"
WIDTH = "88"
HEAD = """# The command line

<!-- Written by `python docs/commands.py`; a test compares it with the program. -->

Exit codes: 0 done (also when stopped with the best so far written), 1 a reproduction that differs,
2 something the user can mend (the message says how), 130 aborted.

"""
PRESETS = """## Domains, attributes and presets

What `styleforge presets` prints with hair and clothing. [Baselines](../baselines.md) adds to both.

"""


def output(*words: str) -> str:
    """What a command prints, whichever of the other plugins are installed."""
    set_to = {"COLUMNS": WIDTH, "TERMINAL_WIDTH": WIDTH, ALLOW: "clothing,hair"}
    before = {name: os.environ.get(name) for name in set_to}
    os.environ.update(set_to)
    found = StringIO()
    try:
        with redirect_stdout(found), suppress(SystemExit):
            main(words)
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    return "\n".join(line.rstrip() for line in found.getvalue().strip().splitlines())


def names() -> list[str]:
    """The program's commands, in its order."""
    return [command.name or command.callback.__name__ for command in make_app().registered_commands]


def page() -> str:
    """The page as Markdown."""
    helps = [f"## {name}\n\n```text\n{output(name, '--help')}\n```\n\n" for name in names()]
    whole = f"```text\n{output('--help')}\n```\n\n"
    return "".join([HEAD, whole, *helps, PRESETS, f"```text\n{output('presets')}\n```\n"])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE} written.", file=sys.stderr)
