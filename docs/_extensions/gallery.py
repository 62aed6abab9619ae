"""A page for each figure of the gallery, from its JSON and its docstrings: the picture, the command, and each claim with its number."""

import importlib
import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from PIL import Image

from gantheory import Estimate
from gantheory.reproductions import REPRODUCTIONS

ROOT = Path(__file__).resolve().parents[2]
WIDE, SMALL = 1400, 560  # pixels across, of a figure on its page and in the gallery
HEAVY = 150_000  # bytes of an SVG above which the page shows a picture of it
IMPORTED = re.compile(r"^from gantheory\.experiments(?: import |\.)(\w+)", re.MULTILINE)
CONSTANT = re.compile(r"^([A-Z]\w*) = (.*?)(?:  # (.*))?$", re.MULTILINE)
CONSTANT_NAME = re.compile(r"\b[A-Z]{2,}\b")
SIGN = re.compile(r"\*(\w+)\*|[*_|<$]")  # a word with emphasis, or a sign that Markdown would take for its own
FIELD = re.compile(r"^  (\w+): (.+(?:\n    .+)*)", re.MULTILINE)  # of a docstring's section

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

{caption(name)}

```
{record["command"]}
```

{files} · with `--data` the command writes `{name}.csv` too, all that is drawn as a table.

## What it shows

Each property that the figure is drawn to show is measured. {holds}

| panel | quantity | measured | claimed |
| --- | --- | --- | --- |
{rows}

Seed {record["seed"]}. Made with {versions}. On another processor a training rounds otherwise, and ends at other digits. The claims leave
room for that, and the command exits with 1 if one fails.

## How it is made

{making(name)}
"""


def caption(name: str) -> str:
    """What the figure is, and what its panels are, in the words of its module and of its class."""
    figure = REPRODUCTIONS[name]
    return "\n\n".join(prose(said(thing)) for thing in (module_of(figure), type(figure)))


def making(name: str) -> str:
    """What is trained for the figure, how long and how often, on which laws, and the sources of both."""
    figure = REPRODUCTIONS[name]
    drawn, trained = module_of(figure), experiment_of(figure)
    modules = [drawn, *([trained] if trained else [])]
    links = " and ".join(f"[`{path}`](../../../{path})" for path in (f"{one.__name__.replace('.', '/')}.py" for one in modules))
    defined = {one: why for module in reversed(modules) for one, why in laws_of(module)}
    laws = [f"- `{one}`" + (f": {prose(why)}" if why else "") for one, why in defined.items()]
    parts = [prose(said(trained)) if trained else "", "\n".join([*laws, *lengths(figure)]), f"Source: {links}."]
    return "\n\n".join(part for part in parts if part)


def module_of(figure: Any) -> ModuleType:
    return importlib.import_module(type(figure).__module__)


def experiment_of(figure: Any) -> ModuleType | None:
    """The module of the trainings that the figure's module imports."""
    found = IMPORTED.search(inspect.getsource(module_of(figure)))
    return importlib.import_module(f"gantheory.experiments.{found[1]}") if found else None


def laws_of(module: ModuleType) -> list[tuple[str, str]]:
    """(definition, comment) of each law that the module defines; by its value where the source has other constants in it."""
    found = []
    for name, value, why in CONSTANT.findall(inspect.getsource(module)):
        law = getattr(module, name, None)
        if hasattr(law, "log_prob"):
            found.append((f"{name} = {law if CONSTANT_NAME.search(value) else value}", why))
    return found


def lengths(made: Any) -> list[str]:
    """The numbers that the figure is made with, and what its docstring says of each; ``Lengths`` hold some of their own."""
    about = {name: " ".join(words.split()) for name, words in FIELD.findall(inspect.getdoc(type(made)) or "")}
    found = []
    for name, value in vars(made).items():
        if isinstance(value, int):
            found.append(f"- `{name}` = {value:,}" + (f": {prose(about[name])}" if name in about else ""))
        elif hasattr(value, "__dataclass_fields__"):
            found += lengths(value)
    return found


def said(thing: Any) -> str:
    """A docstring without its sections."""
    return (inspect.getdoc(thing) or "").partition("\n\nAttributes:")[0]


def prose(text: str) -> str:
    """A docstring's words as Markdown: indented blocks, code and a word between stars stay as they are."""
    lines = []
    for line in text.split("\n"):
        parts = re.split(r"``(.+?)``", line)
        if not line.startswith("    "):
            parts[::2] = [SIGN.sub(lambda sign: sign[0] if sign[1] else f"\\{sign[0]}", part) for part in parts[::2]]
        parts[1::2] = [f"`{part}`" for part in parts[1::2]]
        lines.append("".join(parts))
    return "\n".join(lines)


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
