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
    from styleforge.pack.models import Models

SHIPPED = Path(__file__).parent / "weights"


def found_for(models: Models, region: str) -> Painter:
    """The painter of a region for a pack: the user's own, else the one that is shipped.

    Raises:
        UserError: if there is none, or the file holds something else.
    """
    pack = models.pack.name
    path = _file_for(pack, region)
    if path is None:
        msg = (
            f"No painter of {region} was trained for the pack {pack!r}. Train one with "
            f"`{_command(pack, region)}`, or choose another preset."
        )
        raise UserError(msg)
    return models.from_file(path, read).to(models.device, models.dtype)


def lacks(models: Models, region: str) -> str:
    """The painter that a pack lacks, in words; empty where it is there.

    Example:
        >>> from styleforge.testing import toy
        >>> lacks(toy.toy_forge().models(), "thing")
        'a painter of thing (`python -m styleforge_baselines.michigan thing --pack toy` trains one)'
    """
    pack = models.pack.name
    if _file_for(pack, region) is not None:
        return ""
    return f"a painter of {region} (`{_command(pack, region)}` trains one)"


def files_for(models: Models) -> list[Path]:
    """The files of a pack's painters, of all regions: the user's own, else those shipped.

    Example:
        >>> from styleforge.testing import toy
        >>> files_for(toy.toy_forge().models())  # nobody trained one
        []
    """
    pack = models.pack.name
    shipped = {_region(path): path for path in SHIPPED.glob(f"{pack}_*.safetensors")}
    own = {_region(path): path for path in weights_folder(pack).glob("michigan_*.safetensors")}
    return sorted({**shipped, **own}.values())


def _region(path: Path) -> str:
    """The region that a painter's file is of."""
    return path.stem.partition("_")[2]


def _file_for(pack: str, region: str) -> Path | None:
    """The user's own painter, else the one that is shipped; None where there is none."""
    files = own_file(pack, region), SHIPPED / f"{pack}_{region}.safetensors"
    return next((path for path in files if path.is_file()), None)


def _command(pack: str, region: str) -> str:
    return f"python -m styleforge_baselines.michigan {region} --pack {pack}"


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
