"""NVIDIA's pickles that declare more than they hold: refused in a sentence, in little memory."""

from __future__ import annotations

import io
import pickle
import resource

import numpy as np
import pytest
import torch
from declaring import sized

from styleforge.errors import UserError
from styleforge.models.pickles import read_pickled_network


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
