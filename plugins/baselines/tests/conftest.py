"""What the tests of the baselines share: forges with hair and clothing, and toy models."""

from __future__ import annotations

import pytest
import styleforge_baselines
import styleforge_clothing
import styleforge_hair

from styleforge.forge import Forge
from styleforge.testing.scene import Scene, scene_of


def _with_domains() -> Forge:
    made = Forge(plugins=())
    made.use(styleforge_hair, "hair")
    made.use(styleforge_clothing, "clothing")
    made.use(styleforge_baselines, "baselines")
    return made


@pytest.fixture(scope="module")
def forge() -> Forge:
    """The two domains and the baselines."""
    return _with_domains()


@pytest.fixture(scope="module")
def scene(forge: Forge) -> Scene:
    """Toy models in float64, which find what hair needs."""
    domain = forge.domains["hair"]
    return scene_of((), domain, forge.attributes_of("hair"))


@pytest.fixture(scope="module")
def portraits() -> Forge:
    """The same with the embedded pack."""
    pack = pytest.importorskip("styleforge_portraits.plugin")
    made = _with_domains()
    made.use(pack, "portraits")
    return made
