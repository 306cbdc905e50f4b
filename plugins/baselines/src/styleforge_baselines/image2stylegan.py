"""Image2StyleGAN and Image2StyleGAN++: a picture's W+, then its noise maps, by optimization.

Abdal et al., ICCV 2019, arXiv 1904.03189 (I2S) and CVPR 2020, arXiv 1911.11544 (I2S++). LOHO
compares its reconstruction of the identity with both (arXiv 2103.03891, section 4).
docs/baselines.md says what is published, and what of it was written from memory.
"""

from __future__ import annotations

from styleforge.recipe.domain import Preset
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.recipe import Compose
from styleforge.recipe.stage import Schedule, Stage
from styleforge_baselines.target import Target

LATENT_STEPS, NOISE_STEPS = 5000, 3000
LATENT_RATE, NOISE_RATE = 0.01, 5.0
BLUR = 4  # pixels at a width of 256 by which the crossover's mask is softened


def stages(target: Target) -> tuple[Stage, ...]:
    """The stages of `presets`.

    Example:
        >>> from styleforge_baselines.target import HAIR
        >>> [stage.name for stage in stages(HAIR)][:2]
        ['i2s.hair.latent', 'i2spp.hair.noise']
    """
    whole = target.everywhere
    mine, theirs = crossover_masks(target)
    crossed = Objective(
        (
            *embedding("identity", mine, " of the rest"),
            *embedding("shape", theirs, f" of {target.region}"),
        )
    )
    return (
        _latent(target.named("i2s", "latent"), Objective(embedding("identity", whole))),
        _noise(target.named("i2spp", "noise"), Objective((pixels("identity", whole),))),
        _latent(target.named("i2spp-crossover", "latent"), crossed),
        _noise(
            target.named("i2spp-crossover", "noise"),
            Objective(
                (
                    pixels("identity", mine, " of the rest"),
                    pixels("shape", theirs, f" of {target.region}"),
                )
            ),
        ),
    )


def presets(target: Target) -> tuple[Preset, ...]:
    """I2S and I2S++, which draw the identity again, and I2S++'s crossover with a reference.

    Example:
        >>> from styleforge_baselines.target import HAIR
        >>> [preset.name for preset in presets(HAIR)]
        ['i2s', 'i2spp', 'i2spp-crossover']
    """
    latent = target.named("i2s", "latent")
    return (
        Preset(
            name="i2s",
            title="Image2StyleGAN",
            help="The picture again, drawn by the generator: 5000 steps of W+. To compare with.",
            stages=(latent,),
            compose=Compose(mode="none"),
            roles=(),
        ),
        Preset(
            name="i2spp",
            title="Image2StyleGAN++",
            help="The picture again: 5000 steps of W+, 3000 of the noise maps. To compare with.",
            stages=(latent, target.named("i2spp", "noise")),
            compose=Compose(mode="none"),
            roles=(),
        ),
        Preset(
            name="i2spp-crossover",
            title="Image2StyleGAN++, crossover",
            help="The reference's region laid over the picture, and both embedded again.",
            stages=(
                target.named("i2spp-crossover", "latent"),
                target.named("i2spp-crossover", "noise"),
            ),
            compose=Compose(mode="none"),
            described="preview",
            roles=("shape",),
        ),
    )


def crossover_masks(target: Target) -> tuple[str, str]:
    """Where the identity counts, and where the reference does: one is 1 less the other.

    Example:
        >>> from styleforge_baselines.target import HAIR
        >>> crossover_masks(HAIR)
        ('~blur(shape.hair, 4)', 'blur(shape.hair, 4)')
    """
    theirs = f"blur(shape.{target.region}, {BLUR})"
    return f"~{theirs}", theirs


def embedding(reference: str, mask: str, of: str = "") -> tuple[Term, Term]:
    """Perceptual loss and mean squares against a picture, of what a mask leaves."""
    args = {"reference": reference, "mask": mask}
    perceptual = Term(f"perceptual{of}", "baselines.perceptual", args)
    return perceptual, pixels(reference, mask, of)


def pixels(reference: str, mask: str, of: str = "") -> Term:
    """``||M (G(w, n) - x)||^2 / N``, with N all numbers of the picture."""
    args = {"reference": reference, "mask": mask, "norm": "l2", "over": "picture"}
    return Term(f"pixels{of}", "pixels", args)


def _latent(name: str, objective: Objective) -> Stage:
    return Stage(
        name=name,
        steps=LATENT_STEPS,
        objective=objective,
        moves=("latent",),
        schedule=_steady(LATENT_RATE),
        normalize_noise=False,
    )


def _noise(name: str, objective: Objective) -> Stage:
    return Stage(
        name=name,
        steps=NOISE_STEPS,
        objective=objective,
        moves=("noise",),
        schedule=_steady(NOISE_RATE),
        normalize_noise=False,
    )


def _steady(rate: float) -> Schedule:
    """One rate from the first step to the last, in W+ itself."""
    return Schedule(
        lr=rate, rampup=0.0, rampdown=0.0, exploration=0.0, scope="stage", coordinates="w"
    )
