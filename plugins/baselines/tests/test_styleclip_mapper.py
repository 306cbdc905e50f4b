"""StyleCLIP's mapper: the network, its loss, its training and its files."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from styleforge_baselines.styleclip import trained
from styleforge_baselines.styleclip.measurement import digest_of
from styleforge_baselines.styleclip.network import Described, Levels, Trained
from styleforge_baselines.styleclip.presets import Loaded
from styleforge_baselines.styleclip.training import MapperTrainer

from styleforge.errors import UserError
from styleforge.evaluate.methods import weights_of
from styleforge.pack.models import Models
from styleforge.recipe.words import phrase
from styleforge.testing import toy
from styleforge.training.loop import Budget, run

SHAPE = toy.ATTRIBUTES[0]


@pytest.fixture
def models() -> Models:
    return Models(toy.toy_pack())


@pytest.mark.parametrize(("rows", "sizes"), [(18, [4, 4, 10]), (14, [4, 4, 6]), (8, [4, 4, 0])])
def test_groups_are_the_published_rows(rows, sizes):
    made = Levels(rows, 8)
    assert made.sizes == sizes
    assert len(made.groups) == sum(size > 0 for size in sizes)


def test_the_network_written_out():
    torch.manual_seed(2)
    made = Levels(10, 8).double()
    latent = torch.randn(2, 10, 8, dtype=torch.float64)
    found = made(latent)
    for row in range(10):
        group = made.groups[0 if row < 4 else 1 if row < 8 else 2]
        value = latent[:, row]
        value = value / (value.square().mean(1, keepdim=True) + 1e-8).sqrt()
        for layer in group.layers:
            value = value @ (layer.weight * 0.01 / 8**0.5).t() + layer.bias * 0.01
            value = torch.where(value > 0, value, 0.2 * value) * 2**0.5
        assert torch.allclose(found[:, row], value, atol=1e-10)
    assert len(made.groups[0].layers) == 4


def test_the_loss_is_the_published_sum(models, tmp_path):
    trainer = MapperTrainer(models, SHAPE, "tall thing", tmp_path / "a.safetensors")
    latent = trainer._people(torch.Generator().manual_seed(1), 2)
    with torch.no_grad():
        loss, figures = trainer.loss(latent)
        edited = latent + 0.1 * trainer.network(latent)
        generator, encoder = models.get("generator"), models.get("embedding")
        who = models.get("identity_encoder")
        before = generator.synthesize(latent, trainer.noise)
        after = generator.synthesize(edited, trainer.noise)
        words = encoder.embed_text(["tall thing"])[0]
        one = 1 - sum(float(one @ words) for one in encoder.embed_image(after)) / 2
        two = float((edited - latent).square().sum()) / latent.numel()
        same = sum(float(a @ b) for a, b in zip(who(before), who(after), strict=True)) / 2
    assert float(loss) == pytest.approx(one + 0.8 * two + 0.1 * (1 - same), rel=1e-4)
    assert set(figures) == {"words", "latent", "identity"}


def test_a_training_lowers_the_loss_on_others_and_is_written(models, tmp_path):
    torch.manual_seed(0)
    trainer = MapperTrainer(models, SHAPE, "tall thing", tmp_path / "net.safetensors")
    before = float(trainer.loss(trainer._held)[0].detach())
    run(trainer, tmp_path / "data", Budget(steps=120))
    assert float(trainer.loss(trainer._held)[0].detach()) < before - 0.01
    again = trained.read(tmp_path / "net.safetensors")
    assert (again.attribute, again.text) == ("toy.shape", "tall thing")
    assert again.digest == digest_of(models)
    assert torch.allclose(again.embedding, trainer.embedding, atol=2e-3)
    latent = trainer._people(torch.Generator().manual_seed(1), 1)
    with torch.no_grad():
        assert torch.allclose(again.network(latent), trainer.network(latent), rtol=0.05, atol=0.05)
    card = json.loads((tmp_path / "net.json").read_text(encoding="utf-8"))
    assert card["steps"] == 120
    assert {"held words", "held latent", "held identity", "minutes"} < set(card)
    assert (tmp_path / "data" / f"net-{digest_of(models)[:8]}.pt").is_file()


def test_each_description_has_its_own_network():
    torch.manual_seed(0)
    tall, wide, flat, red = torch.eye(6).split(1)[:4]
    one, two, colour = Levels(8, 4), Levels(8, 4), Levels(8, 4)
    networks = (
        Trained("toy.shape", "tall", tall, one),
        Trained("toy.shape", "wide", wide, two),
        Trained("toy.appearance", "red", red, colour),
        Trained("toy.shape", "tall", tall, two),  # of the same words: the first one is taken
    )
    past = (Trained("toy.shape", "flat", flat, one),)
    mapper = Described(networks, "train ATTRIBUTE WORDS", past)
    assert mapper.attributes == ("toy.shape", "toy.appearance")
    latent = torch.randn(1, 8, 4)
    with torch.no_grad():
        assert torch.allclose(mapper(latent, {"toy.shape": wide}), latent + 0.1 * two(latent))
        half = mapper(latent, {"toy.shape": tall}, strengths={"toy.shape": 0.5})
        assert torch.allclose(half, latent + 0.05 * one(latent))
        both = mapper(latent, {"toy.shape": tall, "toy.appearance": red})
        assert torch.allclose(both, latent + 0.1 * one(latent) + 0.1 * colour(latent))
    with pytest.raises(UserError) as told:
        mapper(latent, {"toy.shape": red})
    assert "none was trained for what was asked of toy.shape" in str(told.value)
    assert "there are: 'tall', 'wide'. Ask in those words" in str(told.value)
    assert "`train toy.shape WORDS`" in str(told.value)
    with pytest.raises(UserError, match="the one for what was asked was trained with other weight"):
        mapper(latent, {"toy.shape": flat})


def written(path, models, text, network, digest):
    embedding = models.get("embedding").embed_text([text])
    trained.write(path, Trained("toy.shape", text, embedding, network, digest))


def test_networks_are_found_for_their_pack_the_user_s_own_first(models, tmp_path, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(trained, "SHIPPED", tmp_path / "shipped")
    with pytest.raises(UserError, match="No mapper of StyleCLIP was trained for toy with the pack"):
        trained.of_pack(models, "toy")
    mapper = Loaded("styleclip-mapper", "toy")
    assert mapper.lacks(models, "thing").startswith("a network of StyleCLIP's for some words of t")
    name = trained.named("toy.shape", "Tall, thing!")
    assert name == "toy.shape-tall-thing"
    own = trained.folder_of("toy") / f"{name}.safetensors"
    shipped = tmp_path / "shipped" / "mappers_toy" / f"{name}.safetensors"
    torch.manual_seed(0)
    first, second = Levels(8, 8), Levels(8, 8)
    written(shipped, models, "tall thing", first, digest_of(models))
    assert trained.files_for("toy", "toy") == [shipped]
    assert trained.files_for("toy", "hair") == []
    assert trained.of_pack(models, "toy").attributes == ("toy.shape",)
    assert mapper.lacks(models, "thing") == ""
    assert Loaded("styleclip-mapper", "clothing").lacks(models, "clothing")
    asked = {"toy.shape": models.get("embedding").embed_text(["tall thing"])}
    latent = torch.randn(1, 8, 8)

    def step():
        return (trained.of_pack(models, "toy")(latent, asked) - latent) / 0.1

    with torch.no_grad():
        assert torch.allclose(step(), first(latent), rtol=0.05, atol=0.05)
        written(own, models, "tall thing", second, digest_of(models))
        assert torch.allclose(step(), second(latent), rtol=0.05, atol=0.05)
        written(own, models, "tall thing", second, "of an earlier generator")
        assert torch.allclose(step(), first(latent), rtol=0.05, atol=0.05)
    shipped.unlink()
    with pytest.raises(UserError, match="with the pack 'toy' and the weights that it has now"):
        trained.of_pack(models, "toy")
    own.write_bytes(b"nothing")
    with pytest.raises(UserError, match="is no mapper of StyleCLIP"):
        trained.of_pack(models, "toy")


def test_what_is_trained_anew_is_noticed(models, forge, tmp_path, monkeypatch):
    """By a comparison that goes on, and by a recipe that is run again."""
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path))
    torch.manual_seed(0)
    recipe = forge.recipe("hair", "styleclip-mapper", pack="toy")

    def weights():
        again = Models(toy.toy_pack(), components=forge.components)  # as another process has them
        monkeypatch.setattr(forge, "models", lambda *_, **__: again)
        return weights_of(forge, recipe)

    path = trained.folder_of("toy") / f"{trained.named('hair.shape', 'tall')}.safetensors"
    written(path, models, "tall", Levels(8, 8), digest_of(models))
    first = weights()
    assert first == weights()
    written(path, models, "tall", Levels(8, 8), digest_of(models))
    second = weights()
    other = trained.folder_of("toy") / f"{trained.named('clothing.texture', 'dots')}.safetensors"
    written(other, models, "red", Levels(8, 8), digest_of(models))
    assert weights() == second  # of another domain
    path.unlink()
    assert len({first, second, weights()}) == 3


@torch.no_grad()
def test_five_networks_come_with_the_embedded_pack_and_bring_the_words_nearer(
    portraits, tmp_path, monkeypatch
):
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path))  # nobody's own
    files = trained.files_for("portraits", "hair")
    assert len(files) == 5
    assert sum(path.stat().st_size for path in files) < 40e6
    models = portraits.models("portraits")
    mapper = trained.of_pack(models, "hair")  # refuses networks of other weights
    generator, encoder = models.get("generator"), models.get("embedding")
    rng = torch.Generator().manual_seed(5)
    z = torch.randn(6, generator.width, generator=rng)
    latent = generator.map(z)[:, None].repeat(1, generator.rows, 1)
    noise = [torch.randn(1, 1, *shape, generator=rng) for shape in generator.noise_shapes]
    before = encoder.embed_image(generator.synthesize(latent, noise, size=128))
    for path in files:
        one = trained.read(path)
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        assert card["steps"] > 100
        edited = mapper(latent, {one.attribute: one.embedding})
        after = encoder.embed_image(generator.synthesize(edited, noise, size=128))
        nearer = ((after - before) @ one.embedding.t()).mean()
        assert nearer > 0.05, one.text
    appearance = portraits.attributes["hair.appearance"]
    text, _ = encoder.place(phrase("lilac", appearance), appearance.name)
    lilac = mapper(latent, {appearance.name: encoder.embed_text([text])})  # read as purple
    assert not torch.equal(lilac, latent)
    with pytest.raises(UserError, match="there are: 'afro', 'curly bob', 'long wavy hair'"):
        mapper(latent, {"hair.shape": encoder.embed_text(["pixie cut hairstyle"])})


def test_the_presets_show_what_the_generator_draws(forge):
    for name in ("styleclip-mapper", "styleclip-global"):
        recipe = forge.recipe("hair", name)
        assert recipe.start_map.mapper == f"{name}.hair"
        assert not recipe.start_map.tints
        assert replace(recipe.start_map, tints=True) != recipe.start_map
