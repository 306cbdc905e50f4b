"""Registries: checked items, one owner per name, errors that help."""

from __future__ import annotations

import pytest

from styleforge.errors import PluginError, UserError
from styleforge.plugins.registry import Registry


def add(registry, item, name=None, *, plugin="p", distribution="d", replace=False):
    registry.add(registry.entry(item, name, plugin, distribution, replace=replace))


def test_lookup_and_order():
    registry = Registry("loss")
    add(registry, print, "b")
    add(registry, len, "a")
    assert list(registry) == ["b", "a"]
    assert registry.values() == (print, len)
    assert len(registry) == 2
    assert "a" in registry
    assert [entry.plugin for entry in registry.entries()] == ["p", "p"]


def test_an_unknown_name_lists_what_there_is_and_what_is_near():
    registry = Registry("loss")
    with pytest.raises(UserError, match="There is no loss 'x'; there are: none"):
        registry["x"]
    add(registry, print, "lpips")
    with pytest.raises(UserError, match=r"there are: lpips. Did you mean 'lpips'"):
        registry["lpipz"]


def test_a_name_is_claimed_once_unless_it_is_replaced_on_purpose():
    registry = Registry("loss")
    add(registry, print, "x", plugin="one", distribution="dist-one")
    with pytest.raises(PluginError, match="'one' of dist-one and 'two' of dist-two"):
        add(registry, len, "x", plugin="two", distribution="dist-two")
    assert registry["x"] is print
    add(registry, len, "x", plugin="two", replace=True)
    assert registry["x"] is len


def test_what_replaces_may_be_loaded_first():
    registry = Registry("loss")
    add(registry, len, "x", plugin="a", replace=True)
    add(registry, print, "x", plugin="b")
    assert registry["x"] is len
    with pytest.raises(PluginError, match="Two plugins claim"):
        add(registry, max, "x", plugin="c")


def test_types():
    registry = Registry("number", int)
    with pytest.raises(PluginError, match="registered a str as a number; a int was expected"):
        add(registry, "3", "three")
    with pytest.raises(PluginError, match="without a name"):
        add(registry, 3)
    with pytest.raises(PluginError, match="must be callable"):
        add(Registry("loss"), 3, "three")
