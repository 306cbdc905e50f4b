"""The plugin keeps every law of styleforge.testing."""

from __future__ import annotations

import styleforge_hair

from styleforge.testing import AllLaws


class TestHair(AllLaws):
    plugin = styleforge_hair
