"""What samples tell of a p_g that is not known: a lower bound by any D, no upper bound, and the bias of estimates that plug samples in."""

import math
from fractions import Fraction

import jax.numpy as jnp
import numpy as np
import sympy as sp

from gantheory.base.estimate import Enclosure, Estimate
from gantheory.distributions import Histogram, Normal, Pushforward, Uniform
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.lift import Witness
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import (
    LOG2,
    WITNESSES,
    Identities,
    Symbolic,
    a,
    alone,
    b,
    by_middle,
    shipped,
    t,
    value_of,
)
from gantheory.evidence.zoo import ZOO, Logistic, binned
from gantheory.measurement import integrands
from gantheory.measurement.divergences import jsd
from gantheory.measurement.minimax import value
from gantheory.samples.plug_in import jsd_of_cells
from gantheory.theorems.reid_williamson2011 import POSTERIOR, bernoulli

ROUNDING = 1e-12  # of a sum of a few thousand terms below 1


def shown_by_any_d(witness: Witness) -> Identities:
    """(a + b) log 2/2 + V/2 is J(D)'s integrand: JSD's less half of the discriminator's gap, which is a KL of two Bernoulli laws."""
    shown = (a + b) * LOG2 / 2 + value_of(witness) / 2
    gap = (a + b) * bernoulli(POSTERIOR, t / (1 + t))
    return {"JSD's integrand - J(D)'s - half of the gap's": shipped(integrands.jsd, witness) - shown - gap / 2}


def shown_in_numbers() -> Comparisons:
    """J(D) = log 2 + V/2 <= JSD for a D that knows nothing of the pair; a bound of C(G) follows."""
    for name, (p, q) in ZOO.items():
        yield Comparison(f"{name}: J(D) <= JSD", integrands.LOG2 + 0.5 * value(p, q, Logistic(-0.4, 0.3)), "<=", jsd(p, q))


def coincidence(rows: int, stored: int) -> Fraction:
    """The chance that two of so many draws, each from all of a store, are one point."""
    apart = Fraction(1)
    for taken in range(rows):
        apart *= Fraction(stored - taken, stored)
    return 1 - apart


def stores() -> Comparisons:
    """p_g picks one of N stored rows of p_data. n rows of it are n independent rows of p_data unless two are one: at most n(n - 1)/2N."""
    for rows, stored in ((2, 3), (10, 1_000), (100, 1_000_000), (200, 10_000_000)):
        chance, bound = coincidence(rows, stored), Fraction(rows * (rows - 1), 2 * stored)
        yield Comparison(f"n = {rows}, N = {stored}: the chance of a coincidence", _number(chance), "<=", _number(bound))
    small = coincidence(100, 1_000_000)
    yield Comparison("100 rows of a million stored ones: seen in less than 1 of 200", _number(small), "<=", _number(Fraction(1, 200)))


def singular(witness: Witness) -> Identities:
    """Where one of two laws is, the other is not: JSD's integrand is ½ log 2 times the one. The chance's bound is by induction over n."""
    found: Identities = {}
    for own, at in zip((a, b), alone(by_middle, witness), strict=True):
        found[f"JSD's integrand where only {own} is not 0"] = at - own * LOG2 / 2
    n, stored = sp.symbols("n N", positive=True)
    bound = n * (n - 1) / (2 * stored)
    step = (1 - bound) * (1 - n / stored) - (1 - bound.subs(n, n + 1))
    return found | {"what one row more leaves of 1 - n(n - 1)/2N, - n²(n - 1)/2N², which is >= 0": step - n * bound / stored}


def stored_rows() -> Comparisons:
    """Whatever N, JSD of a density and N points is log 2: the largest there is, where p_data itself has 0."""
    p = Normal(0.0, 1.0)
    yield Comparison("JSD of p_data and itself", jsd(p, p), "=", 0.0)
    for stored in (4, 64):
        picked = Pushforward(lambda z, n=stored: jnp.floor(n * z) / n, Uniform(0.0, 1.0))
        yield Comparison(f"JSD of a density and {stored} points", jsd(p, picked), "=", integrands.LOG2)


def _number(exact: Fraction) -> Enclosure:
    return Enclosure(exact, exact)


def expected(p: float, q: float, rows: int) -> Estimate:
    """E of JSD of the shares of ``rows`` rows of each in two cells, of masses p and 1 - p, and q and 1 - q: over all counts."""
    counts = np.arange(rows + 1.0)
    chances = [np.array([math.comb(rows, k) * s**k * (1 - s) ** (rows - k) for k in range(rows + 1)]) for s in (p, q)]
    table = [[jsd_of_cells(np.array([i, rows - i]), np.array([j, rows - j])) for j in counts] for i in counts]
    return Estimate(float(chances[0] @ np.array(table) @ chances[1]), ROUNDING)


def bias(witness: Witness) -> Identities:
    """JSD's integrand is convex in (a, b), of rank 1. A share of mass s has the variance s(1 - s)/n, which at a = b = s adds (1 - s)/4n."""
    jensen = shipped(integrands.jsd, witness)
    bends = [sp.diff(jensen, *pair) for pair in ((a, a), (b, b), (a, b))]
    rows = sp.Symbol("n", positive=True)
    added = sum(bend.subs(b, a) * a * (1 - a) / rows / 2 for bend in bends[:2])
    return {
        "its second derivative in a - a positive one": bends[0] - b / (2 * a * (a + b)),
        "in b": bends[1] - a / (2 * b * (a + b)),
        "in both": bends[2] + 1 / (2 * (a + b)),
        "what a cell adds to first order, - (1 - s)/4n": added - (1 - a) / (4 * rows),
    }


def raised_by_rows() -> Comparisons:
    """By convexity the mean is at least JSD of the cells' masses; for n rows of one law in k cells it is about (k - 1)/4n, and not 0."""
    for p, q in ((0.5, 0.5), (0.3, 0.3), (0.2, 0.7)):
        of_cells = jsd(Histogram([0.0, 1.0, 2.0], [p, 1 - p]), Histogram([0.0, 1.0, 2.0], [q, 1 - q]))
        means = [expected(p, q, rows) for rows in (4, 8, 32)]
        for rows, mean in zip((4, 8, 32), means, strict=True):
            yield Comparison(f"masses {p}, {q}: JSD of cells <= its mean of {rows} rows", of_cells, "<=", mean)
        for many, few in ((1, 0), (2, 1)):
            yield Comparison(f"masses {p}, {q}: less with more rows", means[many], "<=", means[few])
    for rows in (32, 64):
        yield Comparison(f"one law, {rows} rows: nearly 1/4n", expected(0.5, 0.5, rows), "=", Estimate(1 / (4 * rows), 1 / (4 * rows) / 8))


def lowered_by_cells() -> Comparisons:
    """Cells lower JSD, rows raise it: with both, an estimate may lie on either side, and its value does not tell on which."""
    p, q = ZOO["shifted"]
    for bins in (12, 3):
        yield Comparison(f"{bins} cells", jsd(*binned(p, q, bins)), "<=", jsd(p, q))
    p, q = (Histogram([0.0, 1.0, 2.0, 3.0, 4.0], masses) for masses in ([0.4, 0.1, 0.4, 0.1], [0.1, 0.4, 0.1, 0.4]))
    mean = expected(0.5, 0.5, 32)  # of the cells [0, 2] and [2, 4], which have half of each law
    yield Comparison("32 rows of two laws that differ inside the cells: the mean is below JSD", mean + 0.1, "<=", jsd(p, q))
    yield Comparison("32 rows of one law: the mean is above JSD, which is 0", 0.005, "<=", mean)


PAPER = "follows from Goodfellow et al. 2014, Theorem 1"
CLAIMS = (
    Claim(
        "any-discriminator-shows-a-lower-bound",
        r"J(D) = \log 2 + \tfrac12 \mathbb{E}_\mathrm{data} \log D + \tfrac12 \mathbb{E}_g \log(1 - D) \le \mathrm{JSD},"
        r" \text{ whatever } D",
        PAPER,
        (Symbolic(shown_by_any_d), Quadrature(shown_in_numbers)),
        "J(D) is a mean over rows: samples alone give it, with a confidence (gt.compare_samples)",
    ),
    Claim(
        "no-upper-bound-from-samples",
        r"\text{a } p_g \text{ that picks one of } N \text{ independent rows of } p_\mathrm{data} \text{ has } \mathrm{JSD} = \log 2,"
        r" \text{ and } n \text{ rows of it are } n \text{ independent rows of } p_\mathrm{data},"
        r" \text{ but for a chance of at most } \tfrac{n(n - 1)}{2N}",
        "Arora et al. 2017, section 3; Arora, Risteski & Zhang 2018, on the birthday paradox",
        (Symbolic(singular, WITNESSES[::2]), Enclosed(stores), Quadrature(stored_rows)),
        "p_data has a density; the chance is over store and rows, N as large as you like; four chances in exact fractions",
    ),
    Claim(
        "rows-raise-a-plug-in-jsd",
        r"\mathbb{E}\,\mathrm{JSD}(\hat p_n, \hat q_n) \ge \mathrm{JSD} \text{ of the cells' masses,"
        r" and about } \tfrac{k - 1}{4n} \text{ for } p = q",
        "by joint convexity; Miller 1955, for the entropy",
        (Symbolic(bias, WITNESSES[::2]), Quadrature(raised_by_rows)),
        "k cells of positive mass, n rows of each law, independent; the second to first order in 1/n, and over all outcomes for k = 2",
    ),
    Claim(
        "the-sign-of-a-plug-in-error-is-unknown",
        r"\text{cells lower } \mathrm{JSD}, \text{ rows raise it: histograms of samples may be above it or below}",
        "data processing and joint convexity; Csiszár 1967",
        (Quadrature(lowered_by_cells),),
    ),
)
