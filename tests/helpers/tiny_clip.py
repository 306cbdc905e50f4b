"""A whole CLIP as one would download it, but tiny and with random weights."""

from __future__ import annotations

import json

import pytest
import torch

START, END = "<|startoftext|>", "<|endoftext|>"
SIDE, WIDTH, CONTEXT = 28, 10, 12
MERGES = ["l o", "lo n", "lon g</w>", "r e", "re d</w>"]


def write_tokenizer(folder, transformers):
    """CLIP's kind of tokenizer: all bytes, inside and at the end of words, and a few merges."""
    alphabet = sorted(pytest.importorskip("tokenizers").pre_tokenizers.ByteLevel.alphabet())
    tokens = alphabet + [f"{one}</w>" for one in alphabet]
    tokens += [merge.replace(" ", "") for merge in MERGES] + [START, END]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *MERGES]), encoding="utf-8")
    return vocabulary


def write_clip(folder, transformers, width=WIDTH):
    """Write the folder that `ClipEncoder.from_folder` reads."""
    vocabulary = write_tokenizer(folder, transformers)
    layers = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
              "num_attention_heads": 2}  # fmt: skip
    text = layers | {"vocab_size": len(vocabulary), "max_position_embeddings": CONTEXT,
                     "bos_token_id": vocabulary[START], "eos_token_id": vocabulary[END],
                     "pad_token_id": vocabulary[END]}  # fmt: skip
    vision = layers | {"image_size": SIDE, "patch_size": 7}
    config = transformers.CLIPConfig(text_config=text, vision_config=vision, projection_dim=width)
    torch.manual_seed(0)
    clip = transformers.CLIPModel(config)
    for parameter in clip.parameters():
        if parameter.ndim:
            torch.nn.init.normal_(parameter, std=0.3)
    clip.save_pretrained(folder)
    return folder
