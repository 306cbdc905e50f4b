"""Where a person's own presets are: a folder with a JSON file for each, by domain.

The command line, Python and the editor share the one in the user's data folder.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.files import write_text
from styleforge.plugins.config import data_folder
from styleforge.recipe.own_preset import OwnPreset, name_of, refuse_published

if TYPE_CHECKING:
    from styleforge.recipe.domain import Domain

FOLDER = "presets"


@dataclass(frozen=True)
class OwnPresets:
    """The presets in a folder.

    Example:
        >>> import tempfile
        >>> from styleforge.testing import toy
        >>> store = OwnPresets(Path(tempfile.mkdtemp()))
        >>> store.save(OwnPreset(title="Slow", domain="toy", preset="toy-loho", steps=90), toy.TOY)
        >>> [one.name for one in store.of("toy")], store.get("toy", "slow").steps
        (['slow'], 90)
    """

    folder: Path

    @classmethod
    def of_user(cls) -> OwnPresets:
        """Those in the user's data folder."""
        return cls(data_folder() / FOLDER)

    def of(self, domain: str) -> tuple[OwnPreset, ...]:
        """The presets of a domain by their titles; files that cannot be read are left out."""
        found = []
        for path in sorted((self.folder / domain).glob("*.json")):
            with contextlib.suppress(UserError):
                found.append(_read(path, domain))
        return tuple(sorted(found, key=lambda one: one.title.casefold()))

    def unreadable(self, domain: str) -> tuple[str, ...]:
        """A sentence for each file of a domain that cannot be read."""
        said = []
        for path in sorted((self.folder / domain).glob("*.json")):
            try:
                _read(path, domain)
            except UserError as error:
                said.append(f"{path}: {error}")
        return tuple(said)

    def find(self, domain: str, name: str) -> OwnPreset | None:
        """The preset of a name or title; None where there is none.

        Raises:
            UserError: if its file cannot be read.
        """
        try:
            path = self._path(domain, name_of(name))
        except UserError:  # no name that a preset can have
            return None
        return _read(path, domain) if path.is_file() else None

    def get(self, domain: str, name: str) -> OwnPreset:
        """The preset of a name or title.

        Raises:
            UserError: if there is none, or its file cannot be read.
        """
        found = self.find(domain, name)
        if found is None:
            have = ", ".join(one.name for one in self.of(domain)) or "none"
            msg = f"You have no preset {name!r} of {domain}; you have {have}."
            raise UserError(msg)
        return found

    def save(self, preset: OwnPreset, domain: Domain, *, replacing: bool = True) -> None:
        """Keep a preset; one of its name is replaced.

        Args:
            preset: to keep.
            domain: whose preset it is.
            replacing: False to refuse a name that is taken by another preset.

        Raises:
            UserError: if it is of another domain, a published preset has its name, what it begins
                with is not there, the name is taken, or it cannot be written.
        """
        if preset.domain != domain.name:
            msg = f"The preset {preset.title} is of {preset.domain!r}, not of {domain.name!r}."
            raise UserError(msg)
        refuse_published(preset, domain)
        published = [one.name for one in domain.presets]
        if preset.preset not in published:
            msg = (
                f"The preset {preset.title} begins with {preset.preset!r}, which {domain.name} "
                f"does not have here; it has {', '.join(published)}. Install the plugin that "
                "brings it."
            )
            raise UserError(msg)
        path = self._path(domain.name, preset.name)
        if not replacing and path.is_file() and path.read_text("utf-8") != preset.to_json():
            msg = f"You have a preset {preset.name!r} already; delete it first, or give a new name."
            raise UserError(msg)
        write_text(path, preset.to_json(), advice="Make room, or set STYLEFORGE_HOME.")

    def take(self, data: bytes, domain: Domain, title: str = "") -> OwnPreset:
        """Keep a preset of the bytes of a file, under another title where one is given.

        Raises:
            UserError: if it is none, or as `save`; a name that is taken is not replaced.
        """
        preset = OwnPreset.from_json(data)
        if title:
            preset = replace(preset, title=title)
        self.save(preset, domain, replacing=False)
        return preset

    def delete(self, domain: str, name: str) -> OwnPreset:
        """Remove a preset, by its name or title; returns what it was.

        Raises:
            UserError: if there is none, or it cannot be removed.
        """
        found = self.get(domain, name)
        path = self._path(domain, found.name)
        try:
            path.unlink()
        except OSError as error:
            msg = f"{path} cannot be removed: {error.strerror or error}."
            raise UserError(msg) from error
        return found

    def _path(self, domain: str, name: str) -> Path:
        return self.folder / domain / f"{name}.json"


def _read(path: Path, domain: str) -> OwnPreset:
    try:
        made = OwnPreset.from_json(path.read_bytes())
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}."
        raise UserError(msg) from error
    if made.domain != domain:
        msg = f"This is a preset of {made.domain!r}, and lies among those of {domain!r}."
        raise UserError(msg)
    return made
