"""The published files that these packs can use; rows of the table of weights.

What stands here was read in the publishers' pages and repositories. A digest is given where one was
seen.
"""

from __future__ import annotations

from styleforge.weights.row import WeightFile

NVIDIA = "NVIDIA Source Code License: research and non-commercial use; pictures CC BY-NC-SA 4.0"
ADA = "https://nvlabs-fi-cdn.nvidia.com/stylegan2-ada-pytorch/pretrained"
ADA_PAGE = "https://github.com/NVlabs/stylegan2-ada-pytorch"

ROWS = (
    WeightFile(
        name="ffhq",
        file="ffhq.pkl",
        gives="StyleGAN2's generator of FFHQ, 1024 px",
        layout="stylegan2",
        licence=NVIDIA,
        page=ADA_PAGE,
        url=f"{ADA}/ffhq.pkl",
        size=381_624_121,
        sha256="a205a346e86a9ddaae702e118097d014b7b8bd719491396a162cca438f2f524c",
        expects={"size": 1024},
    ),
    WeightFile(
        name="ffhq-512",
        file="ffhq-res512-mirror-stylegan2-noaug.pkl",
        gives="StyleGAN2's generator of FFHQ, 512 px",
        layout="stylegan2",
        licence=NVIDIA,
        page=ADA_PAGE,
        url=f"{ADA}/transfer-learning-source-nets/ffhq-res512-mirror-stylegan2-noaug.pkl",
        expects={"size": 512},
    ),
    WeightFile(
        name="ffhq-256",
        file="ffhq-res256-mirror-paper256-noaug.pkl",
        gives="StyleGAN2's generator of FFHQ, 256 px",
        layout="stylegan2",
        licence=NVIDIA,
        page=ADA_PAGE,
        url=f"{ADA}/transfer-learning-source-nets/ffhq-res256-mirror-paper256-noaug.pkl",
        expects={"size": 256},
    ),
    WeightFile(
        name="e4e",
        file="e4e_ffhq_encode.pt",
        gives="e4e's encoder into the W+ of ffhq",
        layout="encoder",
        licence="MIT (code); trained on FFHQ, and with NVIDIA's generator inside: non-commercial",
        page="https://github.com/omertov/encoder4editing",
        expects={"rows": 18},
    ),
    WeightFile(
        name="hairclip",
        file="hairclip.pt",
        gives="HairCLIP's mapper for the W+ of ffhq",
        layout="hairclip",
        licence="LGPL-2.1 (repository); NVIDIA's generator inside: non-commercial",
        page="https://github.com/wty-ustc/HairCLIP",
        expects={"rows": 18},
    ),
    WeightFile(
        name="arcface",
        file="model_ir_se50.pth",
        gives="ArcFace, which tells people apart",
        layout="arcface",
        licence="MIT (code); trained on MS1M: research only",
        page="https://github.com/TreB1eN/InsightFace_Pytorch",
    ),
    WeightFile(
        name="face-parsing",
        file="face-parsing",
        gives="regions of faces: 19 classes of CelebAMask-HQ",
        layout="segformer",
        licence="its card says CC0-1.0; NVIDIA's base and CelebAMask-HQ are non-commercial",
        page="https://huggingface.co/jonathandinu/face-parsing",
        expects={"classes": 19},
    ),
)
