"""Lim & Ye 2017, "Geometric GAN": the hinge loss, whose least value is that of total variation."""

import sympy as sp

from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import Identities, Symbolic, a, b, shipped, t
from gantheory.evidence.zoo import shifted_normals, shifted_uniforms
from gantheory.game import losses
from gantheory.measurement import integrands
from gantheory.measurement.divergences import total_variation
from gantheory.theorems.reid_williamson2011 import cost

INSIDE = (1 - t) / (1 + t)  # an answer between -1 and 1: any of them, as t goes from 0 to infinity
BEYOND = 1 + t  # any answer above 1


def best_answer(witness: Witness) -> tuple[sp.Integer, sp.Symbol, sp.Symbol]:
    """±1, the sign of a - b around the witness; and the larger and the smaller density."""
    return (sp.Integer(1), a, b) if witness[a] > witness[b] else (sp.Integer(-1), b, a)


def least_cost(witness: Witness) -> Identities:
    """v = ±1, the sign of p_data - p_g, costs 2 min(p_data, p_g), and every other v at least as much: the terms are at least 0.

    It costs more where the densities differ and neither is 0.
    """
    towards, larger, smaller = best_answer(witness)
    least = cost(losses.hinge, towards, witness)
    return {
        "the least - (a + b) + 2 TV": least - a - b + 2 * shipped(integrands.total_variation, witness),
        "|v| < 1: the excess - (larger - smaller)(1 ∓ v)": cost(losses.hinge, towards * INSIDE, witness)
        - least
        - (larger - smaller) * (1 - INSIDE),
        "|v| = 1 + t on the right side: the excess - t · smaller": cost(losses.hinge, towards * BEYOND, witness) - least - t * smaller,
        "|v| = 1 + t on the wrong side: the excess - 2 (larger - smaller) - t · larger": cost(losses.hinge, -towards * BEYOND, witness)
        - least
        - 2 * (larger - smaller)
        - t * larger,
    }


def generators_part(witness: Witness) -> Identities:
    """Against the best answer G pays -1 where p_g < p_data and 1 where it is larger: the derivative in p_g of 2 TV's integrand, |a - b|."""
    towards, _, _ = best_answer(witness)
    paid = lifted(losses.hinge.of_generator, [towards], witness)
    return {"what G pays - the derivative of 2 TV in p_g": paid - sp.diff(2 * shipped(integrands.total_variation, witness), b)}


def least_costs() -> Comparisons:
    """The best critic between N(0, 1) and N(d, 1) changes sign at d/2; between shifted uniforms it is 0-1 outside of what they share."""
    for d in (0.5, 1.0, 3.0):
        p, q = shifted_normals(d)
        wrong = p.sf(d / 2) + q.cdf(d / 2)
        yield Comparison(f"d = {d}: the hinge at the sign of d/2 - x, and 2(1 - TV)", 2 * wrong, "=", 2 - 2 * total_variation(p, q))
    for share in (0.25, 0.75):
        p, q = shifted_uniforms(share)
        yield Comparison(f"uniforms that share {1 - share}: both pay 1 there", 2 * (1 - share), "=", 2 - 2 * total_variation(p, q))


CLAIMS = (
    Claim(
        "hinge-is-total-variation",
        r"\min_v \mathbb{E}_\mathrm{data}[(1 - v)_+] + \mathbb{E}_g[(1 + v)_+] = 2(1 - \mathrm{TV}),"
        r" \text{ at } v^* = \operatorname{sign}(p_\mathrm{data} - p_g)",
        "Lim & Ye 2017; Nguyen, Wainwright & Jordan 2009",
        (Symbolic(least_cost), Quadrature(least_costs)),
    ),
    Claim(
        "hinge-generator-descends-total-variation",
        r"-v^*(x) = \operatorname{sign}(p_g - p_\mathrm{data}) \text{ is the derivative of } 2\,\mathrm{TV} \text{ in } p_g(x)",
        "Lim & Ye 2017",
        (Symbolic(generators_part),),
        "D is at its best, and p_g ≠ p_data at x",
    ),
)
