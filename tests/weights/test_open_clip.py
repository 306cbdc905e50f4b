"""CLIP in open_clip's layout: the same network, whatever its weights are called."""

from __future__ import annotations

import json
import shutil

import pytest
import torch
from safetensors.torch import save_file
from tiny_clip import CONTEXT, END, SIDE, WIDTH, write_clip, write_tokenizer

from styleforge.errors import UserError
from styleforge.models.clip import MEAN, STD, ClipEncoder
from styleforge.weights.add import add_weights
from styleforge.weights.check import check_kept, load_kept

transformers = pytest.importorskip("transformers")
WORDS = ["long red", "a"]
PREPROCESS = {"mean": list(MEAN), "std": list(STD)}


def in_open_clip(clip):
    """The weights of a CLIP of transformers by open_clip's names, which are OpenAI's."""
    theirs = clip.state_dict()
    state = {
        "logit_scale": theirs["logit_scale"],
        "text_projection": theirs["text_projection.weight"].T,
        "visual.proj": theirs["visual_projection.weight"].T,
        "token_embedding.weight": theirs["text_model.embeddings.token_embedding.weight"],
        "positional_embedding": theirs["text_model.embeddings.position_embedding.weight"],
        "visual.class_embedding": theirs["vision_model.embeddings.class_embedding"],
        "visual.positional_embedding": theirs["vision_model.embeddings.position_embedding.weight"],
        "visual.conv1.weight": theirs["vision_model.embeddings.patch_embedding.weight"],
    }
    norms = [("ln_final", "text_model.final_layer_norm"),
             ("visual.ln_pre", "vision_model.pre_layrnorm"),
             ("visual.ln_post", "vision_model.post_layernorm")]  # fmt: skip
    for ours, name in norms:
        for kind in ("weight", "bias"):
            state[f"{ours}.{kind}"] = theirs[f"{name}.{kind}"]
    for prefix, tower in (("", "text_model"), ("visual.", "vision_model")):
        for index in range(2):
            layer, block = (
                f"{tower}.encoder.layers.{index}",
                f"{prefix}transformer.resblocks.{index}",
            )
            for kind in ("weight", "bias"):
                parts = [theirs[f"{layer}.self_attn.{one}_proj.{kind}"] for one in "qkv"]
                state[f"{block}.attn.in_proj_{kind}"] = torch.cat(parts)
                for ours, name in (("ln_1", "layer_norm1"), ("attn.out_proj", "self_attn.out_proj"),
                                   ("ln_2", "layer_norm2"), ("mlp.c_fc", "mlp.fc1"),
                                   ("mlp.c_proj", "mlp.fc2")):  # fmt: skip
                    state[f"{block}.{ours}.{kind}"] = theirs[f"{layer}.{name}.{kind}"]
    return {name: one.detach().clone().contiguous() for name, one in state.items()}


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path / "home"))


@pytest.fixture
def reference(tmp_path):
    (tmp_path / "transformers").mkdir()
    return ClipEncoder.from_folder(write_clip(tmp_path / "transformers", transformers))


@pytest.fixture
def folder(tmp_path, reference):
    """What one would download of open_clip's, with timm's configuration beside."""
    made = tmp_path / "open_clip"
    made.mkdir()
    write_tokenizer(made, transformers)
    heads = {"vision_cfg": {"head_width": 8}, "text_cfg": {"heads": 2}, "quick_gelu": True}
    said = {"model_cfg": heads, "preprocess_cfg": PREPROCESS}
    (made / "open_clip_config.json").write_text(json.dumps(said))
    (made / "config.json").write_text('{"architecture": "vit_base_patch32_clip_224"}')
    save_file(in_open_clip(reference.clip), made / "open_clip_model.safetensors")
    return made


@pytest.mark.parametrize("pickled", [False, True])
def test_it_embeds_as_the_same_network_of_transformers(folder, reference, pickled):
    if pickled:
        (folder / "open_clip_model.safetensors").unlink()
        torch.save(in_open_clip(reference.clip), folder / "open_clip_pytorch_model.bin")
    kept = add_weights("clip-of-mine", folder, layout="clip")
    assert kept.facts == {"width": WIDTH, "size": SIDE}
    assert check_kept(kept) > 0
    shutil.rmtree(folder)  # it was taken in
    encoder = load_kept(kept)
    picture = torch.rand(2, 3, 40, 30, generator=torch.Generator().manual_seed(0)) * 2 - 1
    with torch.no_grad():
        for found, wanted in (
            (encoder.embed_text(WORDS), reference.embed_text(WORDS)),
            (encoder.embed_image(picture), reference.embed_image(picture)),
        ):
            torch.testing.assert_close(found, wanted, rtol=0, atol=1e-6)


def test_gelu_is_the_one_that_it_was_trained_with(folder, reference):
    said = json.loads((folder / "open_clip_config.json").read_text())
    del said["model_cfg"]["quick_gelu"]
    (folder / "open_clip_config.json").write_text(json.dumps(said))
    encoder = load_kept(add_weights("clip-of-mine", folder, layout="clip"))
    with torch.no_grad():
        off = (encoder.embed_text(WORDS) - reference.embed_text(WORDS)).abs().max()
    assert 1e-5 < off < 0.5


def test_what_it_cannot_be_read_as_is_said(folder, reference):
    def refused(match):
        with pytest.raises(UserError, match=match):
            add_weights("clip-of-mine", folder, layout="clip")

    said = {"model_cfg": {}, "preprocess_cfg": {"mean": [0.5, 0.5, 0.5]}}
    (folder / "open_clip_config.json").write_text(json.dumps(said))
    refused("its pictures are fed with another mean than CLIP's")
    (folder / "open_clip_config.json").write_text("{}")
    state = in_open_clip(reference.clip)
    save_file(state | {"visual.trunk.norm.weight": torch.ones(1)},
              folder / "open_clip_model.safetensors")  # fmt: skip
    refused("it holds visual.trunk.norm.weight, which is no part of a CLIP of two transformers")
    del state["visual.proj"]
    save_file(state, folder / "open_clip_model.safetensors")
    refused("it has no weights visual.proj")
    (folder / "open_clip_model.safetensors").unlink()
    refused("it has neither open_clip_model.safetensors nor open_clip_pytorch_model.bin")
    (folder / "merges.txt").unlink()
    refused(r"it has no merges.txt, which says how words become tokens\. A folder with a CLIP")


@pytest.mark.parametrize("quick", [False, True])
def test_open_clip_itself_gives_the_same(tmp_path, quick):
    """Run where the package is installed."""
    open_clip = pytest.importorskip("open_clip")
    vocabulary = write_tokenizer(tmp_path, transformers)
    vision = {"image_size": 28, "layers": 2, "width": 64, "patch_size": 7, "head_width": 16}
    text = {"context_length": CONTEXT, "vocab_size": len(vocabulary), "width": 32, "heads": 4,
            "layers": 3}  # fmt: skip
    sizes = {"embed_dim": 10, "vision_cfg": vision, "text_cfg": text, "quick_gelu": quick}
    torch.manual_seed(0)
    theirs = open_clip.CLIP(**sizes).eval()
    for one in theirs.parameters():
        torch.nn.init.normal_(one, std=0.3)
    said = {"model_cfg": sizes, "preprocess_cfg": PREPROCESS}
    (tmp_path / "open_clip_config.json").write_text(json.dumps(said))
    save_file(theirs.state_dict(), tmp_path / "open_clip_model.safetensors")
    encoder = load_kept(add_weights("clip-of-mine", tmp_path, layout="clip"))
    encoder.unit = False
    tokens = torch.zeros(2, CONTEXT, dtype=torch.long)
    for row, ids in zip(tokens, encoder.tokenizer(WORDS).input_ids, strict=True):
        assert ids[-1] == vocabulary[END]
        row[: len(ids)] = torch.tensor(ids)
    picture = torch.rand(2, 3, 28, 28) * 2 - 1
    with torch.no_grad():
        torch.testing.assert_close(
            encoder.embed_text(WORDS), theirs.encode_text(tokens), rtol=0, atol=1e-5
        )
        torch.testing.assert_close(
            encoder.embed_image(picture), theirs.encode_image(encoder.fed(picture)), rtol=0,
            atol=1e-5,
        )  # fmt: skip
