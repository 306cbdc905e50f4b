"""What many laws say alike: titles and helps, JSON there and back, terms that name what exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from styleforge.errors import UserError
from styleforge.testing.laws.law import LawBroken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from styleforge.recipe.objective import Term
    from styleforge.testing.subjects import Subject


def check_title_and_help(subject: Subject, item: Any) -> None:
    """Both are there: lists, editors and the command line show them."""
    for field in ("title", "help"):
        if not str(getattr(item, field, "")).strip():
            msg = (
                f"{subject} has no {field}; a few words were expected, which lists, editors and "
                f"the command line show. Give it {field}='...'."
            )
            raise LawBroken(msg)


def check_json(subject: Subject, kind: type, item: Any) -> None:
    """The item is the same after it was written as JSON and read back."""
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    try:
        back = adapter.validate_json(adapter.dump_json(item, warnings="none"))
    except Exception as error:
        msg = (
            f"{subject} cannot be written as JSON and read back ({error}). Use numbers, words, "
            "and tuples of them in the arguments of terms and rules."
        )
        raise LawBroken(msg) from error
    if back != item:
        msg = (
            f"{subject} is different after it was written as JSON and read back: {item!r} became "
            f"{back!r}. Use numbers, words, and tuples of them in the arguments."
        )
        raise LawBroken(msg)


def check_terms_exist(subject: Subject, terms: Iterable[Term]) -> None:
    """The losses that terms name are registered."""
    for term in terms:
        try:
            subject.forge.losses[term.loss]
        except UserError as error:
            msg = (
                f"{subject} has the term {term.label!r} with a loss that nobody registered. "
                f"{error} Register it, or load the plugin that does."
            )
            raise LawBroken(msg) from error
