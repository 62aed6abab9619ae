"""Goodfellow et al. 2014, section 4.2 and after: descent in p_g, the equilibrium, and what Figure 1 shows."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import sympy as sp

from gantheory import rigorous
from gantheory.base.estimate import Enclosure, Estimate, Outcome
from gantheory.distributions import Density
from gantheory.evidence import trained
from gantheory.evidence.claim import Absent, Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.formal import Formal
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.state import State
from gantheory.evidence.symbolic import LOG_A, LOGIT, OPTIMAL, Identities, Symbolic, a, b, shipped, slope_of_value, t, value_of
from gantheory.evidence.trained import OfState, Trained
from gantheory.evidence.zoo import FEW, ZOO, constant
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.game import losses, proposition2
from gantheory.measurement import divergences, integrands, minimax
from gantheory.measurement.integrands import LOG4
from gantheory.theorems import in_coq, proved_intervals
from gantheory.theorems.goodfellow2014 import PAPER, gap_closes
from gantheory.theorems.goodfellow2014_criterion import at_one_half, one_half_identity

# Proposition 2


def halving_identity(witness: Witness) -> Identities:
    """The step p_g (1 - D*)^(-η) at η = 1: it gives p_data + p_g, which is 2m."""
    one_minus_best = shipped(lambda p, q: jax.nn.sigmoid(-integrands.log_ratio(p, q)), witness)
    return {"b/(1 - D*) - (a + b)": b / one_minus_best - (a + b)}


def convexity_identities(witness: Witness) -> Identities:
    """The criterion is convex in p_g with the slope log(1 - D*), and one step at η = 1 gives (p_data + p_g)/2."""
    best = value_of(witness, OPTIMAL)
    convex = {
        "the criterion's second derivative in b - a/(b(a + b)), which is > 0": sp.diff(best, b, 2) - a / (b * (a + b)),
        "the criterion's first derivative in b - log(1 - D*)": sp.diff(best, b) - sp.log(b / (a + b)),
    }
    return convex | halving_identity(witness)


def descent_from(p_data: Density, p_0: Density, steps: int) -> list[Estimate]:
    """C(p_n) + log 4 after n = 0 … steps steps of p_{n+1} = (p_data + p_n)/2."""
    gaps, errors, _ = proposition2.functional_descent(p_data, p_0, steps)
    return [Estimate(float(gap), float(error)) for gap, error in zip(gaps, errors, strict=True)]


def within_the_rate(name: str, gaps: Sequence[Estimate], start: Outcome) -> Comparisons:
    """Each gap is at most KL(p_data‖p_{n-1}) - KL(p_data‖p_n); these sum to at most KL(p_data‖p_0), and the gaps fall."""
    for n, gap in enumerate(gaps):
        if n:
            yield Comparison(f"{name}: C + log 4 <= KL/n, n = {n}", gap, "<=", start / n)


def descent() -> Comparisons:
    """The gaps of descent in p_g keep to the rate KL/n, and fall at every step."""
    for name, (p, q) in FEW.items():
        gaps = descent_from(p, q, 12)
        yield from within_the_rate(name, gaps, divergences.kl(p, q))
        for n in range(1, len(gaps)):
            yield Comparison(f"{name}: C after {n} steps and before", gaps[n], "<=", gaps[n - 1])


# The equilibrium


def equilibrium_identities(witness: Witness) -> Identities:
    """V is -log 4 at D = ½ whatever G, and its slope in D is 0 at p_g = p_data, D = ½."""
    at_rest = slope_of_value(witness, log_b=LOG_A).subs(t, 1)
    return one_half_identity(witness) | {"V's slope in D at p_g = p_data, D = ½": at_rest}


def nash() -> Comparisons:
    """No player gains by moving alone from (p_data, ½)."""
    yield from at_one_half()
    for name, (p, _) in ZOO.items():
        for level in (-2.0, 0.1):
            yield Comparison(f"{name}: V at p_g = p_data, D moved", minimax.value(p, p, constant(level)), "<=", -LOG4)


def nash_in_state(state: State) -> Comparisons:
    """Neither the trained G against D = ½, nor the trained D against p_g = p_data, does better than -log 4."""
    yield Comparison("V of G and D = ½", minimax.value(state.p_data, state.p_g, lambda x: jnp.full((), 0.5)), "=", -LOG4)
    yield Comparison("V of p_data and D", minimax.value(state.p_data, state.p_data, state.discriminator), "<=", -LOG4)


# Figure 1


def movement_identity(witness: Witness) -> Identities:
    """What moves a generated point: both losses of G fall as the logit of D rises, at the rates D and 1 - D."""
    slopes = [lifted(jax.grad(loss.of_generator), [LOGIT], witness) for loss in (losses.minimax, losses.non_saturating)]
    return {"log(1 - D)'s slope in the logit + D": slopes[0] + t / (1 + t), "-log D's + 1 - D": slopes[1] + 1 / (1 + t)}


def panels() -> Comparisons:
    """The caption, panel by panel, for a training a twentieth as long as the figure's own."""
    states = trained.runs()
    of = {panel: state.measured for panel, state in trained.states().items()}
    apart = {panel: experiment.disagreement(states[panel]).sup for panel in ("a", "b")}
    yield Comparison("(a) near convergence: JSD <= .1", 0.5 * of["a"].two_jsd, "<=", 0.1)
    yield Comparison("(a) yet apart: .02 <= JSD", 0.02, "<=", 0.5 * of["a"].two_jsd)
    yield Comparison("(a) D partially accurate: .1 <= sup |D - D*|", 0.1, "<=", apart["a"])
    yield Comparison("(b) the same p_g", of["b"].two_jsd, "=", of["a"].two_jsd)
    # The sup is attained beside the jump of D* where p_g ends, and falls slowly and unevenly; the gap, which is a mean, does not.
    yield gap_closes()
    yield Comparison("(b) sup |D - D*| is less than half of (a)'s", apart["b"], "<=", apart["a"] / 2)
    yield Comparison("(c) G(z) has moved: 2 JSD is at most half of (b)'s", of["c"].two_jsd, "<=", 0.5 * of["b"].two_jsd)
    yield Comparison("(c) along the gradient of D", 0.01, "<=", experiment.movement(states["b"], states["c"])["mean_step_times_gradient"])
    yield Comparison("(d) p_g near p_data: JSD <= .01", 0.5 * of["d"].two_jsd, "<=", 0.01)
    mean_distance = 0.5 * divergences.total_variation(states["d"].p_data, states["d"].p_g)
    yield Comparison("(d) D near ½ in the mean: TV(p_data, p_g)/2 <= .05", mean_distance, "<=", 0.05)
    yield Comparison("(d) D near D*: its gap <= .005", of["d"].discriminator_gap, "<=", 0.005)
    proved = rigorous.jsd(states["d"].p_data, states["d"].p_g, digits=9)
    if isinstance(proved, Enclosure):  # as it is for every G that does not fold
        yield Comparison("(d) JSD, and its proved interval", 0.5 * of["d"].two_jsd, "=", Estimate(float(proved), float(proved.width)))


CLAIMS = (
    Claim(
        "convexity-and-descent",
        r"\sup_D V \text{ is convex in } p_g, \text{ and descent in function space reaches } p_\mathrm{data}",
        f"{PAPER}, Proposition 2",
        (
            Symbolic(convexity_identities),
            Formal((in_coq.AFFINE, in_coq.CONVEX, in_coq.DESCENT_HALVES)),
            Enclosed(proved_intervals.convex),
            Quadrature(descent),
            Absent("trained", "the proposition is about moves of p_g itself; a training moves parameters"),
        ),
        "p_0 is positive wherever p_data is",
    ),
    Claim(
        "nash-equilibrium",
        r"(p_g, D) = (p_\mathrm{data}, \tfrac12) \text{ is a Nash equilibrium of value } -\log 4",
        f"{PAPER}, section 4",
        (
            Symbolic(equilibrium_identities),
            Formal((in_coq.EQUILIBRIUM,)),
            Enclosed(proved_intervals.equilibrium),
            Quadrature(nash),
            OfState(nash_in_state),
        ),
    ),
    Claim(
        "figure-1",
        r"\text{(a) } D \ne D^*, \text{ (b) } D \to D^*, \text{ (c) } G(z) \text{ climbs } \nabla D, \text{ (d) } p_g \to p_\mathrm{data}",
        f"{PAPER}, Figure 1",
        (
            Symbolic(movement_identity),
            Absent("formal", "it is about one training, not about all"),
            Absent("enclosure", "its numbers are those of one training; the trained layer compares them with proved intervals"),
            Absent("quadrature", "its numbers are quadratures of trained states, in the trained layer"),
            Trained(panels),
        ),
        "Gaussian data, uniform z; networks and lengths are ours, as the paper names none",
    ),
)
