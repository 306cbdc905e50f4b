"""Sets of methods by name: components ``methods/NAME``, such as those of one table of a paper.

Such a component is a function without arguments that gives names of presets; of these the domain's
own are taken. It may have attributes:

* ``in_words``: the presets for cases in words; an empty one says that it is not for them. A set
  without that attribute is for both kinds of cases.
* ``methods``: likewise those for reference pictures.
* ``title`` and ``scores``: a report shows a table of these scores, by name, of its methods.
  ``{region}`` and ``{role}`` in names stand for the domain's region and the look's role.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.evaluate.given import SAYS

if TYPE_CHECKING:
    from styleforge.forge import Forge

KIND = "methods/"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of its own in a report: some methods by some scores.

    Example:
        >>> Table(title="Ablations", methods=("loho", "loho-plain"), scores=("shape_iou",)).title
        'Ablations'
    """

    title: str
    methods: tuple[str, ...]
    scores: tuple[str, ...]


def expanded(
    forge: Forge, domain: str, names: Sequence[str], *, words: bool = False
) -> tuple[str, ...]:
    """Methods with sets of them in full: ``paper`` is what the component ``methods/paper`` names.

    Args:
        forge: has the components.
        domain: whose presets are taken; a preset's name goes before that of a set.
        names: of methods and sets.
        words: whether cases are in words.

    Raises:
        UserError: if the domain has none of a set's methods, or the set is for other cases.

    Example:
        >>> from styleforge.testing import toy
        >>> expanded(toy.toy_forge(), "toy", ("toy-look", "toy-loho", "toy-look"))
        ('toy-look', 'toy-loho')
    """
    known = {one.name for one in forge.domains[domain].presets}
    found: list[str] = []
    for name in names:
        if name in known or KIND + name not in forge.components:
            found.append(name)
            continue
        component = forge.components[KIND + name]
        members = tuple(getattr(component, "in_words" if words else "methods", component()))
        if not members:
            is_for = "reference pictures" if words else "cases in words: say --words pack"
            msg = f"The set {name} is for {is_for}."
            raise UserError(msg)
        own = [one for one in members if one in known]
        if not own:
            msg = f"{domain} has none of the methods {name} ({', '.join(members)})."
            raise UserError(msg)
        found += own
    return tuple(dict.fromkeys(found))


def tables_of(
    forge: Forge, methods: Sequence[str], scores: Sequence[str], region: str, role: str = ""
) -> tuple[Table, ...]:
    """The tables of those sets of which at least two methods and one score are there.

    What makes nothing (`styleforge.evaluate.given`) stands in each of them, to read the others by.

    Args:
        forge: has the components.
        methods: that are compared.
        scores: that any of them has, in the report's order.
        region: the domain's.
        role: the look's, where one is asked about.

    Example:
        >>> from styleforge.testing import toy
        >>> tables_of(toy.toy_forge(), ("toy-look", "toy-loho"), ("seconds",), "thing")
        ()
    """
    found = []
    for kind in forge.components:
        if not kind.startswith(KIND):
            continue
        component = forge.components[kind]
        wanted = [
            name.replace("{region}", region).replace("{role}", role)
            for name in getattr(component, "scores", ())
        ]
        members = component()
        own = tuple(name for name in members if name in methods)
        have = tuple(name for name in wanted if name in scores)
        if len(own) > 1 and have:
            title = str(getattr(component, "title", "") or kind.removeprefix(KIND))
            beside = tuple(name for name in methods if name in SAYS and name not in members)
            found.append(Table(title=title, methods=(*own, *beside), scores=have))
    return tuple(found)
