"""The command behind ``scripts/attack``."""

import argparse
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator

from attacks.kinds import KINDS, case_of
from attacks.workers import SLOW, Judged, judge, run

COLUMNS = ("tried", "given", "infinite", "undecided", "refused", "unsound", "crash", "wide", "hung", "reference", "broken")
FAULTS = {"unsound", "crash", "wide", "hung", "broken"}
AIM = 0.6  # share of sound programs that should get an interval


def _names(kinds: list[str], seed: int) -> Iterator[str]:
    """Names without end: in each round of all kinds, as many of each as its share."""
    counts = {kind: itertools.count(1_000_000 * seed) for kind in kinds}
    rounds = [kind for turn in range(max(KINDS[kind].share for kind in kinds)) for kind in kinds if turn < KINDS[kind].share]
    return (f"{kind}-{next(counts[kind])}" for kind in itertools.cycle(rounds))


class Table:
    """What came of each kind."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Counter[str]] = {}
        self.sound: dict[str, list[bool]] = {}
        self.worst: dict[str, float] = {}
        self.seconds: dict[str, float] = {}
        self.faults: list[Judged] = []
        self.slow: list[Judged] = []

    def add(self, one: Judged) -> None:
        kind = one.name.rpartition("-")[0]
        self.outcomes.setdefault(kind, Counter()).update(["tried", one.verdict.outcome])
        self.worst[kind] = max(self.worst.get(kind, 0.0), one.verdict.ratio)
        self.seconds[kind] = self.seconds.get(kind, 0.0) + one.seconds
        if one.sound:
            self.sound.setdefault(kind, []).append(one.verdict.outcome in ("given", "infinite"))
        if one.verdict.outcome in FAULTS:
            self.faults.append(one)
        elif one.seconds > SLOW:
            self.slow.append(one)

    def __str__(self) -> str:
        lines = [f"{'':20s}" + "".join(f"{column:>10s}" for column in (*COLUMNS, "of sound", "worst", "s each"))]
        total: Counter[str] = Counter()
        for kind in (kind for kind in KINDS if kind in self.outcomes):
            counts, sound = self.outcomes[kind], self.sound.get(kind)
            total += counts
            share = f"{sum(sound) / len(sound):.0%}" if sound else "-"
            lines.append(
                f"{kind:20s}"
                + "".join(f"{counts[c]:10d}" for c in COLUMNS)
                + f"{share:>10s}{self.worst[kind]:10.2g}{self.seconds[kind] / counts['tried']:10.2f}"
            )
        every = [one for sound in self.sound.values() for one in sound]
        share = f"{sum(every) / len(every):.0%}" if every else "-"
        lines.append(f"{'all':20s}" + "".join(f"{total[c]:10d}" for c in COLUMNS) + f"{share:>10s}")
        return "\n".join(lines)


def _shown(one: Judged, length: int = 700) -> str:
    return f"{one.name} [{one.verdict.outcome}, {one.seconds:.1f} s] {one.text} -> {one.verdict.detail}"[:length]


def _replay(name: str) -> int:
    case = case_of(name)
    print(f"{case.text}\n  truth: {case.truth()!r}", flush=True)
    one = judge(name)
    print(f"  {one.verdict.outcome}: {one.verdict.detail}\n  {one.seconds:.1f} s; error over stated error: {one.verdict.ratio:.3g}")
    return int(one.verdict.outcome in FAULTS)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/attack", description="Asks the library hostile questions whose answers are known.")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long")
    parser.add_argument("--seed", type=int, default=0, help="cases from 1,000,000 times this on")
    parser.add_argument("--kind", action="append", choices=[*KINDS], help="only this kind; may be repeated")
    parser.add_argument("--replay", metavar="CASE", help="one case again, by its name: steps-17")
    parser.add_argument("--list", action="store_true", help="the kinds")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(f"{name:20s} {kind.title}" for name, kind in KINDS.items()))
        return 0
    if arguments.replay:
        return _replay(arguments.replay)
    table, started = Table(), time.monotonic()
    for one in run(_names(arguments.kind or [*KINDS], arguments.seed), arguments.minutes):
        table.add(one)
        if one.verdict.outcome in FAULTS:
            print(_shown(one), flush=True)
    tried = sum(counts["tried"] for counts in table.outcomes.values())
    for one in sorted(table.slow, key=lambda one: -one.seconds)[:10]:
        print(f"slow: {_shown(one, 300)}")
    print(f"\n{table}\n\n{tried} in {time.monotonic() - started:.0f} s; {len(table.faults)} at fault; aim: {AIM:.0%} of what is sound")
    return int(any(one.verdict.outcome in FAULTS for one in table.faults))


if __name__ == "__main__":
    sys.exit(main())
