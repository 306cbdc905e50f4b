"""What comes from outside opens no file of the server, and says of none whether it is there."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from toy_server import asked, form, png

from styleforge.recipe.condition import Custom, ImageRef, Mask, Text
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.starts import Mapped, Paste, Towards
from styleforge.server.failures import Failure
from styleforge.server.outside import check_recipe
from styleforge.server.settings import Settings

SECRET = "/etc/passwd"
PLACES = (
    SECRET, "../../etc/passwd", "upload:../../../etc/passwd", "upload:/etc/passwd", "upload:..",
    "upload:", "gallery:../../../etc/passwd", "gallery:/etc/passwd", "file:///etc/passwd",
    "https://example.org/a.png", "C:\\Windows\\win.ini", "upload:identity\x00.png",
    "upload:identity.png/..", "~/.ssh/id_rsa", "UPLOAD:identity", "\\\\host\\share\\a.png",
)  # fmt: skip
BAD = "../../secret"
ME = ImageRef("gallery:ann")


@pytest.fixture
def recipe(toys) -> Recipe:
    return toys.recipe("toy", "toy-mapped", identity=ME, conditions={"toy.shape": ME})


def test_no_place_is_an_identity_an_attribute_or_a_mask(serve):
    http = serve().http()
    for place in PLACES:
        for edit in (
            asked(identity=place),
            asked(attributes={"finer_style": place}),
            asked(masks={"identity": place}),
            asked(attributes={"shape": f"mask:{place}"}),
        ):
            answer = http.post("/edits", json=edit)
            assert answer.status_code == 422, (edit, answer.text)
            assert "root:" not in answer.text
    assert not http.get("/edits").json()


def test_a_file_that_is_there_is_told_as_one_that_is_not(serve, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "yes.png").write_bytes(png())
    http = serve().http()

    def said(path):
        text = http.post("/edits", json=asked(identity=path)).json()["error"]
        return text.replace(path, "PATH")

    assert said("yes.png") == said("not.png")
    assert said("./yes.png") == said("./not.png")


def test_words_are_words_though_a_file_is_called_so(serve, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tall").write_bytes(png())
    running = serve()
    made = running.http().post("/edits", json=asked()).json()
    row = running.app.state.desk.store.get(made["id"])
    assert Recipe.from_json(row.recipe).conditions == {"toy.shape": Text("tall")}


def naming(recipe, place):
    """Recipes that name a place, each where another picture can be named."""
    other = Towards(conditions={"toy.shape": ImageRef(place)})
    masked = replace(recipe, masks={"identity": Mask(place)})
    return [
        replace(recipe, identity=ImageRef(place)),
        replace(recipe, conditions={"toy.shape": ImageRef(place)}),
        replace(recipe, conditions={"toy.shape": Mask(place)}),
        replace(recipe, start_map=Mapped(region="thing", towards=other)),
        masked,
        replace(recipe, also=(replace(masked, stages=()),)),
        replace(recipe, also=(replace(recipe, stages=(), identity=ImageRef(place)),)),
    ]


def test_no_recipe_names_a_place(serve, recipe):
    http = serve().http()
    for place in PLACES:
        for made in naming(recipe, place):
            answer = http.post("/edits", json={"recipe": json.loads(made.to_json())})
            assert answer.status_code == 422, made
            assert not answer.json()["error"].startswith("The server failed")
    assert not http.get("/edits").json()


@pytest.mark.parametrize(
    "change",
    [
        {"pack": BAD}, {"start": BAD}, {"start_map": Mapped(region="thing", mapper=BAD)},
        {"start_paste": Paste(region="thing", by=BAD)}, {"domain": BAD}, {"weights": BAD},
        {"strengths": {BAD: 1.0}}, {"masks": {BAD: Mask("gallery:ann")}}, {"method": "a:b"},
        {"start_map": Mapped(region="thing", towards=Towards(conditions={BAD: Text("a")}))},
        {"also": (Recipe(domain="toy", method="m", stages=(), pack=BAD),)},
        {"loss_size": 8192},
    ],
)  # fmt: skip
def test_no_other_word_of_a_recipe_is_a_path(toys, recipe, change):
    with pytest.raises(Failure):
        check_recipe(replace(recipe, **change), toys, Settings())


def test_arguments_of_terms_and_rules_name_no_place(toys, recipe):
    said = json.loads(recipe.to_json())
    said["stages"][0]["objective"]["terms"][0]["args"] = {"kind": "text", "text": SECRET}
    with pytest.raises(Failure, match="may be a path"):
        check_recipe(Recipe.from_json(json.dumps(said)), toys, Settings())


def test_conditions_of_plugins_are_refused_unless_their_reader_allows_it(toys, recipe):
    custom = replace(recipe, conditions={"toy.shape": Custom("mine.file", "secret")})
    with pytest.raises(Failure, match="not taken from outside"):
        check_recipe(custom, toys, Settings())

    def read(*_: object) -> None: ...

    read.from_outside = True
    toys.components.add(toys.components.entry(read, "condition/mine.file", "t", "t", replace=False))
    check_recipe(custom, toys, Settings())


def test_what_the_presets_say_is_no_place(toys):
    for preset in toys.domains["toy"].presets:
        check_recipe(toys.recipe("toy", preset.name, identity=ME), toys, Settings())


def test_more_steps_than_the_server_does_are_refused(serve):
    answer = serve(steps=10).http().post("/edits", json=asked(preset="toy-loho", steps=11))
    assert answer.status_code == 422
    assert "up to 10" in answer.json()["error"]


def test_what_cannot_be_read_is_said_in_a_sentence(serve):
    http = serve().http()
    kind = {"content-type": "application/json"}
    answers = [
        http.post("/edits", content=b"{", headers=kind),
        http.post("/edits", content=b"[]", headers=kind),
        http.post("/edits", json=asked(seed="many")),
        http.post("/edits", json=asked(attributes={"shape": 3})),
        http.post("/edits", json=asked(unknown=1)),
        http.post("/edits", json=asked(domain="nothing")),
        http.post("/edits", json=asked(preset="nothing")),
        http.post("/edits", json=asked(pack="nothing")),
        http.post("/edits", json=asked(attributes={"nothing": "tall"})),
        http.post("/edits", json=asked(attributes={"appearance": "#12"})),
        http.post("/edits", json=asked(attributes={"finer_style": "words"})),
        http.post("/edits", json=asked(attributes={})),
        http.post("/edits", json=asked(strengths={"shape": 99})),
        http.post("/edits", json={"recipe": {"domain": "toy"}}),
        http.post("/edits", content=b"a=1"),
        http.post("/edits", **form(asked(), **{"../x": png()})),
        http.post("/edits", data={"edit": "{}", "other": "1"}, files={"identity": png()}),
        http.post("/edits", files={"identity": png()}),
        http.get("/edits/" + "x" * 200),
        http.get("/edits/..%2f..%2fetc%2fpasswd/result.png"),
        http.get("/gallery/..%2f..%2fetc%2fpasswd.png"),
        http.get("/page/..%2f..%2f..%2fsettings.py"),
        http.get("/nothing"),
        http.put("/edits"),
    ]
    for answer in answers:
        assert 400 <= answer.status_code < 500, answer.text
        error = answer.json()["error"]
        assert error.endswith("."), error
        assert "Traceback" not in error
        assert "kept" not in error


def test_numbers_are_numbers(serve):
    http = serve().http()
    for change in ({"seed": "3"}, {"seed": True}, {"strengths": {"shape": "1"}}, {"whole": "yes"}):
        assert http.post("/edits", json=asked(**change)).status_code == 422
