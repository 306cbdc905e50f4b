"""What words and colours ask for: a reference of that colour, or an embedding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.prepare.embed import embed
from styleforge.prepare.flat import colour_reference
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.colour_names import Named, colours_of
from styleforge.recipe.condition import Swatch, Text

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.forge import Forge
    from styleforge.pack.models import Models
    from styleforge.prepare.problem import Reference
    from styleforge.recipe.domain import Attribute
    from styleforge.recipe.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Said:
    """What was made of words or a colour: a reference, an embedding ``(1, E)``, or neither.

    Example:
        >>> Said(notes=("'navvy' is no colour's name; 'navy' is used instead.",)).reference is None
        True
    """

    reference: Reference | None = None
    described: Tensor | None = None
    notes: tuple[str, ...] = ()


def said(
    forge: Forge,
    models: Models,
    condition: Text | Swatch,
    attribute: Attribute,
    part: Recipe,
    identity: Reference,
) -> Said:
    """Words or a colour: as a colour where that is pasted, else as an embedding.

    A swatch that an optimization follows is in its terms, and needs neither.

    Args:
        forge: has the components that paste.
        models: with an embedding, where words are read.
        condition: what was asked for.
        attribute: of which.
        part: the recipe of the attribute's domain.
        identity: whose region is changed.

    Raises:
        UserError: if words are no colour, and no encoder can place them.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> forge, models = Forge(()), Models(toy.toy_pack())
        >>> forge.use(toy)
        >>> identity = toy.toy_problem(models).identity
        >>> part = forge.recipe("toy", "toy-mapper")
        >>> said(forge, models, Text("tall"), toy.ATTRIBUTES[0], part, identity).described.shape
        torch.Size([1, 6])
    """
    domain = forge.domains[part.domain]
    mapped = part.start == "mapper" or part.described == "preview"
    named = _named(condition, attribute)
    if _takes_colours(forge, part) and not (mapped and models.has("embedding")):
        if named is not None:
            source = condition.colour if isinstance(condition, Swatch) else condition.text
            first, *others = (one.rgb for one in named.colours[: _tones(forge, part)])
            reference = colour_reference(first, identity, domain.region, source, *others)
            return Said(reference=reference, notes=_taken(forge, condition, named, part))
    elif isinstance(condition, Swatch) and part.stages and not mapped:
        return Said()
    mask = hard_regions(identity.regions)[domain.region]
    reader = part.mapper if mapped else ""
    notes: tuple[str, ...] = ()
    try:
        found, notes = embed(condition, attribute, models, mask, mapper=reader)
    except UserError:
        if named is None or not models.has("embedding"):
            raise
        found, _ = embed(named.colours[0], attribute, models, mask, mapper=reader)
    if named is not None and not part.stages:
        # How the encoder reads a name does not matter where the colour is known.
        notes = _taken(forge, condition, named, part)
    return Said(described=found, notes=notes)


def _named(condition: Text | Swatch, attribute: Attribute) -> Named | None:
    """The colours that are meant, where they are known without an encoder."""
    if isinstance(condition, Swatch):
        return Named((condition,))
    return colours_of(condition.text, attribute) if attribute.is_colour else None


def _taken(forge: Forge, condition: Text | Swatch, named: Named, part: Recipe) -> tuple[str, ...]:
    """Notes of what words were taken for, unless the table has just these."""
    if isinstance(condition, Swatch):
        return ()
    tones = _tones(forge, part)
    used = [one.colour for one in named.colours[:tones]]
    unused = [one.colour for one in named.colours[tones:]]
    notes = [
        f"{word!r} is no colour's name; {name!r} is used instead." for word, name in named.misspelt
    ]
    if not named.exact or named.left or unused:
        note = f"{condition.text!r} was read as {' and '.join(used)}"
        if named.left:
            note += f"; {named.left!r} is no colour, and was left out"
        if unused:
            note += f"; this preset takes one colour, so {', '.join(unused)} was left out"
        notes.append(f"{note}.")
    pattern = "" if part.start_paste is None else part.start_paste.pattern
    if pattern and len(used) > 1 and f"{part.domain}.{pattern}" not in part.conditions:
        notes.append(
            f"{' and '.join(used[1:])} shows where there is a pattern; without one, ask for "
            f"{pattern}, too."
        )
    return tuple(notes)


def _tones(forge: Forge, part: Recipe) -> int:
    """How many colours of one reference a part can show."""
    return int(getattr(_pasting(forge, part), "tones", 1))


def _takes_colours(forge: Forge, part: Recipe) -> bool:
    """Whether a colour is all that a part's pasting needs of a reference."""
    return bool(getattr(_pasting(forge, part), "takes_colours", False))


def _pasting(forge: Forge, part: Recipe) -> object:
    """The component that pastes for a part, or None."""
    kind = "" if part.start_paste is None else f"paste/{part.start_paste.method}"
    if kind not in forge.components:
        return None
    found: object = forge.components[kind]
    return found
