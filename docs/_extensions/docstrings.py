"""Docstrings are plain text: bars and stars in them are what they look like, but for code, roles and formulas."""

import re
from typing import Any

from sphinx.application import Sphinx

KEPT = re.compile(r"(``.+?``|:[\w:]+:`[^`]+`)")


def escape(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Escape what reStructuredText would take for substitutions and emphasis, outside of code and of blocks of mathematics."""
    depth = None  # of the block of mathematics that a line may be in
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if depth is not None and line.strip() and indent <= depth:
            depth = None
        if line.lstrip().startswith(".. math::"):
            depth = indent
        if depth is None:
            parts = KEPT.split(line)
            parts[::2] = [re.sub(r"([|*])", r"\\\1", part) for part in parts[::2]]
            lines[number] = "".join(parts)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", escape, priority=400)  # before napoleon, which writes markup of its own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
