"""Memory that the C library keeps after it was freed.

glibc keeps what tensors of up to 32 MB leave behind, and hands none of it to larger ones. After the
losses of a large picture that is half a gigabyte.
"""

from __future__ import annotations

import ctypes
import sys


def hand_back() -> bool:
    """Hand freed memory back to the system; whether the C library can.

    Example:
        >>> hand_back() in {True, False}
        True
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        trim = ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):  # another C library
        return False
    trim(0)
    return True
