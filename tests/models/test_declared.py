"""Files that declare more than they hold: refused in a sentence, before memory is taken."""

from __future__ import annotations

import io
import json
import pickle
import resource
import subprocess
import sys
import zipfile

import numpy as np
import pytest
import torch
from published_mapper import make_network, write
from safetensors import safe_open
from safetensors.torch import save_file

from styleforge.errors import UserError
from styleforge.mapper.files import load_mapper, save_mapper
from styleforge.mapper.official import load_official
from styleforge.models.arcface import load_arcface
from styleforge.models.declared import check_torch_file
from styleforge.models.lpips import published_lpips
from styleforge.models.pickles import read_pickled_network
from styleforge.models.tensors import read_tensors
from styleforge.models.vgg import VGG16
from styleforge.testing import toy_mapper

FINE = "mapper.fine_mapping.modulation_module_list.0."


def official(path):
    return load_official(path, style="look.shape", colour="look.colour")


def sized(shape):
    """A tensor of any shape whose storage has one number."""
    return torch.ones(1).expand(shape)


EXPANDING = {
    "one number": sized((10**10,)),
    "two dimensions": sized((10**6, 10**6)),
    "columns of a row": torch.ones(1, 64).expand(10**8, 64),
    "windows": torch.arange(64.0).as_strided((10**9, 8), (0, 1)),
}


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


def sparse():
    return torch.sparse_coo_tensor(torch.tensor([[0]]), torch.ones(1), (10**10,),
                                   check_invariants=True)  # fmt: skip


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


def test_a_published_mapper_of_absurd_sizes(tmp_path):
    """A column of a million numbers declares a network of a million squared."""
    network = make_network(width=16)
    state = {f"mapper.{key}": one for key, one in network.state_dict().items()}
    for name in list(state):
        if "gamma_function.3.weight" in name:
            state[name] = torch.zeros(10**6, 1)
    torch.save({"state_dict": state}, tmp_path / "tall.pt")
    with pytest.raises(UserError, match=r"coarse group .*(its sizes are|its sizes need)"):
        official(tmp_path / "tall.pt")


def test_a_published_mapper_with_nan(tmp_path):
    network = make_network(width=16)
    with torch.no_grad():
        next(network.parameters()).fill_(float("nan"))
    with pytest.raises(UserError, match="holds NaN"):
        official(write(tmp_path / "nan.pt", network))


def test_vgg_with_nan():
    state = VGG16((2, 3, 4, 5, 6)).state_dict()
    state["features.0.weight"] = state["features.0.weight"] * float("nan")
    with pytest.raises(UserError, match=r"features\.0\.weight holds NaN"):
        VGG16((2, 3, 4, 5, 6)).load_torchvision(state)


# --- mappers of one's own -----------------------------------------------------------------------
ABSURD = {
    "depth": 10**9, "width": 10**9, "embedding": 10**9, "hidden": 10**9, "rows": 10**9,
}  # fmt: skip


@pytest.fixture
def file(tmp_path):
    save_mapper(toy_mapper.mapper(), tmp_path / "mapper.safetensors")
    return tmp_path / "mapper.safetensors"


def with_header(file, **changed):
    from safetensors import safe_open

    with safe_open(file, framework="pt") as content:
        shape = json.loads(content.metadata()["mapper"])
        state = {key: content.get_tensor(key) for key in content.keys()}  # noqa: SIM118
    save_file(state, file, metadata={"mapper": json.dumps(shape | changed)})


@pytest.mark.parametrize("name", ABSURD)
@pytest.mark.parametrize("value", [10**9, -1, 2.5, True, "many", None, [1]])
def test_a_mapper_of_absurd_sizes(file, name, value):
    with_header(file, **{name: value})
    with pytest.raises(UserError, match="is no mapper of styleforge") as caught:
        load_mapper(file)
    assert len(str(caught.value)) < 1000


def test_a_mapper_of_very_many_parts(file):
    with_header(file, injections=[{"name": f"n{at}", "attribute": "a", "rows": [0]}
                                  for at in range(10_000)])  # fmt: skip
    with pytest.raises(UserError, match="its sizes need at least"):
        load_mapper(file)


@pytest.mark.parametrize("length", [10**9, 2**63, 5_000_000])
def test_headers_of_absurd_length(file, length):
    file.write_bytes(length.to_bytes(8, "little") + file.read_bytes()[8:])
    with pytest.raises(UserError, match="its header has"):
        load_mapper(file)


def test_a_header_that_declares_a_tensor_that_is_not_there(file):
    header = json.dumps({"a": {"dtype": "F32", "shape": [10**10], "data_offsets": [0, 4 * 10**10]}})
    file.write_bytes(len(header).to_bytes(8, "little") + header.encode())
    with pytest.raises(UserError, match="is no mapper of styleforge"):
        load_mapper(file)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_mapper_with_nan(file, value):
    mapper = toy_mapper.mapper()
    with torch.no_grad():
        next(mapper.parameters()).fill_(value)
    with pytest.raises(UserError, match="is not written"):
        save_mapper(mapper, file)
    save_mapper(toy_mapper.mapper(), file)
    with safe_open(file, "pt") as kept:
        tensors = {name: kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118
        shape = kept.metadata()
    next(iter(tensors.values())).fill_(value)
    save_file(tensors, file, shape)
    with pytest.raises(UserError, match="NaN or infinite"):
        load_mapper(file)


LIMITED = """
import resource, sys
import torch, styleforge.mapper.official, styleforge.mapper.files
from styleforge.errors import UserError
from styleforge.models.pickles import read_pickled_network
from styleforge.models.tensors import read_tensors
from styleforge.mapper.files import load_mapper
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[1:]:
    try:
        load_mapper(path) if path.endswith("safetensors") else read_tensors(path, "a checkpoint")
        print("used", path)
    except UserError:
        pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_none_of_them_takes_memory(tmp_path, file):
    """A process of its own: peaks of one that did more are peaks of that."""
    with_header(file, depth=10**9)
    paths = [file]
    for number, tensor in enumerate((*EXPANDING.values(), sparse())):
        paths.append(tmp_path / f"{number}.pt")
        torch.save({"state_dict": {"a": tensor}}, paths[-1])
    command = [sys.executable, "-c", LIMITED, *map(str, paths)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert int(said) < 100, said  # megabytes


# --- NVIDIA's pickles ---------------------------------------------------------------------------
class Named:
    """What a pickle says by name: a function of a module and its arguments."""

    def __init__(self, of, *arguments):
        self.of, self.arguments = of, arguments

    def __reduce__(self):
        return self.of, self.arguments


def saved(tensor):
    kept = io.BytesIO()
    torch.save(tensor, kept, _use_new_zipfile_serialization=False)
    return kept.getvalue()


def pickled(tmp_path, content):
    path = tmp_path / "network.pkl"
    path.write_bytes(pickle.dumps({"G_ema": content}, protocol=2))
    return path


HARMFUL = {
    "an array of 10 GB": lambda: Named(np.ndarray, (10**10,)),
    "its maker": lambda: Named(np.array(0).__reduce__()[0], np.ndarray, (10**10,), b"b"),
    "a type of 4 GB": lambda: Named(np.dtype, "(1000000000,)f4"),
    "a tensor that expands": lambda: Named(torch.storage._load_from_bytes, saved(sized((10**10,)))),
}  # fmt: skip


@pytest.mark.parametrize("make", HARMFUL.values(), ids=HARMFUL)
def test_pickles_that_declare_more_than_they_hold(tmp_path, make):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UserError, match=r"network\.pkl (is|cannot be read)"):
        read_pickled_network(pickled(tmp_path, make()), "a StyleGAN2 generator")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kilobytes


def test_a_network_s_pickle_that_wants_memory_for_its_memo(tmp_path):
    path = tmp_path / "network.pkl"
    path.write_bytes(b"\x80\x02Nr" + (2**31).to_bytes(4, "little") + b".")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UserError, match="is a pickle without a network"):
        read_pickled_network(path, "a StyleGAN2 generator")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kilobytes
