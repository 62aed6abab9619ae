"""Metz et al. 2017, "Unrolled generative adversarial networks": what k steps of D, looked ahead, change in G's gradient."""

from dataclasses import replace
from typing import Any

import jax
import numpy as np
import sympy as sp

from gantheory.base.estimate import Estimate
from gantheory.dynamics.classic import bilinear
from gantheory.dynamics.differentiable import DifferentiableGame
from gantheory.dynamics.dirac import dirac
from gantheory.dynamics.integrators import trajectory
from gantheory.dynamics.spectra import spectrum_at
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOGIT, WITNESSES, Identities, Symbolic, a, b
from gantheory.evidence.trained import Trained

COUNTS = (0, 1, 2)  # unrolled steps
HALF = sp.Rational(1, 2)
SLOPES = {"minimax": HALF, "non_saturating": HALF, "wasserstein": sp.Integer(1)}  # f'(0) of the Dirac-GAN
AT_REST = WITNESSES[:1]  # D says 0 at rest, so that no comparison depends on the witness
STEP = 0.2


def looked_ahead(game: DifferentiableGame, theta: Any, psi: Any, step: Any, count: int) -> Any:
    """D's parameters after so many steps of its own, G held fast; in JAX, so that it can be differentiated in θ."""
    for _ in range(count):
        psi = psi - step * jax.grad(lambda own: game.discriminator_loss(theta, own))(psi)
    return psi


def unrolled(game: DifferentiableGame, step: float, count: int) -> DifferentiableGame:
    """The game, of one parameter each, in which G descends its loss against the D of so many steps ahead. D's loss is as before."""

    def ahead(theta: Any, psi: Any) -> Any:
        return game.generator_loss(theta[0], looked_ahead(game, theta[0], psi[0], step, count))

    return replace(game, name=f"{game.name}, {count} steps unrolled", generator_loss=ahead)


def gradients(witness: Witness) -> Identities:
    """On xy, at x = log t and y = b, steps of a: y + 2 k a x, of which k a x comes from where D goes, and as much from how x moves that."""
    game, found = bilinear(), {}
    for k in COUNTS:

        def whole(x, y, step, k=k):
            return jax.grad(lambda own: game.generator_loss(own, looked_ahead(game, own, y, step, k)))(x)

        def frozen(x, y, step, k=k):
            return jax.grad(lambda own: game.generator_loss(own, looked_ahead(game, x, y, step, k)))(x)

        for name, gradient, share in (("whole", whole, 2), ("with D's answer frozen", frozen, 1)):
            found[f"k = {k}, {name}"] = lifted(gradient, [LOGIT, b, a], witness) - (b + share * k * a * LOGIT)
    return found


def slopes_at_rest(name: str, witness: Witness) -> list[sp.Matrix]:
    """v' at (0, 0) of the Dirac-GAN, with 0, 1 and 2 steps of a unrolled."""
    game, at = dirac(name), [sp.Integer(0), sp.Integer(0), a]

    def row(v):
        return [lifted(jax.grad(v, player), at, witness) for player in (0, 1)]

    def of_d(theta, psi, step):
        return -jax.grad(lambda own: game.discriminator_loss(theta, own))(psi)

    def of_g(count):
        return lambda theta, psi, step: -jax.grad(lambda own: game.generator_loss(own, looked_ahead(game, own, psi, step, count)))(theta)

    last = row(of_d)
    return [sp.Matrix([row(of_g(count)), last]) for count in COUNTS]


def at_rest(witness: Witness) -> Identities:
    """The trace of v' is -2 k η f'(0)², and the determinant f'(0)² for every k."""
    found = {}
    for name, slope in SLOPES.items():
        for k, matrix in zip(COUNTS, slopes_at_rest(name, witness), strict=True):
            found[f"{name}, k = {k}: the trace + 2 k η f'(0)²"] = matrix.trace() + 2 * k * a * slope**2
            found[f"{name}, k = {k}: the determinant - f'(0)²"] = matrix.det() - slope**2
    return found


def eigenvalues() -> Comparisons:
    """-k η f'² ± √(k² η² f'⁴ - f'²), f' = ½, by the shipped spectrum."""
    k = 1
    real = -k * STEP / 4
    found = spectrum_at(unrolled(dirac(), STEP, k))
    for part, number, known in (("real", np.real, real), ("imaginary", lambda x: np.abs(np.imag(x)), np.sqrt(0.25 - real**2))):
        yield Comparison(f"k = {k}: {part} part", Estimate(float(number(found.eigenvalues[0])), float(found.errors[0])), "=", float(known))


def runs() -> Comparisons:
    """500 simultaneous steps of .2 from (1, 1): away from rest as it is, to rest with one step unrolled, and sooner with more."""
    lengths = []
    for k in (0, 1, 3):
        w = trajectory(unrolled(dirac(), STEP, k), (1.0, 1.0), "simultaneous", STEP, 500)
        lengths.append(float(np.linalg.norm(w[-1])))
    yield Comparison("k = 0: farther than at first, √2", float(np.sqrt(2)), "<=", lengths[0])
    yield Comparison("k = 1: nearer to rest", lengths[1], "<=", 0.2)
    yield Comparison("k = 3: nearer than k = 1", lengths[2], "<=", lengths[1] / 100)


PAPER = "Metz et al. 2017"
CLAIMS = (
    Claim(
        "unrolling-doubles-the-look-ahead",
        r"\text{on } xy \text{ with } k \text{ steps } \eta \text{ unrolled: } \partial_x\, x\, y_k = y + 2 k \eta x,"
        r" \text{ without the derivative of } y_k:\ y + k \eta x",
        f"{PAPER}, section 2.4, for the bilinear game",
        (Symbolic(gradients),),
        "k = 0, 1 and 2",
    ),
    Claim(
        "unrolling-brings-dirac-gan-to-rest",
        r"-k \eta f'(0)^2 \pm \sqrt{k^2 \eta^2 f'(0)^4 - f'(0)^2}:"
        r" \text{ a damping of } \theta, \text{ real parts below } 0 \text{ for } k \ge 1",
        f"{PAPER}, section 2; Mescheder, Geiger & Nowozin 2018, for the game",
        (Symbolic(at_rest, AT_REST), Quadrature(eigenvalues), Trained(runs)),
        "the Dirac-GAN at (0, 0), minimax, non-saturating and WGAN; the algebra for k = 0, 1 and 2",
    ),
)
