"""Settings of plugins: where they come from, what goes before what, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from styleforge.errors import PluginError, UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.plugins import discovery
from styleforge.plugins.config import config_folder

SHINY = """
from dataclasses import dataclass
from pathlib import Path
from styleforge.recipe.domain import Domain
from styleforge.hookspecs import hookimpl

@dataclass(frozen=True)
class Settings:
    strength: float = 1.0
    steps: int = 10
    live: bool = False
    words: tuple[str, ...] = ("shine",)
    folder: Path = Path("here")

    def __post_init__(self):
        if self.steps < 1:
            raise ValueError("there must be a step")

@hookimpl
def register_settings(register):
    register(Settings)

@hookimpl
def register_domains(register):
    help = f"{register.settings.steps} steps"
    register(Domain(name="shiny", title="", help=help, region="thing", keep=()))
"""


@pytest.fixture
def shiny(install, tmp_path, monkeypatch):
    """The plugin ``my-shiny`` is installed; in an empty folder."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    install(**{"my-shiny": SHINY})


def toml(text: str, folder: Path | None = None) -> Path:
    path = (folder or Path.cwd()) / "styleforge.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def reason(**asked) -> str:
    """Why the plugin is broken; it alone is."""
    made = Forge(**asked)
    assert "pixels" in made.losses
    info = made.plugins[-1]
    assert info.status == "broken", info
    assert "shiny" not in made.domains
    with pytest.raises(UserError, match="no settings of a plugin 'my-shiny'"):
        made.settings("my-shiny")
    return info.reason


@pytest.mark.usefixtures("shiny")
def test_defaults_and_what_hooks_see():
    made = Forge()
    assert made.settings("my-shiny").steps == 10
    assert made.domains["shiny"].help == "10 steps"
    assert "setting steps" in made.plugins[-1].adds


@pytest.mark.usefixtures("shiny")
def test_code_goes_before_environment_before_files(monkeypatch):
    toml("[plugins.my-shiny]\nsteps = 1\nstrength = 0.1\nlive = true", config_folder())
    assert Forge().settings("my-shiny").strength == 0.1
    toml('[plugins.my-shiny]\nsteps = 2\nstrength = 2\nwords = ["a", "b"]\nfolder = "there"')
    found = Forge().settings("my-shiny")
    assert (found.steps, found.strength, found.live) == (2, 2.0, True)
    assert found.words == ("a", "b")
    assert found.folder == Path("there")
    monkeypatch.setenv("STYLEFORGE_MY_SHINY__STEPS", "3")
    monkeypatch.setenv("STYLEFORGE_MY_SHINY__LIVE", "no")
    monkeypatch.setenv("STYLEFORGE_MY_SHINY__WORDS", '["c"]')
    found = Forge().settings("my-shiny")
    assert (found.steps, found.strength, found.live, found.words) == (3, 2.0, False, ("c",))
    made = Forge(settings={"my-shiny": {"steps": 4, "folder": Path("code")}})
    assert made.settings("my-shiny").steps == 4
    assert made.settings("my-shiny").folder == Path("code")
    assert made.domains["shiny"].help == "4 steps"


@pytest.mark.usefixtures("shiny")
def test_a_file_with_an_unknown_key_or_a_wrong_type():
    path = toml("[plugins.my-shiny]\nstrenght = 2")
    said = reason()
    assert f"{path} [plugins.my-shiny] sets 'strenght'" in said
    assert "strength, steps, live, words, folder. Did you mean 'strength'?" in said
    toml('[plugins.my-shiny]\nsteps = "3"')
    assert "sets 'steps' of plugin 'my-shiny' to '3': input should be a valid integer" in reason()
    assert "leave it out for the default (10)" in reason()
    toml("[plugins.my-shiny]\nwords = [1]")
    assert "at 0, input should be a valid string" in reason()
    toml("[plugins.my-shiny]\nsteps = 0")
    assert f"({path} [plugins.my-shiny]) are refused: there must be a step." in reason()
    toml("[plugins]\nmy-shiny = 3")
    assert "[plugins.my-shiny] is 3; a table of settings is expected" in reason()


@pytest.mark.usefixtures("shiny")
def test_the_environment_with_an_unknown_key_or_a_wrong_type(monkeypatch):
    monkeypatch.setenv("STYLEFORGE_MY_SHINY__STEPS", "many")
    assert "STYLEFORGE_MY_SHINY__STEPS sets 'steps' of plugin 'my-shiny' to 'many'" in reason()
    monkeypatch.delenv("STYLEFORGE_MY_SHINY__STEPS")
    monkeypatch.setenv("STYLEFORGE_MY_SHINY__STEP", "1")
    assert "STYLEFORGE_MY_SHINY__STEP sets 'STEP'" in reason()
    assert "Did you mean 'STEPS'?" in reason()


@pytest.mark.usefixtures("shiny")
def test_code_with_an_unknown_key_or_a_wrong_type():
    assert "Forge(settings=...) for 'my-shiny' sets 'x'" in reason(settings={"my-shiny": {"x": 1}})
    assert "valid boolean" in reason(settings={"my-shiny": {"live": "yes"}})
    assert "to <object" in reason(settings={"my-shiny": {"steps": object()}})


def test_a_plugin_without_settings_is_given_one(install, monkeypatch):
    install(
        plain=SHINY.replace("def register_settings", "def unused")
        .replace("@hookimpl\ndef unused", "def unused")
        .replace("register.settings.steps", "register.settings")
    )
    assert Forge().domains["shiny"].help == "None steps"
    monkeypatch.setenv("STYLEFORGE_PLAIN__X", "1")
    assert "but plugin 'plain' has no settings" in Forge().plugins[-1].reason


@pytest.mark.usefixtures("shiny")
def test_settings_of_nobody_are_noted(monkeypatch):
    path = toml("[plugins.my-shinny]\nsteps = 1\n[plugin.x]\ny = 1")
    monkeypatch.setenv("STYLEFORGE_MINE__X", "1")
    notes = Forge(settings={"other": {}}).notes
    assert any(f"{path} has [plugins.my-shinny]" in n and "mean 'my-shiny'" in n for n in notes)
    assert any("STYLEFORGE_MINE__X is set, but no plugin 'mine' is installed" in n for n in notes)
    assert any("Forge(settings=...) names 'other'" in n for n in notes)
    assert any("has 'plugin', which styleforge does not know" in n for n in notes)
    assert len(notes) == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[plugins", r"cannot be read: .*\. Correct it, or move it away"),
        ("plugins = 3", r"sets plugins to 3; a table \[plugins\]"),
        ('[plugins]\ndisable = "hats"', r"sets disable to 'hats'; a list such as"),
    ],
)
@pytest.mark.usefixtures("shiny")
def test_a_file_that_cannot_be_read_is_refused(text, said):
    path = toml(text)
    with pytest.raises(UserError, match=said) as caught:
        Forge()
    assert str(path) in str(caught.value)


class Changeable:
    steps: int = 3


def test_classes_that_are_no_settings(forge):
    from dataclasses import dataclass

    @dataclass
    class Thawed:
        steps: int = 3

    @dataclass(frozen=True)
    class Bare:
        steps: int

    for wrong, said in (
        (Changeable, "a frozen dataclass is expected"),
        (Bare(3), "the class, not an instance"),
        (Thawed, "can be changed; declare it with @dataclass"),
        (Bare, "has no default for steps"),
    ):

        class Plugin:
            @hookimpl
            def register_settings(self, register, wrong=wrong):
                register(wrong)

        with pytest.raises(PluginError, match=said):
            forge.use(Plugin(), "wrong")


# --- which plugins are loaded -----------------------------------------------------------------
def status(made: Forge) -> dict[str, str]:
    return {info.name: info.status for info in made.plugins if not info.builtin}


def test_an_allow_list(install, monkeypatch):
    source = SHINY.replace('name="shiny"', 'name="other"')
    install(one="raise SystemError('imported')", two=source)
    monkeypatch.setenv("STYLEFORGE_PLUGINS", "two, three")
    made = Forge()
    assert status(made) == {"one": "disabled", "two": "loaded"}
    assert made.plugins[1].reason == "STYLEFORGE_PLUGINS does not name it."
    assert made.notes == ("STYLEFORGE_PLUGINS names 'three', which is not installed.",)
    monkeypatch.setenv("STYLEFORGE_PLUGINS", "")
    assert status(Forge()) == {"one": "disabled", "two": "disabled"}
    assert status(Forge(plugins="two")) == {"two": "loaded"}  # code says so itself


@pytest.mark.usefixtures("shiny")
def test_a_file_may_disable():
    path = toml('[plugins]\ndisable = ["my-shiny"]')
    assert status(Forge()) == {"my-shiny": "disabled"}
    assert Forge().plugins[-1].reason == f"{path} disabled it."
    discovery.set_disabled("my-shiny", disabled=True)
    toml("")
    assert "`styleforge plugins --enable my-shiny`" in Forge().plugins[-1].fix


# --- trace ------------------------------------------------------------------------------------
def test_a_trace_shows_imports_and_calls(install, monkeypatch, capsys):
    install(bad="1 / 0", shiny=SHINY)
    Forge()
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("STYLEFORGE_TRACE", "1")
    made = Forge()
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "raised ZeroDivisionError" in said
    lines = [line.split() for line in said.splitlines() if line.startswith("trace")]
    assert ["shiny", "register_domains()", "->", "shiny"] in [line[3:] for line in lines]
    assert all(float(line[1]) >= 0 for line in lines)

    class Logger:
        @hookimpl
        def after_run(self, recipe, result):
            raise OSError("disk full")

    made.use(Logger(), "logger")
    made.after_run("a recipe", "x" * 1000)
    said = capsys.readouterr().err
    assert "logger         after_run(recipe='a recipe', result='xxx" in said
    assert "-> raised OSError: disk full" in said
    assert max(map(len, said.splitlines())) < 200
