"""Every training runs two tiny steps, and resumes to the last bit."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from styleforge_portraits import world
from styleforge_portraits.models.bald import Bald
from styleforge_portraits.models.generator import build_generator
from styleforge_portraits.models.inverter import InverterNet
from styleforge_portraits.models.perception import FactorReader
from styleforge_portraits.models.weights import load_weights, save_weights, weights_folder
from styleforge_portraits.training import rendering
from styleforge_portraits.training.basis import Basis
from styleforge_portraits.training.cli import app
from styleforge_portraits.training.codes import canonical, colour_coordinates, random_codes
from styleforge_portraits.training.dataset import Dataset, Part
from styleforge_portraits.training.encoder import EncoderTrainer
from styleforge_portraits.training.factor_response import factor_response
from styleforge_portraits.training.generator import GeneratorTrainer
from styleforge_portraits.training.identity import IdentityTrainer
from styleforge_portraits.training.inpainter import InpainterTrainer
from styleforge_portraits.training.inverter import LATENTS_ALONE, InverterTrainer
from styleforge_portraits.training.landmarks import LandmarkTrainer
from styleforge_portraits.training.mapping import MappingTrainer
from styleforge_portraits.training.pairs import Pairs
from styleforge_portraits.training.perception import PerceptionTrainer, fit_lpips
from styleforge_portraits.training.phases import Phase
from styleforge_portraits.training.poser import PoserTrainer
from styleforge_portraits.training.regions import RegionTrainer
from typer.testing import CliRunner

from styleforge.training.loop import Budget, Draw, State, run

if TYPE_CHECKING:
    from pathlib import Path

    from styleforge_portraits.training.simple import SimpleTrainer

SIDE = 64


def _part(rng: np.random.Generator, count: int) -> Part:
    codes = random_codes(rng, count)
    drawn = [world.geometry(world.decode(code), SIDE) for code in codes]
    maps = np.stack([rendering.as_bytes(one.maps) for one in drawn])
    regions = np.stack([rendering.as_bytes(one.regions) for one in drawn])
    small = np.stack([rendering.as_bytes(rendering.shrink(one.maps, 2)) for one in drawn])
    points = np.stack([one.landmarks for one in drawn])
    return Part(codes, {SIDE: maps, SIDE // 2: small}, regions, points)


@pytest.fixture(scope="module")
def data() -> Dataset:
    rng = np.random.default_rng(0)
    codes = random_codes(rng, 8)
    palettes = np.stack([world.palette(world.decode(code)) for code in codes])
    parts = {name: _part(rng, 6) for name in ("train", "framed", "held", "held_framed")}
    return Dataset(parts, palettes, codes, colour_coordinates())


def _enlarged(data: Dataset) -> Dataset:
    """The same people at the size that the inverter reads, each pixel twice in both directions."""
    parts = {
        name: replace(
            part, maps={**part.maps, 2 * SIDE: part.maps[SIDE].repeat(2, axis=-1).repeat(2, -2)}
        )
        for name, part in data.parts.items()
    }
    return replace(data, parts=parts)


def _make(name: str, data: Dataset, basis: Basis, table: tuple[torch.Tensor, torch.Tensor]) -> Any:
    torch.manual_seed(0)
    if name == "generator":
        phases = (
            Phase(0.0, 0.5, 32, 2, (1.0, 0.5)),
            Phase(0.5, 1.0, 64, 2, (0.5, 0.5), coarse=(32, 4), coarse_share=0.5, changed=0.5),
        )
        return GeneratorTrainer(data, basis, SIDE, phases=phases, compiled=False)
    if name == "mapping":
        return MappingTrainer(build_generator(32).mapping, basis, *table, batch=8)
    if name == "inverter":
        generator = build_generator(SIDE).requires_grad_(requires_grad=False)
        return InverterTrainer(_enlarged(data), basis, generator, batch=4, limit=4)
    if name == "poser":
        held = data.parts["held"]
        rows = np.array([[0, 1, 0], [2, 3, 1], [4, 5, 0], [1, 2, 1]])
        images = np.zeros((4, SIDE, SIDE, 3), np.uint8)
        pairs = Pairs(rows, images, held.regions[:4, world.REGIONS.index("hair")])
        return PoserTrainer(data=data, pairs={"train": pairs, "held": pairs}, side=SIDE, batch=4)
    if name == "inpainter":
        bare = (np.arange(4), data.parts["held"].maps[SIDE][:4])
        bares = {"train": bare, "held": bare}
        generator = build_generator(SIDE)
        bald = Bald(generator, InverterNet(basis.span, generator.rows), basis)
        return InpainterTrainer(data=data, bare=bares, bald=bald, side=SIDE, batch=4, limit=4)
    if name == "encoder":
        return EncoderTrainer(data=data, side=SIDE, batch=4, limit=4, looks=32)
    if name == "identity":
        worn = (data.parts["held"].codes, data.parts["held"].maps[SIDE])
        return IdentityTrainer(
            data=data, outfits={"train": worn, "held": worn}, side=SIDE, batch=4, limit=4
        )
    kinds: dict[str, type[SimpleTrainer]] = {
        "regions": RegionTrainer,
        "landmarks": LandmarkTrainer,
        "perception": PerceptionTrainer,
    }
    return kinds[name](data=data, side=SIDE, batch=4, limit=4)


NETWORKS = [
    "generator", "mapping", "regions", "landmarks", "perception", "inverter", "poser", "inpainter",
    "encoder", "identity",
]  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_resuming_is_the_same_to_the_last_bit(
    name: str,
    data: Dataset,
    basis: Basis,
    table: tuple[torch.Tensor, torch.Tensor],
    tmp_path: Path,
) -> None:
    budget = Budget(steps=2)
    once = _make(name, data, basis, table)
    once.export = _nothing
    run(once, tmp_path / "once", budget)

    first = _make(name, data, basis, table)
    first.export = _nothing
    run(first, tmp_path / "twice", budget, stop_at=0.5)
    second = _make(name, data, basis, table)
    second.export = _nothing
    state = run(second, tmp_path / "twice", budget)

    assert state.steps == 2
    for key, module in once.modules().items():
        other = second.modules()[key].state_dict()
        for weight, value in module.state_dict().items():
            torch.testing.assert_close(other[weight], value, rtol=0, atol=0)


def test_the_inverter_compares_pictures_in_the_last_part_of_its_budget(
    data: Dataset, basis: Basis, table: tuple[torch.Tensor, torch.Tensor], tmp_path: Path
) -> None:
    """First the latent alone; then what the generator draws of it is compared as well."""
    trainer, draw = _make("inverter", data, basis, table), Draw.seeded(0)
    first, last = trainer.step(draw, 0.0), trainer.step(draw, LATENTS_ALONE)
    assert set(first) == {"error", "pictures"}
    assert set(last) == {"error", "l1", "pictures"}
    assert np.isfinite(list(last.values())).all()
    drawn = [one for one in trainer.network.parameters() if one.grad is not None]
    assert all(bool(torch.isfinite(one.grad).all()) for one in drawn)
    assert len(drawn) == len(list(trainer.network.parameters()))
    held = trainer.report(tmp_path)
    assert set(held) == {"held_error", "explained", "least_explained"}
    assert held["held_error"] > 0
    assert held["least_explained"] <= held["explained"] < 1


def test_the_written_generator_s_styles_read_the_basis_alone(
    data: Dataset,
    basis: Basis,
    table: tuple[torch.Tensor, torch.Tensor],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = partial(factor_response, people=1)  # what the card says of many is not looked at
    monkeypatch.setattr("styleforge_portraits.training.generator.factor_response", one)
    trainer = _make("generator", data, basis, table)
    with torch.no_grad():  # as steps of Muon and Adam do
        trainer.ema.convs[0].affine.weight.add_(0.1)
    trainer.export(State(), tmp_path)
    written = load_file(tmp_path / "generator.safetensors")["convs.0.affine.weight"].float()
    torch.testing.assert_close(written, basis.project(written), rtol=0, atol=2e-3)  # half precision


def _nothing(state: object, folder: object) -> None:
    del state, folder


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # torch's compiler warns itself
def test_the_one_command_runs_from_beginning_to_end(tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in weights_folder().iterdir()}
    options = ["--data", str(tmp_path), "--weights", str(tmp_path / "weights")]
    options += ["--part", "0.01", "--budget", "2", "--steps", "4"]
    done = CliRunner().invoke(app, ["all", *options])
    assert done.exit_code == 0, done.output
    for name in (
        "generator",
        "inverter",
        "perception",
        "lpips",
        "regions",
        "landmarks",
        "poser",
        "inpainter",
        "encoder",
        "identity",
        "basis",
    ):
        assert (tmp_path / "weights" / f"{name}.safetensors").is_file()
    assert "inversion_psnr" in done.output
    assert (tmp_path / "inversions.png").is_file()
    assert before == {path: path.stat().st_mtime_ns for path in weights_folder().iterdir()}


def test_lpips_weights_of_a_network_that_is_hardly_trained_can_be_written(
    data: Dataset, tmp_path: Path
) -> None:
    """After a step or two, whole layers answer every picture alike."""
    torch.manual_seed(0)
    network = FactorReader(world.CODE_WIDTH, len(world.REGIONS)).plain()
    with torch.no_grad():
        for layer in network.features[10:]:  # from the third block on
            if isinstance(layer, torch.nn.Conv2d):
                layer.weight.mul_(1e-6)
    weights, correlation = fit_lpips(network, data, SIDE, pairs=16)
    save_weights(weights, "lpips", {}, tmp_path)
    assert load_weights("lpips", tmp_path).keys() == weights.keys()
    assert correlation > 0


def test_batches_are_the_pictures_of_their_codes(data: Dataset) -> None:
    rng = np.random.default_rng(1)
    batch = data.batch(rng, 4, SIDE, truth=True)
    for image, code, regions, points in zip(
        batch.image, batch.code, batch.regions, batch.landmarks, strict=True
    ):
        portrait = world.render(world.decode(code.numpy()), SIDE)
        wanted = torch.from_numpy(portrait.image).permute(2, 0, 1) / 127.5 - 1
        assert float((image - wanted).abs().max()) < 0.06
        torch.testing.assert_close(points, torch.from_numpy(portrait.landmarks), atol=1e-2, rtol=0)
        hair = torch.from_numpy(portrait.regions["hair"])
        assert float((regions[world.REGIONS.index("hair")] - hair).abs().max()) < 0.01


def test_canonical_codes_are_those_of_encode() -> None:
    codes = random_codes(np.random.default_rng(2), 5)
    wanted = np.stack([world.encode(world.decode(code)) for code in codes])
    found = canonical(torch.from_numpy(codes)).numpy()
    np.testing.assert_allclose(found, wanted, atol=2e-3)
