"""To whom a name belongs that two plugins claim, each from a distribution of its own."""

from __future__ import annotations

import pytest
from distributed import DOMAIN, infos

from styleforge.errors import PluginError
from styleforge.forge import Forge


@pytest.mark.parametrize("intruder", ["a-mouth", "z-mouth"])
def test_a_name_belongs_to_the_plugin_that_is_called_like_it(site, intruder):
    source = DOMAIN.format(name="lips", more="")
    site("styleforge-lips", "[styleforge]\nlips = lips_one\n", source, module="lips_one")
    site(f"{intruder}s", f"[styleforge]\n{intruder} = mouth\n", source, module="mouth")
    made = Forge()
    found = infos(made)
    assert found["lips"].status == "loaded"
    assert found[intruder].status == "broken"
    assert "'lips' of styleforge-lips" in found[intruder].reason
    assert f"`styleforge plugins --disable {intruder}`" in found[intruder].fix
    assert made.domains.owner("lips") == "plugin 'lips' of styleforge-lips"


@pytest.mark.parametrize("base", ["a-base", "z-base"])
def test_a_name_belongs_to_what_the_other_requires(site, base):
    source = DOMAIN.format(name="lips", more="")
    site(f"{base}s", f"[styleforge]\n{base} = base_one\n", source, module="base_one")
    site("more-of-it", "[styleforge]\nmore = more_one\n", source, module="more_one",
         requires=f"{base}s>=1")  # fmt: skip
    found = infos(Forge())
    assert (found[base].status, found["more"].status) == ("loaded", "broken")


def test_what_is_evicted_leaves_nothing_behind(site):
    more = "\n    register(Domain(name='own', title='', help='', region='r', keep=()))"
    site("a-mouths", "[styleforge]\na-mouth = mouth\n", DOMAIN.format(name="lips", more=more),
         module="mouth")  # fmt: skip
    source = DOMAIN.format(name="lips", more="")
    site("styleforge-lips", "[styleforge]\nlips = lips_one\n", source, module="lips_one")
    made = Forge()
    assert list(made.domains) == ["lips"]
    assert infos(made)["a-mouth"].adds == ()


def test_names_of_two_without_a_claim_are_said_as_before(site):
    source = DOMAIN.format(name="hats", more="")
    site("ones", "[styleforge]\nfirst = one_one\n", source, module="one_one")
    site("twos", "[styleforge]\nsecond = two_two\n", source, module="two_two")
    found = infos(Forge())
    assert (found["first"].status, found["second"].status) == ("loaded", "broken")


def test_who_replaces_on_purpose_is_no_intruder(site):
    source = DOMAIN.format(name="lips", more="")
    site("styleforge-lips", "[styleforge]\nlips = lips_one\n", source, module="lips_one")
    site("mouths", "[styleforge]\na-mouth = mouth\n",
         DOMAIN.format(name="lips", more=", replace=True"), module="mouth")  # fmt: skip
    made = Forge()
    assert {info.status for info in infos(made).values()} == {"loaded"}
    assert made.domains.owner("lips") == "plugin 'a-mouth' of mouths"


def test_two_plugins_of_one_name(site):
    site("a-stranger", "[styleforge]\nlips = a_stranger\n",
         DOMAIN.format(name="mouth", more=""), module="a_stranger")  # fmt: skip
    source = DOMAIN.format(name="lips", more="")
    site("styleforge-lips", "[styleforge]\nlips = lips_one\n", source, module="lips_one")
    made = Forge()
    both = {info.distribution: info for info in made.plugins if info.name == "lips"}
    assert both["styleforge-lips"].status == "loaded"
    assert both["a-stranger"].status == "broken"
    assert "`pip uninstall a-stranger`" in both["a-stranger"].fix
    assert list(made.domains) == ["lips"]


def test_a_session_s_plugin_takes_no_name_by_being_called_like_it(forge):
    from styleforge import Domain, hookimpl

    class First:
        @hookimpl
        def register_domains(self, register):
            register(Domain(name="lips", title="", help="", region="thing", keep=()))

    forge.use(First(), "other")
    with pytest.raises(PluginError, match="Two plugins claim the domain 'lips'"):
        forge.use(First(), "lips")
    assert "lips" in forge.domains
