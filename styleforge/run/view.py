"""`View`: what a loss may ask for at a step, computed on first request and cached.

A view of the picture in the making lives for one step; a view of a reference lives for the run,
without gradients. Losses that share features pay for them once: the views of a run share a plan
that remembers which layers were asked of which input, so that from the second step on there is
one pass per input, as deep as the deepest layer asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

import torch
from torch import Tensor

from styleforge.errors import UserError
from styleforge.models.scaling import lpips_input
from styleforge.pack.models import Models
from styleforge.prepare import masks
from styleforge.prepare.regions import hard_regions, soft_regions
from styleforge.recipe.expression import names_in
from styleforge.run.part import Part, window_of
from styleforge.run.plan import PassKey, Plan

T = TypeVar("T")


class View:
    """A picture and what can be known of it.

    Args:
        image: ``(N, 3, H, W)`` in [-1, 1].
        models: the pack's models.
        role: ``image`` for the picture in the making, else the role of the reference.
        references: views of the references by role; roles that are not there fall back on the
            identity.
        regions: masks of this picture by region name, hard; found from the picture if not given.
        soft_regions: the same, soft.
        latent, start, noise: W+ ``(N, rows, width)``, the W+ the run began with, noise maps.
        plan: shared by the views of a run.
        described: embeddings ``(1 or N, E)`` by role, of what was asked for in words.

    Example:
        >>> from styleforge.testing import toy
        >>> from styleforge.run.references import views_of
        >>> problem = toy.toy_problem(Models(toy.toy_pack()))
        >>> view = views_of(problem, 32, Plan())["identity"]
        >>> view.region("thing").shape
        torch.Size([1, 1, 32, 32])
        >>> view.features("relu3_3").shape
        torch.Size([1, 6, 8, 8])
        >>> view.reference("shape").mask("shape.thing & ~identity.keep").shape
        torch.Size([1, 1, 32, 32])
    """

    def __init__(
        self,
        image: Tensor,
        models: Models,
        *,
        role: str = "image",
        references: Mapping[str, View] | None = None,
        regions: Mapping[str, Tensor] | None = None,
        soft_regions: Mapping[str, Tensor] | None = None,
        latent: Tensor | None = None,
        start: Tensor | None = None,
        noise: Sequence[Tensor] = (),
        plan: Plan | None = None,
        described: Mapping[str, Tensor] | None = None,
    ) -> None:
        self.image = image
        self.models = models
        self.role = role
        self.references = references if references is not None else {}
        self.latent = latent
        self.start = start
        self.noise = tuple(noise)
        self.plan = plan if plan is not None else Plan()
        self.described = described if described is not None else {}
        self._regions = regions
        self._soft = soft_regions
        self._passes: dict[PassKey, dict[str, Tensor]] = {}
        self._parts: dict[str, tuple[dict[str, Tensor], Tensor]] = {}  # features and mask, by mask
        self._memo: dict[Hashable, object] = {}

    def reference(self, role: str) -> View:
        """The view of a reference; the identity's where nobody gave that role."""
        if role in self.references:
            return self.references[role]
        if "identity" in self.references:
            return self.references["identity"]
        have = ", ".join(sorted(self.references)) or "none"
        msg = f"There is no reference {role!r}, nor an identity; there are: {have}."
        raise UserError(msg)

    def beside(self, role: str, mask: str) -> View:
        """The view of a reference in which a mask means what it means in this view.

        That is the view of `reference`, unless the mask mentions the picture in the making. Then it
        is a new view that lives as long as this one.
        """
        other = self.reference(role)
        if other is self or not _moves(mask):
            return other
        made = self.memo(("beside", other.role), other.again)
        made.memo(("mask", mask), lambda: self.mask(mask))
        return made

    def again(self) -> View:
        """A view of the same picture with nothing asked of it yet but its regions."""
        return View(
            self.image,
            self.models,
            role=self.role,
            references=self.references,
            regions=self._regions,
            soft_regions=self._soft,
            plan=self.plan,
            described=self.described,
        )

    # --- regions and masks ----------------------------------------------------------------
    def regions(self, *, soft: bool = False) -> Mapping[str, Tensor]:
        """Masks ``(N, 1, H, W)`` of this picture by region name, without gradient."""
        if soft:
            if self._soft is None:
                self._soft = soft_regions(self.image.detach(), self.models)
            return self._soft
        if self._regions is None:
            self._regions = hard_regions(self.regions(soft=True))
        return self._regions

    def region(self, name: str, *, soft: bool = False) -> Tensor:
        """One region's mask ``(N, 1, H, W)``.

        Raises:
            UserError: if the pack finds no such region.
        """
        found = self.regions(soft=soft)
        if name not in found:
            msg = f"The pack finds no region {name!r}; it finds {', '.join(found)}."
            raise UserError(msg)
        return found[name]

    def live_regions(self) -> Tensor:
        """Soft regions ``(N, R, H, W)`` of this picture, with gradient."""
        return self.memo("live regions", self._live)

    def _live(self) -> Tensor:
        return self.models.get("regions")(self.image)

    def mask(self, expression: str) -> Tensor:
        """The mask ``(N, 1, H, W)`` of an expression (see `styleforge.prepare.masks`).

        Raises:
            UserError: if it cannot be read, or mentions the picture in the making in a reference's
                view; `beside` gives one that knows it.
        """
        if self.references and not _moves(expression):
            # The same at every step: keep it with the identity.
            return self.reference("identity").memo(
                ("mask", expression), lambda: masks.evaluate(expression, self._lookup)
            )
        return self.memo(("mask", expression), lambda: masks.evaluate(expression, self._lookup))

    def _lookup(self, role: str, region: str, soft: bool) -> Tensor:
        if role == "image" and self.role != "image":
            msg = (
                f"The mask mentions image.{region}, the picture in the making, which the reference "
                f"{self.role!r} does not know. Name a reference's region, or ask the picture."
            )
            raise UserError(msg)
        view = self if role == self.role else self.reference(role)
        return view.region(region, soft=soft)

    # --- features -------------------------------------------------------------------------
    def features(self, layer: str, *, mask: str = "", scaled: bool = False) -> Tensor:
        """Activations ``(N, C, h, w)`` of a layer of the perceptual network.

        Args:
            layer: such as ``relu3_3``.
            mask: an expression; the picture is multiplied by it first.
            scaled: shift and scale the picture as LPIPS does.
        """
        key = (mask, scaled)
        layers = self.plan.want(key, layer)
        have = self._passes.get(key)
        if have is None or layer not in have:
            image = self.image * self.mask(mask) if mask else self.image
            image = lpips_input(image) if scaled else image
            have = self.models.get("features")(image, layers)
            self._passes[key] = have
        return have[layer]

    def inside(self, layer: str, mask: str) -> Part:
        """Features of what a mask leaves, for losses that look at them within the mask alone.

        The network sees no more of the picture than they depend on, where it tells (`reach`) and a
        processor computes.

        Args:
            layer: such as ``relu3_3``.
            mask: an expression; the picture is multiplied by it first.
        """
        network, where = self.models.get("features"), self.mask(mask)
        tell = getattr(network, "reach", None)
        reach = None if tell is None else tell(layer)
        if reach is None or where.device.type != "cpu":
            return Part(self.features(layer, mask=mask), where, share=1.0)
        layers = self.plan.want((f"inside {mask}", False), layer)
        have = self._parts.get(mask)
        if have is None or layer not in have[0]:
            rows, columns = window_of(where, *reach)
            cut = where[:, :, rows, columns]
            have = network(self.image[:, :, rows, columns] * cut, layers), cut
            self._parts[mask] = have
        features, cut = have
        area, whole = (one.shape[-2] * one.shape[-1] for one in (cut, where))
        return Part(features[layer], cut, share=area / whole)

    # --- embeddings -----------------------------------------------------------------------
    def embedding(self, *, mask: str = "") -> Tensor:
        """What the text-image encoder makes of the picture, ``(N, E)`` of length 1.

        Args:
            mask: an expression; what it leaves out is mid-grey.
        """
        return self.memo(("embedding", mask), lambda: self._embed(mask))

    def _embed(self, mask: str) -> Tensor:
        image = self.image * self.mask(mask) if mask else self.image
        return self.models.get("embedding").embed_image(image)

    def words(self, text: str) -> Tensor:
        """The embedding of a description, ``(1, E)``; the same for the whole run."""
        keeper = self.references.get("identity", self)
        return keeper.memo(("words", text), lambda: self._describe(text))

    def _describe(self, text: str) -> Tensor:
        with torch.no_grad():
            found: Tensor = self.models.get("embedding").embed_text([text])
        return found.to(self.image)

    def identity_embedding(self) -> Tensor:
        """Who the picture shows, by the identity encoder: ``(N, E)`` of length 1."""
        return self.memo("identity embedding", self._recognize)

    def _recognize(self) -> Tensor:
        found: Tensor = self.models.get("identity_encoder")(self.image)
        return found

    def memo(self, key: Hashable, compute: Callable[[], T]) -> T:
        """A value that lives as long as this view."""
        if key not in self._memo:
            self._memo[key] = compute()
        return self._memo[key]  # type: ignore[return-value]


def _moves(expression: str) -> bool:
    """Whether a mask mentions the picture in the making, and so changes with every step."""
    return bool(expression) and any(role == "image" for role, _ in names_in(expression))
