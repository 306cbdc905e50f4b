"""A bare install says what to add; a plugin that is there and off says how to switch it on."""

from __future__ import annotations

import pytest

from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.plugins import install_hints

DOMAIN = """
from styleforge.recipe.domain import Domain
from styleforge.hookspecs import hookimpl

@hookimpl
def register_domains(register):
    register(Domain(name="hair", title="", help="", region="thing", keep=()))
"""


def test_the_extra_all_names_them():
    assert {"styleforge-hair", "styleforge-clothing", "styleforge-portraits"} <= set(
        install_hints.optional_distributions()
    )


def test_other_extras_are_not_offered(monkeypatch):
    lines = ["torch>=2", 'styleforge-a>=1; extra == "all"', "styleforge-b; extra == 'test'"]
    monkeypatch.setattr(install_hints, "requires", lambda _: lines)
    assert install_hints.optional_distributions() == ("styleforge-a",)
    monkeypatch.setattr(install_hints, "requires", lambda _: None)
    assert install_hints.optional_distributions() == ()


def test_a_domain_or_pack_that_can_be_added_comes_with_the_command():
    made = Forge(plugins=())
    with pytest.raises(UserError, match=r"`pip install styleforge-clothing` adds it"):
        made.recipe("clothing")
    with pytest.raises(UserError, match=r"`pip install styleforge-portraits` adds it"):
        made.models("portraits")
    with pytest.raises(UserError, match=r'pip install "styleforge\[all\]"'):
        made.models()
    with pytest.raises(UserError) as unknown:
        made.recipe("hats")
    assert str(unknown.value) == "There is no domain 'hats'; there are: none."


def test_one_that_is_installed_is_not_to_be_installed(install, monkeypatch):
    install(hair=DOMAIN)
    assert "hair" in Forge().domains
    monkeypatch.setenv("STYLEFORGE_DISABLE", "hair")
    with pytest.raises(UserError, match=r"plugin 'hair' of unknown is disabled") as off:
        Forge().recipe("hair")
    assert "pip install" not in str(off.value)


def test_one_that_is_broken_says_why(install):
    install(hair="raise ValueError('a bad day')")
    with pytest.raises(UserError, match=r"plugin 'hair' of unknown is broken: .*a bad day"):
        Forge().recipe("hair")
