"""All laws about all that a plugin adds, outcome by outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from styleforge.testing.gather import Tried, subjects
from styleforge.testing.laws.law import LawBroken, enforce
from styleforge.testing.laws.table import laws_for
from styleforge.testing.waivers import waived


@dataclass(frozen=True)
class Outcome:
    """How one law fared with one thing.

    ``said`` is why it is broken, or why it is waived.
    """

    plugin: str
    law: str
    thing: str
    title: str
    status: Literal["holds", "broken", "waived"]
    said: str = ""


def outcomes(tried: Tried, *, quick: bool = False) -> Iterator[Outcome]:
    """Check every law; ``quick`` leaves out the slow ones."""
    reasons = getattr(tried.plugin, "styleforge_waived", {})
    for subject in subjects(tried):
        for law in laws_for(subject):
            if quick and law.slow:
                continue
            said = waived(reasons, law.name, subject.name)
            status: Literal["holds", "broken", "waived"] = "waived" if said else "holds"
            if not said:
                try:
                    enforce(law, subject)
                except LawBroken as error:
                    status, said = "broken", str(error)
            yield Outcome(tried.name, law.name, subject.name, law.title, status, said)
        if tried.error:
            return  # nothing of it is there
