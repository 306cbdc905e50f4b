"""Pictures that are kept for the next run take a bounded amount of memory."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.compose.paste_back import paste_back
from styleforge.pack.memory import size_of
from styleforge.prepare import cache as prepared
from styleforge.prepare.cache import Prepared
from styleforge.prepare.images import load_image, save_image, to_bytes, to_values
from styleforge.prepare.problem import Placement, Reference

TURN = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


def test_tensors_are_counted_once():
    image = torch.zeros(1, 3, 4, 4)
    reference = Reference(image=image, regions={"a": torch.zeros(1, 1, 4, 4), "b": image})
    placed = replace(reference, placement=Placement(photo=to_bytes(image), matrix=TURN))
    assert size_of(reference) == 4 * (48 + 16)
    assert size_of([placed, reference], image) == 4 * (48 + 16) + 48


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_bytes_of_a_file_are_its_values(tmp_path, dtype):
    save_image(torch.rand(1, 3, 40, 50) * 2 - 1, tmp_path / "a.png")
    photo = load_image(tmp_path / "a.png")
    kept = to_bytes(photo.to(dtype))
    assert kept.dtype == torch.uint8
    assert torch.equal(to_values(kept), photo)
    identity = Reference(
        image=photo.to(dtype), regions={}, placement=Placement(photo=kept, matrix=TURN)
    )
    assert torch.equal(paste_back(identity.image, identity), kept)


def test_prepared_pictures_are_kept_up_to_so_many_bytes(models, tmp_path, monkeypatch):
    for name in "abc":
        save_image(torch.rand(1, 3, 32, 32) * 2 - 1, tmp_path / f"{name}.png")
    kept = Prepared(models)
    first = kept.file(tmp_path / "a.png")
    monkeypatch.setattr(prepared, "BYTES", 2 * size_of(first))
    second = kept.file(tmp_path / "b.png")
    assert kept.file(tmp_path / "a.png") is first
    kept.file(tmp_path / "c.png")
    assert kept.file(tmp_path / "a.png") is first
    assert kept.file(tmp_path / "b.png") is not second
