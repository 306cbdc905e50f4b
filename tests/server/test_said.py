"""Sentences that go out: of the page and the API, not of a command line."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

import styleforge
from styleforge.errors import SeveralSubjects
from styleforge.prepare import ways
from styleforge.recipe.recipe import Recipe
from styleforge.run.events import Note
from styleforge.server.said import Wording, names_of

LAYERS = ("recipe", "methods", "pack", "prepare", "mapper", "compose", "run")
# Whose sentences no visitor of a server meets: --compare of `styleforge tuples`, --pack of
# `styleforge train` (a preset without its network is not offered), --threads of one who runs it.
OTHERS = {"selection.py", "edit.py", "threads.py"}


def sentences():
    """What the layers say of the command line."""
    root = Path(styleforge.__file__).parent
    for layer in LAYERS:
        for file in sorted((root / layer).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    text = node.value
                    if "--" in text and "\n" not in text and "---" not in text:
                        yield file.name, text


def test_every_way_of_the_command_line_has_one_of_the_server():
    say = Wording(Path("/data/a"), {})
    found = [(name, text) for name, text in sentences() if name not in OTHERS]
    assert len(found) >= 4
    for name, text in found:
        whole = f"The packs a can do it. To change that, {text}." if name == "choice.py" else text
        whole = " --threads 2, in Python torch.set_num_threads(2), has them alike." if (
            name == "recorded.py") else whole  # fmt: skip
        assert "--" not in say(whole), f"{name}: {text}"
    assert "pip" not in say(ways.PHONES)


def test_a_command_line_elsewhere_keeps_its_own():
    assert Wording(Path("/data/a"), None)(ways.SUBJECT) == ways.SUBJECT


def test_pictures_are_called_what_they_are_for():
    names = names_of({"identity": "upload:me", "finer_style": "upload:b"}, {"identity": "upload:m"})
    say = Wording(Path("/d/a"), names)
    assert say("/d/a/uploads/me.png was aligned.") == "Your photo was aligned."
    assert say("It is not b.png. m.png is dark.") == (
        "It is not your picture for finer style. Your mask is dark."
    )
    assert say("some.png and me.pngs stay.") == "some.png and me.pngs stay."


class Several:
    """An executor that finds two in the picture that is edited."""

    def submit(self, recipe, **_):
        return self

    def __iter__(self):
        from PIL import Image

        yield Note("uploads are read.")
        raise SeveralSubjects(
            f"identity.png shows 2 faces. {ways.SUBJECT}",
            Image.new("RGB", (60, 40)),
            ((0.25, 0.5, 0.1), (0.75, 0.5, 0.1)),
        )

    def stop(self): ...


@pytest.mark.parametrize("whole", [False, True])
def test_several_subjects_are_shown_with_numbers(serve, identity, whole):
    from toy_server import asked, form

    running = serve(Several())
    http = running.http()
    edit = asked(identity="upload:identity", whole=whole)
    made = http.post("/edits", **form(edit, identity=identity)).json()
    found = running.client().wait(made["id"])
    assert (found.state, found.choose) == ("failed", "identity")
    assert found.places == ((0.25, 0.5, 0.1), (0.75, 0.5, 0.1))
    if not whole:
        assert found.error == (
            "Your photo shows 2 faces. Say which is meant: choose it on the page, or send its "
            "number (subjects)."
        )
    shown = http.get(f"/edits/{found.id}/numbered.png")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    other = http.get("/edits/none/numbered.png")
    assert other.status_code == 404


def test_an_edit_is_asked_for_again_with_the_one_that_is_meant(serve, identity):
    """The pictures are the server's by then: a page that was loaded anew has none."""
    from toy_server import asked, form

    running = serve(Several())
    http, client = running.http(), running.client()
    edit = asked(identity="upload:identity", strengths={"shape": 0.5})
    made = http.post("/edits", **form(edit, identity=identity)).json()
    first = client.wait(made["id"])
    second = client.wait(client.again(first, identity=2))
    assert second.id != first.id
    assert (second.choose, second.pictures) == ("identity", first.pictures)
    assert http.get(f"/edits/{second.id}/pictures/identity.png").status_code == 200
    rows = [running.app.state.desk.store.get(one.id) for one in (first, second)]
    before, after = (Recipe.from_json(row.recipe) for row in rows)
    assert after == replace(before, identity=replace(before.identity, subject=2))
    for role, said in (("hat", "hat"), ("identity", "a number from 1")):
        refused = http.post(f"/edits/{first.id}/again", json={"subjects": {role: 0}})
        assert refused.status_code == 422
        assert said in refused.json()["error"]
    assert http.post("/edits/none/again", json={"subjects": {}}).status_code == 404
    assert len(list((running.app.state.desk.settings.place / "edits").iterdir())) == 2
