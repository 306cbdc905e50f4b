"""The two headline calls: `transfer` optimizes towards references, `edit` takes one pass."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, overload

from styleforge.api.asked_for import mentioned
from styleforge.api.default import default_forge
from styleforge.api.edit_recipe import edit_recipe
from styleforge.api.running import run
from styleforge.api.transfer_recipe import transfer_recipe
from styleforge.errors import UserError
from styleforge.recipe.combine import spelling, split

if TYPE_CHECKING:
    from pathlib import Path

    from styleforge.api.batch import Batch
    from styleforge.api.in_memory import Picture, Wish
    from styleforge.api.subjects import Chosen
    from styleforge.forge import Forge
    from styleforge.recipe.condition import Mask
    from styleforge.recipe.precision import Precision
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.result import Result


@overload
def transfer(  # type: ignore[overload-overlap]
    domain: str, identity: Picture, *, preset: str = ..., steps: int | None = ...,
    pose: bool = ..., described: Literal["", "words", "preview"] = ...,
    masks: Mapping[str, Picture | Mask] | None = ..., subject: Chosen = ...,
    strength: float | Mapping[str, float] = ...,
    tune: Mapping[str, float] | None = ..., precision: Precision = ...,
    seed: int = ..., pack: str = ...,
    executor: str = ..., forge: Forge | None = ...,
    **asked: Wish,
) -> Result: ...  # fmt: skip
@overload
def transfer(
    domain: str, identity: Picture | Sequence[Picture], *, preset: str = ...,
    steps: int | None = ..., pose: bool = ..., described: Literal["", "words", "preview"] = ...,
    masks: Mapping[str, Picture | Mask] | None = ..., subject: Chosen = ...,
    strength: float | Mapping[str, float] = ...,
    tune: Mapping[str, float] | None = ..., precision: Precision = ...,
    seed: int = ..., pack: str = ...,
    executor: str = ..., forge: Forge | None = ...,
    **asked: Wish | Sequence[Wish],
) -> Batch: ...  # fmt: skip
def transfer(
    domain: str,
    identity: Picture | Sequence[Picture],
    *,
    preset: str = "",
    steps: int | None = None,
    pose: bool = True,
    described: Literal["", "words", "preview"] = "",
    masks: Mapping[str, Picture | Mask] | None = None,
    subject: Chosen = None,
    strength: float | Mapping[str, float] = 1.0,
    tune: Mapping[str, float] | None = None,
    precision: Precision = "float32",
    seed: int = 0,
    pack: str = "",
    executor: str = "",
    forge: Forge | None = None,
    **asked: Any,
) -> Result | Batch:
    """Give a picture the attributes of others, by optimization.

    Args:
        domain: what is styled; ``first+second`` styles two domains together.
        identity: the picture that is edited: a path, ``gallery:NAME``, a Pillow picture, an array
            of bytes or of floats in [0, 1], a tensor ``(3, H, W)`` or ``(1, 3, H, W)`` in [-1, 1],
            or a result. A list gives a batch.
        preset: the recipe, a published one or one of your own, which brings what it asks for; the
            domain's first when left out.
        steps: in all, shared among the stages as in the preset.
        pose: warp references to the identity's pose.
        described: what stands for a reference in words: ``words``, or a ``preview``; the preset's
            when left out.
        masks: where the region is, by role (``identity``, ``shape``): black and white, or opaque
            paint on a transparent ground, in the size of the picture itself.
        subject: which one is meant, from 1 at the left, where a picture shows several: of the
            identity, or by role (``{"identity": 2, "shape": 1}``).
        strength: from 0 to 1, for all attributes, or by role.
        tune: numbers by which a pack recolours in another way (``{"roots": 0.7}``), for the preset
            ``recolour``; `styleforge packs NAME` lists what it knows.
        precision: that networks compute in during the steps: ``bfloat16`` is quicker where the
            processor has it, and its results are others; ``float16`` is for graphics cards.
        seed: governs everything random.
        pack: the pack of models; the default when left out.
        executor: where it runs (see `styleforge.run.executor`); ``STYLEFORGE_EXECUTOR``, or here,
            by default. Several pictures run at once where it does several, and here on the threads
            that torch has.
        forge: plugins and models; `styleforge.default_forge` when left out.
        **asked: by role (``shape``; ``hat_shape`` for several domains): a picture as above, words,
            a colour ``#rrggbb``, or a condition. A list goes with a list of identities.

    Returns:
        The result, or a `Batch` of results where something is a list.

    Raises:
        UserError: for an unknown keyword, a picture that cannot be read, something that the preset
            cannot do, or numbers out of range. In a batch every picture is read before the first
            run; a run that fails is told at the end by a `BatchError`, which holds the others.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> transfer("toy", "me.png", forge=forge, shape="me.png", preset="toy-look", steps=2)
        <Result toy/toy-look 32x32 done after 2 steps>
    """
    forge = default_forge() if forge is None else forge
    recipe = partial(
        transfer_recipe, forge, domain, preset=preset, steps=steps, pose=pose,
        described=described, strength=strength, seed=seed, pack=pack, tune=tune,
        precision=precision,
    )  # fmt: skip
    _refuse_unknown(transfer, asked, domain, forge)
    return run(
        recipe, forge, domain, executor, identity, asked, {} if masks is None else masks, subject
    )


@overload
def edit(  # type: ignore[overload-overlap]
    domain: str, identity: Picture, *, interpolate: str | Path | Recipe | None = ...,
    at: float = ..., refine: str = ..., steps: int | None = ...,
    masks: Mapping[str, Picture | Mask] | None = ..., subject: Chosen = ...,
    strength: float | Mapping[str, float] = ...,
    tune: Mapping[str, float] | None = ...,
    seed: int = ..., pack: str = ..., executor: str = ..., forge: Forge | None = ...,
    **asked: Wish,
) -> Result: ...  # fmt: skip
@overload
def edit(
    domain: str, identity: Picture | Sequence[Picture], *,
    interpolate: str | Path | Recipe | None = ..., at: float = ..., refine: str = ...,
    steps: int | None = ..., masks: Mapping[str, Picture | Mask] | None = ...,
    subject: Chosen = ..., strength: float | Mapping[str, float] = ...,
    tune: Mapping[str, float] | None = ..., seed: int = ...,
    pack: str = ..., executor: str = ..., forge: Forge | None = ..., **asked: Wish | Sequence[Wish],
) -> Batch: ...  # fmt: skip
def edit(
    domain: str,
    identity: Picture | Sequence[Picture],
    *,
    interpolate: str | Path | Recipe | None = None,
    at: float = 0.5,
    refine: str = "",
    steps: int | None = None,
    masks: Mapping[str, Picture | Mask] | None = None,
    subject: Chosen = None,
    strength: float | Mapping[str, float] = 1.0,
    tune: Mapping[str, float] | None = None,
    seed: int = 0,
    pack: str = "",
    executor: str = "",
    forge: Forge | None = None,
    **asked: Any,
) -> Result | Batch:
    """Change attributes of a picture in one pass of the pack's mapper.

    Args:
        domain: what is styled; ``first+second`` edits two domains together.
        identity: the picture that is edited, as `transfer` takes it. A list gives a batch.
        interpolate: another edit: a result's PNG, or a recipe.
        at: how far to go towards it, 0 to 1.
        refine: a preset that goes on from the mapped latent.
        steps: of the refinement.
        masks: where the region is, by role (``identity``, ``shape``): black and white, or opaque
            paint on a transparent ground, in the size of the picture itself.
        subject: which one is meant, from 1 at the left, where a picture shows several: of the
            identity, or by role (``{"identity": 2, "shape": 1}``).
        strength: 0 changes nothing, more than 1 goes beyond; for all attributes, or by role.
        tune: numbers by which a pack recolours in another way (``{"roots": 0.7}``); `styleforge
            packs NAME` lists what it knows.
        seed: governs everything random.
        pack: the pack of models; the default when left out.
        executor: where it runs (see `styleforge.run.executor`); ``STYLEFORGE_EXECUTOR``, or here,
            by default. Several pictures run at once where it does several, and here on the threads
            that torch has.
        forge: plugins and models; `styleforge.default_forge` when left out.
        **asked: by role (``shape``; ``hat_shape`` for several domains): words, a colour
            ``#rrggbb``, a picture, or a condition. A list goes with a list of identities.

    Returns:
        The result, or a `Batch` of results where something is a list.

    Raises:
        UserError: for an unknown keyword, an attribute that the mapper does not change, words that
            it cannot place, a picture that cannot be read, or numbers out of range; of a batch as
            in `transfer`.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> edit("toy", "me.png", forge=forge, shape="tall", appearance="#8a2be2")
        <Result toy/toy-mapper 32x32 done after 0 steps>
    """
    forge = default_forge() if forge is None else forge
    recipe = partial(
        edit_recipe, forge, domain, interpolate=interpolate, at=at, refine=refine, steps=steps,
        strength=strength, seed=seed, pack=pack, tune=tune,
    )  # fmt: skip
    _refuse_unknown(edit, asked, domain, forge)
    return run(
        recipe, forge, domain, executor, identity, asked, {} if masks is None else masks, subject
    )


def _refuse_unknown(
    call: Callable[..., Any], asked: Mapping[str, Any], domain: str, forge: Forge
) -> None:
    """Refuse a keyword that is neither an option of the call nor an attribute.

    Raises:
        UserError: naming the nearest that is.
    """
    attributes = forge.attributes_of(domain)
    several = len(split(domain)) > 1
    roles = [spelling(item) if several else item.role for item in attributes]
    options = [
        name
        for name, one in inspect.signature(call).parameters.items()
        if one.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    for key in asked:
        if mentioned(key, attributes):
            continue
        near = difflib.get_close_matches(key, [*roles, *options], n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"its options are {', '.join(options)}."
        msg = (
            f"{domain} has no attribute {key!r} (it has {', '.join(roles) or 'none'}), and "
            f"`{call.__name__}` no such option; {hint}"
        )
        raise UserError(msg)
