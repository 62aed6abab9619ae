"""Sphinx's settings for the site; `./scripts/docs` builds it."""

import hashlib
import logging
import sys
from pathlib import Path

from gantheory import __version__

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE / "_extensions"))


def state() -> str:
    """A hash of the code that cells run, so that an output is kept only as long as that code."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "gantheory").rglob("*.py")):
        digest.update(path.read_bytes())
    digest.update((ROOT / "constraints.txt").read_bytes())
    return digest.hexdigest()[:16]


project = "gantheory"
author = "the gantheory authors"
version = release = __version__
project_copyright = ""
exclude_patterns = ["_*"]
highlight_language = "text"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "docstrings",
    "formulas",  # LaTeX as MathML, which needs no script
    "made_pages",  # sources and figures, as pages
    "languages",  # what `<html lang>` says
    "finished",  # links and weights of what was built
]

myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 3
myst_update_mathjax = False
html_math_renderer = "mathml"

nb_execution_mode = "cache"
nb_execution_cache_path = str(ROOT / "runs/docs/cells" / state())
nb_execution_show_tb = True
nb_execution_timeout = 240
nb_output_stderr = "error"
nb_merge_streams = True
logging.getLogger("traitlets").setLevel(logging.WARNING)  # which notebook runs is said by Sphinx
nb_render_markdown_format = "myst"

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
napoleon_numpy_docstring = False
napoleon_custom_sections = [("Source", "notes_style")]

html_theme = "furo"
html_title = f"gantheory {version}"
html_favicon = "../gantheory/explorer/page/icon.svg"
html_static_path = ["_static", "../gantheory/theorems/page/math.woff2"]
html_css_files = ["site.css"]
html_theme_options = {"navigation_with_keys": True, "top_of_page_buttons": []}
html_copy_source = False
html_search_scorer = str(HERE / "_extensions/scorer.js")
html_show_sphinx = False
html_show_copyright = False
