"""Pages that are made before the build: the sources that pages link to, and a page for each figure of the gallery.

Pages link to files of the project, as in ``../gantheory/game/losses.py``, so that a link works where the code is hosted. On the site it
leads to a page that shows the file; a link to a figure leads to its page in the gallery. A figure is shown as WebP where its SVG is heavy.
Examples can be downloaded.
"""

import ast
import json
import os
import re
import shutil
from pathlib import Path

from gallery import write_gallery
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SOURCES = DOCS / "source"
FIGURES = DOCS / "look/figures"
FIGURES_OF_PROJECT = ROOT / "figures"
LINK = re.compile(r"(!?\[[^\[\]]*)\]\(([^)\s:#]+)(#[^)\s]*)?\)")
LANGUAGES = {".py": "python", ".v": "coq", ".toml": "toml", ".json": "json", ".css": "css", ".html": "html"}
UNSEARCHED = "---\norphan: true\nnosearch: true\n---\n\n"  # the index of words would be heavier than any page
EXAMPLES = ROOT / "examples"
HIDDEN = ("__pycache__", ".pyc", ".woff2", ".gz")


def target(page: Path, link: str) -> Path | None:
    """The file or folder of the project that a page's link leads to, if it is outside of docs/."""
    path = Path(os.path.normpath(page.parent / link))
    inside = path.is_relative_to(ROOT) and not path.is_relative_to(DOCS)
    return path if inside and path.exists() else None


def shown(path: Path) -> str:
    """The page of the site that shows a file or a folder of the project."""
    name = path.relative_to(ROOT)
    return f"/source/{name}/index.md" if path.is_dir() else f"/source/{name}.md"


def rewritten(text: str, page: Path) -> str:
    """A page with its links to the project's files leading to pages of the site."""

    def of(match: re.Match[str]) -> str:
        said, link, place = match[1], match[2], match[3] or ""
        path = target(page, link)
        if path is None:
            inside = Path(os.path.normpath(page.parent / link))
            moved = not page.is_relative_to(DOCS) and inside.is_relative_to(DOCS)
            return f"{said}](/{inside.relative_to(DOCS)}{place})" if moved else match[0]
        if path.is_relative_to(FIGURES_OF_PROJECT):
            return f"{said}]({light(path) if said.startswith('!') else gallery_page(path)})"
        return f"{said}]({shown(path)})"

    return LINK.sub(of, text)


def gallery_page(figure: Path) -> str:
    """The page of the gallery that shows a figure, or the gallery itself for the folder of all figures."""
    return "/look/index.md" if figure.is_dir() else f"/look/figures/{figure.stem}.md"


def light(figure: Path) -> str:
    """A figure itself, or the picture of it that was made since it is heavy."""
    made = FIGURES / f"{figure.stem}.webp"
    return f"/look/figures/{made.name}" if made.exists() else f"/../figures/{figure.name}"


def read(app: Sphinx, name: str, source: list[str]) -> None:
    source[0] = rewritten(source[0], Path(app.env.doc2path(name)).resolve())


def about(path: Path) -> str:
    """The first line of a module's docstring."""
    if path.suffix != ".py":
        return ""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return said.split("\n")[0].replace("|", r"\|")


def write(path: Path, text: str) -> None:
    """Write a page, unless it is there with this text: its time tells Sphinx whether to read it again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def write_source(path: Path) -> None:
    """The page of a file, or of a folder and the files in it."""
    page = DOCS / shown(path)[1:]
    name = path.relative_to(ROOT)
    if page.exists() and page in written:
        return
    written.add(page)
    if path.is_dir():
        held = [one for one in sorted(path.iterdir()) if one.name not in HIDDEN and one.suffix not in HIDDEN]
        for one in held:
            write_source(one)
        rows = "".join(f"| [`{one.name}`]({shown(one)}) | {about(one)} |\n" for one in held)
        write(page, f"{UNSEARCHED}# {name}\n\n| | |\n| --- | --- |\n{rows}")
    elif path.suffix == ".md":
        write(page, "---\norphan: true\n---\n\n" + rewritten(path.read_text(encoding="utf-8"), path))
    else:
        up = os.path.relpath(path, page.parent)
        download = f"{{download}}`Download it <{up}>`\n\n" if path.is_relative_to(EXAMPLES) else ""
        language = LANGUAGES.get(path.suffix, "text")
        text = cells_of(path) if path.suffix == ".ipynb" else f"```{{literalinclude}} {up}\n:language: {language}\n```\n"
        write(page, f"{UNSEARCHED}# {name}\n\n{download}{text}")


def cells_of(notebook: Path) -> str:
    """A notebook's words and code below the page's own title; it is not run here."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    texts = [("".join(cell["source"]), cell["cell_type"] == "code") for cell in cells]
    return "\n".join(f"```python\n{text}\n```\n" if code else re.sub(r"^#", "##", text) + "\n" for text, code in texts)


written: set[Path] = set()


def prepare(app: Sphinx) -> None:
    """Make the pages that are made."""
    written.clear()
    write_gallery(FIGURES, write)
    pages = [page for page in DOCS.rglob("*.md") if not page.is_relative_to(SOURCES)] + [ROOT / "CONTRIBUTING.md"]
    for page in pages:
        for _, link, _ in LINK.findall(page.read_text(encoding="utf-8")):
            path = target(page, link)
            if path and not path.is_relative_to(FIGURES_OF_PROJECT):
                write_source(path)
    if SOURCES.exists():
        for stale in [page for page in SOURCES.rglob("*.md") if page not in written]:
            stale.unlink()


def tidy(app: Sphinx, exception: Exception | None) -> None:
    """What was made stays for the next build, under names that git ignores; of a file renamed there is nothing left."""
    if exception is None and SOURCES.exists():
        for folder in sorted(SOURCES.rglob("*"), reverse=True):
            if folder.is_dir() and not any(folder.iterdir()):
                shutil.rmtree(folder)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", prepare)
    app.connect("source-read", read)
    app.connect("build-finished", tidy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
