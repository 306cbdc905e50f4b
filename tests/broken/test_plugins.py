"""Broken plugins of every kind: the program goes on, names the plugin and says what to do."""

from __future__ import annotations

import pytest

from styleforge.errors import PluginError, UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl

HEAD = """
from dataclasses import dataclass
from styleforge.recipe.domain import Domain
from styleforge.hookspecs import hookimpl
"""

GOOD = (
    HEAD
    + """
@hookimpl
def register_domains(register):
    register(Domain(name="good", title="", help="", region="thing", keep=()))
"""
)


def hook(body: str, name: str = "register_domains", arguments: str = "register") -> str:
    return f"{HEAD}\n@hookimpl\ndef {name}({arguments}):\n    {body}\n"


KINDS = {
    "import error": ("import no_such_module_anywhere", "No module named 'no_such_module"),
    "error at import": ("1 / 0", r"ZeroDivisionError: .* \(fake_.*\.py, line 1\)"),
    "syntax error": ("def broken(:", r"SyntaxError: .*line 1"),
    "exit at import": ("import sys; sys.exit('bye')", "SystemExit: bye"),
    "odd exception at import": ("class Odd(BaseException): ...\nraise Odd", r"Odd \(fake_"),
    "wrong hook argument": (
        hook("pass", arguments="registry"),
        "register_domains of plugin 'bad' takes registry; it may take register",
    ),
    "unknown hook": (
        hook("pass", name="register_domain"),
        "unknown hook 'register_domain'. Did you mean 'register_domains'",
    ),
    "hook that raises": (hook("raise OSError('disk')"), r"OSError: disk \(fake_.*, line \d"),
    "hook that exits": (hook("raise SystemExit(3)"), "SystemExit: 3"),
    "hook that returns": (hook("return [1]"), "returned a list, .* call `register` with each"),
    "hook that yields": (hook("yield 1"), "returned a generator"),
    "hook that wraps": (
        hook("return (yield)").replace("@hookimpl", "@hookimpl(wrapper=True)"),
        "register_domains of plugin 'bad' is a wrapper",
    ),
    "nonsense registered": (hook("register('hats')"), "'bad' registered a str as a domain"),
    "register misused": (hook("register()"), "TypeError: .*missing 1 required"),
    "unmarked hook": (
        "def register_domains(register): pass",
        "'bad' defines register_domains without marking it as a hook; write @hookimpl",
    ),
    "no hooks": ("x = 1", "'bad' has no hooks, so it adds nothing"),
    "name clash": (
        hook("register(Domain(name='good', title='', help='', region='r', keep=()))"),
        "Two plugins claim the domain 'good': 'first' of .* and 'bad' of",
    ),
    "newer interface": ("styleforge_api = 99", "needs plugin interface 99, .* Update styleforge"),
    "nonsense interface": ("styleforge_api = 'two'", "styleforge_api = 'two'; a whole number"),
    "no number": ("styleforge_api = True", "styleforge_api = True; a whole number"),
}


@pytest.mark.parametrize(("source", "said"), KINDS.values(), ids=KINDS)
def test_the_program_goes_on_and_names_the_plugin(install, cli_like, source, said):
    install(first=GOOD, bad=source)
    made = Forge()
    infos = {info.name: info for info in made.plugins}
    assert (infos["first"].status, infos["bad"].status) == ("loaded", "broken")
    assert "good" in made.domains
    cli_like(infos["bad"].reason, said)
    assert "`styleforge plugins --disable bad` switches it off" in infos["bad"].fix


@pytest.fixture
def cli_like():
    """A reason fits on the command line: one line, no traceback, these words."""
    import re

    def check(reason: str, said: str) -> None:
        assert "\n" not in reason
        assert "Traceback" not in reason
        assert re.search(said, reason), reason

    return check


def test_an_interrupt_is_the_user_and_no_fault(install):
    install(bad="raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        Forge()


def test_strict_raises_what_the_plugin_raised(install):
    install(bad="1 / 0")
    with pytest.raises(ZeroDivisionError):
        Forge(strict=True)


def test_two_plugins_that_replace_one_thing(install):
    replaced = GOOD.replace("keep=())", "keep=()), replace=True")
    install(first=GOOD, second=replaced, third=replaced)
    infos = {info.name: info for info in Forge().plugins}
    assert infos["second"].status == "loaded"
    assert "Two plugins replace the domain 'good': 'second'" in infos["third"].reason


def test_replacing_what_nobody_registered_is_noted(install):
    install(
        first=GOOD,
        second=hook(
            "register(Domain(name='goood', title='', help='', region='', keep=()), replace=True)"
        ),
    )
    assert any(
        "'goood', which no plugin registered. Did you mean 'good'" in n for n in Forge().notes
    )


def test_a_class_instead_of_an_object(forge):
    class Plugin:
        @hookimpl
        def register_domains(self, register):
            pass

    with pytest.raises(PluginError, match="is the class Plugin; an instance or a module"):
        forge.use(Plugin)


def test_use_says_where_a_hook_failed(forge):
    class Plugin:
        @hookimpl
        def register_losses(self, register):
            raise KeyError("glow")

    with pytest.raises(PluginError, match=r"'mine' cannot be used: KeyError: 'glow' \(test_"):
        forge.use(Plugin(), "mine")


class Around:
    """A plugin whose hooks around a run do what they are told."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    @hookimpl
    def before_run(self, recipe):
        raise self.error

    @hookimpl
    def after_run(self, result):
        raise self.error


@pytest.mark.parametrize("error", [ValueError("oops"), UserError("oops"), SystemExit("oops")])
def test_hooks_around_a_run_may_fail(forge, error):
    forge.use(Around(error), "clumsy")
    recipe = forge.recipe("toy")
    for notes in (forge.before_run(recipe), forge.after_run(recipe, None)):
        (note,) = notes
        assert "Plugin 'clumsy'" in note
        assert "oops" in note
        assert "The run goes on without it" in note


def test_run_hooks_are_called_first_to_last(forge):
    called: list[str] = []

    def plugin(name, **options):
        class Plugin:
            @hookimpl(**options)
            def before_run(self):
                called.append(name)

        return Plugin()

    forge.use(plugin("last", trylast=True), "last")
    forge.use(plugin("middle"), "middle")
    forge.use(plugin("first", tryfirst=True), "first")
    forge.before_run(forge.recipe("toy"))
    assert called == ["first", "middle", "last"]
