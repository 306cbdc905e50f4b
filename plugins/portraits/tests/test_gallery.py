"""The gallery: files and factors belong together, and the demo's people are there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from styleforge_portraits import portraits, world
from styleforge_portraits.gallery.__main__ import main
from styleforge_portraits.gallery.people import PEOPLE

from styleforge.errors import UserError
from styleforge.prepare.images import load_image


def pixels(path: Path) -> np.ndarray:
    return (load_image(path)[0].permute(1, 2, 0).numpy() + 1) * 127.5


def test_gallery_is_rich_enough() -> None:
    assert portraits.names() == tuple(sorted(entry.name for entry in PEOPLE))
    frames = [portraits.record(f"gallery:{name}").frame for name in portraits.names()]
    assert sum(frame is None for frame in frames) >= 26
    assert sum(frame is not None for frame in frames) >= 2
    assert {"mira", "noor", "otto"} <= set(portraits.names())


@pytest.mark.parametrize("name", portraits.names())
def test_picture_is_what_the_factors_say(name: str) -> None:
    record = portraits.record(f"gallery:{name}")
    drawn = world.render(record.person, 256, record.frame).image.astype(float)
    off = np.abs(pixels(portraits.path(name)) - drawn)
    assert off.max() <= 3  # other processors round other pixels
    assert off.mean() <= 0.05
    assert record.name == name
    assert record.caption


def test_written_anew_it_is_the_same(tmp_path: Path) -> None:
    main(tmp_path)
    for name in ("mira", "postcard-ella"):
        again, shipped = (
            json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            for folder in (tmp_path, portraits.FOLDER)
        )
        assert again == shipped
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{name}{suffix}" for name in portraits.names() for suffix in (".png", ".json")
    }


def test_demo_people_make_a_visible_transfer() -> None:
    mira, noor, otto = (portraits.person(name) for name in ("mira", "noor", "otto"))
    answer = world.truth(identity=mira, shape=noor, appearance=otto, finer_style=otto)
    before, after = (world.render(person).regions["hair"] for person in (mira, answer))
    assert np.minimum(before, after).sum() / np.maximum(before, after).sum() < 0.75
    assert abs(mira.yaw) < 0.15
    assert np.abs(world.palette(mira) - world.palette(answer)).max() > 0.3


def test_path_takes_both_spellings_and_refuses_strangers() -> None:
    assert portraits.path("mira") == portraits.path("gallery:mira")
    with pytest.raises(UserError, match="no portrait 'nobody'; it has ada"):
        portraits.path("nobody")


def test_record_of_a_copied_file(tmp_path: Path) -> None:
    for suffix in (".png", ".json"):
        shutil.copy(portraits.path("otto").with_suffix(suffix), tmp_path / f"mine{suffix}")
    assert portraits.record(tmp_path / "mine.png").person == portraits.person("otto")


def test_pictures_without_factors_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No factors are known"):
        portraits.record(tmp_path / "photo.png")
    (tmp_path / "photo.json").write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match="is no JSON"):
        portraits.record(tmp_path / "photo.png")
    (tmp_path / "photo.json").write_text("[]", encoding="utf-8")
    with pytest.raises(UserError, match="holds no factors"):
        portraits.record(tmp_path / "photo.png")
    for wrong in ({"factors": {"yaw": "left"}}, {"factors": {}, "frame": {"tilt": 1}}):
        (tmp_path / "photo.json").write_text(json.dumps(wrong), encoding="utf-8")
        with pytest.raises(UserError, match="something else"):
            portraits.record(tmp_path / "photo.png")
