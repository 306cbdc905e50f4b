"""Edits in one pass that cannot be made: words, contradictions, packs that lack a model."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

import styleforge
from styleforge.api.edit_recipe import edit_recipe
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.testing import toy

pytestmark = pytest.mark.usefixtures("beside_pictures")


def without(*kinds: str) -> Forge:
    """A forge whose toy pack lacks components."""
    pack = toy.toy_pack()
    left = {kind: make for kind, make in pack.components.items() if kind not in kinds}

    class Plugin:
        register_domains = staticmethod(toy.register_domains)
        register_attributes = staticmethod(toy.register_attributes)
        register_stages = staticmethod(toy.register_stages)

        @hookimpl
        def register_packs(self, register):
            register(replace(pack, components=left))

    made = Forge(plugins=())
    made.use(Plugin(), "toy")
    return made


def test_words_that_cannot_be_placed(edit):
    with pytest.raises(UserError, match=r"None of 'xyzzy' can be placed; .* knows tall"):
        edit(shape="xyzzy")
    with pytest.raises(UserError, match="None of '' can be placed"):
        edit(shape="")


def test_other_types_are_refused(edit):
    for value in (3, None):
        with pytest.raises(UserError, match=r"toy\.shape takes .*; it was given a"):
            edit(shape=value)


def test_contradictions(forge):
    with pytest.raises(UserError, match=r"toy\.shape was asked for twice, tall and wide"):
        edit_recipe(forge, "toy", "identity.png", {"shape": "tall", "toy.shape": "wide"})


def test_unmapped_attributes(edit):
    with pytest.raises(UserError, match=r"One pass changes shape, appearance, and not toy\.finer"):
        edit(shape="tall", finer_style="shape.png")
    with pytest.raises(UserError, match="toy has no attribute 'hat'"):
        edit(hat="tall")


def test_packs_that_lack_a_model():
    asked = {"shape": "tall"}
    with pytest.raises(
        UserError, match=r"has no mapper for toy\. Train one with `styleforge train"
    ):
        styleforge.edit("toy", "identity.png", forge=without("mapper/toy"), **asked)
    with pytest.raises(UserError, match="'toy' has no text-image encoder"):
        styleforge.edit("toy", "identity.png", forge=without("embedding"), **asked)
    with pytest.raises(UserError, match=r"'toy' has no text-image encoder, .* as a reference"):
        styleforge.edit("toy", "identity.png", forge=without("embedding"), shape="shape.png")
    with pytest.raises(UserError, match="The pack 'toy' has no inverter"):
        styleforge.edit("toy", "identity.png", forge=without("inverter"), **asked)


def test_packs_that_read_no_noise_leave_it_to_chance():
    result = styleforge.edit("toy", "identity.png", forge=without("noise"), shape="tall")
    assert torch.isfinite(result.photo).all()


def test_a_domain_without_a_mapped_preset(forge):
    class Plugin:
        @hookimpl
        def register_domains(self, register):
            plain = toy.TOY.presets[:2]
            register(replace(toy.TOY, name="hats", presets=plain))

        @hookimpl
        def register_attributes(self, register):
            register(replace(toy.ATTRIBUTES[0], name="hats.shape"))

    forge.use(Plugin(), "hats")
    with pytest.raises(UserError, match="hats has no preset that maps; use `styleforge transfer h"):
        styleforge.edit("hats", "identity.png", forge=forge, shape="tall")
