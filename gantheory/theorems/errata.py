"""Statements that are false as printed, each with a counterexample. The claims here say that they are false."""

from typing import Any

import sympy as sp

from gantheory.evidence.claim import Claim
from gantheory.evidence.lift import lifted
from gantheory.evidence.symbolic import LOG2, WITNESSES, Cases, Counterexample, a, b
from gantheory.measurement.f_divergences import F_GAN


def noise_from_p_g() -> Cases:
    """G(z) = 2z, p_z = N(0, 1): then p_g = N(0, 4), but noise drawn from p_g would give N(0, 16)."""
    variance = sp.Integer(1)
    of_p_g = 4 * variance
    return {"the variance of G(z), G(z) = 2z and z ~ N(0, 1)": (4 * of_p_g, of_p_g)}


def maximiser_of_any_pair() -> Cases:
    """At a = 1, b = -2, a/(a + b) is no probability; at a = b = -1 it is ½, where the function has its minimum."""
    y = sp.Symbol("y", positive=True)
    supremum = sp.limit(-sp.log(y) - sp.log(1 - y), y, 0, "+")
    return {
        "the maximiser of log y - 2 log(1 - y) on [0, 1]": (sp.Rational(1, 1 - 2), sp.Integer(1)),
        "the supremum of -log y - log(1 - y) there": ((-sp.log(y) - sp.log(1 - y)).subs(y, sp.Rational(-1, -1 - 1)), supremum),
    }


# KL(p‖m), m = (p + q)/2, for uniform densities on two disjoint unit intervals: where p = 1, m = ½.
TO_THE_MIDDLE = sp.log(1 / sp.Rational(1, 2))


def stuck_in_parameters() -> Cases:
    """p_data = U[0, 1], p_θ = U[θ, 1 + θ]: for θ > 1 the criterion is 0 whatever θ, and no small step lowers it."""
    criterion = -2 * LOG2 + TO_THE_MIDDLE + TO_THE_MIDDLE
    return {"the limit of C from θ = 2": (-2 * LOG2, criterion)}


def js_without_a_half() -> Cases:
    """KL(p‖m) + KL(q‖m), as defined there, for two disjoint supports."""
    return {"JS of two parallel lines": (LOG2, TO_THE_MIDDLE + TO_THE_MIDDLE)}


def eigenvalue_without_a_square() -> Cases:
    """The linearised game of one parameter each: θ' = -f'(0) ψ, ψ' = f'(0) θ - γ ψ, at f'(0) = ½, γ = 1."""
    slope, gamma = sp.Rational(1, 2), sp.Integer(1)
    matrix = sp.Matrix([[0, -slope], [slope, -gamma]])
    true = max(matrix.eigenvals(), key=sp.im)
    printed = -gamma / 2 + sp.sqrt(gamma**2 / 4 - slope)
    return {"an eigenvalue at f'(0) = ½, γ = 1": (printed, true)}


def pearson_the_other_way() -> Cases:
    """The row's own f = (u - 1)², as shipped, at p = 1 and q = 2."""
    shipped = lifted(F_GAN["pearson"].f, [a / b], WITNESSES[0]) * b
    at: dict[Any, Any] = {a: 1, b: 2}
    return {"Pearson's integrand at p = 1, q = 2": (((b - a) ** 2 / a).subs(at), sp.simplify(shipped.subs(at)))}


def ring_of_seven() -> Cases:
    """Eight angles from 0 to 2π, both ends included: the last point is the first."""
    angles = [2 * sp.pi * k / 7 for k in range(8)]
    distinct = {(sp.simplify(sp.cos(angle)), sp.simplify(sp.sin(angle))) for angle in angles}
    return {"modes on the ring": (sp.Integer(8), sp.Integer(len(distinct)))}


def consensus_with_a_half() -> Cases:
    """½ ‖v‖² = ½ (θ² + ψ²) f'(ψθ)², f'(x) = 1/(1 + e^x), at θ = ψ = 1: its derivative in θ, and what is printed for it."""
    theta, psi = sp.symbols("theta psi", positive=True)
    slope = 1 / (1 + sp.exp(psi * theta))
    bend = -slope * (1 - slope)
    printed = theta * slope**2 + psi * (psi**2 + theta**2) * slope * bend / 2
    true = sp.diff((theta**2 + psi**2) * slope**2 / 2, theta)
    at: dict[Any, Any] = {theta: 1, psi: 1}
    return {"∂/∂θ of ½ ‖v‖² at (1, 1)": (printed.subs(at), true.subs(at))}


def runge_kutta_of_each_player() -> Cases:
    """x² + y² on xy after one step of .1 from (1, 0): each player's own Runge-Kutta step, the other held fast, is Euler's."""
    h, x, y = sp.Rational(1, 10), sp.Integer(1), sp.Integer(0)

    def stepped(field, at):
        first = field(at)
        second = field(at + h / 2 * first)
        third = field(at + h / 2 * second)
        return at + h / 6 * (first + 2 * second + 2 * third + field(at + h * third))

    each = [stepped(lambda _, v=v: sp.Matrix([v]), sp.Matrix([at]))[0] for at, v in ((x, -y), (y, x))]
    jointly = stepped(lambda w: sp.Matrix([-w[1], w[0]]), sp.Matrix([x, y]))
    return {"x² + y² after a step of .1": (sum(value**2 for value in each), jointly.dot(jointly))}


PAPER = "Goodfellow et al. 2014"
CLAIMS = (
    Claim(
        "erratum-noise-from-p-g",
        r"\text{Algorithm 1 is wrong to draw } z \text{ from ``noise prior } p_g(z)\text{'': the prior is } p_z",
        f"{PAPER}, Algorithm 1",
        (Counterexample(noise_from_p_g),),
    ),
    Claim(
        "erratum-any-pair",
        r"a \log y + b \log(1 - y) \text{ on } [0, 1] \text{ need not have its maximum at } a/(a + b)",
        f'{PAPER}, proof of Proposition 1, "for any (a, b) ∈ ℝ² \\ {{0, 0}}": true for a, b >= 0',
        (Counterexample(maximiser_of_any_pair),),
    ),
    Claim(
        "erratum-convergence-in-parameters",
        r"\text{convexity in } p_g \text{ does not make } p_\theta \text{ converge to } p_\mathrm{data}",
        f"{PAPER}, Proposition 2, if read of the parameters that Algorithm 1 moves",
        (Counterexample(stuck_in_parameters),),
    ),
    Claim(
        "erratum-js-without-a-half",
        r"\mathrm{JS} = \mathrm{KL}(p\,\|\,m) + \mathrm{KL}(q\,\|\,m) \text{ is not } \log 2 \text{ on parallel lines}",
        "Arjovsky, Chintala & Bottou 2017, section 2 and Example 1",
        (Counterexample(js_without_a_half),),
    ),
    Claim(
        "erratum-eigenvalue-without-a-square",
        r"\text{the eigenvalues are } -\tfrac{\gamma}{2} \pm \sqrt{\tfrac{\gamma^2}{4} - f'(0)^2}, \text{ not with } f'(0)",
        "Huang, Gokaslan, Kuleshov & Tompkin 2024, Eq. 12",
        (Counterexample(eigenvalue_without_a_square),),
    ),
    Claim(
        "erratum-pearson",
        r"f(u) = (u - 1)^2 \text{ gives } \int (p - q)^2 / q, \text{ not } \int (q - p)^2 / p",
        "Nowozin, Cseke & Tomioka 2016, Table 1",
        (Counterexample(pearson_the_other_way),),
    ),
    Claim(
        "erratum-ring-of-seven",
        r"\text{a ring of eight modes at } \texttt{linspace(0, 2*pi, 8)} \text{ has seven}",
        "the demonstration of Metz et al. 2017: poolio/unrolled_gan, Unrolled GAN demo.ipynb, sample_mog",
        (Counterexample(ring_of_seven),),
    ),
    Claim(
        "erratum-consensus-with-a-half",
        r"\partial_\theta \tfrac12 \|v\|^2 = \theta f'^2 + \psi (\theta^2 + \psi^2) f' f'', \text{ without a further } \tfrac12",
        "the program of Mescheder, Geiger & Nowozin 2018: LMescheder/GAN_stability, notebooks/diracgan/gans.py, GAN_Consensus",
        (Counterexample(consensus_with_a_half),),
    ),
    Claim(
        "erratum-runge-kutta-of-each-player",
        r"\text{on } xy \text{ each player's own Runge-Kutta step multiplies } x^2 + y^2 \text{ by } 1 + h^2, \text{ as Euler's does}",
        "the program of Qin et al. 2020: google-deepmind/deepmind-research, ode_gan/odegan_mog16.ipynb, ode_update",
        (Counterexample(runge_kutta_of_each_player),),
    ),
)
