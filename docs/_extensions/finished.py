"""What a finished site must be: every internal link leads somewhere, nothing is fetched from elsewhere, and no page is heavy."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sphinx.application import Sphinx
from sphinx.errors import SphinxError

HEAVIEST = 1_000_000  # bytes of a page and of all that it loads
LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("source", "src")}
FOLLOWED = LOADED | {("a", "href")}
PLACES = re.compile(r"""url\(["']?([^"')]+)""")  # what a style sheet loads
KEPT = ("prev", "next", "search", "index", "author", "canonical")  # <link>s that a browser does not load


class Links(HTMLParser):
    """The links of a page, what it loads, and the names of its elements."""

    def __init__(self, text: str):
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.names |= {held[name] or "" for name in ("id", "name") if name in held}
        for attribute in ("href", "src"):
            link = held.get(attribute)
            if link and (tag, attribute) in FOLLOWED:
                self.links.append(link)
                if (tag, attribute) in LOADED and held.get("rel") not in KEPT:
                    self.loaded.append(link)


def file_of(page: Path, link: str) -> Path:
    """The file that a relative link of a page leads to."""
    path = unquote(urlsplit(link).path)
    return (page.parent / path).resolve() if path else page


def faults(site: Path) -> Iterator[str]:
    """All that is wrong, a sentence each."""
    site = site.resolve()
    pages = {page: Links(page.read_text(encoding="utf-8")) for page in sorted(site.rglob("*.html"))}
    for page, held in pages.items():
        name = page.relative_to(site)
        for link in held.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                if link in held.loaded and parts.scheme != "data":
                    yield f"{name} loads {link} from elsewhere."
                continue
            file = file_of(page, link)
            if not file.is_file():
                yield f"{name} links to {link}, which is not there."
            elif parts.fragment and file in pages and unquote(parts.fragment) not in pages[file].names:
                yield f"{name} links to {link}, and there is no such place on that page."
        weight = sum(file.stat().st_size for file in loaded(page, held))
        if weight > HEAVIEST:
            yield f"{name} weighs {weight / 1e6:.2f} MB."


def loaded(page: Path, held: Links) -> set[Path]:
    """The page's own file and those that it loads, also by its style sheets."""
    files = {page} | {file_of(page, link) for link in held.loaded if not urlsplit(link).scheme}
    for sheet in [file for file in files if file.suffix == ".css"]:
        files |= {file_of(sheet, link) for link in PLACES.findall(sheet.read_text(encoding="utf-8")) if not link.startswith("data:")}
    return {file for file in files if file.is_file()}


def finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.name == "html":
        found = list(faults(Path(app.outdir)))
        if found:
            raise SphinxError("The site is not in order.\n" + "\n".join(found))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
