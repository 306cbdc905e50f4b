"""What a newcomer reads: help without Python's types, examples that can be typed, suggestions."""

from __future__ import annotations

import shlex

import pytest
from typer.main import get_command

from styleforge.cli.app import make_app
from styleforge.cli.examples import EXAMPLES, examples_of
from styleforge.cli.options import attribute_values
from styleforge.forge import Forge

COMMANDS = get_command(make_app()).commands


def test_a_command_is_said_in_one_line_that_is_not_cut(cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    listed = cli("--help")[1].partition("Commands:")[2].strip().splitlines()
    assert len(listed) == len(COMMANDS)
    assert not [line for line in listed if line.rstrip().endswith("...")]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_values_as_people_do(cli, name):
    said = cli(name, "--help")[1]
    assert "<" not in said
    assert "list[" not in said
    assert EXAMPLES[name][0] in said


@pytest.mark.parametrize(
    "line", [line for name in EXAMPLES for line in examples_of(name, "hair", "--shape")]
)
def test_examples_are_understood(line):
    _, name, *words = shlex.split(line)
    with COMMANDS[name].make_context(name, words) as ctx:
        given = ctx.params
    if name in {"transfer", "edit"}:
        domain = given["domain"]
        assert attribute_values(ctx.args, Forge().attributes_of(domain), domain, name)


def test_help_of_a_domain_lists_its_attributes(cli):
    assert "Attributes:\n  --shape" in cli("transfer", "toy", "--help")[1]
    assert (
        "styleforge transfer toy --identity me.png --shape other.png"
        in cli("transfer", "toy", "--help")[1]
    )
    assert "Attributes:\n  --shape" in cli("batch", "--domain", "toy", "--help")[1]
    assert "Attributes:" not in cli("transfer", "--help")[1]
    code, said, _ = cli("transfer", "tox", "--help")
    assert code == 0
    assert "Attributes:" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("transfre", "no command 'transfre'. Did you mean transfer?"),
        ("--verison", "no option --verison. Did you mean --version?"),
        ("demo --preest x", "`styleforge demo` has no option --preest. Did you mean --preset?"),
        ("transfer", "needs DOMAIN (what is styled; `styleforge presets` lists). For example: `"),
        ("batch", "needs --out FOLDER (the folder of the results). For example: `"),
        ("transfer toy --identty x", "--identty is not an option."),
        ("transfer toy --identty x", "Did you mean --identity?"),
        ("batch --out out", "--identities FOLDER; there was none"),
        ("batch none.csv --out out", "There is no file none.csv."),
        ("serve --port x", "--port is not understood: a whole number was expected."),
        ("transfer toy --seed -3", "--seed is not understood: 0 or more was expected."),
        ("weights lst", "'lst' is none of 'list', 'add', 'fetch', 'check', 'forget'. Did you mean"),
        ("plugins x", "`styleforge plugins` does not know what to do with x."),
        ("edit toy --identity identity.png --out o.png", "give one or more of --shape"),
    ],
)
def test_a_slip_is_answered_with_a_sentence(cli, refused, words, said):
    refused(cli(*shlex.split(words)), said)
