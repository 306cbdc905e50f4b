"""A press of a button waits for what the controls say, and never for what will not come."""

from __future__ import annotations

from pathlib import Path

import pytest

import styleforge.editor.view

SCRIPT = Path(styleforge.editor.view.__file__).with_name("heard.js").read_text("utf-8")
PAGE = "<div class='root'><button class='widget-button'>Run</button></div>"
# An editor of two fields, as ipywidgets' models are: one has told the kernel something.
FAKES = """
window.pressed = 0;
window.modelOf = (name, children = []) => ({
  model_id: name, comm: {}, _pending_msgs: 0, _msg_buffer: null, saved: 0,
  get: () => children,
  save_changes() {
    if (!this.comm) throw new Error("no comm channel defined");
    this.saved += 1;
  },
  _handle_status() { this._pending_msgs -= 1; },
});
window.fields = [modelOf("one"), modelOf("two")];
window.manager = {
  kernel: { status: "idle" },
  get_model: async () => modelOf("editor", fields),
};
const root = document.querySelector(".root");
holdUntilHeard(root, manager, "editor", new AbortController().signal);
root.querySelector("button").addEventListener("click", () => (window.pressed += 1));
"""


@pytest.fixture
def page(pages):
    opened = pages.open()
    opened.set_content(PAGE)
    opened.add_script_tag(content=SCRIPT + FAKES)
    opened.wait_for_timeout(50)
    return opened


def press(page):
    page.evaluate("document.querySelector('button').click()")


def held(page):
    return page.locator("button").get_attribute("aria-busy") == "true"


def test_a_press_is_at_once_where_all_is_heard(page):
    press(page)
    assert page.evaluate("pressed") == 1
    assert page.evaluate("fields.map((one) => one.saved)") == [1, 1]


def test_a_press_waits_for_an_answer(page):
    page.evaluate("fields[0]._pending_msgs = 1; manager.kernel.status = 'busy'")
    press(page)
    page.wait_for_timeout(4000)  # longer than a lost answer is waited for
    assert page.evaluate("pressed") == 0
    assert held(page)
    page.evaluate("fields[0]._pending_msgs = 0")
    page.wait_for_function("pressed === 1")
    assert not held(page)


def test_a_control_that_python_has_closed_is_not_asked(page):
    page.evaluate("delete fields[0].comm; fields[0]._pending_msgs = 1")
    press(page)
    assert page.evaluate("pressed") == 1
    assert page.evaluate("fields[1].saved") == 1


def test_an_answer_that_an_idle_kernel_lost_is_not_waited_for(page):
    page.evaluate("fields[1]._pending_msgs = 2")
    press(page)
    assert page.evaluate("pressed") == 0
    page.wait_for_function("pressed === 1", timeout=10_000)
    assert page.evaluate("fields[1]._pending_msgs") == 0
