"""Laws of packs: what they say of themselves is true, and nothing is loaded before it is asked."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from styleforge.pack.taxonomy import LAYOUTS, REGIONS
from styleforge.testing import trial
from styleforge.testing.laws.law import Law, LawBroken
from styleforge.testing.laws.words import check_title_and_help

if TYPE_CHECKING:
    from styleforge.testing.subjects import PackSubject

NEEDED = ("generator", "regions")
PICKLES = (".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin")


def has_title_and_help(subject: PackSubject) -> None:
    """The pack has a title and a help."""
    check_title_and_help(subject, subject.item)


def has_a_licence(subject: PackSubject) -> None:
    """The pack says under which licence its models are."""
    if not subject.item.licence.strip():
        msg = (
            f"{subject} has no licence; one was expected, such as 'Apache-2.0', for people have "
            "to know what they may do with the models. Give it licence='...'."
        )
        raise LawBroken(msg)


def has_a_size(subject: PackSubject) -> None:
    """The size is (height, width) in pixels; a pack without a generator may leave it open."""
    size = subject.item.size
    if size is None and not _has_generator(subject):
        return
    sides = size or ()
    if len(sides) != 2 or not all(isinstance(side, int) and side > 0 for side in sides):
        msg = f"{subject} has the size {size!r}; (height, width) in whole pixels was expected."
        raise LawBroken(msg)


def has_what_runs_need(subject: PackSubject) -> None:
    """There are a generator and a region provider, or it says which weights bring them.

    Where pictures of any size are taken a region provider alone will do.
    """
    item = subject.item
    needed = NEEDED if item.size else NEEDED[1:]
    missing = [kind for kind in needed if kind not in {*item.components, *item.brings}]
    if missing:
        have = ", ".join(subject.item.components) or "none"
        msg = (
            f"{subject} has no {' and no '.join(missing)}; every run needs {' and '.join(needed)}. "
            f"It has the components {have}. Add what is missing to `components`."
        )
        raise LawBroken(msg)


def is_lazy(subject: PackSubject) -> None:
    """Components are module-level functions that load when called, of nothing or of `models`."""
    components: Mapping[str, Any] = subject.item.components
    for kind, make in components.items():
        if not callable(make):
            msg = (
                f"{subject} has as {kind!r} a {type(make).__name__}, which is loaded already; a "
                "function without arguments was expected that loads it."
            )
            raise LawBroken(msg)
        name = getattr(make, "__qualname__", "")
        if "<lambda>" in name or "<locals>" in name:
            msg = (
                f"{subject} has as {kind!r} the function {name}; one at the level of a module was "
                "expected, which another process can find by its name."
            )
            raise LawBroken(msg)
        needed = [
            one.name
            for one in inspect.signature(make).parameters.values()
            if one.default is one.empty
            and one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD}
            and one.name != "models"
        ]
        if needed:
            msg = (
                f"{subject} has as {kind!r} a function that needs {', '.join(needed)}; one "
                "without arguments, or with `models` alone, was expected."
            )
            raise LawBroken(msg)


def ships_what_it_names(subject: PackSubject) -> None:
    """The gallery has pictures, the folder of weights has safetensors and no pickles."""
    item = subject.item
    if item.gallery is not None and not any(item.gallery.glob("*.png")):
        msg = (
            f"{subject} names the gallery {item.gallery.name!r}, in which there is no PNG. Put "
            "pictures there, or leave `gallery` out."
        )
        raise LawBroken(msg)
    if item.weights is None:
        return
    pickles = sorted(one.name for one in item.weights.glob("*") if one.suffix in PICKLES)
    if pickles:
        msg = (
            f"{subject} ships the weights {pickles[0]}, which can run code when they are read. "
            "Save them as safetensors."
        )
        raise LawBroken(msg)
    if not any(item.weights.glob("*.safetensors")):
        msg = (
            f"{subject} names the folder of weights {item.weights.name!r}, in which there are no "
            "safetensors. Save them there, or leave `weights` out."
        )
        raise LawBroken(msg)


def row_groups_fit(subject: PackSubject) -> None:
    """Groups of rows name rows of W+ that the generator has; they may share some."""
    rows = int(subject.models.get("generator").rows)
    for group, members in subject.item.row_groups.items():
        for row in members:
            if not 0 <= row < rows:
                msg = (
                    f"{subject} has row {row} in the group {group!r}; its generator has the rows "
                    f"0 to {rows - 1}. Correct row_groups."
                )
                raise LawBroken(msg)
        if len(set(members)) < len(members):
            msg = f"{subject} has a row twice in the group {group!r}. Correct row_groups."
            raise LawBroken(msg)


def alignment_fits(subject: PackSubject) -> None:
    """The alignment names landmarks that are found, and places inside the picture."""
    import torch

    alignment = subject.item.alignment
    assert alignment is not None
    height, width = trial.size(subject)
    found = subject.models.get("landmarks")(torch.zeros(1, 3, height, width))
    count = found.shape[1]
    worst = max(index for group in alignment.groups for index in group)
    if worst >= count or len(alignment.groups) != len(alignment.places):
        msg = (
            f"{subject} aligns by {len(alignment.groups)} groups of landmarks up to number "
            f"{worst} and {len(alignment.places)} places; {count} landmarks are found, and a "
            "place for each group was expected."
        )
        raise LawBroken(msg)
    if not all(0 <= value <= 1 for place in alignment.places for value in place):
        msg = (
            f"{subject} puts landmarks at {alignment.places}; fractions of width and height from "
            "0 to 1 were expected."
        )
        raise LawBroken(msg)


def regions_are_what_it_finds(subject: PackSubject) -> None:
    """The regions that it names are those that its provider finds, in any order."""
    item, have = subject.item, tuple(subject.models.get("regions").names)
    if item.regions and set(item.regions) != set(have):
        msg = (
            f"{subject} says that it finds {', '.join(item.regions)}; its provider finds "
            f"{', '.join(have)}. Correct `regions`, which is read without loading the provider."
        )
        raise LawBroken(msg)
    for place in item.places:
        if place not in have:
            msg = (
                f"{subject} has a place for the region {place!r}; its provider finds "
                f"{', '.join(have)}. Correct `places`."
            )
            raise LawBroken(msg)


def regions_have_the_usual_names(subject: PackSubject) -> None:
    """What other packs find, too, is called as they call it."""
    for region in subject.item.regions:
        for usual in REGIONS:
            if region in usual.instead_of:
                msg = (
                    f"{subject} names the region {region!r}; packs call {usual.shows} "
                    f"{usual.name!r}, which domains ask for. Rename it."
                )
                raise LawBroken(msg)


def landmarks_follow_their_layout(subject: PackSubject) -> None:
    """The layout of its landmarks is a known one, and so many landmarks are found."""
    import torch

    layout = next((one for one in LAYOUTS if one.name == subject.item.landmark_layout), None)
    if layout is None:
        have = ", ".join(one.name for one in LAYOUTS)
        msg = (
            f"{subject} has landmarks of the layout {subject.item.landmark_layout!r}; one of "
            f"{have} was expected. Leave `landmark_layout` out for another order."
        )
        raise LawBroken(msg)
    found = subject.models.get("landmarks")(torch.zeros(1, 3, *trial.size(subject)))
    if found.shape[1] != layout.count:
        msg = (
            f"{subject} found {found.shape[1]} landmarks; the layout {layout.name} has "
            f"{layout.count}. Correct `landmark_layout`."
        )
        raise LawBroken(msg)


def _has_generator(subject: PackSubject) -> bool:
    return "generator" in subject.item.components


def _has_regions(subject: PackSubject) -> bool:
    return "regions" in subject.item.components


def _has_layout(subject: PackSubject) -> bool:
    return bool(subject.item.landmark_layout) and "landmarks" in subject.item.components


def _is_aligned(subject: PackSubject) -> bool:
    return subject.item.alignment is not None and "landmarks" in subject.item.components


LAWS = (
    Law("pack", has_title_and_help),
    Law("pack", has_a_licence),
    Law("pack", has_a_size),
    Law("pack", has_what_runs_need),
    Law("pack", is_lazy),
    Law("pack", ships_what_it_names),
    Law("pack", regions_have_the_usual_names),
    Law("pack", regions_are_what_it_finds, _has_regions, slow=True),
    Law("pack", landmarks_follow_their_layout, _has_layout, slow=True),
    Law("pack", row_groups_fit, _has_generator, slow=True),
    Law("pack", alignment_fits, _is_aligned, slow=True),
)
