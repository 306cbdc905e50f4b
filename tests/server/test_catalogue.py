"""What a server has to offer, so that a client can draw its form, and its documents."""

from __future__ import annotations

import pytest
from toy_server import asked, make_forge

from styleforge.hookspecs import hookimpl
from styleforge.recipe.domain import Preset
from styleforge.recipe.starts import Paste
from styleforge.server.forms import Forms


def test_the_gallery_is_listed_and_shown(serve, gallery):
    running = serve()
    (ann, bob) = running.client().gallery()
    assert (ann.name, ann.pack, ann.source, bob.name) == ("ann", "toy", "gallery:ann", "bob")
    data = running.http().get("/gallery/ann.png").content
    assert data == (gallery / "ann.png").read_bytes()
    assert running.http().get("/gallery/nobody.png").status_code == 404


def test_a_domain_says_what_each_attribute_takes_and_each_pack_can_do(serve):
    (domain,) = serve().client().domains()
    roles = {one["role"]: one for one in domain["attributes"]}
    assert roles["appearance"]["accepts"] == ["image", "text", "swatch"]
    assert "tall" in roles["shape"]["words"]
    (pack,) = domain["packs"]
    assert pack["one_pass"] == ["toy.shape", "toy.appearance"]
    presets = {one["name"]: one for one in domain["presets"]}
    assert presets["toy-loho"]["steps"] == 8
    assert presets["toy-mapper"]["one_pass"] is True


def test_a_client_can_draw_and_check_its_form_by_the_schema(gallery):
    jsonschema = pytest.importorskip("jsonschema")
    (domain,) = Forms(make_forge(gallery)).domains
    check = jsonschema.Draft202012Validator(domain["schema"])
    check.check_schema(domain["schema"])
    textured = asked(attributes={"finer_style": "gallery:bob"}, strengths={"finer_style": 0.5})
    dyed = asked(attributes={"appearance": "#8a2be2"}, preset="toy-loho", seed=3)
    chosen = asked(subjects={"identity": 2}, masks={"identity": "upload:mask"})
    right = (asked(), dyed, textured, chosen)
    for edit in right:
        assert check.is_valid(edit), edit
    wrong = (asked(attributes={}), asked(attributes={"nothing": "a"}), asked(preset="nothing"),
             asked(attributes={"finer_style": "words"}), asked(strengths={"shape": 9}),
             asked(seed=-1), asked(identity="/etc/passwd"), asked(subjects={"identity": 0}),
             asked(masks={"identity": "/etc/passwd"}))  # fmt: skip
    for edit in wrong:
        assert not check.is_valid(edit), edit


def test_the_document_says_what_is_sent_and_what_goes_wrong(serve):
    said = serve().http().get("/openapi.json").json()
    assert set(said["paths"]) >= {
        "/edits", "/edits/{edit}", "/edits/{edit}/events", "/edits/{edit}/result.png", "/gallery",
        "/domains", "/health", "/metrics", "/shared/{link}",
    }  # fmt: skip
    schemas = said["components"]["schemas"]
    assert "strengths" in schemas["Asked"]["properties"]
    assert set(schemas["Sentence"]["properties"]) == {"error"}
    assert "HTTPValidationError" not in str(said)
    ask = said["paths"]["/edits"]["post"]
    assert set(ask["requestBody"]["content"]) == {"application/json", "multipart/form-data"}
    assert ask["security"] == [{"HTTPBearer": []}]
    assert "security" not in said["paths"]["/health"]["get"]
    for path in said["paths"].values():
        for operation in path.values():
            assert operation.get("description") or operation.get("summary")


def test_a_preset_that_is_trained_while_the_server_runs_is_offered(serve, toys):
    """`styleforge train` in another terminal needs no restart of the server."""

    class Trained:
        there = False

        def __call__(self, *_):
            raise NotImplementedError

        def lacks(self, models, region):
            return "" if self.there else f"a painter of {region} for {models.pack.name}"

    painter = Trained()

    class Plugin:
        @hookimpl
        def register_components(self, register):
            register(painter, name="paste/painter")

        @hookimpl
        def register_presets(self, register):
            paste = Paste(region="thing", by="painter")
            made = Preset(name="new", title="New", help="", stages=("toy.look",), start_paste=paste)
            register(made, name="toy/new")

    toys.use(Plugin(), "painter")
    client = serve().client()
    offered = [[one["name"] for one in client.domains()[0]["presets"]]]
    painter.there = True
    offered.append([one["name"] for one in client.domains()[0]["presets"]])
    assert "new" not in offered[0]
    assert offered[1] == [*offered[0], "new"]
