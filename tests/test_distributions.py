"""Distributions as they lie on a disk: damaged, doubled, left over, claiming others' names."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from styleforge.errors import PluginError
from styleforge.forge import Forge
from styleforge.plugins import discovery, marker
from styleforge.plugins.config import config_folder
from styleforge.plugins.distributions import installed

DOMAIN = """
from styleforge import Domain, hookimpl

@hookimpl
def register_domains(register):
    register(Domain(name={name!r}, title="", help="", region="thing", keep=()){more})
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder of modules and metadata, the first on the path."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("STYLEFORGE_DISABLE", "hair,clothing,portraits,ffhq")

    def put(
        name: str,
        points: str | bytes,
        source: str = "",
        *,
        folder_name: str = "",
        requires: str = "",
        module: str = "",
    ) -> Path:
        info = folder / (folder_name or f"{name.replace('-', '_')}-1.0.dist-info")
        info.mkdir()
        needed = f"Requires-Dist: {requires}\n" if requires else ""
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needed}"
        )
        points = points if isinstance(points, bytes) else points.encode()
        (info / "entry_points.txt").write_bytes(points)
        if module:
            (folder / f"{module}.py").write_text(source)
        return info

    before = set(sys.modules)
    yield put
    for name in set(sys.modules) - before:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def infos(made: Forge) -> dict[str, discovery.PluginInfo]:
    return {info.name: info for info in made.plugins if info.status != "disabled"}


DAMAGED = {
    "no value": b"[styleforge]\nlips\n",
    "not text": b"[styleforge]\nlips = \xff\xfe\n",
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "no section": b"lips = lips\n",
    "empty value": b"[styleforge]\nlips =\n",
    "spaces": b"[styleforge]\nlips = no such module!\n",
    "closed twice": b"[styleforge]]\nlips = lips\n",
}


@pytest.mark.parametrize("points", DAMAGED.values(), ids=DAMAGED)
def test_damaged_entry_points_of_anybody_end_nothing(site, points):
    site("somebody", points)
    site("a-good-one", "[styleforge]\ngood = good_one\n", DOMAIN.format(name="good", more=""),
         module="good_one")  # fmt: skip
    made = Forge()
    assert infos(made)["good"].status == "loaded"
    lips = infos(made).get("lips")
    if lips is not None:
        assert lips.status == "broken"
    elif any("somebody" in note for note in made.notes):
        (note,) = [note for note in made.notes if "somebody" in note]
        assert "cannot be read" in note
        assert "Install somebody again, or remove it" in note


def test_which_damage_is_said(site):
    site("somebody", DAMAGED["not text"])
    assert any("UnicodeDecodeError" in note for note in Forge().notes)


def test_metadata_that_are_gone(site):
    info = site("nameless", "[styleforge]\nnameless = nameless_one\n")
    (info / "METADATA").unlink()
    broken = infos(Forge())["nameless"]
    assert (broken.status, broken.distribution) == ("broken", "unknown")


@pytest.mark.parametrize("start", ["~", "~-", "-"])
def test_what_an_interrupted_pip_left_is_named_as_such(site, start):
    source = DOMAIN.format(name="lips", more="")
    site("styleforge-lips", "[styleforge]\nlips = lips_one\n", source, module="lips_one")
    left = site(
        "styleforge-lips",
        "[styleforge]\nlips = lips_one\nold = lips_old\n",
        folder_name=f"{start}yleforge_lips-0.9.dist-info",
    )
    made = Forge()
    assert infos(made)["lips"].status == "loaded"
    assert "old" not in infos(made)
    (note,) = [note for note in made.notes if "pip" in note]
    assert str(left) in note
    assert "Delete that folder" in note


def test_a_plugin_that_two_distributions_bring_alike_is_one(site):
    source = DOMAIN.format(name="lips", more="")
    site("lips-nightly", "[styleforge]\nlips = lips_one\n", source, module="lips_one")
    site("lips-stable", "[styleforge]\nlips = lips_one\n")
    made = Forge()
    assert [info.status for info in made.plugins if info.name == "lips"] == ["loaded"]


def test_a_distribution_that_is_found_twice_counts_once(site, tmp_path, monkeypatch):
    site("lips-stable", "[styleforge]\nlips = lips_new\n", DOMAIN.format(name="lips", more=""),
         module="lips_new")  # fmt: skip
    older = tmp_path / "older" / "Lips.Stable-0.1.dist-info"
    older.mkdir(parents=True)
    (older / "entry_points.txt").write_text("[styleforge]\nlips = lips_old\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(older.parent)])
    assert [point.value for point in installed("styleforge").points if point.name == "lips"] == [
        "lips_new"
    ]


# --- to whom a name belongs -------------------------------------------------------------------
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


# --- which plugin is being loaded -------------------------------------------------------------
ENDS = {
    "exits": ("import os; os._exit(0)", None),
    "crashes": ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", None),
    "never ends": ("import time\nwhile True: time.sleep(0.1)", signal.SIGKILL),
    "is never ready": (
        "import time\nfrom styleforge import hookimpl\n@hookimpl\n"  # noqa: ISC004
        "def register_losses(register):\n    time.sleep(600)\n",
        signal.SIGTERM,
    ),
}


def start(tmp_path, **more: str) -> subprocess.Popen[str]:
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, [tmp_path / "site", *sys.path])),
        **more,
    }
    command = [sys.executable, "-c", "from styleforge.forge import Forge; Forge()"]
    return subprocess.Popen(command, env=env, text=True, stderr=subprocess.PIPE)


@pytest.mark.skipif(os.name == "nt", reason="by signals")
@pytest.mark.parametrize(("source", "number"), ENDS.values(), ids=ENDS)
def test_the_next_start_names_the_plugin_that_ended_python(site, tmp_path, source, number):
    site("deadlies", "[styleforge]\ndeadly = deadly_one\n", source, module="deadly_one")
    first = start(tmp_path, STYLEFORGE_TRACE="1")
    if number:
        until = time.monotonic() + 60
        while time.monotonic() < until and not list(config_folder().glob("loading-*")):
            time.sleep(0.05)
        time.sleep(1.0)
        assert first.poll() is None
        first.send_signal(number)
    said = first.communicate(timeout=60)[1]
    assert "deadly_one" in said.rpartition("begins")[0]  # before it ended
    (tmp_path / "site" / "deadly_one.py").write_text("1 / 0")
    again = start(tmp_path)
    said = again.communicate(timeout=60)[1]
    assert again.returncode == 0
    assert "ended while the plugin 'deadly' of deadlies was being loaded" in said
    assert "--disable" in said
    assert "ended while" not in start(tmp_path).communicate(timeout=60)[1]


def test_a_running_start_is_no_ended_one():
    with marker.marked() as running:
        running.loading("plugin 'lips' of lips")
        assert marker.left_behind() == ()
    assert not list(config_folder().glob("loading-*"))


def test_a_marker_is_only_read(monkeypatch):
    config_folder().mkdir(parents=True)
    monkeypatch.setattr(marker, "runs", lambda process: False)
    (config_folder() / "loading-12-ab").write_bytes(b"\x1b[31m\xff" + 9_000_000 * b"x")
    (said,) = marker.left_behind()
    assert len(said) < 3000
    assert "\x1b" not in said


def test_the_settings_need_not_be_writable(monkeypatch, install):
    install(good=DOMAIN.format(name="good", more=""))
    monkeypatch.setenv("STYLEFORGE_HOME", "/dev/null/none")
    assert infos(Forge())["good"].status == "loaded"


def test_an_interrupt_says_what_was_being_loaded(install):
    install(slow="raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt) as caught:
        Forge()
    assert "plugin 'slow'" in caught.value.__notes__[0]


def test_the_list_of_plugins_survives_all_of_it(site, tmp_path):
    site("somebody", DAMAGED["not text"])
    site("left", "[styleforge]\nleft = left_one\n", folder_name="~eft-1.0.dist-info")
    env = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, [tmp_path / "site", *sys.path]))}
    command = [sys.executable, "-m", "styleforge.cli", "plugins", "--json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    assert "somebody" in done.stderr
    assert "~eft" in done.stderr
