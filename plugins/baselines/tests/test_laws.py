"""The plugin keeps every law of styleforge.testing."""

from __future__ import annotations

import styleforge_baselines
import styleforge_clothing
import styleforge_hair

from styleforge.testing import AllLaws


class TestBaselines(AllLaws):
    plugin = styleforge_baselines
    also = (styleforge_hair, styleforge_clothing)
