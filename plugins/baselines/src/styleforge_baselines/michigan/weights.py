"""Files of painters: written, read, and found for a pack and a region."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError
from safetensors.torch import load_file

from styleforge.errors import UserError
from styleforge.mapper.outside import weights_folder
from styleforge.models.halves import write_halves
from styleforge_baselines.michigan.network import Painter

if TYPE_CHECKING:
    from styleforge.pack.pack import Models

SHIPPED = Path(__file__).parent / "weights"


def found_for(models: Models, region: str) -> Painter:
    """The painter of a region for a pack: the user's own, else the one that is shipped.

    Raises:
        UserError: if there is none, or the file holds something else.
    """
    pack = models.pack.name
    path = own_file(pack, region)
    if not path.is_file():
        path = SHIPPED / f"{pack}_{region}.safetensors"
    if not path.is_file():
        msg = (
            f"No painter of {region} was trained for the pack {pack!r}. Train one with `python -m "
            f"styleforge_baselines.michigan {region} --pack {pack}`, or choose another preset."
        )
        raise UserError(msg)
    return read(path).to(models.device, models.dtype)


def own_file(pack: str, region: str) -> Path:
    """Where the user's own painter is.

    Example:
        >>> own_file("portraits", "hair").name
        'michigan_hair.safetensors'
    """
    return weights_folder(pack) / f"michigan_{region}.safetensors"


def write(path: Path, painter: Painter) -> None:
    """Write a painter in half precision.

    Raises:
        UserError: if values are not finite, or the file cannot be written.
    """
    write_halves(path, painter.state_dict())


def read(path: Path) -> Painter:
    """A painter as `write` wrote it.

    Raises:
        UserError: if the file holds something else.
    """
    painter = Painter()
    try:
        painter.load_state_dict({name: one.float() for name, one in load_file(path).items()})
    except (OSError, SafetensorError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        msg = f"{path} is no painter ({reason}); remove it, or train it again."
        raise UserError(msg) from error
    return painter.eval().requires_grad_(requires_grad=False)
