"""`gantheory verify`: every claim judged by all its evidence, on several processes where that is faster."""

import itertools
import multiprocessing
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from gantheory.base.words import got
from gantheory.evidence import coq
from gantheory.evidence.claim import LAYERS, Claim, Judged, Judgement, judge
from gantheory.evidence.formal import Formal, check_together
from gantheory.evidence.state import State, state_of
from gantheory.evidence.trained import OfState
from gantheory.theorems import CLAIMS, in_coq
from gantheory.training.run import Run

# Layers with one expensive set-up, judged in one process: compiling all proofs, or a training.
IN_ONE_PIECE = ("formal", "trained")
HERE = ["trained"]  # the layers of the piece for this process, which would only wait: a training runs faster without the flags below
FEW_PIECES = 8  # fewer are judged in this process: starting another takes seconds
# Flags for a process on one core that runs most programs once. Threads would only wait for the other processes' cores, and without
# fusion emitters a program compiles in half the time.
ONE_CORE = ("--xla_cpu_multi_thread_eigen=false", "--xla_cpu_parallel_codegen_split_count=1", "--xla_cpu_use_fusion_emitters=false")
KNOWS_FLAGS = "0.10."  # versions of jaxlib that know them: XLA ends a process that is given a flag it does not know

Piece = tuple[list[str], list[str]]  # claims, and the layers to judge them by
Found = list[tuple[str, tuple[Judgement, ...]]]  # each claim of a piece with its judgements


class Verdicts(list[Judged]):
    """Judged claims, in a list that shows itself: a line a claim, and in a notebook a table with what each layer found."""

    def __repr__(self) -> str:
        return "\n".join(f"{one.verdict:10s} {one.claim.name}" for one in self) or "no claims"

    def _repr_html_(self) -> str:
        from gantheory.theorems.tables import as_html

        return as_html(self)


def verify(
    claims: str | Claim | Sequence[str | Claim] = (),
    layers: str | Sequence[str] = (),
    progress: Callable[[str], None] | None = None,
    processes: int = 1,
    fresh: bool = False,
    on: Run | State | str | Path | None = None,
) -> Verdicts:
    """The claims with their verdicts, each once, in the order asked for.

    Args:
      claims: names of claims, or claims of your own; all of ``gantheory.theorems.CLAIMS`` if there is none.
      layers: layers to judge by, of ``gantheory.evidence.claim.LAYERS``; all if there is none.
      progress: called with a claim's name whenever some of its layers have been judged.
      processes: how many processes share the work, but for claims of your own. More than one start as Python's ``spawn`` does, so a
        script that asks for them must guard its main program by ``if __name__ == "__main__"``.
      fresh: ask Coq again, also of proofs that it has accepted and that have not changed since.
      on: a run of your own, its folder, or a ``State`` of any p_data, p_g and D: the trained layer is then about that state, in place of
        Figure 1's training, and the only layer. UNDECIDED says which hypothesis of a claim the state does not meet.

    Returns:
      The claims that have evidence in one of the layers, each with one judgement a layer; with ``on`` those that speak of one state. They
      are a list, which prints a line a claim and which a notebook shows as a table.

    Raises:
      ValueError: a claim or a layer is not known, a claim of your own has the name of another, ``on`` is no state that has a V, or is
        given with other layers or with claims that do not speak of one state.
    """
    if fresh:
        coq.forget()
    asked = [claims] if isinstance(claims, str | Claim) else list(claims) or list(CLAIMS)
    layers = [layers] if isinstance(layers, str) else layers
    _refuse_unknown("claim", [one for one in asked if not isinstance(one, Claim)], CLAIMS, "those that `gantheory list` names")
    _refuse_unknown("layer", layers, LAYERS, ", ".join(LAYERS))
    known = CLAIMS | _own(asked)
    if on is not None:
        return _judged_on(state_of(on), [one if isinstance(one, Claim) else CLAIMS[one] for one in asked], bool(claims), layers, progress)
    names = list(dict.fromkeys(one.name if isinstance(one, Claim) else one for one in asked))
    chosen = [layer for layer in LAYERS if not layers or layer in layers]
    found: dict[str, list[Judgement]] = {name: [] for name in names}
    shipped = _judged(_pieces([name for name in names if name in CLAIMS], chosen), processes)
    own = ([(name, judge(known[name], tuple(chosen)).judgements)] for name in names if name not in CLAIMS)
    for piece in itertools.chain(shipped, own):
        for name, judgements in piece:
            found[name] += judgements
            if progress:
                progress(name)
    judged = [Judged(known[name], tuple(sorted(found[name], key=lambda one: LAYERS.index(one.layer)))) for name in names]
    return Verdicts(one for one in judged if one.judgements)


def _judged_on(
    state: State, asked: Sequence[Claim], chosen: bool, layers: Sequence[str], progress: Callable[[str], None] | None
) -> Verdicts:
    """The claims that speak of one state, judged on this one."""
    if set(layers) - {"trained"}:
        raise ValueError(f'`layers` of verify must be "trained" where a state is judged. Got {", ".join(layers)}.')
    judged = Verdicts()
    for claim in asked:
        found = [one.judge_on(state) for one in claim.evidence if isinstance(one, OfState)]
        if found:
            judged.append(Judged(claim, tuple(found)))
            if progress:
                progress(claim.name)
        elif chosen:
            speak = ", ".join(name for name, each in CLAIMS.items() if any(isinstance(one, OfState) for one in each.evidence))
            raise ValueError(f"A claim to judge on a state must be one that speaks of one state: {speak}. Got {claim.name}.")
    return judged


def _own(asked: Sequence[str | Claim]) -> dict[str, Claim]:
    """The claims that are not shipped, by name. Raises ``ValueError`` for two of one name."""
    own: dict[str, Claim] = {}
    for one in asked:
        if isinstance(one, Claim) and one is not CLAIMS.get(one.name):
            if one.name in CLAIMS or own.setdefault(one.name, one) is not one:
                raise ValueError(f"The name of a claim must be its own. Got another claim named {one.name!r}.")
    return own


def failed(judged: Sequence[Judged]) -> list[str]:
    """The names of the claims that are refuted, or that no layer decides."""
    return [one.claim.name for one in judged if one.fails]


def _refuse_unknown(what: str, names: Sequence[str], known: Collection[str], listed: str) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"A {what} must be one of {listed}. {got(name, known)}")


def _pieces(names: list[str], layers: list[str]) -> list[Piece]:
    """What one process judges at a time: all claims by an expensive layer, or one claim by all others. The longest come first."""
    rest = [layer for layer in layers if layer not in IN_ONE_PIECE]
    return [(names, [layer]) for layer in IN_ONE_PIECE if layer in layers] + [([name], rest) for name in names if rest]


def _judged(pieces: list[Piece], processes: int) -> Iterator[Found]:
    """Each piece, as soon as it is judged."""
    if processes < 2 or len(pieces) < FEW_PIECES:
        yield from (_judge_piece(*piece) for piece in pieces)
        return
    with _environment("XLA_FLAGS", _flags()), ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(_judge_piece, *piece) for piece in pieces if piece[1] != HERE]
        try:
            yield from (_judge_piece(*piece) for piece in pieces if piece[1] == HERE)
            yield from (done.result() for done in as_completed(waiting))
        finally:
            pool.shutdown(cancel_futures=True)


def _judge_piece(names: list[str], layers: list[str]) -> Found:
    if "formal" in layers and any(isinstance(one, Formal) for name in names for one in CLAIMS[name].evidence):
        check_together(in_coq.ALL)  # those of all claims: what Coq says is then kept for any of them
    return [(name, judge(CLAIMS[name], tuple(layers)).judgements) for name in names]


def _flags() -> str:
    """The user's flags, and those of ``ONE_CORE`` where jaxlib knows them."""
    own = os.environ.get("XLA_FLAGS", "")
    return " ".join([own, *ONE_CORE]).strip() if version("jaxlib").startswith(KNOWS_FLAGS) else own


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """Sets a variable for the processes that are started meanwhile."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
