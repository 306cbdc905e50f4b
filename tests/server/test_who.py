"""Who may call: tokens, whose edits, other pages, other names."""

from __future__ import annotations

import pytest
from toy_server import ANN, BOB, Gate, asked

from styleforge.errors import UserError
from styleforge.server.settings import Settings
from styleforge.server.tokens import Tokens


def test_beyond_this_machine_a_token_is_needed():
    for host in ("0.0.0.0", "192.168.1.5", "::", "example.org"):
        with pytest.raises(UserError, match="needs a token"):
            Settings(host=host)
        Settings(host=host, tokens=(ANN,))
    for host in ("127.0.0.1", "::1", "localhost", "127.0.0.2"):
        Settings(host=host)


@pytest.mark.parametrize("token", ["", "short", "with\nlines and more letters", "ümläut-" * 4])
def test_a_token_is_long_and_plain(token):
    with pytest.raises(UserError, match="token"):
        Settings(tokens=(token,))


def test_a_stranger_is_told_nothing(serve):
    running = serve(tokens=(ANN, BOB))
    ann = running.client(ANN)
    edit = ann.wait(ann.edit("toy", "gallery:ann", shape="tall"))
    strangers = ({}, {"Authorization": "Bearer"}, {"Authorization": f"Basic {ANN}"},
                 {"Authorization": f"Bearer {ANN}x"}, {"Authorization": ANN})  # fmt: skip
    paths = ("/edits", f"/edits/{edit.id}", f"/edits/{edit.id}/result.png", "/gallery", "/domains",
             f"/edits/{edit.id}/events", f"/edits/{edit.id}/packed", "/metrics",
             "/gallery/ann.png", f"/edits/{edit.id}/pictures/identity.png")  # fmt: skip
    http = running.http()
    for headers in strangers:
        for path in paths:
            answer = http.get(path, headers=headers)
            assert answer.status_code == 401, path
            assert "token" in answer.json()["error"]
        assert http.post("/edits", json=asked(), headers=headers).status_code == 401
    assert http.get("/health").json()["token"] is True


def test_a_token_sees_its_own_edits_alone(serve):
    running = serve(tokens=(ANN, BOB))
    ann, bob = running.client(ANN), running.client(BOB)
    edit = ann.wait(ann.edit("toy", "gallery:ann", shape="tall"))
    assert [one.id for one in ann.edits()] == [edit.id]
    assert bob.edits() == ()
    http = running.http(BOB)
    for path in ("", "/events", "/packed", "/checkpoint", "/result.png", "/pictures/identity.png"):
        answer = http.get(f"/edits/{edit.id}{path}")
        assert answer.status_code == 404, path
        # An edit that is there is told as one that is not.
        assert answer.text == http.get(f"/edits/{edit.id}{path}").text
        other = http.get(f"/edits/{'x' * len(edit.id)}{path}").text
        assert other.replace("x" * len(edit.id), edit.id) == answer.text
    assert http.delete(f"/edits/{edit.id}").status_code == 404
    assert http.delete(f"/edits/{edit.id}?forget=true").status_code == 404
    assert http.post(f"/edits/{edit.id}/link").status_code == 404
    assert ann.result(edit).startswith(b"\x89PNG")


def test_the_disk_holds_no_token(serve, tmp_path):
    running = serve(tokens=(ANN,))
    running.client(ANN).edit("toy", "gallery:ann", shape="tall")
    serve.leave()
    for path in (tmp_path / "kept").rglob("*"):
        if path.is_file():
            assert ANN.encode() not in path.read_bytes()


def test_all_tokens_are_compared_whichever_it_is(monkeypatch):
    compared = []
    monkeypatch.setattr(
        "styleforge.server.tokens.hmac.compare_digest",
        lambda one, two: compared.append((len(one), len(two))) or one == two,
    )
    tokens = Tokens([ANN, BOB, "c" * 40])
    for given in (ANN, BOB, "x"):
        tokens.owner(f"Bearer {given}")
    assert compared == [(32, 32)] * 9


def test_a_link_shows_the_result_and_nothing_else(serve):
    running = serve(tokens=(ANN,))
    ann = running.client(ANN)
    edit = ann.wait(ann.edit("toy", "gallery:ann", shape="tall"))
    link = ann.share(edit)
    assert link == ann.share(edit)
    secret = link.partition("#shared=")[2]
    http = running.http()
    shared = http.get(f"/shared/{secret}").json()
    assert edit.id not in str(shared)
    assert "recipe" not in shared
    assert http.get(f"/shared/{secret}/result.png").content == ann.result(edit)
    assert http.get(f"/shared/{secret[:-1]}").status_code == 404
    assert http.get(f"/edits/{edit.id}/result.png").status_code == 401
    running.http(ANN).delete(f"/edits/{edit.id}/link")
    assert http.get(f"/shared/{secret}").status_code == 404


def test_another_page_may_not_call(serve):
    running = serve(origins=("https://friend.example",))
    http = running.http()
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"},
                    {"Sec-Fetch-Site": "cross-site"}):  # fmt: skip
        answer = http.post("/edits", json=asked(), headers=headers)
        assert answer.status_code == 403, headers
        assert "may not call this server" in answer.json()["error"]
        assert "access-control-allow-origin" not in answer.headers
    own = {"Origin": running.url, "Sec-Fetch-Site": "same-origin"}
    assert http.post("/edits", json=asked(), headers=own).status_code == 202
    friend = {"Origin": "https://friend.example"}
    answer = http.post("/edits", json=asked(), headers=friend)
    assert answer.status_code == 202
    assert answer.headers["access-control-allow-origin"] == "https://friend.example"


def test_a_name_that_is_pointed_here_reaches_nothing(serve):
    """DNS rebinding: a page's own name, which suddenly means this machine."""
    running = serve()
    port = running.url.rpartition(":")[2]
    http = running.http()
    for name in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", ""):
        answer = http.get("/edits", headers={"Host": name})
        assert answer.status_code in {400, 421}, name
    for name in (f"localhost:{port}", "127.0.0.1", f"[::1]:{port}"):
        assert http.get("/edits", headers={"Host": name}).status_code == 200
    running = serve(tokens=(ANN,), names=("styles.example",))
    http = running.http(ANN)
    assert http.get("/edits", headers={"Host": "styles.example"}).status_code == 200
    assert http.get("/edits", headers={"Host": "evil.example"}).status_code == 421


def test_every_answer_says_how_it_may_be_used(serve):
    http = serve().http()
    for path in ("/", "/health", "/docs", "/nothing", "/page/index.html"):
        headers = http.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in http.get("/").headers["content-security-policy"]
    docs = http.get("/docs").text
    assert "//cdn" not in docs


def test_each_token_has_so_many_edits_and_the_queue_so_many_in_all(serve, toys):
    gate = Gate(toys.executor("inline"))
    running = serve(gate, tokens=(ANN, BOB), per_token=2, queued=3)
    ann, bob = running.http(ANN), running.http(BOB)
    edit = asked(preset="toy-look")
    assert [ann.post("/edits", json=edit).status_code for _ in range(3)] == [202, 202, 429]
    refused = ann.post("/edits", json=edit)
    assert "2 edits of yours" in refused.json()["error"]
    assert int(refused.headers["retry-after"]) > 0
    assert [bob.post("/edits", json=edit).status_code for _ in range(2)] == [202, 429]
    assert "queue is full" in bob.post("/edits", json=edit).json()["error"]
    gate.open.set()
    ann, bob = running.client(ANN), running.client(BOB)
    assert {ann.wait(one).state for one in ann.edits()} == {"done"}
    ann.edit("toy", "gallery:ann", shape="tall")
    refusals = running.http(ANN).get("/metrics").text
    assert 'styleforge_edits_refused_total{limit="per_token"} 2.0' in refusals
