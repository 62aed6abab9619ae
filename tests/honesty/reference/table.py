"""The table ``reference.csv``."""

import csv
import time
from pathlib import Path

from gmpy2 import mpfr
from zoo import pairs

from .agreement import Agreed, agreed
from .solution import NAMES

TABLE = Path(__file__).parent.with_name("reference.csv")
TRUSTED = 1e-22  # largest relative disagreement of a value that is written


def write(count: int = 1000) -> None:
    """Write the table, or continue it: one row per pair of the zoo."""
    done = _rows_written()
    with TABLE.open("a", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        if not done:
            writer.writerow(("p", "q", *NAMES))
        for index, (p_text, q_text) in enumerate(pairs(count)):
            if (p_text, q_text) in done:
                continue
            start = time.time()
            found = agreed(p_text, q_text)
            writer.writerow((p_text, q_text, *digits(found)))
            file.flush()
            print(f"{index} {time.time() - start:.2f} s, {_summary(found)}", flush=True)


def _rows_written() -> set[tuple[str, str]]:
    if not TABLE.exists():
        return set()
    with TABLE.open(newline="") as file:
        return {(row[0], row[1]) for row in csv.reader(file)}


def digits(found: Agreed) -> list[str]:
    """The seven values as they are written in the table."""
    return [show(value, max(distance, found.mass_error)) for value, distance in zip(found.values, found.distances, strict=True)]


def show(value: mpfr | None, disagreement: float) -> str:
    """25 significant digits, or inf, or nothing where two computations do not agree to 22 digits."""
    if disagreement > TRUSTED:
        return ""
    return "inf" if value is None else f"{value:.24e}"


def _summary(found: Agreed) -> str:
    worst = max(found.distances)
    name = NAMES[found.distances.index(worst)]
    return f"{found.panels} panels, mass {found.mass_error:.0e}, agreement {worst:.0e} {name}"
