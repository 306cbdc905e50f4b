"""LOHO's terms and stages for any domain (arXiv 2103.03891 section 3; patent JP7696438B2).

Stage 1 brings identity and structure into one latent; stage 2 adds appearance and finer style,
with structure's gradient made orthogonal to that of the structure reference's own look, and kept
off the noise maps. One learning-rate ramp runs across both, Adam's moments are never reset, and
the region that stage 2 compares is the one found at the end of stage 1.

``reduction`` is ``published`` for the released code's reductions or ``patent`` for the formulas of
the text; docs/loho.md compares them line by line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from styleforge.recipe.domain import Attribute
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.stage import RuleUse, Stage

Reduction = Literal["published", "patent"]

STEPS = 1000  # of each stage
APPEARANCE_WEIGHT = 40.0
STYLE_WEIGHT = 1.5e4
NOISE_WEIGHT = 1e5
MARGIN = 5  # pixels at a width of 256: the iterations of dilation and erosion
STRUCTURE_LAYERS = ("relu4_3", "relu5_3")
STYLE_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")  # the patent's relu4_4 is VGG19's


@dataclass(frozen=True)
class Loho:
    """LOHO in one domain.

    Args:
        domain: the domain's name, the first part of its attributes' names.
        region: the region that is styled.
        keep: a mask expression of the identity that must stay, such as ``identity.face``.
        reduction: of the losses.
        margin: pixels at a width of 256 by which masks are dilated and eroded; 0 leaves them.

    Example:
        >>> loho = Loho(domain="lips", region="lips", keep="identity.face")
        >>> loho.structure_stage("lips.structure", 100).objective.labels
        ('identity', 'lips.shape', 'noise')
    """

    domain: str
    region: str
    keep: str
    reduction: Reduction = "patent"
    margin: int = MARGIN

    @property
    def probe_labels(self) -> tuple[str, str]:
        """Labels of the two probes."""
        return (f"{self.domain}.appearance of shape", f"{self.domain}.finer_style of shape")

    def attributes(
        self, *, shape: str, appearance: str, finer_style: str
    ) -> tuple[Attribute, Attribute, Attribute]:
        """The three attributes, each with the help given and the term that carries it.

        Shape is compared in place, so its reference is aligned.
        """

        def attribute(role: str, title: str, text: str, term: Term, *, aligned: bool) -> Attribute:
            return Attribute(
                name=f"{self.domain}.{role}",
                title=title,
                help=text,
                objective=Objective((term,)),
                aligned=aligned,
            )

        return (
            attribute("shape", "Shape", shape, self.shape(), aligned=True),
            attribute("appearance", "Appearance", appearance, self.appearance(), aligned=False),
            attribute("finer_style", "Finer style", finer_style, self.finer_style(), aligned=False),
        )

    # --- terms ----------------------------------------------------------------------------
    def identity(self) -> Term:
        """L_f: LPIPS over all blocks where the new region leaves the identity uncovered."""
        mask = f"({self.keep}) & ~dilate(shape.{self.region}, {self.margin})"
        args = {"reference": "identity", "mask": mask, "reduction": self.reduction}
        return Term("identity", "lpips", args)

    def shape(self) -> Term:
        """L_r: LPIPS over blocks 4 and 5 against the structure reference, in its eroded region."""
        args = {
            "reference": "shape",
            "mask": f"erode(shape.{self.region}, {self.margin})",
            "layers": STRUCTURE_LAYERS,
            "reduction": self.reduction,
        }
        return Term(f"{self.domain}.shape", "lpips", args)

    def appearance(self) -> Term:
        """L_a: mean of relu1_1 over the region, against the appearance reference."""
        args = {
            "reference": "appearance",
            "mask": f"image.{self.region}",
            "reference_mask": f"appearance.{self.region}",
            "reduction": self.reduction,
        }
        return Term(f"{self.domain}.appearance", "appearance", args, APPEARANCE_WEIGHT)

    def finer_style(self) -> Term:
        """L_s: Gram matrices of four layers over the region, against the finer-style reference."""
        args = {
            "reference": "finer_style",
            "mask": f"image.{self.region}",
            "reference_mask": f"finer_style.{self.region}",
            "layers": STYLE_LAYERS,
            "reduction": self.reduction,
        }
        return Term(f"{self.domain}.finer_style", "style", args, STYLE_WEIGHT)

    def noise(self) -> Term:
        """L_n: the noise maps' regularization (StyleGAN2, arXiv 1912.04958, appendix D)."""
        return Term("noise", "noise", {}, NOISE_WEIGHT)

    def probes(self) -> tuple[Term, Term]:
        """Appearance and finer style of the *structure* reference: measured, never minimised."""
        look, finer = self.probe_labels
        own = {"reference": "shape", "reference_mask": f"shape.{self.region}"}
        return self.appearance().as_probe(look, **own), self.finer_style().as_probe(finer, **own)

    # --- rules ----------------------------------------------------------------------------
    def orthogonal(self, *also: str, per: Literal["row", "whole"] = "row") -> RuleUse:
        """Structure's gradient (and that of the terms ``also``) orthogonal to the probes'.

        ``row`` projects each row of W+ alone, as the released code; ``whole`` all of W+ at once,
        as the text.
        """
        return RuleUse(
            rule="project",
            of=(f"{self.domain}.shape", *also),
            against=self.probe_labels,
            on=("latent",),
            args={"per": per},
        )

    def measured(self) -> RuleUse:
        """Structure's conflict with the probes is measured and left as it is."""
        return RuleUse(rule="none", of=(f"{self.domain}.shape",), against=self.probe_labels)

    def off_noise(self, *also: str) -> RuleUse:
        """Structure does not move the noise maps."""
        return RuleUse(rule="drop", of=(f"{self.domain}.shape", *also), on=("noise",))

    # --- stages ---------------------------------------------------------------------------
    def structure_stage(self, name: str, steps: int = STEPS) -> Stage:
        """Stage 1: L_f + L_r + L_n."""
        objective = Objective((self.identity(), self.shape(), self.noise()))
        return Stage(name=name, steps=steps, objective=objective, fitted=True)

    def look_stage(self, name: str, rules: tuple[RuleUse, ...], steps: int = STEPS) -> Stage:
        """Stage 2: L_f + L_r (ruled) + L_a + L_s + L_n, and the probes that the rules need."""
        minimised = (
            self.identity(),
            self.shape(),
            self.appearance(),
            self.finer_style(),
            self.noise(),
        )
        objective = Objective((*minimised, *self.probes()))
        return Stage(name=name, steps=steps, objective=objective, rules=rules, fitted=True)
