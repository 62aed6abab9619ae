"""Reid & Williamson 2011, "Information, divergence and risk for binary experiments": why log(1 - D), and what other scores give.

D answers v at x, where data have density a and generated points b, and pays a · on_data(v) + b · on_generated(v) there. The least that it
can pay, integrated over x, is twice the Bayes risk of a half-half mixture. How far that lies below its value at p_g = p_data is an
f-divergence: each score has its own.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import sympy as sp

from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.lift import Known, Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOG_A, LOG_B, LOGIT, OPTIMAL, WITNESSES, Identities, Symbolic, a, b, criterion_of, shipped, t
from gantheory.evidence.trapezoid import gaussian_mean
from gantheory.evidence.zoo import shifted_normals
from gantheory.game import losses
from gantheory.measurement import divergences, integrands


class Score(NamedTuple):
    """What D pays for an answer v at a data point, and at a generated one."""

    on_data: Callable[[Any], Any]
    on_generated: Callable[[Any], Any]


# That of boosting (Friedman, Hastie & Tibshirani 2000): half of the logit is its best answer. It is none of the library's games.
EXPONENTIAL = Score(lambda v: jnp.exp(-v), lambda v: jnp.exp(v))
POSTERIOR = a / (a + b)  # D*
EACH_LARGER = WITNESSES[::2]  # p_data above p_g, and below it; for what does not depend on D's answer


def cost(score: Any, answer: Any, witness: Witness, of_data: Any = a, of_generated: Any = b, known: Known = ()) -> Any:
    """What D pays at a point for an answer: by a score, or a loss of the library, at these densities; ``known`` is as in ``lifted``."""
    on_data, on_generated = (lifted(part, [answer], witness, known) for part in (score.on_data, score.on_generated))
    return of_data * on_data + of_generated * on_generated


def bernoulli(best: Any, own: Any) -> Any:
    """KL(Bern best‖Bern own): at least 0, and 0 only where the two are equal."""
    return best * (sp.log(best) - sp.log(own)) + (1 - best) * (sp.log(1 - best) - sp.log(1 - own))


def same_optimum(witness: Witness) -> Identities:
    """Each excess over the cost of the best answer is a sum of terms >= 0, which are all 0 only at D*, in its own scale: D, logit, half."""
    squares = a**2, b**2  # densities whose roots are rational
    return {
        "log: its excess - (a + b) KL(Bern D*‖Bern D)": cost(losses.minimax, LOGIT, witness)
        - cost(losses.minimax, OPTIMAL, witness)
        - (a + b) * bernoulli(POSTERIOR, t / (1 + t)),
        "Brier: its excess - (a + b)(v - D*)²/2": cost(losses.least_squares, LOGIT, witness)
        - cost(losses.least_squares, POSTERIOR, witness)
        - (a + b) * (LOGIT - POSTERIOR) ** 2 / 2,
        "exponential, v = 2 log t: its excess - (a/t - b t)², at a² and b²": cost(EXPONENTIAL, 2 * LOGIT, witness, *squares)
        - cost(EXPONENTIAL, OPTIMAL, witness, *squares)
        - (a / t - b * t) ** 2,
    }


def risks(witness: Witness) -> Identities:
    """The cost of the best answer by the shipped integrands of JSD, Δ and H²; of the hinge, whose best answer is a sign, by TV's."""
    squares = [2 * LOG_A, 2 * LOG_B]
    triangular, hellinger = shipped(integrands.triangular, witness), lifted(integrands.hellinger2, squares, witness)
    sign = sp.Integer(1 if witness[a] > witness[b] else -1)
    return {
        "log: the least - (a + b) log 2 + 2 JSD": cost(losses.minimax, OPTIMAL, witness) + criterion_of(witness),
        "Brier, halved as shipped: the least - (a + b)/8 + Δ/4": cost(losses.least_squares, POSTERIOR, witness)
        - (a + b) / 8
        + triangular / 4,
        "exponential: the least - (a² + b²) + 2 H² at a² and b²": cost(EXPONENTIAL, OPTIMAL, witness, a**2, b**2)
        - a**2
        - b**2
        + 2 * hellinger,
        "hinge: the least - (a + b) + 2 TV": cost(losses.hinge, sign, witness) - a - b + 2 * shipped(integrands.total_variation, witness),
    }


def weights(witness: Witness) -> Identities:
    """w(c) = -L''(c), L(c) the risk at D* = c: by it every proper score is a mixture of 0-1 losses, and every risk is concave."""
    c = POSTERIOR
    found = {}
    for name, loss, answer, weight in (
        ("log", losses.minimax, OPTIMAL, 1 / (c * (1 - c))),
        ("Brier, halved as shipped", losses.least_squares, POSTERIOR, sp.Integer(1)),
    ):
        # The risk is (a + b) L(a/(a + b)), whose second derivative in a is (1 - c)² L''(c)/(a + b).
        bend = sp.diff(cost(loss, answer, witness), a, 2) * (a + b)
        found[f"{name}: (1 - c)² w(c) + (a + b) times the second derivative of the risk"] = (1 - c) ** 2 * weight + bend
    return found


def risks_of_gaussians() -> Comparisons:
    """N(0, 1) and N(d, 1), whose D* has the logit d(d/2 - x): what the best answers cost, by the trapezoidal rule, and each divergence."""
    for d in (0.5, 1.5):
        p, q = shifted_normals(d)

        def least(score, answer, d=d):
            of_data = gaussian_mean(lambda x: score.on_data(answer(d * (d / 2 - x))))
            return of_data + gaussian_mean(lambda x: score.on_generated(answer(-d * (d / 2 + x))))

        log, brier = least(losses.minimax, lambda v: v), least(losses.least_squares, jax.nn.sigmoid)
        yield Comparison(f"d = {d}: log", log, "=", integrands.LOG4 - 2 * divergences.jsd(p, q))
        yield Comparison(f"d = {d}: Brier, halved", brier, "=", 0.25 - 0.25 * divergences.triangular(p, q))
        yield Comparison(f"d = {d}: exponential", least(EXPONENTIAL, lambda v: v / 2), "=", 2 - 2 * divergences.hellinger2(p, q))
        wrong = p.sf(d / 2) + q.cdf(d / 2)  # chances that x is on the wrong side of d/2, where the hinge costs 2
        yield Comparison(f"d = {d}: hinge", 2 * wrong, "=", 2 - 2 * divergences.total_variation(p, q))


PAPER = "Reid & Williamson 2011"
CLAIMS = (
    Claim(
        "proper-scores-have-one-optimum",
        r"D^* = \frac{p_\mathrm{data}}{p_\mathrm{data} + p_g} \text{ is the best answer by the log, the Brier and the exponential score}",
        f"{PAPER}; Buja, Stuetzle & Shen 2005",
        (Symbolic(same_optimum),),
        "the exponential score reads half of D's logit",
    ),
    Claim(
        "bayes-risk-is-a-divergence",
        r"\min_D \mathbb{E}_\mathrm{data}[\ell_1(D)] + \mathbb{E}_g[\ell_0(D)]:"
        r"\ \log 4 - 2\,\mathrm{JSD},\ \tfrac14(1 - \Delta),\ 2(1 - H^2),\ 2(1 - \mathrm{TV})",
        f"{PAPER}; Nguyen, Wainwright & Jordan 2009",
        (Symbolic(risks, EACH_LARGER), Quadrature(risks_of_gaussians)),
        "of the log, the Brier (halved), the exponential and the hinge score; that these answers are the best:"
        " proper-scores-have-one-optimum, hinge-is-total-variation",
    ),
    Claim(
        "weights-of-proper-scores",
        r"-L''(c):\ \tfrac{1}{c(1 - c)} \text{ for the log score, constant for Brier's}",
        f"{PAPER}; Buja, Stuetzle & Shen 2005",
        (Symbolic(weights, EACH_LARGER),),
        "L is the least cost at D* = c, per point",
    ),
)
