"""Which pack does what is asked where nobody names one, and what a pack lacks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.plugins.discovery import reason_of
from styleforge.plugins.install_hints import EVERYTHING

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge.pack.pack import Pack
    from styleforge.plugins.registry import Registry
    from styleforge.recipe.condition import ImageRef
    from styleforge.recipe.recipe import Recipe

HOW = 'choose with --pack, STYLEFORGE_PACK, or `pack = "NAME"` in styleforge.toml'


@dataclass(frozen=True)
class Choice:
    """A pack by name, and what the user should know of the choice; empty where it was clear.

    Example:
        >>> Choice("portraits").clear
        'portraits'
    """

    name: str
    note: str = ""

    @property
    def clear(self) -> str:
        """The name; empty where there was a choice, so that the run says what was chosen."""
        return "" if self.note else self.name


def lacks(models: Models, regions: Sequence[str], kinds: Sequence[str]) -> tuple[str, ...]:
    """What a pack lacks of regions and kinds of components, as words: ``the region lips``.

    Its models are loaded only where the pack does not say which regions it finds.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> lacks(Models(toy.toy_pack()), ["thing", "lips"], ["inverter", "poser"])
        ('the region lips', 'poser')
    """
    missing = [f"the region {name}" for name in regions if not models.finds(name)]
    missing += [kind for kind in kinds if not models.has(kind)]
    return tuple(missing)


def _lacks_of_gallery(
    missing: dict[str, tuple[str, ...]], packs: Registry[Pack], identity: ImageRef | None
) -> dict[str, tuple[str, ...]]:
    """What packs lack, where the identity is a picture of a gallery: for some packs that picture.

    Where no pack has such a picture nothing is added, so that the message for it lists those that
    there are.

    Example:
        >>> from styleforge.recipe.condition import ImageRef
        >>> from styleforge.testing import toy
        >>> _lacks_of_gallery({"toy": ()}, toy.toy_forge().packs, ImageRef("gallery:nobody"))
        {'toy': ()}
    """
    if identity is None or not identity.path.startswith("gallery:"):
        return missing
    file = f"{identity.path.removeprefix('gallery:')}.png"
    galleries = {name: packs[name].gallery for name in missing}
    having = {name for name, folder in galleries.items() if folder and (folder / file).is_file()}
    if not having:
        return missing
    return {
        name: found if name in having else (*found, f"the picture {identity.path}")
        for name, found in missing.items()
    }


def unready(models: Models, brought: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What components that plugins registered say is missing for a pack, as words.

    Args:
        models: the pack's.
        brought: kinds of components (``paste/painter``), each with the region that it is for. One
            that is not there for every pack has a function ``lacks(models, region)``: what is
            missing and how it is made, empty where nothing is.

    Example:
        >>> from styleforge.testing import toy
        >>> unready(toy.toy_forge().models("toy"), [("mapper/toy", "thing")])
        ()
    """
    missing = []
    for kind, region in brought:
        says = getattr(models.beside(kind), "lacks", None)
        if says is None:
            continue
        try:
            missing.append(says(models, region))
        except Exception as error:
            missing.append(f"what {kind} needs, which cannot be told ({reason_of(error)})")
    return tuple(one for one in missing if one)


def default_pack(packs: Registry[Pack], configured: str) -> str:
    """The pack that is taken where nothing is asked for that could decide.

    The configured one, else the first that is registered as default, else the first.

    Raises:
        UserError: if there is no pack at all, or none of the configured name.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> default_pack(forge.packs, "")
        'toy'
    """
    if not len(packs):
        msg = f"No pack of models is installed; {EVERYTHING} brings one."
        raise UserError(msg)
    if configured:
        if configured not in packs:
            msg = (
                f"The configured pack {configured!r} is not installed; there are: "
                f"{', '.join(packs)}. Correct STYLEFORGE_PACK or `pack` in styleforge.toml."
            )
            raise UserError(msg)
        return configured
    first: str = next((one.name for one in packs.values() if one.default), next(iter(packs)))
    return first


def _choose(
    packs: Registry[Pack], configured: str, missing: Mapping[str, Sequence[str]], asked: str
) -> Choice:
    """The pack for what is asked.

    Args:
        packs: all of them.
        configured: the name that the user set; it is taken without more ado.
        missing: what each pack lacks for what is asked, by its name.
        asked: for the note, such as ``lips (look)``.

    Raises:
        UserError: if there is no pack, or several and none of them can do it.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> _choose(forge.packs, "", {"toy": ()}, "toy (toy-loho)")
        Choice(name='toy', note='')
    """
    default = default_pack(packs, configured)
    if configured or len(packs) == 1:
        return Choice(default)
    able = [name for name in packs if not missing[name]]
    if not able:
        said = "; ".join(f"{name} lacks {', '.join(missing[name])}" for name in packs)
        msg = f"No pack can do {asked}: {said}. `styleforge packs` lists what each can do."
        raise UserError(msg)
    if len(able) == 1:
        return Choice(able[0])
    first = next((name for name in able if packs[name].default), able[0])
    many = ", ".join(able[:-1]) + f" and {able[-1]}"
    note = f"The packs {many} can do {asked}; {first} was taken. To change that, {HOW}."
    return Choice(first, note)


def choice_for(
    recipe: Recipe,
    packs: Registry[Pack],
    configured: str,
    lacks_of: Callable[[str], tuple[str, ...]],
) -> Choice:
    """The pack for a recipe; packs are looked at only where several could do it.

    Args:
        recipe: what is asked.
        packs: all of them.
        configured: the name that the user set; empty where none.
        lacks_of: what the pack of a name lacks for the recipe; see `lacks`.

    Raises:
        UserError: if there is no pack, or several and none of them can do it.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> choice_for(forge.recipe("toy"), forge.packs, "", lambda name: ("a generator",)).name
        'toy'
    """
    several = len(packs) > 1 and not configured
    missing = {name: lacks_of(name) for name in packs} if several else {}
    missing = _lacks_of_gallery(missing, packs, recipe.identity)
    return _choose(packs, configured, missing, f"{'+'.join(recipe.domains)} ({recipe.method})")
