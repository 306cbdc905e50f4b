"""What is behind a region is inpainted once for a picture, as long as that is the same."""

from __future__ import annotations

from dataclasses import replace

import torch

from styleforge.compose import remembered
from styleforge.compose.compose import compose, inpainter_of
from styleforge.compose.remembered import Remembered
from styleforge.pack.models import Models
from styleforge.recipe.recipe import Compose
from styleforge.testing import toy


class Counting:
    """Fills with the number of the call."""

    def __init__(self):
        self.calls = 0

    def __call__(self, image, hole):
        self.calls += 1
        return torch.where(hole > 0.5, float(self.calls), image)


@torch.no_grad()
def test_the_same_is_filled_once_and_another_anew():
    counting = Counting()
    fill = Remembered(counting)
    image, hole = torch.zeros(1, 3, 8, 8), torch.ones(1, 1, 8, 8)
    assert fill(image, hole).unique() == fill(image, hole.clone()).unique() == 1
    smaller = hole.clone()
    smaller[..., 0] = 0
    assert fill(image, smaller).max() == 2
    assert fill(image.clone(), hole).unique() == 3  # of another tensor, whatever is in it
    with torch.autocast("cpu", torch.bfloat16):
        assert fill(image, hole).unique() == 4
    assert fill(image, hole).unique() == 1
    hole[..., 0] = 0  # what was asked then is what counts, not what became of the tensor
    assert fill(image, hole).max() == 2
    image += 1
    assert fill(image, smaller).max() == 5


@torch.no_grad()
def test_what_a_composition_does_to_it_stays_with_that():
    fill = Remembered(Counting())
    image, hole = torch.zeros(1, 3, 8, 8), torch.ones(1, 1, 8, 8)
    fill(image, hole).zero_()
    fill(image, hole).zero_()
    assert fill(image, hole).unique() == 1


def test_with_gradients_nothing_is_kept():
    counting = Counting()
    fill = Remembered(counting)
    for _ in range(2):
        fill(torch.zeros(1, 3, 8, 8), torch.ones(1, 1, 8, 8))
    assert counting.calls == 2


@torch.no_grad()
def test_no_more_is_kept_than_has_room(monkeypatch):
    counting = Counting()
    fill = Remembered(counting)
    images = [torch.zeros(1, 3, 8, 8) for _ in range(3)]
    hole = torch.ones(1, 1, 8, 8)
    monkeypatch.setattr(remembered, "BYTES", 2 * 10 * 64 * 4)  # two, with holes
    for image in images:
        fill(image, hole)
    fill(images[2], hole)
    fill(images[1], hole)
    assert counting.calls == 3
    fill(images[0], hole)
    assert counting.calls == 4
    monkeypatch.setattr(remembered, "BYTES", 0)
    fill(images[0], hole)
    fill(images[0], hole)
    assert counting.calls == 4  # the newest stays


@torch.no_grad()
def test_edits_of_one_picture_ask_the_packs_inpainter_once(forge):
    counting = Counting()
    pack = toy.toy_pack()
    models = Models(replace(pack, components={**pack.components, "inpainter": lambda: counting}))
    identity = toy.toy_problem(models).identity
    how = Compose(mode="layered", inpainter="pack")
    made = [
        compose(
            identity.image + step, identity.regions, identity, toy.TOY, how,
            inpainter_of(how, models, forge.components),
        )
        for step in (0, 0.1, 0.2)
    ]  # fmt: skip
    assert counting.calls == 1
    assert not torch.equal(made[0], made[1])
