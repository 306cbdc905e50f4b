"""A whole SegFormer as one would download it, but tiny: 19 labels of CelebAMask-HQ, random weights.

Five of the labels are drawn so that each takes a share of the pictures that it is given.
"""

from __future__ import annotations

import torch

LABELS = (
    "background", "skin", "nose", "eye_g", "l_eye", "r_eye", "l_brow", "r_brow", "l_ear", "r_ear",
    "mouth", "u_lip", "l_lip", "hair", "hat", "ear_r", "neck_l", "neck", "cloth",
)  # fmt: skip
DRAWN = ("background", "skin", "hair", "neck", "cloth")


def write_segformer(folder, transformers, pictures=None, labels=LABELS):
    """Write the folder that `SegFormer.from_folder` reads.

    Args:
        pictures: ``(N, 3, H, W)`` in [-1, 1] in which every drawn label is to be found.
    """
    config = transformers.SegformerConfig(
        depths=[1, 1, 1, 1], hidden_sizes=[8, 8, 16, 16], num_attention_heads=[1, 1, 1, 1],
        decoder_hidden_size=16, num_labels=len(labels), id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
    )  # fmt: skip
    torch.manual_seed(0)
    network = transformers.SegformerForSemanticSegmentation(config).eval()
    for name, parameter in network.named_parameters():
        if "norm" not in name:
            torch.nn.init.normal_(parameter, std=0.5)
    if pictures is not None:
        with torch.no_grad():
            classifier = network.decode_head.classifier
            fed = torch.nn.functional.interpolate(pictures, (512, 512), mode="bilinear")
            logits = network(pixel_values=fed).logits  # (N, labels, 128, 128)
            mean, spread = logits.mean((0, 2, 3)), logits.std((0, 2, 3))
            classifier.weight.div_(spread[:, None, None, None] / 4)
            classifier.bias.sub_(mean).div_(spread / 4)
            for index, label in enumerate(labels):
                if label not in DRAWN:
                    classifier.bias[index] = -1000.0
    network.save_pretrained(folder)
    return folder
