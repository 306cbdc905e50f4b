"""Laws of the other models of a pack; `styleforge.pack.protocols` says what each is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.builtin.inpainters import telea
from styleforge.errors import UserError
from styleforge.recipe.starts import Paste
from styleforge.testing import toy, trial
from styleforge.testing.laws.law import Law, LawBroken

if TYPE_CHECKING:
    from styleforge.testing.subjects import ComponentSubject

TOLERANCE = 1e-3
STRANGE = ("\N{MUSHROOM}", "\u00fcnl\u00fc")  # what no words mean


def recolours_what_is_covered(subject: ComponentSubject) -> None:
    """A covered square gets the colour, as `tone` reads it; the rest stays as it was."""
    image = torch.zeros(1, 3, *trial.size(subject))
    coverage = torch.zeros_like(image[:, :1])
    coverage[..., 4:-4, 4:-4] = 1
    colour = torch.tensor([0.7, 0.3, 0.2])
    with torch.no_grad():
        made = subject.model(image, coverage, colour, 1.0)
        trial.check_shape(subject, made, image.shape)
        read = subject.model.tone(made, coverage)
        none = subject.model(image, coverage, colour, 0.0)
    if not torch.equal(made * (1 - coverage), image * (1 - coverage)):
        msg = f"{subject} changes what is not covered; `image` was expected there, to the bit."
        raise LawBroken(msg)
    if float((read.cpu() - colour).abs().max()) > 0.05:
        said = [round(one, 2) for one in read.tolist()]
        msg = (
            f"{subject} was asked for the colour {[round(one, 2) for one in colour.tolist()]}, and "
            f"`tone` reads {said} afterwards; the same was expected."
        )
        raise LawBroken(msg)
    if float((none - image).abs().max()) > TOLERANCE:
        msg = f"{subject} changes the picture at a share of 0; it was expected to stay as it was."
        raise LawBroken(msg)


def inverts_to_latents(subject: ComponentSubject) -> None:
    """Pictures give W+ ``(N, rows, width)`` of the generator, a batch as each alone."""
    generator, image = subject.models.get("generator"), trial.pictures(subject)
    with torch.no_grad():
        found = subject.model(image)
        trial.check_shape(subject, found, (2, generator.rows, generator.width))
        trial.check_batch(subject, found, [subject.model(one[None]) for one in image])


def gives_the_layers_asked_for(subject: ComponentSubject) -> None:
    """Activations of the layers asked for come back, no more; a gradient reaches the picture."""
    names = tuple(subject.model.layers)
    for asked in ((names[0],), (names[0], names[-1])):
        leaf = trial.pictures(subject, 1).requires_grad_()
        found = subject.model(leaf, asked)
        if set(found) != set(asked):
            msg = (
                f"{subject} was asked for {', '.join(asked)} and gave {', '.join(found)}; the "
                "layers asked for were expected, and deeper ones not computed."
            )
            raise LawBroken(msg)
        for layer in asked:
            trial.check_shape(subject, found[layer], (1, None, None, None))
        trial.check_flows(subject, found[asked[-1]], leaf)


def weighs_the_features(subject: ComponentSubject) -> None:
    """There is a weight, not negative, for every channel of the layers it names."""
    weights, features = subject.model.weights, subject.models.get("features")
    image = trial.pictures(subject, 1)
    for layer, weight in weights.items():
        if layer not in features.layers:
            msg = f"{subject} weighs the layer {layer!r}, which the pack's features do not have."
            raise LawBroken(msg)
        with torch.no_grad():
            channels = features(image, (layer,))[layer].shape[1]
        if weight.numel() != channels or bool((weight < 0).any()):
            msg = (
                f"{subject} has {weight.numel()} weights for {layer!r}, the lowest "
                f"{float(weight.min()):.3g}; {channels} were expected, none below 0."
            )
            raise LawBroken(msg)


def finds_landmarks(subject: ComponentSubject) -> None:
    """Pictures give landmarks ``(N, L, 2)``, finite for a picture of one colour too."""
    with torch.no_grad():
        image = trial.pictures(subject)
        found = trial.check_shape(subject, subject.model(image), (2, None, 2))
        empty = subject.model(torch.zeros_like(image[:1]))
        trial.check_shape(subject, empty, (1, found.shape[1], 2))
        trial.check_batch(subject, found, [subject.model(one[None]) for one in image])


def finds_subjects(subject: ComponentSubject) -> None:
    """Pictures of any size give subjects with places; an aligned one has a score in [0, 1]."""
    height, width = trial.pictures(subject, 1).shape[-2:]
    image = trial.pictures(subject, 1).repeat(1, 1, 2, 3)
    with torch.no_grad():
        for picture in (image, torch.zeros_like(image)):
            scores = [subject.model.score(picture[..., :height, :width])]
            for one in subject.model(picture):
                scores.append(one.score)
                if not 0 < one.width < float("inf"):
                    msg = f"{subject} found a subject {one.width} pixels wide; give finite places."
                    raise LawBroken(msg)
            if not all(0 <= one <= 1 for one in scores):
                msg = f"{subject} gave a score outside [0, 1] among {scores}; end with a sigmoid."
                raise LawBroken(msg)
    if not subject.model.noun:
        msg = f"{subject} does not say what its subjects are called; give it a noun."
        raise LawBroken(msg)


def embeds_pictures_and_words(subject: ComponentSubject) -> None:
    """Pictures give embeddings ``(N, width)`` of length 1; words that are none are refused."""
    model, image = subject.model, trial.pictures(subject)
    with torch.no_grad():
        found = trial.check_shape(subject, model.embed_image(image), (2, model.width))
    trial.check_unit(subject, found)
    leaf = image[:1].requires_grad_()
    trial.check_flows(subject, model.embed_image(leaf), leaf)
    try:
        model.place("")
    except UserError:
        return
    msg = f"{subject} took an empty text; a UserError was expected that says what it can place."
    raise LawBroken(msg)


def tells_what_it_leaves_out(subject: ComponentSubject) -> None:
    """What else a text holds, such as an emoji, is kept, or a note shows it as it was written."""
    for strange in STRANGE:
        try:
            placed, notes = subject.model.place(f"a round red one {strange}")
        except UserError:  # it knows none of these words
            return
        if not any(strange in one for one in (placed, *notes)):
            msg = (
                f"{subject} left {strange} out of a text and did not say so; a note was expected "
                "for whatever is not understood, spelt as the user did (styleforge.recipe.words."
                "spelt finds it all)."
            )
            raise LawBroken(msg)


def embeds_identities(subject: ComponentSubject) -> None:
    """Pictures give ``(N, E)`` of length 1, with a gradient, a batch as each alone."""
    image = trial.pictures(subject)
    with torch.no_grad():
        found = trial.check_shape(subject, subject.model(image), (2, None))
        trial.check_batch(subject, found, [subject.model(one[None]) for one in image])
    trial.check_unit(subject, found)
    leaf = image[:1].requires_grad_()
    trial.check_flows(subject, subject.model(leaf), leaf)


def fills_the_hole_only(subject: ComponentSubject) -> None:
    """What is outside the hole comes back as it was; no hole, a whole picture."""
    image = trial.pictures(subject, 1)
    hole = torch.zeros_like(image[:, :1])
    hole[..., hole.shape[-2] // 4 : hole.shape[-2] // 2, hole.shape[-1] // 4 :] = 1
    with torch.no_grad():
        for where in (hole, torch.zeros_like(hole)):
            found = trial.check_shape(subject, subject.model(image, where), tuple(image.shape))
            off = float(((found - image) * (1 - where)).abs().max())
            if off > TOLERANCE:
                msg = (
                    f"{subject} changed pixels outside the hole by up to {off:.3g}; they were to "
                    "stay. End with torch.where(hole > 0.5, filled, image)."
                )
                raise LawBroken(msg)


def pastes_a_picture(subject: ComponentSubject) -> None:
    """References give a picture ``(1, 3, H, W)`` in [-1, 1], the same again."""
    problem = toy.toy_problem(subject.models)
    how = Paste(region=tuple(problem.identity.regions)[-1], pattern="finer_style")
    with torch.no_grad():
        one, two = (subject.model(problem, how, telea) for _ in range(2))
    trial.check_shape(subject, one, tuple(problem.identity.image.shape))
    trial.check_repeat(subject, one, two)
    if float(one.abs().max()) > 1 + TOLERANCE:
        msg = f"{subject} gave a picture beyond [-1, 1]. End it with a clamp."
        raise LawBroken(msg)


def bends_regions(subject: ComponentSubject) -> None:
    """For each region it knows, where every pixel comes from: ``(N, 2, H, W)``."""
    provider, image = subject.models.get("regions"), trial.pictures(subject)
    height, width = image.shape[-2:]
    with torch.no_grad():
        regions = provider(image)
        for name in subject.model.names:
            found = subject.model(image[:1], regions[:1], image[1:], regions[1:], name)
            trial.check_shape(subject, found, (1, 2, height, width))


def _has_generator(subject: ComponentSubject) -> bool:
    return "generator" in subject.item.components


def _has_features(subject: ComponentSubject) -> bool:
    return "features" in subject.item.components


LAWS = (
    Law("inverter", inverts_to_latents, _has_generator, slow=True),
    Law("features", gives_the_layers_asked_for, slow=True),
    Law("lpips", weighs_the_features, _has_features, slow=True),
    Law("landmarks", finds_landmarks, slow=True),
    Law("subjects", finds_subjects, slow=True),
    Law("embedding", embeds_pictures_and_words, slow=True),
    Law("embedding", tells_what_it_leaves_out, slow=True),
    Law("identity_encoder", embeds_identities, slow=True),
    Law("inpainter", fills_the_hole_only, slow=True),
    Law("paste", pastes_a_picture, slow=True),
    Law("recolour", recolours_what_is_covered, slow=True),
    Law("poser", bends_regions, slow=True),
)
