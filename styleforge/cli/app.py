"""The program: its commands, and how errors leave it.

Exit codes: 0 done (also when stopped with the best so far written), 1 a reproduction that differs,
2 something the user can mend, 130 aborted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from styleforge.cli.listing import gallery, plugins, presets
from styleforge.cli.reproduce import reproduce
from styleforge.cli.transfer import transfer
from styleforge.errors import UserError

USER_ERROR = 2
ABORTED = 130
OWN_OPTIONS = {"allow_extra_args": True, "ignore_unknown_options": True}


def make_app() -> typer.Typer:
    """The commands as a Typer program."""
    app = typer.Typer(
        name="styleforge",
        help="Change one named attribute of a picture, and leave the rest alone.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    # The options of a domain's attributes are not known before its plugin is loaded, so that
    # `transfer` takes unknown options and reads them itself.
    app.command(context_settings=OWN_OPTIONS)(transfer)
    app.command()(reproduce)
    app.command()(plugins)
    app.command()(gallery)
    app.command()(presets)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; always leaves by `SystemExit`.

    Args:
        arguments: those of the process where None.
    """
    try:
        make_app()(args=None if arguments is None else list(arguments), prog_name="styleforge")
    except UserError as error:
        print(f"styleforge: {error}", file=sys.stderr)
        sys.exit(USER_ERROR)
    except KeyboardInterrupt:
        print("styleforge: aborted.", file=sys.stderr)
        sys.exit(ABORTED)
