"""A world of the toy generator's pictures, as a plugin: the pack ``toy-world``."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import torch

from styleforge.hookspecs import hookimpl
from styleforge.measure.truth import Truth
from styleforge.measure.wordings import Wording
from styleforge.measure.world import Drawn
from styleforge.pack.models import Models
from styleforge.prepare.images import load_image
from styleforge.prepare.regions import soft_regions
from styleforge.recipe.selection import Level, Selection
from styleforge.testing import toy

styleforge_api = 1
BRIGHTER, BRIGHT = 0.5, 0.2
LEVELS = {"easy": Level((0.9, 1.0), (0.0, 1.0)), "difficult": Level((0.0, 0.9), (0.0, 1.0))}


class World:
    """Draws what the toy generator makes of random latents."""

    def __init__(self, models: Models) -> None:
        self.models = models

    def draw(self, rng, region, least):
        generator = self.models.get("generator")
        seed = int(rng.integers(2**31))
        drawn = torch.Generator().manual_seed(seed)
        z = 3 * torch.randn(1, generator.width, generator=drawn)
        noise = [torch.randn(1, 1, *shape, generator=drawn) for shape in generator.noise_shapes]
        with torch.no_grad():
            latent = generator.map(z)[:, None].repeat(1, generator.rows, 1)
            image = generator.synthesize(latent, noise).clamp(-1, 1)
        regions = soft_regions(image, self.models)
        return Drawn(image, regions, torch.zeros(5, 2), {"seed": seed})


class Answers:
    """The true answer is the shape's picture; that to words is the identity made brighter."""

    takes_words = True

    def __init__(self, models: Models) -> None:
        self.models = models

    def __call__(self, domain, *, identity, shape=None, words=None, **others):
        assert "seed" in json.loads(Path(identity).with_suffix(".json").read_text())
        image = load_image(Path(shape or identity))
        if words:
            image = (image + BRIGHTER * len(words)).clamp(-1, 1)
        return Truth(image, soft_regions(image, self.models))


class Reader:
    """What is bright shows what was asked for."""

    def __init__(self, models: Models) -> None:
        self.models = models

    def shows(self, image, regions, asked):
        assert asked.attribute.domain == "toy"
        assert set(regions) == set(self.models.get("regions").names)
        return float(image.mean()) > BRIGHT

    def moved(self, image, before, domain, asked):
        assert all(name.startswith("toy.") for name in asked)
        return float((image - before).abs().mean())


def wordings(domain):
    if domain != "toy":
        return ()
    return (
        Wording({"shape": "tall"}, "seen"),
        Wording({"shape": "wide", "appearance": "red"}, "seen"),
        Wording({"appearance": "blue"}, "unseen"),
    )


def reader(models):
    return Reader(models)


def given_words():
    return wordings


def world(models):
    return World(models)


def truth(models):
    return Answers(models)


@hookimpl
def register_packs(register):
    pack = toy.toy_pack()
    components = {
        **pack.components,
        "world": world,
        "truth": truth,
        "wordings": given_words,
        "reader": reader,
    }
    selections = {"toy": Selection(compared="keep", least=0.0, levels=LEVELS)}
    register(
        replace(
            pack, name="toy-world", title="Toy world", components=components, selections=selections
        )
    )
