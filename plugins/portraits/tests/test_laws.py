"""The plugin keeps every law of styleforge.testing, its models among them."""

from __future__ import annotations

import pytest
from styleforge_portraits import plugin as portraits

from styleforge.testing import AllLaws, PackLaws


class TestPortraits(AllLaws):
    plugin = portraits
    quick = True


@pytest.mark.slow
class TestModels(PackLaws):
    plugin = portraits
