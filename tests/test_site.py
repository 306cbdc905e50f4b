"""The documentation site: every page is reachable, every public name is there, commands exist."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import pkgutil
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

import styleforge

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SKIPPED = {"_build", "_extensions", "_static", "pictures", ".ipynb_checkpoints"}
TOCTREE = re.compile(r"^```\{toctree\}\n(.*?)^```", re.DOTALL | re.MULTILINE)
SHELL = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


def pages() -> set[Path]:
    """Every page's file without its suffix."""
    found = {*DOCS.rglob("*.md"), *DOCS.rglob("*.ipynb")}
    return {
        page.with_suffix("") for page in found if not SKIPPED & set(page.relative_to(DOCS).parts)
    }


def children(page: Path) -> set[Path]:
    """The pages that a page's navigation names."""
    source = page.with_suffix(".md")
    found: set[Path] = set()
    if not source.exists():
        return found
    for body in TOCTREE.findall(source.read_text(encoding="utf-8")):
        for line in body.splitlines():
            if line and not line.startswith(":"):
                pattern = os.path.relpath(page.parent / line, DOCS)
                found |= {
                    Path(os.path.normpath(item)).with_suffix("")
                    for item in DOCS.glob(f"{pattern}.*" if "*" not in pattern else pattern)
                    if item.suffix in {".md", ".ipynb"}
                }
    return found


def reachable() -> set[Path]:
    """The pages that can be reached from the index by the navigation."""
    seen: set[Path] = set()
    left = [DOCS / "index"]
    while left:
        page = left.pop()
        if page not in seen:
            seen.add(page)
            left += children(page)
    return seen


def public_names() -> dict[str, object]:
    """Everything in ``__all__`` of styleforge, of its packages, and of the plugins' packages."""
    plugins = (
        "styleforge_hair", "styleforge_clothing", "styleforge_portraits", "styleforge_ffhq",
        "styleforge_baselines",
    )  # fmt: skip
    roots = [styleforge, *map(importlib.import_module, plugins)]
    packages = list(roots)
    for root in roots:
        packages += [
            importlib.import_module(info.name)
            for info in pkgutil.walk_packages(root.__path__, f"{root.__name__}.")
            if info.ispkg
        ]
    return {
        f"{package.__name__}.{name}": getattr(package, name)
        for package in packages
        for name in getattr(package, "__all__", ())
    }


def commands() -> list[tuple[str, str, list[str]]]:
    """Every ``styleforge`` command of the pages' shell snippets: page, command, options."""
    found = []
    for page in (ROOT / "README.md", *sorted(DOCS.rglob("*.md"))):
        if SKIPPED & set(page.relative_to(ROOT).parts):
            continue
        for body in SHELL.findall(page.read_text(encoding="utf-8")):
            for line in body.replace("\\\n", " ").splitlines():
                match = re.match(r"\s*styleforge ([a-z-]+)(.*)", re.sub(r"\s#\s.*", "", line))
                if match:
                    options = re.findall(r"(?<=\s)--?[a-z][a-z-]*", match[2])
                    found.append((str(page.relative_to(ROOT)), match[1], options))
    return found


def own_roles(page: str) -> set[str]:
    """Options for the attributes that a page itself defines."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return {f"--{role}" for role in re.findall(r'Attribute\(\s*name="[\w-]+\.([\w-]+)"', text)}


def commands_page():
    """The module that writes the page of the command line."""
    spec = importlib.util.spec_from_file_location("docs_commands", DOCS / "commands.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_page_can_be_reached_from_the_navigation():
    lost = sorted(str(page.relative_to(DOCS)) for page in pages() - reachable())
    assert not lost, f"name {lost} in a toctree, see docs/index.md"


def test_navigation_names_pages_that_exist():
    for page in reachable():
        assert page in pages()


def test_a_page_outside_the_navigation_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "DOCS", tmp_path)
    (tmp_path / "index.md").write_text("# A\n\n```{toctree}\n:glob:\n\nb\nmore/*\n```\n")
    for name in ("b.md", "lost.md", "more/c.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("# B\n")
    assert {page.name for page in reachable()} == {"index", "b", "c"}
    assert {page.name for page in pages() - reachable()} == {"lost"}


def test_public_names_have_docstrings():
    for name, thing in public_names().items():
        if inspect.isclass(thing) or callable(thing):
            text = inspect.getdoc(thing) or ""
            # a dataclass without a docstring is given its signature
            signature = text.startswith(f"{getattr(thing, '__name__', '')}(")
            assert text, f"{name} has no docstring"
            assert not signature, f"{name} has no docstring"


def test_page_of_the_command_line_is_that_of_the_program():
    module = commands_page()
    now = module.PAGE.read_text(encoding="utf-8")
    assert now == module.page(), "run `python docs/commands.py`"


def test_commands_of_the_pages_exist():
    module = commands_page()
    presets = module.output("presets")
    roles = set(re.findall(r"^  (--[a-z-]+) ", presets, re.MULTILINE))
    domains = re.findall(r"^(\w+):", presets, re.MULTILINE)
    roles |= {f"--{domain}-{role[2:]}" for domain in domains for role in roles}
    found = commands()
    assert len(found) > 20
    for page, command, options in found:
        assert command in module.names(), f"{page}: styleforge {command}"
        known = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", module.output(command, "--help")))
        known |= roles | own_roles(page) if command in {"transfer", "edit", "batch"} else set()
        unknown = set(options) - known
        assert not unknown, f"{page}: styleforge {command} has no {', '.join(sorted(unknown))}"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built site; warnings are errors."""
    pytest.importorskip("furo")
    folder = tmp_path_factory.mktemp("site")
    words = ("-q", "-W", "--keep-going", "-b", "html", "-d", f"{folder}/cache")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words, str(DOCS), f"{folder}/html"],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert not done.returncode, done.stderr
    return folder / "html"


def test_built_reference_has_the_public_names(site):
    head, _, body = (site / "objects.inv").read_bytes().partition(b"zlib")
    assert b"Sphinx inventory version 2" in head
    lines = zlib.decompress(body.split(b"\n", 1)[1]).decode().splitlines()
    names = {line.split(" ")[0] for line in lines}
    public = public_names()
    there = {id(thing) for name, thing in public.items() if name in names}  # under one of its names
    missing = sorted(name for name, thing in public.items() if id(thing) not in there)
    assert not missing, f"add {missing} to docs/reference"


def test_built_site_asks_nobody(site):
    """Scripts, style sheets, fonts and pictures are the site's own."""
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|link)[^>]*?(?:src|href)=\"(https?:[^\"]+)", text)
        assert not loaded, f"{page.name} loads {loaded}"


def test_built_site_has_its_pictures_and_links(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"(?:src|href)=\"([^\"#?]+)", text):
            if not re.match(r"[a-z]+:", target):
                assert (page.parent / target).exists(), f"{page.name}: {target}"
