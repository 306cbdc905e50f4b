"""What the packs have, by what was brought, and what they say of what they lack."""

from __future__ import annotations

import re

import pytest
import torch
from styleforge_ffhq.inversion import ByOptimization
from styleforge_ffhq.packs import LANDMARKS, REGIONS
from styleforge_ffhq.parsing import CLASSES, FaceRegions
from styleforge_ffhq.rows import ROWS
from tiny_segformer import LABELS

from styleforge.errors import UserError
from styleforge.models.style_encoder import StyleEncoder
from styleforge.weights.add import add_weights
from styleforge.weights.kept import find

WHOLE = ("ffhq", "vgg16", "e4e", "hairclip", "clip", "face-parsing")


def test_without_weights_it_says_what_brings_what(bring):
    forge = bring()
    pack = forge.packs["ffhq"]
    assert set(pack.components) == {"lpips"}  # which its package carries
    assert pack.brings["mapper/hair"] == ("hairclip", "clip")
    with pytest.raises(UserError, match=r"has no generator; it has lpips\. Bring its weights: "
                                        r"`styleforge weights list ffhq` says how"):  # fmt: skip
        forge.models("ffhq").get("generator")
    names = {name for names in pack.brings.values() for name in names}
    assert names - {LANDMARKS} <= set(forge.weights)  # the plugin photo has that row


def test_every_row_says_terms_and_where():
    for row in ROWS:
        assert row.licence
        assert re.match("https://", row.page)
        assert not row.url or row.url.startswith("https://nvlabs-fi-cdn.nvidia.com/")
    sizes = {row.name: row.expects["size"] for row in ROWS if row.layout == "stylegan2"}
    assert sizes == {"ffhq": 1024, "ffhq-512": 512, "ffhq-256": 256}


def test_what_was_brought_is_there(bring):
    forge = bring(*WHOLE)
    models = forge.models("ffhq")
    assert models.pack.size == (1024, 1024)
    assert (models.get("generator").rows, models.get("inverter").rows) == (18, 18)
    assert isinstance(models.get("inverter").inner, StyleEncoder)
    assert models.get("regions").names == REGIONS
    assert models.pack.row_groups["fine"] == tuple(range(8, 18))
    mapper = models.get("mapper/hair").inner
    assert mapper.attributes == ("hair.shape", "hair.appearance")
    assert not mapper.encoder.unit
    assert models.get("embedding").inner.unit
    for preset in ("loho", "loho-2021", "mapper", "recolour"):
        assert forge.lacks(forge.recipe("hair", preset), "ffhq") == ()
    assert forge.lacks(forge.recipe("hair", "styleclip"), "ffhq") == ("identity_encoder",)


def test_a_generator_of_ones_own_is_a_pack_of_its_name(bring):
    forge = bring("my-cats", "vgg16", "face-parsing")
    assert list(forge.packs) == ["ffhq", "my-cats"]
    models = forge.models("my-cats")
    assert models.pack.size == (64, 64)
    assert models.get("generator").rows == 10
    assert isinstance(models.get("inverter").inner, ByOptimization)  # nobody trained an encoder
    assert not models.has("mapper/hair")


def test_an_encoder_of_another_generator_is_refused(bring, files):
    forge = bring("my-cats", "vgg16")
    add_weights("my-cats-e4e", files["e4e"][0], layout="encoder")
    forge = bring()
    with pytest.raises(UserError, match=r"gives 18 rows of W\+, and the generator has 10"):
        forge.models("my-cats").get("inverter")


def test_weights_that_went_after_the_forge_was_made(bring):
    from styleforge.weights.kept import forget

    forge = bring("my-cats")
    forget("my-cats")
    with pytest.raises(UserError, match="'my-cats' are not there any more"):
        forge.models("my-cats").get("generator")


# --- the fingerprint --------------------------------------------------------------------------
def test_it_covers_every_file_of_the_kinds_that_are_used(bring):
    kinds = ("generator", "regions", "features", "lpips", "inverter", "embedding", "mapper/hair")

    def fingerprints():
        models = bring().models("ffhq")
        return {kind: models.fingerprint(kind) for kind in kinds}, models.fingerprint(*kinds)

    bring(*WHOLE)
    before, whole = fingerprints()
    assert len(set(before.values())) == len(kinds)
    changed = {"ffhq": ("generator",), "face-parsing": ("regions",), "vgg16": ("features",),
               "e4e": ("inverter",), "clip": ("embedding", "mapper/hair"),
               "hairclip": ("mapper/hair",)}  # fmt: skip
    for name, of in changed.items():
        for path in find(name).files:
            content = path.read_bytes()
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
            after, all_of_it = fingerprints()
            assert {kind for kind in kinds if after[kind] != before[kind]} == set(of), path
            assert all_of_it != whole
            path.write_bytes(content)
    assert fingerprints() == (before, whole)


# --- regions ----------------------------------------------------------------------------------
def test_classes_become_regions(bring):
    regions = bring("face-parsing").models("ffhq").get("regions")
    image = torch.rand(2, 3, 96, 64) * 2 - 1
    found = regions(image)
    assert found.shape == (2, 5, 96, 64)
    torch.testing.assert_close(found.sum(1), torch.ones(2, 96, 64))
    parsed = regions.inner.parser(image)
    for index, labels in enumerate(CLASSES.values()):
        wanted = sum(parsed[:, LABELS.index(label)] for label in labels)
        torch.testing.assert_close(found[:, index], wanted)


def test_every_class_belongs_to_one_region():
    labels = [label for one in CLASSES.values() for label in one]
    assert sorted(labels) == sorted(LABELS)


def test_a_parser_with_other_labels_is_refused():
    class Parser:
        labels = (*LABELS[:-1], "umbrella")

    with pytest.raises(UserError, match=r"other labels than CelebAMask-HQ's 19, such as 'cloth'"):
        FaceRegions(Parser())
