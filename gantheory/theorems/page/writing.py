"""The page of the verdicts, from its parts, and the file that it is written to."""

import base64
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from string import Template

from gantheory import theorems
from gantheory.base.files import write
from gantheory.evidence.claim import Judged, Verdict
from gantheory.theorems.page import provenance
from gantheory.theorems.page.cards import anchor, card, chip, counted
from gantheory.theorems.page.markup import element, escaped

HERE = Path(__file__).parent
SUFFIXES = (".html", ".htm")
TITLE = "The claims, judged"


def refuse_unwritable(path: Path) -> None:
    """Raise ``ValueError``, with a sentence, for a file that the page cannot be written to. Leaves nothing behind."""
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"`--html` of verify must name a file that ends in .html. Got {str(path)!r}.")
    probe = path.with_name(f".{path.name}.probe")
    try:
        if path.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ValueError(f"`--html` of verify must name a file that can be written. Got {str(path)!r}: {error.strerror}.") from None


def write_page(path: Path, judged: Sequence[Judged], files: Sequence[Path] = (), unreadable: Sequence[str] = ()) -> None:
    """Write the page, whole or not at all.

    Args:
      path: the file.
      judged: the claims with their verdicts.
      files: files of one's own claims, if the claims are theirs.
      unreadable: a sentence for each file that could not be read.

    Raises:
      ValueError: the file cannot be written.
    """
    try:
        write(path, page(judged, files, unreadable))
    except OSError as error:
        raise ValueError(f"`--html` of verify must name a file that can be written. Got {str(path)!r}: {error.strerror}.") from None


def page(judged: Sequence[Judged], files: Sequence[Path] = (), unreadable: Sequence[str] = ()) -> str:
    """The page as text; its arguments are those of :func:`write_page`."""
    sections = list(_sections(judged, files))
    when = f"{counted(len(judged), 'claim')}, judged by gantheory {version('gantheory')} on {datetime.now(UTC):%d %B %Y, %H:%M} UTC"
    return Template((HERE / "page.html").read_text(encoding="utf-8")).substitute(
        title=TITLE,
        style=Template((HERE / "style.css").read_text(encoding="utf-8")).substitute(filters=_filters(judged), font=_font()),
        when=escaped(when),
        counts=_counts(judged),
        trouble=_trouble(judged, unreadable),
        contents=element("div", *(_contents(heading, claims) for heading, _, claims in sections), class_="contents"),
        sections="\n".join(_section(*section, files) for section in sections),
        provenance=_provenance(),
    )


def _font() -> str:
    """The font of the formulas, within the page: few systems have one that knows how high a root or an exponent stands."""
    return base64.b64encode((HERE / "math.woff2").read_bytes()).decode()


def _sections(judged: Sequence[Judged], files: Sequence[Path]) -> Iterator[tuple[str, str, list[Judged]]]:
    """Each section's heading, what it is about, and its claims: one for each module of the theory, or one for files of one's own."""
    if files:
        yield f"Claims of {', '.join(map(str, files))}", "", list(judged)
        return
    left = {one.claim.name: one for one in judged}
    for module in theorems.MODULES:
        if found := [left.pop(claim.name) for claim in module.CLAIMS if claim.name in left]:
            heading, _, about = (module.__doc__ or module.__name__).strip().rstrip(".").partition(": ")
            yield heading, about and f"{about[0].upper()}{about[1:]}.", found
    if left:
        yield "Other claims", "", list(left.values())


def _section(heading: str, about: str, judged: Sequence[Judged], files: Sequence[Path]) -> str:
    said = element("p", escaped(about), class_="section") if about else ""
    return element("section", element("h2", escaped(heading)), said, *(f"\n{card(one, files)}" for one in judged))


def _contents(heading: str, judged: Sequence[Judged]) -> str:
    claims = [
        element("li", element("a", escaped(one.claim.name), href=f"#{anchor(one.claim.name)}"), " ", chip(one.verdict)) for one in judged
    ]
    return element("div", element("p", escaped(heading)), element("ul", *claims))


def _numbers(judged: Sequence[Judged]) -> dict[Verdict, int]:
    """How many claims have each verdict, of those that some have."""
    verdicts = [one.verdict for one in judged]
    return {verdict: verdicts.count(verdict) for verdict in Verdict if verdict in verdicts}


def _counts(judged: Sequence[Judged]) -> str:
    """The number of each verdict, as a link that leaves only its claims on the page; and the marks that these links lead to."""
    links = [
        element("li", element("a", element("b", str(count)), verdict, href=f"#only-{verdict.lower()}", class_=verdict.lower()))
        for verdict, count in _numbers(judged).items()
    ]
    every = element("li", element("a", element("b", str(len(judged))), "all", href="#all", class_="all"))
    marks = "".join(element("span", id=f"only-{verdict.lower()}") for verdict in _numbers(judged)) + element("span", id="all")
    return marks + element("ul", *links, every, class_="counts", aria_label="Show only the claims with a verdict")


def _filters(judged: Sequence[Judged]) -> str:
    """The rules by which such a link leaves out the other claims, and sections that have none left."""
    return "\n".join(
        f"body:has(#only-{name}:target) :is(.claim:not(.is-{name}), #claims > section:not(:has(.is-{name}))) {{ display: none }}"
        for name in (verdict.lower() for verdict in _numbers(judged))
    )


def _trouble(judged: Sequence[Judged], unreadable: Sequence[str]) -> str:
    """The claims that fail, and the files that could not be read."""
    failing = [element("a", escaped(one.claim.name), href=f"#{anchor(one.claim.name)}") for one in judged if one.fails]
    said = list(map(escaped, unreadable))
    if failing:
        said.insert(0, f"Refuted or undecided: {', '.join(failing)}.")
    return element("div", *(element("p", one) for one in said), class_="trouble") if said else ""


def _provenance() -> str:
    facts = {"command": element("code", escaped(provenance.command()))}
    facts |= {name: escaped(said) for name, said in provenance.machine().items()}
    rows = [element("tr", element("th", name, scope="row"), element("td", said)) for name, said in facts.items()]
    return element("table", *rows, class_="facts") + _score()


def _score() -> str:
    if (found := provenance.score()) is None:
        return ""
    noticed = found["killed"] + found["hung"]
    said = f"The tests notice {noticed} of {found['made']} small mistakes made in the code at random, {noticed / found['made']:.1%}"
    return element("p", escaped(f"{said} (scripts/mutate, {found.get('date', 'no date')}, seed {found.get('seed', 'unknown')})."))
