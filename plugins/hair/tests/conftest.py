"""What the tests of hair share: hair on the portraits pack, and nothing else that is installed."""

from __future__ import annotations

import pytest

from styleforge.forge import Forge


@pytest.fixture(scope="session")
def forge() -> Forge:
    """The plugins hair and portraits."""
    portraits = pytest.importorskip("styleforge_portraits.plugin")
    import styleforge_hair

    made = Forge(plugins=())
    made.use(portraits, "portraits")
    made.use(styleforge_hair, "hair")
    return made
