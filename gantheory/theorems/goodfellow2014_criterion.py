"""Goodfellow et al. 2014, section 4.1, Theorem 1: the criterion, its value at p_g = p_data, and its only minimum."""

import itertools

import numpy as np
import sympy as sp

from gantheory.distributions import Uniform
from gantheory.evidence import trained
from gantheory.evidence.claim import Absent, Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.formal import Formal
from gantheory.evidence.lift import Witness
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.state import State
from gantheory.evidence.symbolic import (
    LOG2,
    LOG_A,
    LOG_B,
    ONE_HALF,
    OPTIMAL,
    Identities,
    Symbolic,
    a,
    b,
    criterion_of,
    shipped,
    value_of,
)
from gantheory.evidence.trained import ONE_INTEGRAL, OfState
from gantheory.evidence.zoo import ZOO, constant, middle, shifted_normals
from gantheory.measurement import divergences, integrands, minimax
from gantheory.measurement.discriminators import optimal_discriminator
from gantheory.measurement.integrands import LOG4
from gantheory.theorems import in_coq, proved_intervals
from gantheory.theorems.goodfellow2014 import PAPER

# 4 and 5. The value at the optimum


def one_half_identity(witness: Witness) -> Identities:
    """V(G, ½) = -log 4, whatever G."""
    return {"V's integrand at D = ½ + (a + b) log 2": value_of(witness, ONE_HALF) + (a + b) * LOG2}


def equality_identity(witness: Witness) -> Identities:
    """At p_g = p_data, D* = ½."""
    return {f"{what}, at a = b": expression.subs(b, a) for what, expression in one_half_identity(witness).items()}


def at_one_half() -> Comparisons:
    """V(G, ½) = -log 4 for every pair."""
    for name, (p, q) in ZOO.items():
        yield Comparison(f"{name}: V at D = ½", minimax.value(p, q, constant(0.0)), "=", -LOG4)


def at_equality() -> Comparisons:
    """C, and V at D = ½, are -log 4 at p_g = p_data."""
    for name, (p, _) in ZOO.items():
        yield Comparison(f"{name}: C at p_g = p_data", minimax.criterion(p, p), "=", -LOG4)
        yield Comparison(f"{name}: V at p_g = p_data, D = ½", minimax.value(p, p, constant(0.0)), "=", -LOG4)


def equality_and_a_value_by_hand() -> Comparisons:
    """U[0, 1] against U[0, ½]: D* is 1/3 on [0, ½], where all of p_g and half of p_data lie, and 1 beyond."""
    by_hand = np.log(1 / 3) / 2 + np.log(2 / 3)
    yield Comparison("C by hand", minimax.criterion(Uniform(0.0, 1.0), Uniform(0.0, 0.5)), "=", by_hand)
    yield from at_equality()


def criterion_identities(witness: Witness) -> Identities:
    """V's integrand at D* is that of -log 4 + 2 JSD, and that of -log 4 + KL(p_data‖m) + KL(p_g‖m)."""
    best, m = value_of(witness, OPTIMAL), (a + b) / 2
    both_kl = a * (LOG_A - sp.log(m)) + b * (LOG_B - sp.log(m))
    return {
        "V's integrand at D* + (a + b) log 2 - 2 · JSD's": best - criterion_of(witness),
        "V's integrand at D* + (a + b) log 2 - the two KLs'": best + (a + b) * LOG2 - both_kl,
    }


def criterion_comparisons() -> Comparisons:
    """C is V at D*, and is -log 4 plus the two KLs, and plus 2 JSD."""
    for name, (p, q) in ZOO.items():
        m = middle(p, q)
        criterion = minimax.criterion(p, q)
        yield Comparison(f"{name}: C and V at D*", criterion, "=", minimax.value(p, q, optimal_discriminator(p, q)))
        yield Comparison(f"{name}: C and the two KLs", criterion, "=", divergences.kl(p, m) + divergences.kl(q, m) - LOG4)
        yield Comparison(f"{name}: C and 2 JSD", criterion, "=", 2 * divergences.jsd(p, q) - LOG4)


def criterion_in_state(state: State) -> Comparisons:
    """V + log 4 is the generator's gap, 2 JSD, less the discriminator's."""
    m = state.measured
    yield Comparison("V + log 4 and the two gaps", m.value + LOG4, "=", m.two_jsd - m.discriminator_gap)


# 6. The minimum


def gibbs_identities(witness: Witness) -> Identities:
    """KL's integrand and JSD's are 0 at a = b, with slope 0 there, and convex in b: both are >= 0."""
    kl, jsd = shipped(integrands.kl, witness), shipped(integrands.jsd, witness)
    return {
        "KL's integrand at a = b": kl.subs(b, a),
        "KL's slope in b there": sp.diff(kl, b).subs(b, a),
        "KL's second derivative in b - a/b²": sp.diff(kl, b, 2) - a / b**2,
        "JSD's integrand at a = b": jsd.subs(b, a),
        "JSD's slope in b there": sp.diff(jsd, b).subs(b, a),
        "JSD's second derivative in b - a/(2b(a + b))": sp.diff(jsd, b, 2) - a / (2 * b * (a + b)),
    }


def only_minimum() -> Comparisons:
    """KL >= 0, C > -log 4 for all pairs, and C + log 4 between two bounds that fall to 0 as p_g → p_data."""
    for name, (p, q) in ZOO.items():
        for one, other in itertools.permutations((p, q)):
            yield Comparison(f"{name}: 0 and KL", 0.0, "<=", divergences.kl(one, other))
        yield Comparison(f"{name}: 1e-3 - log 4 and C", 1e-3 - LOG4, "<=", minimax.criterion(p, q))
    for shift in (1.0, 0.1, 0.01, 0.001):  # C → -log 4; C + log 4 = 2 JSD lies between 2 H² log 2 and Jeffreys/4
        two_jsd = minimax.criterion(*shifted_normals(shift)) + LOG4
        yield Comparison(f"C + log 4 at a shift of {shift}, from above", two_jsd, "<=", shift**2 / 4)
        yield Comparison(f"C + log 4 at a shift of {shift}, from below", -2 * np.expm1(-(shift**2) / 8) * np.log(2), "<=", two_jsd)


def minimum_in_state(state: State) -> Comparisons:
    """V at D* is at least -log 4, by V's own integrand: that of JSD is >= 0 at every point, so that it could not say otherwise."""
    best = optimal_discriminator(state.p_data, state.p_g)
    yield Comparison("-log 4 and V at D*", -LOG4, "<=", minimax.value(state.p_data, state.p_g, best))


def lower_at_the_end() -> Comparisons:
    of = {panel: state.measured for panel, state in trained.states().items()}
    yield Comparison("C at the end, (d), is below C at first, (a)", of["d"].criterion, "<=", of["a"].criterion)


CLAIMS = (
    Claim(
        "value-at-equality",
        r"p_g = p_\mathrm{data} \Rightarrow D^* = \tfrac12,\ C(G) = -\log 4",
        f"{PAPER}, Theorem 1",
        (
            Symbolic(equality_identity),
            Formal((in_coq.AT_EQUALITY, in_coq.ONE_HALF)),
            Enclosed(proved_intervals.at_equality),
            Quadrature(equality_and_a_value_by_hand),
            Absent("trained", "no training ends at p_g = p_data; global-minimum tells how near one comes"),
        ),
    ),
    Claim(
        "criterion",
        r"C(G) = \max_D V(G, D) = -\log 4 + 2\,\mathrm{JSD}(p_\mathrm{data}\,\|\,p_g)",
        f"{PAPER}, Theorem 1, Eqs. 4 to 6",
        (
            Symbolic(criterion_identities),
            Formal((in_coq.V_AT_MOST_C, in_coq.ATTAINED, in_coq.C_INTEGRABLE, in_coq.JSD_INTEGRABLE, in_coq.CRITERION)),
            Enclosed(proved_intervals.criteria),
            Quadrature(criterion_comparisons),
            OfState(criterion_in_state, on_plane=ONE_INTEGRAL),
        ),
    ),
    Claim(
        "global-minimum",
        r"C(G) \ge -\log 4, \text{ with equality only at } p_g = p_\mathrm{data}",
        f"{PAPER}, Theorem 1",
        (
            Symbolic(gibbs_identities),
            Formal((in_coq.C_BOUNDS, in_coq.MINIMUM, in_coq.JSD_ZERO, in_coq.SAME_LAW)),
            Enclosed(proved_intervals.above_minimum),
            Quadrature(only_minimum),
            OfState(
                minimum_in_state, lower_at_the_end, "of a generator on the plane C is known by JSD only, which is >= 0 as it is computed"
            ),
        ),
    ),
)
