"""From a plugin to the subjects that laws are checked on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import torch

from styleforge.builtin import plugin as builtin
from styleforge.forge import Forge
from styleforge.plugins.discovery import plugin_name
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.stage import RuleUse
from styleforge.testing import toy
from styleforge.testing.scene import Scene, scene_of
from styleforge.testing.subjects import (
    AttributeSubject,
    ComponentSubject,
    DomainSubject,
    LossSubject,
    PackSubject,
    PanelSubject,
    PluginSubject,
    PresetSubject,
    RuleSubject,
    StageSubject,
    Subject,
)

if TYPE_CHECKING:
    from styleforge.plugins.registry import Entry
    from styleforge.recipe.domain import Domain

REGISTRIES = (
    "domains", "attributes", "losses", "stages", "presets", "rules", "components", "packs",
    "panels", "weights",
)  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """A plugin in a forge, ready to be tried.

    ``cases`` are terms that call its losses, beside those of its stages and attributes;
    ``components`` are models that its losses ask for and the toy pack has not, by kind;
    ``error`` says why the plugin could not be loaded.
    """

    forge: Forge
    name: str
    plugin: object
    cases: tuple[Term, ...] = ()
    components: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    error: str = ""

    def entries(self, kind: str) -> tuple[Entry[Any], ...]:
        """What the plugin registered in one registry, such as ``losses``."""
        found: Sequence[Entry[Any]] = getattr(self.forge, kind).entries()
        return tuple(entry for entry in found if entry.plugin == self.name)


def try_plugin(
    plugin: object,
    *,
    also: Sequence[object] = (),
    cases: Sequence[Term] = (),
    components: Mapping[str, Callable[[], Any]] | None = None,
) -> Tried:
    """A plugin alone in a forge, or beside those that it extends.

    Args:
        plugin: a module or an object with hook implementations.
        also: plugins to load before it.
        cases: terms that call its losses; those of its ``styleforge_cases`` are added.
        components: by kind, models that its losses need and the toy pack has not.
    """
    declared = (*cases, *getattr(plugin, "styleforge_cases", ()))
    forge, error, name = Forge(plugins=()), "", plugin_name(plugin)
    try:
        for other in also:
            forge.use(other)
        if plugin is builtin:
            name = "core"
        else:
            forge.use(plugin, name)
    except Exception as reason:
        error = str(reason)
    return Tried(forge, name, plugin, tuple(declared), components or {}, error)


def subjects(tried: Tried) -> Iterator[Subject]:
    """Everything that can be tried of a plugin; the plugin itself comes first."""
    yield PluginSubject(
        "plugin",
        tried.name,
        tried.forge,
        plugin=tried.plugin,
        error=tried.error,
        entries=tuple((kind, entry) for kind in REGISTRIES for entry in tried.entries(kind)),
        builtin=tried.plugin is builtin,
    )
    yield from _domains(tried)
    yield from _losses(tried)
    yield from _rules(tried)
    yield from _packs(tried)
    for entry in tried.entries("panels"):
        yield PanelSubject("panel", entry.name, tried.forge, entry.item)


def _domains(tried: Tried) -> Iterator[Subject]:
    forge = tried.forge
    for entry in tried.entries("domains"):
        yield DomainSubject("domain", entry.name, forge, entry.item)
        scene = replace(_scene_of_domain(tried, entry.item), dtype=torch.float32)  # as people do
        for preset in entry.item.presets:
            name = f"{entry.name}/{preset.name}"
            yield PresetSubject("preset", name, forge, preset, entry.item, scene)
    yield from _added_presets(tried)
    for entry in tried.entries("attributes"):
        if entry.item.domain in forge.domains:
            scene = _scene_of_domain(tried, forge.domains[entry.item.domain])
        else:
            scene = scene_of(_terms_of(entry.item))
        yield AttributeSubject("attribute", entry.name, forge, entry.item, scene)
    stages = [entry.item for entry in tried.entries("stages")]
    terms = [term for stage in stages for term in stage.objective]
    together = scene_of(terms, components=tried.components)  # models are made once
    for entry in tried.entries("stages"):
        yield StageSubject("stage", entry.name, forge, entry.item, together)


def _added_presets(tried: Tried) -> Iterator[PresetSubject]:
    """Presets of the domains of others, which are to be loaded beside it."""
    scenes: dict[str, Scene] = {}
    for entry in tried.entries("presets"):
        name = entry.name.partition("/")[0]
        domain = tried.forge.domains[name]  # refuses an unknown one
        if name not in scenes:
            scenes[name] = replace(_scene_of_domain(tried, domain), dtype=torch.float32)
        yield PresetSubject("preset", entry.name, tried.forge, entry.item, domain, scenes[name])


def _scene_of_domain(tried: Tried, domain: Domain) -> Scene:
    forge = tried.forge
    attributes = forge.attributes_of(domain.name)
    names = {name for preset in domain.presets for name in preset.stages}
    stages = [forge.stages[name] for name in names if name in forge.stages]
    terms = [term for one in attributes for term in _terms_of(one)]
    terms += [term for stage in stages for term in stage.objective]
    return scene_of(terms, domain, attributes, tried.components)


def _terms_of(attribute: Any) -> Objective:
    found = (*attribute.objective, *attribute.likeness, *attribute.hold)
    return Objective(tuple({term.label: term for term in found}.values()))


def _losses(tried: Tried) -> Iterator[LossSubject]:
    found = {entry: _cases(tried, entry) for entry in tried.entries("losses")}
    terms = [term for cases in found.values() for term in cases]
    scene = scene_of(terms, components=tried.components)  # models are made once
    for entry, cases in found.items():
        if not cases:
            yield LossSubject("loss", entry.name, tried.forge, entry.item, scene)
        names = [entry.name if len(cases) == 1 else f"{entry.name}:{one.label}" for one in cases]
        for index, term in enumerate(cases):
            again = names[:index].count(names[index])
            name = f"{names[index]}#{again + 1}" if again else names[index]
            yield LossSubject("loss", name, tried.forge, entry.item, scene, term)


def _cases(tried: Tried, entry: Entry[Any]) -> tuple[Term, ...]:
    """Terms that call a loss: declared ones; else those registered; else a bare one."""
    own = [term for term in tried.cases if term.loss == entry.name]
    if not own:
        forge = tried.forge
        found = [term for stage in forge.stages.values() for term in stage.objective]
        found += [term for one in forge.attributes.values() for term in _terms_of(one)]
        own = [term for term in found if term.loss == entry.name]
    if not own and _takes_nothing(entry.item):
        own = [Term(entry.name, entry.name)]
    different: list[Term] = []
    for term in own:
        if not any(term.args == have.args for have in different):
            different.append(term)
    return tuple(different)


def _takes_nothing(loss: Any) -> bool:
    """Whether a loss can be called with a view alone."""
    try:
        first, *others = inspect.signature(loss).parameters.values()
    except (TypeError, ValueError):
        return False
    del first
    return all(one.default is not one.empty and one.kind is not one.VAR_KEYWORD for one in others)


def _rules(tried: Tried) -> Iterator[RuleSubject]:
    for entry in tried.entries("rules"):
        uses: list[RuleUse | None] = [None]
        for stage in tried.forge.stages.values():
            for one in stage.rules:
                known = any(have and dict(have.args) == dict(one.args) for have in uses)
                if one.rule == entry.name and one.args and not known:
                    uses.append(one)
        for use in uses:
            args = dict(use.args) if use else {}
            said = ",".join(f"{key}={value}" for key, value in args.items())
            yield RuleSubject(
                "rule",
                f"{entry.name}({said})" if said else entry.name,
                tried.forge,
                entry.item,
                args,
                orthogonal=bool(getattr(entry.item, "orthogonal", False)),
                discards=bool(getattr(entry.item, "discards", False)),
                use=use,
            )


def _packs(tried: Tried) -> Iterator[PackSubject]:
    for entry in tried.entries("packs"):
        yield PackSubject("pack", entry.name, tried.forge, entry.item)
        for component in entry.item.components:
            name, kind = f"{entry.name}/{component}", component.partition("/")[0]
            yield ComponentSubject(kind, name, tried.forge, entry.item, component)
    for entry in tried.entries("components"):
        kind = entry.name.partition("/")[0]
        kind = "added_region" if kind == "regions" else kind
        pack = toy.toy_pack()
        pack = replace(pack, components={**pack.components, **tried.components})
        yield ComponentSubject(kind, entry.name, tried.forge, pack, registered=entry.item)
