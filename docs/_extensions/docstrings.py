"""Docstrings are plain text: bars, stars and colons in them are what they look like, but for code, roles and formulas."""

import inspect
import re
from operator import attrgetter
from typing import Any

from sphinx.application import Sphinx

KEPT = re.compile(r"(``.+?``|:[\w:]+:`[^`]+`)")
NAMED = re.compile(r"(?<==)[A-Z]\w*(?:\.\w+)?")  # a default that is a constant's name


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


def untype(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Begin what is returned, and what a property says, with a colon: napoleon takes the words before a line's first one for a type."""
    said = [0] if what == "property" else [number + 1 for number, line in enumerate(lines) if line.strip() == "Returns:"]
    for number in said:
        if number < len(lines) and ":" in lines[number]:
            line = lines[number]
            indent = len(line) - len(line.lstrip())
            lines[number] = f"{line[:indent]}: {line[indent:]}"


def show_values(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, signature: str | None, returned: str
) -> tuple[str, str] | None:
    """The signature with the values of its defaults, where they are numbers or words that have a name in the code."""
    if not signature:
        return None
    module = inspect.getmodule(inspect.unwrap(thing))

    def shown(match: re.Match[str]) -> str:
        try:
            value = attrgetter(match[0])(module)
        except AttributeError:
            return match[0]
        return repr(value) if value is None or isinstance(value, bool | int | float | str) else match[0]

    return NAMED.sub(shown, signature), returned


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", untype, priority=400)  # before napoleon, which writes markup of its own
    app.connect("autodoc-process-docstring", escape, priority=400)
    app.connect("autodoc-process-signature", show_values)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
