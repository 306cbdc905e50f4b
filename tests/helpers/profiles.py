"""ICC profiles that tests make: matrix and gamma, as cameras and editors embed them."""

from __future__ import annotations

import struct

import numpy as np

D50 = (0.9642, 1.0, 0.8249)
BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
# Primaries and white as chromaticities, and gamma, as their makers publish them.
KNOWN = {
    "Display P3": (((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), (0.3127, 0.3290), 2.2),
    "Adobe RGB": (((0.640, 0.330), (0.210, 0.710), (0.150, 0.060)), (0.3127, 0.3290), 2.199),
    "ProPhoto": (((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)), (0.3457, 0.3585), 1.8),
}


def matrix(name: str) -> np.ndarray:
    """Linear RGB of a space to XYZ under D50, ``(3, 3)``."""
    primaries, white, _ = KNOWN[name]
    columns = np.array([xyz(*one) for one in primaries]).T
    scaled = columns * np.linalg.solve(columns, xyz(*white))
    source, target = BRADFORD @ xyz(*white), BRADFORD @ np.array(D50)
    return np.linalg.inv(BRADFORD) @ np.diag(target / source) @ BRADFORD @ scaled


def xyz(x: float, y: float) -> np.ndarray:
    return np.array([x / y, 1.0, (1 - x - y) / y])


def rgb_profile(name: str) -> bytes:
    """The bytes of a profile of version 2."""
    red, green, blue = matrix(name).T
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(KNOWN[name][2] * 256))
    tags = {b"wtpt": number(D50), b"rXYZ": number(red), b"gXYZ": number(green)}
    tags |= {b"bXYZ": number(blue), b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    return packed(name, b"RGB ", tags)


def grey_profile(gamma: float) -> bytes:
    """The bytes of a profile for grey pictures."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))
    return packed("A grey", b"GRAY", {b"wtpt": number(D50), b"kTRC": curve})


def number(values) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(v * 65536)) for v in values)


def packed(name: str, space: bytes, tags: dict[bytes, bytes]) -> bytes:
    text = name.encode() + b"\0"
    about = b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78)
    tags = {b"desc": about, b"cprt": b"text" + bytes(4) + b"none\0", **tags}
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for key, value in tags.items():
        table += key + struct.pack(">II", start + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    kinds = (b"mntr", space, b"XYZ ")
    head = struct.pack(">I4sI4s4s4s", start + len(data), b"none", 0x02400000, *kinds)
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    head += b"".join(struct.pack(">i", round(v * 65536)) for v in D50)
    return head.ljust(128, b"\0") + table + data
