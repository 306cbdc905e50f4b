"""HairCLIP's checkpoint in a recipe: its layout, CLIP's own lengths, and a pack that has no CLIP.

All weights are random. What is compared with is the published network, written down here again.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from published_mapper import make_network, write
from tiny_clip import WIDTH, write_clip

from styleforge.hookspecs import hookimpl
from styleforge.mapper.official import load_official
from styleforge.mapper.with_encoder import WithEncoder
from styleforge.models.clip import ClipEncoder
from styleforge.pack.added import AddedMapper
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.condition import ImageRef, Text
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.starts import Mapped
from styleforge.run.job import Job
from styleforge.testing import toy, toy_models

pytestmark = pytest.mark.usefixtures("beside_pictures")

ROWS = 18  # of the published generator
GROUPS = {"coarse": tuple(range(4)), "medium": tuple(range(4, 8)), "fine": tuple(range(8, 18))}
USED = (0, 2, 4, 6, 8, 11, 14, 17)  # the row that each of the toy's eight takes


class Eighteen:
    """The toy generator behind 18 rows of W+, as wide as the tiny CLIP's embeddings."""

    rows, width = ROWS, WIDTH

    def __init__(self):
        self.inner = toy_models.generator()
        self.size, self.noise_shapes = self.inner.size, self.inner.noise_shapes

    def map(self, z):
        w = self.inner.map(z[:, : self.inner.width])  # (N, 8)
        return torch.cat((w, z[:, self.inner.width :]), dim=1)

    def synthesize(self, latent, noise):
        return self.inner.synthesize(latent[:, list(USED), : self.inner.width], noise)


def start(image):
    """Some W+, the same for every picture ``(N, 3, H, W)``."""
    rng = torch.Generator().manual_seed(5)
    return torch.randn(1, ROWS, WIDTH, generator=rng).expand(len(image), -1, -1)


def inverter():
    return start


@pytest.fixture
def official(forge, tmp_path):
    """The checkpoint's network, CLIP as it comes, and a forge whose recipes can name both."""
    transformers = pytest.importorskip("transformers", reason="the extra [clip] is not installed")
    network = make_network(width=WIDTH)
    path = write(tmp_path / "hairclip.pt", network)
    folder = tmp_path / "clip"
    folder.mkdir()
    write_clip(folder, transformers)
    clip = ClipEncoder.from_folder(folder, unit=False)

    def load(models):
        mapper = load_official(path, style="toy.shape", colour="toy.appearance")
        return WithEncoder(mapper, clip)

    class Official:
        @hookimpl
        def register_packs(self, register):
            plain = toy.toy_pack()
            kept = {
                kind: make
                for kind, make in plain.components.items()
                if kind not in {"mapper/toy", "edits", "embedding", "noise"}
            }
            own = {**kept, "generator": Eighteen, "inverter": inverter}
            register(replace(plain, name="published", components=own, row_groups=GROUPS))

        @hookimpl
        def register_components(self, register):
            register(AddedMapper(load, packs=("published",)), name="mapper/hairclip")

    forge.use(Official(), "official")
    return forge, network, clip


def recipe_of(forge, conditions):
    recipe = forge.recipe(
        "toy",
        "toy-mapper",
        pack="published",
        identity=ImageRef("identity.png"),
        conditions=conditions,
        start_map=Mapped(region="thing", mapper="hairclip"),
    )
    return Recipe.from_json(recipe.to_json())


def test_a_recipe_maps_as_the_published_network_does(official):
    forge, network, clip = official
    asked = {"toy.shape": Text("long"), "toy.appearance": ImageRef("appearance.png")}
    job = Job(forge, recipe_of(forge, asked))
    result = job.result()
    look = job.problem.role("appearance")
    with torch.no_grad():
        given = {
            "style": clip.embed_text(["long thing"]),
            "colour": clip.embed_image(look.image * hard_regions(look.regions)["thing"]),
        }
        wanted = network(start(look.image), given)
        short = {name: one / one.norm() for name, one in given.items()}
        other = network(start(look.image), short)
    assert all(float((one.norm() - 1).abs()) > 0.1 for one in given.values())  # as CLIP gives them
    torch.testing.assert_close(result.latent, wanted, rtol=0, atol=1e-5)
    assert float((other - wanted).abs().max()) > 1e-2  # brought to length 1 it is another edit
    assert result.status == "done"
    assert not job.problem.models.has("embedding")


def test_one_attribute_alone_leaves_the_rows_of_the_other(official):
    forge, _, _ = official
    result = Job(forge, recipe_of(forge, {"toy.shape": Text("long")})).result()
    before = start(result.image)
    assert not torch.equal(result.latent[:, :8], before[:, :8])
    assert torch.equal(result.latent[:, 8:], before[:, 8:])
