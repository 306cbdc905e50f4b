"""What is sent to the server: written anew, refused in a sentence, within limits."""

from __future__ import annotations

import io
import json
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from toy_server import asked, form, png

from styleforge.recipe.recipe import Recipe


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
