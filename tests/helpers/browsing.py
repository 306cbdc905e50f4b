"""The page of a browser's test: what is thrown on it, and what it showed when a test failed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

WAIT_SECONDS = 30
GAVE_UP = "[anywidget] Failed to initialize model"  # on a slow page; our widgets go on


@dataclass
class Pages:
    """One page at a time, and what was thrown on it."""

    browser: Any
    context: Any = None
    thrown: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def open(self, script: str = "") -> Any:
        """A new page, in which a script runs first; the one before is closed."""
        self.close()
        self.console.clear()
        self.context = self.browser.new_context(viewport={"width": 1280, "height": 900})
        self.context.set_default_timeout(WAIT_SECONDS * 1000)
        page = self.context.new_page()
        page.add_init_script(script)
        page.on("pageerror", self._note)
        page.on("console", lambda line: self.console.append(f"{line.type}: {line.text[:300]}"))
        return page

    def told(self) -> str:
        """The words of the editors, the buttons that wait to be heard, and the console's lines."""
        words = []
        for page in self.context.pages if self.context else ():
            with suppress(Exception):  # the page may be gone; the test's own failure counts
                words += page.locator(".sf-editor").all_inner_texts()
                held = page.locator("[aria-busy=true]").all_inner_texts()
                words.append(f"Waiting to be heard: {held}")
        return "\n".join([*words, *self.console[-20:]])

    def _note(self, error: Any) -> None:
        (self.given_up if GAVE_UP in str(error) else self.thrown).append(str(error))

    def close(self) -> None:
        """Close the page; Voila ends its kernel then."""
        if self.context is not None:
            for page in self.context.pages:
                page.close(run_before_unload=True)
            self.context.close()
            self.context = None


def cell_errors(page: Any) -> str:
    """Tracebacks that the notebook shows."""
    errors = page.locator("[data-mime-type='application/vnd.jupyter.error']")
    return "\n".join(errors.all_inner_texts())
