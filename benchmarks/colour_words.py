"""Whether a colour word gives its colour: `python -m benchmarks.colour_words`.

Every name that hair and clothing know is asked for, in one pass and by recolouring, of portraits
with dark and with light hair, in darker and in lighter plain cloth. Printed is the CIEDE2000 from
the word's colour to the mean colour of the region, and the least spread of its lightness (standard
deviation of L*), which is what is left of its shading. All of it takes five CPU minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import torch
import typer

from benchmarks.shades import summary
from styleforge.api import edit
from styleforge.forge import Forge
from styleforge.losses.lab import lab
from styleforge.measure.metrics import colour_error
from styleforge.prepare.regions import found_regions, hard_regions
from styleforge.recipe.colour_names import names
from styleforge.recipe.condition import Swatch

if TYPE_CHECKING:
    from collections.abc import Sequence

PRESETS = {"hair": ("mapper", "recolour"), "clothing": ("tailored", "recolour")}
PEOPLE = {"hair": ("cleo", "nils"), "clothing": ("jun", "femi")}  # dark, light


def shown(forge: Forge, domain: str, preset: str, who: str, word: str) -> tuple[float, float]:
    """CIEDE2000 to the word's colour, and the standard deviation of the region's L*."""
    attribute, region = forge.attributes[f"{domain}.appearance"], forge.domains[domain].region
    result = edit(
        domain, f"gallery:{who}", forge=forge, pack="portraits", refine=preset, appearance=word
    )
    regions = hard_regions(result.regions)
    if preset == "recolour":  # whose outline is the portrait's own
        regions = found_regions(result.references["identity"], forge.models("portraits"))
    mask = regions[region]  # (1, 1, H, W)
    wanted = torch.tensor(Swatch(names(attribute)["".join(word.split())]).rgb)[:, None, None]
    ones = torch.ones_like(mask)
    error = colour_error(result.image, mask, ones * wanted[None], ones)
    lightness = lab(result.image, gamma=True)[:, :1][mask > 0]  # (pixels,)
    return error, float(lightness.std())


def words_of(forge: Forge, domain: str) -> Sequence[str]:
    """The names that a domain knows, its own as they are written."""
    attribute = forge.attributes[f"{domain}.appearance"]
    own = {"".join(one.split()): one for one in attribute.colours}
    return [own.get(one, one) for one in sorted(names(attribute))]


def main(
    domain: Annotated[list[str] | None, typer.Option(help="hair, clothing; both.")] = None,
    every: Annotated[int, typer.Option(min=1, help="Only every so many words.")] = 1,
) -> None:
    """Print the distances by word, as tables in Markdown, and how many are beyond 5."""
    torch.set_num_threads(1)
    forge = Forge()
    for what in domain or PRESETS:
        table = names(forge.attributes[f"{what}.appearance"])
        ways = [(preset, who) for preset in PRESETS[what] for who in PEOPLE[what]]
        heads = [f"`{preset}` on {on}" for preset in PRESETS[what] for on in ("dark", "light")]
        typer.echo(f"\n| {what} | colour | {' | '.join(heads)} | L* |")
        typer.echo("|---" * (len(heads) + 3) + "|")
        errors: list[float] = []
        for word in words_of(forge, what)[::every]:
            found = [shown(forge, what, preset, who, word) for preset, who in ways]
            errors += [error for error, _ in found]
            cells = " | ".join(f"{error:.1f}" for error, _ in found)
            spread = min(one for _, one in found)
            colour = table["".join(word.split())]
            typer.echo(f"| {word} | `{colour}` | {cells} | {spread:.1f} |")
        typer.echo(f"\n{summary(what, errors)}.")


if __name__ == "__main__":
    typer.run(main)
