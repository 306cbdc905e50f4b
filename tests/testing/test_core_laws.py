"""Core's own losses and rules, and the toy plugin, keep the laws."""

from __future__ import annotations

from styleforge.builtin import plugin as builtin
from styleforge.testing import AllLaws, toy


class TestCore(AllLaws):
    plugin = builtin


class TestToy(AllLaws):
    plugin = toy
