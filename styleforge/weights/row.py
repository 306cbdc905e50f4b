"""A row of the table of weights: a published file, what it is for, and on what terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.weights.kept import Kept


@dataclass(frozen=True, kw_only=True)
class FileLayout:
    """How weights are laid out in files, and what is made of them.

    Args:
        name: by which a row, or ``styleforge weights add --layout``, says it.
        what: one of them, for messages: ``"a StyleGAN2 generator"``.
        read: the path of a file or folder, and the empty folder that keeps what is made of it, to
            facts and notes; raises `UserError` where it is something else.
        load: what is kept to the component.
        run: one forward pass of a component, for ``styleforge weights check``.
        signs: names of tensors by which a file of this layout is known; part of a name is enough.
        folder: it is a folder of files, as Hugging Face's are.

    Example:
        >>> from styleforge.weights.layouts import layout_of
        >>> layout_of("stylegan2").what
        'a StyleGAN2 generator'
    """

    name: str
    what: str
    read: Callable[[Path, Path], tuple[Mapping[str, Any], tuple[str, ...]]]
    load: Callable[[Kept], Any]
    run: Callable[[Any], Any]
    signs: tuple[str, ...] = ()
    folder: bool = False


@dataclass(frozen=True, kw_only=True)
class WeightFile:
    """A published file of weights; hand it over with the hook ``register_weights``.

    Args:
        name: by which the user adds and fetches it.
        file: the published file's name.
        gives: what it is for, in a few words.
        layout: how it is laid out: the name of one of core's, or a `FileLayout`.
        licence: on what terms, in one line.
        page: where its publishers say so, and where it is to be had.
        url: its address, where it can be fetched by name; empty where a person has to go there.
        size: bytes of the published file; None where unknown.
        sha256: of the published file; empty where none is known.
        expects: facts that the file must have, such as ``{"size": 1024}``.
        package: an installed package that carries it, ``"lpips:weights/v0.1/vgg.pth"``.

    Example:
        >>> WeightFile(
        ...     name="my-vgg", file="vgg16.pth", gives="features", layout="vgg16",
        ...     licence="BSD-3-Clause", page="https://example.org/vgg",
        ... ).fetchable
        False
    """

    name: str
    file: str
    gives: str
    layout: str | FileLayout
    licence: str
    page: str
    url: str = ""
    size: int | None = None
    sha256: str = ""
    expects: Mapping[str, Any] = field(default_factory=dict)
    package: str = ""

    @property
    def fetchable(self) -> bool:
        """Whether it has an address that a program can read."""
        return bool(self.url)

    @property
    def where(self) -> str:
        """What to do to get it, as a sentence."""
        if self.fetchable:
            return (
                f"`styleforge weights fetch {self.name}` fetches {self.file} from its publishers."
            )
        return (
            f"Get {self.file} from {self.page}, then `styleforge weights add {self.name} "
            f"{self.file}`."
        )


def expected(row: WeightFile, facts: Mapping[str, Any]) -> None:
    """Refuse weights whose facts are not those of the published file.

    Raises:
        UserError: naming the first fact that differs, as the end of a sentence.

    Example:
        >>> row = WeightFile(name="a", file="a.pt", gives="", layout="stylegan2", licence="",
        ...                  page="", expects={"size": 1024})
        >>> expected(row, {"size": 256})
        Traceback (most recent call last):
        styleforge.errors.UserError: its size is 256, and 1024 is expected
    """
    for name, value in row.expects.items():
        if facts.get(name) != value:
            raise UserError(f"its {name} is {facts.get(name)}, and {value} is expected")
