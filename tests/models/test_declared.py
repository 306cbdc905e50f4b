"""Files that declare more than they hold: refused in a sentence, before memory is taken."""

from __future__ import annotations

import pickle
import resource
import zipfile

import pytest
import torch
from declaring import EXPANDING, sized, sparse

from styleforge.errors import UserError
from styleforge.mapper.official import load_official
from styleforge.models.arcface import load_arcface
from styleforge.models.declared import check_torch_file
from styleforge.models.lpips import published_lpips
from styleforge.models.tensors import read_tensors
from styleforge.models.vgg import VGG16

FINE = "mapper.fine_mapping.modulation_module_list.0."


def official(path):
    return load_official(path, style="look.shape", colour="look.colour")


@pytest.mark.parametrize("new", [True, False], ids=["zip", "old"])
@pytest.mark.parametrize("tensor", EXPANDING.values(), ids=EXPANDING)
def test_tensors_larger_than_what_is_stored(tmp_path, tensor, new):
    path = tmp_path / "wide.pt"
    torch.save({"a.weight": tensor}, path, _use_new_zipfile_serialization=new)
    assert path.stat().st_size < 5000
    with pytest.raises(UserError, match=r"declares a tensor of shape .* and stores (1|64) of its"):
        read_tensors(path, "a checkpoint")


def test_very_many_tensors_over_one_storage(tmp_path):
    one = torch.ones(1000)
    torch.save({f"a{number}": one[:] for number in range(3000)}, tmp_path / "many.pt")
    with pytest.raises(UserError, match=r"its tensors take 12\.0 MB, and it has 0\.\d MB"):
        read_tensors(tmp_path / "many.pt", "a checkpoint")
    torch.save({"one": one, "tied": one, "part": one[::2]}, tmp_path / "tied.pt")  # as some are
    assert len(read_tensors(tmp_path / "tied.pt", "a checkpoint")) == 3


def rewritten(path, entry, old, new):
    """A zip of PyTorch's with other bytes in one entry."""
    with zipfile.ZipFile(path) as archive:
        entries = {one: archive.read(one) for one in archive.namelist()}
    (name,) = [one for one in entries if one.endswith(entry)]
    assert old in entries[name]
    entries[name] = entries[name].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for one, content in entries.items():
            archive.writestr(one, content)


@pytest.mark.parametrize("new", [True, False], ids=["zip", "old"])
def test_storages_larger_than_the_file(tmp_path, new):
    path = tmp_path / "storage.pt"
    torch.save({"a": torch.ones(300)}, path, _use_new_zipfile_serialization=new)
    number, larger = b"M" + (300).to_bytes(2, "little"), b"J" + (2 * 10**9).to_bytes(4, "little")
    if new:
        rewritten(path, "data.pkl", number, larger)
    else:
        path.write_bytes(path.read_bytes().replace(number, larger))
    with pytest.raises(UserError, match=r"declares 8\.0 GB and has 0\.0 MB"):
        read_tensors(path, "a checkpoint")


def test_compressed_files(tmp_path):
    path = tmp_path / "zipped.pt"
    torch.save({"a": torch.zeros(10**6)}, path)
    with zipfile.ZipFile(path) as archive:
        entries = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in entries.items():
            archive.writestr(one, content)
    assert path.stat().st_size < 20_000
    with pytest.raises(UserError, match="parts of it are compressed"):
        read_tensors(path, "a checkpoint")


OTHERS = {
    "sparse": sparse, "meta": lambda: torch.empty(10**12, device="meta"),
    "quantized": lambda: torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
@pytest.mark.parametrize("make", OTHERS.values(), ids=OTHERS)
def test_tensors_of_other_kinds(tmp_path, make):
    torch.save({"a": make()}, tmp_path / "other.pt")
    with pytest.raises(UserError, match="sparse, quantized or other tensors"):
        read_tensors(tmp_path / "other.pt", "a checkpoint")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1j])
def test_numbers_that_no_network_has(tmp_path, value):
    dtype = torch.complex64 if value == 1j else torch.float32
    torch.save({"a": torch.tensor([1, value], dtype=dtype)}, tmp_path / "nan.pt")
    with pytest.raises(UserError, match=r"a holds (NaN or infinite values|complex numbers)"):
        read_tensors(tmp_path / "nan.pt", "a checkpoint")
    # what is not asked for is not looked at: masks of attention are infinite in CLIP
    assert read_tensors(tmp_path / "nan.pt", "a checkpoint", lambda name: name != "a") == {}


def test_a_pickle_that_wants_memory_for_its_memo(tmp_path):
    """PUT far beyond takes gigabytes in the pickle module that is written in C."""
    path = tmp_path / "memo.pt"
    path.write_bytes(b"\x80\x02Nr" + (2**31).to_bytes(4, "little") + b".")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    check_torch_file(path)  # is none of PyTorch's, which PyTorch says
    with pytest.raises(UserError, match="is no file of PyTorch's"):
        read_tensors(path, "a checkpoint")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kilobytes


def test_a_pickle_that_counts_bytes_it_has_not(tmp_path):
    path = tmp_path / "bytes.pt"
    path.write_bytes(b"\x80\x05\x96" + (10**12).to_bytes(8, "little") + b".")
    with pytest.raises(UserError, match="is no file of PyTorch's"):
        read_tensors(path, "a checkpoint")


class Code:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_looking_runs_nothing(tmp_path):
    path, trace = tmp_path / "code.pt", tmp_path / "trace"
    path.write_bytes(pickle.dumps(Code(trace)))
    check_torch_file(path)
    assert not trace.exists()


READERS = {
    "arcface": load_arcface, "lpips": published_lpips, "mapper": official,
}  # fmt: skip


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_every_reader_refuses_them(tmp_path, read):
    torch.save({"state_dict": {FINE + "fc.weight": sized((10**5, 10**5))}}, tmp_path / "wide.pt")
    with pytest.raises(UserError, match="declares a tensor"):
        read(tmp_path / "wide.pt")


def test_vgg_with_nan():
    state = VGG16((2, 3, 4, 5, 6)).state_dict()
    state["features.0.weight"] = state["features.0.weight"] * float("nan")
    with pytest.raises(UserError, match=r"features\.0\.weight holds NaN"):
        VGG16((2, 3, 4, 5, 6)).load_torchvision(state)
