"""Gidel et al. 2019 and others: what each way of stepping does on the bilinear game; Nagarajan & Kolter 2017: two games at rest."""

import math
from typing import Any

import numpy as np
import sympy as sp

from gantheory.base.estimate import Estimate
from gantheory.dynamics.classic import MASS, X, bilinear, linear_quadratic, nagarajan_kolter
from gantheory.dynamics.integrators import EXTRAGRADIENT, OPTIMISTIC, SIMULTANEOUS, Integrator, alternating, trajectory
from gantheory.dynamics.spectra import multipliers, spectrum_at
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.fields import at_one_point, derivative_of, field_of, step_of
from gantheory.evidence.lift import Witness
from gantheory.evidence.moments import mean_of, of_uniform
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import Identities, Symbolic
from gantheory.evidence.trained import Trained

ROUNDING = 1e-12  # of a spectral radius
STEPS = (0.3,)
x: sp.Symbol
y: sp.Symbol
eta: sp.Symbol
r: sp.Symbol
multiplier: sp.Symbol
x, y, eta, r, multiplier = sp.symbols("x y eta r lambda")
REMEMBERED: tuple[sp.Symbol, ...] = sp.symbols("u v")  # v of the step before, which optimistic steps remember
ANYWHERE: Witness = dict.fromkeys((x, y, *REMEMBERED, eta, r), sp.Rational(1, 3))  # no program here branches
# η and √(1 - 4η²) as rational functions: for r from 0 to 1, η goes from 0 to ½.
ETA: Any = r / (1 + r**2)
ROOT: Any = (1 - r**2) / (1 + r**2)

Pair = tuple[Any, Any, Any]  # (T, P, 4P - T²) of λ² - Tλ + P: where the last is > 0, two roots of size √P
# What the multipliers on xy are the roots of.
PAIRS: dict[str, tuple[Integrator, tuple[Pair, ...]]] = {
    "simultaneous": (SIMULTANEOUS, ((2, 1 + ETA**2, 4 * ETA**2),)),
    "alternating": (alternating(), ((2 - ETA**2, 1, ETA**2 * (4 - ETA**2)),)),
    "extragradient": (EXTRAGRADIENT, ((2 - 2 * ETA**2, 1 - ETA**2 + ETA**4, 4 * ETA**2),)),
    "optimistic": (OPTIMISTIC, tuple((1 + own, (1 + own) / 2, 4 * ETA**2) for own in (ROOT, -ROOT))),
}


def characteristic(witness: Witness) -> Identities:
    """The multipliers of one shipped step come in pairs of complex conjugates: their sizes are the radii, for every η <= ½.

    A proximal step is the solution of w⁺ = w + η v(w⁺), which the shipped one finds by Newton's method.
    """
    found = {}
    for name, (way, pairs) in PAIRS.items():
        state: Any = sp.Matrix([x, y, *(REMEMBERED if name == "optimistic" else ())])
        after = step_of(bilinear(), way, list(state), ETA, witness)
        matrix = after.jacobian(state)
        found |= {f"{name}: the step is linear, row {i}": entry for i, entry in enumerate(after - matrix * state)}
        found |= _pairs(name, matrix, pairs)
    implicit, size = sp.eye(2) - ETA * derivative_of(bilinear(), [x, y], witness), 1 / (1 + ETA**2)
    return found | _pairs("proximal", implicit.inv(), ((2 * size, size, 4 * ETA**2 * size**2),))


def _pairs(name: str, matrix: Any, pairs: tuple[Pair, ...]) -> Identities:
    """That the eigenvalues are the roots of the pairs' polynomials, and these complex."""
    product = sp.prod(multiplier**2 - trace * multiplier + size for trace, size, _ in pairs)
    polynomial: Any = matrix.charpoly(multiplier).as_expr()
    complex_roots = {f"{name}: 4P - T², pair {i}": 4 * size - trace**2 - apart for i, (trace, size, apart) in enumerate(pairs)}
    return {f"{name}: det(λ - M) - Π(λ² - Tλ + P)": polynomial - product, **complex_roots}


def ellipse(witness: Witness) -> Identities:
    """One alternating step keeps x² + y² - ηxy where x moves first, + ηxy where y does."""
    found = {}
    for first, sign in ((True, -1), (False, 1)):
        after = step_of(bilinear(), alternating(generator_first=first), [x, y], eta, witness)
        kept = [one**2 + other**2 + sign * eta * one * other for one, other in (after, (x, y))]
        found[f"x² + y² {'-' if first else '+'} ηxy, after a step and before"] = kept[0] - kept[1]
    return found


def rest(witness: Witness) -> Identities:
    """v(1, 0) = 0, and v' has the trace and the determinant of the eigenvalues: E x² = ⅓, E x⁴ = ⅕ over U[-1, 1]."""
    found = {}
    for loss, trace, determinant in (("minimax", -sp.Rational(1, 10), sp.Rational(1, 9)), ("wasserstein", 0, sp.Rational(4, 9))):
        game, known = nagarajan_kolter(loss), at_one_point(X, MASS, x)
        at_x = field_of(game, [1, 0], witness, known), derivative_of(game, [1, 0], witness, known)
        v_at, matrix = (one.applyfunc(lambda entry: mean_of(entry, x, of_uniform)) for one in at_x)
        found |= {f"{loss}: v, entry {i}": entry for i, entry in enumerate(v_at)}
        found |= {f"{loss}: the trace of v'": matrix.trace() - trace, f"{loss}: det v'": matrix.det() - determinant}
    return found


def radii() -> Comparisons:
    """The largest multiplier on xy, for three steps."""
    for eta in STEPS:
        known = {
            "simultaneous": math.sqrt(1 + eta**2),
            "alternating": 1.0,
            "extragradient": math.sqrt(1 - eta**2 + eta**4),
            "optimistic": math.sqrt((1 + math.sqrt(1 - 4 * eta**2)) / 2),
            "proximal": 1 / math.sqrt(1 + eta**2),
        }
        for name, radius in known.items():
            found = float(np.abs(multipliers(bilinear(), name, eta)[0]))
            yield Comparison(f"{name}, η = {eta}", Estimate(found, ROUNDING), "=", radius)


def along_runs() -> Comparisons:
    """The distance to rest over 40 steps of .3 from (1, .4): a power of the radius, where steps turn and shrink alike."""
    for name, radius in (("simultaneous", 1.09**0.5), ("extragradient", (1 - 0.09 + 0.0081) ** 0.5), ("proximal", 1.09**-0.5)):
        w = trajectory(bilinear(), (1.0, 0.4), name, 0.3, 40)
        ratio = float(np.linalg.norm(w[-1]) / np.linalg.norm(w[0]))
        yield Comparison(name, Estimate(ratio, 1e-11), "=", radius**40)


def kept() -> Comparisons:
    """x² + y² - ηxy where x moves first, + ηxy where y does, over 200 steps."""
    for first, sign in ((True, -1), (False, 1)):
        of_x, of_y = trajectory(bilinear(), (1.0, 0.4), alternating(generator_first=first), 0.3, 200).T
        value = of_x**2 + of_y**2 + sign * 0.3 * of_x * of_y
        yield Comparison("x first" if first else "y first", Estimate(float(value[-1]), 1e-12), "=", 1.16 + sign * 0.12)


def at_rest() -> Comparisons:
    """(a, w) = (1, 0): -1/20 ± i √(1/9 - 1/400) for the game of 2014, ±2i/3 for WGAN; ±i times the singular values of a linear one."""
    for loss, real, imaginary in (("minimax", -1 / 20, math.sqrt(1 / 9 - 1 / 400)), ("wasserstein", 0.0, 2 / 3)):
        found = spectrum_at(nagarajan_kolter(loss))
        for part, number, known in (("real", np.real, real), ("imaginary", np.imag, imaginary)):
            yield Comparison(f"{loss}: {part} part", Estimate(float(number(found.eigenvalues[0])), float(found.errors[0])), "=", known)
    singular = np.linalg.svd([[0.0, 4.0], [1.0, 2.0]])[1]
    found = np.sort(np.imag(spectrum_at(linear_quadratic(1.0, 2.0)).eigenvalues))
    for value, known in zip(found, np.sort([*singular, *-singular]), strict=True):
        yield Comparison("linear-quadratic: an imaginary part", Estimate(float(value), ROUNDING), "=", float(known))


CLAIMS = (
    Claim(
        "bilinear-spectral-radii",
        r"\text{on } xy: \sqrt{1 + \eta^2},\ 1,\ \sqrt{1 - \eta^2 + \eta^4},\ \sqrt{(1 + \sqrt{1 - 4\eta^2})/2},\ 1/\sqrt{1 + \eta^2}",
        "Gidel, Berard et al. 2019; Daskalakis et al. 2018",
        (Symbolic(characteristic, (ANYWHERE,)), Quadrature(radii), Trained(along_runs)),
        "simultaneous, alternating, extragradient, optimistic, proximal steps of 0 < η <= ½",
    ),
    Claim(
        "alternation-keeps-an-ellipse",
        r"\text{alternating steps on } xy \text{ keep } x^2 + y^2 \mp \eta x y",
        "Gidel, Askari Hemmat et al. 2019, section 3",
        (Symbolic(ellipse, (ANYWHERE,)), Trained(kept)),
        "0 < η < 2, else it is no ellipse; - where x moves first, + where y does",
    ),
    Claim(
        "games-at-rest",
        r"G = az,\ D = wx^2 \text{ on } U[-1, 1]: -\tfrac{1}{20} \pm i\sqrt{\tfrac19 - \tfrac1{400}} \text{ at } (1, 0),"
        r" \text{ WGAN } \pm\tfrac{2i}{3}",
        "Nagarajan & Kolter 2017, sections 2.3 and 3.1",
        (Symbolic(rest, (ANYWHERE,)), Quadrature(at_rest)),
    ),
)
