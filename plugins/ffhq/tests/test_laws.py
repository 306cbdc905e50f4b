"""The plugin keeps every law of styleforge.testing."""

from __future__ import annotations

from styleforge_ffhq import plugin

from styleforge.testing import AllLaws


class TestFfhq(AllLaws):
    plugin = plugin
    quick = True
