"""The abilities core asks for: one protocol per kind of component.

Core calls one implementation through the name a pack or a recipe picked; nothing here knows
what is being styled. Images are float tensors ``(N, 3, H, W)`` in [-1, 1], masks ``(N, 1, H, W)``
in [0, 1], landmarks ``(N, L, 2)`` in pixels (x, y), pixel centres at half-integers / size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.subjects import Subject


@runtime_checkable
class Generator(Protocol):
    """A style-based generator: W+ rows and noise maps to a picture.

    Example:
        >>> from styleforge.testing import toy_models
        >>> isinstance(toy_models.generator(), Generator)
        True
    """

    rows: int  # rows of W+
    width: int  # numbers in a row
    size: tuple[int, int]  # (H, W) of the picture
    noise_shapes: tuple[tuple[int, int], ...]  # (h, w) of every noise map

    def map(self, z: Tensor) -> Tensor:
        """Latents z ``(N, width)`` to w ``(N, width)``."""
        ...

    def synthesize(self, latent: Tensor, noise: Sequence[Tensor]) -> Tensor:
        """W+ ``(N, rows, width)`` and noise maps ``(1 or N, 1, h, w)`` to ``(N, 3, H, W)``."""
        ...


@runtime_checkable
class RegionProvider(Protocol):
    """Finds the named regions of a picture.

    Example:
        >>> from styleforge.testing import toy_models
        >>> isinstance(toy_models.regions(), RegionProvider)
        True
    """

    names: tuple[str, ...]

    def __call__(self, image: Tensor) -> Tensor:
        """Soft regions ``(N, len(names), H, W)`` that sum to 1 over the names."""
        ...


@runtime_checkable
class RegionsOfSubjects(RegionProvider, Protocol):
    """A region provider that can be told which of several subjects is meant.

    One that knows when it may be wrong has ``doubts(image, subject)`` besides: parts of sentences
    by region, such as ``{"hat": "it is as grey as the wall"}``.

    Example:
        >>> class Largest:
        ...     names = ("background", "hat")
        ...     def __call__(self, image):
        ...         return self.of(image, None)
        ...     def of(self, image, subject):
        ...         return (image[:, :2] * 0 + 1) / 2
        >>> isinstance(Largest(), RegionsOfSubjects)
        True
    """

    def of(self, image: Tensor, subject: Subject | None) -> Tensor:
        """Soft regions ``(1, len(names), H, W)`` of one subject of a picture; None for nobody."""
        ...


@runtime_checkable
class Recolour(Protocol):
    """Gives a region of a picture another colour.

    One that can do so at the size of a large photograph, of which the picture is a smaller copy,
    satisfies `RecolourAtFullSize`. One that can be tuned has ``knobs``, by name
    (`styleforge.pack.knobs.Knob`), and takes numbers by the same names as ``tune``.

    Example:
        >>> class Flat:
        ...     def tone(self, image, mask):
        ...         return image.mean((0, 2, 3)) / 2 + 0.5
        ...     def __call__(self, image, coverage, colour, share=1.0):
        ...         return image + share * coverage * (2 * colour[:, None, None] - 1 - image)
        >>> isinstance(Flat(), Recolour)
        True
    """

    def tone(self, image: Tensor, mask: Tensor) -> Tensor:
        """The colour ``(3,)`` in [0, 1] that a region ``(1, 1, H, W)`` of a picture has."""
        ...

    def __call__(
        self, image: Tensor, coverage: Tensor, colour: Tensor, share: float = 1.0
    ) -> Tensor:
        """The picture ``(1, 3, H, W)`` with a ``share`` of the way to a colour where covered."""
        ...


@runtime_checkable
class RecolourAtFullSize(Recolour, Protocol):
    """A recolouring that goes from a smaller copy back to the photograph, however large that is.

    Example:
        >>> class Nothing:
        ...     def tone(self, image, mask):
        ...         return image.mean((0, 2, 3))
        ...     def __call__(self, image, coverage, colour, share=1.0):
        ...         return image
        ...     def at_full_size(self, photo, matrix, image, coverage, colour, share=1.0,
        ...                      painted=None):
        ...         return photo
        >>> isinstance(Nothing(), RecolourAtFullSize)
        True
    """

    def at_full_size(
        self,
        photo: Tensor,
        matrix: tuple[tuple[float, float, float], tuple[float, float, float]],
        image: Tensor,
        coverage: Tensor,
        colour: Tensor,
        share: float = 1.0,
        painted: Tensor | None = None,
    ) -> Tensor:
        """The photograph ``(1, 3, H, W)`` in bytes, recoloured.

        ``image`` and ``coverage`` are of the smaller copy, which may be a part of it; ``matrix``
        goes from pixels of the photograph to its. ``painted`` ``(1, 1, H, W)`` in bytes is the
        coverage itself, where somebody painted it.
        """
        ...


@runtime_checkable
class Features(Protocol):
    """A perceptual network with named layers (VGG16: ``relu1_1`` to ``relu5_3``).

    Example:
        >>> from styleforge.testing import toy_models
        >>> isinstance(toy_models.features(), Features)
        True
    """

    layers: tuple[str, ...]

    def __call__(self, image: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
        """Activations of the layers asked for, by name; deeper layers are not computed."""
        ...


@runtime_checkable
class Landmarks(Protocol):
    """Finds the landmarks of the main subject.

    Example:
        >>> from styleforge.testing import toy_models
        >>> isinstance(toy_models.landmarks(), Landmarks)
        True
    """

    def __call__(self, image: Tensor) -> Tensor:
        """Landmarks ``(N, L, 2)`` in pixels (x, y)."""
        ...


@runtime_checkable
class LandmarksOfSubjects(Landmarks, Protocol):
    """A finder of landmarks that can be told which of several subjects is meant.

    Example:
        >>> class Nothing:
        ...     def __call__(self, image):
        ...         return image.new_zeros(len(image), 68, 2)
        ...     def of(self, image, subject):
        ...         return None
        >>> isinstance(Nothing(), LandmarksOfSubjects)
        True
    """

    def of(self, image: Tensor, subject: Subject) -> Tensor | None:
        """Landmarks ``(1, L, 2)`` of one subject of a picture; None where they are not seen."""
        ...


@runtime_checkable
class SubjectFinder(Protocol):
    """Finds the subjects of a picture, and says whether an aligned one shows a subject at all.

    Example:
        >>> class Nobody:
        ...     noun = "hat"
        ...
        ...     def __call__(self, image):
        ...         return ()
        ...
        ...     def score(self, image):
        ...         return 0.0
        >>> isinstance(Nobody(), SubjectFinder)
        True
    """

    noun: str  # what a subject is called in messages

    def __call__(self, image: Tensor) -> Sequence[Subject]:
        """The subjects of a picture ``(1, 3, H, W)`` of any size, the surest first."""
        ...

    def score(self, image: Tensor) -> float:
        """How sure it is, in [0, 1], that ``(1, 3, H, W)`` shows one, aligned; 0.6 is sure."""
        ...


@runtime_checkable
class Poser(Protocol):
    """Says how to bend a region of one picture so that it sits on another picture's subject.

    Example:
        >>> import torch
        >>> class Still:
        ...     names = ("hat",)
        ...
        ...     def __call__(self, image, regions, subject, subject_regions, region):
        ...         rows, columns = image.shape[-2:]
        ...         y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
        ...         return torch.stack((x, y))[None] + 0.5  # every pixel from its own place
        >>> isinstance(Still(), Poser)
        True
    """

    names: tuple[str, ...]  # the regions it knows

    def __call__(
        self, image: Tensor, regions: Tensor, subject: Tensor, subject_regions: Tensor, region: str
    ) -> Tensor:
        """Where each pixel of the bent picture comes from, ``(N, 2, H, W)``: pixels (x, y).

        Takes both pictures ``(N, 3, H, W)`` and their soft regions ``(N, R, H, W)``.
        """
        ...


@runtime_checkable
class Inverter(Protocol):
    """Guesses the W+ that renders a picture.

    Example:
        >>> from styleforge.testing import toy_models
        >>> isinstance(toy_models.inverter(), Inverter)
        True
    """

    def __call__(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` to W+ ``(N, rows, width)``."""
        ...


@runtime_checkable
class Inpainter(Protocol):
    """Fills a hole in a picture from its surroundings.

    Example:
        >>> from styleforge.builtin.inpainters import telea
        >>> isinstance(telea, Inpainter)
        True
    """

    def __call__(self, image: Tensor, hole: Tensor) -> Tensor:
        """Fill where ``hole`` ``(N, 1, H, W)`` is above one half; the rest is returned as it is."""
        ...


@runtime_checkable
class TextImageEncoder(Protocol):
    """Embeds words and pictures in one space (CLIP: Radford et al. 2021).

    Example:
        >>> from styleforge.testing import toy_words
        >>> isinstance(toy_words.embedding(), TextImageEncoder)
        True
    """

    width: int  # numbers in an embedding

    def place(self, text: str, about: str = "") -> tuple[str, tuple[str, ...]]:
        """The words as the encoder understands them, and what the user should know of that.

        ``about`` is the attribute that they are said of; an unknown word is then read as one of
        that kind, or left out. Whatever is left out (words, numbers, emoji) has a note.

        Raises:
            UserError: if there are no words, or none of them can be placed.
        """
        ...

    def embed_text(self, texts: Sequence[str]) -> Tensor:
        """Descriptions to embeddings ``(N, width)`` of length 1."""
        ...

    def embed_image(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1], of any size, to ``(N, width)`` of length 1."""
        ...


@runtime_checkable
class IdentityEncoder(Protocol):
    """Tells people apart whatever is edited (ArcFace: Deng et al. 2019).

    Example:
        >>> from styleforge.testing import toy_words
        >>> isinstance(toy_words.identity(), IdentityEncoder)
        True
    """

    def __call__(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1], of any size, to ``(N, E)`` of length 1."""
        ...


@runtime_checkable
class LpipsWeights(Protocol):
    """The linear weights of LPIPS: one non-negative number per channel and layer.

    Example:
        >>> from styleforge.testing import toy_models
        >>> isinstance(toy_models.lpips(), LpipsWeights)
        True
    """

    weights: Mapping[str, Tensor]
