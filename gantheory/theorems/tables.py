"""Claims and verdicts in print: as a table for a terminal, as JSON, and as the documentation's tables."""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from gantheory import theorems
from gantheory.evidence.claim import FAILURES, LAYERS, Absent, Claim, Judged, Judgement, Verdict
from gantheory.theorems.page.formulas import statement
from gantheory.theorems.page.markup import element, escaped

LEFT = "text-align: left; vertical-align: top"  # style of a notebook's cells, which notebooks set to the right
FEW = 3  # claims at most in a table that gives every reason


def as_json(judged: Sequence[Judged]) -> str:
    """One JSON object, with the claims and what each layer found."""
    return json.dumps({"claims": [_record(one) for one in judged]}, ensure_ascii=False)


def _record(judged: Judged) -> dict:
    claim = judged.claim
    return {
        "name": claim.name,
        "statement": claim.statement,
        "hypotheses": claim.hypotheses,
        "citation": claim.citation,
        "verdict": judged.verdict,
        "layers": [{"layer": one.layer, "verdict": one.verdict, "number": one.number, "why": one.why} for one in judged.judgements],
    }


def as_table(judged: Sequence[Judged]) -> Table:
    """One row a claim, one column a layer: its verdict and number, with the reason if the layer fails, or if there are few claims."""
    layers = [layer for layer in LAYERS if any(layer == one.layer for each in judged for one in each.judgements)]
    table = Table("claim", "verdict", *layers)
    for one in judged:
        cells = {found.layer: _cell(found, in_full=len(judged) <= FEW) for found in one.judgements}
        table.add_row(
            f"{escape(one.claim.name)}\n[dim]{escape(one.claim.citation)}[/dim]", one.verdict, *(cells.get(layer, "") for layer in layers)
        )
    return table


def _cell(found: Judgement, in_full: bool) -> str:
    number = "" if found.number is None else f" {found.number:.3g}"
    reason = f"\n[dim]{escape(found.why)}[/dim]" if in_full or found.verdict in FAILURES else ""
    return f"{found.verdict}{number}{reason}"


def as_html(judged: Sequence[Judged]) -> str:
    """The same as HTML for a notebook, in its own colours: what is claimed, the verdict, and what each layer found, reasons included."""
    rows = [element("tr", *(element("th", head) for head in ("claim", "verdict", "by")))]
    for one in judged:
        claimed = f"{element('code', escaped(one.claim.name))}<br>{statement(one.claim.statement)}<br>"
        found = [
            element("li", escaped(f"{each.layer}: {each.verdict}"), "<br>", element("small", escaped(each.why)))
            for each in one.judgements
            if each.verdict != Verdict.SKIPPED
        ]
        skipped = [each.layer for each in one.judgements if each.verdict == Verdict.SKIPPED]
        more = element("small", escaped(f"not judged: {', '.join(skipped)}")) if skipped else ""
        source = element("small", escaped(one.claim.citation))
        rows.append(
            element(
                "tr",
                element("td", claimed, source, style=LEFT),
                element("td", element("strong", one.verdict), style=LEFT),
                element("td", element("ul", *found), more, style=LEFT),
            )
        )
    return element("table", *rows)


def in_markdown(claims: Sequence[Claim]) -> str:
    """A table of what is claimed, where, and by which layers it is judged: made from the claims' own data, without judging them."""
    lines = [f"| claim | statement | source | {' | '.join(LAYERS)} |", f"|---|---|---|{':-:|' * len(LAYERS)}"]
    for claim in claims:
        has = {one.layer for one in claim.evidence if not isinstance(one, Absent)}
        statement = claim.statement.replace(r"\|", r"\Vert ").replace("|", r"\vert ")  # a bar would end the table's cell
        marks = " | ".join("✓" if layer in has else "" for layer in LAYERS)
        lines.append(f"| `{claim.name}` | ${statement}$ | {claim.citation} | {marks} |")
    return "\n".join(lines) + "\n"


def with_tables(page: str) -> str:
    """A page with a new table between ``<!-- claims of MODULE … -->`` and ``<!-- end of claims -->``, wherever it has this pair."""

    def table(found: re.Match) -> str:
        claims = [claim for module in found[2].split() for claim in getattr(theorems, module).CLAIMS]
        return f"{found[1]}\n\n{in_markdown(claims)}\n{found[3]}"

    return re.sub(r"(<!-- claims of ([\w ]+) -->).*?(<!-- end of claims -->)", table, page, flags=re.DOTALL)


def _rewrite(pages: Sequence[str]) -> None:
    for page in map(Path, pages):
        page.write_text(with_tables(page.read_text()))


if __name__ == "__main__":
    _rewrite(sys.argv[1:])
