"""Examples in docstrings: every one runs, and no public name of a finished module lacks one."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import styleforge
from styleforge.prepare.images import save_image
from styleforge.testing import toy

ROOT = Path(styleforge.__file__).parent
FINDER = doctest.DocTestFinder(exclude_empty=True)
FLAGS = doctest.ELLIPSIS
# Folders and modules in which every public function and class has an example.
FINISHED = (
    "api", "client", "compose", "display", "errors", "files", "forge", "losses", "mapper",
    "measure", "models", "pack", "plugins", "prepare", "recipe", "run", "weights",
)  # fmt: skip


def modules():
    """Every module of the package by name, with its file; nothing is imported."""
    for found in pkgutil.walk_packages([str(ROOT)], "styleforge."):
        if not found.name.endswith("__main__"):
            yield found.name, Path(found.module_finder.path) / found.name.rpartition(".")[2]


def source(path):
    file = path.with_suffix(".py")
    return (file if file.is_file() else path / "__init__.py").read_text(encoding="utf-8")


NAMES = [name for name, path in modules() if ">>> " in source(path)]
DONE = [
    name
    for name, _ in modules()
    if any(f"{name}.".startswith(f"styleforge.{one}.") for one in FINISHED)
]


def defined(module):
    """The functions and classes that a module defines."""
    for name, item in tuple(vars(module).items()):
        plain = inspect.unwrap(item) if callable(item) else item
        ours = inspect.isfunction(plain) or inspect.isclass(plain)
        if ours and item.__module__ == module.__name__:
            yield name, item


def public(module):
    """Those that it defines for others."""
    return ((name, item) for name, item in defined(module) if not name.startswith("_"))


@pytest.fixture(scope="module")
def toy_picture(tmp_path_factory):
    """A picture file that the toy pack can edit, for examples that read one."""
    forge = styleforge.Forge(())
    forge.use(toy)
    path = tmp_path_factory.mktemp("examples") / "me.png"
    save_image(toy.toy_problem(forge.models("toy"), "shape").identity.image, path)
    return path


@pytest.mark.parametrize("name", NAMES)
def test_examples_of_a_module(name, toy_picture, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # what an example writes is gone afterwards
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path / "home"))
    for name_of in ("STYLEFORGE_PLUGINS", "STYLEFORGE_DISABLE", "STYLEFORGE_PACK"):
        monkeypatch.delenv(name_of, raising=False)
    (tmp_path / "me.png").write_bytes(toy_picture.read_bytes())
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    said = []
    for label, item in defined(module):
        for example in FINDER.find(inspect.unwrap(item), label, module=False, globs={}):
            example.globs = dict(vars(module))
            runner.run(example, out=said.append)
    assert runner.tries, "no example was found"
    assert not runner.failures, "".join(said)


@pytest.mark.parametrize("name", sorted(DONE))
def test_no_example_is_missing(name):
    module = importlib.import_module(name)
    assert [label for label, item in public(module) if "Example:" not in (item.__doc__ or "")] == []


def test_no_example_is_missing_where_one_begins():
    """The names that `styleforge` itself lists."""
    items = {name: getattr(styleforge, name) for name in styleforge.__all__}
    lacking = [
        name
        for name, item in items.items()
        if inspect.getmodule(item) is not None and "Example:" not in (item.__doc__ or "")
    ]
    assert lacking == ["hookimpl"]  # pluggy's: an instance, whose docstring is not ours
