"""Files that users add: what is kept of them."""

from __future__ import annotations

import published_generators as published
import published_pickles as pickled
import pytest
import torch
from people_row import ROW
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
from styleforge.weights.kept import all_kept, find, forget, kept_folder
from styleforge.weights.layouts import LAYOUTS


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
    path = pickled.write_ada(
        tmp_path / "people.pkl", pickled.ada_network(published.rosinality_state(3))
    )
    assert add_weights("people", path, ROW).source == "people.pkl"
    assert find("people").source == "people.pkl"
    assert len(list(kept_folder().iterdir())) == 1


@pytest.mark.parametrize("name", ["", "..", "a/b", "Cats", "a" * 65, ".hidden"])
def test_names_that_are_none(checkpoint, name):
    with pytest.raises(UserError, match="cannot be a name of weights"):
        add_weights(name, checkpoint)
    assert find(name) is None


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


def test_a_folder_that_cannot_be_written(checkpoint, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path / "file"))
    with pytest.raises(UserError, match=r"cannot be kept in .*STYLEFORGE_HOME"):
        add_weights("people", checkpoint, ROW)
