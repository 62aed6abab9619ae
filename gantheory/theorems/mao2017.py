"""Mao et al. 2017, "Least squares generative adversarial networks": D's best answer, and which χ² G descends.

D is taught b for data and a for generated points, and G wants D to say c. The shipped loss has a = 0, b = c = 1.
"""

from typing import Any

import numpy as np
import sympy as sp

from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOG_A, LOG_B, LOGIT, Identities, Symbolic, a, b, shipped, t
from gantheory.evidence.trapezoid import gaussian_mean
from gantheory.evidence.zoo import FEW, middle, shifted_normals
from gantheory.game import losses
from gantheory.measurement import integrands
from gantheory.measurement.divergences import chi2, triangular
from gantheory.theorems.reid_williamson2011 import POSTERIOR, cost

# Targets with b - c = 1 and b - a = 2, as the paper's theorem wants them, for any c.
ANY_C = t
FOR_DATA, FOR_GENERATED = ANY_C + 1, ANY_C - 1


def half_square(x: Any, witness: Witness) -> Any:
    """x²/2, as shipped: what D pays at a generated point."""
    return lifted(losses.least_squares.on_generated, [x], witness)


def best_answer(witness: Witness) -> Identities:
    """The cost of v exceeds that of D* by (a + b)(v - D*)²/2; and D* costs ab/(2(a + b)), which integrates to (1 - Δ)/4."""
    least = cost(losses.least_squares, POSTERIOR, witness)
    return {
        "the excess - (a + b)(v - D*)²/2": cost(losses.least_squares, LOGIT, witness) - least - (a + b) * (LOGIT - POSTERIOR) ** 2 / 2,
        "the least - (a + b)/8 + Δ/4": least - (a + b) / 8 + shipped(integrands.triangular, witness) / 4,
    }


def pearson(witness: Witness) -> Identities:
    """With b - c = 1 and b - a = 2: D*, and what both kinds of points are then from c, squared and halved."""
    best = (FOR_DATA * a + FOR_GENERATED * b) / (a + b)
    paid = a * half_square(LOGIT - FOR_DATA, witness) + b * half_square(LOGIT - FOR_GENERATED, witness)
    least = a * half_square(best - FOR_DATA, witness) + b * half_square(best - FOR_GENERATED, witness)
    criterion = (a + b) * half_square(best - ANY_C, witness)
    log_both = sp.log(a + b)
    return {
        "D's excess - (a + b)(v - D*)²/2": paid - least - (a + b) * (LOGIT - best) ** 2 / 2,
        "D* - c - (a - b)/(a + b)": best - ANY_C - (a - b) / (a + b),
        "2 C(G) - χ²(2 p_g, p_data + p_g)": 2 * criterion - lifted(integrands.chi2, [sp.log(2) + LOG_B, log_both], witness),
        "2 C(G) - χ²(2 p_data, p_data + p_g)": 2 * criterion - lifted(integrands.chi2, [sp.log(2) + LOG_A, log_both], witness),
        "C(G) - Δ": criterion - shipped(integrands.triangular, witness),
    }


def usual_targets(witness: Witness) -> Identities:
    """a = 0, b = c = 1: G pays p_g (D* - 1)²/2 = p_g³/(2(p_g + p_data)²), of a convex f: its least is at p_g = p_data, and is 1/8."""
    paid = b * lifted(losses.least_squares.of_generator, [POSTERIOR], witness)
    return {
        "what G pays at D* - b³/(2(a + b)²)": paid - b**3 / (2 * (a + b) ** 2),
        "its second derivative in a - 3b³/(a + b)⁴, which is above 0": sp.diff(paid, a, 2) - 3 * b**3 / (a + b) ** 4,
        "its value at a = b - b/8": paid.subs(a, b) - b / 8,
    }


def least_costs() -> Comparisons:
    """The shipped loss at D* = 1/(1 + e^(d(x - d/2))), by the trapezoidal rule."""
    for d in (0.5, 1.0, 3.0):
        p, q = shifted_normals(d)
        best = lambda x, d=d: 1 / (1 + np.exp(d * (x - d / 2)))  # noqa: E731
        of_data = gaussian_mean(lambda x, best=best: losses.least_squares.on_data(best(x)))
        of_generated = gaussian_mean(lambda x, best=best, d=d: losses.least_squares.on_generated(best(x + d)))
        yield Comparison(f"d = {d}: D's loss at D*", of_data + of_generated, "=", 0.25 - 0.25 * triangular(p, q))
        paid = gaussian_mean(lambda x, best=best, d=d: losses.least_squares.of_generator(best(x + d)))
        yield Comparison(f"d = {d}: G's loss is at least 1/8", 0.125, "<=", paid)


def pearson_to_the_middle() -> Comparisons:
    """∫ (2q - (p + q))²/(p + q) is 2 χ²(q, m), m = (p + q)/2; with the arguments the other way round it is another number."""
    for name, (p, q) in FEW.items():
        m = middle(p, q)
        yield Comparison(f"{name}: 2 χ²(p_g, m) and 2Δ", 2 * chi2(q, m), "=", 2 * triangular(p, q))
    p, q = FEW["shifted"]
    yield Comparison("N(0, 1), N(1, 1): χ²(m, p_g) is more than χ²(p_g, m)", chi2(q, middle(p, q)) + 0.01, "<=", chi2(middle(p, q), q))


PAPER = "Mao et al. 2017"
CLAIMS = (
    Claim(
        "least-squares-optimum",
        r"D^* = \frac{p_\mathrm{data}}{p_\mathrm{data} + p_g}, \quad \min_D L_D = \tfrac14(1 - \Delta),"
        r"\ \Delta = \tfrac12 \int \frac{(p_\mathrm{data} - p_g)^2}{p_\mathrm{data} + p_g}",
        f"{PAPER}, Eq. 9, with a = 0, b = c = 1",
        (Symbolic(best_answer), Quadrature(least_costs)),
        "each square is halved, as in the paper; without the halves all is twice that",
    ),
    Claim(
        "least-squares-is-pearson",
        r"2\,C(G) = \int \frac{(2 p_g - (p_\mathrm{data} + p_g))^2}{p_\mathrm{data} + p_g}"
        r" = \chi^2(2 p_g, p_\mathrm{data} + p_g) = 2\Delta",
        f"{PAPER}, section 3.2.2, which writes the divisor first: χ²(p_data + p_g ‖ 2 p_g)",
        (Symbolic(pearson), Quadrature(pearson_to_the_middle)),
        "b - c = 1, b - a = 2; χ²(p, q) = ∫ (p - q)²/q; C(G) includes ½ E_data[(D* - c)²], which has no gradient for G while D is held",
    ),
    Claim(
        "least-squares-with-usual-targets",
        r"a = 0,\ b = c = 1: \quad L_G = \tfrac12 \int \frac{p_g^3}{(p_\mathrm{data} + p_g)^2} \ge \tfrac18,"
        r" \text{ with equality only at } p_g = p_\mathrm{data}",
        f"{PAPER}, Eq. 9",
        (Symbolic(usual_targets),),
        "as a function of p_g, along which D* moves; by Jensen's inequality, as the integrand is convex and homogeneous",
    ),
)
