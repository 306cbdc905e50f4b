"""The examples of the API's page run: curl, Python, JavaScript."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "server.md"
IN_TOYS = {
    '"hair"': '"toy"', "'hair'": "'toy'", "gallery:mira": "gallery:ann",
    "gallery:noor": "gallery:bob", "long wavy hair": "tall", "loho-fast": "toy-loho",
}  # fmt: skip


def examples(language):
    """The page's examples of a language, for a server of toys."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found
    for word, toy in IN_TOYS.items():
        found = [one.replace(word, toy) for one in found]
    return found


def test_curl(serve, tmp_path):
    if shutil.which("curl") is None:
        pytest.skip("There is no curl here.")
    (script,) = examples("bash")
    said = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path, env={"SERVER": serve().url, "PATH": "/usr/bin:/bin:/usr/local/bin"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "event: state" in said.stdout
    assert (tmp_path / "mira.png").read_bytes().startswith(b"\x89PNG")
    assert said.stdout.rpartition('"state":"')[2].startswith("queued")


def test_python(serve, toys, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("styleforge.api.edit_transfer.default_forge", lambda: toys)
    url = serve().url
    by_hand, as_executor = (one.replace("http://127.0.0.1:8788", url) for one in examples("python"))
    exec(by_hand, {})
    # A fast run is told in part, so which steps are told is the machine's affair.
    assert re.search(r"^(Stage|Step|Composing) .*\d$", capsys.readouterr().out, re.MULTILINE)
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    made: dict = {}
    exec(as_executor, made)
    assert made["result"].status == "done"


def test_javascript(serve, tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("There is no Node here; the page's own script is tested in a browser.")
    (script,) = examples("javascript")
    script = script.replace("http://127.0.0.1:8788", serve().url) + "console.log(told, bytes);"
    (tmp_path / "example.mjs").write_text(script)
    said = subprocess.run(
        [node, "example.mjs"], cwd=tmp_path, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert '"state": "done"' in said.stdout
    assert int(said.stdout.split()[-1]) > 100
