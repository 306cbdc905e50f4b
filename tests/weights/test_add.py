"""Files that users add: what is kept of them, and what is said of a wrong one."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import published_generators as published
import pytest
import torch
from published_mapper import make_network
from published_mapper import write as write_mapper
from tiny_clip import WIDTH, write_clip
from tiny_segformer import LABELS, write_segformer

from styleforge.cli.app import main
from styleforge.errors import UserError
from styleforge.models.arcface import IRSE50
from styleforge.models.vgg import VGG16
from styleforge.weights.add import add_weights, digest_of
from styleforge.weights.check import check_kept, load_kept
from styleforge.weights.kept import Kept, all_kept, find, forget, kept_folder
from styleforge.weights.layouts import LAYOUTS, layout_of
from styleforge.weights.row import WeightFile

ROW = WeightFile(
    name="people",
    file="people.pkl",
    gives="people",
    layout="stylegan2",
    licence="non-commercial",
    page="https://example.org/people",
    expects={"size": 16},
)


@pytest.fixture
def state():
    return published.rosinality_state()


@pytest.fixture
def checkpoint(tmp_path, state):
    return published.write_rosinality(tmp_path / "people.pt", state, latent_avg=torch.ones(8))


def test_pictures_that_are_not_square_have_two_sides(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(published, "CONSTANT", (4, 2))
    path = published.write_rosinality(tmp_path / "tall.pt", published.rosinality_state())
    with pytest.raises(UserError, match=r"its size is \[16, 8\], and 16 is expected"):
        add_weights("people", path, ROW)
    with pytest.raises(SystemExit) as ended:
        main(["weights", "add", "tall", str(path)])
    assert not ended.value.code
    assert "size 16 x 8" in capsys.readouterr().out
    assert load_kept(find("tall")).size == (16, 8)
    assert check_kept(find("tall")) > 0


def test_what_is_kept_draws_the_same(tmp_path, state, checkpoint):
    kept = add_weights("people", checkpoint, ROW)
    assert (kept.layout, kept.source, kept.facts["size"]) == ("stylegan2", "people.pt", 16)
    assert [path.name for path in kept.files] == ["weights.safetensors"]
    assert kept.sha256 == digest_of(checkpoint)
    checkpoint.unlink()  # the user's own file is not needed any more
    generator = load_kept(find("people"))
    wplus = torch.randn(1, 6, 8)
    torch.testing.assert_close(
        generator.synthesize(wplus, generator.stored_noise),
        published.draw(state, wplus, published.noises(state)), rtol=0, atol=1e-4,
    )  # fmt: skip
    assert check_kept(find("people")) > 0


def test_a_name_of_ones_own_and_forgetting_it(checkpoint):
    add_weights("my-cats", checkpoint)
    assert [one.name for one in all_kept()] == ["my-cats"]
    assert forget("my-cats").source == "people.pt"
    assert (all_kept(), checkpoint.exists()) == ((), True)
    with pytest.raises(UserError, match="No weights are kept as 'my-cats'; there are: none"):
        forget("my-cats")


def test_adding_again_replaces(tmp_path, checkpoint):
    add_weights("people", checkpoint, ROW)
    path = published.write_ada(
        tmp_path / "people.pkl", published.ada_network(published.rosinality_state(3))
    )
    assert add_weights("people", path, ROW).source == "people.pkl"
    assert find("people").source == "people.pkl"
    assert len(list(kept_folder().iterdir())) == 1


@pytest.mark.parametrize("name", ["", "..", "a/b", "Cats", "a" * 65, ".hidden"])
def test_names_that_are_none(checkpoint, name):
    with pytest.raises(UserError, match="cannot be a name of weights"):
        add_weights(name, checkpoint)
    assert find(name) is None


# --- the other layouts ------------------------------------------------------------------------
def test_every_layout_is_taken_loaded_and_run(tmp_path):
    transformers = pytest.importorskip("transformers", reason="the extra [clip] is not installed")
    from styleforge.models.style_encoder import StyleEncoder

    torch.manual_seed(0)
    encoder = StyleEncoder(4, stages=((1, 16), (1, 32), (1, 48), (1, 64)), side=32).state_dict()
    encoder.pop("mean")
    clip = tmp_path / "clip"
    clip.mkdir()
    write_clip(clip, transformers)
    parser = tmp_path / "parser"
    parser.mkdir()
    (tmp_path / "arcface.pth").touch()
    files = {
        "hairclip": write_mapper(tmp_path / "hairclip.pt", make_network(width=16)),
        "encoder": tmp_path / "encoder.pt",
        "stylegan2": published.write_rosinality(
            tmp_path / "g.pt", published.rosinality_state(), latent_avg=torch.ones(8)
        ),
        "arcface": tmp_path / "arcface.pth",
        "vgg16": tmp_path / "vgg.pth",
        "lpips": tmp_path / "lin.pth",
        "clip": clip,
        "segformer": write_segformer(parser, transformers),
    }
    torch.save({"state_dict": {f"encoder.{key}": one for key, one in encoder.items()},
                "latent_avg": torch.zeros(4, 64)}, files["encoder"])  # fmt: skip
    torch.save(IRSE50().state_dict(), files["arcface"])
    vgg = VGG16((4, 4, 4, 4, 4)).state_dict() | {"classifier.0.weight": torch.ones(2)}
    torch.save(vgg, files["vgg16"])
    widths = (64, 128, 256, 512, 512)
    torch.save({f"lin{index}.model.1.weight": torch.rand(1, width, 1, 1)
                for index, width in enumerate(widths)}, files["lpips"])  # fmt: skip
    others = {"inception"}  # tests/evaluate/test_inception.py
    assert set(files) | others == {one.name for one in LAYOUTS}
    for name, path in files.items():
        kept = add_weights(f"my-{name}", path, layout=name)
        assert check_kept(kept) > 0, name
    assert load_kept(find("my-clip")).width == WIDTH
    assert load_kept(find("my-hairclip")).rows == 18
    assert load_kept(find("my-segformer")).labels == LABELS
    assert "classifier.0.weight" not in find("my-vgg16").tensors()
    assert all(path.suffix != ".bin" for path in find("my-clip").files)


def test_a_generator_beside_hairclip_s_mapper_is_said(tmp_path):
    state = {f"decoder.{key}": one for key, one in published.rosinality_state().items()}
    path = write_mapper(tmp_path / "a.pt", make_network(width=16), state=state)
    kept = add_weights("hair-mapper", path, layout="hairclip")
    assert any("holds a generator as well" in note for note in kept.notes)
    assert add_weights("its-generator", path).facts["size"] == 16


# --- files that are not it --------------------------------------------------------------------
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
    whole = published.write_ada(tmp_path / "whole.pkl", published.ada_network(state)).read_bytes()
    path = tmp_path / "people.pkl"
    path.write_bytes(whole[: len(whole) // 2])
    row = replace(ROW, size=len(whole))
    with pytest.raises(UserError, match=rf"has {len(whole) // 2:,} bytes and the published file "
                                        rf"{len(whole):,}, so that it is incomplete"):  # fmt: skip
        add_weights("people", path, row)


def test_another_digest_than_the_published_one(tmp_path):
    state = published.rosinality_state()
    path = published.write_ada(tmp_path / "people.pkl", published.ada_network(state))
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


# --- what is kept and was changed -------------------------------------------------------------
def test_a_damaged_file_that_is_kept(checkpoint):
    kept = add_weights("people", checkpoint, ROW)
    kept.files[0].write_bytes(b"no more")
    with pytest.raises(
        UserError, match=r"'people' in .* are damaged or gone.*add people people\.pt"
    ):
        check_kept(kept)


def test_numbers_that_are_not_finite(tmp_path, state):
    state["to_rgbs.1.bias"][:] = torch.nan
    path = published.write_rosinality(tmp_path / "a.pt", state, latent_avg=torch.ones(8))
    with pytest.raises(UserError, match="not finite"):
        check_kept(add_weights("people", path, ROW))


@pytest.mark.parametrize("card", ["", "[]", "{}", '{"layout": 3, "facts": null}', "\x00"])
def test_a_card_that_somebody_changed(checkpoint, card):
    kept = add_weights("people", checkpoint, ROW)
    (kept.folder / "card.json").write_text(card)
    assert find("people") is None
    assert all_kept() == ()
    assert add_weights("people", checkpoint, ROW).facts["size"] == 16


def test_a_layout_that_nobody_reads(checkpoint):
    kept = add_weights("people", checkpoint, ROW)
    card = json.loads((kept.folder / "card.json").read_text())
    (kept.folder / "card.json").write_text(json.dumps(card | {"layout": "runes"}))
    with pytest.raises(UserError, match="'runes', which nobody here reads"):
        check_kept(find("people"))
    with pytest.raises(UserError, match="no layout 'runes' of weights"):
        layout_of("runes")


def test_a_folder_that_cannot_be_written(checkpoint, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path / "file"))
    with pytest.raises(UserError, match=r"cannot be kept in .*STYLEFORGE_HOME"):
        add_weights("people", checkpoint, ROW)


def test_files_of_a_kept_folder_are_those_without_the_card(checkpoint):
    kept = add_weights("people", checkpoint, ROW)
    assert isinstance(kept, Kept)
    assert "card.json" in {path.name for path in kept.folder.iterdir()}
    assert "card.json" not in {path.name for path in kept.files}
