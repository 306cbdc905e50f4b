"""How long a large photograph takes, and how much memory: ``python -m benchmarks.photographs``.

NASA's portrait that comes with scikit-image, enlarged; each size in a process of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from benchmarks.peak import peak_mib

SIDES = (512, 1024, 2048, 3464)  # 3464 is 12 megapixels


def once(side: int) -> str:
    """Recolour the portrait at a size; what it took, as a row of a table."""
    from skimage import data

    import styleforge as sf

    forge = sf.Forge()
    with TemporaryDirectory() as folder:
        picture = Path(folder) / "large.jpg"
        portrait = Image.fromarray(data.astronaut())
        portrait.save(Path(folder) / "first.png")
        ask = {"pack": "photo", "appearance": "auburn", "forge": forge}
        sf.edit("hair", Path(folder) / "first.png", **ask)  # loads what is loaded once
        portrait.resize((side, side), Image.Resampling.LANCZOS).save(picture, quality=92)
        begun, wall = time.process_time(), time.monotonic()
        sf.edit("hair", picture, **ask).save(Path(folder) / "out.jpg")
        cpu, wall = time.process_time() - begun, time.monotonic() - wall
    peak = peak_mib() * 2**20 / 1e9
    return f"| {side} x {side} | {cpu:.1f} | {wall:.1f} | {peak:.2f} |"


def main() -> None:
    """Print a table: CPU seconds, seconds, peak memory of the process in GB."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, help="one size, in this process")
    side = parser.parse_args().side
    if side:
        print(once(side))
        return
    print("| pixels | CPU-s | s | peak GB |\n|---|---|---|---|")
    for one in SIDES:
        command = [sys.executable, "-m", "benchmarks.photographs", "--side", str(one)]
        print(subprocess.check_output(command, text=True).strip(), flush=True)  # noqa: S603


if __name__ == "__main__":
    main()
