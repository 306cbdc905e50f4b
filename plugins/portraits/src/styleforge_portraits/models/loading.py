"""The trained models of the pack, each read from disk when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.mapper.files import load_mapper as load_trained
from styleforge.models.vgg import VGG16
from styleforge_portraits.models.bald import Bald
from styleforge_portraits.models.encoder import PortraitEncoder, stored_vocabulary
from styleforge_portraits.models.generator import (
    ROWS,
    build_generator,
    stored_channels,
)
from styleforge_portraits.models.identity import IdentityNet
from styleforge_portraits.models.inpainter import InpainterNet, PortraitInpainter
from styleforge_portraits.models.inverter import InverterNet
from styleforge_portraits.models.landmarks import LandmarkNet
from styleforge_portraits.models.perception import WIDTHS, PortraitLpips
from styleforge_portraits.models.poser import PoserNet
from styleforge_portraits.models.regions import RegionNet
from styleforge_portraits.models.subjects import SubjectNet
from styleforge_portraits.models.weights import fill, filled, load_weights, weights_folder
from styleforge_portraits.training.basis import BASIS, Basis

if TYPE_CHECKING:
    from pathlib import Path

    from styleforge.mapper.network import Mapper
    from styleforge.models.stylegan2 import Generator


def load_generator(folder: Path | None = None) -> Generator:
    """The generator: 256 px, 14 rows of W+, 13 noise maps."""
    weights = load_weights("generator", folder)
    channels = stored_channels(weights)
    return filled(lambda: build_generator(max(channels), channels), weights)


def load_features(folder: Path | None = None) -> VGG16:
    """The perceptual network, VGG16's topology with narrow layers."""
    return fill(lambda: VGG16(WIDTHS), "perception", folder)


def load_lpips(folder: Path | None = None) -> PortraitLpips:
    """The LPIPS weights that belong to `load_features`."""
    return PortraitLpips(load_weights("lpips", folder))


def load_regions(folder: Path | None = None) -> RegionNet:
    """The region network."""
    return fill(RegionNet, "regions", folder)


def load_landmarks(folder: Path | None = None) -> LandmarkNet:
    """The landmark network."""
    return fill(LandmarkNet, "landmarks", folder)


def load_subjects(folder: Path | None = None) -> SubjectNet:
    """The subject network."""
    return fill(SubjectNet, "subjects", folder)


def load_basis(folder: Path | None = None) -> Basis:
    """The linear map from a person's measures to the W of `load_generator`."""
    folder = weights_folder() if folder is None else folder
    return Basis.load(folder / BASIS)


def load_inverter(folder: Path | None = None) -> InverterNet:
    """The inverter into the W+ of `load_generator`."""
    weights = load_weights("inverter", folder)
    return filled(lambda: InverterNet(torch.empty_like(weights["span"]), ROWS), weights)


def load_poser(folder: Path | None = None) -> PoserNet:
    """The poser."""
    return fill(PoserNet, "poser", folder)


def load_bald(folder: Path | None = None) -> Bald:
    """What draws people without hair: the generator, the inverter, and the step between them."""
    return Bald(load_generator(folder), load_inverter(folder), load_basis(folder))


def load_inpainter(folder: Path | None = None) -> PortraitInpainter:
    """The inpainter, with a generator of its own."""
    return PortraitInpainter(fill(InpainterNet, "inpainter", folder), load_bald(folder)).eval()


def load_mapper(domain: str, folder: Path | None = None) -> Mapper:
    """The mapper of a domain."""
    folder = weights_folder() if folder is None else folder
    return load_trained(folder / f"mapper_{domain}.safetensors").requires_grad_(requires_grad=False)


def load_encoder(folder: Path | None = None) -> PortraitEncoder:
    """The text-image encoder, with the vocabulary that it was trained with."""
    words = stored_vocabulary(load_weights("encoder", folder))
    return fill(lambda: PortraitEncoder(words), "encoder", folder)


def load_identity(folder: Path | None = None) -> IdentityNet:
    """The identity encoder."""
    return fill(IdentityNet, "identity", folder)
