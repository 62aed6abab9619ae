"""`gantheory verify`: every claim by all its evidence, as a table, as JSON, or as the documentation's table of claims."""

import json
import multiprocessing
import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.metadata import version
from unittest import mock

# What these have for all claims together is judged in one piece: a training, a compilation of all proofs.
IN_ONE_PIECE = ("formal", "trained")
# Threads would only wait for the other processes' cores; what is compiled without fusion emitters is compiled in half the time.
ALONE = ("--xla_cpu_multi_thread_eigen=false", "--xla_cpu_parallel_codegen_split_count=1", "--xla_cpu_use_fusion_emitters=false")
KNOWS_FLAGS = "0.10."


def verify(
    claims: Sequence[str] = (), layers: Sequence[str] = (), progress: Callable[[str], None] | None = None, processes: int = 1
) -> list:
    """The named claims, or all, each judged by the named layers, or all that it has: a list of ``evidence.claim.Judged``.

    With several ``processes`` the claims are dealt out among them; they start as Python's ``spawn`` does, so that a script that calls
    this must guard its main program. Raises ``ValueError`` for a claim or layer that there is not.
    """
    from gantheory.evidence.claim import LAYERS, Judged  # SymPy is loaded only where it is needed
    from gantheory.theorems import CLAIMS

    for what, names, known in (("claim", claims, list(CLAIMS)), ("layer", layers, LAYERS)):
        for name in names:
            if name not in known:
                raise ValueError(f"A {what} must be one of {', '.join(known)}. Got {name!r}.")
    names, chosen = list(claims or CLAIMS), [layer for layer in LAYERS if not layers or layer in layers]
    rest = [layer for layer in chosen if layer not in IN_ONE_PIECE]
    pieces = [(names, [layer]) for layer in IN_ONE_PIECE if layer in chosen] + [([name], rest) for name in names if rest]
    found = {name: [] for name in names}
    for piece in _judged(pieces, processes):
        for name, judgements in piece:
            found[name] += judgements
            if progress:
                progress(name)
    judged = [Judged(CLAIMS[name], tuple(sorted(found[name], key=lambda one: LAYERS.index(one.layer)))) for name in names]
    return [one for one in judged if one.judgements]


def _judged(pieces, processes: int):
    if processes < 2 or len(pieces) < 8:  # a process of its own takes seconds to start
        yield from (_judge_piece(*piece) for piece in pieces)
        return
    with mock.patch.dict(os.environ, {"XLA_FLAGS": _flags()}), ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(_judge_piece, *piece) for piece in pieces]
        try:
            yield from (done.result() for done in as_completed(waiting))
        finally:
            pool.shutdown(cancel_futures=True)


def _flags() -> str:
    """The user's, and those for a process that has one core and runs most programs once."""
    own = os.environ.get("XLA_FLAGS", "")
    # XLA ends a process that is given a flag it does not know: a later jaxlib goes without.
    return " ".join([own, *ALONE]).strip() if version("jaxlib").startswith(KNOWS_FLAGS) else own


def _judge_piece(names: list[str], layers: list[str]) -> list:
    from gantheory.evidence.claim import judge
    from gantheory.theorems import CLAIMS

    return [(name, judge(CLAIMS[name], tuple(layers)).judgements) for name in names]


def failed(judged: list) -> list[str]:
    """The claims that are refuted, or that nothing decides."""
    return [one.claim.name for one in judged if one.verdict in ("REFUTED", "UNDECIDED")]


def as_json(judged: list) -> str:
    claims = [
        {
            "name": one.claim.name,
            "statement": one.claim.statement,
            "hypotheses": one.claim.hypotheses,
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
    """One row a claim, one column a layer, for a terminal: each layer's verdict and number; the reason too, if there are few claims."""
    from rich.table import Table

    from gantheory.evidence.claim import LAYERS

    layers = [layer for layer in LAYERS if any(layer == one.layer for each in judged for one in each.judgements)]
    table = Table("claim", "verdict", *layers)
    for one in judged:
        cells = {layer.layer: _cell(layer, len(judged) <= 3) for layer in one.judgements}
        table.add_row(f"{one.claim.name}\n[dim]{one.claim.citation}[/dim]", one.verdict, *(cells.get(layer, "") for layer in layers))
    return table


def _cell(one, in_full: bool) -> str:
    number = "" if one.number is None else f" {one.number:.3g}"
    told = in_full or one.verdict in ("REFUTED", "UNDECIDED")
    return f"{one.verdict}{number}" + (f"\n[dim]{one.why}[/dim]" if told else "")


def in_markdown(names: Sequence[str]) -> str:
    """What is claimed, where from, and by which layers it is judged: from the same data as the verdicts, without judging anything."""
    from gantheory.evidence.claim import LAYERS, Absent
    from gantheory.theorems import CLAIMS

    lines = [f"| claim | statement | source | {' | '.join(LAYERS)} |", f"|---|---|---|{':-:|' * len(LAYERS)}"]
    for claim in map(CLAIMS.__getitem__, names):
        has = {one.layer: "" if isinstance(one, Absent) else "✓" for one in claim.evidence}
        statement = claim.statement.replace(r"\|", r"\Vert ").replace("|", r"\vert ")  # a bar would end the table's cell
        marks = " | ".join(has.get(layer, "") for layer in LAYERS)
        lines.append(f"| `{claim.name}` | ${statement}$ | {claim.citation} | {marks} |")
    return "\n".join(lines) + "\n"


def with_tables(text: str) -> str:
    """A page with the table between each pair of its marks, ``<!-- claims of MODULE … -->`` and ``<!-- end of claims -->``, made anew."""
    from gantheory import theorems

    def table(found: re.Match) -> str:
        names = [claim.name for module in found[2].split() for claim in getattr(theorems, module).CLAIMS]
        return f"{found[1]}\n\n{in_markdown(names)}\n{found[3]}"

    return re.sub(r"(<!-- claims of ([\w ]+) -->).*?(<!-- end of claims -->)", table, text, flags=re.DOTALL)
