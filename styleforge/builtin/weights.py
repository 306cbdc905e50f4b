"""The published files that packs of any domain can use; rows of the table of weights."""

from __future__ import annotations

from styleforge.weights.row import WeightFile

WEIGHTS = (
    WeightFile(
        name="vgg16",
        file="vgg16-397923af.pth",
        gives="perceptual features",
        layout="vgg16",
        licence="BSD-3-Clause (torchvision); trained on ImageNet",
        page="https://docs.pytorch.org/vision/stable/models/vgg.html",
        url="https://download.pytorch.org/models/vgg16-397923af.pth",
        size=553_433_881,
        sha256="397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
        expects={"widths": [64, 128, 256, 512, 512]},
    ),
    WeightFile(
        name="lpips",
        file="vgg.pth",
        gives="LPIPS' linear weights for VGG16",
        layout="lpips",
        licence="BSD-2-Clause",
        page="https://github.com/richzhang/PerceptualSimilarity",
        size=7_289,
        sha256="a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868",
        package="lpips:weights/v0.1/vgg.pth",
    ),
    WeightFile(
        name="clip",
        file="clip-vit-base-patch32",
        gives="words and pictures in one space (ViT-B/32)",
        layout="clip",
        licence="MIT (code); its model card puts deployment out of scope",
        page="https://huggingface.co/openai/clip-vit-base-patch32",
        expects={"width": 512, "size": 224},
    ),
    WeightFile(
        name="inception",
        file="pt_inception-2015-12-05-6726825d.pth",
        gives="features of published FID figures",
        layout="inception",
        licence="Apache-2.0 (TensorFlow's models); trained on ImageNet",
        page="https://github.com/toshas/torch-fidelity",
    ),
)
