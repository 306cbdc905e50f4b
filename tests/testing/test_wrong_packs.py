"""Every law of packs and of their models can fail: one wrong model for each."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.nn.functional import interpolate

from styleforge.models.stylegan2 import Generator
from styleforge.pack.pack import Alignment
from styleforge.pack.subjects import Subject
from styleforge.testing import toy, toy_models, toy_words
from styleforge.testing.stand_in import StandInRegions

PACK = replace(toy.toy_pack(), name="mine")
ALIGNED = Alignment(((0,), (99,)), ((0.3, 0.4), (0.7, 0.4)))
REGIONS = StandInRegions(("rest", "thing"))


# --- region providers ------------------------------------------------------------------------
class Regions:
    """A region provider with one function changed."""

    names = REGIONS.names

    def __call__(self, image):
        return REGIONS(image)


class Spaced(Regions):
    names = ("rest", "left eye")


class Short(Regions):
    names = ("bg", "thing")


class OneSize(Regions):
    def __call__(self, image):
        return interpolate(REGIONS(image), (32, 32))


class TooMuch(Regions):
    def __call__(self, image):
        return REGIONS(image) * 0.98


class Normalised(Regions):
    def __call__(self, image):
        low = image.amin((1, 2, 3), keepdim=True)
        return REGIONS((image - low) / (image.amax((1, 2, 3), keepdim=True) - low))


class Hard(Regions):
    def __call__(self, image):
        return REGIONS(image.detach())


class Chance(Regions):
    def __call__(self, image):
        return REGIONS(image + 1e-4 * torch.rand(()))


class Mixing(Regions):
    def __call__(self, image):
        return REGIONS(image + image.mean(0, keepdim=True))


# --- generators ------------------------------------------------------------------------------
def generator(**methods):
    """The toy generator with methods of its class changed."""
    made = toy_models.generator()
    made.__class__ = type("Wrong", (type(made),), methods)
    return made


def cut(self, latent, noise):
    with torch.no_grad():
        return super(type(self), self).synthesize(latent, noise)


def shaky(self, latent, noise):
    return super(type(self), self).synthesize(latent, noise) + 1e-5 * torch.rand(())


def centred(self, latent, noise):
    image = super(type(self), self).synthesize(latent, noise)
    return image + 0.5 * image.mean(0, keepdim=True)


def stay(self):
    return self


def misled(self, latent, noise):
    class Misled:
        picture = Generator.synthesize(self, latent, noise).detach()

        def pull_back(self, cotangents, of_noise=()):
            found, noise = recording.pull_back(cotangents, of_noise)
            return 1.1 * found, noise

    recording = super(type(self), self).record(latent, noise)
    return Misled()


def misled_generator():
    return generator(record=misled)


def cut_generator():
    return generator(synthesize=cut)


def learning_generator():
    return generator(eval=stay)


def shaky_generator():
    return generator(synthesize=shaky)


def centred_generator():
    return generator(synthesize=centred)


# --- the others ------------------------------------------------------------------------------
class OneRow:
    def __call__(self, image):
        return torch.zeros(len(image), toy_models.WIDTH)


class Surer:
    """A finder of subjects that is surer than sure."""

    noun = "hat"
    sure = 1.5

    def __call__(self, image):
        return (Subject(score=0.5, place=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0))),)

    def score(self, image):
        return self.sure


class Finder(Surer):
    sure = 0.5


class Everything:
    def __init__(self):
        self.net = toy_models.features()
        self.layers = self.net.layers

    def __call__(self, image, layers):
        return self.net(image, self.layers)


def negative():
    widths = zip(toy_models.LPIPS_LAYERS, toy_models.VGG_WIDTHS, strict=True)
    return toy_models.ToyLpips({layer: -torch.ones(width) for layer, width in widths})


class Deep:
    def __call__(self, image):
        return torch.zeros(len(image), 5, 3)


class Long(toy_words.ToyEncoder):
    def embed_image(self, image):
        return 2 * super().embed_image(image)


class Silent(toy_words.ToyEncoder):
    def place(self, text, about=""):
        return super().place(text, about)[0], ()


class LongIdentity(toy_words.Pooled):
    def forward(self, image):
        return 2 * super().forward(image)


class Flat:
    """One colour where it is covered."""

    def tone(self, image, mask):
        inside = (image * mask).sum((2, 3)) / mask.sum((2, 3))
        return inside[0] / 2 + 0.5

    def __call__(self, image, coverage, colour, share=1.0):
        return image + share * coverage * (2 * colour[:, None, None] - 1 - image)


class Spills(Flat):
    def __call__(self, image, coverage, colour, share=1.0):
        return super().__call__(image, torch.ones_like(coverage), colour, share)


class Darkens:
    def __call__(self, image, hole):
        return image * 0.9


class Glows:
    def __call__(self, problem, how, inpainter):
        return problem.role(how.structure).image + 5


class Whole:
    def __call__(self, problem, how, inpainter):
        return problem.role(how.structure).image.clamp(-1, 1)


class Turned:
    names = ("thing",)

    def __call__(self, image, regions, subject, subject_regions, region):
        return torch.zeros(len(image), *image.shape[-2:], 2)


# --- good ones of the kinds that the toy pack has not ------------------------------------------
class Grey:
    def __call__(self, image, hole):
        return torch.where(hole > 0.5, torch.zeros_like(image), image)


class Poser:
    names = ("thing",)

    def __call__(self, image, regions, subject, subject_regions, region):
        return torch.zeros(len(image), 2, *image.shape[-2:])


def whole(**components):
    return {"components": {**PACK.components, **components}}


def identity():
    return LongIdentity(4, side=8, width=5)


WRONG = {
    "pack.has_title_and_help": ({"help": ""}, "no help"),
    "pack.has_a_licence": ({"licence": " "}, "no licence"),
    "pack.has_a_size": ({"size": (0, 32)}, r"\(0, 32\); \(height"),
    "pack.has_what_runs_need": (
        {"components": {"generator": toy_models.generator}},
        "no regions; every run",
    ),
    "pack.is_lazy": (whole(landmarks=lambda: None), "at the level of a module"),
    "pack.ships_what_it_names": ({"gallery": Path(__file__).parent}, "there is no PNG"),
    "pack.regions_have_the_usual_names": (
        {**whole(regions=Short), "regions": Short.names},
        "'bg'; packs call what is behind the subject 'background'",
    ),
    "pack.regions_are_what_it_finds": (
        {"regions": ("rest", "thing")},
        "its provider finds rest, keep, thing",
    ),
    "pack.landmarks_follow_their_layout": (
        {"landmark_layout": "ibug68"},
        "found 5 landmarks; the layout ibug68 has 68",
    ),
    "pack.row_groups_fit": ({"row_groups": {"all": (0, 99)}}, "row 99 in the group 'all'"),
    "pack.alignment_fits": ({"alignment": ALIGNED}, "up to number 99"),
    "regions.names_can_be_used_in_masks": (whole(regions=Spaced), "'left eye'"),
    "regions.finds_every_region": (whole(regions=OneSize), r"\(2, 2, 32, 32\)"),
    "regions.sums_to_one": (whole(regions=TooMuch), "off 1 by up to 0.02"),
    "regions.survives_empty_pictures": (whole(regions=Normalised), "(?i)nan"),
    "regions.is_differentiable": (whole(regions=Hard), "cuts the gradient"),
    "regions.is_deterministic": (whole(regions=Chance), "two outputs for one input"),
    "regions.treats_a_batch_as_each_alone": (whole(regions=Mixing), "than each picture alone"),
    "generator.makes_what_it_says": ({"size": (64, 64)}, r"its pack says \(64, 64\)"),
    "generator.is_differentiable": (whole(generator=cut_generator), "cuts the gradient"),
    "generator.is_frozen": (whole(generator=learning_generator), "can still learn"),
    "generator.is_deterministic": (whole(generator=shaky_generator), "two outputs"),
    "generator.treats_a_batch_as_each_alone": (
        whole(generator=centred_generator),
        "than each picture alone",
    ),
    "generator.pulls_back_as_autograd_does": (
        whole(generator=misled_generator),
        r"gradient of W\+ that is 0\.1 away",
    ),
    "inverter.inverts_to_latents": (whole(inverter=OneRow), r"\(2, 8, 8\) was expected"),
    "features.gives_the_layers_asked_for": (whole(features=Everything), "layers asked for were"),
    "lpips.weighs_the_features": (whole(lpips=negative), "none below 0"),
    "landmarks.finds_landmarks": (whole(landmarks=Deep), r"\(2, any, 2\)"),
    "subjects.finds_subjects": (whole(subjects=Surer), r"a score outside \[0, 1\] among"),
    "embedding.embeds_pictures_and_words": (whole(embedding=Long), "length 2; 1 was"),
    "embedding.tells_what_it_leaves_out": (whole(embedding=Silent), "and did not say so"),
    "identity_encoder.embeds_identities": (whole(identity_encoder=identity), "length 2; 1 was"),
    "inpainter.fills_the_hole_only": (whole(inpainter=Darkens), "outside the hole"),
    "recolour.recolours_what_is_covered": (whole(recolour=Spills), "changes what is not covered"),
    "paste.pastes_a_picture": (whole(paste=Glows), r"beyond \[-1, 1\]"),
    "poser.bends_regions": (whole(poser=Turned), r"\(1, 2, 32, 32\) was expected"),
}
GOOD = whole(
    inpainter=Grey, paste=Whole, poser=Poser, recolour=Flat, regions=Regions, subjects=Finder
)


@pytest.mark.parametrize("law", WRONG)
def test_a_wrong_pack_breaks_one_law(law, make_plugin, broken):
    changes, message = WRONG[law]
    found = broken(make_plugin(packs=[replace(PACK, **changes)]), law.partition(".")[0])
    assert set(found) == {law}, found
    assert re.search(message, found[law]), found[law]


@pytest.mark.parametrize("kind", sorted({law.partition(".")[0] for law in WRONG}))
def test_a_good_pack_breaks_none(kind, make_plugin, broken):
    assert broken(make_plugin(packs=[replace(PACK, **GOOD)]), kind) == {}


def test_groups_of_rows_may_share_rows_but_none_has_one_twice(make_plugin, broken):
    shared = replace(PACK, row_groups={"shapes": (0, 1, 2, 3), "colours": (2, 3, 4)})
    assert broken(make_plugin(packs=[shared]), "pack") == {}
    twice = replace(PACK, row_groups={"shapes": (0, 1), "colours": (2, 3, 2)})
    found = broken(make_plugin(packs=[twice]), "pack")
    assert set(found) == {"pack.row_groups_fit"}
    assert "has a row twice in the group 'colours'" in found["pack.row_groups_fit"]


def test_pickles_are_refused(tmp_path, make_plugin, broken):
    (tmp_path / "model.pt").write_bytes(b"")
    found = broken(make_plugin(packs=[replace(PACK, weights=tmp_path)]), "pack")
    assert "can run code" in found["pack.ships_what_it_names"]


def test_a_component_that_is_registered_by_itself(make_plugin, broken):
    plugin = make_plugin(components=[("inpainter/dark", Darkens())])
    assert "outside the hole" in broken(plugin, "inpainter")["inpainter.fills_the_hole_only"]


def test_what_a_pack_says_of_places_and_landmarks(make_plugin, broken):
    pack = replace(PACK, places={"lips": (0.5, 0.5, 0.1, 0.1)}, landmark_layout="mine")
    found = broken(make_plugin(packs=[pack]), "pack")
    assert "has a place for the region 'lips'" in found["pack.regions_are_what_it_finds"]
    assert "of the layout 'mine'; one of ibug68 was" in found["pack.landmarks_follow_their_layout"]
    fine = replace(PACK, regions=("thing", "keep", "rest"))
    assert broken(make_plugin(packs=[fine]), "pack") == {}
