"""Which methods stand in one table of the papers: components ``methods/NAME``.

A component of that kind is a function without arguments that gives names of presets. A domain has
those of them that it has.
"""

from __future__ import annotations

from dataclasses import dataclass

# LOHO's table of FID and LOHO-HF beside MichiGAN, with the paste that needs no network.
TRANSFER = ("loho", "michigan", "copy-paste", "i2spp-crossover")
# LOHO's table of the identity drawn again: PSNR, SSIM, LPIPS, distance to the mean latent.
RECONSTRUCTION = ("loho", "i2s", "i2spp")
# LOHO's ablations.
ABLATIONS = ("loho", "loho-plain", "loho-joint", "loho-undilated")
# HairCLIP beside StyleCLIP: what was asked for in words, and what stayed.
WORDS = ("mapper", "styleclip", "styleclip-mapper", "styleclip-global")
SETS = {
    "paper": tuple(dict.fromkeys((*TRANSFER, *RECONSTRUCTION, *ABLATIONS, *WORDS))),
    "transfer": TRANSFER,
    "reconstruction": RECONSTRUCTION,
    "ablations": ABLATIONS,
    "words": WORDS,
}


@dataclass(frozen=True)
class Named:
    """One of the sets, as a component.

    Example:
        >>> Named("reconstruction")()
        ('loho', 'i2s', 'i2spp')
    """

    name: str

    def __call__(self) -> tuple[str, ...]:
        """The names of its presets."""
        return SETS[self.name]
