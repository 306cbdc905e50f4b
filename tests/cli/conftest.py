"""What the tests of the command line share: pictures, and commands run beside them."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from styleforge.cli import main
from styleforge.plugins import discovery

TOY = EntryPoint("toy", "styleforge.testing.toy", "styleforge")
BROKEN = EntryPoint("broken", "no_such_module_anywhere", "styleforge")


@pytest.fixture
def cli(monkeypatch, capsys, pictures):
    """Run a command beside the pictures; gives exit code, output and errors."""
    points = (TOY, BROKEN)
    monkeypatch.setattr(discovery, "installed_entry_points", lambda: points)
    monkeypatch.chdir(pictures)

    def run(*arguments: object):
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in arguments])
        said = capsys.readouterr()
        return left.value.code or 0, said.out, said.err

    return run


@pytest.fixture
def transfer(cli, tmp_path):
    """`styleforge transfer toy` with an identity, to out.png."""

    def run(*arguments: object):
        return cli(
            "transfer", "toy", "--identity", "identity.png", "-o", tmp_path / "out.png", *arguments
        )

    return run


@pytest.fixture
def refused():
    """Assert that a command ended with one sentence that holds these words."""

    def check(answer, *words: str) -> None:
        code, _, err = answer
        assert code == 2, err
        assert "Traceback" not in err
        for word in words:
            assert word in err

    return check
