"""A page for each figure of the gallery, made from the JSON beside it: the picture, the command, and each claim with its number."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from gantheory import Estimate
from gantheory.reproductions import REPRODUCTIONS

ROOT = Path(__file__).resolve().parents[2]
WIDE, SMALL = 1400, 560  # pixels across, of a figure on its page and in the gallery
HEAVY = 150_000  # bytes of an SVG above which the page shows a picture of it

Write = Callable[[Path, str], None]


def write_gallery(folder: Path, write: Write) -> None:
    """A page and two pictures for each figure that can be reproduced, and the gallery that leads to them."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {name: ROOT / f"figures/{name}.json" for name in REPRODUCTIONS if (ROOT / f"figures/{name}.json").exists()}
    for name, record in made.items():
        write_pictures(record.with_suffix(".png"), folder)
        write(folder / f"{name}.md", page(name, json.loads(record.read_text(encoding="utf-8"))))
    contents = "".join(f"{name} <figures/{name}>\n" for name in made)
    write(folder / "gallery.txt", f"{''.join(card(name) for name in made)}```{{toctree}}\n:hidden:\n\n{contents}```\n")


def write_pictures(png: Path, folder: Path) -> None:
    """The figure as its page shows it, and as the gallery does."""
    heavy = png.with_suffix(".svg").stat().st_size > HEAVY
    for name, width in ((png.stem, WIDE), (f"{png.stem}-small", SMALL)):
        made = folder / f"{name}.webp"
        if (width == SMALL or heavy) and (not made.exists() or made.stat().st_mtime < png.stat().st_mtime):
            with Image.open(png) as picture:
                drawn = picture.convert("RGB")
                drawn.thumbnail((width, 4 * width))
                drawn.save(made, quality=80)


def page(name: str, record: dict[str, Any]) -> str:
    """The page of one figure. Its picture and its files are links of the project, which lead to what the site has of them."""
    claims = record["claims"]
    holds = "All of them hold." if all(claim["holds"] for claim in claims) else "Not all of them hold."
    files = " · ".join(f"{{download}}`{kind.upper()} <../../../figures/{name}.{kind}>`" for kind in ("svg", "pdf", "png", "json"))
    rows = "\n".join(f"| {cell(claim['panel'])} | {cell(claim['quantity'])} | {number(claim)} | {bound(claim)} |" for claim in claims)
    versions = ", ".join(f"{package} {version}" for package, version in record["versions"].items())
    return f"""# {record["title"]}

![{record["title"]}](../../../figures/{name}.svg)

```
{record["command"]}
```

{files}

## What it shows

Each property that the figure is drawn to show is measured. {holds}

| panel | quantity | measured | claimed |
| --- | --- | --- | --- |
{rows}

Seed {record["seed"]}. Made with {versions}.
"""


def cell(text: str) -> str:
    return text.replace("|", r"\|").replace("*", r"\*").replace("_", r"\_").replace("<", "&lt;").replace("$", "")


def number(claim: dict[str, Any]) -> str:
    """The measured value, with its error where it has one."""
    if claim["error"] is None:
        return f"{claim['value']:.4g}"
    return str(Estimate(claim["value"], claim["error"]))


def bound(claim: dict[str, Any]) -> str:
    signs = (("<=", "≤"), (">=", "≥"), ("==", "="), ("<", "&lt;"))
    said = claim["claim"]
    for sign, symbol in signs:
        if said.startswith(sign):
            said = symbol + said[len(sign) :]
            break
    return said if claim["holds"] else f"{said}, and fails"


def card(name: str) -> str:
    """A figure in the gallery."""
    title = REPRODUCTIONS[name].title
    return f"```{{figure}} /look/figures/{name}-small.webp\n:target: figures/{name}.html\n:alt: {title}\n\n{title}\n```\n\n"
