"""Edits on the way from one to another."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef

pytestmark = pytest.mark.usefixtures("beside_pictures")


def test_interpolation_goes_from_one_edit_to_the_other(edit, forge):
    one = edit(shape="tall").latent
    second = edit(appearance="blue", shape="wide", strength={"shape": 2.0})
    found = {at: edit(shape="tall", interpolate=second.recipe, at=at).latent for at in (0, 0.5, 1)}
    assert torch.equal(found[0], one)
    assert torch.equal(found[1], second.latent)
    torch.testing.assert_close(found[0.5], (one + second.latent) / 2)


def test_interpolation_towards_a_picture_on_disk(edit, tmp_path):
    second = edit(appearance="appearance.png", seed=5)
    second.save(tmp_path / "second.png")
    result = edit(shape="tall", interpolate=tmp_path / "second.png", at=1)
    assert torch.equal(result.latent, second.latent)
    towards = result.recipe.start_map.towards
    assert towards.conditions == second.recipe.conditions
    assert result.recipe.seed == 0


@pytest.mark.parametrize("at", [-0.1, 1.1, float("nan")])
def test_interpolation_ends_at_the_edits(edit, at):
    with pytest.raises(UserError, match="Interpolation goes from 0 to 1; it was asked for"):
        edit(shape="tall", interpolate=edit(shape="wide").recipe, at=at)


def test_interpolation_towards_an_interpolation(edit):
    between = edit(shape="tall", interpolate=edit(shape="wide").recipe)
    with pytest.raises(UserError, match="itself on the way between two edits"):
        edit(shape="tall", interpolate=between.recipe)


def test_interpolation_towards_something_else(edit, forge, tmp_path):
    with pytest.raises(UserError, match=r"shape\.png holds no recipe"):
        edit(shape="tall", interpolate="shape.png")
    with pytest.raises(UserError, match=r"There is no file lost\.png"):
        edit(shape="tall", interpolate="lost.png")
    other = replace(edit(shape="wide").recipe, domain="hats")
    with pytest.raises(UserError, match="other edit is of 'hats', not of 'toy'"):
        edit(shape="tall", interpolate=other)
    with pytest.raises(UserError, match="other edit asks for nothing"):
        edit(shape="tall", interpolate=replace(other, domain="toy", conditions={}))
    unmapped = replace(other, domain="toy", conditions={"toy.finer_style": ImageRef("shape.png")})
    with pytest.raises(UserError, match=r"it was asked for toy\.finer_style"):
        edit(shape="tall", interpolate=unmapped)
