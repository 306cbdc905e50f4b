"""The encoders on people that no training saw: words find pictures, clothes do not make people."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from styleforge_portraits import language, world
from styleforge_portraits.language.scan import tokens
from styleforge_portraits.models.encoder import PortraitEncoder, stored_vocabulary, vocabulary
from styleforge_portraits.models.identity import IdentityNet
from styleforge_portraits.models.loading import load_encoder, load_identity
from styleforge_portraits.training import masked_inputs
from styleforge_portraits.training.captions import of_people, of_terms
from styleforge_portraits.training.encoder import contrast
from styleforge_portraits.training.identity import verification
from torch import Tensor

from styleforge.errors import UserError
from styleforge.pack import protocols

SIDE = 128


@pytest.fixture(scope="module")
def encoder() -> PortraitEncoder:
    return load_encoder()


@pytest.fixture(scope="module")
def identity() -> IdentityNet:
    return load_identity()


def _image(person: world.Person, only: str | None = None) -> Tensor:
    drawn = world.render(person, SIDE)
    image = torch.from_numpy(drawn.image).permute(2, 0, 1)[None].float() / 127.5 - 1
    return image if only is None else image * torch.from_numpy(drawn.regions[only])


def _people(text: str, count: int, seed: int = 0) -> list[world.Person]:
    rng = np.random.default_rng([seed, 5])
    asked = language.parse(text)
    return [language.satisfy(world.sample(rng), asked, rng) for _ in range(count)]


def test_protocols(encoder: PortraitEncoder, identity: IdentityNet) -> None:
    assert isinstance(encoder, protocols.TextImageEncoder)
    assert isinstance(identity, protocols.IdentityEncoder)
    assert encoder.width == 128


@pytest.mark.parametrize("size", [(128, 128), (256, 256), (100, 140)])
def test_embeddings_have_length_one_and_gradients(
    encoder: PortraitEncoder, identity: IdentityNet, size: tuple[int, int]
) -> None:
    image = torch.rand(2, 3, *size).mul(2).sub(1).requires_grad_()
    for network in (encoder.embed_image, identity):
        found = network(image)
        torch.testing.assert_close(found.norm(dim=1), torch.ones(2))
        (gradient,) = torch.autograd.grad(found[0, 0], image)
        assert torch.isfinite(gradient).all()
        assert gradient[0].abs().sum() > 0
        assert gradient[1].abs().sum() == 0


HAIRS = (
    "long wavy blonde hair",
    "an afro",
    "black hair in a bun",
    "short straight red hair",
    "bald",
)


@pytest.mark.parametrize("only", [None, "hair"])
def test_words_find_pictures(encoder: PortraitEncoder, only: str | None) -> None:
    texts = HAIRS if only is None else HAIRS[:-1]  # a bald head has no hair to show
    right = []
    words = encoder.embed_text(texts)
    for index, text in enumerate(texts):
        images = torch.cat([_image(one, only) for one in _people(text, 4, index)])
        right += (encoder.embed_image(images) @ words.T).argmax(1).eq(index).tolist()
    assert np.mean(right) >= 0.75


@pytest.mark.parametrize(
    ("one", "other"),
    [("blond hair", "brown hair"), ("curly hair", "straight hair"), ("long hair", "short hair"),
     ("purple hair", "green hair"), ("a bun", "long hair"), ("striped top", "plain top")],
)  # fmt: skip
def test_a_text_prefers_its_pictures(encoder: PortraitEncoder, one: str, other: str) -> None:
    texts = encoder.embed_text([one, other])
    for k, text in enumerate((one, other)):
        close = encoder.embed_image(torch.cat([_image(p) for p in _people(text, 6)])) @ texts.T
        assert (close[:, k] > close[:, 1 - k]).float().mean() >= 0.66


def test_unseen_descriptions_find_pictures(encoder: PortraitEncoder) -> None:
    right = []
    rivals = torch.cat([_image(one) for one in _people("brown hair", 10, 9)])
    for text in ("a purple afro", "a curly bob", "a teal bun", "hime cut", "long green hair"):
        asked = language.parse(text)
        assert asked.unseen
        own = torch.cat([_image(one) for one in _people(text, 3)])
        close = encoder.embed_image(torch.cat((own, rivals))) @ encoder.embed_text([text]).T
        right.append(float((close[:3] > close[3:].max()).float().mean()))
    assert np.mean(right) >= 0.6


def test_a_patch_of_colour_in_the_hairs_place(encoder: PortraitEncoder) -> None:
    person = _people("long straight hair", 1)[0]
    mask = torch.from_numpy(world.render(person, SIDE).regions["hair"])
    colours = {
        "purple hair": (138, 92, 192), "blonde hair": (223, 164, 82), "black hair": (30, 26, 30),
        "red hair": (170, 84, 36),
    }  # fmt: skip
    texts = encoder.embed_text(tuple(colours))
    patches = torch.tensor(list(colours.values()))[:, :, None, None] / 127.5 - 1
    close = encoder.embed_image(patches * mask) @ texts.T
    assert close.argmax(1).tolist() == [0, 1, 2, 3]


def test_words_that_are_not_read_are_noted(encoder: PortraitEncoder) -> None:
    some = "wavy hair and a fringe and "
    assert encoder.place(some)[1] == ()
    placed, notes = encoder.place(5 * some + "bangs")
    assert notes == (
        f"The description has {len(placed.split())} words; the first 28 of them are read.",
    )
    torch.testing.assert_close(
        encoder.embed_text([5 * some + "bangs"]), encoder.embed_text([5 * some])
    )


def test_words_that_are_not_known(encoder: PortraitEncoder) -> None:
    placed, notes = encoder.place("mauve hair")
    assert placed == "purple hair"
    assert "'purple' is used instead" in notes[0]
    torch.testing.assert_close(
        encoder.embed_text(["mauve hair"]), encoder.embed_text(["purple hair"])
    )
    for text in ("", "qwertz"):
        with pytest.raises(UserError):
            encoder.embed_text([text])


def test_padding_does_not_change_a_text(encoder: PortraitEncoder) -> None:
    alone = encoder.embed_text(["a bob"])
    beside = encoder.embed_text(["a bob", "someone with long wavy blonde hair with a fringe"])
    torch.testing.assert_close(alone[0], beside[0], atol=1e-5, rtol=1e-4)


def test_every_caption_is_in_the_vocabulary(encoder: PortraitEncoder) -> None:
    assert stored_vocabulary(encoder.state_dict()) == tuple(encoder.reader.rows)
    rng = np.random.default_rng(0)
    people = np.stack([world.encode(world.sample(rng)) for _ in range(20)])
    known = set(vocabulary()) & set(encoder.reader.rows)
    for captions in (of_people(people, rng), of_terms(rng)):
        for text in captions.texts:
            assert set(tokens(text)) <= known, text


def test_hair_clothing_and_background_do_not_count(identity: IdentityNet) -> None:
    rng = np.random.default_rng(1)
    people = [world.sample(rng) for _ in range(16)]
    changed = tuple(group for group in world.GROUPS if group != "identity")
    dressed = [world.with_groups(one, world.sample(rng), *changed) for one in people]
    first, second = (
        identity(torch.cat([_image(one) for one in group])) for group in (people, dressed)
    )
    found = verification(first @ second.T)
    assert found["recall_among_16"] >= 0.75
    assert found["verified"] >= 0.9


def test_contrast_knows_several_positives_and_silence() -> None:
    true = torch.tensor([[True, True, False], [False, False, True]])
    said = torch.tensor([[True, True, True], [False, True, True]])
    right = torch.where(true, 9.0, -9.0)
    assert contrast(right, true, said) < 1e-3
    silent = right.clone()
    silent[1, 0] = 99.0
    torch.testing.assert_close(contrast(silent, true, said), contrast(right, true, said))
    assert contrast(-right, true, said) > 10


def test_sights_hide_what_they_say_they_hide() -> None:
    person = world.sample(np.random.default_rng(3))
    maps = torch.from_numpy((world.geometry(person, 64).maps * 255).astype(np.uint8))[None]
    image = torch.full((1, 3, 64, 64), 0.5)
    kinds = np.array([masked_inputs.HAIR])
    hidden = masked_inputs.hide(image, maps, kinds, np.random.default_rng(0))
    hair = masked_inputs.region(maps, "hair")
    assert (hidden[hair.expand_as(hidden) == 0] == 0).float().mean() > 0.9
    assert (hidden[hair.expand_as(hidden) > 0.99] > 0.4).float().mean() > 0.95
    told = masked_inputs.told()
    assert told[masked_inputs.WHOLE].all()
    assert not told[masked_inputs.PATCH][[t.group == "hair_shape" for t in language.WORDS]].any()
