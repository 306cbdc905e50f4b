"""What is wrong to the eye: cut, overlapping, or too faint, at every size, light and dark."""

from __future__ import annotations

from pathlib import Path

SIZES = ((390, 844), (800, 900), (1280, 900), (1440, 900), (1920, 1080))
SCHEMES = ("light", "dark")

HERE = Path(__file__).parents[1] / "browser"
CHECKS = [(HERE / f"{name}.js").read_text("utf-8") for name in ("cut", "contrast")]


def _function(script):
    """A script without its first line, which says what it is."""
    return script.partition("\n")[2].strip()


def faults_of(page, where, shot, sizes=SIZES):
    """What is wrong at every size and in both schemes."""
    found = {}
    for width, height in sizes:
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(900)
            page.locator(".sf-editor").evaluate("e => e.scrollIntoView({ block: 'start' })")
            page.wait_for_timeout(300)
            shot(page, f"{where}-{width}-{scheme}")
            faults = [fault for check in CHECKS for fault in page.evaluate(_function(check))]
            if faults:
                found[f"{width} {scheme}"] = faults
    return found
