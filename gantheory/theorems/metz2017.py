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

K = sp.Symbol("k", positive=True)  # unrolled steps
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
    """On xy, at x = log t and y = b, steps of η = a: one of them adds ηx to y, so that by induction y_k = y + kηx.

    So G's gradient is y + 2kηx, of which kηx comes from where D goes, and as much from how x moves that.
    """
    game, at = bilinear(), [LOGIT, b, K * a]

    def one_step(x, y, step):
        return looked_ahead(game, x, y, step, 1)

    def whole(x, y, ahead):
        return jax.grad(lambda own: game.generator_loss(own, y + ahead * own))(x)

    def frozen(x, y, ahead):
        return jax.grad(lambda own: game.generator_loss(own, y + ahead * x))(x)

    found: Identities = {"one step of D - (y + ηx)": lifted(one_step, [LOGIT, b, a], witness) - (b + a * LOGIT)}
    for name, gradient, share in (("whole", whole, 2), ("with D's answer frozen", frozen, 1)):
        found[f"G's gradient, {name}"] = lifted(gradient, at, {**witness, K: 1}) - (b + share * K * a * LOGIT)
    return found


def at_rest(witness: Witness) -> Identities:
    """The trace of v' is -2 k η f'(0)², and the determinant f'(0)² for every k.

    By induction the derivative of ψ_k at rest is (kηf', 1). No more of ψ_k matters, as G's loss is flat in ψ at θ = 0.
    """
    found, zero = {}, sp.Integer(0)
    for name, slope in SLOPES.items():
        game, ahead = dirac(name), K * a * slope

        def one_step(theta, psi, step, game=game):
            return looked_ahead(game, theta, psi, step, 1)

        def of_g(theta, psi, ahead, game=game):
            return -jax.grad(lambda own: game.generator_loss(own, psi + ahead * own))(theta)

        def of_d(theta, psi, ahead, game=game):
            return -jax.grad(game.discriminator_loss, 1)(theta, psi)

        def at_zero(function, last):
            return lifted(function, [zero, zero, last], {**witness, K: 1})

        slopes = sp.Matrix([[at_zero(jax.grad(v, player), ahead) for player in (0, 1)] for v in (of_g, of_d)])
        found |= {
            f"{name}: one step of D at rest": at_zero(one_step, a),
            f"{name}: its derivative in θ - η f'(0)": at_zero(jax.grad(one_step), a) - a * slope,
            f"{name}: its derivative in ψ - 1": at_zero(jax.grad(one_step, 1), a) - 1,
            f"{name}: G's loss in ψ at θ = 0": lifted(jax.grad(game.generator_loss, 1), [zero, zero], witness),
            f"{name}: the trace + 2 k η f'(0)²": slopes.trace() + 2 * K * a * slope**2,
            f"{name}: the determinant - f'(0)²": slopes.det() - slope**2,
        }
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
    ),
    Claim(
        "unrolling-brings-dirac-gan-to-rest",
        r"-k \eta f'(0)^2 \pm \sqrt{k^2 \eta^2 f'(0)^4 - f'(0)^2}:"
        r" \text{ a damping of } \theta, \text{ real parts below } 0 \text{ for } k \ge 1",
        f"{PAPER}, section 2; Mescheder, Geiger & Nowozin 2018, for the game",
        (Symbolic(at_rest, AT_REST), Quadrature(eigenvalues), Trained(runs)),
        "η > 0; the Dirac-GAN at (0, 0), minimax, non-saturating and WGAN;"
        " of the flow, and of steps below the bound of step-below-the-bound",
    ),
)
