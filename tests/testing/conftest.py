"""Plugins made in a test, and which laws they break."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from styleforge.hookspecs import hookimpl
from styleforge.testing.gather import subjects, try_plugin
from styleforge.testing.laws.law import LawBroken, enforce
from styleforge.testing.laws.table import laws_for

HOOKS = (
    "domains", "attributes", "losses", "stages", "rules", "components", "packs", "panels",
)  # fmt: skip


def _hook(items):
    @hookimpl
    def register_all(register):
        for item in items:
            if isinstance(item, tuple):
                register(item[1], name=item[0])
            else:
                register(item)

    return register_all


@pytest.fixture
def make_plugin() -> Callable[..., object]:
    """A plugin object from items by hook: ``losses=[(name, loss)], domains=[...]``."""

    def make(**given):
        plugin = SimpleNamespace(__name__="mine", styleforge_api=1)
        for kind in HOOKS:
            if kind in given:
                setattr(plugin, f"register_{kind}", _hook(given.pop(kind)))
        for name, value in given.items():
            setattr(plugin, name, value)
        return plugin

    return make


@pytest.fixture
def broken() -> Callable[..., dict[str, str]]:
    """The laws about one kind of thing that a plugin breaks, with what they say."""

    def run(plugin, kind, **options):
        found = {}
        for subject in subjects(try_plugin(plugin, **options)):
            if subject.kind != kind:
                continue
            for law in laws_for(subject):
                try:
                    enforce(law, subject)
                except LawBroken as error:
                    found[law.name] = str(error)
        return found

    return run
