"""A comparison of two samples as it is printed: the verdict, the tests, what is known of JSD."""

import textwrap
from typing import Any

from gantheory.samples.permutation import Distance
from gantheory.samples.plug_in import PlugIn

WIDTH, INDENT = 110, 19  # characters of a line, and of the name that begins it
COLUMN = 10  # characters of a number
NO_UPPER_BOUND = (
    "log 2 = 0.6931; no smaller number is sure: a generator that repeats many stored rows of the data can pass every test, and its JSD "
    "is log 2 (docs/samples.md)"
)


def as_text(found: Any) -> str:
    """The lines of a :class:`SampleComparison`."""
    n, m = found.rows
    space = "one number" if found.dimension == 1 else f"{found.dimension} numbers"
    jsd, tests = found.jsd, len(found.p_values)
    judged = f"judged on {jsd.rows[0]} + {jsd.rows[1]} rows it has not seen"
    return "\n".join(
        [
            textwrap.fill(found.verdict, WIDTH),
            "",
            f"{n} rows of data and {m} generated rows, of {space} each. Are both of one law?",
            f"Of {tests} tests one with p ≤ {(1 - jsd.level) / tests:.3g} says no, at level {jsd.level:g}:",
            _row("", "value", "if one law", "p", ""),
            _tested("W1", found.wasserstein1, found.rows),
            _tested("energy distance", found.energy_distance, found.rows),
            _tested("MMD²", found.mmd2, found.rows, f"kernel bandwidth {found.bandwidth:.3g}"),
            _row("discriminator", f"{jsd.value:.4g}", "0 or less", f"{jsd.p_value:.3g}", judged),
            "",
            "JSD of the two laws, in nats: 0 if they are one, log 2 if they have nothing in common",
            _filled("at least", str(jsd)),
            _filled("at most", NO_UPPER_BOUND),
            _filled("discriminator", f"{jsd.value:.4g}, standard error {jsd.standard_error:.2g}; on average it is JSD or less"),
            _plugged("histograms", found.histogram, "not computed of more than two numbers"),
            _plugged("kernels", found.kernel, "not computed" + (" of more than two numbers" if found.dimension > 2 else "")),
        ]
    )


def _row(name: str, value: str, if_equal: str, p: str, note: str) -> str:
    cells = f"  {name:{INDENT - 2}s}{value:>{COLUMN}s}  {if_equal:>{COLUMN}s}  {p:>{COLUMN - 2}s}"
    return f"{cells}   {note}".rstrip()


def _tested(name: str, found: Distance | None, rows: tuple[int, int], note: str = "") -> str:
    if found is None:
        return _row(name, "-", "-", "-", "not computed: too many rows in several dimensions")
    notes = [note] if note else []
    if found.rows != rows:
        notes.append(f"of {found.rows[0]} + {found.rows[1]} rows at random")
    if found.p_value is None:
        return _row(name, f"{found.value:.4g}", "-", "-", "not tested: too many rows, or two sizes")
    return _row(name, f"{found.value:.4g}", f"{found.if_equal:.3g}", f"{found.p_value:.3g}", ", ".join(notes))


def _plugged(name: str, found: PlugIn | None, without: str) -> str:
    return _filled(name, f"{found}; biased, error unknown" if found else without)


def _filled(name: str, text: str) -> str:
    heading = f"  {name:{INDENT - 2}s}"
    return textwrap.fill(text, WIDTH, initial_indent=heading, subsequent_indent=" " * INDENT, break_on_hyphens=False)
