"""`loho-fast` for any domain: LOHO's objective from the inversion of a pasted picture.

What it changes is in docs/loho-fast.md; benchmarks/fast_search.py weighs each change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from styleforge.methods.loho import Loho
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.stage import RuleUse, Schedule, Stage

# A rate of its own and not the pack's, which is for runs that begin at the mean latent.
SCHEDULE = Schedule(lr=0.03, exploration=0.0, rampup=0.05, rampdown=0.5)


@dataclass(frozen=True)
class Fast:
    """LOHO, fast, in one domain.

    Args:
        loho: the terms of LOHO.
        outline: the mask that the region is to fill; of the structure reference by default.
        draft: where the pasted picture is held on to; inside the outline by default.
    """

    loho: Loho
    outline: str = ""
    draft: str = ""

    @property
    def structure(self) -> Objective:
        """What stage 1 minimises: who it is, structure, outline, draft."""
        region = self.loho.region
        inside = self.outline or f"shape.{region}"
        rest = f"~dilate(identity.{region}, 3) & ~dilate({inside}, 3)"
        return Objective(
            (
                self.loho.identity(),
                Term("rest", "pixels", {"reference": "identity", "mask": rest}, 2.0),
                self.loho.shape(),
                Term("outline", "region", {"region": region, "target": inside}, 4.0),
                # What was pasted is nearly right: right colours, detail where it belongs.
                Term("draft", "pixels", {"reference": "paste", "mask": self.draft or inside}, 2.0),
            )
        )

    @property
    def look(self) -> Objective:
        """What stage 2 minimises: structure with appearance and finer style."""
        finer = self.loho.finer_style()
        # Regions of different size are compared by their own area, not the picture's.
        finer = replace(finer, args={**finer.args, "normalize": "area"})
        more = (self.loho.appearance(), finer, *self.loho.probes())
        return self.structure + Objective(more)

    @property
    def rules(self) -> tuple[RuleUse, ...]:
        """Structure and outline orthogonal to the probes, and off the noise maps."""
        return (self.loho.orthogonal("outline"), self.loho.off_noise("outline"))

    def stages(self, structure: str, look: str, steps: tuple[int, int]) -> tuple[Stage, Stage]:
        """Both stages, by their names and steps."""
        first = Stage(name=structure, steps=steps[0], objective=self.structure, schedule=SCHEDULE)
        second = Stage(
            name=look, steps=steps[1], objective=self.look, rules=self.rules, schedule=SCHEDULE
        )
        return first, second
