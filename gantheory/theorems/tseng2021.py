"""Tseng et al. 2021, "Regularizing generative adversarial networks under limited data": what LeCam regularisation makes of WGAN.

D's answers at data points are drawn to the anchor of generated ones, -α, and those at generated points to that of data, α.
"""

from typing import Any

import numpy as np
import sympy as sp

from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.lift import Witness
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOGIT, Identities, Symbolic, a, b, shipped, t
from gantheory.evidence.trapezoid import gaussian_mean
from gantheory.evidence.zoo import shifted_normals
from gantheory.game import losses
from gantheory.measurement import integrands
from gantheory.measurement.divergences import triangular
from gantheory.theorems.reid_williamson2011 import cost

ANCHOR = sp.Symbol("alpha", positive=True)  # no program compares it with anything
LAMBDA = t  # λ > 0, as a symbol
REACH = 1 / (2 * LAMBDA) - ANCHOR  # largest |v| of the best answer, where that is positive


def paid(answer: Any, witness: Witness) -> Any:
    """What D pays at a point, with λ times the regularisation."""
    return cost(losses.wasserstein, answer, witness) + LAMBDA * (a * (answer + ANCHOR) ** 2 + b * (answer - ANCHOR) ** 2)


def regularised(witness: Witness) -> Identities:
    """The best answer is (1/2λ - α)(a - b)/(a + b), every other costs λ (a + b)(v - v*)² more, and WGAN's own part is that many 2 Δ."""
    best, triangle = REACH * (a - b) / (a + b), shipped(integrands.triangular, witness)
    any_answer = LOGIT + best
    return {
        "the excess - λ (a + b)(v - v*)²": paid(any_answer, witness) - paid(best, witness) - LAMBDA * (a + b) * LOGIT**2,
        "the least, with λ α² (a + b) taken off, + 2 λ (1/2λ - α)² Δ": paid(best, witness)
        - LAMBDA * ANCHOR**2 * (a + b)
        + 2 * LAMBDA * REACH**2 * triangle,
        "E_data[v*] - E_g[v*] - 2 (1/2λ - α) Δ": -cost(losses.wasserstein, best, witness) - 2 * REACH * triangle,
    }


def gaussians() -> Comparisons:
    """N(0, 1) and N(d, 1), v* = (1/2λ - α) tanh(d(d/2 - x)/2), by the trapezoidal rule: positive for λ < 1/2α, negative above."""
    for d in (0.5, 2.0):
        delta = triangular(*shifted_normals(d))
        for weight, anchor in ((0.3, 0.5), (2.0, 0.5)):
            reach = 1 / (2 * weight) - anchor
            best = lambda x, d=d, reach=reach: reach * np.tanh(d * (d / 2 - x) / 2)  # noqa: E731
            apart = gaussian_mean(best) - gaussian_mean(lambda x, best=best, d=d: best(x + d))
            yield Comparison(f"d = {d}, λ = {weight}, α = {anchor}: E[v*] apart", apart, "=", 2 * reach * delta)


CLAIMS = (
    Claim(
        "lecam-regularisation",
        r"\mathbb{E}_\mathrm{data}[v^*] - \mathbb{E}_g[v^*] = 2\left(\tfrac1{2\lambda} - \alpha\right)\Delta(p_\mathrm{data}, p_g),"
        r"\quad v^* = \left(\tfrac1{2\lambda} - \alpha\right)\frac{p_\mathrm{data} - p_g}{p_\mathrm{data} + p_g}",
        "Tseng et al. 2021, Proposition 1",
        (Symbolic(regularised), Quadrature(gaussians)),
        "WGAN's loss, anchors ∓α held fixed, λ < 1/(2α): beyond, the sign turns and G is driven away; Δ = ½ ∫ (p - q)²/(p + q)",
    ),
)
