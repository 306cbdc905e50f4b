"""Laws of the portrait world: linear in colour, exact regions, mirror, code and truth."""

from __future__ import annotations

import numpy as np
import pytest
from styleforge_portraits import world

from styleforge.errors import UserError

PEOPLE = [world.sample(np.random.default_rng(seed)) for seed in range(6)]


@pytest.mark.parametrize("person", PEOPLE)
def test_maps_and_regions_are_shares(person: world.Person) -> None:
    drawn = world.geometry(person, 96)
    assert drawn.maps.shape == (len(world.MATERIALS), 96, 96)
    assert drawn.maps.min() >= 0
    np.testing.assert_allclose(drawn.maps.sum(0), 1, atol=1e-4)
    np.testing.assert_allclose(drawn.regions.sum(0), 1, atol=1e-4)


@pytest.mark.parametrize("person", PEOPLE)
def test_mirror_is_the_flip(person: world.Person) -> None:
    flipped = world.geometry(world.mirror(person), 96)
    np.testing.assert_allclose(flipped.maps[..., ::-1], world.geometry(person, 96).maps, atol=1e-4)


@pytest.mark.parametrize("person", PEOPLE)
def test_code_round_trip(person: world.Person) -> None:
    code = world.encode(person)
    again = world.decode(code)
    np.testing.assert_allclose(world.encode(again), code, atol=1e-4)
    np.testing.assert_array_equal(world.render(again, 64).image, world.render(again, 64).image)
    assert world.Person.from_dict(person.to_dict()) == person


def test_geometry_ignores_colour_and_palette_ignores_shape() -> None:
    a, b = PEOPLE[:2]
    colours = {f.name: getattr(b, f.name) for f in world.FACTORS if f.colour}
    mixed = world.Person.from_dict(a.to_dict() | colours)
    np.testing.assert_array_equal(world.geometry(mixed, 64).maps, world.geometry(a, 64).maps)
    np.testing.assert_array_equal(world.palette(mixed), world.palette(b))


def test_truth_takes_each_group_from_its_person() -> None:
    a, b, c = PEOPLE[:3]
    answer = world.truth(identity=a, shape=b, appearance=c)
    assert answer.yaw == a.yaw
    assert answer.length == b.length
    assert answer.hair_warmth == c.hair_warmth
    assert answer.strand_width == a.strand_width


def test_landmarks_follow_the_frame() -> None:
    frame = world.Frame(dx=0.1, dy=-0.05, scale=0.8, roll=0.3, height=300, width=260)
    plain = world.render(PEOPLE[0], 256)
    moved = world.render(PEOPLE[0], 256, frame)
    assert moved.image.shape == (300, 260, 3)
    span = np.linalg.norm(plain.landmarks[36] - plain.landmarks[45])
    assert np.linalg.norm(moved.landmarks[36] - moved.landmarks[45]) == pytest.approx(
        0.8 * span, rel=1e-3
    )


def test_unknown_or_extreme_factors_are_refused() -> None:
    with pytest.raises(UserError, match="Unknown factor"):
        world.Person.from_dict({"hat": 1.0})
    with pytest.raises(UserError, match="expected a number"):
        world.Person.from_dict({"yaw": 3.0})
    with pytest.raises(UserError, match="shape"):
        world.decode(np.zeros(3))
