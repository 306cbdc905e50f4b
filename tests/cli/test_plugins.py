"""`styleforge plugins`: what is there, what is broken and why, and switching it off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from styleforge.plugins import discovery


def facts(cli, *arguments: str) -> dict[str, dict[str, object]]:
    return {item["name"]: item for item in json.loads(cli("plugins", "--json", *arguments)[1])}


def test_the_list(cli):
    code, out, _ = cli("plugins")
    assert code == 0
    lines = out.splitlines()
    assert any(line.split()[:2] == ["toy", "loaded"] for line in lines)
    assert any(line.split() == ["attributes", "toy.shape,", "toy.appearance,", "toy.finer_style"]
               for line in lines)  # fmt: skip
    assert any(line.split()[:2] == ["broken", "broken"] for line in lines)
    assert any(line.split()[:2] == ["why", "ModuleNotFoundError:"] for line in lines)
    assert any(line.split()[0] == "do" and "--disable" in out for line in lines)
    assert "core" not in out
    assert max(map(len, lines)) <= 100


def test_core_is_listed_when_all_is(cli):
    assert "core" not in facts(cli)
    assert facts(cli, "--all")["core"]["builtin"] is True
    assert "loss" in cli("plugins", "--all")[1]


def test_as_json(cli):
    found = facts(cli)
    assert found["toy"]["status"] == "loaded"
    assert "domain toy" in found["toy"]["adds"]
    assert found["broken"]["status"] == "broken"
    assert "ModuleNotFoundError" in found["broken"]["reason"]
    assert "--disable broken" in found["broken"]["fix"]
    assert set(found["toy"]) == {
        "name", "distribution", "version", "status", "adds", "reason", "fix", "builtin",
    }  # fmt: skip


def test_notes_do_not_spoil_the_json(cli, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_PLUGINS", "toy,nobody")
    code, out, err = cli("plugins", "--json")
    assert code == 0
    assert {item["name"]: item["status"] for item in json.loads(out)}["broken"] == "disabled"
    assert "Note: STYLEFORGE_PLUGINS names 'nobody'" in err


def test_no_plugins(cli, monkeypatch):
    monkeypatch.setattr(discovery, "installed_entry_points", tuple)
    assert "No plugin is installed" in cli("plugins")[1]


def test_disabling(cli, refused, monkeypatch):
    assert "broken is disabled" in cli("plugins", "--disable", "broken")[1]
    assert facts(cli)["broken"]["status"] == "disabled"
    assert "--enable broken" in cli("plugins")[1]
    assert cli("plugins", "--enable", "broken")[0] == 0
    assert facts(cli)["broken"]["status"] == "broken"
    refused(cli("plugins", "--disable", "nope"), "No plugin 'nope'", "broken, toy")
    monkeypatch.setenv("STYLEFORGE_DISABLE", "broken")
    assert "stays disabled while STYLEFORGE_DISABLE" in cli("plugins", "--enable", "broken")[1]


def test_a_file_that_cannot_be_read_does_not_keep_plugins_from_being_disabled(cli, refused):
    path = Path(os.environ["STYLEFORGE_HOME"]) / "styleforge.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[plugins")
    refused(cli("plugins"), str(path), "cannot be read")
    assert cli("plugins", "--disable", "broken")[0] == 0
    assert cli("plugins", "--enable", "broken")[0] == 0


def test_a_plugin_that_ends_python_is_disabled_without_being_imported(tmp_path):
    """In a process of its own: nothing can be caught of a module that kills it."""
    (tmp_path / "deadly.py").write_text("import os; os._exit(77)")
    info = tmp_path / "deadly-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: deadly\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[styleforge]\ndeadly = deadly\n")
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]),
        "STYLEFORGE_HOME": str(tmp_path / "home"),
        "STYLEFORGE_DISABLE": "hair,clothing,portraits,ffhq",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "styleforge.cli", "plugins", *arguments]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    assert run().returncode == 77
    assert run("--disable", "deadly").returncode == 0
    listed = run("--json")
    assert listed.returncode == 0, listed.stderr
    assert {item["name"]: item["status"] for item in json.loads(listed.stdout)}[
        "deadly"
    ] == "disabled"


def test_runs_say_what_is_broken_and_what_has_no_effect(transfer, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_NOBODY__X", "1")
    code, _, err = transfer("--shape", "shape.png", "--steps", "2")
    assert code == 0, err
    assert "The plugin 'broken' of unknown is left out: ModuleNotFoundError" in err
    assert ") `" not in err  # two sentences
    assert "`styleforge plugins --disable broken` switches it off" in err
    assert "STYLEFORGE_NOBODY__X is set, but no plugin 'nobody' is installed" in err


def test_a_trace_shows_the_traceback_of_a_refusal(cli, monkeypatch):
    assert "Traceback" not in cli("presets", "nope")[2]
    monkeypatch.setenv("STYLEFORGE_TRACE", "1")
    assert "Traceback" in cli("presets", "nope")[2]
