"""`styleforge evaluate`: a table, a report, going on, Ctrl-C."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from styleforge.cli.comparing import Comparing
from styleforge.evaluate.running import Done
from styleforge.plugins import discovery

WORLD = EntryPoint("toy-world", "toy_world", "styleforge")
TOY = EntryPoint("toy", "styleforge.testing.toy", "styleforge")


@pytest.fixture
def evaluate(cli, tmp_path, monkeypatch):
    """Compare methods of the toy on its world, to ``tmp_path``/out."""
    monkeypatch.setattr(discovery, "installed_entry_points", lambda: (TOY, WORLD))
    monkeypatch.setattr("styleforge.measure.sets.find_spec", lambda name: None)  # slow to import

    def run(methods, *words):
        return cli(
            "evaluate", "world", "--domain", "toy", "--pack", "toy-world", "--methods", methods,
            "--triples", 2, "-o", tmp_path / "out", *words,
        )  # fmt: skip

    return run


def test_a_comparison_prints_a_table_and_says_where_the_report_is(evaluate, tmp_path):
    code, out, err = evaluate("toy-mapper,toy-look", "--steps", "toy-look=2")
    assert code == 0
    head, count, *_ = out.splitlines()
    assert head.split() == ["toy-mapper", "toy-look"]
    assert count.split() == ["n", "2", "2"]
    assert f"{tmp_path}/out/report.md" in out
    assert "4 of 4: toy-look on difficult-0 done" in err
    text = (tmp_path / "out/report.md").read_text()
    assert "* toy-look: 2 steps" in text
    assert "## Against toy-mapper" in text
    assert "too few to say" in text


def test_ctrl_c_writes_the_report_of_what_is_there(evaluate, tmp_path, monkeypatch):
    show = Comparing.show

    def interrupted(self, event):
        show(self, event)
        if isinstance(event, Done):
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Comparing, "show", interrupted)
        code, out, err = evaluate("toy-mapper")
    assert code == 0
    assert "Stopped. What is done is kept" in err
    assert out.splitlines()[1].split() == ["n", "1"]
    code, out, err = evaluate("toy-mapper")
    assert out.splitlines()[1].split() == ["n", "2"]
    assert "1 of 1: toy-mapper on difficult-0 done" in err


def test_what_is_not_understood_is_refused(evaluate, refused):
    refused(evaluate("toy-mapper", "--steps", "many"), "--steps many is not understood")
    refused(evaluate("toy-mapper", "--steps", "2", "--steps", "3"), "given twice for all methods")
    refused(evaluate(","), "Say which methods are compared")
    refused(evaluate("toy-mapper", "--executor", "nowhere"), "nowhere")


def test_a_report_tells_no_folder_of_this_machine(evaluate, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["styleforge", "evaluate", "world", "-o", f"{tmp_path}/mine"])
    evaluate("toy-mapper")
    text = (tmp_path / "out/report.md").read_text()
    assert "`styleforge evaluate world -o mine`" in text
    assert str(tmp_path) not in text
