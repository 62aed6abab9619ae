"""A claim on the page: what it says and where, what each layer found, and the comparisons behind it."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from gantheory.evidence.claim import LAYERS, Claim, Judged, Judgement, Verdict
from gantheory.evidence.formal import Formal
from gantheory.theorems.page import margins
from gantheory.theorems.page.formulas import statement
from gantheory.theorems.page.markup import element, escaped
from gantheory.theorems.page.papers import linked
from gantheory.theorems.page.provenance import source


def card(one: Judged, files: Sequence[Path]) -> str:
    """A claim with all that was found."""
    claim = one.claim
    parts = [
        element("div", element("h3", escaped(claim.name)), chip(one.verdict), class_="head"),
        element("p", statement(claim.statement), class_="statement"),
        element("p", linked(claim.citation), class_="cited"),
        element("p", "Hypotheses: ", escaped(claim.hypotheses), class_="cited") if claim.hypotheses else "",
        _strip(one.judgements),
        _reasons(one.judgements),
        _figures(one.judgements),
        _theorems(claim),
        _numbers(one.judgements),
    ]
    if place := source(claim.name, files):
        parts.append(element("p", "Claimed in ", place, class_="source"))
    return element("article", *parts, class_=f"claim is-{one.verdict.lower()}", id=anchor(claim.name))


def anchor(name: str) -> str:
    """The id of a claim's card."""
    return f"claim-{quote(name, safe='', errors='replace')}"


def chip(verdict: Verdict) -> str:
    """A verdict as a word on its colour."""
    return element("span", verdict, class_=f"chip {verdict.lower()}")


def _strip(judgements: Sequence[Judgement]) -> str:
    """All layers side by side, also those that have not judged."""
    found = {one.layer: one for one in judgements}
    items = []
    for layer in LAYERS:
        if one := found.get(layer):
            number = "" if one.number is None else element("span", f"{one.number:.3g}", class_="number")
            items.append(element("li", escaped(layer), element("b", one.verdict), number, class_=one.verdict.lower()))
        else:
            items.append(element("li", layer, element("b", "–"), class_="absent"))
    return element("ul", *items, class_="layers", aria_label="Layers")


def _reasons(judgements: Sequence[Judgement]) -> str:
    if not judgements:
        return element("p", "It has no evidence.", class_="cited")
    return element("dl", *(element("dt", one.layer) + element("dd", escaped(one.why)) for one in judgements), class_="reasons")


def _figures(judgements: Sequence[Judgement]) -> str:
    drawn = [
        element("figure", margins.figure(one), element("figcaption", f"{one.layer}: {counted(len(one.details), 'comparison')}"))
        for one in judgements
        if one.details
    ]
    return element("div", *drawn, class_="figures") if drawn else ""


def _theorems(claim: Claim) -> str:
    """What the formal proofs prove, in Coq's own words."""
    theorems = [theorem for one in claim.evidence if isinstance(one, Formal) for theorem in one.theorems]
    stated = [element("pre", escaped(f"Theorem {one.file}.{one.name} :\n  {one.statement}.")) for one in theorems]
    return element("details", element("summary", f"Stated in Coq: {counted(len(theorems), 'theorem')}"), *stated) if theorems else ""


def _numbers(judgements: Sequence[Judgement]) -> str:
    """The figures' comparisons as tables."""
    tables = [_table(one) for one in judgements if one.details]
    return element("details", element("summary", "The figures in numbers"), *tables) if tables else ""


def _table(found: Judgement) -> str:
    names = element("th", f"compared by {found.layer}", scope="col")
    names += "".join(element("th", one, scope="col", class_="size") for one in ("apart", "allowed"))
    rows = []
    for what, *sizes in found.details:
        rows.append(element("tr", element("td", escaped(what)), *(element("td", f"{size:.2g}", class_="size") for size in sizes)))
    return element("div", element("table", element("tr", names), *rows), class_="scroll")


def counted(count: int, what: str) -> str:
    """``3 theorems``."""
    return f"{count} {what}{'s' * (count != 1)}"
