"""The program: its commands, and how errors leave it.

Exit codes: 0 done (also when stopped with the best so far written), 1 a reproduction that differs
or a law that is broken, 2 something the user can mend, 130 aborted.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.main import get_command

from styleforge.cli.batch import batch
from styleforge.cli.check import check
from styleforge.cli.demo import demo
from styleforge.cli.edit import edit
from styleforge.cli.evaluate import evaluate
from styleforge.cli.gallery import gallery
from styleforge.cli.help import Command
from styleforge.cli.new import new
from styleforge.cli.packs import packs
from styleforge.cli.plugins import plugins
from styleforge.cli.presets import presets
from styleforge.cli.reproduce import reproduce
from styleforge.cli.serve import serve
from styleforge.cli.train import train
from styleforge.cli.transfer import transfer
from styleforge.cli.tuples import tuples
from styleforge.cli.usage import Group, explained
from styleforge.cli.weights import weights
from styleforge.errors import UserError, printable
from styleforge.plugins.trace import Trace

USER_ERROR = 2
ABORTED = 130
OWN_OPTIONS = {"allow_extra_args": True, "ignore_unknown_options": True}


def make_app() -> typer.Typer:
    """The commands as a Typer program."""
    app = typer.Typer(
        name="styleforge",
        cls=Group,
        help="Change one named attribute of a picture, and leave the rest alone.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_whole)
    # In the order in which a newcomer meets them. Some take options that are unknown to Typer and
    # read them themselves: those of a domain's attributes come with its plugin.
    app.command(cls=Command)(demo)
    app.command(cls=Command)(gallery)
    app.command(cls=Command)(presets)
    app.command(cls=Command, context_settings=OWN_OPTIONS)(transfer)
    app.command(cls=Command, context_settings=OWN_OPTIONS)(edit)
    app.command(cls=Command)(reproduce)
    app.command(cls=Command, context_settings=OWN_OPTIONS)(batch)
    app.command(cls=Command)(serve)
    app.command(cls=Command)(evaluate)
    app.command(cls=Command)(tuples)
    app.command(cls=Command)(packs)
    app.command(cls=Command)(weights)
    app.command(cls=Command)(plugins)
    app.command(cls=Command)(new)
    app.command(cls=Command)(check)
    app.command(cls=Command)(train)
    return app


def _say_version(asked: bool) -> None:
    if asked:
        print(f"styleforge {version('styleforge')}")
        raise typer.Exit


def _whole(
    which: Annotated[
        bool,
        typer.Option(
            "--version", help="Say which version this is.", callback=_say_version, is_eager=True
        ),
    ] = False,
) -> None:
    del which  # said by its callback


@cache
def _program() -> Callable[..., Any]:
    """The commands as they are called, read once in a process from what the functions take."""
    return get_command(make_app())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; always leaves by `SystemExit`.

    Args:
        arguments: those of the process where None.
    """
    for stream in (sys.stdout, sys.stderr):  # names of files need not be text
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _program()(args=words or ["--help"], prog_name="styleforge", standalone_mode=False)
    except UserError as error:
        Trace.asked().error(error)
        code = _refuse(str(error))
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except (KeyboardInterrupt, typer.Abort) as error:
        notes = getattr(error, "__notes__", ())
        print(printable(" ".join(("styleforge: aborted.", *notes))), file=sys.stderr)
        code = ABORTED
    except Exception as error:
        sentence = explained(error)
        if sentence is None:
            raise
        code = _refuse(sentence)
    sys.exit(code)


def _refuse(sentence: str) -> int:
    print(f"styleforge: {printable(sentence)}", file=sys.stderr)
    return USER_ERROR
