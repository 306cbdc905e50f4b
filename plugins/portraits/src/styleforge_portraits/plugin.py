"""The plugin: the pack ``portraits``. Nothing heavy is imported until a model is asked for."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.hookspecs import hookimpl

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge.pack.pack import Pack
    from styleforge.plugins.registry import Register

styleforge_api = 1

SIZE = (256, 256)
# iBUG's order of the 68 landmarks, and where the world puts the eyes.
EYES = ((36, 37, 38, 39, 40, 41), (42, 43, 44, 45, 46, 47))
# Rows up to 8 px, up to 64 px, and from 32 px on. This generator settles shapes in the first eight
# and colours from the seventh on (docs/models.md, "Rows"): two rows serve both.
ROW_GROUPS = {"coarse": (0, 1, 2), "medium": (3, 4, 5, 6, 7), "fine": (6, 7, 8, 9, 10, 11, 12, 13)}
SHOWN: dict[str, Any] = {  # a person, whose shape, whose look
    "identity": "gallery:mira",
    "references": {
        "shape": "gallery:noor",
        "appearance": "gallery:otto",
        "finer_style": "gallery:otto",
    },
}
REGIONS = ("background", "skin", "face", "hair", "clothing")
# LOHO's weights are for ImageNet's VGG16; these make its terms as loud as L_f of the released code
# where stage 2 begins (`python -m benchmarks.voices`, docs/loho.md).
CALIBRATION = {
    "lpips/patent": 60.0, "appearance": 0.5, "appearance/patent": 0.02, "style": 20.0,
    "style/patent": 0.01,
}  # fmt: skip
# Where colours are shown to the encoder: about where the regions are in the world's pictures.
PATCHES = {"hair": (0.5, 0.42, 0.26, 0.30), "clothing": (0.5, 1.0, 0.45, 0.26)}
PLACES = ((0.407, 0.4286), (0.593, 0.4286))


def generator() -> Any:
    """The generator: 256 px, 14 rows of W+, 13 noise maps."""
    return _loading().load_generator()


def regions() -> Any:
    """The region provider: background, skin, face, hair, clothing."""
    return _loading().load_regions()


def features() -> Any:
    """The perceptual network."""
    return _loading().load_features()


def lpips() -> Any:
    """The LPIPS weights of the perceptual network."""
    return _loading().load_lpips()


def landmarks() -> Any:
    """The landmark finder."""
    return _loading().load_landmarks()


def inverter() -> Any:
    """The inverter into W+."""
    return _loading().load_inverter()


def subjects() -> Any:
    """What finds portraits in a picture."""
    return _loading().load_subjects()


def poser() -> Any:
    """What bends hair and clothing to another person's head and pose."""
    return _loading().load_poser()


def inpainter() -> Any:
    """What shows a portrait without its hair."""
    return _loading().load_inpainter()


def mapper_hair() -> Any:
    """The mapper of hair."""
    return _loading().load_mapper("hair")


def mapper_clothing() -> Any:
    """The mapper of clothing."""
    return _loading().load_mapper("clothing")


def edits() -> Any:
    """What mappers are trained on."""
    return import_module("styleforge_portraits.edits").Edits()


def embedding() -> Any:
    """The text-image encoder, which knows the words of docs/words.md."""
    return _loading().load_encoder()


def identity() -> Any:
    """The identity encoder, to which hair, clothing and background do not count."""
    return _loading().load_identity()


def truth() -> Any:
    """The true answer for gallery portraits."""
    return import_module("styleforge_portraits.truth").TruthOf()


def people() -> Any:
    """Random people, whose transfers have a known answer."""
    return import_module("styleforge_portraits.drawn").People()


def wordings() -> Any:
    """Descriptions that methods are compared by."""
    return import_module("styleforge_portraits.asked.wordings").wordings_of


def reader(models: Models) -> Any:
    """What reads off a picture whether it shows what words say."""
    return import_module("styleforge_portraits.asked.reader").FactorReader(models)


def _loading() -> Any:
    return import_module("styleforge_portraits.models.loading")


@hookimpl
def register_packs(register: Register[Pack]) -> None:
    """Add the pack."""
    from styleforge.pack.pack import Alignment, Pack, Showcase
    from styleforge.recipe.objective import Term
    from styleforge_portraits.selections import SELECTIONS
    from styleforge_portraits.suggestions import WORDS

    register(
        Pack(
            name="portraits",
            title="Illustrated portraits",
            help="A procedural world of people, and small models trained on it. Offline.",
            licence="Apache-2.0",
            components={
                "generator": generator,
                "regions": regions,
                "features": features,
                "lpips": lpips,
                "landmarks": landmarks,
                "inverter": inverter,
                "subjects": subjects,
                "poser": poser,
                "inpainter": inpainter,
                "mapper/hair": mapper_hair,
                "mapper/clothing": mapper_clothing,
                "edits": edits,
                "embedding": embedding,
                "identity_encoder": identity,
                "truth": truth,
                "world": people,
                "wordings": wordings,
                "reader": reader,
            },
            size=SIZE,
            regions=REGIONS,
            landmark_layout="ibug68",
            places=PATCHES,
            default=True,
            alignment=Alignment(EYES, PLACES),
            gallery=Path(__file__).parent / "gallery",
            weights=Path(__file__).parent / "weights",
            row_groups=ROW_GROUPS,
            lr=0.05,
            exploration=0.0,
            coordinates="whitened",
            calibration=CALIBRATION,
            prior=(
                Term("latent norm", "latent_norm", weight=0.03),
                Term("latent rows", "latent_rows", weight=7.5),
            ),
            selections=SELECTIONS,
            words=WORDS,
            showcases=tuple(Showcase(domain=domain, **SHOWN) for domain in ("hair", "clothing")),
        )
    )
