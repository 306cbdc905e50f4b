"""Core's metrics: what each is called and says, and what it needs."""

from __future__ import annotations

from dataclasses import dataclass

from styleforge.plugins.deferred import Deferred

MODULE = "styleforge.measure.scores"
PRESERVED = "styleforge.measure.preserved"
IN_WORDS = "styleforge.measure.in_words"
SETS = "styleforge.measure.sets"


@dataclass(frozen=True)
class Row:
    """A metric: a function of a module of `styleforge.measure`.

    Example:
        >>> next(one for one in METRICS if one.name == "region_iou").component().score
        '{region}_iou'
    """

    name: str
    says: str
    better: str = "more"
    needs: tuple[str, ...] = ()
    truth: bool = False  # it is compared with the true answer
    score: str = ""
    module: str = MODULE

    def component(self) -> Deferred:
        """What is registered."""
        return Deferred(
            self.module, self.name, needs=self.needs, score=self.score, says=self.says,
            better=self.better, without_truth=not self.truth, in_words=self.module == IN_WORDS,
        )  # fmt: skip


METRICS = (
    Row(
        "reached",
        "share of edits that show all that words asked for, as the pack reads pictures",
        needs=("reader",),
        module=IN_WORDS,
    ),
    Row(
        "region_iou",
        "overlap of the result's {region} with the true {region} (1 is perfect)",
        truth=True,
        score="{region}_iou",
    ),
    Row("shape_iou", "overlap of the result's {region} with that of the {shape} reference"),
    Row(
        "identity_psnr",
        "dB, kept regions of the result against those of the identity",
        module=PRESERVED,
    ),
    Row(
        "identity_ssim",
        "structural similarity of the kept regions to the identity's",
        module=PRESERVED,
    ),
    Row(
        "identity_lpips",
        "perceptual distance of the kept regions to the identity's",
        "less",
        ("features", "lpips"),
        module=PRESERVED,
    ),
    Row("outside_psnr", "dB, result against identity where neither has {region}", module=PRESERVED),
    Row(
        "outside_ssim",
        "structural similarity to the identity where neither has {region}",
        module=PRESERVED,
    ),
    Row(
        "outside_lpips",
        "perceptual distance to the identity where neither has {region}",
        "less",
        ("features", "lpips"),
        module=PRESERVED,
    ),
    Row(
        "unasked",
        "movement of what words did not ask for in the {region}, as read (deviations)",
        "less",
        ("reader",),
        module=IN_WORDS,
    ),
    Row(
        "identity_similarity",
        "cosine of the identity encoder's embeddings of result and identity",
        needs=("identity_encoder",),
        module=PRESERVED,
    ),
    Row(
        "appearance_error",
        "CIEDE2000 between mean colours of {region} in result and truth",
        "less",
        truth=True,
    ),
    Row(
        "reference_error",
        "CIEDE2000 between mean colours of {region} in result and {role} reference",
        "less",
    ),
    Row("truth_psnr", "dB, result against the true answer", truth=True),
    Row("truth_ssim", "structural similarity to the true answer", truth=True),
    Row(
        "truth_lpips",
        "perceptual distance to the true answer (0 is perfect)",
        "less",
        ("features", "lpips"),
        truth=True,
    ),
    Row(
        "style_ratio",
        "distance of textures: to that attribute's picture over to the first one's",
        "less",
        ("features",),
        score="{role}_ratio",
    ),
    Row(
        "similarity",
        "mean cosine of embeddings of the {region} and of what was asked for",
        needs=("embedding",),
    ),
    Row(
        "latent_distance",
        "distance of W+ to the mean latent; 30.6 to 40.5 is called valid for FFHQ's generator",
        "",
        ("generator",),
    ),
)

OF_SETS = (
    Row(
        "fid",
        "Fréchet distance to real pictures, by the pack's own features",
        "less",
        ("features",),
        module=SETS,
    ),
    Row(
        "fid_masked",
        "the same of {region} and kept regions alone, the rest black (LOHO-HF)",
        "less",
        ("features",),
        module=SETS,
    ),
    Row(
        "kid",
        "kernel distance to real pictures, by the pack's own features",
        "less",
        ("features",),
        module=SETS,
    ),
    Row(
        "fid_inception",
        "Fréchet distance to real pictures, by Inception's features as in papers (FID)",
        "less",
        module=SETS,
    ),
)
