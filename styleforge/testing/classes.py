"""The laws as test classes: subclass, name the plugin, and pytest checks everything it adds.

Test ids carry the thing and the law, as in ``test_law[loss.is_differentiable-shoes.shine]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from styleforge.testing.waivers import waived

if TYPE_CHECKING:
    import pytest

    from styleforge.recipe.objective import Term
    from styleforge.testing.laws.law import Law
    from styleforge.testing.subjects import Subject


@dataclass(frozen=True, repr=False)
class Check:
    """One law and one thing; ``waived`` says why it need not hold."""

    law: Law
    subject: Subject
    waived: str = ""

    @property
    def name(self) -> str:
        """The test's id."""
        return f"{self.law.name}-{self.subject.name}"

    def __repr__(self) -> str:
        return self.name


class Laws:
    """What all the classes share. Subclass one or more of the others.

    Attributes:
        plugin: the module, or object, with the hook implementations.
        also: plugins to load before it, such as the one whose domain it extends.
        cases: terms that call its losses, beside those of its stages and attributes and those
            in ``styleforge_cases`` of its module.
        components: models by kind that its losses ask for and the toy pack has not: functions
            without arguments.
        waived: why a law need not hold, by ``LAW`` or ``LAW/THING``; beside
            ``styleforge_waived`` of its module.
        quick: leave out the slow laws.
    """

    plugin: ClassVar[object] = None
    also: ClassVar[Sequence[object]] = ()
    cases: ClassVar[Sequence[Term]] = ()
    components: ClassVar[Mapping[str, Callable[[], Any]]] = {}
    waived: ClassVar[Mapping[str, str]] = {}
    quick: ClassVar[bool] = False
    kinds: ClassVar[tuple[str, ...]] = ()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of every law and thing."""
        if "styleforge_check" in metafunc.fixturenames:
            checks = list(self.checks())
            metafunc.parametrize("styleforge_check", checks, ids=[one.name for one in checks])

    @classmethod
    def checks(cls) -> Iterator[Check]:
        """The laws and things of this class."""
        from styleforge.testing.gather import subjects, try_plugin
        from styleforge.testing.laws.table import laws_for

        kinds = {kind for base in cls.__mro__ for kind in base.__dict__.get("kinds", ())}
        tried = try_plugin(cls.plugin, also=cls.also, cases=cls.cases, components=cls.components)
        reasons = {**getattr(cls.plugin, "styleforge_waived", {}), **cls.waived}
        for subject in subjects(tried):
            loads_at_all = tried.error and subject.kind == "plugin"  # whatever was asked for
            if subject.kind not in kinds and not loads_at_all:
                continue
            for law in laws_for(subject):
                if not (cls.quick and law.slow):
                    yield Check(law, subject, waived(reasons, law.name, subject.name))

    def test_law(self, styleforge_check: Check) -> None:
        """A law holds for a thing."""
        __tracebackhide__ = True
        from styleforge.testing.laws.law import enforce

        if styleforge_check.waived:
            import pytest

            pytest.skip(f"waived: {styleforge_check.waived}")
        enforce(styleforge_check.law, styleforge_check.subject)


class PluginLaws(Laws):
    """The plugin as a whole: loads, imports cheaply and quietly, names of its own."""

    kinds: ClassVar[tuple[str, ...]] = ("plugin",)


class DomainLaws(Laws):
    """Domains and their presets."""

    kinds: ClassVar[tuple[str, ...]] = ("domain", "preset")


class AttributeLaws(Laws):
    """Attributes."""

    kinds: ClassVar[tuple[str, ...]] = ("attribute",)


class StageLaws(Laws):
    """Stages."""

    kinds: ClassVar[tuple[str, ...]] = ("stage",)


class LossLaws(Laws):
    """Losses."""

    kinds: ClassVar[tuple[str, ...]] = ("loss",)


class RuleLaws(Laws):
    """Gradient rules."""

    kinds: ClassVar[tuple[str, ...]] = ("rule",)


class RegionLaws(Laws):
    """Region providers of packs."""

    kinds: ClassVar[tuple[str, ...]] = ("regions",)


class ComponentLaws(Laws):
    """The other models of packs: generator, inverter, features and so on."""

    kinds: ClassVar[tuple[str, ...]] = (
        "generator", "inverter", "features", "lpips", "landmarks", "subjects", "embedding",
        "identity_encoder", "inpainter", "paste", "added_region", "compose", "start", "metric",
        "set_metric", "condition", "mapper", "poser", "recolour",
    )  # fmt: skip


class PackLaws(ComponentLaws, RegionLaws):
    """Packs, and all of their models."""

    kinds: ClassVar[tuple[str, ...]] = ("pack",)


class PanelLaws(Laws):
    """Panels of the notebook editor."""

    kinds: ClassVar[tuple[str, ...]] = ("panel",)


class AllLaws(
    PluginLaws, DomainLaws, AttributeLaws, StageLaws, LossLaws, RuleLaws, PackLaws, PanelLaws
):
    """Every law about everything that a plugin adds, now or later."""
