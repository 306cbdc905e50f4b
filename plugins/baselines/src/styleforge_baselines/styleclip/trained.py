"""Networks of StyleCLIP's mapper as files: written, read, and found for a pack and a domain."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors import SafetensorError

from styleforge.errors import UserError
from styleforge.mapper.outside import weights_folder
from styleforge_baselines.styleclip.files import read_file, write_file
from styleforge_baselines.styleclip.measurement import SHIPPED, digest_of
from styleforge_baselines.styleclip.network import Described, Levels, Trained

if TYPE_CHECKING:
    from styleforge.pack.models import Models


def of_pack(models: Models, domain: str) -> Described:
    """The networks for a pack and a domain: the user's own, then those that are shipped.

    Raises:
        UserError: if there are none that were trained with the pack's weights, or a file cannot be
            read.
    """
    pack = models.pack.name
    found = [read(path) for path in files_for(pack, domain)]
    digest = digest_of(models) if found else ""
    fit = [one for one in found if one.digest == digest]
    past = [one for one in found if one.digest != digest]
    if not fit:
        those = f"the pack {pack!r}" + (" and the weights that it has now" if past else "")
        msg = (
            f"No mapper of StyleCLIP was trained for {domain} with {those}. Train one: "
            f"`{_command(pack, domain)}`."
        )
        raise UserError(msg)
    for one in fit:
        one.network.to(models.device, models.dtype)
    return Described(fit, _command(pack), past)


def lacks(pack: str, domain: str) -> str:
    """The network that was not trained for a pack and a domain, in words; empty where one was.

    Example:
        >>> lacks("toy", "toy").partition(" (`")[0]
        "a network of StyleCLIP's for some words of toy"
    """
    if files_for(pack, domain):
        return ""
    how = f"`{_command(pack, domain)}` trains one"
    return f"a network of StyleCLIP's for some words of {domain} ({how})"


def files_for(pack: str, domain: str) -> list[Path]:
    """The files of networks for a pack and a domain, the user's own first.

    Example:
        >>> files_for("toy", "toy")  # nobody trained one
        []
    """
    folders = folder_of(pack), SHIPPED / f"mappers_{pack}"
    return [
        path
        for folder in folders
        for path in sorted(folder.glob("*.safetensors"))
        if path.name.startswith(f"{domain}.")
    ]


def weight_files(pack: str, domain: str) -> list[Path]:
    """The files that `of_pack` reads.

    Example:
        >>> weight_files("toy", "toy")
        []
    """
    return files_for(pack, domain)


def folder_of(pack: str) -> Path:
    """Where the networks are that the user trained for a pack.

    Example:
        >>> folder_of("portraits").name
        'styleclip'
    """
    return weights_folder(pack) / "styleclip"


def named(attribute: str, text: str) -> str:
    """The name of a network's file, without its suffix.

    Example:
        >>> named("hair.shape", "Long, wavy")
        'hair.shape-long-wavy'
    """
    words = "-".join(re.findall(r"\w+", text.casefold()))
    return f"{attribute}-{words}"


def write(path: Path, one: Trained) -> None:
    """Write a network in half precision.

    Raises:
        UserError: if values are not finite, or the file cannot be written.
    """
    about = {
        "attribute": one.attribute, "text": one.text, "digest": one.digest,
        "rows": one.network.rows, "width": one.network.width,
    }  # fmt: skip
    write_file(path, about, {"embedding": one.embedding, **one.network.state_dict()})


def read(path: Path) -> Trained:
    """A network as `write` wrote it.

    Raises:
        UserError: if the file holds something else.
    """
    try:
        about, tensors = read_file(path)
        network = Levels(int(about["rows"]), int(about["width"]))
        embedding = torch.nn.functional.normalize(tensors.pop("embedding"), dim=1)
        network.load_state_dict(tensors)
        network.requires_grad_(requires_grad=False)
        told = str(about["attribute"]), str(about["text"])
        return Trained(*told, embedding, network, str(about.get("digest", "")))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        msg = f"{path} is no mapper of StyleCLIP ({reason}); remove it, and train it again."
        raise UserError(msg) from error


def _command(pack: str, domain: str = "") -> str:
    attribute = f"{domain}.ATTRIBUTE" if domain else "ATTRIBUTE"
    return f"python -m styleforge_baselines.styleclip mapper {attribute} WORDS --pack {pack}"
