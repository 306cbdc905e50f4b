"""What pictures are called in messages: a file by its path, one given in memory by its role.

A picture that was given in memory is kept as a file (`styleforge.api.in_memory`), of which the user
knows nothing. The file's name says so, wherever the file goes.
"""

from __future__ import annotations

import re
from pathlib import Path

_MASK = "the mask "  # as callers name a mask's role
_UNFIT = re.compile(r"[^\w. -]")  # in the name of a file
_IN_MEMORY = re.compile(rf"(?P<mask>{_MASK})?(?P<role>[\w. -]+) \(in memory [0-9a-f]{{12}}\)\.png")


def memory_name(role: str, sha256: str) -> str:
    """The name of the file that keeps a picture that was given in memory.

    Example:
        >>> memory_name("lips.shape", "0" * 64)
        'lips.shape (in memory 000000000000).png'
    """
    return f"{_UNFIT.sub('_', role)} (in memory {sha256[:12]}).png"


def called(path: str | Path) -> str:
    """What messages call a picture or a mask.

    Example:
        >>> called("photos/me.png"), called("/tmp/a/" + memory_name("shape", "0" * 64))
        ('photos/me.png', "shape's picture")
        >>> called(memory_name("the mask identity", "0" * 64))
        "identity's mask"
    """
    found = _IN_MEMORY.fullmatch(Path(path).name)
    if found is None:
        return str(path)
    return f"{found['role']}'s {'mask' if found['mask'] else 'picture'}"


def in_memory(path: str | Path) -> bool:
    """Whether a file keeps a picture that was given in memory.

    Example:
        >>> in_memory("photos/me.png")
        False
    """
    return _IN_MEMORY.fullmatch(Path(path).name) is not None


def stem_of(path: str | Path) -> str:
    """A picture's name without folder and suffix, for files that are called after it.

    Example:
        >>> stem_of("gallery:mira"), stem_of(memory_name("identity", "0" * 64))
        ('mira', 'identity')
    """
    found = _IN_MEMORY.fullmatch(Path(path).name)
    name = str(path).removeprefix("gallery:").replace("\\", "/")
    return found["role"] if found else Path(name).stem
