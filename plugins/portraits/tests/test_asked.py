"""Edits in words: which are asked for, their true answers, and what is read off a picture."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from styleforge_portraits import language, portraits, world
from styleforge_portraits.asked.colour import Colours
from styleforge_portraits.asked.phrase import said
from styleforge_portraits.asked.reader import FITTED
from styleforge_portraits.asked.wordings import SEEN, UNSEEN, wordings_of
from styleforge_portraits.drawn import People
from styleforge_portraits.truth import TruthOf

from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.measure.wordings import Worded
from styleforge.prepare.regions import found_regions

DOMAINS = ("hair", "clothing")


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_description_says_something_of_its_attribute(domain):
    for one in wordings_of(domain):
        for role, text in one.words.items():
            groups = said(text, domain).groups
            assert f"{domain}_{role}" in groups, text
    assert {one.level for one in wordings_of(domain)} == {SEEN, UNSEEN}
    assert wordings_of("hats") == ()


def test_unseen_descriptions_of_hair_are_those_that_training_holds_out():
    for one in wordings_of("hair"):
        found = [language.parse(text) for text in one.words.values()]
        terms = tuple(term for each in found for term in each.terms)
        names = tuple(name for each in found for name in each.names)
        assert language.held_out(terms, names) == (one.level == UNSEEN), one.said


def test_the_truth_of_words_is_the_person_changed_as_they_say():
    words = {"shape": "long wavy hair", "appearance": "purple"}
    found = TruthOf(64)("hair", identity="gallery:otto", words=words)
    person, rng = portraits.person("otto"), np.random.default_rng(0)
    for text in words.values():
        person = language.satisfy(person, said(text, "hair"), rng)
    assert all(said(text, "hair").holds(person) for text in words.values())
    assert torch.equal(found.image, People(64).show(person).image)
    plain = TruthOf(64)("hair", identity="gallery:otto")
    assert not torch.equal(found.image, plain.image)
    with pytest.raises(UserError):
        TruthOf(64)("hair", identity="gallery:otto", words={"shape": "xyzzy"})


@pytest.fixture(scope="module")
def colours():
    rng = np.random.default_rng(0)
    return Colours("hair", [world.sample(rng) for _ in range(FITTED)])


@pytest.mark.slow  # 10 s
@pytest.mark.parametrize("text", ["blonde", "red", "pink", "green"])  # no mean stands for them
def test_a_colour_is_what_the_people_nearest_to_it_are_called(colours, text):
    rng = np.random.default_rng(1)
    attribute = Forge().attributes["hair.appearance"]
    asked = language.parse(f"{text} hair")
    right, wrong = [], []
    while len(right) < 24:
        person = world.sample(rng)
        if person.balding > 0.85 or asked.holds(person):
            continue
        for who, found in ((language.satisfy(person, asked, rng), right), (person, wrong)):
            drawn = world.render(who, 64)
            image = torch.from_numpy(drawn.image).permute(2, 0, 1)[None] / 127.5 - 1
            mask = torch.from_numpy(drawn.regions["hair"] > 0.5)[None, None]
            found.append(colours.shown(image, mask, text, attribute))
    assert np.mean(right) > 0.8  # by the nearest mean colour: .27, .57, .48 and .97
    assert np.mean(wrong) < 0.1


@pytest.mark.slow  # 12 s: the reader is fitted to 6000 people
@pytest.mark.parametrize("domain", DOMAINS)
def test_the_reader_finds_what_is_there_and_not_what_is_not(domain):
    forge = Forge()
    models = forge.models("portraits")
    reader, show = models.get("reader"), People().show
    rng = np.random.default_rng(5)
    right, wrong = [], []
    for one in wordings_of(domain):
        person = world.sample(rng)
        shown = [person]
        for text in one.words.values():
            shown.append(language.satisfy(shown[-1], said(text, domain), rng))
        asked = [
            Worded(forge.attributes[f"{domain}.{role}"], text) for role, text in one.words.items()
        ]
        for who, found in ((shown[-1], right), (shown[0], wrong)):
            image = show(who).image
            regions = found_regions(image, models)
            found.append(all(reader.shows(image, regions, each) for each in asked))
    assert np.mean(right) > 0.7
    assert np.mean(wrong) < 0.15
    names = [f"{domain}.shape"]
    image = show(world.sample(rng)).image
    assert reader.moved(image, image, forge.domains[domain], names) == 0
    with pytest.raises(UserError, match="reads words of hair and clothing, not of hats"):
        reader.moved(image, image, type("Hats", (), {"name": "hats"}), names)
