"""Which methods stand in one table of the papers: components ``methods/NAME``.

A component of that kind is a function without arguments that gives names of presets. A domain has
those of them that it has. ``in_words`` are those for cases in words, and ``scores`` the columns of
the table that a report shows of them.
"""

from __future__ import annotations

from dataclasses import dataclass

REGION = "{region}_iou"


@dataclass(frozen=True)
class Named:
    """One of the sets, as a component.

    Args:
        methods: names of presets, for cases whose references are pictures.
        in_words: those for cases in words.
        title: of the table that a report shows.
        scores: its columns; there is no table of its own without.

    Example:
        >>> SETS["reconstruction"]()
        ('loho', 'i2s', 'i2spp')
    """

    methods: tuple[str, ...] = ()
    in_words: tuple[str, ...] = ()
    title: str = ""
    scores: tuple[str, ...] = ()

    def __call__(self) -> tuple[str, ...]:
        """The names of its presets."""
        return self.methods or self.in_words


# Beside MichiGAN, with the paste that needs no network.
TRANSFER = Named(
    ("loho", "michigan", "copy-paste", "i2spp-crossover"),
    title="LOHO's FID and LOHO-HF",
    scores=("fid", "fid_masked", "fid_inception", "shape_iou"),
)
RECONSTRUCTION = Named(
    ("loho", "i2s", "i2spp"),
    title="The identity drawn again",
    scores=("identity_psnr", "identity_ssim", "identity_lpips", "latent_distance"),
)
ABLATIONS = Named(
    ("loho", "loho-plain", "loho-joint", "loho-undilated"),
    title="LOHO less one of its parts",
    scores=("shape_iou", REGION, "truth_lpips", "appearance_error", "{role}_ratio"),
)
WORDS = Named(
    in_words=("mapper", "styleclip", "styleclip-mapper", "styleclip-global"),
    title="HairCLIP beside StyleCLIP",
    scores=(
        "reached", "similarity", "identity_similarity", "outside_psnr", "outside_ssim",
        "outside_lpips", "unasked", "seconds",
    ),
)  # fmt: skip
PICTURED = (TRANSFER, RECONSTRUCTION, ABLATIONS)
SETS = {
    "paper": Named(
        tuple(dict.fromkeys(name for one in PICTURED for name in one.methods)), WORDS.in_words
    ),
    "transfer": TRANSFER,
    "reconstruction": RECONSTRUCTION,
    "ablations": ABLATIONS,
    "words": WORDS,
}
