"""What `--help` prints: names without types of Python, a domain's own options, examples."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from typer.core import TyperCommand

from styleforge.cli.examples import examples_of
from styleforge.errors import UserError

_RANGES = (
    (re.compile(r"([\d.]+)<=x<=\d{15,}"), r"\1 or more"),  # as many as fit into 64 bits
    (re.compile(r"([\d.]+)<=x<=([\d.]+)"), r"\1 to \2"),
    (re.compile(r"x>=([\d.]+)"), r"\1 or more"),
)


class Command(TyperCommand):
    """A command whose help is for people.

    An argument is named by its metavar alone, and the attributes of a domain are listed where the
    command takes them and a domain was named before ``--help``.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words; the help, which is asked for before they are read, needs the domain."""
        ctx.meta[__name__] = _domain(args) if ctx.ignore_unknown_options else ""
        return super().parse_args(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, attributes of the domain, and options."""
        found: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
        for param in self.get_params(ctx):
            if (record := param.get_help_record(ctx)) is not None:
                found[param.param_type_name].append(_row(*record))
        of_domain = _attributes(ctx)
        for title, rows in (
            ("Arguments", found["argument"]),
            ("Attributes", list(of_domain)),
            ("Options", found["option"]),
        ):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The examples, a line each: what is typed is not wrapped."""
        domain, of_domain = ctx.meta.get(__name__, ""), _attributes(ctx)
        first = of_domain[0][0].partition(" ")[0] if of_domain else ""
        lines = examples_of(str(self.name), domain if of_domain else "", first)
        if lines:
            with formatter.section("Examples"):
                for line in lines:
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")


def _row(name: str, text: str) -> tuple[str, str]:
    for pattern, words in _RANGES:
        text = pattern.sub(words, text)
    return name.partition(" <")[0], text


def _domain(words: list[str]) -> str:
    """The word that stands where a domain is named; nothing where an option stands there."""
    found = dict(pairwise(words)).get("--domain", words[0] if words else "")
    return "" if found.startswith("-") else found


def _attributes(ctx: Any) -> tuple[tuple[str, str], ...]:
    """The options of the named domain's attributes and their help; none without such a domain.

    The context keeps them: plugins are loaded once for a help.
    """
    domain, kept = ctx.meta.get(__name__, ""), f"{__name__}.attributes"
    if domain and kept not in ctx.meta:
        from styleforge.cli.options import options_of
        from styleforge.forge import Forge

        try:
            attributes = Forge().attributes_of(domain)
        except UserError:  # --help is answered all the same
            attributes = ()
        own = options_of(attributes)
        ctx.meta[kept] = tuple((own[one.name], one.help) for one in attributes)
    found: tuple[tuple[str, str], ...] = ctx.meta.get(kept, ())
    return found
