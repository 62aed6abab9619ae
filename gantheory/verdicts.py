"""`gantheory verify`: every claim by all its evidence, as a table or as JSON."""

import json
from collections.abc import Callable, Sequence


def verify(claims: Sequence[str] = (), layers: Sequence[str] = (), progress: Callable[[str], None] | None = None) -> list:
    """The named claims, or all, each judged by the named layers, or all that it has: a list of ``evidence.claim.Judged``.

    Raises ``ValueError`` for a claim or layer that there is not.
    """
    from gantheory.evidence.claim import judge  # SymPy is loaded only where it is needed
    from gantheory.theorems import CLAIMS

    known_layers = sorted({one.layer for claim in CLAIMS.values() for one in claim.evidence})
    for what, names, known in (("claim", claims, list(CLAIMS)), ("layer", layers, known_layers)):
        for name in names:
            if name not in known:
                raise ValueError(f"A {what} must be one of {', '.join(known)}. Got {name!r}.")
    judged = []
    for name in claims or CLAIMS:
        if progress:
            progress(name)
        judged.append(judge(CLAIMS[name], tuple(layers)))
    return [one for one in judged if one.judgements]


def failed(judged: list) -> list[str]:
    """The claims that are refuted, or that nothing decides."""
    return [one.claim.name for one in judged if one.verdict in ("REFUTED", "UNDECIDED")]


def as_json(judged: list) -> str:
    claims = [
        {
            "name": one.claim.name,
            "statement": one.claim.statement,
            "citation": one.claim.citation,
            "verdict": one.verdict,
            "layers": [
                {"layer": layer.layer, "verdict": layer.verdict, "number": layer.number, "why": layer.why} for layer in one.judgements
            ],
        }
        for one in judged
    ]
    return json.dumps({"claims": claims}, ensure_ascii=False)


def as_table(judged: list):
    """One row a claim, one column a layer, for a terminal."""
    from rich.table import Table

    layers = list(dict.fromkeys(layer.layer for one in judged for layer in one.judgements))
    table = Table("claim", "verdict", *layers)
    for one in judged:
        cells = {layer.layer: f"{layer.verdict}\n[dim]{layer.why}[/dim]" for layer in one.judgements}
        table.add_row(f"{one.claim.name}\n[dim]{one.claim.citation}[/dim]", one.verdict, *(cells.get(layer, "") for layer in layers))
    return table
