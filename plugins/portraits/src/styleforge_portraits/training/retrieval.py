"""How well words and held-out pictures find each other, seen and unseen descriptions apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from styleforge_portraits import language, world
from styleforge_portraits.language import HELD_OUT, WORDS, Description
from styleforge_portraits.language.truth import truth_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from styleforge_portraits.language import Term
    from styleforge_portraits.models.encoder import PortraitEncoder
    from styleforge_portraits.training.dataset import Dataset

CHOICE = 50  # pictures that a description chooses among
_EACH = 4  # people made for every unseen description
_AXES = (
    "length",
    "texture",
    "fringe",
    "style",
    "hair colour",
    "cloth colour",
    "neckline",
    "pattern",
)


def figures(
    encoder: PortraitEncoder, data: Dataset, side: int, limit: int | None
) -> dict[str, float]:
    """Recall at 1 among 50 pictures, and by axis how often a true term beats all false ones."""
    count = min(len(data.parts["held"].codes), limit or 500)
    embedded, codes = [], []
    for at in range(0, count, 50):
        picks = np.arange(at, min(at + 50, count))
        batch = data.assemble("held", side, picks, None)
        embedded.append(_pictures(encoder, batch.image))
        codes.append(batch.code.numpy())
    pictures, truth = torch.cat(embedded), truth_table(np.concatenate(codes))
    rng = np.random.default_rng(0)
    people = [world.decode(code) for code in np.concatenate(codes)]
    found = {
        f"recall_{about}": _seen(encoder, pictures, people, about, rng)
        for about in ("hair", "hair_shape", "hair_appearance", "clothing")
    }
    for name, held in (("terms", False), ("terms_unseen_names", True)):
        shares = told_apart(encoder, pictures, truth, held=held)
        if not held:
            found |= {f"{name}_{axis.replace(' ', '_')}": share for axis, share in shares.items()}
        if shares:
            found[name] = float(np.mean(list(shares.values())))
    found |= _made(encoder, pictures, people, side, rng, _EACH if limit is None else 1)
    return {key: value for key, value in found.items() if not np.isnan(value)}


@torch.no_grad()
def _pictures(encoder: PortraitEncoder, image: Tensor) -> Tensor:
    device = next(encoder.parameters()).device
    return encoder.embed_image(image.to(device)).cpu()


@torch.no_grad()
def _texts(encoder: PortraitEncoder, texts: Sequence[str]) -> Tensor:
    return encoder.embed_text(texts).cpu()


def told_apart(
    encoder: PortraitEncoder, pictures: Tensor, truth: NDArray[Any], *, held: bool
) -> dict[str, float]:
    """By axis, the share of true terms that a picture ``(N, 128)`` prefers to all false ones.

    With ``held``, only terms count that have a held-out name, under that name; as an
    encoder reads such a name by its usual one or by its gloss, this is what that costs.
    """
    shares = {}
    for axis in _AXES:
        columns = [k for k, term in enumerate(WORDS) if term.axis == axis]
        names = [_name(WORDS[k], held=held) for k in columns]
        asked = [place for place, name in enumerate(names) if name]
        if not asked:
            continue
        texts = [name or WORDS[k].names[0] for name, k in zip(names, columns, strict=True)]
        noun = "top" if WORDS[columns[0]].group.startswith("clothing") else "hair"
        close = (pictures @ _texts(encoder, [f"{text} {noun}" for text in texts]).T).numpy()
        here = truth[:, columns]
        best = np.where(here, -2.0, close).max(1)
        right = [(close[:, k] > best)[here[:, k]] for k in asked]
        won = np.concatenate(right)
        if len(won):
            shares[axis] = float(won.mean())
    return shares


def _name(term: Term, *, held: bool) -> str:
    if term.key in HELD_OUT.styles:
        return term.names[0] if held else ""
    names = [name for name in term.names if (name in HELD_OUT.names) == held]
    return names[0] if names else ""


def _seen(
    encoder: PortraitEncoder,
    pictures: Tensor,
    people: list[world.Person],
    about: str,
    rng: np.random.Generator,
) -> float:
    """Recall of true captions of up to three terms, among people of whom they are not true."""
    hits = []
    for own, person in enumerate(people):
        description = Description("", language.choose(person, rng, about))
        if not description.holds(person):
            continue
        others = rng.permutation(len(people))
        chosen = [k for k in others if not description.holds(people[k])][: CHOICE - 1]
        text = language.phrase(description.terms, rng)
        close = _texts(encoder, [text]) @ pictures[[own, *chosen]].T
        hits.append(bool(close.argmax() == 0))
    return float(np.mean(hits)) if hits else float("nan")


def _made(
    encoder: PortraitEncoder,
    pictures: Tensor,
    people: list[world.Person],
    side: int,
    rng: np.random.Generator,
    each: int,
) -> dict[str, float]:
    """Recall of pairs and styles that captions had or had not, for people made to be so.

    Half of those they are chosen from share a term with them.
    """
    styles = [term for term in WORDS if term.axis == "style"]
    asked: dict[str, list[tuple[Term, ...]]] = {
        "recall_pairs_seen": _pairs_like_the_held_out(rng),
        "recall_pairs_unseen": [tuple(map(language.by_key, pair)) for pair in HELD_OUT.pairs],
        "recall_styles_seen": [(term,) for term in styles if term.key not in HELD_OUT.styles],
        "recall_styles_unseen": [(language.by_key(key),) for key in HELD_OUT.styles],
    }
    found = {}
    for name, descriptions in asked.items():
        hits = []
        for terms in descriptions:
            description = Description("", terms)
            text = language.phrase(terms, rng, unseen=True)
            against = _rivals(description, people, rng)
            for _ in range(each):
                start = people[int(rng.integers(len(people)))]
                drawn = world.render(language.satisfy(start, description, rng), side).image
                image = torch.from_numpy(drawn).permute(2, 0, 1)[None].float() / 127.5 - 1
                own = _pictures(encoder, image)
                close = _texts(encoder, [text]) @ torch.cat((own, pictures[against])).T
                hits.append(bool(close.argmax() == 0))
        found[name] = float(np.mean(hits))
    return found


def _pairs_like_the_held_out(rng: np.random.Generator) -> list[tuple[Term, ...]]:
    """As many pairs that captions did have: of the same axes, other terms."""
    pairs: list[tuple[Term, ...]] = []
    for pair in HELD_OUT.pairs:
        first, second = ([term for term in WORDS if term.axis == key.split("/")[0]] for key in pair)
        choices = [
            (one, other)
            for one in first
            for other in second
            if not language.held_out((one, other))
            and not language.contradicts(Description("", (one, other)))
        ]
        pairs.append(choices[int(rng.integers(len(choices)))])
    return pairs


def _rivals(
    description: Description, people: list[world.Person], rng: np.random.Generator
) -> list[int]:
    order = [int(k) for k in rng.permutation(len(people))]
    wrong = [k for k in order if not description.holds(people[k])]
    near = [k for k in wrong if description.share(people[k]) > 0][: CHOICE // 2]
    return [*near, *(k for k in wrong if k not in near)][: CHOICE - 1]
