"""LaTeX in pages and docstrings as MathML, by the library's own reader: no script, no request."""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from gantheory.theorems.page.formulas import statement
from gantheory.theorems.page.markup import element

LOGGER = logging.getLogger(__name__)
NAME = re.compile(r"\\mathrm\{(\w+)\\_(\w+)\}")  # a name of the code, which the reader takes as words


def markup(latex: str, node: nodes.Element) -> str:
    """The formula as HTML. Warns where it has a command that the reader does not know, and shows it as it is written."""
    html = statement(NAME.sub(r"\\text{\1\\_\2}", latex))
    if html.startswith("<code>"):
        LOGGER.warning("This formula cannot be read: %s", latex, location=node)
    return html


def inline(self: Any, node: nodes.math) -> None:
    self.body.append(element("span", markup(node.astext(), node), class_="formula"))
    raise nodes.SkipNode


def displayed(self: Any, node: nodes.math_block) -> None:
    for line in node.astext().strip().split("\n\n"):
        self.body.append(element("div", markup(line, node), class_="formula"))
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (inline, None), (displayed, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
