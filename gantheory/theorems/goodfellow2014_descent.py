"""Goodfellow et al. 2014, sections 4.2 and after: descent in p_g, the equilibrium, and what Figure 1 shows."""

import jax
import sympy as sp

from gantheory import rigorous
from gantheory.base.estimate import Enclosure, Estimate
from gantheory.evidence import trained
from gantheory.evidence.claim import Absent, Claim
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.formal import Formal
from gantheory.evidence.lift import lifted
from gantheory.evidence.quadrature import Comparison, Quadrature
from gantheory.evidence.symbolic import LOG2, LOG_A, LOGIT, OPTIMAL, Symbolic, a, b, t, value_of
from gantheory.evidence.trained import Trained
from gantheory.evidence.zoo import ZOO, constant
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.game import losses, proposition2
from gantheory.measurement import divergences, minimax
from gantheory.measurement.minimax import LOG4
from gantheory.theorems import in_coq, proved_intervals
from gantheory.theorems.goodfellow2014 import PAPER

# Proposition 2


def convexity_identities(witness):
    best = value_of(witness, OPTIMAL)
    return {
        "the criterion's second derivative in b - a/(b(a + b)), which is > 0": sp.diff(best, b, 2) - a / (b * (a + b)),
        "its first - log(1 - D*)": sp.diff(best, b) - sp.log(b / (a + b)),
        "b/(1 - D*) - 2m": b / (b / (a + b)) - (a + b),
    }


def descent():
    for name in ("shifted", "mixture", "kinks"):
        p, q = ZOO[name]
        gaps, errors, n = proposition2.functional_descent(p, q, 12)
        start = divergences.kl(p, q)
        gap = [Estimate(float(value), float(error)) for value, error in zip(gaps, errors, strict=True)]
        for step in n[1:].tolist():
            yield Comparison(f"{name}: C + log 4 and KL/n, n = {step}", gap[step], "<=", start / step)
            yield Comparison(f"{name}: C after {step} steps and before", gap[step], "<=", gap[step - 1])


# The equilibrium


def equilibrium_identities(witness):
    return {
        "V's integrand at D = ½, + (a + b) log 2, whatever G": value_of(witness, sp.Integer(0)) + (a + b) * LOG2,
        "V's slope in D at p_g = p_data, D = ½": lifted(
            lambda p, q, d: jax.grad(minimax.value_integrand, 2)(p, q, d), [LOG_A, LOG_A, LOGIT], witness
        ).subs(t, 1),
    }


def nash():
    """No player gains by moving alone from (p_data, ½)."""
    for name, (p, q) in ZOO.items():
        yield Comparison(f"{name}: V at D = ½, G moved", minimax.value(p, q, constant(0.0)), "=", -LOG4)
        for level in (-2.0, 0.1):
            yield Comparison(f"{name}: V at p_g = p_data, D moved", minimax.value(p, p, constant(level)), "<=", -LOG4)


def nash_of_run():
    """Neither the trained G against D = ½, nor the trained D against p_g = p_data, gets past -log 4."""
    for panel, run in trained.states().items():
        yield Comparison(f"({panel}): V of the trained G and D = ½", minimax.value(run.p_data, run.p_g, constant(0.0)), "=", -LOG4)
        yield Comparison(f"({panel}): V of p_data and the trained D", minimax.value(run.p_data, run.p_data, run.discriminator), "<=", -LOG4)


# Figure 1


def movement_identity(witness):
    """What moves a generated point: the slope of -log(1 - D), by x, is D times that of the logit; both losses of G go uphill in D."""
    slopes = [lifted(jax.grad(loss.of_generator), [LOGIT], witness) for loss in (losses.minimax, losses.non_saturating)]
    return {"log(1 - D)'s slope in the logit + D": slopes[0] + t / (1 + t), "-log D's + 1 - D": slopes[1] + 1 / (1 + t)}


def panels():
    """The caption, panel by panel, of a training a tenth as long as the figure's own."""
    of, states = trained.measured(), trained.states()
    apart = {panel: experiment.disagreement(states[panel]).sup for panel in ("a", "b")}
    yield Comparison("(a) near convergence: JSD <= .1", 0.5 * of["a"].two_jsd, "<=", 0.1)
    yield Comparison("(a) yet apart: .02 <= JSD", 0.02, "<=", 0.5 * of["a"].two_jsd)
    yield Comparison("(a) D partially accurate: .1 <= sup |D - D*|", 0.1, "<=", apart["a"])
    yield Comparison("(b) the same p_g", of["b"].two_jsd, "=", of["a"].two_jsd)
    # The largest distance is found beside the jump of D* where p_g ends, and goes down slowly and unevenly; the mean one does not.
    yield Comparison("(b) D close to D*: its gap is a fifth of (a)'s", of["b"].discriminator_gap, "<=", of["a"].discriminator_gap / 5)
    yield Comparison("(b) sup |D - D*| is less than half of (a)'s", apart["b"], "<=", apart["a"] / 2)
    yield Comparison("(c) G(z) has moved: 2 JSD is half of (b)'s", of["c"].two_jsd, "<=", 0.5 * of["b"].two_jsd)
    yield Comparison("(c) along the gradient of D", 0.01, "<=", experiment.movement(states["b"], states["c"])["mean_step_times_gradient"])
    yield Comparison("(d) p_g near p_data: JSD <= .01", 0.5 * of["d"].two_jsd, "<=", 0.01)
    yield Comparison(
        "(d) D near ½ in the mean: TV(p_data, p_g)/2 <= .05",
        0.5 * divergences.total_variation(states["d"].p_data, states["d"].p_g),
        "<=",
        0.05,
    )
    yield Comparison("(d) D near D*: its gap <= .005", of["d"].discriminator_gap, "<=", 0.005)
    proved = rigorous.jsd(states["d"].p_data, states["d"].p_g, digits=9)
    if isinstance(proved, Enclosure):  # as it is of every G that does not fold
        yield Comparison("(d) JSD, and its proved interval", 0.5 * of["d"].two_jsd, "=", Estimate(float(proved), float(proved.width)))


CLAIMS = (
    Claim(
        "convexity-and-descent",
        r"\sup_D V \text{ is convex in } p_g, \text{ and descent in function space reaches } p_\mathrm{data}",
        f"{PAPER}, Proposition 2",
        (
            Symbolic(convexity_identities),
            Formal((in_coq.FINITE_CONVEX, in_coq.CONVEX)),
            Enclosed(proved_intervals.convex),
            Quadrature(descent),
            Absent("trained", "a training moves parameters, not p_g itself, of which the proposition speaks"),
        ),
        "p_0 is positive wherever p_data is",
    ),
    Claim(
        "nash-equilibrium",
        r"(p_g, D) = (p_\mathrm{data}, \tfrac12) \text{ is a Nash equilibrium of value } -\log 4",
        f"{PAPER}, section 4",
        (
            Symbolic(equilibrium_identities),
            Formal((in_coq.FINITE_EQUILIBRIUM, in_coq.EQUILIBRIUM, in_coq.EQUILIBRIUM_IS_P_DATA)),
            Enclosed(proved_intervals.equilibrium),
            Quadrature(nash),
            Trained(nash_of_run),
        ),
    ),
    Claim(
        "figure-1",
        r"\text{(a) } D \ne D^*, \text{ (b) } D \to D^*, \text{ (c) } G(z) \text{ climbs } \nabla D, \text{ (d) } p_g \to p_\mathrm{data}",
        f"{PAPER}, Figure 1",
        (
            Symbolic(movement_identity),
            Absent("formal", "it speaks of one training, not of every one"),
            Absent("enclosure", "its numbers are those of one training: where they are proved, that is among what the training shows"),
            Absent("quadrature", "its numbers are quadratures of the trained states: see there"),
            Trained(panels),
        ),
        "Gaussian data, uniform z; networks and lengths are ours, as the paper names none",
    ),
)
