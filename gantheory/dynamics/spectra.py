"""What a game does near a point of rest: the eigenvalues of v', the multipliers of one step, and the largest step that contracts."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from scipy.linalg import eig
from scipy.optimize import brentq

from gantheory.base.precision import in_float64
from gantheory.dynamics.differentiable import DifferentiableGame, positive
from gantheory.dynamics.integrators import Integrator, integrator_of

NEAREST, LARGEST, PARTS = 1e-3, 64.0, 2048  # ends of the steps that are tried, as shares of 1/|λ| or of the bound, and how many
XTOL = 1e-15  # of the root search
STILL = 3e-15  # distance of a multiplier's size from 1 that is rounding
DEFECT = 1e-4  # cosine of a left and a right eigenvector that is 0 but for rounding
AT_REST = 1e-9  # |v| that counts as 0
ROUNDING = 64 * float(np.finfo(float).eps)  # of v', as a share of its size


@dataclass(frozen=True, repr=False)
class Spectrum:
    """Eigenvalues of v' at a point.

    Attributes:
      at: the point w.
      residual: largest |v| there; 0 at rest.
      eigenvalues: (m + n,), by falling real part.
      errors: how far rounding may move each: its condition times the rounding of v'.
      defective: whether a repeated eigenvalue has fewer eigenvectors than its multiplicity, to within rounding.
    """

    at: np.ndarray
    residual: float
    eigenvalues: np.ndarray
    errors: np.ndarray
    defective: bool

    @property
    def stable(self) -> bool | None:
        """Whether the flow of v contracts near the point: all real parts below 0; None where their errors leave it open."""
        if np.all(np.real(self.eigenvalues) < -self.errors):
            return True
        return False if np.any(np.real(self.eigenvalues) > self.errors) else None

    @property
    def rate(self) -> float:
        """The largest real part: distances fall like e^(rate t) along the flow, with a factor t more where it is defective."""
        return float(np.real(self.eigenvalues).max())

    def __repr__(self) -> str:
        values = ", ".join(f"{value:.6g}" for value in self.eigenvalues)
        root = "; a repeated root with one eigenvector (defective)" if self.defective else ""
        told = {True: "stable", False: "unstable", None: "neither attracts nor repels to first order"}[self.stable]
        if self.residual > AT_REST:
            told += f", but v is not 0 there: {self.residual:.2g}"
        return f"eigenvalues {values} at {np.array2string(self.at, precision=6)}: {told}{root}"


def spectrum_at(game: DifferentiableGame, w: Any = None) -> Spectrum:
    """The eigenvalues of v'.

    Args:
      game: the game.
      w: a point; the game's equilibrium if None.

    Raises:
      ValueError: no point where the game knows none.
    """
    point = _point(game, w)
    field, slope = game.at(point)
    found: Any = eig(slope, left=True, right=True)
    values, left, right = found
    order = np.lexsort((-np.imag(values), -np.real(values)))
    values, left, right = values[order], left[:, order], right[:, order]
    size = np.linalg.norm(slope, 2)
    cosines = np.abs(np.sum(left.conj() * right, axis=0))  # 0 where left and right eigenvectors are orthogonal: a defective root
    with np.errstate(divide="ignore"):
        by_condition = ROUNDING * size / cosines
    # Where m eigenvalues meet, rounding moves them like its m-th root.
    distances = np.abs(values[:, None] - values)
    meeting = (distances <= 4 * size * ROUNDING ** (1 / len(values))).sum(axis=1)
    errors = np.minimum(by_condition, 2 * size * ROUNDING ** (1 / meeting))
    apart = distances + np.where(np.eye(len(values)) > 0, np.inf, 0.0)
    defective = bool(np.any((apart.min(axis=1) <= 2 * errors) & (cosines < DEFECT)))
    return Spectrum(point, float(np.abs(field).max()), values, errors, defective)


@in_float64
def multipliers(game: DifferentiableGame, integrator: Integrator | str, h: float, w: Any = None) -> np.ndarray:
    """The eigenvalues of one step's derivative at a point of rest, memory included, by falling size: below 1 in size, it contracts.

    Args:
      game: the game.
      integrator: one of ``INTEGRATORS``, or its name.
      h: step.
      w: the point; the game's equilibrium if None.

    Raises:
      ValueError: no point where the game knows none, or one that is not at rest; an unknown integrator.
    """
    values = np.linalg.eigvals(step_derivative(game, integrator, h, w))
    return values[np.argsort(-np.abs(values))]


@in_float64
def step_derivative(game: DifferentiableGame, integrator: Integrator | str, h: float, w: Any = None) -> np.ndarray:
    """The derivative of one step at a point of rest, whose eigenvalues are the ``multipliers``.

    Args:
      game: the game.
      integrator: one of ``INTEGRATORS``, or its name.
      h: step, > 0.
      w: the point; the game's equilibrium if None.

    Returns:
      A square matrix over w and what the integrator remembers: (m + n, m + n) for one without memory.

    Raises:
      ValueError: no point where the game knows none, or one that is not at rest; an unknown integrator; a step that is not positive.
    """
    h = positive("h", "step_derivative", h)
    return np.asarray(_map(game, integrator_of(integrator), _rest(game, w))(jnp.asarray(h)))


@in_float64
def largest_stable_step(game: DifferentiableGame, integrator: Integrator | str, w: Any = None) -> float:
    """The h at which steps cease to contract: all multipliers are below 1 in size for smaller ones; 0 where none contracts, inf if all do.

    For simultaneous steps it is min 2|Re λ|/|λ|² over the eigenvalues λ of v' (Mescheder et al. 2017, Lemma 4).

    Args:
      game: the game.
      integrator: one of ``INTEGRATORS``, or its name.
      w: the point of rest; the game's equilibrium if None.

    Raises:
      ValueError: no point where the game knows none, or one that is not at rest; an unknown integrator.
    """
    point, way = _rest(game, w), integrator_of(integrator)
    eigenvalues = np.linalg.eigvals(game.at(point)[1])
    sizes = np.abs(eigenvalues)
    if not np.all(sizes):
        return 0.0
    derivative = jax.jit(_map(game, way, point))

    def excess(h):
        found = way.factor(h * eigenvalues) if way.factor else np.linalg.eigvals(np.asarray(derivative(jnp.asarray(float(h)))))
        return float(np.abs(found).max()) - 1

    real = np.where(np.abs(np.real(eigenvalues)) > ROUNDING * sizes, np.abs(np.real(eigenvalues)), 0.0)
    bounds = 2 * real / sizes**2  # of simultaneous steps, which no way here falls far short of
    first = bounds.min() / 10 if bounds.min() else NEAREST / sizes.max()
    steps = np.geomspace(first, LARGEST * max(bounds.max(), 1 / sizes.min()), PARTS)
    found = np.array([excess(h) for h in steps])
    told = np.flatnonzero(np.abs(found) > STILL)  # a Runge-Kutta step's first contraction goes like h⁶ and is lost in rounding
    if not told.size or found[told[0]] > 0:
        return 0.0
    beyond = np.flatnonzero(found[told[0] :] >= -STILL)
    if not beyond.size:
        return float("inf")
    at = int(told[0] + beyond[0])
    crossed: Any = brentq(excess, steps[at - 1], steps[at], xtol=XTOL)
    return float(crossed)


def _rest(game: DifferentiableGame, w: Any) -> np.ndarray:
    """The point, at which v is 0."""
    point = _point(game, w)
    residual = float(np.abs(game.at(point)[0]).max())
    if not residual <= AT_REST * max(1.0, float(np.abs(point).max())):
        raise ValueError(f"`w` must be a point of rest of {game.name}. Got {point.tolist()}, where v is {residual:.2g}.")
    return point


def _point(game: DifferentiableGame, w: Any) -> np.ndarray:
    if w is None and game.equilibrium is None:
        raise ValueError(f"`w` must be given for {game.name}, of which no equilibrium is known.")
    return game.point(game.equilibrium if w is None else w)


def _map(game: DifferentiableGame, way: Integrator, point: np.ndarray) -> Any:
    """The derivative of one step at the point, as a function of h, in JAX."""
    start = jnp.asarray(point)
    flat, back = ravel_pytree((start, way.begun(game, start)))

    def step(state, h):
        return ravel_pytree(way.step(game, *back(state), h))[0]

    return lambda h: jax.jacfwd(step)(flat, h)
