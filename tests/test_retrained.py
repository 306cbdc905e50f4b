"""Networks that are trained again while a forge is in use: no cache gives the earlier ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from styleforge import Forge
from styleforge.mapper.files import save_mapper
from styleforge.mapper.outside import weights_folder
from styleforge.pack.on_disk import ReadOnce
from styleforge.testing import toy, toy_mapper

KIND = "mapper/toy"


def trained(scale: float):
    """The toy's mapper with other weights."""
    mapper = toy_mapper.mapper()
    with torch.no_grad():
        for one in mapper.parameters():
            one.mul_(scale)
    return mapper


def first_weight(mapper):
    return float(next(iter(mapper.parameters())).flatten()[0])


@pytest.fixture
def folder():
    made = weights_folder("toy")
    made.mkdir(parents=True)
    return made


def test_a_users_mapper_trained_again_is_the_one_that_edits(folder):
    models = toy.toy_forge().models("toy")
    shipped = models.get(KIND)
    assert models.get(KIND) is shipped
    file = folder / "mapper_toy.safetensors"
    seen, prints = [], []
    for scale in (2.0, 3.0):
        save_mapper(trained(scale), file)
        seen.append(models.get(KIND))
        assert models.get(KIND) is seen[-1]  # read once
        prints.append(models.fingerprint(KIND))
    assert first_weight(seen[1]) == pytest.approx(1.5 * first_weight(seen[0]), rel=1e-3)
    assert prints[0] != prints[1]
    file.unlink()
    assert first_weight(models.get(KIND)) == pytest.approx(first_weight(shipped))


def test_what_a_plugin_reads_is_read_again(tmp_path):
    """A component beside the pack that names its files by ``weight_files``."""
    file = tmp_path / "offset.safetensors"

    class Offset:
        def __init__(self, models):
            self.offset = float(load_file(file)["offset"])

        @staticmethod
        def weight_files(models):
            return (file,)

    forge = Forge(())
    forge.use(toy)
    entry = forge.components.entry(Offset, "mapper/offset", "mine", "", replace=False)
    forge.components.add(entry)
    models = forge.models("toy")
    for value in (1.0, 2.0):
        save_file({"offset": torch.tensor(value)}, file)
        assert models.get("mapper/offset").offset == value
    file.unlink()
    assert models.get("mapper/offset").offset == 2.0  # what is in memory stays of use


def test_a_packs_own_files_written_again_make_other_models(tmp_path):
    forge = Forge(())
    forge.use(toy)
    file = tmp_path / "generator.safetensors"
    save_file({"one": torch.ones(1)}, file)
    pack = replace(forge.packs["toy"], weights=tmp_path)
    entry = forge.packs.entry(pack, "toy", "mine", "", replace=True)
    forge.packs.add(entry)
    before = forge.models("toy")
    assert forge.models("toy") is before
    was = before.fingerprint()
    save_file({"one": torch.zeros(1)}, file)
    after = forge.models("toy")
    assert after is not before  # nor what was computed with them
    assert after.fingerprint() != was
    assert forge.models("toy") is after


def test_a_file_is_read_once_until_it_changes(tmp_path):
    path, calls = tmp_path / "a", []

    def read(file):
        calls.append(file)
        return file.read_text()

    held = ReadOnce(read)
    path.write_text("one")
    assert [held(path), held(path)] == ["one", "one"]
    path.write_text("other")
    assert held(path) == "other"
    assert len(calls) == 2
