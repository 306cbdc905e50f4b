"""The pack as core sees it: protocols, laziness, and how well it does on the gallery."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from styleforge_portraits import plugin, portraits, world

from styleforge.forge import Forge
from styleforge.measure.metrics import region_iou
from styleforge.pack import protocols
from styleforge.pack.models import Models
from styleforge.prepare import bent
from styleforge.prepare.prepare import prepare

KINDS = {
    "generator": protocols.Generator,
    "regions": protocols.RegionProvider,
    "features": protocols.Features,
    "landmarks": protocols.Landmarks,
    "inverter": protocols.Inverter,
    "lpips": protocols.LpipsWeights,
}
POSTCARDS = [name for name in portraits.names() if name.startswith("postcard")]
PEOPLE = [name for name in portraits.names() if not name.startswith("postcard")]


@pytest.fixture(scope="module")
def models() -> Models:
    forge = Forge(plugins=())
    forge.use(plugin)
    return forge.models("portraits")


def test_the_plugin_is_imported_without_torch() -> None:
    code = "import sys, styleforge_portraits.plugin; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("kind", KINDS)
def test_components_keep_their_protocols(models: Models, kind: str) -> None:
    assert isinstance(models.get(kind), KINDS[kind])


def test_weights_fit_the_size_limit() -> None:
    folder = portraits.FOLDER.parent / "weights"
    total = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    assert 0 < total <= 60_000_000
    for file in folder.glob("*.safetensors"):
        assert file.with_suffix(".json").is_file(), f"{file.name} has no model card"


def test_generator_has_rows_and_noise_that_work(models: Models) -> None:
    generator = models.get("generator")
    assert (generator.rows, generator.size) == (14, (256, 256))
    rng = torch.Generator().manual_seed(0)
    latent = generator.map(torch.randn(1, generator.width, generator=rng))
    latent = latent[:, None].expand(-1, generator.rows, -1)
    noise = [torch.randn(1, 1, *shape, generator=rng) for shape in generator.noise_shapes]
    with torch.no_grad():
        one = generator.synthesize(latent, noise)
        two = generator.synthesize(latent, [torch.randn_like(item) for item in noise])
    assert one.shape == (1, 3, 256, 256)
    assert not torch.equal(one, two)


def test_regions_of_the_gallery(models: Models) -> None:
    provider = models.get("regions")
    scores = []
    for name in PEOPLE[:8]:
        truth = world.render(portraits.person(name), 256)
        reference = prepare(f"gallery:{name}", models)
        found = torch.cat(list(reference.regions.values()), dim=1).argmax(dim=1, keepdim=True)
        for index, region in enumerate(provider.names):
            true = torch.from_numpy(truth.regions[region])[None, None]
            if true.sum() > 60:
                scores.append(region_iou((found == index).float(), true))
    assert np.mean(scores) > 0.9


@pytest.mark.parametrize("name", POSTCARDS)
def test_postcards_are_aligned(models: Models, name: str) -> None:
    reference = prepare(f"gallery:{name}", models)
    assert reference.placement is not None
    record = portraits.record(f"gallery:{name}")
    assert record.frame is not None
    height, width = reference.placement.photo.shape[-2:]
    drawn = world.render(record.person, 256, record.frame)
    assert drawn.image.shape[:2] == (height, width)
    matrix = np.array(reference.placement.matrix)
    true = bent.move_points(torch.from_numpy(drawn.landmarks)[None].double(), matrix)[0]
    for group, place in zip(plugin.EYES, plugin.PLACES, strict=True):
        off = true[list(group)].mean(dim=0).numpy() / 256 - np.array(place)
        assert np.abs(off).max() < 0.02


@pytest.mark.parametrize("name", PEOPLE[:4])
def test_aligned_portraits_are_left_alone(models: Models, name: str) -> None:
    assert prepare(f"gallery:{name}", models).placement is None
