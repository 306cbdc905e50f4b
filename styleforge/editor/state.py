"""What an editing session is made of, as immutable values; `snapshot` is how a view sees it.

`Edit` holds everything that a user chose and that undo brings back. The rest belongs to runs
(`Candidate`, `Progress`; `styleforge.editor.sweep`) or is derived for the view.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

BESIDE = 0.1  # of a run with steps is what is done before and after them
COLOUR = "#7a4a2a"  # that a control shows before one is chosen
Over = Literal["", "photo", "aligned"]
KINDS = ("none", "image", "text", "swatch", "mask")  # others are a plugin's own, by their name


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of the session: an identity, a reference, a painted mask or a result.

    ``id`` follows from the contents and where they come from. ``source`` is what a recipe names: a
    file, or ``gallery:NAME``. ``thumbnail`` is a JPEG of at most 128 pixels a side.
    """

    id: str
    name: str
    source: str
    sha256: str
    origin: Literal["gallery", "file", "upload", "result", "mask"] = "file"
    thumbnail: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, kw_only=True)
class AttributeState:
    """What is asked of one attribute.

    ``kind`` says which of ``picture``, ``text``, ``colour`` and ``mask`` counts, or, where it is
    the name of a condition of a plugin's own, that ``value`` does; the others are kept, so that
    switching back loses nothing. An attribute that is not ``enabled`` or of kind
    ``none`` stays as the identity's. A ``locked`` one is changed by nothing but ``unlock``: neither
    by commands, nor by a recipe that is loaded, nor when a result is accepted.
    """

    name: str
    kind: str = "none"
    picture: str = ""  # id of a picture
    text: str = ""
    colour: str = ""  # #rrggbb
    mask: str = ""  # id of a picture
    value: str = ""  # of a condition of a plugin's own
    strength: float = 1.0
    enabled: bool = True
    locked: bool = False

    @property
    def role(self) -> str:
        """The name of the reference in a problem: the part after the dot."""
        return self.name.partition(".")[2]

    @property
    def asked(self) -> bool:
        """Whether a run changes it."""
        value = {
            "none": "",
            "image": self.picture,
            "text": self.text.strip(),
            "swatch": self.colour,
            "mask": self.mask,
        }.get(self.kind, self.value.strip())
        return self.enabled and bool(value)


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Everything a user chose. Undo and redo move between values of it.

    ``masks`` are painted regions: ids of grey pictures by the id of the picture they were painted
    on; ``over`` says of them whether that was the ``photo`` or the ``aligned`` picture.
    ``subjects`` says which one is meant of pictures that show several, by their ids. ``steps`` is
    None for the preset's own. ``custom`` is the JSON of a loaded recipe that the controls cannot
    express; it is run as it is until a control is changed.
    """

    identity: str = ""
    tray: tuple[str, ...] = ()
    attributes: Mapping[str, AttributeState] = field(default_factory=dict)
    masks: Mapping[str, str] = field(default_factory=dict)
    over: Mapping[str, Over] = field(default_factory=dict)
    subjects: Mapping[str, int] = field(default_factory=dict)
    preset: str = ""
    own: str = ""  # the person's own preset that was chosen, until a control is changed
    steps: int | None = None
    seed: int = 0
    seed_locked: bool = False
    discarded: tuple[str, ...] = ()  # ids of candidates
    custom: str = ""
    domain: str = ""  # the one in front, where several are edited
    beside: Mapping[str, Edit] = field(default_factory=dict)  # what is asked of the others

    def attribute(self, name: str) -> AttributeState:
        """What is asked of an attribute, by its full name: nothing where it came after the edit."""
        return self.attributes.get(name) or AttributeState(name=name)


@dataclass(frozen=True, kw_only=True)
class Node:
    """A place in the history: an edit, and how it came about.

    ``kind`` is ``identity`` or ``accept`` where the picture that is edited changed, ``change``
    otherwise. ``touches`` names the control that was moved; moving it again changes the node
    instead of adding one.
    """

    id: str
    parent: str  # id, empty for the root
    label: str
    edit: Edit
    kind: Literal["start", "identity", "accept", "change"] = "change"
    touches: str = ""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A result that waits to be accepted or discarded.

    ``base`` is the id of the picture that was edited, ``picture`` that of the result (the full
    photo). ``losses`` and ``cosines`` are curves over the steps (see `Curve`).
    """

    id: str
    base: str
    picture: str
    label: str
    status: Literal["done", "stopped", "failed"]
    edit: Edit = field(repr=False)
    recipe: str = field(repr=False)  # JSON
    steps: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    about: str = ""  # what was asked for, in a person's words
    losses: Mapping[str, Curve] = field(default_factory=dict, repr=False)
    cosines: Mapping[str, Curve] = field(default_factory=dict, repr=False)
    sweep: str = ""  # id of the sweep that made it
    opened: bool = True  # a cell of a sweep is on the strip once it was opened


@dataclass(frozen=True)
class Curve:
    """A line to plot: ``values`` at ``steps`` (from 1), thinned to at most 128 points."""

    steps: tuple[int, ...] = ()
    values: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The run in progress.

    Before the first step and after the last, ``preparing`` says in words what is done, the
    ``prepared``-th (from 0) of ``to_prepare`` things. Steps count from 1; ``stage_left`` and
    ``left`` are seconds, None while unknown. ``began`` is on the monotonic clock. ``preview`` is
    a JPEG of at most 320 pixels a side, new at most four times a second. ``cosines`` are those of
    the conflict that a rule resolves, before it does.
    """

    status: Literal["idle", "preparing", "running", "stopping"] = "idle"
    run: str = ""  # id; the candidate that it leads to has the same
    label: str = ""
    began: float = 0.0
    preparing: str = ""
    prepared: int = 0
    to_prepare: int = 0
    stage: str = ""
    stage_index: int = 0
    stage_count: int = 0
    step: int = 0
    steps: int = 0
    done: int = 0
    total: int = 0
    stage_left: float | None = None
    left: float | None = None
    preview: bytes = field(default=b"", repr=False)
    losses: Mapping[str, Curve] = field(default_factory=dict, repr=False)
    cosines: Mapping[str, Curve] = field(default_factory=dict, repr=False)
    queued: int = 0  # runs that wait behind this one

    @property
    def active(self) -> bool:
        """Whether something runs."""
        return self.status != "idle"

    @property
    def share(self) -> float:
        """How much is done, 0 to 1; of a run with steps a tenth is what is done beside them."""
        ready = self.prepared / self.to_prepare if self.to_prepare else 0.0
        return ready if not self.total else BESIDE * ready + (1 - BESIDE) * self.done / self.total


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What is asked for, made in one pass.

    ``picture`` is the full photo, a PNG or a JPEG; ``notes`` are what the user should know of it;
    ``problem`` is why there is none. ``stale`` while another is on its way, ``seconds`` are those
    from the change to the picture.
    """

    picture: bytes = field(default=b"", repr=False)
    notes: tuple[str, ...] = ()
    problem: str = ""
    seconds: float = 0.0
    stale: bool = False
