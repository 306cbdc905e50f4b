"""What comes from outside opens no file of the server, and says of none whether it is there."""

from __future__ import annotations

import io
import json
import zlib
from dataclasses import replace

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
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


# --- uploads --------------------------------------------------------------------------------
def upload(http, data, name="identity"):
    return http.post("/edits", **form(asked(identity=f"upload:{name}"), **{name: data}))


def test_an_upload_is_written_anew_under_a_name_of_its_own(serve, identity, tmp_path):
    picture = Image.open(io.BytesIO(identity)).convert("RGB")
    facts, exif, file = PngInfo(), Image.Exif(), io.BytesIO()
    facts.add_text("place", "at home")
    exif[0x010E] = "of my camera"
    picture.save(file, "PNG", pnginfo=facts, exif=exif)
    polyglot = file.getvalue() + b"<html><script>alert(1)</script></html>PK\x03\x04"
    running = serve()
    made = upload(running.http(), polyglot).json()
    (kept,) = (tmp_path / "kept" / "edits" / made["id"] / "uploads").iterdir()
    assert kept.name == "identity.png"
    data = kept.read_bytes()
    for word in (b"script", b"home", b"camera", b"PK\x03\x04"):
        assert word not in data
    assert Image.open(kept).convert("RGB").tobytes() == picture.tobytes()
    assert not (tmp_path / "name.png").exists()


def test_what_is_no_picture_is_refused_in_a_sentence_and_leaves_nothing(serve, tmp_path):
    http = serve().http()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n"
    for data in (b"", b"<html><script>alert(1)</script></html>", svg, eps, b"\0" * 99, png()[:60]):
        answer = upload(http, data)
        assert answer.status_code == 422
        error = answer.json()["error"]
        assert error.startswith("Your photo"), error
        assert "/" not in error
    assert not list((tmp_path / "kept" / "edits").iterdir())


def test_a_bomb_does_not_go_off(serve):
    """Its header says 30,000 x 30,000 pixels; 900 million bytes of zeros are 900 kB when packed."""
    head = b"\0\0u0\0\0u0\x08\0\0\0\0"
    packed = zlib.compress(bytes(30_000), 9) * 30

    def chunk(name, data):
        crc = zlib.crc32(name + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + name + data + crc

    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )
    answer = upload(serve().http(), bomb)
    assert answer.status_code in {413, 422}
    assert "megapixels" in answer.json()["error"]


def test_pictures_and_requests_have_limits(serve):
    http = serve(picture_pixels=2000, picture_bytes=3000, request_bytes=20_000).http()
    many = upload(http, png(50, 50))
    assert (many.status_code, "megapixels" in many.json()["error"]) == (413, True)
    heavy = upload(http, png() + bytes(3000))
    assert (heavy.status_code, "bytes" in heavy.json()["error"]) == (413, True)
    whole = upload(http, bytes(30_000))
    assert (whole.status_code, "MB" in whole.json()["error"]) == (413, True)

    def slowly():  # no length is said beforehand
        for _ in range(30):
            yield bytes(1000)

    kind = {"content-type": "application/json"}
    streamed = http.post("/edits", content=slowly(), headers=kind)
    assert (streamed.status_code, "MB" in streamed.json()["error"]) == (413, True)


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


def test_what_is_sent_and_named_nowhere_is_refused(serve, identity):
    http = serve().http()
    answer = http.post("/edits", **form(asked(identity="upload:identity"), identity=identity,
                                        other=png()))  # fmt: skip
    assert answer.status_code == 422
    assert "'other' was sent, and the edit names it nowhere" in answer.json()["error"]
    answer = http.post("/edits", **form(asked(masks={"shape": "upload:m"}), m=png()))
    assert answer.status_code == 422
    assert "no picture is given for that" in answer.json()["error"]
    answer = http.post("/edits", json=asked(attributes={"shape": " "}))
    assert (answer.status_code, answer.json()["error"][:19]) == (422, "The words are empty")


def test_a_part_called_mask_is_the_region_of_the_identity(serve, identity):
    running = serve()
    mask = io.BytesIO()
    Image.new("L", (32, 32), 255).save(mask, "PNG")
    edit = asked(identity="upload:identity", preset="toy-look")
    answer = running.http().post("/edits", **form(edit, identity=identity, mask=mask.getvalue()))
    assert answer.status_code == 202, answer.text
    recipe = Recipe.from_json(running.app.state.desk.store.get(answer.json()["id"]).recipe)
    assert recipe.masks["identity"].path == "upload:mask"


def test_numbers_are_numbers(serve):
    http = serve().http()
    for change in ({"seed": "3"}, {"seed": True}, {"strengths": {"shape": "1"}}, {"whole": "yes"}):
        assert http.post("/edits", json=asked(**change)).status_code == 422


def test_a_film_is_said_to_be_one(serve, identity):
    """It is written anew as one picture, so that nobody could tell later."""
    first, file = Image.open(io.BytesIO(identity)).convert("RGB"), io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=[first.rotate(90)])
    running = serve()
    made = upload(running.http(), file.getvalue()).json()
    said = "Your photo has 2 frames, of which only the first is used."
    assert running.client().wait(made["id"]).notes.count(said) == 1


def test_an_edit_may_come_as_a_file_and_only_once(serve):
    http = serve().http()
    parts = [("edit", ("edit.json", json.dumps(asked())))]
    assert http.post("/edits", files=parts).status_code == 202
    again = http.post("/edits", files=[*parts, *parts])
    assert (again.status_code, "two fields" in again.json()["error"]) == (422, True)
