"""What each loss is at p_g = p_data and the best D there: whether a loss of .69, 1.39 or .25 is good. By itself it shows nothing.

D's loss is the sum of a mean over data and one over generated points; programs that report their mean report half of it.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp
import sympy as sp

from gantheory.base.estimate import Estimate
from gantheory.base.precision import in_float64
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOG2, LOGIT, Identities, Symbolic, a, b, t
from gantheory.evidence.zoo import ZOO
from gantheory.game import losses
from gantheory.game.losses import LOSSES
from gantheory.measurement.divergences import jsd
from gantheory.measurement.f_divergences import F_GAN
from gantheory.theorems.reid_williamson2011 import cost


class AtEquilibrium(NamedTuple):
    """A game at p_g = p_data.

    Attributes:
      answer: the answer v of the best D, the same at every x; one of the best, where there are several.
      of_d: D's loss, by every best answer.
      of_g: G's loss by that answer.
    """

    answer: Any
    of_d: Any
    of_g: Any


ONE, ZERO, HALF = sp.Integer(1), sp.Integer(0), sp.Rational(1, 2)
VALUES: dict[str, AtEquilibrium] = {
    "minimax": AtEquilibrium(ZERO, 2 * LOG2, -LOG2),
    "non_saturating": AtEquilibrium(ZERO, 2 * LOG2, LOG2),
    "least_squares": AtEquilibrium(HALF, HALF / 2, HALF / 4),
    "hinge": AtEquilibrium(ZERO, 2 * ONE, ZERO),
    "wasserstein": AtEquilibrium(ZERO, ZERO, ZERO),
    "relativistic": AtEquilibrium(ZERO, LOG2, LOG2),
    "f_gan_kl": AtEquilibrium(ONE, ZERO, -ONE),
    "f_gan_reverse_kl": AtEquilibrium(ZERO, ZERO, ONE),
    "f_gan_pearson": AtEquilibrium(ZERO, ZERO, ZERO),
    "f_gan_neyman": AtEquilibrium(ZERO, ZERO, ZERO),
    "f_gan_squared_hellinger": AtEquilibrium(ZERO, ZERO, ZERO),
    "f_gan_jeffreys": AtEquilibrium(ZERO, ZERO, ZERO),
    "f_gan_jensen_shannon": AtEquilibrium(ZERO, ZERO, ZERO),
    "f_gan_gan": AtEquilibrium(ZERO, 2 * LOG2, -LOG2),
}
ROUNDING = 1e-14  # of a loss in float64
FLAT = (1 + t) ** 2 / (4 * t)  # at least 1, and 1 only at t = 1
INSIDE = (1 - t) / (1 + t)  # any answer between -1 and 1
# An answer of f-GAN's games, and what it costs more than the best: >= 0, and 0 only at t = 1, the best answer.
F_GAN_EXCESS: dict[str, tuple[Any, Any]] = {
    "f_gan_kl": (1 + LOGIT, t - 1 - LOGIT),
    "f_gan_reverse_kl": (LOGIT, 1 / t - 1 + LOGIT),
    "f_gan_pearson": (LOGIT, LOGIT**2 / 4),
    "f_gan_neyman": (2 * LOGIT, (1 - 1 / t) ** 2),
    "f_gan_squared_hellinger": (LOGIT, (1 - t) ** 2 / t),
    "f_gan_jensen_shannon": (LOGIT, sp.log(FLAT)),
    "f_gan_gan": (LOGIT, sp.log(FLAT)),
}


def at_equal(name: str, answer: Any, witness: Witness) -> Any:
    """What D pays at a point where both densities are 1."""
    if LOSSES[name].relativistic:  # each pair of points in both orders, of which D plays one
        return (lifted(LOSSES[name].on_data, [answer], witness) + lifted(LOSSES[name].on_data, [-answer], witness)) / 2
    return cost(LOSSES[name], answer, witness, ONE, ONE)


def values(names: tuple[str, ...], witness: Witness) -> Identities:
    """The two losses at the answer of the table."""
    found = {}
    for name in names:
        entry = VALUES[name]
        found[f"{name}: D's loss - {entry.of_d}"] = at_equal(name, entry.answer, witness) - entry.of_d
        found[f"{name}: G's loss - {entry.of_g}"] = lifted(LOSSES[name].of_generator, [entry.answer], witness) - entry.of_g
    return found


def logarithmic(witness: Witness) -> Identities:
    """With D = t/(1 + t), D pays log 4 + log((1 + t)²/4t): at least log 4, by 4t <= (1 + t)²."""
    names = ("minimax", "non_saturating")
    excess = {f"{name}: the excess - log((1 + t)²/4t)": at_equal(name, LOGIT, witness) - 2 * LOG2 - sp.log(FLAT) for name in names}
    return values(names, witness) | excess


def relativistic(witness: Witness) -> Identities:
    """Half of what the two orders of a pair cost: log 2 + ½ log((1 + t)²/4t)."""
    excess = at_equal("relativistic", LOGIT, witness) - LOG2 - sp.log(FLAT) / 2
    return values(("relativistic",), witness) | {"the excess - ½ log((1 + t)²/4t)": excess}


def squares(witness: Witness) -> Identities:
    """(v - 1)²/2 + v²/2 = ¼ + (v - ½)²."""
    excess = at_equal("least_squares", LOGIT, witness) - HALF / 2 - (LOGIT - HALF) ** 2
    return values(("least_squares",), witness) | {"the excess - (v - ½)²": excess}


def hinges(witness: Witness) -> Identities:
    """Every v from -1 to 1 costs 2, and any beyond more; G pays -v, so that its loss may be any number from -1 to 1."""
    return values(("hinge",), witness) | {
        "D's loss for |v| < 1, - 2": at_equal("hinge", INSIDE, witness) - 2,
        "its excess at v = 1 + t, - t": at_equal("hinge", 1 + t, witness) - 2 - t,
        "its excess at v = -1 - t, - t": at_equal("hinge", -1 - t, witness) - 2 - t,
        "G's loss + v": lifted(losses.hinge.of_generator, [INSIDE], witness) + INSIDE,
    }


def critics(witness: Witness) -> Identities:
    """Every v costs 0, so that a constant may be added to any critic; G pays -v, which may be any number."""
    return values(("wasserstein",), witness) | {
        "D's loss": at_equal("wasserstein", LOGIT, witness),
        "G's loss + v": lifted(losses.wasserstein.of_generator, [LOGIT], witness) + LOGIT,
    }


def f_gan(witness: Witness) -> Identities:
    """f*(T) - T >= -f(1), with equality at T = f'(1): D's loss is -f(1), and G's -f*(f'(1)) = f(1) - f'(1)."""
    found = values(tuple(F_GAN_EXCESS), witness)
    for name, (answer, excess) in F_GAN_EXCESS.items():
        found[f"{name}: the excess - its closed form"] = at_equal(name, answer, witness) - VALUES[name].of_d - excess
    for name, row in F_GAN.items():
        entry, at_1, slope = VALUES[f"f_gan_{name}"], *(lifted(function, [ONE], witness) for function in (row.f, row.derivative))
        found |= {f"{name}: L_D + f(1)": entry.of_d + at_1, f"{name}: L_G - f(1) + f'(1)": entry.of_g - at_1 + slope}
    return found


@in_float64
def played(name: str, v: float) -> tuple[Estimate, Estimate]:
    """D's loss and G's in numbers, where D answers v at every one of 4 points of each kind."""
    said = jnp.full(4, v)
    of_d, of_g = (float(loss(said, said)) for loss in (LOSSES[name].discriminator, LOSSES[name].generator))
    return Estimate(of_d, ROUNDING), Estimate(of_g, ROUNDING)


def jeffreys_in_numbers() -> Comparisons:
    """Jeffreys' f* has Lambert's W, which the algebra does not have: 0 at T = 0, and more at other T."""
    name = "f_gan_jeffreys"
    of_d, of_g = played(name, 0.0)
    yield Comparison("D's loss at v = 0", of_d, "=", float(VALUES[name].of_d))
    yield Comparison("G's loss at v = 0", of_g, "=", float(VALUES[name].of_g))
    for v in (-2.0, -0.1, 0.1, 2.0):
        yield Comparison(f"D's loss at v = {v} is more", float(VALUES[name].of_d) + 1e-4, "<=", played(name, v)[0])


def flat_answers(witness: Witness) -> Identities:
    """Where D gives the table's answer everywhere, both pay the table's losses whatever p_g: D's integrand is linear in a and b."""
    found = {}
    for name, entry in VALUES.items():
        loss = LOSSES[name]
        if name == "f_gan_jeffreys":
            continue
        of_data = lifted(loss.on_data, [entry.answer], witness)
        found[f"{name}: G's loss - {entry.of_g}"] = lifted(loss.of_generator, [entry.answer], witness) - entry.of_g
        if loss.relativistic:  # it has no part of generated points alone, and compares answers that are equal
            found[f"{name}: on_data(0) - the value"] = of_data - entry.of_d
            continue
        found[f"{name}: the integrand - a · on_data - b (the value - on_data)"] = (
            cost(loss, entry.answer, witness) - a * of_data - b * (entry.of_d - of_data)
        )
    return found


def flat_answers_in_numbers() -> Comparisons:
    """For p_data and p_g that have nothing in common: every loss is at its equilibrium value, and JSD is log 2."""
    yield Comparison("JSD of two disjoint laws", jsd(*ZOO["disjoint"]), "=", float(LOG2))
    for name, entry in VALUES.items():
        of_d, of_g = played(name, float(entry.answer))
        yield Comparison(f"{name}: D's loss", of_d, "=", float(entry.of_d))
        yield Comparison(f"{name}: G's loss", of_g, "=", float(entry.of_g))


CLAIMS = (
    Claim(
        "cross-entropy-at-equilibrium",
        r"p_g = p_\mathrm{data}: \quad L_D = \log 4 \approx 1.386,\ \text{the mean of its halves } \log 2 \approx .693,"
        r"\quad L_G = -\log 2 \text{ or, non-saturating, } \log 2",
        "Goodfellow et al. 2014, Theorem 1 and section 3",
        (Symbolic(logarithmic),),
        "the least loss of D, reached only by D = ½",
    ),
    Claim(
        "least-squares-at-equilibrium",
        r"p_g = p_\mathrm{data}: \quad L_D = \tfrac14,\ L_G = \tfrac18;"
        r" \text{ with squares that are not halved } \tfrac12 \text{ and } \tfrac14",
        "Mao et al. 2017, Eq. 9",
        (Symbolic(squares),),
        "targets 0 and 1; the least loss of D, reached only by v = ½; the mean of its two squares is then ¼",
    ),
    Claim(
        "hinge-at-equilibrium",
        r"p_g = p_\mathrm{data}: \quad L_D = 2 \text{ for every } v \in [-1, 1], \quad L_G = -v: \text{ anything from } -1 \text{ to } 1",
        "Lim & Ye 2017; Miyato et al. 2018, Eqs. 16 and 17",
        (Symbolic(hinges),),
        "v is the same everywhere; L_G is 0 for v = 0 only",
    ),
    Claim(
        "wasserstein-at-equilibrium",
        r"p_g = p_\mathrm{data}: \quad L_D = 0 \text{ for every critic}, \quad L_G = -\mathbb{E}\,v: \text{ any number}",
        "Arjovsky, Chintala & Bottou 2017, Eq. 3",
        (Symbolic(critics),),
        "without a penalty",
    ),
    Claim(
        "relativistic-at-equilibrium",
        r"p_g = p_\mathrm{data}: \quad L_D = L_G = \log 2 \approx .693",
        "Jolicoeur-Martineau 2018, section 4.1",
        (Symbolic(relativistic),),
        "the least loss of D, reached only by a v that is the same everywhere; each pair counts in both orders",
    ),
    Claim(
        "f-gan-at-equilibrium",
        r"p_g = p_\mathrm{data}: \quad L_D = -f(1),\ L_G = f(1) - f'(1): \text{ KL } (0, -1),"
        r" \text{ reverse KL } (0, 1), \text{ others } (0, 0), \text{ GAN } (\log 4, -\log 2)",
        "Nowozin, Cseke & Tomioka 2016, Eq. 4 and Table 6",
        (Symbolic(f_gan), Quadrature(jeffreys_in_numbers)),
        "that Jeffreys' game pays this, and no less, in numbers only",
    ),
    Claim(
        "a-loss-at-its-equilibrium-value-shows-nothing",
        r"\text{a D that gives the best answer at } p_g = p_\mathrm{data} \text{ everywhere gives every } p_g"
        r" \text{ the same losses as } p_g = p_\mathrm{data}",
        "follows from Goodfellow et al. 2014, section 4",
        (Symbolic(flat_answers), Quadrature(flat_answers_in_numbers)),
        "the algebra for all games but Jeffreys'",
    ),
)
