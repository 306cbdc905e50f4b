"""Mask expressions."""

from __future__ import annotations

import pytest
import torch

from styleforge.errors import UserError
from styleforge.prepare import masks
from styleforge.recipe.expression import between, names_in, renamed

SIZE = 64


def square(x0: int, x1: int, y0: int, y1: int) -> torch.Tensor:
    mask = torch.zeros(1, 1, SIZE, SIZE)
    mask[..., y0:y1, x0:x1] = 1
    return mask


REGIONS = {
    ("one", "cap"): square(20, 40, 10, 30),
    ("two", "cap"): square(30, 50, 10, 30),
    ("one", "none"): square(0, 0, 0, 0),
}


def lookup(role, region, soft):
    return REGIONS[role, region] * (0.5 if soft else 1)


def mask(expression):
    return masks.evaluate(expression, lookup)


def test_operators():
    one, two = REGIONS["one", "cap"], REGIONS["two", "cap"]
    assert torch.equal(mask("one.cap"), one)
    assert torch.equal(mask("one.cap & two.cap"), one * two)
    assert torch.equal(mask("one.cap | two.cap"), torch.maximum(one, two))
    assert torch.equal(mask("~one.cap"), 1 - one)
    assert torch.equal(mask("one.cap & ~two.cap"), one * (1 - two))
    assert torch.equal(mask("~(~one.cap & ~two.cap)"), mask("one.cap | two.cap"))
    assert torch.equal(mask("soft(one.cap)"), one * 0.5)


def test_radii_scale_with_the_width():
    grown = mask("dilate(one.cap, 8)")  # 8 pixels at 256 are 2 at 64
    assert grown.sum() > REGIONS["one", "cap"].sum()
    assert int(grown[0, 0, 20].nonzero().min()) == 18
    shrunk = mask("erode(one.cap, 8)")
    assert int(shrunk[0, 0, 20].nonzero().min()) == 22
    assert torch.equal(mask("dilate(one.cap, 1)"), REGIONS["one", "cap"])  # less than a pixel


def test_erode_and_dilate_are_dual_and_ordered():
    one = REGIONS["one", "cap"]
    assert torch.equal(mask("erode(one.cap, 8)"), mask("~dilate(~one.cap, 8)"))
    assert (mask("erode(one.cap, 8)") <= one).all()
    assert (one <= mask("dilate(one.cap, 8)")).all()
    assert not mask("dilate(one.none, 8)").any()


def test_blur_is_soft_and_keeps_the_mass():
    blurred = mask("blur(one.cap, 8)")
    assert 0 < blurred[0, 0, 20, 19] < 1
    assert float(blurred.sum()) == pytest.approx(400, rel=1e-3)


def test_morph_goes_from_one_to_the_other():
    assert torch.equal(mask("morph(one.cap, two.cap, 0.0)"), REGIONS["one", "cap"])
    assert torch.equal(mask("morph(one.cap, two.cap, 1)"), REGIONS["two", "cap"])


def test_hard_picks_the_likeliest():
    soft = torch.tensor([0.2, 0.5, 0.3])[None, :, None, None].expand(1, 3, 2, 2)
    hard = masks.hard(soft)
    assert torch.equal(hard[0, :, 0, 0], torch.tensor([0.0, 1.0, 0.0]))
    assert list(masks.region_map(("a", "b", "c"), hard)) == ["a", "b", "c"]


def test_names():
    expression = "one.cap & ~dilate(two.cap, 5) | soft(one.cap)"
    assert names_in(expression) == (("one", "cap"), ("two", "cap"))


def test_roles_are_renamed_and_regions_are_not():
    expression = "erode(iris.iris, 5) & ~(soft(lid.iris) | identity.iris)"
    changed = renamed(expression, {"iris": "eyes_iris", "lid": "eyes_lid"})
    assert changed == "erode(eyes_iris.iris, 5) & ~(soft(eyes_lid.iris) | identity.iris)"
    assert renamed("(identity.iris)", {"iris": "eyes_iris"}) == "(identity.iris)"


def test_the_shape_in_between_can_be_soft():
    between_hard = between("~dilate(two.cap, 8) & one.cap", "two", 0.25)
    assert between_hard == "~dilate(morph(identity.cap, two.cap, 0.25), 8) & one.cap"

    def found(expression):
        return masks.evaluate(expression, lambda role, *rest: lookup(
            {"identity": "one"}.get(role, role), *rest
        ))  # fmt: skip

    soft = found(between("soft(two.cap)", "two", 0.5))
    hard = found("morph(identity.cap, two.cap, 0.5)")
    assert torch.equal(soft > 0.5, hard > 0.5)
    assert between("soft(one.cap)", "two", 0.5) == "soft(one.cap)"


@pytest.mark.parametrize(
    "expression",
    [
        "one.cap &",
        "one",
        "one.cap + two.cap",
        "grow(one.cap, 3)",
        "dilate(one.cap)",
        "3",
        "dilate(one.cap, two.cap)",
        "__import__('os').getcwd()",
        "morph(one.cap, two.cap)",
        "",
    ],
)
def test_what_cannot_be_read_is_quoted(expression):
    with pytest.raises(UserError, match="mask"):
        mask(expression)
