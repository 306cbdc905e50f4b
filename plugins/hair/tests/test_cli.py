"""Pictures without hair on the command line: one sentence, and exit code 2."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import styleforge_hair.domain

from styleforge.cli import main
from styleforge.forge import Forge

BALD = "gallery:malik"
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def styleforge(
    forge: Forge,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Run a command with hair and portraits, to out.png; gives its exit code and what it said."""
    monkeypatch.setattr("styleforge.forge.Forge", lambda **_: forge)
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main([*words, "-o", "out.png"])
        return int(left.value.code or 0), capsys.readouterr().err

    return run


@pytest.mark.parametrize("option", ["--shape", "--appearance", "--finer-style"])
@pytest.mark.parametrize("command", ["transfer", "edit"])
def test_no_hair_in_a_reference(
    styleforge: Command, command: str, option: str, tmp_path: Path
) -> None:
    if (command, option) == ("edit", "--finer-style"):
        pytest.skip("no mapper changes it")
    code, said = styleforge(command, "hair", "--identity", "gallery:mira", option, BALD)
    assert code == 2
    assert said.startswith(f"styleforge: No hair was found in {BALD} (")
    assert said.endswith("the hair can be seen, or paint it: white in a mask.\n")
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["transfer", "edit"])
def test_no_hair_to_recolour(styleforge: Command, command: str, tmp_path: Path) -> None:
    """The identity's own hair is to take a colour on, and there is none."""
    code, said = styleforge(command, "hair", "--identity", BALD, "--appearance", "gallery:otto")
    assert code == 2
    assert f"No hair was found in {BALD}" in said
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_packs_say_what_they_lack_for_every_preset(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["packs"])
    out = capsys.readouterr().out
    assert not left.value.code
    listed = {line.split()[0] for line in out.splitlines() if line.startswith("    ")}
    assert listed >= {preset.name for preset in styleforge_hair.domain.PRESETS}
