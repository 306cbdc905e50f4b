"""What a law is given: one registered thing, and what is needed to try it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from styleforge.recipe.domain import Attribute, Domain, Preset
from styleforge.recipe.stage import RuleUse, Stage

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.pack.models import Models
    from styleforge.pack.pack import Pack
    from styleforge.plugins.registry import Entry
    from styleforge.recipe.objective import Term
    from styleforge.testing.probe import Probe
    from styleforge.testing.scene import Scene


@dataclass(frozen=True)
class Subject:
    """One thing under test. ``name`` is what test ids and reports show."""

    kind: str
    name: str
    forge: Forge

    def __str__(self) -> str:
        return f"The {self.kind} {self.name!r}"


@dataclass(frozen=True)
class PluginSubject(Subject):
    """A plugin as a whole. ``entries`` are what it registered, by kind of registry."""

    plugin: object = None
    error: str = ""
    entries: tuple[tuple[str, Entry[Any]], ...] = ()
    builtin: bool = False

    @cached_property
    def probe(self) -> Probe | None:
        """What importing it does, seen from a process of its own; None if it is no module."""
        from styleforge.testing.probe import probe

        return probe(self.plugin)


@dataclass(frozen=True)
class DomainSubject(Subject):
    """A domain."""

    item: Domain


@dataclass(frozen=True)
class PresetSubject(Subject):
    """A preset of a domain, and the toy models to run it on."""

    item: Preset
    domain: Domain
    scene: Scene


@dataclass(frozen=True)
class AttributeSubject(Subject):
    """An attribute, and the toy models to measure its terms on."""

    item: Attribute
    scene: Scene


@dataclass(frozen=True)
class StageSubject(Subject):
    """A stage, and the toy models to run it on."""

    item: Stage
    scene: Scene


@dataclass(frozen=True)
class LossSubject(Subject):
    """A loss with the arguments of one term; ``term`` is None where none is known."""

    loss: Any
    scene: Scene
    term: Term | None = None

    @property
    def distance(self) -> bool:
        """Whether it says that it is least where the picture is its reference."""
        return bool(getattr(self.loss, "distance", False))

    @property
    def args(self) -> Mapping[str, Any]:
        """The term's arguments."""
        return self.term.args if self.term else {}


@dataclass(frozen=True)
class RuleSubject(Subject):
    """A gradient rule with the arguments of one use; ``orthogonal`` is what it claims."""

    rule: Any
    args: Mapping[str, Any] = field(default_factory=dict)
    orthogonal: bool = False
    discards: bool = False
    use: RuleUse | None = None


@dataclass(frozen=True)
class PackSubject(Subject):
    """A pack; its models are loaded when a law asks for one."""

    item: Pack

    @property
    def models(self) -> Models:
        """The pack's models; the same at every call."""
        return self.forge.models(self.item.name)


@dataclass(frozen=True)
class ComponentSubject(PackSubject):
    """A component of a pack, or one that was ``registered`` by itself.

    Its kind is what it is called, without what follows a slash.
    """

    component: str = ""
    registered: Any = None

    @property
    def models(self) -> Models:
        """The models beside it: its pack's, or the toy pack's."""
        if self.registered is None:
            return super().models
        from styleforge.pack.models import Models

        return Models(self.item)

    @property
    def model(self) -> Any:
        """The component, loaded."""
        return self.models.get(self.component) if self.registered is None else self.registered


@dataclass(frozen=True)
class PanelSubject(Subject):
    """A panel of the notebook editor: what makes it."""

    item: Any
