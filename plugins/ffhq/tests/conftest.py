"""Weights of random values in the published layouts, as a user would bring them."""

from __future__ import annotations

import published_generators as published
import pytest
import torch
from published_mapper import make_network
from published_mapper import write as write_mapper
from tiny_clip import write_clip
from tiny_segformer import write_segformer

from styleforge.forge import Forge
from styleforge.models.style_encoder import StyleEncoder
from styleforge.models.stylegan2 import channel_table
from styleforge.models.vgg import VGG16
from styleforge.prepare.images import save_image
from styleforge.weights.add import add_weights

WIDTH = 64  # of W+, of CLIP's embeddings and of the encoder's features
LARGE = {4: 8, 8: 8, 16: 8, 32: 8, 64: 8, 128: 4, 256: 4, 512: 2, 1024: 2}  # 18 rows
TALL = (4, 2)  # the constant of StyleGAN-Human, whose pictures are twice as high as wide
SMALL = {4: 16, 8: 16, 16: 16, 32: 8, 64: 8}


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """No test reads the weights of the person who runs it."""
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path / "home"))


def generator_file(
    path, channels, seed=0, width=WIDTH, depth=published.DEPTH, constant=published.SQUARE
):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(published, "CHANNELS", channels)
        patch.setattr(published, "WIDTH", width)
        patch.setattr(published, "DEPTH", depth)
        patch.setattr(published, "CONSTANT", constant)
        state = published.rosinality_state(seed)
        for name in state:  # pictures of colours that a parser can tell apart, not of grain
            if name.endswith("noise.weight"):
                state[name] *= 0.1
        return published.write_rosinality(path, state, latent_avg=torch.zeros(width))


def pictures(count=4, side=256):
    """Smooth pictures ``(count, 3, side, side)`` in [-1, 1]."""
    rng = torch.Generator().manual_seed(1)
    coarse = torch.randn(count, 3, 5, 5, generator=rng)
    smooth = torch.nn.functional.interpolate(
        coarse, (side, side), mode="bicubic", align_corners=True
    )
    return smooth.clamp(-1, 1)


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """The files that a user would download, by the name of what they are added as."""
    transformers = pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("files")
    torch.manual_seed(0)
    vgg = VGG16()
    torch.save(vgg.state_dict(), folder / "vgg.pth")
    encoder = StyleEncoder(18, stages=((1, 16), (1, 32), (1, 48), (1, WIDTH)), side=32)
    state = {f"encoder.{name}": one for name, one in encoder.state_dict().items()
             if name != "mean"}  # fmt: skip
    torch.save({"state_dict": state, "latent_avg": torch.zeros(18, WIDTH),
                "opts": {"encoder_type": "Encoder4Editing"}}, folder / "e4e.pt")  # fmt: skip
    for name in ("clip", "parser"):
        (folder / name).mkdir()
    return {
        "ffhq": (generator_file(folder / "large.pt", LARGE), "stylegan2"),
        "my-cats": (generator_file(folder / "small.pt", SMALL, seed=1), "stylegan2"),
        "my-people": (
            generator_file(folder / "tall.pt", SMALL, seed=2, constant=TALL), "stylegan2"
        ),
        "vgg16": (folder / "vgg.pth", "vgg16"),
        "e4e": (folder / "e4e.pt", "encoder"),
        "hairclip": (
            write_mapper(folder / "hairclip.pt", make_network(width=WIDTH)), "hairclip"
        ),
        "clip": (write_clip(folder / "clip", transformers, WIDTH), "clip"),
        "face-parsing": (
            write_segformer(folder / "parser", transformers, pictures()), "segformer"
        ),
    }  # fmt: skip


@pytest.fixture
def whole_generator(tmp_path):
    """A file of the size and widths of the published one."""
    return generator_file(tmp_path / "whole.pt", channel_table(1024), width=512, depth=8)


@pytest.fixture
def bring(files):
    """Adds weights by name, and gives a forge that sees them."""
    pytest.importorskip("lpips")
    import styleforge_hair
    from styleforge_ffhq import plugin

    def call(*names, **settings):
        for name in names:
            path, layout = files[name]
            add_weights(name, path, layout=layout)
        made = Forge(plugins=(), settings={"ffhq": settings} if settings else None)
        made.use(plugin, "ffhq")
        made.use(styleforge_hair, "hair")
        return made

    return call


@pytest.fixture
def people(tmp_path, monkeypatch):
    """Picture files, in the working folder; they show nobody, and are taken as aligned."""
    from styleforge_ffhq import components

    monkeypatch.setattr(components, "faces_found_by", lambda: None)
    for index, image in enumerate(pictures()):
        save_image(image[None], tmp_path / f"{index}.png")
    monkeypatch.chdir(tmp_path)
