"""Salimans et al. 2016, "Improved techniques for training GANs": what smoothed labels do to D*, to C(G) and to what G learns.

Data are labelled 1 - s in place of 1: at a point with densities a and b, D then meets labels 1 with weight (1 - s) a, and labels 0 with
weight b + s a.
"""

from typing import Any

import numpy as np
import sympy as sp

from gantheory.distributions import Density, Mixture
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOGIT, OPTIMAL, WITNESSES, Identities, Symbolic, a, b, t
from gantheory.evidence.trapezoid import gaussian_mean
from gantheory.evidence.zoo import ZOO, middle, shifted_normals
from gantheory.game import losses
from gantheory.game.losses import with_smoothed_labels
from gantheory.measurement.divergences import kl, skew_jsd
from gantheory.theorems.inequalities import entropy_of
from gantheory.theorems.reid_williamson2011 import bernoulli, cost

r: sp.Symbol
u: sp.Symbol
r, u = sp.symbols("r u", positive=True)
S = r / (1 + r)  # any s from 0 to 1
FAKE = u / (1 + u)  # any label of generated points
AS_NUMBER = 0.3  # s in the shipped program, whose constants s and 1 - s stand for the expressions
KNOWN = ((AS_NUMBER, S), (1 - AS_NUMBER, 1 - S))
# At s = ¼ label 1 has the larger weight around the first two, and label 0 around the others.
WITH_S = tuple({**witness, r: sp.Rational(1, 3), u: sp.Rational(1, 9)} for witness in WITNESSES)
ONES, ZEROS = (1 - S) * a, b + S * a  # weights of the two labels at a point
BEST = ONES / (a + b)  # D*_s
BEST_LOGIT = sp.log(ONES) - sp.log(ZEROS)


def smoothed(loss: losses.Loss, answer: Any, witness: Witness) -> Any:
    """What D pays in the shipped game with smoothed labels."""
    return cost(with_smoothed_labels(loss, AS_NUMBER), answer, witness, known=KNOWN)


def diluted(p: Density, q: Density, s: float) -> Mixture:
    """(q + s p)/(1 + s), the law of what D is taught to call generated."""
    return Mixture([s / (1 + s), 1 / (1 + s)], [p, q])


def smoothed_optimum(witness: Witness) -> Identities:
    """The excess over the cost of D*_s = (1 - s) D* is (a + b) KL(Bern D*_s‖Bern D); of least squares (a + b)(v - D*_s)²/2."""
    log, squares = losses.minimax, losses.least_squares
    return {
        "the excess - (a + b) KL(Bern D*_s‖Bern D)": smoothed(log, LOGIT, witness)
        - smoothed(log, BEST_LOGIT, witness)
        - (a + b) * bernoulli(BEST, t / (1 + t)),
        "least squares' excess - (a + b)(v - D*_s)²/2": smoothed(squares, LOGIT, witness)
        - smoothed(squares, BEST, witness)
        - (a + b) * (LOGIT - BEST) ** 2 / 2,
    }


def gaussian_optimum() -> Comparisons:
    """V_s of N(0, 1) and N(d, 1), s = .1, by the trapezoidal rule: at D*_s it is as JSD_π says, and less where the logit is moved."""
    s = 0.1
    loss, prior = with_smoothed_labels(losses.minimax, s), (1 - s) / 2
    for d in (0.5, 2.0):
        p, q = shifted_normals(d)

        def played(shift, d=d):
            logit = lambda x: shift + np.log1p(-s) - np.logaddexp(np.log(s), -d * (d / 2 - x))  # noqa: E731
            return -1 * (gaussian_mean(lambda x: loss.on_data(logit(x))) + gaussian_mean(lambda x: loss.on_generated(logit(x + d))))

        best = 2 * skew_jsd(p, diluted(p, q, s), prior) - 2 * entropy_of(prior)
        yield Comparison(f"d = {d}: V_s at D*_s", played(0.0), "=", best)
        for shift in (0.2, -0.2):
            yield Comparison(f"d = {d}: V_s at a logit moved by {shift}", played(shift), "<=", best)


def smoothed_criterion(witness: Witness) -> Identities:
    """max V_s is the integral of F = ones log(ones/(a + b)) + zeros log(zeros/(a + b)).

    F is convex in a, so that its integral is least at a = b, by Jensen. It falls in b, so that it is at most -a h(s), its value at b = 0.
    """
    best = -smoothed(losses.minimax, BEST_LOGIT, witness)
    prior, middle_of_both = (1 - S) / 2, (a + b) / 2
    at_equal = prior * sp.log(prior) + (1 - prior) * sp.log(1 - prior)
    return {
        "the value at D*_s - F": best - sum(part * sp.log(part / (a + b)) for part in (ONES, ZEROS)),
        "its second derivative in a - a positive one": sp.diff(best, a, 2) - ((1 - S) * b) ** 2 / (ONES * ZEROS * (a + b)),
        "its value at a = b + 2a h((1 - s)/2)": best.subs(b, a) - 2 * a * at_equal,
        "F - 2 JSD_π's integrand of a and zeros/(1 + s) - ones log π - zeros log(1 - π)": best
        - ONES * sp.log(a / middle_of_both)
        - ZEROS * sp.log(ZEROS / (1 + S) / middle_of_both)
        - ONES * sp.log(prior)
        - ZEROS * sp.log(1 - prior),
        "its derivative in b - log(zeros/(a + b)), which is below 0": sp.diff(best, b) - sp.log(ZEROS / (a + b)),
        "its value at b = 0 + a h(s)": best.subs(b, 0) - a * ((1 - S) * sp.log(1 - S) + S * sp.log(S)),
    }


def smoothed_criteria() -> Comparisons:
    """C_s is at least -2 h((1 - s)/2), its value at p_g = p_data, and at most -h(s), that of disjoint supports."""
    for s in (0.1, 0.3):
        least = -2 * entropy_of((1 - s) / 2)
        for name in ("shifted", "kinks", "overlapping", "disjoint"):
            p, q = ZOO[name]
            criterion = (1 - s) * kl(p, middle(p, q)) + (1 + s) * kl(diluted(p, q, s), middle(p, q)) + least
            yield Comparison(f"{name}, s = {s}: -2 h((1 - s)/2) <= C_s", least, "<=", criterion)
            yield Comparison(f"{name}, s = {s}: C_s and -h(s)", criterion, "=" if name == "disjoint" else "<=", -entropy_of(s))


def unmoved_generator(witness: Witness) -> Identities:
    """-log D*_s = -log D* - log(1 - s) at every point: a constant more, whose derivative is 0. Of log(1 - D) the two differ."""
    pays = losses.non_saturating.of_generator
    smoothed_pays = lifted(with_smoothed_labels(losses.non_saturating, AS_NUMBER).of_generator, [BEST_LOGIT], witness, KNOWN)
    saturating = lifted(losses.minimax.of_generator, [BEST_LOGIT], witness)
    return {
        "-log D*_s + log D* + log(1 - s)": smoothed_pays - lifted(pays, [OPTIMAL], witness) + sp.log(1 - S),
        "log(1 - D*_s) - log((b + s a)/(a + b))": saturating - sp.log(ZEROS / (a + b)),
    }


def both_smoothed(witness: Witness) -> Identities:
    """Labels α = 1 - s of data and β of generated points: D* = (α a + β b)/(a + b), and how steeply -log D* falls in log(a/b)."""
    real = 1 - S
    ones, zeros = real * a + FAKE * b, (1 - real) * a + (1 - FAKE) * b
    best = sp.log(ones) - sp.log(zeros)
    paid, least = (cost(losses.minimax, logit, witness, ones, zeros) for logit in (LOGIT, best))
    slope = a * sp.diff(lifted(losses.non_saturating.of_generator, [best], witness), a)
    known = -(real - FAKE) * a * b / ((a + b) * ones)
    return {
        "the excess - (a + b) KL(Bern D*‖Bern D)": paid - least - (a + b) * bernoulli(ones / (a + b), t / (1 + t)),
        "the slope + (α - β) ab/((a + b)(α a + β b))": slope - known,
        "the limit of that where data are rare": sp.limit(known, a, 0),
        "its limit for β = 0, + 1": sp.limit(sp.cancel(known.subs(u, 0)), a, 0) + 1,
    }


PAPER = "Salimans et al. 2016, section 3.4"
CLAIMS = (
    Claim(
        "one-sided-label-smoothing",
        r"\text{labels } 1 - s \text{ for data: } D^*_s = \frac{(1 - s)\, p_\mathrm{data}}{p_\mathrm{data} + p_g} = (1 - s)\, D^*",
        PAPER,
        (Symbolic(smoothed_optimum, WITH_S), Quadrature(gaussian_optimum)),
        "0 <= s < 1; cross-entropy, and least squares",
    ),
    Claim(
        "smoothed-criterion",
        r"C_s = \max_D V_s = 2\,\mathrm{JSD}_\pi\!\left(p_\mathrm{data}, \tfrac{p_g + s p_\mathrm{data}}{1 + s}\right) - 2 h(\pi),"
        r"\ \pi = \tfrac{1 - s}2:\ -2 h(\pi) \le C_s \le -h(s), \text{ least only at } p_g = p_\mathrm{data}",
        f"follows from {PAPER}",
        (Symbolic(smoothed_criterion, WITH_S[::2]), Quadrature(smoothed_criteria)),
        "0 <= s < 1; one-sided; h(x) = -x log x - (1 - x) log(1 - x)",
    ),
    Claim(
        "smoothing-leaves-the-non-saturating-gradient",
        r"-\log D^*_s = -\log D^* - \log(1 - s): \text{ against the best D, the gradient of G is as without smoothing}",
        f"follows from {PAPER}",
        (Symbolic(unmoved_generator, WITH_S),),
        "one-sided, non-saturating; that of log(1 - D) does change",
    ),
    Claim(
        "smoothing-both-sides",
        r"D^* = \frac{\alpha p_\mathrm{data} + \beta p_g}{p_\mathrm{data} + p_g}, \quad"
        r" \frac{\partial \log D^*}{\partial \log(p_\mathrm{data}/p_g)} \to 0 \text{ where data are rare,"
        r" if } \beta > 0;\ \to 1 \text{ if } \beta = 0",
        PAPER,
        (Symbolic(both_smoothed, WITH_S),),
        "labels α for data, β for generated points; α ≠ 0 where β = 0",
    ),
)
