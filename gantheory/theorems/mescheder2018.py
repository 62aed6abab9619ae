"""Mescheder, Nowozin & Geiger 2017 and Mescheder, Geiger & Nowozin 2018: what the eigenvalues of the Dirac-GAN say of its training."""

from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from flint import acb, arb

from gantheory.base.estimate import Enclosure, Estimate
from gantheory.dynamics.differentiable import with_consensus
from gantheory.dynamics.dirac import MASSES, NODES, dirac
from gantheory.dynamics.integrators import SIMULTANEOUS, alternating, trajectory
from gantheory.dynamics.spectra import spectrum_at, step_derivative
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.fields import at_one_point, derivative_of, field_of
from gantheory.evidence.lift import Witness
from gantheory.evidence.moments import mean_of, of_gaussian
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOGIT, WITNESSES, Identities, Symbolic, a, b, t
from gantheory.evidence.trained import Trained
from gantheory.rigorous.enclosures import closed_form

REST = (0, 0)
MARK = 0.8125  # weight of a penalty, in the place of which γ is put
GAMMA = 2 * a  # of R1 or of consensus; its half occurs in the losses
OF_GAMMA = ((MARK / 2, GAMMA / 2),)
e: sp.Symbol = sp.Symbol("e")  # a noise
AT: tuple[Witness, ...] = ({**WITNESSES[0], e: sp.Integer(1)},)  # at rest no program branches
STEP = 0.2
NEAR_BOUND = Fraction(1, 1000)  # share by which a step is below or above the bound
CONTRACTED = 1e-3  # distance of a measured contraction from the predicted one


def unregularised(witness: Witness) -> Identities:
    """Trace 0 and determinant f'(0)²: eigenvalues ±i f'(0), for the losses of the papers."""
    found = {}
    for name, slope in (("minimax", sp.Rational(1, 2)), ("non_saturating", sp.Rational(1, 2)), ("wasserstein", sp.Integer(1))):
        matrix = derivative_of(dirac(name), REST, witness)
        found[f"{name}: the trace of v'"] = matrix.trace()
        found[f"{name}: det v' - f'(0)²"] = matrix.det() - slope**2
    return found


def penalised(witness: Witness) -> Identities:
    """With R1 the trace is -γ, so that the eigenvalues are -γ/2 ± √(γ²/4 - f'(0)²)."""
    matrix = derivative_of(dirac(r1=MARK), REST, witness, OF_GAMMA)
    at_one = matrix.subs(a, sp.Rational(1, 2)) + sp.eye(2) / 2
    return {
        **roots("R1", matrix, -GAMMA / 2, GAMMA**2 / 4 - sp.Rational(1, 4)),
        **{f"γ = 1: (v' + ½)², entry {i}": entry for i, entry in enumerate(at_one**2)},
        "γ = 1: v' + ½ has the entry ½, so that ½ has one eigenvector": at_one[1, 0] - sp.Rational(1, 2),
    }


def roots(name: str, matrix: Any, half: Any, square: Any) -> Identities:
    """That the eigenvalues are half ± √square."""
    return {f"{name}: the sum, less the trace": 2 * half - matrix.trace(), f"{name}: det v'": half**2 - square - matrix.det()}


def stabilised(witness: Witness) -> Identities:
    """-σ²/4 ± √(σ⁴/16 - ¼) with noise of any σ = b, at a noise σε and then on average; consensus of any weight: -γ/4 ± i/2."""
    at_noise = derivative_of(dirac(noise=1.0), REST, witness, at_one_point(NODES, MASSES, b * e))
    noisy = at_noise.applyfunc(lambda entry: mean_of(entry, e, of_gaussian))
    agreed = derivative_of(with_consensus(dirac(), MARK), REST, witness, OF_GAMMA)
    quarter = sp.Rational(1, 4)
    return roots("noise", noisy, -(b**2) / 4, b**4 / 16 - quarter) | roots("consensus", agreed, -GAMMA / 4, -quarter)


def radius_grows(witness: Witness) -> Identities:
    """In the minimax game, at θ = log t/b and ψ = b, with a step of a: ‖w + hv‖² = (1 + h² f'(θψ)²) ‖w‖²."""
    theta, psi, h = LOGIT / b, b, a
    v = field_of(dirac(), [theta, psi], witness)
    slope = 1 / (1 + t)  # f'(θψ) = 1/(1 + e^(θψ))
    after = (theta + h * v[0]) ** 2 + (psi + h * v[1]) ** 2
    return {"‖w + hv‖² - (1 + h² f'²) ‖w‖²": after - (1 + h**2 * slope**2) * (theta**2 + psi**2)}


def instance_noise() -> Comparisons:
    """-σ²/4 ± √(σ⁴/16 - ¼), for several σ; consensus of weight γ: -γ/4 ± i/2."""
    games = {f"σ = {s}": (dirac(noise=s), -(s**2) / 4, 0.25) for s in (0.3, 0.7, 1.0)}
    games |= {f"γ = {g}": (with_consensus(dirac(), g), -g / 4, 0.25 + g**2 / 16) for g in (0.5, 1.0, 2.0)}
    for name, (game, half, determinant) in games.items():
        known = half + np.sqrt(complex(half**2 - determinant))
        found = spectrum_at(game)
        for part, of in (("real", np.real), ("imaginary", np.imag)):
            number = Estimate(float(of(found.eigenvalues[0])), float(found.errors[0]))
            yield Comparison(f"{name}: {part} part", number, "=", float(of(known)))


def size_of_multiplier(gamma: Fraction, h: Fraction) -> Enclosure:
    """The larger |1 + hλ|² over the eigenvalues of v' = [[0, -½], [½, -γ]], as read off the shipped losses."""
    matrix = derivative_of(dirac(r1=MARK), REST, AT[0], OF_GAMMA).subs(a, sp.Rational(gamma.numerator, gamma.denominator) / 2)

    def size():
        trace, determinant = (arb(int(sp.numer(part))) / int(sp.denom(part)) for part in (matrix.trace(), matrix.det()))
        root = acb(trace**2 / 4 - determinant).sqrt()
        multipliers = [1 + arb(h.numerator) / arb(h.denominator) * (trace / 2 + sign * root) for sign in (1, -1)]
        return (multipliers[0].real ** 2 + multipliers[0].imag ** 2).max(multipliers[1].real ** 2 + multipliers[1].imag ** 2)

    return closed_form(size, 15)


def step_bound() -> Comparisons:
    """h < 2|Re λ|/|λ|²: 4γ below the double root, 2/|λ| of the larger eigenvalue above it; a thousandth below and above it."""
    for gamma, bound in ((Fraction(3, 10), Fraction(6, 5)), (Fraction(9, 10), Fraction(18, 5)), (Fraction(5, 4), Fraction(2))):
        below, above = bound * (1 - NEAR_BOUND), bound * (1 + NEAR_BOUND)
        yield Comparison(f"γ = {gamma}: |1 + hλ|² at h = {below}", size_of_multiplier(gamma, below), "<=", _number(Fraction(9999, 10_000)))
        yield Comparison(
            f"γ = {gamma}: |1 + hλ|² at h = {above}", _number(Fraction(10_001, 10_000)), "<=", size_of_multiplier(gamma, above)
        )


def _number(exact: Fraction) -> Enclosure:
    return Enclosure(exact, exact)


def contractions() -> Comparisons:
    """Runs from (.01, .01): along the left eigenvector of the largest multiplier, 60 steps fall by its 60th power."""
    games = {"R1 .3": dirac(r1=0.3), "instance noise .7": dirac(noise=0.7), "consensus 1": with_consensus(dirac(), 1.0)}
    for name, game in games.items():
        for schedule, way in (("simultaneous", SIMULTANEOUS), ("alternating", alternating())):
            w = trajectory(game, (0.01, 0.01), way, STEP, 60)
            values, vectors = np.linalg.eig(step_derivative(game, way, STEP).T)
            slowest = int(np.argmax(np.abs(values)))
            ratio = float((np.abs(w[-1] @ vectors[:, slowest]) / np.abs(w[0] @ vectors[:, slowest])) ** (1 / 60))
            yield Comparison(f"{name}, {schedule}", Estimate(ratio, CONTRACTED), "=", float(np.abs(values[slowest])))


PAPER = "Mescheder, Geiger & Nowozin 2018"
CLAIMS = (
    Claim(
        "dirac-gan-turns",
        r"v'(0, 0) \text{ of the Dirac-GAN has the eigenvalues } \pm i f'(0)",
        f"{PAPER}, section 2",
        (Symbolic(unregularised, AT),),
        "θ, ψ numbers; f'(0) = ½ for the losses of 2014, 1 for WGAN's",
    ),
    Claim(
        "r1-brings-dirac-gan-to-rest",
        r"\text{with } R_1: -\tfrac{\gamma}{2} \pm \sqrt{\tfrac{\gamma^2}{4} - f'(0)^2},"
        r" \text{ a double root with one eigenvector at } \gamma = 2 f'(0)",
        f"{PAPER}, section 3",
        (Symbolic(penalised, AT), Trained(contractions)),
        "γ > 0; f'(0) = ½",
    ),
    Claim(
        "simultaneous-steps-spiral-out",
        r"\|w + h v(w)\|^2 = (1 + h^2 f'(\theta\psi)^2)\, \|w\|^2 \text{ in the minimax Dirac-GAN}",
        f"{PAPER}, section 2",
        (Symbolic(radius_grows),),
    ),
    Claim(
        "noise-and-consensus-bring-it-to-rest",
        r"\text{instance noise: } -\tfrac{\sigma^2}{4} \pm \sqrt{\tfrac{\sigma^4}{16} - \tfrac14};"
        r" \text{ consensus: } -\tfrac{\gamma}{4} \pm \tfrac{i}{2}",
        f"{PAPER}, section 3; Mescheder, Nowozin & Geiger 2017",
        (Symbolic(stabilised, AT), Quadrature(instance_noise)),
        "f'(0) = ½, minimax; noise on both kinds of points, σ > 0; consensus: both players also descend γ/2 ‖v‖², γ > 0",
    ),
    Claim(
        "step-below-the-bound",
        r"|1 + h\lambda| < 1 \iff h < 2 |\mathrm{Re}\, \lambda| / |\lambda|^2",
        "Mescheder, Nowozin & Geiger 2017, section 3",
        (Enclosed(step_bound),),
        "Re λ < 0; at γ = .3, .9 and 1.25 of the Dirac-GAN with R1, a thousandth to either side",
    ),
)
