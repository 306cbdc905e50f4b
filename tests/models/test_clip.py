"""CLIP as a component, on tiny networks with random weights and a tokenizer made here."""

from __future__ import annotations

import sys

import pytest
import torch
from tiny_clip import CONTEXT, SIDE, WIDTH, write_clip
from torch.nn import functional

from styleforge.errors import UserError
from styleforge.models.clip import MEAN, STD, ClipEncoder, area_mean
from styleforge.pack.protocols import TextImageEncoder


@pytest.fixture(scope="module")
def transformers():
    return pytest.importorskip("transformers", reason="the extra [clip] is not installed")


@pytest.fixture(scope="module")
def folder(transformers, tmp_path_factory):
    """A whole CLIP as one would download it, but tiny."""
    return write_clip(tmp_path_factory.mktemp("clip"), transformers)


@pytest.fixture(scope="module")
def encoder(folder):
    return ClipEncoder.from_folder(folder)


def draw(size=(SIDE, SIDE), count=2):
    torch.manual_seed(1)
    return torch.rand(count, 3, *size) * 2 - 1


def test_satisfies_the_protocol(encoder):
    assert isinstance(encoder, TextImageEncoder)
    assert encoder.width == WIDTH
    assert not encoder.training
    assert not any(parameter.requires_grad for parameter in encoder.parameters())


def test_equals_clip_itself(encoder):
    """Cosines of pictures and words are the library's, at the network's own size."""
    image, texts = draw(), ["long red", "a red", "long"]
    pixels = torch.stack([(image[:, c] / 2 + 0.5 - MEAN[c]) / STD[c] for c in range(3)], dim=1)
    tokens = encoder.tokenizer(texts, padding="max_length", max_length=CONTEXT, return_tensors="pt")
    with torch.no_grad():
        out = encoder.clip(pixel_values=pixels, **tokens)
        wanted = out.logits_per_image / encoder.clip.logit_scale.exp()
        found = encoder.embed_image(image) @ encoder.embed_text(texts).T
    assert found.shape == (2, 3)
    assert found.std() > 0.001, "everything looks alike to it: the test says nothing"
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-6)


def test_embeddings_have_length_one_unless_asked_otherwise(encoder):
    raw = ClipEncoder(encoder.clip, encoder.tokenizer, unit=False).eval()
    image, texts = draw(), ["long red", "red"]
    with torch.no_grad():
        for unit, long in (
            (encoder.embed_image(image), raw.embed_image(image)),
            (encoder.embed_text(texts), raw.embed_text(texts)),
        ):
            torch.testing.assert_close(unit.norm(dim=1), torch.ones(2))
            assert (long.norm(dim=1) - 1).abs().min() > 0.01
            torch.testing.assert_close(functional.normalize(long), unit)


def test_texts_of_a_batch_do_not_mix(encoder):
    with torch.no_grad():
        together = encoder.embed_text(["red", "long long long red"])
        torch.testing.assert_close(encoder.embed_text(["red"]), together[:1])


@pytest.mark.parametrize("size", [(256, 256), (17, 40)])
def test_pictures_of_any_size(encoder, size):
    image = draw(size)
    assert encoder.fed(image).shape == (2, 3, SIDE, SIDE)
    pooled = functional.adaptive_avg_pool2d(image, SIDE)
    with torch.no_grad():
        torch.testing.assert_close(encoder.embed_image(image), encoder.embed_image(pooled))


@pytest.mark.parametrize("size", [32, 64, 160, 256])
def test_unnormalised_pictures_are_fed_as_published(size):
    image = draw((size, size), count=1).double()
    published = functional.avg_pool2d(functional.interpolate(image, scale_factor=7), size // 32)
    assert published.shape == (1, 3, 224, 224)
    torch.testing.assert_close(area_mean(image, 224), published, rtol=0, atol=1e-12)


def test_means_over_areas_keep_the_mean():
    for size in ((1000, 333), (5, 7)):
        image = draw(size, count=1).double()
        small = area_mean(image, 224)
        torch.testing.assert_close(small.mean((2, 3)), image.mean((2, 3)), rtol=0, atol=1e-12)
        assert small.abs().max() <= 1


def test_without_normalization(encoder):
    plain = ClipEncoder(encoder.clip, encoder.tokenizer, normalize=False).eval()
    image = draw()
    torch.testing.assert_close(plain.fed(image), image)
    with torch.no_grad():
        assert not torch.allclose(plain.embed_image(image), encoder.embed_image(image), atol=1e-3)
        torch.testing.assert_close(plain.embed_text(["red"]), encoder.embed_text(["red"]))


@pytest.mark.parametrize("normalize", [True, False])
def test_gradients_reach_the_picture(encoder, normalize):
    network = ClipEncoder(encoder.clip, encoder.tokenizer, normalize=normalize).eval()
    image = draw((40, 40)).requires_grad_()
    words = network.embed_text(["long red"])
    (1 - network.embed_image(image) @ words.T).sum().backward()
    assert (image.grad.abs().sum((1, 2, 3)) > 0).all()
    assert encoder.clip.visual_projection.weight.grad is None


def test_moves_to_another_precision(folder):
    network = ClipEncoder.from_folder(folder).double()
    assert network.embed_image(draw().double()).dtype == torch.float64
    assert network.embed_text(["red"]).dtype == torch.float64


def test_words_are_placed(encoder):
    assert encoder.place("  long \n red ") == ("long red", ())
    text, notes = encoder.place("red " * 40)
    assert text.startswith("red red")
    assert notes == ("The description has 40 tokens; CLIP reads the first 10.",)
    with torch.no_grad():
        torch.testing.assert_close(encoder.embed_text([text]), encoder.embed_text(["red " * 10]))
    for nothing in ("", " \n "):
        with pytest.raises(UserError, match="empty"):
            encoder.place(nothing)


# --- folders that are not it --------------------------------------------------------------
def copy(folder, to, *without):
    to.mkdir()
    for path in folder.iterdir():
        if path.name not in without:
            (to / path.name).write_bytes(path.read_bytes())
    return to


def test_no_folder(transformers, tmp_path):
    with pytest.raises(UserError, match=r"no config\.json .*openai/clip-vit-base-patch32"):
        ClipEncoder.from_folder(tmp_path / "nowhere")
    with pytest.raises(UserError, match=r"no config\.json"):
        ClipEncoder.from_folder(tmp_path)


@pytest.mark.parametrize("without", [("model.safetensors",), ("vocab.json", "merges.txt")])
def test_a_folder_that_lacks_a_file(folder, tmp_path, without):
    with pytest.raises(UserError, match=r"vocab\.json and merges\.txt"):
        ClipEncoder.from_folder(copy(folder, tmp_path / "clip", *without))


def test_a_folder_that_lacks_weights(folder, tmp_path):
    safetensors = pytest.importorskip("safetensors.torch")
    path = copy(folder, tmp_path / "clip") / "model.safetensors"
    tensors = safetensors.load_file(path)
    del tensors["visual_projection.weight"]
    safetensors.save_file(tensors, path, metadata={"format": "pt"})
    with pytest.raises(UserError, match=r"no weights for visual_projection\.weight"):
        ClipEncoder.from_folder(path.parent)


def test_a_damaged_folder(folder, tmp_path):
    path = copy(folder, tmp_path / "clip") / "model.safetensors"
    path.write_bytes(b"<html>")
    with pytest.raises(UserError, match="cannot be read as a CLIP"):
        ClipEncoder.from_folder(path.parent)


def test_without_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(UserError, match=r"pip install \"styleforge\[clip\]\""):
        ClipEncoder.from_folder(tmp_path)


def test_nothing_is_fetched(folder, monkeypatch):
    import socket

    def refuse(*args, **kwargs):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    ClipEncoder.from_folder(folder)
