"""How the site is built: `make docs`. Notebooks are shown as they were committed; no network."""

from __future__ import annotations

import logging
import os
import re
import sys
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")  # importing the packages needs no GPU

project = "styleforge"
author = "the styleforge authors"
copyright = author  # noqa: A001  (Sphinx's name)
release = version = version_of("styleforge")

extensions = [
    "mathml",  # _extensions/mathml.py
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
exclude_patterns = ["_build", "_extensions", "**.ipynb_checkpoints", "pictures"]

# --- Markdown and notebooks ----------------------------------------------------------------
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 4  # links to headings, as GitHub makes them
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # nothing from a CDN

# --- reference from docstrings -------------------------------------------------------------
autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
maximum_signature_line_length = 88
napoleon_numpy_docstring = False
default_role = "py:obj"  # single backticks of docstrings link where they name something

# --- looks ---------------------------------------------------------------------------------
html_theme = "furo"
html_title = "styleforge"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {"navigation_with_keys": True}
copybutton_prompt_text = "$ "
pygments_style, pygments_dark_style = "tango", "monokai"


class WaitingSections(logging.Filter):
    """Lets a section of the navigation be without pages: that warning has no name to suppress."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is shown."""
        return not str(record.msg).startswith("toctree glob pattern")


logging.getLogger("sphinx.sphinx.directives.other").addFilter(WaitingSections())


def readable(*event: Any) -> tuple[str, str] | None:
    """A signature without what only pydantic reads, and with defaults that are Python."""
    signature, returns = event[-2:]
    if signature is None:
        return None
    text = re.sub(r"~?(?:typing\.)?Annotated\[.*?kind.*?\)\]", "Condition", signature)
    return text.replace("<factory>", "..."), returns


def setup(app: Sphinx) -> None:
    """What the settings above cannot say."""
    app.connect("autodoc-process-signature", readable)
