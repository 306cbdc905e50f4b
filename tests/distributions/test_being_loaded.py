"""Which plugin is being loaded: it is named where the program ends before it is ready."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from distributed import DOMAIN, infos

from styleforge.forge import Forge
from styleforge.plugins import marker
from styleforge.plugins.config import config_folder

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
