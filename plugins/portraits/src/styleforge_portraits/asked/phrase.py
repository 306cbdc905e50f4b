"""What words mean in this world, where they name no noun, or words that trainings hold out."""

from __future__ import annotations

from styleforge_portraits import language

PROMPTS = {"clothing": "{} top"}  # put around words that do not say what they speak of
MATERIALS = {"hair": "hair", "clothing": "cloth"}  # what groups of words and the palette call it


def said(text: str, domain: str) -> language.Description:
    """A description of a domain; what is no word of it is read as the nearest one.

    Raises:
        UserError: if nothing of it can be placed.

    Example:
        >>> [term.key for term in said("crimson", "clothing").terms]
        ['cloth colour/red']
    """
    text = PROMPTS.get(domain, "{}").format(text)
    found = language.parse(text)
    own = [term.group.startswith(MATERIALS[domain]) for term in found.terms]
    return found if own and all(own) else language.parse(language.place(text)[0])
