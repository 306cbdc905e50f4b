"""Files that are not what they are added as: what is said, and that no code is run."""

from __future__ import annotations

import pickle
from dataclasses import replace

import published_generators as published
import published_pickles as pickled
import pytest
import torch
from people_row import ROW

from styleforge.errors import UserError
from styleforge.models.arcface import IRSE50
from styleforge.weights.add import add_weights, digest_of
from styleforge.weights.kept import find, kept_folder
from styleforge.weights.layouts import LAYOUTS

HTML = b"<!DOCTYPE html><html><head><title>Google Drive - Quota exceeded</title></head></html>"


WRONG = {
    "page.pkl": (HTML, r"is a web page \('Google Drive - Quota exceeded'\) and no file of weights"),
    "empty.pt": (b"", r"is empty"),
    "lfs.pt": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", r"pointer of Git LFS"),
    "zip.pt": (b"PK\x03\x04" + bytes(50), r"is incomplete: 54 bytes were downloaded"),
    "noise.pkl": (b"\x93" * 99, r"no whole pickle"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_weights(tmp_path, name):
    content, said = WRONG[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError, match=said) as refused:
        add_weights("people", path, ROW)
    message = str(refused.value)
    assert message.startswith(str(path))
    assert "A StyleGAN2 generator is expected (people.pkl)" in message
    assert "from https://example.org/people" in message
    assert "of its own" not in message  # which is for what is a generator
    assert list(kept_folder().glob("*")) == [] if kept_folder().exists() else True


def test_a_file_that_is_not_there_and_a_folder(tmp_path):
    with pytest.raises(UserError, match="is not there"):
        add_weights("people", tmp_path / "nothing.pt", ROW)
    with pytest.raises(UserError, match="is a folder, and a file is expected"):
        add_weights("people", tmp_path, ROW)
    (tmp_path / "clip.pt").write_bytes(b"a")
    with pytest.raises(UserError, match="is a file, and a folder is expected"):
        add_weights("words", tmp_path / "clip.pt", layout="clip")
    with pytest.raises(UserError, match=r"no config\.json.*A folder with a CLIP is expected"):
        add_weights("words", tmp_path, layout="clip")


def test_another_size(tmp_path, checkpoint):
    said = r"its size is 16, and 1024 is expected.*`styleforge weights add my-people FILE"
    with pytest.raises(UserError, match=said):
        add_weights("people", checkpoint, replace(ROW, expects={"size": 1024}))
    assert find("people") is None


def test_another_network_is_called_by_its_name(tmp_path):
    path = tmp_path / "model.pt"
    torch.save(IRSE50().state_dict(), path)
    with pytest.raises(UserError, match=r"it holds an ArcFace network \(IR-SE50\)\. A StyleGAN2"):
        add_weights("people", path, ROW)
    torch.save({"weight": torch.ones(3)}, path)
    with pytest.raises(UserError, match="there is no StyleGAN2 generator in it"):
        add_weights("people", path, ROW)


def test_half_a_download_says_how_much_is_there(tmp_path):
    state = published.rosinality_state()
    whole = pickled.write_ada(tmp_path / "whole.pkl", pickled.ada_network(state)).read_bytes()
    path = tmp_path / "people.pkl"
    path.write_bytes(whole[: len(whole) // 2])
    row = replace(ROW, size=len(whole))
    with pytest.raises(UserError, match=rf"has {len(whole) // 2:,} bytes and the published file "
                                        rf"{len(whole):,}, so that it is incomplete"):  # fmt: skip
        add_weights("people", path, row)


def test_another_digest_than_the_published_one(tmp_path):
    state = published.rosinality_state()
    path = pickled.write_ada(tmp_path / "people.pkl", pickled.ada_network(state))
    good = replace(ROW, sha256=digest_of(path))
    assert add_weights("people", path, good).sha256 == good.sha256
    with pytest.raises(UserError, match=r"its SHA-256 is .* and that of the published people\.pkl"):
        add_weights("people", path, replace(ROW, sha256="0" * 64))
    # a row's file in another format has no published digest
    other = published.write_rosinality(tmp_path / "a.pt", state)
    assert add_weights("people", other, replace(ROW, sha256="0" * 64)).source == "a.pt"


class Code:
    """A pickle that writes a file when it is loaded."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize("layout", [one.name for one in LAYOUTS if not one.folder])
@pytest.mark.parametrize("saved", ["pickle", "torch"])
def test_code_is_refused_and_not_run(tmp_path, layout, saved):
    trace, path = tmp_path / "trace", tmp_path / "code.pt"
    if saved == "torch":
        torch.save({"state_dict": {"a": torch.ones(2)}, "more": Code(trace)}, path)
    else:
        path.write_bytes(pickle.dumps({"G_ema": Code(trace)}))
    with pytest.raises(UserError):
        add_weights("mine", path, layout=layout)
    assert not trace.exists()
    assert find("mine") is None
