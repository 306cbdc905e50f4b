"""What a component says that a pack lacks for it: such presets are offered nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from styleforge.api.able import able_presets
from styleforge.api.fitting import fitting_preset, presets_of
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.recipe.domain import Domain, Preset
from styleforge.recipe.starts import Mapped, Paste
from styleforge.server.forms import Forms
from styleforge.testing import toy

HOW = "a painter of {} (`python -m paint {}` trains one)"


@dataclass
class Painter:
    """A component that is there for some regions alone."""

    regions: set[str] = field(default_factory=set)

    def __call__(self, *_):
        raise NotImplementedError

    def lacks(self, models, region):
        assert models.pack.name == "toy"
        return "" if region in self.regions else HOW.format(region, region)


def preset(name, **how) -> Preset:
    return Preset(name=name, title=name, help="", stages=("toy.look",), **how)


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
def painted(forge, painter) -> Forge:
    """The toy domain with a preset that pastes by the painter, and one that maps by it."""

    class Plugin:
        @hookimpl
        def register_components(self, register):
            register(painter, name="paste/painter")
            register(painter, name="mapper/painter")

        @hookimpl
        def register_presets(self, register):
            paste = Paste(region="thing", by="painter")
            register(preset("pasted", start_paste=paste), name="toy/pasted")
            mapped = Mapped(region="thing", mapper="painter")
            register(preset("mapped", start="mapper", start_map=mapped), name="toy/mapped")

    forge.use(Plugin(), "painter")
    return forge


def test_presets_of_what_is_not_there_yet_are_offered_nowhere(painted, painter):
    before = [one.name for one in toy.TOY.presets]
    assert list(presets_of(painted, "toy", "toy")) == before
    assert [one.name for one in able_presets(painted, "toy", "toy")] == before
    (domain,) = Forms(painted).domains
    assert [one["name"] for one in domain["presets"]] == before
    for field_ in ("preset", "refine"):
        assert domain["schema"]["properties"][field_]["enum"] == ["", *before]
    painter.regions.add("thing")
    assert list(presets_of(painted, "toy", "toy")) == [*before, "pasted", "mapped"]
    (domain,) = Forms(painted).domains
    assert domain["schema"]["properties"]["preset"]["enum"] == ["", *before, "pasted", "mapped"]


@pytest.mark.parametrize("name", ["pasted", "mapped"])
def test_who_names_one_reads_how_it_is_made(painted, name):
    with pytest.raises(UserError, match=r"lacks a painter of thing \(`python -m paint thing` tr"):
        fitting_preset(painted, "toy", name, "toy")


def test_a_component_that_cannot_tell_takes_no_list_with_it(painted, painter):
    def fails(models, region):
        raise KeyError("colour")

    painter.lacks = fails
    assert "pasted" not in presets_of(painted, "toy", "toy")
    with pytest.raises(UserError, match=r"what paste/painter needs, which cannot be told \(KeyE"):
        fitting_preset(painted, "toy", "pasted", "toy")


def test_a_pack_s_own_component_is_ready_whatever_the_plugin_s_says(painted):
    """`mapper/toy` of the pack goes before one that a plugin registers under that name."""

    class Plugin:
        @hookimpl
        def register_components(self, register):
            register(Painter(), name="mapper/toy")

    painted.use(Plugin(), "another")
    assert "toy-mapper" in presets_of(painted, "toy", "toy")


def test_domains_are_listed_by_rank_whoever_is_loaded_first():
    def domain(name, **more) -> Domain:
        return Domain(name=name, title=name, help="", region="thing", keep=(), **more)

    class Plugin:
        @hookimpl
        def register_domains(self, register):
            for one in (domain("b"), domain("a"), domain("last", rank=200)):
                register(one)
            register(domain("first", rank=10))

    forge = Forge(())
    forge.use(Plugin())
    order = ["first", "b", "a", "last"]
    assert list(forge.domains) == order
    assert [one.name for one in forge.domains.values()] == order
    assert [one.name for one in forge.domains.entries()] == order
    assert [one["name"] for one in Forms(forge).domains] == order
