"""The language that a page is written in, for whatever reads it out, hyphenates it or chooses its letters."""

from typing import Any

from sphinx.application import Sphinx

FOLDERS = {"zh": "zh-CN"}  # folders of pages in another language than English


def tell(app: Sphinx, name: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Have the page's ``<html lang>`` say the language of its folder."""
    context["language"] = FOLDERS.get(name.partition("/")[0], "en")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", tell)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
