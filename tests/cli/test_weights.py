"""``styleforge weights``: the list, and what is done by name."""

from __future__ import annotations

import published_generators as published
import pytest
import torch

from styleforge.cli import main
from styleforge.weights.kept import find

PLUGIN = """
from styleforge import WeightFile, hookimpl

@hookimpl
def register_weights(register):
    register(WeightFile(
        name="people", file="people.pt", gives="people of 16 px", layout="stylegan2",
        licence="non-commercial", page="https://example.org/people", size=2_000_000,
        expects={"size": 16},
    ))
"""


@pytest.fixture
def run(install, capsys):
    install(people=PLUGIN)

    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["weights", *words])
        said = capsys.readouterr()
        return left.value.code or 0, said.out, said.err

    return call


@pytest.fixture
def checkpoint(tmp_path):
    state = published.rosinality_state()
    return published.write_rosinality(tmp_path / "people.pt", state, latent_avg=torch.ones(8))


def test_the_list_says_what_there_is_and_what_to_do(run, checkpoint):
    code, out, _ = run()
    assert code == 0
    assert "people: people of 16 px. Not there." in out
    assert "file     people.pt, 2 MB" in out
    assert "licence  non-commercial" in out
    assert (
        "do       Get people.pt from https://example.org/people, then `styleforge weights add"
        in out
    )
    assert "vgg16: perceptual features. Not there." in out
    assert "`styleforge weights fetch vgg16`" in out
    run("add", "people", str(checkpoint))
    run("add", "my-cats", str(checkpoint))
    _, out, _ = run("list")
    assert "people: people of 16 px. There, from people.pt." in out
    assert "my-cats: your own, stylegan2. There, from people.pt." in out
    _, out, _ = run("list", "people")
    assert "vgg16" not in out


def test_add_check_and_forget(run, checkpoint):
    code, out, _ = run("add", "people", str(checkpoint))
    assert (code, "people.pt is kept as people (size 16, width 8" in out) == (0, True)
    assert find("people") is not None
    code, out, _ = run("check")
    assert (code, out.startswith("people: works (")) == (0, True)
    find("people").files[0].write_bytes(b"")
    code, out, _ = run("check", "people")
    assert (code, "damaged or gone" in out) == (1, True)
    code, out, _ = run("forget", "people")
    assert (code, "people is forgotten" in out, find("people")) == (0, True, None)
    code, out, _ = run("check")
    assert (code, "Nothing was added yet" in out) == (0, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add",), "needs a name"),
        (("add", "people"), "takes a file"),
        (("check", "people", "a.pt"), "no other action takes one"),
        (("check", "people"), "people is not there. Get people.pt"),
        (("check", "unheard-of"), "There is no weight file 'unheard-of'"),
        (("fetch", "unheard-of"), "There is no weight file 'unheard-of'"),
        (("fetch", "people"), "cannot be fetched by a program"),
        (("fetch", "vgg16"), "fetch vgg16 --agree"),
        (("forget", "people"), "No weights are kept as 'people'"),
        (("add", "people", "gone.pt"), "gone.pt is not there"),
        (("add", "mine", "gone.pt", "--layout", "runes"), "no layout 'runes'"),
        (("add", "people", "gone.pt", "--layout", "vgg16"), "has its own layout"),
        (("send", "people"), "'send' is none of"),
    ],
)
def test_what_is_said_of_a_mistake(run, words, said):
    code, out, err = run(*words)
    assert code == 2
    assert said in err
    if words == ("fetch", "vgg16"):  # the licence was shown
        assert "BSD-3-Clause" in out


def test_weights_of_a_package_are_there(run):
    pytest.importorskip("lpips", reason="the extra [lpips] is not installed")
    assert "There, in the package lpips." in run("list", "lpips")[1]
