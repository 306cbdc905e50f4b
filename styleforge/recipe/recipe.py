"""A recipe: everything that is needed to do a run again, as JSON.

It travels inside the result's PNG (see `styleforge.prepare.images`). Reading is strict: an unknown
or missing field is an error that names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from styleforge.errors import UserError
from styleforge.recipe import limits
from styleforge.recipe.condition import Conditions, ImageRef, Mask
from styleforge.recipe.faults import fault_of
from styleforge.recipe.limits import Name, Share, Strengths
from styleforge.recipe.precision import Precision
from styleforge.recipe.retired import with_present_names, without_retired
from styleforge.recipe.stage import Stage
from styleforge.recipe.starts import Mapped, Paste

VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Compose:
    """How the picture of the generator becomes the result.

    ``published``: the new region and the kept regions, softly over an inpainted background
    (LOHO section 3.4). ``layered``: the new region over the identity with its own inpainted.
    ``exposed``: the new region over the identity, behind what lies in front of it; what the old
    one covered is the generator's, in the identity's colours.
    ``edit``: the identity's own pixels everywhere but where the old or the new region is,
    feathered; there the generator's, in the identity's colours. ``pasted``: what ``start_paste``
    makes, without the generator. ``none``: the generator's picture
    as it is. Any other name is that of a component ``compose/NAME``, which a plugin registers.
    The inpainter ``pack`` is the pack's own, or ``telea`` where it has none, with a note. The
    outline is the one that is ``found`` in the generator's picture, or the identity's ``own``, for
    edits that leave it.

    Example:
        >>> Compose(mode="layered", inpainter="pack").mode
        'layered'
    """

    mode: Name = "published"
    inpainter: Name = "telea"
    outline: Literal["found", "own"] = "found"
    grow: Share = 0.02  # how far the edited region reaches beyond the mask, of the picture's width
    feather: Share = 0.01  # width of the soft edge, of the picture's width


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Domain, method, stages and seed of a run, with the conditions it was asked for.

    ``also`` holds edits of other domains in the same run, without stages of their own: see
    `styleforge.recipe.combine`. ``masks`` are grey pictures of the pack's size that say where the
    domain's region is, in place of what the pack finds: ``identity`` and the roles of references.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> recipe = forge.recipe("toy", "toy-loho", seed=3).with_steps(6)
        >>> [stage.steps for stage in recipe.stages]
        [3, 3]
        >>> Recipe.from_json(recipe.to_json()) == recipe
        True
    """

    domain: Name
    method: Name
    stages: Annotated[tuple[Stage, ...], Field(max_length=limits.STAGES)]
    pack: Name = ""
    weights: Name = ""  # fingerprint of the pack's weights, known once it has run
    threads: Annotated[int, Field(ge=0, lt=2**63)] = 0  # CPU's, known once it has run; 0 before
    device: Name = ""  # that it ran on, likewise
    identity: ImageRef | None = None
    conditions: Conditions = field(default_factory=dict)
    strengths: Strengths = field(default_factory=dict)
    masks: Annotated[Mapping[Name, Mask], Field(max_length=limits.ENTRIES)] = field(
        default_factory=dict
    )  # painted regions, by role
    start: Name = "mean"  # or inverter, mapper, or the name of a component start/NAME
    start_paste: Paste | None = None  # what the inverter reads instead of the identity
    start_map: Mapped | None = None
    described: Literal["words", "preview"] = "words"  # what stands for a reference in words
    pose: Literal["warp", "off"] = "warp"
    loss_size: Annotated[int, Field(ge=1, le=8192)] = 256
    precision: Precision = "float32"  # that networks compute in, in all steps
    seed: Annotated[int, Field(ge=-(2**63), lt=2**64)] = 0
    stop_after: Annotated[int, Field(ge=0)] | None = (
        None  # steps after which a run was stopped, keeping its best
    )
    compose: Compose = Compose()
    also: Annotated[tuple[Recipe, ...], Field(max_length=limits.PARTS)] = ()
    version: Annotated[int, Field(ge=1)] = VERSION

    @property
    def mapper(self) -> str:
        """The name behind ``mapper/`` of the component that maps: the domain's by default."""
        named = self.start_map.mapper if self.start_map is not None else ""
        return named or self.domain

    @property
    def domains(self) -> tuple[str, ...]:
        """The names of the domains that are edited."""
        return (self.domain, *(part.domain for part in self.also))

    @property
    def steps(self) -> int:
        """Steps of all stages together."""
        return sum(stage.steps for stage in self.stages)

    def as_asked(self) -> Recipe:
        """The recipe without what only a run knows: weights, threads, device, where it stopped."""
        return replace(self, weights="", threads=0, device="", stop_after=None)

    def with_steps(self, steps: int) -> Recipe:
        """The recipe with this many steps in all, shared among the stages as before.

        Raises:
            UserError: if there are fewer steps than stages.
        """
        if not self.stages:
            msg = f"The method {self.method!r} takes no steps; leave their number out."
            raise UserError(msg)
        if steps < len(self.stages):
            msg = (
                f"{steps} steps cannot be shared among {len(self.stages)} stages; ask for "
                f"at least {len(self.stages)}."
            )
            raise UserError(msg)
        shares: list[int] = []
        done, before = 0, 0
        for stage in self.stages:
            before += stage.steps
            most = steps - done - (len(self.stages) - len(shares) - 1)  # one for each that follows
            share = max(1, round(steps * before / max(self.steps, 1)) - done)
            shares.append(min(share, most))
            done += shares[-1]
        shares[-1] += steps - done
        return replace(
            self,
            stages=tuple(
                replace(stage, steps=share)
                for stage, share in zip(self.stages, shares, strict=True)
            ),
        )

    def to_json(self, *, indent: int | None = None) -> str:
        """The recipe as JSON."""
        return _adapter().dump_json(self, indent=indent).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Recipe:
        """Read a recipe.

        Raises:
            UserError: if the text is not a recipe, one of a newer version, one that asks for
                something that is no longer done, or one beyond the limits (docs: recipes).
        """
        _refuse_long(text)
        try:
            recipe: Recipe = _adapter().validate_json(_of_now(text))
        except ValidationError as error:
            fault = fault_of(error.errors(include_url=False, include_input=False))
            msg = f"This is not a recipe that can be read: {fault}."
            raise UserError(msg) from error
        return recipe


def _refuse_long(text: str | bytes) -> None:
    if len(text) > limits.CHARACTERS:
        msg = (
            f"This is not a recipe that can be read: it has {len(text):,} characters, and "
            f"{limits.CHARACTERS:,} at most are read."
        )
        raise UserError(msg)


def _of_now(text: str | bytes) -> str | bytes:
    """The text without fields and names of older versions; one of a newer version is refused.

    Raises:
        UserError: for that, or if an old field asks for what is no longer done.
    """
    try:
        raw = from_json(text)
    except ValueError:  # the validation says where
        return text
    version = raw.get("version") if isinstance(raw, dict) else None
    if isinstance(version, int | float) and version > VERSION:
        msg = (
            f"The recipe has version {version}, this styleforge reads up to {VERSION}. "
            "Update styleforge to use it."
        )
        raise UserError(msg)
    return to_json(with_present_names(without_retired(raw)))


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Recipe)


Recipe.__pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)  # type: ignore[attr-defined]
