"""What the mapper's benchmark asks for, and how it is read off a result: as the pack does it.

`styleforge evaluate world --words pack` measures the same, each description on another person; here
all of them are asked of a few people, which shows more of what one person is made into.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from styleforge_portraits import language, world
from styleforge_portraits.asked.phrase import said

from benchmarks.problems import picture
from styleforge.measure.wordings import Worded
from styleforge.prepare.regions import found_regions

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.forge import Forge
    from styleforge.measure.wordings import Reader, Wording
    from styleforge.pack.models import Models


def shows(forge: Forge, models: Models, image: Tensor, domain: str, wording: Wording) -> bool:
    """Whether a picture ``(1, 3, H, W)`` shows all that was asked for."""
    reader: Reader = models.get("reader")
    regions = found_regions(image, models)
    return all(
        reader.shows(image, regions, Worded(forge.attributes[f"{domain}.{role}"], text))
        for role, text in wording.words.items()
    )


def true_picture(person: world.Person, wording: Wording, domain: str) -> Tensor:
    """The true answer ``(1, 3, 256, 256)``: the person, changed as little as needed."""
    rng = np.random.default_rng(0)
    for text in wording.words.values():
        person = language.satisfy(person, said(text, domain), rng)
    return picture(person)
