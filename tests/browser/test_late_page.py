"""Widgets on a page that is too busy for anywidget, which waits two seconds for their modules."""

from __future__ import annotations

GIVE_UP_AT_ONCE = """
const wait = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (milliseconds) => {
  if (milliseconds !== 2000) return wait(milliseconds);
  const stopped = new AbortController();
  queueMicrotask(() => stopped.abort());
  return stopped.signal;
};
"""
CELLS = [
    "from styleforge.editor.widgets import Dropzone\nzone = Dropzone(label='Early')\nzone",
    "zone.label = 'Changed while the module was on its way'",
]
DROP = """zone => {
  const files = new DataTransfer();
  files.items.add(new File(['{"a": 1}'], 'a.json', { type: 'application/json' }));
  zone.dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true }));
}"""


def test_messages_from_python_reach_a_widget_whose_module_came_late(lab, pages):
    page = lab(CELLS, script=GIVE_UP_AT_ONCE)
    page.get_by_text("Changed while the module was on its way", exact=True).wait_for()
    page.locator(".sf-zone").evaluate(DROP)
    page.get_by_text("Received a.json (1 KB).").wait_for()
    assert pages.given_up, "anywidget did not give up: nothing was tested"
