"""What a person can choose in a session: pictures, what is asked of each attribute, how it is run.

Each command is posted and returns at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from styleforge.editor import changes, choosing, how, pictured
from styleforge.editor.reading import Reading
from styleforge.editor.state import Over

if TYPE_CHECKING:
    from styleforge.recipe.condition import Condition


class Commands(Reading):
    """The choosing half of a session; see `styleforge.editor.session.EditSession`."""

    # --- pictures -------------------------------------------------------------------------
    def set_identity(self, source: Any, name: str = "") -> None:
        """Edit another picture: a file, ``gallery:NAME``, the bytes of a file, a PIL picture, an
        array ``(H, W, 3)`` of bytes, or the id of a picture of the session.

        Undo goes back to the picture before.
        """
        self._change(choosing.identity, source, name)

    def add_reference(self, source: Any, name: str = "", attribute: str = "") -> None:
        """Put a picture on the tray, and assign it to an attribute where one is named."""
        self._change(choosing.add_reference, source, name, attribute)

    def remove_reference(self, picture: str) -> None:
        """Take a picture off the tray and off the attributes that it was assigned to."""
        self._change(choosing.remove_reference, picture)

    def assign(self, attribute: str, picture: str) -> None:
        """Make a picture, by id, the reference of an attribute; none where the id is empty."""
        self._change(choosing.assign, attribute, picture)

    def assign_all(self, pictures: Mapping[str, str]) -> None:
        """Pictures by attribute, in one step of the history; locked attributes are left."""
        self._change(choosing.assign_all, dict(pictures))

    def set_mask(self, picture: str, mask: Any, over: Over = "") -> None:
        """Paint the domain's region of a picture, instead of what the pack finds.

        Args:
            picture: its id, or the role it plays (``identity``, ``shape``).
            mask: of the size of the picture itself, or of `aligned`: a path, the bytes of a file, a
                PIL picture, an array ``(H, W)`` of truth values, of bytes or in [0, 1]; where parts
                of it are transparent, its opacity. None to go back to what the pack finds.
            over: what it was painted over where both have one size: ``photo``, which is meant where
                nothing is said, or ``aligned``, as `region_mask` gives it.
        """
        self._change(pictured.set_mask, picture, mask, over)

    def paint(self, picture: str, mask: bytes) -> None:
        """Paint the domain's region of a picture, by id or role, over what `painting` gives.

        Args:
            picture: its id, or its role.
            mask: the bytes of a picture of that size, white where the region is.
        """
        self._change(pictured.paint, picture, mask)

    def set_subject(self, picture: str, number: int | None) -> None:
        """Say which one is meant of a picture, by id or role, that shows several.

        They are numbered from 1 at the left; None where the picture shows one.
        """
        self._change(pictured.set_subject, picture, number)

    # --- what is asked for ----------------------------------------------------------------
    def set_kind(self, attribute: str, kind: str) -> None:
        """Say what counts for an attribute: its picture, words, colour or mask, or nothing."""
        self._change(changes.set_kind, attribute, kind)

    def set_text(self, attribute: str, text: str) -> None:
        """Ask for an attribute in words."""
        self._change(changes.set_text, attribute, text)

    def set_colour(self, attribute: str, colour: str) -> None:
        """Ask for a colour, ``#rrggbb``."""
        self._change(changes.set_colour, attribute, colour)

    def set_value(self, attribute: str, kind: str, value: str) -> None:
        """Ask for a condition of a plugin's own kind by its value."""
        self._change(changes.set_value, attribute, kind, value)

    def set_condition(self, attribute: str, value: str | Condition) -> None:
        """Ask as on the command line: a file, ``gallery:NAME``, ``#rrggbb`` or words."""
        self._change(changes.set_condition, attribute, value)

    def set_strength(self, attribute: str, strength: float) -> None:
        """How far to go: 0 is the identity's own, 1 what is asked for."""
        self._change(changes.set_strength, attribute, strength)

    def set_enabled(self, attribute: str, enabled: bool) -> None:
        """Switch an attribute on or off; what was asked of it is kept."""
        self._change(changes.set_enabled, attribute, enabled=enabled)

    def lock(self, attribute: str, locked: bool = True) -> None:
        """Hold an attribute as it is: against commands, recipes that are loaded, and accepting."""
        self._change(changes.lock, attribute, locked=locked)

    # --- how ------------------------------------------------------------------------------
    def set_preset(self, name: str) -> None:
        """Choose another of the domain's presets."""
        self._change(how.set_preset, name)

    def set_steps(self, steps: int | None) -> None:
        """Steps in all, shared among stages as in the preset; None for the preset's own."""
        self._change(how.set_steps, steps)

    def set_seed(self, seed: int) -> None:
        """The seed of the next run."""
        self._change(how.set_seed, seed)

    def random_seed(self) -> None:
        """Another seed by chance, unless it is locked."""
        self._change(how.random_seed)

    def lock_seed(self, locked: bool = True) -> None:
        """Hold the seed: against chance, and recipes that are loaded."""
        self._change(how.lock_seed, locked=locked)
