"""What files of tensors say of themselves, compared with what they hold before memory is taken.

A file of a kilobyte can declare a tensor of 40 GB: by a stride of 0, by compression, by a storage
that is not there. Nothing is built here of what a file says, and nothing of it runs.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import Tensor

HEADER = 4_000_000  # bytes of the header of a safetensors file; 1,000 tensors take 100,000
OVERLAP = 4  # times the file that all tensors together may have: some lie on one another
_DENSE = ("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3")
_PASSED = ("_rebuild_parameter", "_rebuild_parameter_with_state")
_BYTES = {
    "DoubleStorage": 8, "FloatStorage": 4, "HalfStorage": 2, "BFloat16Storage": 2,
    "LongStorage": 8, "IntStorage": 4, "ShortStorage": 2, "CharStorage": 1, "ByteStorage": 1,
    "BoolStorage": 1, "ComplexFloatStorage": 8, "ComplexDoubleStorage": 16, "UntypedStorage": 1,
}  # fmt: skip


class Unfit(ValueError):
    """What a file of tensors declares, or holds, is no network's and no run's.

    Example:
        >>> try:
        ...     check_numbers({"weight": torch.ones(1) * float("inf")})
        ... except Unfit as error:
        ...     print(error)
        weight holds NaN or infinite values
    """


def check_torch_file(path: Path) -> None:
    """Refuse a file of PyTorch's that declares more than it holds, or other than plain tensors.

    Files that are none of PyTorch's are left to PyTorch, which says so.

    Raises:
        Unfit: saying what it declares.

    Example:
        >>> torch.save({"weight": torch.ones(1).expand(10**10)}, "small.pt")
        >>> check_torch_file(Path("small.pt"))
        Traceback (most recent call last):
        styleforge.models.declared.Unfit: it declares a tensor of shape ...
    """
    with path.open("rb") as file:
        check_torch(file, path.stat().st_size)


def check_torch(file: BinaryIO, size: int) -> None:
    """As `check_torch_file`, of an opened file of ``size`` bytes.

    Raises:
        Unfit: saying what it declares.

    Example:
        >>> check_torch(io.BytesIO(b"nothing of PyTorch's"), 20)
    """
    found = _Declared(_pickled(file, size), zipped=zipfile.is_zipfile(file))
    found.read()
    if found.stored > size:
        raise Unfit(f"it declares {_amount(found.stored)} and has {_amount(size)}")
    if found.taken > OVERLAP * size:
        raise Unfit(f"its tensors take {_amount(found.taken)}, and it has {_amount(size)}")


def check_header(path: Path, most: int = HEADER) -> None:
    """Refuse a safetensors file whose header is longer than any that is written.

    Of the tensors that a header declares safetensors itself checks that the file holds them.

    Raises:
        Unfit: saying how long it is.

    Example:
        >>> Path("long.safetensors").write_bytes((10**9).to_bytes(8, "little"))
        8
        >>> check_header(Path("long.safetensors"))
        Traceback (most recent call last):
        styleforge.models.declared.Unfit: its header has 1,000,000,000 bytes; at ...
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
    if length > most:
        raise Unfit(f"its header has {length:,} bytes; at most {most:,} are read")


def check_numbers(tensors: Mapping[str, Tensor]) -> None:
    """Refuse tensors that no trained network and no run consists of.

    Raises:
        Unfit: naming the first that is complex, sparse or of no memory, or holds NaN or
            infinite values.

    Example:
        >>> check_numbers({"weight": torch.tensor([float("nan")])})
        Traceback (most recent call last):
        styleforge.models.declared.Unfit: weight holds NaN or infinite values
    """
    for name, value in tensors.items():
        if value.is_meta or value.layout != torch.strided or value.is_quantized:
            raise Unfit(f"{name} is no plain tensor of numbers")
        if value.is_complex():
            raise Unfit(f"{name} holds complex numbers")
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            raise Unfit(f"{name} holds NaN or infinite values")


def _pickled(file: BinaryIO, size: int) -> BinaryIO:
    """What describes the tensors of a file, which is never longer than the file."""
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return io.BytesIO(file.read())
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if any(one.compress_type != zipfile.ZIP_STORED for one in entries):
            raise Unfit("parts of it are compressed, which weights never are")
        if sum(one.file_size for one in entries) > size:
            raise Unfit("its parts are longer together than the file")
        names = [one for one in entries if one.filename.endswith("/data.pkl")]
        return io.BytesIO(archive.read(names[0]) if names else b"")


def _amount(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


class _Inert:
    """Stands for whatever a pickle names: takes everything, does nothing."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def __call__(self, *_: object) -> _Inert:
        return self

    def __setstate__(self, _: object) -> None: ...

    def __setitem__(self, _: object, __: object) -> None: ...

    def append(self, _: object) -> None: ...

    def extend(self, _: object) -> None: ...


class Thrifty(pickle._Unpickler):  # noqa: SLF001 - in Python, not in C
    """Reads pickles, and takes no memory because they say so: the unpickler in C does.

    Example:
        >>> Thrifty(io.BytesIO(pickle.dumps({"width": 512}))).load()
        {'width': 512}
    """

    dispatch = {  # noqa: RUF012 - as the class it is of has it
        code: how
        for code, how in pickle._Unpickler.dispatch.items()  # noqa: SLF001
        if code != pickle.BYTEARRAY8[0]  # which takes memory before it reads
    }


class _Declared(Thrifty):
    """Adds up what a pickle of PyTorch's declares."""

    def __init__(self, file: BinaryIO, *, zipped: bool) -> None:
        super().__init__(file, encoding="utf-8", errors="replace")
        self.zipped = zipped
        self.file = file
        self.storages: dict[object, int] = {}
        self.taken = 0

    @property
    def stored(self) -> int:
        """Bytes of all storages together."""
        return sum(self.storages.values())

    def read(self) -> None:
        """Read what there is; what is no pickle of PyTorch's is nothing."""
        try:
            for _ in range(1 if self.zipped else 4):  # of old: number, version, machine, content
                self.load()
        except Unfit:
            raise
        except Exception:  # noqa: S110 - PyTorch says what it thinks of it
            pass

    def find_class(self, module: str, name: str) -> Any:
        """What stands for a name."""
        if name in _BYTES:
            return _BYTES[name]
        if module == "torch._utils" and name in _DENSE:
            return self._dense
        if module == "torch._utils" and name in _PASSED:
            return lambda value, *_: value
        if module.startswith("torch") and name.startswith("_rebuild"):
            raise Unfit("it holds sparse, quantized or other tensors that are no plain ones")
        # A class of its own: a pickle can set attributes of what it names.
        return OrderedDict if name == "OrderedDict" else type("_Inert", (_Inert,), {})

    def persistent_load(self, saved: Any) -> Any:
        """A storage: its key, and how many numbers of how many bytes it declares."""
        if not isinstance(saved, tuple) or len(saved) < 5 or saved[0] != "storage":
            return _Inert()
        width = saved[1] if isinstance(saved[1], int) else 1
        count = _whole(saved[4])
        self.storages[saved[2]] = max(count * width, self.storages.get(saved[2], 0))
        return count, width

    def _dense(self, storage: Any, offset: Any, shape: Any, stride: Any, *_: object) -> _Inert:
        numbers, width = storage if isinstance(storage, tuple) else (0, 1)
        self.taken += width * check_extent(numbers, offset, shape, stride)
        return _Inert()


def check_extent(numbers: int, offset: Any, shape: Any, stride: Any) -> int:
    """How many numbers a tensor has, all of which its storage of ``numbers`` must hold.

    Raises:
        Unfit: if it does not, or they are no sizes.

    Example:
        >>> check_extent(6, 0, (2, 3), (3, 1))
        6
    """
    shape, stride = tuple(map(_whole, shape)), tuple(map(_whole, stride))
    count = int(prod(shape))
    spread = sum((size - 1) * step for size, step in zip(shape, stride, strict=True))
    if count > numbers or (count and _whole(offset) + spread >= numbers):
        raise Unfit(f"it declares a tensor of shape {shape} and stores {numbers} of its numbers")
    return count


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise Unfit("it declares sizes that are no whole numbers")
    return value
