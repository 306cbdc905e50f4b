"""The laws that every plugin keeps."""

from __future__ import annotations

import styleforge_photo

from styleforge.testing import AllLaws


class TestLaws(AllLaws):
    plugin = styleforge_photo
