"""The server's page: a phone and a desk, light and dark, by keys; only the public API."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from toy_server import ANN, make_forge, served

from styleforge.errors import SeveralSubjects
from styleforge.pack.models import Models
from styleforge.prepare.images import save_image
from styleforge.recipe.recipe import Recipe
from styleforge.server.settings import Settings
from styleforge.testing import toy

CONTRAST = (Path(__file__).parent / "contrast.js").read_text("utf-8").partition("\n")[2].strip()
CONTRAST = CONTRAST.replace("'.sf-editor'", "'body'").replace(
    "root.querySelectorAll('select')", "[]"
)
IN_SIGHT = (
    "((r) => r.top >= 0 && r.bottom <= innerHeight)"
    "(document.querySelector('{}').getBoundingClientRect())"
)
SIZES = (((1440, 900), "light"), ((390, 844), "dark"), ((1440, 900), "dark"), ((390, 844), "light"))


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gallery")
    made = toy.toy_problem(Models(toy.toy_pack())).references
    for name, role in (("ann", "identity"), ("bob", "appearance")):
        save_image(made[role].image, folder / f"{name}.png")
    return folder


@pytest.fixture(scope="module")
def running(gallery, tmp_path_factory):
    settings = Settings(folder=tmp_path_factory.mktemp("kept"), port=0)
    with served(settings, make_forge(gallery)) as made:
        yield made


def opened(pages, url, size=(1440, 900), scheme="light"):
    page = pages.open()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)
    page.goto(url)
    page.locator("body[data-ready]").wait_for()
    return page


def faults(page):
    """What is wrong to the eye."""
    found = list(page.evaluate(CONTRAST))
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wide = "[...document.querySelectorAll('body *')].filter((e) => "
        wide += "e.getBoundingClientRect().right > innerWidth + 1)"
        wide += ".map((e) => e.id || e.className || e.tagName)"
        found.append(f"the page scrolls sideways: {page.evaluate(wide)}")
    unnamed = "[...document.querySelectorAll('input, select, button')].filter((e) => e.offsetParent"
    found += page.evaluate(
        f"{unnamed} && !e.labels?.length && !e.getAttribute('aria-label') && !e.textContent.trim())"
        ".map((e) => `${e.id || e.type} has no name`)"
    )
    return found


@pytest.mark.parametrize(("size", "scheme"), SIZES)
def test_from_a_person_to_a_picture_by_keys_alone(pages, running, shot, size, scheme):
    page = opened(pages, running.url, size, scheme)
    assert page.locator("#run").is_disabled()
    page.locator("input[name=person]").first.focus()
    page.keyboard.press("Space")
    page.locator("#before:not([hidden])").wait_for()
    page.locator("input[name=kind-shape][value=none]").focus()
    page.keyboard.press("ArrowRight")  # like somebody
    page.keyboard.press("ArrowRight")  # words
    page.keyboard.press("Tab")
    page.keyboard.type("tall")
    assert not faults(page)
    page.keyboard.press("Enter")
    page.locator("#save:not([hidden])").wait_for()
    page.locator("#said", has_text="Done").wait_for()
    assert page.locator("#after").evaluate("e => e.naturalWidth") == 32
    page.locator("#wipe").focus()
    page.keyboard.press("End")
    assert page.locator("#compare").evaluate("e => e.style.getPropertyValue('--at')") == "100%"
    assert not faults(page)
    shot(page, f"server-page-{size[0]}-{scheme}")


def test_a_phone_begins_with_the_form_and_ends_with_the_picture(pages, running):
    """A desk has room for the place of the picture beside the form; a phone has none to waste."""
    assert opened(pages, running.url).locator("#nothing").is_visible()
    page = opened(pages, running.url, (390, 844))
    assert page.locator("#compare").is_hidden()
    assert page.locator("#who").bounding_box()["y"] < 100
    page.locator("label.person").first.click()
    page.locator("label.choice:has(input[name=kind-appearance][value=swatch])").click()
    page.locator("#run").click()
    page.locator("#save:not([hidden])").wait_for()
    below = page.locator("#run").bounding_box()
    assert page.locator("#after").bounding_box()["y"] >= below["y"] + below["height"]
    page.wait_for_function(f"() => {IN_SIGHT.format('#after')}")  # it is scrolled to
    page.get_by_role("button", name="Go on from it").click()
    page.wait_for_function(f"() => {IN_SIGHT.format('#drop')}")


def test_on_a_phone_an_error_is_brought_into_sight(pages, running, tmp_path):
    (tmp_path / "page.png").write_bytes(b"<html>no picture</html>")
    page = opened(pages, running.url, (390, 844))
    page.locator("#file").set_input_files(tmp_path / "page.png")
    page.locator("#error", has_text="This browser cannot show the file").wait_for()
    page.wait_for_function(f"() => {IN_SIGHT.format('#error')}")


def test_a_result_is_shared_by_a_link_that_shows_nothing_else(pages, running):
    client = running.client()
    edit = client.wait(client.edit("toy", "gallery:ann", shape="tall"))
    page = opened(pages, f"{running.url}/#edit={edit.id}")  # a reload finds it again
    page.locator("#share").click()
    page.locator("#link a").wait_for()
    link = page.locator("#link a").get_attribute("href")
    page = pages.open()
    page.goto(link)
    page.locator("#after:not([hidden])").wait_for()
    assert page.locator("#form").is_hidden()
    assert page.locator("#before").is_hidden()
    assert not faults(page)


def test_a_photo_is_chosen_and_what_cannot_be_is_said(pages, running, gallery, tmp_path):
    page = opened(pages, running.url)
    page.locator("#file").set_input_files(gallery / "bob.png")
    page.locator("#before:not([hidden])").wait_for()
    page.locator("label.choice:has(input[name=kind-appearance][value=swatch])").click()
    page.locator("#preset").select_option("toy-loho")
    page.locator("#run").click()
    page.locator("#save:not([hidden])").wait_for()
    page.get_by_role("button", name="Go on from it").click()
    page.locator("#drop", has_text="the last result").wait_for()
    (tmp_path / "page.png").write_bytes(b"<html>no picture</html>")
    page.locator("#file").set_input_files(tmp_path / "page.png")
    page.locator("#run").click()
    page.locator("#error", has_text="is not a picture that can be read").wait_for()


def test_a_server_with_tokens_asks_for_one(pages, gallery, tmp_path):
    settings = Settings(folder=tmp_path / "kept", port=0, tokens=(ANN,))
    with served(settings, make_forge(gallery)) as running:
        page = pages.open()
        page.goto(running.url)
        page.locator("#ask-token").fill(ANN)
        page.keyboard.press("Enter")
        page.locator("body[data-ready]").wait_for()
        assert page.locator("#gallery img").count() == 2
        pages.close()


def newest(running):
    edit = running.client().edits()[0]
    return edit, Recipe.from_json(running.app.state.desk.store.get(edit.id).recipe)


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_a_region_is_painted_by_keys_with_a_pointer_or_given(pages, running, gallery, shot, size):
    page = opened(pages, running.url, size)
    assert page.locator("#region").is_hidden()  # the gallery's are known
    page.locator("#file").set_input_files(gallery / "bob.png")
    page.locator("#region summary").click()
    page.locator("label.choice:has(input[name=kind-appearance][value=swatch])").click()
    page.locator("#preset").select_option("toy-look")
    board = page.locator("#board")
    board.focus()
    page.keyboard.down(" ")
    page.keyboard.press("ArrowRight")
    page.keyboard.up(" ")
    said = page.locator("#mask-said")
    assert said.text_content() == "What you painted is the region."
    page.locator("#mask-clear").click()
    assert said.text_content() == "The region is found by itself."
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] / 2, y, steps=4)
    page.mouse.up()
    assert not faults(page)
    shot(page, f"server-page-brush-{size[0]}")
    page.locator("#run").click()
    page.locator("#said", has_text="Done").wait_for()
    edit, recipe = newest(running)
    assert recipe.masks["identity"].path == "upload:mask"
    kept = running.app.state.desk.line.folder(edit.id) / "uploads" / "mask.png"
    mask = Image.open(kept).convert("L")
    assert mask.size == (32, 32)  # the photo's own
    assert (mask.getpixel((16, 16)), mask.getpixel((2, 2))) == (255, 0)
    page.locator("#mask-file").set_input_files(kept)
    assert said.text_content() == "The mask mask.png is used."


class Two:
    """An executor that sees two in a picture of which none was chosen."""

    def __init__(self, inner):
        self.inner = inner

    def submit(self, recipe, **how):
        if recipe.identity.subject is None:
            return self
        recipe = replace(recipe, identity=replace(recipe.identity, subject=None))
        return self.inner.submit(recipe, **how)

    def __iter__(self):
        places = ((0.25, 0.5, 0.1), (0.75, 0.5, 0.1))
        raise SeveralSubjects("identity.png shows 2 things.", Image.new("RGB", (60, 40)), places)
        yield

    def stop(self): ...


@pytest.mark.parametrize("reloaded", [False, True])
def test_who_is_meant_of_several_is_asked(pages, gallery, tmp_path, reloaded):
    """Also by a page that was loaded anew, which has neither the picture nor what was asked."""
    settings, forge = Settings(folder=tmp_path / "kept", port=0), make_forge(gallery)
    with served(settings, forge, Two(forge.executor("inline"))) as running:
        page = opened(pages, running.url, (390, 844))
        page.locator("#file").set_input_files(gallery / "bob.png")
        page.locator("label.choice:has(input[name=kind-appearance][value=swatch])").click()
        page.locator("#preset").select_option("toy-look")
        page.locator("#run").click()
        page.get_by_role("dialog", name="Which one is meant?").wait_for()
        if reloaded:
            page.reload()
            page.get_by_role("dialog", name="Which one is meant?").wait_for()
        assert page.locator("#several-picture").evaluate("e => e.naturalWidth") == 60
        page.get_by_role("button", name="Number 2 from the left").press("Enter")
        page.locator("#said", has_text="Done").wait_for()
        assert newest(running)[1].identity.subject == 2
        assert page.locator("#subject").input_value() == "2"
        assert not faults(page)
        pages.close()
