"""What a run told before its worker was lost, so that the next one does not tell it again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from styleforge.run.events import Event, Note, StageStarted

if TYPE_CHECKING:
    from styleforge.run.result import Result


@dataclass
class Said:
    """What a run said before a worker was lost, which the next worker may say again.

    Example:
        >>> said = Said()
        >>> said.before(Note("me.png was aligned."))
        False
        >>> said.lost = True
        >>> said.before(Note("me.png was aligned."))
        True
    """

    lost: bool = False
    events: dict[Event, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # that the result has, of the steps

    def before(self, event: Event) -> bool:
        """Whether an event was told already."""
        if not isinstance(event, Note | StageStarted):
            return False
        if self.lost and event in self.events:
            return True
        if (
            isinstance(event, Note)
            and not self.lost
            and any(isinstance(one, StageStarted) for one in self.events)
        ):
            self.notes.append(event.text)
        self.events[event] = None
        return False

    def into(self, result: Result) -> Result:
        """The result with what the last worker does not know was said."""
        if not self.lost:
            return result
        return replace(result, notes=tuple(dict.fromkeys((*result.notes, *self.notes))))
