"""The plugin keeps every law of styleforge.testing."""

from __future__ import annotations

import styleforge_clothing

from styleforge.testing import AllLaws


class TestClothing(AllLaws):
    plugin = styleforge_clothing
