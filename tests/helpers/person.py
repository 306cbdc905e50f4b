"""Someone at an editor on a page, and what they do there."""

from __future__ import annotations

import re
from pathlib import Path

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "hair_editor.ipynb"
START = 150  # seconds in which the kernel loads everything
RUN = 120_000  # milliseconds in which a run gets somewhere


class Person:
    """Someone at an editor on a page."""

    def __init__(self, page):
        self.page = page
        self.editor = page.locator(".sf-editor")
        self.editor.wait_for(timeout=START * 1000)
        self.said = self.editor.locator(".sf-progress-words")

    def button(self, words):
        """A button by its words; the font of its sign puts a character in front of them."""
        return self.editor.locator(
            "button:visible:not(.sf-tab)", has_text=re.compile(rf"^\s*{words}\s*$")
        )

    def sign(self, hint):
        return self.editor.locator(f"button[title^='{hint}']")

    def use(self, picture, role):
        self.tab("Pictures")
        self.editor.get_by_label("A picture that is pressed is used as").select_option(label=role)
        self.editor.locator(f".sf-picture[data-key$=':{picture}']").click()

    def used_as(self, role):
        self.editor.locator(".sf-picture b", has_text=role).wait_for()

    def tab(self, name):
        self.editor.get_by_role("tab", name=name).click()

    def waits_for(self, words, timeout=RUN):
        self.said.filter(has_text=re.compile(words)).wait_for(timeout=timeout)

    def share(self):
        bar = self.editor.locator(".sf-progress .progress-bar")
        return float(re.search(r"width: ([\d.]+)%", bar.get_attribute("style")).group(1))

    def nameless(self):
        """Controls that neither their words nor a label nor a hint names."""
        return self.editor.evaluate(
            """editor => [...editor.querySelectorAll(
              "button, input, select, textarea, [role=slider], [contenteditable]")]
            .filter((one) => one.offsetParent && !one.labels?.length && !one.textContent.trim()
              && !one.title && !one.getAttribute("aria-label") && one.type !== "file")
            .map((one) => one.outerHTML.slice(0, 200))"""
        )

    def after(self):
        """The address of the picture after; a new one with every picture."""
        return self.editor.locator(".sf-compare img.sf-after").get_attribute("src")


def choose(person):
    person.use("ada", "Identity")
    person.used_as("Identity")
    person.use("cleo", "Shape")
    person.used_as("Shape")
