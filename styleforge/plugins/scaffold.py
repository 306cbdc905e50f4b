"""A new plugin project from the files in ``template``: an installable domain with tests.

A file ``NAME.tmpl`` becomes ``NAME``, its ``$``-placeholders filled (`string.Template`); ``MODULE``
in a path is the module's name.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import keyword
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from styleforge.errors import UserError, did_you_mean
from styleforge.plugins import discovery
from styleforge.plugins.config import DISABLE
from styleforge.plugins.distributions import name_of
from styleforge.plugins.given import PREFIX, in_environment

TEMPLATE = Path(__file__).parent / "template"
SUFFIX = ".tmpl"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST = 60
RESERVED = ("core", DISABLE, "styleforge")


@dataclass(frozen=True, kw_only=True)
class Project:
    """What the template's placeholders are filled with.

    ``region`` is what the domain styles; ``pack``, ``identity`` and ``reference`` are what the
    project's examples run on.

    Example:
        >>> Project(name="sun-hat", region="hat").module
        'styleforge_sun_hat'
    """

    name: str
    region: str
    pack: str = "portraits"
    identity: str = "gallery:ada"
    reference: str = "gallery:bea"

    @property
    def module(self) -> str:
        """The module's name."""
        return "styleforge_" + self.name.replace("-", "_")

    @property
    def distribution(self) -> str:
        """The name that pip knows it by."""
        return f"styleforge-{self.name}"

    def placeholders(self) -> Mapping[str, str]:
        """The template's placeholders by name."""
        return {
            "name": self.name,
            "module": self.module,
            "distribution": self.distribution,
            "title": self.name.replace("-", " ").capitalize(),
            "classname": self.name.title().replace("-", ""),
            "variable": PREFIX + in_environment(self.name),
            "region": self.region,
            "pack": self.pack,
            "identity": self.identity,
            "reference": self.reference,
            "year": str(dt.datetime.now(tz=dt.UTC).year),
        }


def check_name(name: str) -> None:
    """Refuse a name that cannot be a plugin's, or is one already; nothing is imported.

    Raises:
        UserError: saying what a name looks like, or what has it.

    Example:
        >>> check_name("sun-hat")
        >>> check_name("Sun hat")
        Traceback (most recent call last):
        styleforge.errors.UserError: 'Sun hat' cannot be a domain's name: ... Try 'sun-hat'.
    """
    if not NAME.fullmatch(name):
        better = "-".join(re.findall(r"[a-z0-9]+", name.lower())).lstrip("0123456789-")
        hint = f" Try {better!r}." if better else ""
        msg = (
            f"{name!r} cannot be a domain's name: small letters and digits, with single hyphens "
            f"between words, are expected, such as 'my-domain'.{hint}"
        )
        raise UserError(msg)
    if keyword.iskeyword(name) or len(name) > LONGEST:
        why = "a word of Python" if keyword.iskeyword(name) else f"longer than {LONGEST} characters"
        msg = f"{name[:LONGEST]!r} cannot be a domain's name: it is {why}. Choose another name."
        raise UserError(msg)
    if name in RESERVED:
        msg = f"{name!r} is a word that styleforge uses itself; choose another name."
        raise UserError(msg)
    module = Project(name=name, region="").module
    for point in discovery.installed_entry_points():
        distribution = name_of(point.dist) if point.dist else "an unknown distribution"
        if point.name == name or point.value.partition(":")[0].partition(".")[0] == module:
            msg = (
                f"The plugin {point.name!r} of {distribution} is installed already; choose another "
                "name than its, or uninstall it."
            )
            raise UserError(msg)
    if importlib.util.find_spec(module) is not None:
        msg = f"A module {module} can be imported already; choose another name."
        raise UserError(msg)


def choose_region(name: str, wanted: str, have: Iterable[str], pack: str) -> str:
    """The region to style: what was asked for, else the domain's namesake, else the pack's first.

    Raises:
        UserError: if the pack finds no such region.

    Example:
        >>> choose_region("lips", "", ["face", "lips"], "portraits")
        'lips'
    """
    regions = tuple(have)
    if not wanted:
        return name if name in regions else regions[0]
    if wanted not in regions:
        hint = did_you_mean(wanted, regions)
        msg = f"The pack {pack!r} finds no region {wanted!r}; it finds {', '.join(regions)}.{hint}"
        raise UserError(msg)
    return wanted


def write_project(project: Project, folder: Path) -> tuple[Path, ...]:
    """Write the project's files.

    Returns:
        Their paths, relative to the folder.

    Raises:
        UserError: if the folder is there and not empty, or cannot be written.

    Example:
        >>> files = write_project(Project(name="sun-hat", region="face"), Path("sun-hat"))
        >>> "pyproject.toml" in {path.name for path in files}
        True
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        msg = f"{folder} exists already and is left as it is; choose another with --folder."
        raise UserError(msg)
    files = dict(rendered(project))
    for target, text in files.items():
        try:
            (folder / target).parent.mkdir(parents=True, exist_ok=True)
            (folder / target).write_text(text, encoding="utf-8")
        except OSError as error:
            msg = f"{folder / target} cannot be written: {error.strerror or error}."
            raise UserError(msg) from error
    return tuple(files)


def rendered(project: Project) -> Iterator[tuple[Path, str]]:
    """The project's files: path and text.

    Example:
        >>> texts = dict(rendered(Project(name="sun-hat", region="face")))
        >>> "styleforge-sun-hat" in texts[Path("pyproject.toml")]
        True
    """
    values = project.placeholders()
    for source in sorted(path for path in TEMPLATE.rglob("*") if path.is_file()):
        *folders, name = source.relative_to(TEMPLATE).parts
        text = source.read_text(encoding="utf-8")
        if name.endswith(SUFFIX):
            name = name.removesuffix(SUFFIX)
            text = string.Template(text).substitute(values)
        name = {"gitignore": ".gitignore"}.get(name, name)
        yield Path(*(project.module if one == "MODULE" else one for one in folders), name), text
