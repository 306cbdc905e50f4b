"""Nothing is lost from view: a kernel that restarts, a page that is loaded again."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

from toy_editor import CELL, RUN, bring

ENDS = """
import os, threading, time
def end():
    while not os.path.exists({path!r}):
        time.sleep(0.1)
    os.remove({path!r})
    os._exit(1)
threading.Thread(target=end, daemon=True).start()
""".strip()


def in_sight(part):
    """Whether the middle of a part is what is seen there: a box of it may be cut off."""
    return part.evaluate("""part => {
      part.scrollIntoView({ block: "center" });
      const box = part.getBoundingClientRect();
      const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      return part.contains(seen);
    }""")


def go_ons(page):
    return page.get_by_role("button", name=re.compile("^Go on with"))


def test_after_a_restart_one_sentence_and_the_same_cell_goes_on(lab, picture, shot):
    page = lab([CELL])
    bring(page, picture)
    page.get_by_role("tab", name="Change").click()
    page.get_by_label("Seed", exact=True).fill("77")
    page.get_by_label("Seed", exact=True).press("Enter")
    page.locator("button[title='Undo: Seed 77']").wait_for()
    page.wait_for_timeout(1500)  # it is saved within a second
    unsaved = page.locator(".lm-DockPanel .lm-TabBar-tab.jp-mod-dirty")
    assert unsaved.count() == 1
    page.get_by_label("Seed", exact=True).press("Control+s")  # within the editor, too
    unsaved.wait_for(state="detached")
    page.get_by_role("button", name="Restart the kernel", exact=True).click()
    page.get_by_role("button", name="Confirm Kernel Restart", exact=True).click()

    alert = page.get_by_role("alert")
    alert.get_by_text("run this cell again").wait_for(timeout=RUN)
    assert alert.count() == 1
    assert in_sight(alert)
    shot(page, "sessions-lab-lost")
    broken = page.locator(".jupyter-widgets-disconnected")
    icons = "all => all.map((e) => getComputedStyle(e, '::before').content)"
    assert set(broken.evaluate_all(icons)) <= {"none"}
    assert page.locator(".sf-editor > [inert]").count() >= 2

    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.get_by_text("Here is your session as you left it today").wait_for(timeout=RUN)
    page.locator(".sf-picture b", has_text="Identity").first.wait_for(timeout=RUN)
    assert page.get_by_label("Seed", exact=True).input_value() == "77"
    assert page.locator(".sf-lost").count() == 0
    shot(page, "sessions-lab-restored")

    # Run once more, the cell shows the same session, and nothing of the first view is left.
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".jp-CodeCell .jp-InputArea-prompt", has_text="[2]").wait_for(timeout=RUN)
    page.locator(".sf-picture b", has_text="Identity").first.wait_for(timeout=RUN)
    assert page.locator(".sf-editor").count() == 1

    # In another notebook it is offered.
    page = lab([CELL])
    go_ons(page).first.wait_for(timeout=RUN)
    shot(page, "sessions-lab-offered")
    go_ons(page).first.click()
    page.locator(".sf-picture b", has_text="Identity").first.wait_for(timeout=RUN)
    assert page.get_by_label("Seed", exact=True).input_value() == "77"


def test_a_visitor_finds_theirs_by_the_link_and_nobody_else_does(voila, picture, shot):
    page = voila([CELL])
    assert "session" not in parse_qs(urlparse(page.url).query)
    bring(page, picture)
    page.wait_for_url(re.compile(r"[?&]session="))
    plain = page.url.partition("?")[0]
    page.wait_for_timeout(1500)

    page.reload(timeout=RUN)
    page.get_by_text("Here is your session as you left it today").wait_for(timeout=RUN)
    page.locator(".sf-picture b", has_text="Identity").first.wait_for(timeout=RUN)
    shot(page, "sessions-page-again")

    page.goto(plain, timeout=RUN)  # somebody else
    page.locator(".sf-editor").wait_for(timeout=RUN)
    page.get_by_text("Choose the picture that is edited.").wait_for(timeout=RUN)
    page.wait_for_timeout(1000)
    assert page.locator(".sf-picture b").count() == 0
    assert go_ons(page).count() == 0
    assert page.locator("button[title='Your last sessions']:visible").count() == 0
    page.goto(f"{plain}?session=guessed", timeout=RUN)
    page.get_by_text("no longer kept").wait_for(timeout=RUN)


def test_a_page_that_lost_its_kernel_says_what_to_do(voila, picture, shot, tmp_path):
    page = voila([ENDS.format(path=str(tmp_path / "end")), CELL])
    bring(page, picture)
    page.wait_for_timeout(1500)
    (tmp_path / "end").touch()  # as where a machine has no memory left
    page.get_by_role("alert").get_by_text("reload the page").wait_for(timeout=RUN)
    assert in_sight(page.get_by_role("alert"))
    shot(page, "sessions-page-lost")
    page.reload(timeout=RUN)
    page.locator(".sf-picture b", has_text="Identity").first.wait_for(timeout=RUN)
