"""Edits end to end on random weights in the published layouts: what runs, and what it is made of.

Nothing is said of how pictures look: that takes the real weights.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from published_mapper import make_network

from styleforge.prepare.regions import hard_regions
from styleforge.recipe.condition import ImageRef, Text
from styleforge.recipe.recipe import Recipe
from styleforge.run.job import Job
from styleforge.weights.add import add_weights
from styleforge.weights.kept import find

pytestmark = pytest.mark.usefixtures("people")

WHOLE = ("ffhq", "vgg16", "e4e", "hairclip", "clip", "face-parsing")


def asked(forge, preset, pack, steps=0, **conditions):
    recipe = forge.recipe(
        "hair", preset, pack=pack, identity=ImageRef("0.png"), conditions=conditions
    )
    if steps:
        recipe = replace(recipe, stages=tuple(replace(one, steps=steps) for one in recipe.stages))
    return Recipe.from_json(recipe.to_json())


@pytest.mark.parametrize("preset", ["loho", "loho-2021"])
def test_loho_on_a_generator_of_ones_own(bring, preset):
    forge = bring("my-cats", "vgg16", "face-parsing")
    conditions = {"hair.shape": ImageRef("1.png"), "hair.appearance": ImageRef("2.png")}
    recipe = asked(forge, preset, "my-cats", 2, **conditions)
    job = Job(forge, recipe)
    result = job.result()
    assert result.status == "done"
    assert result.image.shape == (1, 3, 64, 64)
    assert bool(torch.isfinite(result.image).all())
    assert not torch.equal(result.latent, job.state.start)
    weights = result.recipe.weights
    assert len(weights) == 64
    # another file, and the run that is repeated says so
    other = bring().models("my-cats").fingerprint("generator")
    assert weights != other
    again = Job(bring(), replace(result.recipe, weights="0" * 64))
    assert any(
        "are not those that the recipe was run with" in note for note in again.result().notes
    )
    same = Job(bring(), result.recipe).result()
    assert not any("are not those" in note for note in same.notes)
    assert torch.equal(same.image, result.image)


def test_loho_on_pictures_twice_as_high_as_wide(bring):
    forge = bring("my-people", "vgg16", "face-parsing", inversion_steps=2)
    assert forge.packs["my-people"].size == (64, 32)
    conditions = {"hair.shape": ImageRef("1.png"), "hair.appearance": ImageRef("2.png")}
    job = Job(forge, asked(forge, "loho", "my-people", 1, **conditions))
    result = job.result()
    assert result.status == "done"
    assert result.image.shape == (1, 3, 64, 32)
    assert not torch.equal(result.latent, job.state.start)
    models = forge.models("my-people")
    generator = models.get("generator")
    assert [tuple(one.shape) for one in job.state.noise[:3]] == [(1, 1, 4, 2), (1, 1, 8, 4),
                                                                (1, 1, 8, 4)]  # fmt: skip
    assert models.get("inverter")(result.image).shape == (1, generator.rows, generator.width)


def test_the_official_mapper_from_words_and_a_picture(bring):
    forge = bring(*WHOLE)
    conditions = {"hair.shape": Text("long"), "hair.appearance": ImageRef("2.png")}
    job = Job(forge, asked(forge, "mapper", "ffhq", **conditions))
    result = job.result()
    assert result.image.shape == (1, 3, 1024, 1024)
    models = job.problem.models
    clip = models.get("mapper/hair").inner.encoder
    identity, look = job.problem.identity, job.problem.role("appearance")
    with torch.no_grad():
        start = models.get("inverter")(identity.image)
        masked = look.image * hard_regions(look.regions)["hair"]
        given = {"style": clip.embed_text(["long hairstyle"]), "colour": clip.embed_image(masked)}
        wanted = make_network(width=64)(start, given)
    torch.testing.assert_close(result.latent, wanted, rtol=0, atol=1e-4)
    assert len(result.recipe.weights) == 64
    stored = models.get("generator").stored_noise  # as HairCLIP draws, not by chance
    assert all(torch.equal(*pair) for pair in zip(job.state.noise, stored, strict=True))


def test_an_inversion_by_optimization_comes_nearer(bring):
    forge = bring("my-cats", "vgg16", inversion_steps=20)
    models = forge.models("my-cats")
    generator, inverter = models.get("generator"), models.get("inverter")
    rng = torch.Generator().manual_seed(3)
    with torch.no_grad():
        w = generator.map(torch.randn(1, 64, generator=rng))
        image = generator.synthesize(w[:, None].repeat(1, 10, 1), generator.stored_noise)
        image = image.clamp(-1, 1)
        found = inverter(image)
        drawn = generator.synthesize(found, generator.stored_noise)
        mean = inverter.inner._space(generator)[0].expand(1, 10, -1)
        first = generator.synthesize(mean, generator.stored_noise)
    assert found.shape == (1, 10, 64)
    assert torch.equal(found, inverter(image))
    assert (drawn - image).square().mean() < 0.7 * (first - image).square().mean()


SCRIPT = """
import resource, sys, time
from dataclasses import replace
import torch
from styleforge.forge import Forge
from styleforge.recipe.condition import ImageRef
from styleforge.run.events import Step
from styleforge.run.job import Job

torch.set_num_threads(1)
forge = Forge(["ffhq", "hair"])
recipe = forge.recipe(
    "hair", "loho", pack="ffhq", identity=ImageRef("0.png"),
    conditions={"hair.shape": ImageRef("1.png"), "hair.appearance": ImageRef("2.png")},
)
recipe = replace(recipe, stages=tuple(replace(one, steps=2) for one in recipe.stages))
began = time.process_time()
for event in Job(forge, recipe):
    if isinstance(event, Step):
        print("step", event.stage, round(time.process_time() - began, 1), file=sys.stderr)
        began = time.process_time()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


@pytest.mark.slow
def test_loho_at_1024_pixels(bring, whole_generator, tmp_path, capsys):
    """Config F with its published widths, random weights: two steps of each stage.

    The whole process takes 2.6 GiB; the bound is there to notice when it takes more.
    """
    bring("vgg16", "face-parsing")
    add_weights("ffhq", whole_generator)
    assert sum(path.stat().st_size for path in find("ffhq").files) > 120e6
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    with capsys.disabled():
        print(done.stderr, done.stdout)
    assert int(done.stdout.split()[-1]) <= 3 * 2**30
