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
from gantheory.dynamics.differentiable import DifferentiableGame
from gantheory.dynamics.integrators import Integrator, integrator_of

NEAREST, LARGEST, PARTS = 1e-5, 64.0, 512  # steps, in units of 1/‖v'‖, among which the largest stable one is sought, and how many
XTOL = 1e-15  # of the root search
STILL = 1e-13  # distance of a multiplier's size from 1 that is rounding
DEFECT = 1e-6  # distance of two eigenvalues, as a share of their size, below which one eigenvector counts as one
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
    # Near a double root an eigenvalue moves like the square root of what v' does.
    errors = np.minimum(by_condition, np.sqrt(ROUNDING * size * max(size, 1e-300)))
    gaps = np.abs(values[:, None] - values) + np.where(np.eye(len(values)) > 0, np.inf, 0.0)
    defective = bool(np.any((gaps.min(axis=1) <= DEFECT * max(size, 1e-300)) & (cosines < DEFECT))) if len(values) > 1 else False
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
      ValueError: no point where the game knows none, or an unknown integrator.
    """
    values = np.linalg.eigvals(step_derivative(game, integrator, h, w))
    return values[np.argsort(-np.abs(values))]


@in_float64
def step_derivative(game: DifferentiableGame, integrator: Integrator | str, h: float, w: Any = None) -> np.ndarray:
    """The derivative of one step at a point of rest, a square matrix over w and the memory. Arguments are those of ``multipliers``."""
    return np.asarray(_map(game, integrator_of(integrator), _point(game, w))(jnp.asarray(float(h))))


@in_float64
def largest_stable_step(game: DifferentiableGame, integrator: Integrator | str, w: Any = None) -> float:
    """The h at which steps cease to contract: all multipliers are below 1 in size for smaller ones; 0 where none contracts, inf if all do.

    For simultaneous steps it is min 2|Re λ|/|λ|² over the eigenvalues λ of v' (Mescheder et al. 2017, Lemma 4).

    Args:
      game: the game.
      integrator: one of ``INTEGRATORS``, or its name.
      w: the point of rest; the game's equilibrium if None.

    Raises:
      ValueError: no point where the game knows none, or an unknown integrator.
    """
    point, way = _point(game, w), integrator_of(integrator)
    slope = game.at(point)[1]
    size = np.linalg.norm(slope, 2)
    if size == 0:
        return 0.0
    derivative = jax.jit(_map(game, way, point))
    eigenvalues = np.linalg.eigvals(slope)

    def excess(h):
        found = way.factor(h * eigenvalues) if way.factor else np.linalg.eigvals(np.asarray(derivative(jnp.asarray(float(h)))))
        return float(np.abs(found).max()) - 1

    steps = np.geomspace(NEAREST, LARGEST, PARTS) / size
    beyond = [excess(h) >= -STILL for h in steps]
    if beyond[0]:
        return 0.0
    first = int(np.argmax(beyond))
    if not any(beyond):
        return float("inf")
    crossed: Any = brentq(excess, steps[first - 1], steps[first], xtol=XTOL)
    return float(crossed)


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
