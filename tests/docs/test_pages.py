"""The pages as they are hosted with the code: links lead somewhere, cells are Python, the site's pages are all in its contents."""

import ast
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
MADE = ("source", "figures", "_static", "_extensions")  # folders that hold no page of ours
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if not set(page.relative_to(DOCS).parts) & set(MADE)]
ROOT_PAGES = [DOCS.parent / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md")]
LINK = re.compile(r"\]\(([^)\s#:]+)(?:#[^)\s]*)?\)")
CELL = re.compile(r"^```\{code-cell\} python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def named(page: Path) -> str:
    return str(page.relative_to(DOCS.parent))


@pytest.mark.parametrize("page", PAGES + ROOT_PAGES, ids=named)
def test_links_to_files_lead_to_files(page):
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", [page for page in PAGES if CELL.search(page.read_text(encoding="utf-8"))], ids=named)
def test_cells_are_python(page):
    """But for the magics of cells that the site does not show."""
    for cell in CELL.findall(page.read_text(encoding="utf-8")):
        left_out = ("%", ":") if ":tags: [remove-cell]\n" in cell else ":"
        ast.parse("\n".join("" if line.startswith(left_out) else line for line in cell.splitlines()), named(page))


def test_every_page_is_in_the_contents():
    listed = {DOCS / "index.md"}
    for page in PAGES:
        for block in re.findall(r"```\{toctree\}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            names = [re.sub(r"^.*<(.+)>$", r"\1", line.strip()) for line in block.splitlines() if line and not line.startswith(":")]
            listed |= {(page.parent / f"{name}.md").resolve() for name in names}
    assert listed == set(PAGES)


def test_the_lecture_names_claims_of_the_theory():
    from gantheory import theorems

    rows = re.findall(r"^\|.*\|(.*)\|$", (DOCS / "learn/lecture.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([\w-]+)`", row)}
    assert len(named) > 5 and named <= set(theorems.CLAIMS)
