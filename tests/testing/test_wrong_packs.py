"""Every law of packs and of their models can fail: one wrong model for each."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import wrong_models as wrong

from styleforge.pack.pack import Alignment
from styleforge.testing import toy, toy_models

PACK = replace(toy.toy_pack(), name="mine")
ALIGNED = Alignment(((0,), (99,)), ((0.3, 0.4), (0.7, 0.4)))


def whole(**components):
    return {"components": {**PACK.components, **components}}


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
        {**whole(regions=wrong.Short), "regions": wrong.Short.names},
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
    "regions.names_can_be_used_in_masks": (whole(regions=wrong.Spaced), "'left eye'"),
    "regions.finds_every_region": (whole(regions=wrong.OneSize), r"\(2, 2, 32, 32\)"),
    "regions.sums_to_one": (whole(regions=wrong.TooMuch), "off 1 by up to 0.02"),
    "regions.survives_empty_pictures": (whole(regions=wrong.Normalised), "(?i)nan"),
    "regions.is_differentiable": (whole(regions=wrong.Hard), "cuts the gradient"),
    "regions.is_deterministic": (whole(regions=wrong.Chance), "two outputs for one input"),
    "regions.treats_a_batch_as_each_alone": (
        whole(regions=wrong.Mixing),
        "than each picture alone",
    ),
    "generator.makes_what_it_says": ({"size": (64, 64)}, r"its pack says \(64, 64\)"),
    "generator.is_differentiable": (whole(generator=wrong.cut_generator), "cuts the gradient"),
    "generator.is_frozen": (whole(generator=wrong.learning_generator), "can still learn"),
    "generator.is_deterministic": (whole(generator=wrong.shaky_generator), "two outputs"),
    "generator.treats_a_batch_as_each_alone": (
        whole(generator=wrong.centred_generator),
        "than each picture alone",
    ),
    "generator.pulls_back_as_autograd_does": (
        whole(generator=wrong.misled_generator),
        r"gradient of W\+ that is 0\.1 away",
    ),
    "inverter.inverts_to_latents": (whole(inverter=wrong.OneRow), r"\(2, 8, 8\) was expected"),
    "features.gives_the_layers_asked_for": (
        whole(features=wrong.Everything),
        "layers asked for were",
    ),
    "lpips.weighs_the_features": (whole(lpips=wrong.negative), "none below 0"),
    "landmarks.finds_landmarks": (whole(landmarks=wrong.Deep), r"\(2, any, 2\)"),
    "subjects.finds_subjects": (whole(subjects=wrong.Surer), r"a score outside \[0, 1\] among"),
    "embedding.embeds_pictures_and_words": (whole(embedding=wrong.Long), "length 2; 1 was"),
    "embedding.tells_what_it_leaves_out": (whole(embedding=wrong.Silent), "and did not say so"),
    "identity_encoder.embeds_identities": (
        whole(identity_encoder=wrong.identity),
        "length 2; 1 was",
    ),
    "inpainter.fills_the_hole_only": (whole(inpainter=wrong.Darkens), "outside the hole"),
    "recolour.recolours_what_is_covered": (
        whole(recolour=wrong.Spills),
        "changes what is not covered",
    ),
    "paste.pastes_a_picture": (whole(paste=wrong.Glows), r"beyond \[-1, 1\]"),
    "poser.bends_regions": (whole(poser=wrong.Turned), r"\(1, 2, 32, 32\) was expected"),
}
GOOD = whole(
    inpainter=wrong.Grey,
    paste=wrong.Whole,
    poser=wrong.Poser,
    recolour=wrong.Flat,
    regions=wrong.Regions,
    subjects=wrong.Finder,
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
    plugin = make_plugin(components=[("inpainter/dark", wrong.Darkens())])
    assert "outside the hole" in broken(plugin, "inpainter")["inpainter.fills_the_hole_only"]


def test_what_a_pack_says_of_places_and_landmarks(make_plugin, broken):
    pack = replace(PACK, places={"lips": (0.5, 0.5, 0.1, 0.1)}, landmark_layout="mine")
    found = broken(make_plugin(packs=[pack]), "pack")
    assert "has a place for the region 'lips'" in found["pack.regions_are_what_it_finds"]
    assert "of the layout 'mine'; one of ibug68 was" in found["pack.landmarks_follow_their_layout"]
    fine = replace(PACK, regions=("thing", "keep", "rest"))
    assert broken(make_plugin(packs=[fine]), "pack") == {}
