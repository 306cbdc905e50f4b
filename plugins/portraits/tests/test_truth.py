"""The true answer as a component: composed from the factors behind picture files."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from styleforge_portraits import portraits, world
from styleforge_portraits.truth import TruthOf

from styleforge.errors import UserError
from styleforge.prepare.images import load_image


def test_nothing_asked_is_the_identity() -> None:
    answer = TruthOf()("hair", identity="gallery:mira")
    assert answer.image.shape == (1, 3, 256, 256)
    torch.testing.assert_close(answer.image, load_image(portraits.path("mira")), atol=0.03, rtol=0)


def test_hair_comes_from_the_references() -> None:
    answer = TruthOf()(
        "hair", identity="gallery:mira", shape="gallery:noor", appearance="gallery:otto"
    )
    mira, noor, otto = (portraits.person(name) for name in ("mira", "noor", "otto"))
    drawn = world.render(
        world.with_groups(world.with_groups(mira, noor, "hair_shape"), otto, "hair_appearance")
    )
    np.testing.assert_allclose((answer.image[0].permute(1, 2, 0) + 1) * 127.5, drawn.image, atol=1)
    assert set(answer.regions) == set(world.REGIONS)
    total = torch.stack(tuple(answer.regions.values())).sum(0)
    torch.testing.assert_close(total, torch.ones(1, 1, 256, 256), atol=1e-4, rtol=0)
    assert answer.regions["hair"].shape == (1, 1, 256, 256)


def test_clothing_leaves_the_head_alone() -> None:
    plain = TruthOf(128)("clothing", identity="gallery:mira")
    dotted = TruthOf(128)(
        "clothing", identity="gallery:mira", shape="gallery:noor", finer_style="gallery:noor"
    )
    torch.testing.assert_close(plain.image[:, :, :60], dotted.image[:, :, :60])
    assert (plain.image - dotted.image).abs().max() > 0.5


def test_frames_are_ignored_and_files_work(tmp_path: Path) -> None:
    for suffix in (".png", ".json"):
        source = portraits.path("postcard-ella").with_suffix(suffix)
        shutil.copy(source, tmp_path / f"card{suffix}")
    answer = TruthOf(64)("hair", identity=tmp_path / "card.png")
    drawn = world.render(portraits.person("postcard-ella"), 64).image
    np.testing.assert_allclose((answer.image[0].permute(1, 2, 0) + 1) * 127.5, drawn, atol=1)


def test_what_cannot_be_known_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no truth for 'shoes'"):
        TruthOf()("shoes", identity="gallery:mira")
    with pytest.raises(UserError, match="No factors are known"):
        TruthOf()("hair", identity="gallery:mira", shape=tmp_path / "photo.png")
