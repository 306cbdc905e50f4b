"""Laws of domains: a person can find them, and they change something but not what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from styleforge.testing.laws.law import Law, LawBroken
from styleforge.testing.laws.words import check_title_and_help

if TYPE_CHECKING:
    from styleforge.testing.subjects import DomainSubject


def has_title_and_help(subject: DomainSubject) -> None:
    """The domain has a title and a help."""
    check_title_and_help(subject, subject.item)


def names_a_region(subject: DomainSubject) -> None:
    """The region that changes can be named in a mask, and is none of those that are kept."""
    item = subject.item
    for region in (item.region, *item.keep):
        if not region.isidentifier():
            msg = (
                f"{subject} names the region {region!r}; letters, digits and _ were expected, "
                f"for masks say identity.{region or 'region'}. Rename it."
            )
            raise LawBroken(msg)
    if item.region in item.keep:
        msg = (
            f"{subject} changes the region {item.region!r} and is to keep it. Leave it out of "
            "`keep`, which says where the identity is measured."
        )
        raise LawBroken(msg)


def has_a_preset(subject: DomainSubject) -> None:
    """There is a preset, so that the domain can be run by its name; their names differ."""
    names = [preset.name for preset in subject.item.presets]
    if not names:
        msg = (
            f"{subject} has no preset, so that nobody can run it by name. Give it one: "
            "Preset(name='...', title='...', help='...', stages=('...',))."
        )
        raise LawBroken(msg)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"{subject} has two presets named {twice[0]!r}; the second is never found. Rename it."
        raise LawBroken(msg)


def has_an_attribute(subject: DomainSubject) -> None:
    """There is something to ask for."""
    if not subject.forge.attributes_of(subject.item.name):
        msg = (
            f"{subject} has no attribute, so that nothing can be asked for. Register one named "
            f"'{subject.item.name}.SOMETHING' in register_attributes."
        )
        raise LawBroken(msg)


def finds_its_regions(subject: DomainSubject) -> None:
    """Where there are packs, one of them finds what changes, what is kept and what is in front."""
    item, packs = subject.item, subject.forge.packs
    wanted = (item.region, *item.keep, *item.behind)
    missing = {
        pack: [one for one in wanted if not subject.forge.models(pack).finds(one)] for pack in packs
    }
    if all(missing.values()):
        said = "; ".join(f"{pack} lacks {', '.join(names)}" for pack, names in missing.items())
        msg = (
            f"{subject} needs the regions {', '.join(wanted)}, and no pack finds all of them: "
            f"{said}. Name regions that a pack finds, or register what is missing as regions/NAME."
        )
        raise LawBroken(msg)


def _has_packs(subject: DomainSubject) -> bool:
    return bool(subject.forge.packs)


LAWS = (
    Law("domain", has_title_and_help),
    Law("domain", names_a_region),
    Law("domain", has_a_preset),
    Law("domain", has_an_attribute),
    Law("domain", finds_its_regions, _has_packs, slow=True),
)
