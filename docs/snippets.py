"""Copy the snippets of tested files into the pages that show them: `python docs/snippets.py`.

A page says `<!-- from tests/hooks/before_run.py -->` above a block of code; the block is what
stands between the lines `# [shown]` and `# [end]` of that file.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "docs" / "hooks.md",)
BLOCK = re.compile(r"(<!-- from (\S+) -->\n\n```python\n)(.*?)(^```$)", re.DOTALL | re.MULTILINE)


def shown(path: Path) -> str:
    """What of a file is shown."""
    text = path.read_text(encoding="utf-8")
    return text.partition("# [shown]\n")[2].partition("# [end]\n")[0].strip() + "\n"


def filled(text: str) -> str:
    """A page with its snippets as their files have them."""
    return BLOCK.sub(_block, text)


def _block(found: re.Match[str]) -> str:
    return found[1] + shown(ROOT / found[2]) + found[4]


def main() -> None:
    """Fill every page."""
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"{page.relative_to(ROOT)} written.")


if __name__ == "__main__":
    main()
