"""Widgets on a page that is too busy for anywidget, which waits two seconds for their modules."""

from __future__ import annotations

LATE = """
from styleforge.editor.widgets import Dropzone

class Late(Dropzone):
    _esm = 'await new Promise(done => setTimeout(done, 8000));\\n' + Dropzone._esm

zone = Late(label='Early')
zone
"""
CELLS = [
    LATE.strip(),
    "zone.label = 'Changed while the module was on its way'",
]
DROP = """zone => {
  const files = new DataTransfer();
  files.items.add(new File(['{"a": 1}'], 'a.json', { type: 'application/json' }));
  zone.dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true }));
}"""


def test_messages_from_python_reach_a_widget_whose_module_came_late(lab):
    page = lab(CELLS)
    assert not page.locator(".sf-zone").count(), "the module was there at once: nothing was tested"
    page.get_by_text("Changed while the module was on its way", exact=True).wait_for()
    page.locator(".sf-zone").evaluate(DROP)
    page.get_by_text("Received a.json (1 KB).").wait_for()  # Python's answer
