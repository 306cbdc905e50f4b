"""The server's page: a phone and a desk, light and dark, by keys; only the public API."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_server import ANN, make_forge, served

from styleforge.pack.pack import Models
from styleforge.prepare.images import save_image
from styleforge.server.settings import Settings
from styleforge.testing import toy

CONTRAST = (Path(__file__).parent / "contrast.js").read_text("utf-8").partition("\n")[2].strip()
CONTRAST = CONTRAST.replace("'.sf-editor'", "'body'").replace(
    "root.querySelectorAll('select')", "[]"
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
