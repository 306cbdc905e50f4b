"""The small trainings, as a table; each line is a command and a part of `all`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from styleforge_portraits.models.loading import load_bald, load_features, load_generator
from styleforge_portraits.training.basis import BASIS, Basis
from styleforge_portraits.training.encoder import EncoderTrainer
from styleforge_portraits.training.identity import IdentityTrainer
from styleforge_portraits.training.inpainter import InpainterTrainer
from styleforge_portraits.training.inverter import InverterTrainer
from styleforge_portraits.training.landmarks import LandmarkTrainer
from styleforge_portraits.training.outfits import load_outfits
from styleforge_portraits.training.pairs import load_pairs
from styleforge_portraits.training.perception import PerceptionTrainer
from styleforge_portraits.training.poser import PoserTrainer
from styleforge_portraits.training.regions import RegionTrainer
from styleforge_portraits.training.small import Small
from styleforge_portraits.training.subjects import SubjectTrainer
from styleforge_portraits.training.without_hair import load_without_hair

if TYPE_CHECKING:
    from collections.abc import Mapping

    from styleforge_portraits.training.small import Place

MAPPING_SHARE = 0.07
GENERATOR_SHARE = 0.62  # the shares of a table's lines and these are parts of their sum


def posed_pairs(place: Place) -> Mapping[str, Any]:
    """The pairs of people that the poser learns from."""
    return {"pairs": load_pairs(place.data / "world")}


def bare_people(place: Place) -> Mapping[str, Any]:
    """The people without hair that the inpainter learns from, and what draws them."""
    return {"bare": load_without_hair(place.data / "world"), "bald": load_bald(place.weights)}


def other_outfits(place: Place) -> Mapping[str, Any]:
    """The people dressed otherwise that the identity encoder learns from."""
    return {"outfits": load_outfits(place.data / "world"), **perceptual_network(place)}


def perceptual_network(place: Place) -> Mapping[str, Any]:
    """The weights of the perceptual network that the encoders see through."""
    return {"features": load_features(place.weights).state_dict()}


def finished_generator(place: Place) -> Mapping[str, Any]:
    """The trained generator, and the basis that its W was laid out by."""
    basis = Basis.load(place.data / BASIS)
    return {"basis": basis, "generator": load_generator(place.weights)}


# fmt: off
BEFORE = (  # the generator
    Small(PerceptionTrainer, "Train the perceptual network and fit the LPIPS weights.",
          4, 0.04, batch=16, rate=1e-3, limit=200, goes_on=False),  # folded when stored
    Small(RegionTrainer, "Train the region network.", 5, 0.04, batch=8, rate=3e-3),
    Small(LandmarkTrainer, "Train the landmark network.", 4, 0.04, batch=16, rate=2e-3),
    Small(SubjectTrainer, "Train the network that finds portraits in any picture.",
          12, 0.08, batch=48, rate=3e-3),
    Small(PoserTrainer, "Train the network that bends hair and clothing to another person.",
          6, 0.06, batch=16, rate=2e-3, needs=posed_pairs),
    Small(EncoderTrainer, "Train the text-image encoder; needs the perceptual network.",
          10, 0.09, batch=256, rate=1.5e-3, needs=perceptual_network),
    Small(IdentityTrainer, "Train the identity encoder; needs the perceptual network.",
          6, 0.05, batch=256, rate=1.5e-3, needs=other_outfits),
)
AFTER = (
    Small(InverterTrainer, "Train the inverter; needs the generator.",
          32, 0.25, batch=48, rate=2e-3, needs=finished_generator),
    Small(InpainterTrainer, "Train the network that shows what is under hair; needs the inverter.",
          9, 0.08, batch=8, rate=2e-3, needs=bare_people),
)
# fmt: on
