"""Reads NVIDIA's pickles of networks without running anything of them.

The published files hold objects, and newer ones the program text of their classes
(``torch_utils.persistence``). Here a class becomes a `PickledNetwork`: its name and its state.
The few functions that make tensors and arrays are allowed by name; every other name is refused.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch
from torch import Tensor

from styleforge.errors import UserError
from styleforge.models.declared import Thrifty, check_extent, check_torch


class PickledNetwork:
    """An object of a pickle: the name of its class and its state, never the class itself.

    Example:
        >>> PickledNetwork("Generator", {"w_dim": 512}).state["w_dim"]
        512
    """

    def __init__(self, name: str = "", state: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self.state: dict[str, Any] = dict(state or {})

    def __setstate__(self, state: Any) -> None:
        self.state = dict(state) if isinstance(state, Mapping) else {}

    def get(self, *names: str) -> Any:
        """What the state says, or that of a module within: ``get("synthesis", "b4", "use_fp16")``.

        None where it is not there.
        """
        first, *rest = names
        found = self._modules().get(first, self.state.get(first))
        if not rest:
            return found
        return found.get(*rest) if isinstance(found, PickledNetwork) else None

    def tensors(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """Parameters and buffers by name, those of modules within it as ``module.name``."""
        for kind in ("_parameters", "_buffers"):
            held = self.state.get(kind)
            for name, value in held.items() if isinstance(held, Mapping) else ():
                if isinstance(name, str) and isinstance(value, Tensor):
                    yield f"{prefix}{name}", value
        for name, module in self._modules().items():
            if isinstance(module, PickledNetwork):
                yield from module.tensors(f"{prefix}{name}.")

    def _modules(self) -> Mapping[str, Any]:
        found = self.state.get("_modules")
        return found if isinstance(found, Mapping) else {}


class _Options(dict[Any, Any]):
    """Stands for ``dnnlib.EasyDict``.

    Example:
        >>> _Options(size=4)["size"]
        4
    """


def _network(meta: Any) -> PickledNetwork:
    """Stands for what would run ``module_src`` and make an object of its class."""
    meta = meta if isinstance(meta, Mapping) else {}
    state = meta.get("state")
    return PickledNetwork(
        str(meta.get("class_name", "")), state if isinstance(state, Mapping) else {}
    )


def _storage(content: bytes) -> Any:
    """Stands for ``torch.storage._load_from_bytes``, which would unpickle anything."""
    check_torch(io.BytesIO(content), len(content))
    return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)


def _tensor(storage: Any, offset: Any, shape: Any, stride: Any, *more: Any) -> Any:
    """Stands for ``torch._utils._rebuild_tensor_v2``: a tensor that its storage holds."""
    untyped = getattr(storage, "_untyped_storage", storage)  # asked by itself, it warns
    check_extent(untyped.nbytes() // storage.dtype.itemsize, offset, shape, stride)
    rebuild: Any = torch._utils._rebuild_tensor_v2  # noqa: SLF001
    return rebuild(storage, offset, shape, stride, *more)


class _Array:
    """Stands for the class of arrays, which pickles name and need not call."""


def _empty_array(*_: Any) -> Any:
    """Stands for numpy's ``_reconstruct``: shape, type and numbers come with the state."""
    return np.ndarray.__new__(np.ndarray, (0,), "b")


def _parameter(data: Any, *_: Any) -> Any:
    """Stands for ``torch._utils._rebuild_parameter``: its tensor is all that is wanted."""
    return data


def _allowed() -> dict[tuple[str, str], Any]:
    """What a pickle may name, and what it gets.

    A pickle can set attributes of what it names, so classes and functions are made anew for each.
    """
    scalar: Any = np.float64(0).__reduce__()[0]
    options: Any = type("_Options", (_Options,), {})
    found: dict[tuple[str, str], Any] = {
        ("torch_utils.persistence", "_reconstruct_persistent_obj"): partial(_network),
        ("dnnlib.tflib.network", "Network"): type("Network", (PickledNetwork,), {}),
        ("dnnlib", "EasyDict"): options,
        ("dnnlib.util", "EasyDict"): options,
        ("collections", "OrderedDict"): OrderedDict,
        ("builtins", "set"): set,
        ("torch.storage", "_load_from_bytes"): partial(_storage),
        ("torch._utils", "_rebuild_parameter"): partial(_parameter),
        ("torch._utils", "_rebuild_tensor_v2"): partial(_tensor),
        ("numpy", "dtype"): partial(_dtype),
        ("numpy", "ndarray"): type("_Array", (_Array,), {}),
        ("_codecs", "encode"): partial(_encoded),
    }
    for module in ("numpy.core.multiarray", "numpy._core.multiarray"):
        found[module, "_reconstruct"] = partial(_empty_array)
        found[module, "scalar"] = scalar
    return found


def _dtype(*arguments: Any) -> np.dtype[Any]:
    """Numbers' types alone: an array of objects would hold what nobody looked at."""
    made: np.dtype[Any] = np.dtype(*arguments)
    if made.hasobject or made.subdtype is not None or made.itemsize > 16:
        msg = "an array of objects, or of arrays"
        raise pickle.UnpicklingError(msg)
    return made


def _encoded(text: str, encoding: str = "latin1") -> bytes:
    """How old pickles write bytes."""
    return text.encode("latin1" if encoding == "latin1" else "utf-8")


class _Restricted(Thrifty):
    """Knows the names of `_allowed`, and none beside.

    Example:
        >>> _Restricted(io.BytesIO(pickle.dumps(print)), encoding="latin1").load()
        Traceback (most recent call last):
        styleforge.errors.UserError: builtins.print
    """

    def __init__(self, file: IO[bytes], *, encoding: str) -> None:
        super().__init__(file, encoding=encoding)
        self._names = _allowed()

    def find_class(self, module: str, name: str) -> Any:
        """What stands for a name.

        Raises:
            UserError: with the name that is not allowed.
        """
        found: Callable[..., Any] | None = self._names.get((module, name))
        if found is None:
            raise UserError(f"{module}.{name}")
        return found


def read_pickled_network(path: str | Path, what: str) -> PickledNetwork:
    """The generator of one of NVIDIA's pickles, as names and states.

    It is ``G_ema`` of the PyTorch era's dictionaries, and the last of the TensorFlow era's
    ``(G, D, Gs)``: the one with averaged weights in both.

    Args:
        path: a ``.pkl`` file.
        what: what it should be, for the error: ``"a StyleGAN2 generator"``.

    Raises:
        UserError: there is no such file, it is no whole pickle, it names what could run code, or
            there is no network in it.

    Example:
        >>> with open("small.pkl", "wb") as file:
        ...     pickle.dump({"G_ema": None}, file)
        >>> read_pickled_network("small.pkl", "a StyleGAN2 generator")
        Traceback (most recent call last):
        styleforge.errors.UserError: small.pkl is a pickle without a network; a StyleGAN2 ...
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"There is no file {path}; give the path of {what}.")
    try:
        with path.open("rb") as file:
            content = _Restricted(file, encoding="latin1").load()
    except UserError as error:
        raise UserError(
            f"{path} is refused: it names {error}, which is neither a tensor nor a plain value and "
            f"could run code. {what[0].upper()}{what[1:]} was expected; download it from its "
            "source page."
        ) from error
    except Exception as error:  # whatever a foreign file makes the reader do
        raise UserError(
            f"{path} cannot be read as {what}: it is no whole pickle. Download it again."
        ) from error
    if isinstance(content, Mapping):
        content = content.get("G_ema")
    elif isinstance(content, (tuple, list)) and content:
        content = content[-1]
    if not isinstance(content, PickledNetwork):
        raise UserError(
            f"{path} is a pickle without a network; {what} was expected, under 'G_ema' or as the "
            "last of three."
        )
    return content
