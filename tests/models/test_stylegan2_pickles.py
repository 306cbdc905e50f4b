"""Pickles that are no StyleGAN2 are refused in a sentence, and none runs code."""

from __future__ import annotations

import io
import pickle

import numpy as np
import published_generators as published
import published_pickles as pickled
import pytest
import torch

from styleforge.errors import UserError
from styleforge.models import pickles
from styleforge.models.pickles import PickledNetwork, read_pickled_network

WHAT = "a StyleGAN2 generator"


def network():
    return pickled.ada_network(published.rosinality_state())


class Code:
    """A pickle that writes a file when it is loaded."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_code_beside_the_network_is_refused_and_not_run(tmp_path):
    trace = tmp_path / "trace"
    for number, content in enumerate([Code(trace), {"G_ema": None, "D": Code(trace)}]):
        path = tmp_path / f"{number}.pkl"
        path.write_bytes(pickle.dumps(content))
        with pytest.raises(UserError, match=r"names \S*open.*could run code.*was expected"):
            read_pickled_network(path, WHAT)
    assert not trace.exists()


def test_code_in_nested_bytes_is_refused_and_not_run(tmp_path):
    trace = tmp_path / "trace"
    inner = io.BytesIO()
    torch.save(Code(trace), inner)

    class Nested:
        def __reduce__(self):
            return torch.storage._load_from_bytes, (inner.getvalue(),)

    path = tmp_path / "a.pkl"
    path.write_bytes(pickle.dumps({"G_ema": Nested()}))
    with pytest.raises(UserError, match="no whole pickle"):
        read_pickled_network(path, WHAT)
    assert not trace.exists()


def test_arrays_of_objects_are_refused(tmp_path):
    path = tmp_path / "a.pkl"
    path.write_bytes(pickle.dumps({"G_ema": np.array([{}, None], dtype=object)}))
    with pytest.raises(UserError, match="no whole pickle"):
        read_pickled_network(path, WHAT)


def test_a_pickle_changes_nothing_of_what_reads_it(tmp_path):
    """It can set attributes of what it names: `BUILD` with a state of slots."""

    def attack(module, name, attribute):
        return (
            b"\x80\x02c" + f"{module}\n{name}\n".encode() + b"N}X"
            + len(attribute).to_bytes(4, "little") + attribute.encode()
            + b"cbuiltins\nset\ns\x86b."
        )  # fmt: skip

    before = PickledNetwork.tensors, torch._utils._rebuild_tensor_v2.__defaults__
    for number, content in enumerate([
        attack("dnnlib.tflib.network", "Network", "tensors"),
        attack("dnnlib.util", "EasyDict", "get"),
        attack("torch._utils", "_rebuild_tensor_v2", "mine"),
    ]):  # fmt: skip
        path = tmp_path / f"{number}.pkl"
        path.write_bytes(content)
        with pytest.raises(UserError):
            read_pickled_network(path, WHAT)
    assert before == (PickledNetwork.tensors, torch._utils._rebuild_tensor_v2.__defaults__)
    assert not hasattr(torch._utils._rebuild_tensor_v2, "mine")
    assert pickles._Options.get is dict.get


def test_module_src_is_never_run(tmp_path):
    path = pickled.write_ada(tmp_path / "ada.pkl", network())
    assert b"raise SystemExit(1)" in path.read_bytes()
    assert read_pickled_network(path, WHAT).name == "Generator"


@pytest.mark.parametrize("content", [b"", b"\x80\x04", b"half a pickle", b"\0" * 40])
def test_no_pickle(tmp_path, content):
    path = tmp_path / "a.pkl"
    path.write_bytes(content)
    with pytest.raises(UserError, match="no whole pickle"):
        read_pickled_network(path, WHAT)
    with pytest.raises(UserError, match="There is no file"):
        read_pickled_network(tmp_path / "nothing.pkl", WHAT)


def test_half_a_pickle(tmp_path):
    whole = pickled.write_ada(tmp_path / "ada.pkl", network()).read_bytes()
    (tmp_path / "half.pkl").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match="Download it again"):
        read_pickled_network(tmp_path / "half.pkl", WHAT)
