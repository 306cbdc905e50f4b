"""CLIP in open_clip's layout (Ilharco et al. 2021), renamed to that of transformers.

The networks are the same; open_clip keeps OpenAI's names of weights. Towers of other kinds, as some
of its models have, are refused.
"""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from styleforge.errors import UserError
from styleforge.models.clip import MEAN, STD
from styleforge.models.declared import check_header
from styleforge.models.tensors import read_checkpoint

if TYPE_CHECKING:
    from torch import Tensor

CONFIG = "open_clip_config.json"
FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
TOKENS = ("vocab.json", "merges.txt")
START, END = "<|startoftext|>", "<|endoftext|>"
HEAD = 64  # numbers of an attention head where the file says nothing
_ALONE = {
    "logit_scale": "logit_scale",
    "token_embedding.weight": "text_model.embeddings.token_embedding.weight",
    "positional_embedding": "text_model.embeddings.position_embedding.weight",
    "text_projection": "text_projection.weight",
    "visual.proj": "visual_projection.weight",
    "visual.class_embedding": "vision_model.embeddings.class_embedding",
    "visual.positional_embedding": "vision_model.embeddings.position_embedding.weight",
    "visual.conv1.weight": "vision_model.embeddings.patch_embedding.weight",
}
_NORMS = {
    "ln_final": "text_model.final_layer_norm",
    "visual.ln_pre": "vision_model.pre_layrnorm",  # as transformers spells it
    "visual.ln_post": "vision_model.post_layernorm",
}
_TURNED = ("text_projection", "visual.proj")  # kept the other way round
_BLOCK = re.compile(r"(visual\.)?transformer\.resblocks\.(\d+)\.(.+)\.(weight|bias)")
_PARTS = {
    "ln_1": "layer_norm1", "ln_2": "layer_norm2", "attn.out_proj": "self_attn.out_proj",
    "mlp.c_fc": "mlp.fc1", "mlp.c_proj": "mlp.fc2",
}  # fmt: skip


def is_open_clip(path: Path) -> bool:
    """Whether a folder has a CLIP in open_clip's layout, and none in that of transformers.

    Example:
        >>> is_open_clip(Path("no-such-folder"))
        False
    """
    if not (path / CONFIG).is_file():
        return False
    try:  # timm's configuration has the same name as that of transformers
        said = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True
    return not isinstance(said, dict) or "text_config" not in said


def write_for_transformers(path: Path, folder: Path) -> None:
    """Write a folder of open_clip's as transformers reads it, tokenizer included.

    Raises:
        UserError: it is incomplete, or its towers are of another kind: the end of a sentence.

    Example:
        >>> write_for_transformers(Path("no-such-folder"), Path())
        Traceback (most recent call last):
        styleforge.errors.UserError: it has no vocab.json, which says how words become tokens
    """
    from safetensors.torch import save_file

    for name in TOKENS:
        if not (path / name).is_file():
            raise UserError(f"it has no {name}, which says how words become tokens")
        shutil.copyfile(path / name, folder / name)
    said = json.loads((path / CONFIG).read_text(encoding="utf-8"))
    preprocess = said.get("preprocess_cfg") or {}
    for name, usual in (("mean", MEAN), ("std", STD)):
        if not torch.allclose(torch.tensor(preprocess.get(name) or usual), torch.tensor(usual)):
            raise UserError(f"its pictures are fed with another {name} than CLIP's")
    state = _weights(path)
    tensors = renamed(state)
    vocabulary = json.loads((path / TOKENS[0]).read_text(encoding="utf-8"))
    config = _config(state, said.get("model_cfg") or {}, vocabulary)
    (folder / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def renamed(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights by open_clip's names to those by the names of transformers.

    Raises:
        UserError: they are of another network: the end of a sentence.

    Example:
        >>> renamed({"visual.proj": torch.zeros(3, 2)})["visual_projection.weight"].shape
        torch.Size([2, 3])
    """
    found: dict[str, Tensor] = {}
    for name, stored in state.items():
        if name == "attn_mask":  # which every part of the network makes itself
            continue
        tensor = stored.float()
        if name in _ALONE:
            found[_ALONE[name]] = (tensor.T if name in _TURNED else tensor).contiguous()
            continue
        stem, _, kind = name.rpartition(".")
        if stem in _NORMS:
            found[f"{_NORMS[stem]}.{kind}"] = tensor.contiguous()
            continue
        found |= _of_block(name, tensor)
    return found


def _of_block(name: str, tensor: Tensor) -> dict[str, Tensor]:
    """A weight of a layer by its name, or three of them: attention's are kept as one."""
    match = _BLOCK.fullmatch(name.replace("in_proj_", "in_proj."))
    if match is None or match[3] not in {*_PARTS, "attn.in_proj"}:
        raise UserError(f"it holds {name}, which is no part of a CLIP of two transformers")
    tower = "vision_model" if match[1] else "text_model"
    layer = f"{tower}.encoder.layers.{match[2]}"
    if match[3] != "attn.in_proj":
        return {f"{layer}.{_PARTS[match[3]]}.{match[4]}": tensor.contiguous()}
    parts = zip("qkv", tensor.chunk(3), strict=True)
    return {f"{layer}.self_attn.{one}_proj.{match[4]}": part.clone() for one, part in parts}


def _weights(path: Path) -> Mapping[str, Tensor]:
    from safetensors.torch import load_file

    tensors, checkpoint = (path / name for name in FILES)
    if tensors.is_file():
        check_header(tensors)
        return load_file(tensors)
    if not checkpoint.is_file():
        raise UserError(f"it has neither {FILES[0]} nor {FILES[1]}")
    content = read_checkpoint(checkpoint, "a CLIP")
    state = content.get("state_dict", content)
    return {name: one for name, one in state.items() if isinstance(one, torch.Tensor)}


def _config(
    state: Mapping[str, Tensor], said: Mapping[str, Any], vocabulary: Mapping[str, int]
) -> dict[str, Any]:
    """The configuration of transformers, of sizes that are read off the weights."""
    missing = next((name for name in _ALONE if name not in state), None)
    if missing is not None:
        raise UserError(f"it has no weights {missing}, as a CLIP of two transformers has")
    patches, patch = state["visual.conv1.weight"], int(state["visual.conv1.weight"].shape[-1])
    across = math.isqrt(len(state["visual.positional_embedding"]) - 1)
    act = "quick_gelu" if said.get("quick_gelu") else "gelu"
    texts, vision = said.get("text_cfg") or {}, said.get("vision_cfg") or {}
    words = state["token_embedding.weight"]
    marks = {
        "bos_token_id": vocabulary.get(START),
        "eos_token_id": vocabulary.get(END),
        "pad_token_id": vocabulary.get(END),
    }
    return {
        "architectures": ["CLIPModel"],
        "model_type": "clip",
        "projection_dim": int(state["visual.proj"].shape[1]),
        "text_config": {
            **_tower(state, "", int(words.shape[1]), texts.get("heads")),
            **marks,
            "hidden_act": act,
            "vocab_size": len(words),
            "max_position_embeddings": len(state["positional_embedding"]),
        },
        "vision_config": {
            **_tower(
                state,
                "visual.",
                len(patches),
                len(patches) // int(vision.get("head_width") or HEAD),
            ),
            "hidden_act": act,
            "patch_size": patch,
            "image_size": across * patch,
        },
    }


def _tower(
    state: Mapping[str, Tensor], prefix: str, width: int, heads: int | None
) -> dict[str, int]:
    """What transformers wants to know of a tower."""
    layer = f"{prefix}transformer.resblocks.{{}}.mlp.c_fc.weight"
    count = 0
    while layer.format(count) in state:
        count += 1
    if not count:
        raise UserError("it has no layers of a transformer")
    return {
        "hidden_size": width,
        "intermediate_size": len(state[layer.format(0)]),
        "num_hidden_layers": count,
        "num_attention_heads": int(heads or max(1, width // HEAD)),
    }
