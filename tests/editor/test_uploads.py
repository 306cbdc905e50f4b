"""What a page's visitor drops: it shows no file of the machine, and is removed in time."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sessions import LONG

from styleforge.editor import folders
from styleforge.errors import UserError
from styleforge.plugins.config import config_folder
from styleforge.prepare.images import load_image, save_image
from styleforge.recipe.condition import ImageRef, Mask


def said(session) -> str:
    session.wait(LONG)
    return " ".join(one.text for one in session.snapshot().messages)


def secret_in(tmp_path, pictures):
    path = tmp_path / "private" / "secret.png"
    path.parent.mkdir()
    shutil.copy(pictures / "appearance.png", path)
    return path


PLACES = {
    "identity": lambda recipe, ref: replace(recipe, identity=ref),
    "reference": lambda recipe, ref: replace(recipe, conditions={"toy.shape": ref}),
    "mask": lambda recipe, ref: replace(
        recipe, masks={"identity": Mask(ref.path, sha256=ref.sha256)}
    ),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("sha256", [None, "0" * 64])
def test_another_file_is_neither_read_nor_told_of(ready, pictures, tmp_path, place, sha256):
    path = secret_in(tmp_path, pictures)
    before = ready.snapshot().identity
    answers = []
    for name in (path, path.with_name("not-there.png"), "/etc/hostname", "/dev/zero"):
        ready.load_recipe(place(ready.recipe(), ImageRef(str(name), sha256)).to_json().encode())
        ready.wait(LONG)
        message = ready.snapshot().messages[-1].text
        answers.append(message.replace(Path(name).name, "NAME"))
    assert len(set(answers)) == 1  # whether it is there or not
    assert "'NAME' is not in this session" in answers[0]
    assert "SHA" not in said(ready)
    assert ready.snapshot().identity == before


def test_a_png_with_such_a_recipe_is_treated_alike(ready, pictures, tmp_path):
    path = secret_in(tmp_path, pictures)
    recipe = replace(ready.recipe(), identity=ImageRef(str(path)))
    save_image(load_image(pictures / "shape.png"), tmp_path / "drop.png", recipe)
    ready.load_recipe((tmp_path / "drop.png").read_bytes())
    assert "'secret.png' is not in this session" in said(ready)


def test_the_session_s_own_pictures_are_found_wherever_they_were(ready):
    recipe = ready.recipe()
    elsewhere = replace(
        recipe,
        identity=replace(recipe.identity, path="C:\\Users\\me\\me.png"),
        conditions={
            name: replace(one, path="/home/me/it.png") for name, one in recipe.conditions.items()
        },
    )
    ready.set_seed(7)
    ready.load_recipe(elsewhere.to_json().encode())
    assert "is not in this session" not in said(ready)
    assert ready.recipe().identity.path == recipe.identity.path
    assert ready.recipe().conditions == recipe.conditions


def test_the_present_picture_needs_no_other(ready):
    recipe = replace(ready.recipe(), identity=ImageRef("/somewhere/else.png"))
    ready.load_recipe(recipe.to_json().encode(), keep_identity=True)
    assert "is not in this session" not in said(ready)


def test_in_python_paths_are_read_as_before(ready, pictures, tmp_path):
    path = secret_in(tmp_path, pictures)
    recipe = replace(ready.recipe(), identity=ImageRef(str(path)))
    ready.load_recipe(recipe)
    assert "not in this session" not in said(ready)
    assert ready.recipe().identity.path == str(path)


def aged(folder, hours):
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "a.png").write_bytes(b"picture")
    then = time.time() - 3600 * hours
    for path in (folder / "pictures" / "a.png", folder / "pictures", folder):
        os.utime(path, (then, then))
    return folder


def test_visitors_pictures_are_removed_in_time(monkeypatch):
    home = config_folder()
    old, new = aged(home / "visitors" / "old", 25), aged(home / "visitors" / "new", 23)
    mine = aged(home / "sessions" / "mine", 1000)
    assert folders.new_folder("toy").parent == home / "sessions"
    assert old.exists()
    monkeypatch.setenv("STYLEFORGE_VISITORS", "24")
    assert folders.new_folder("toy").parent == home / "visitors"
    assert not old.exists()
    assert new.exists()
    assert mine.exists()


@pytest.mark.parametrize("hours", ["-1", "0", "nan", "inf", "soon"])
def test_hours_that_are_none(monkeypatch, hours):
    monkeypatch.setenv("STYLEFORGE_VISITORS", hours)
    with pytest.raises(UserError, match="the hours that visitors' pictures are kept"):
        folders.new_folder("toy")
