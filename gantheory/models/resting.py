"""Where a training of an RBM comes to rest on all of p_data: the fixed point of CD-k, and maximum likelihood, with their exact KL."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from scipy.integrate import solve_ivp
from scipy.optimize import minimize, root

from gantheory.base.estimate import Divergent, Measured
from gantheory.base.precision import in_float64, promoted
from gantheory.distributions import Law
from gantheory.models.contrastive import directions, names_of, tree_of, update_field, vector
from gantheory.models.gibbs import grid_of, require_steps
from gantheory.models.rbm import RBM, divergence, require_dimension

AT_REST = 1e-9  # largest entry of the update at a fixed point
LONG = 1e4  # time for which the update is followed
MOST_STEPS = 5_000  # of L-BFGS
ROUNDS = 2  # times that the nodes are laid anew


@dataclass(frozen=True, repr=False)
class Rest:
    """An RBM that its training no longer moves, on average.

    Attributes:
      model: the RBM, in float64.
      kl: KL(p_data‖p) of it.
      residual: largest entry of the expected update there, and of its error.
    """

    model: RBM
    kl: Measured
    residual: float

    def __repr__(self) -> str:
        kl = self.kl if isinstance(self.kl, Divergent) else f"{self.kl:.12f}"
        numbers = ", ".join(f"{name} {number:.6g}" for name, number in zip(names_of(self.model), vector(self.model), strict=True))
        return f"KL(p_data‖p) {kl} at {numbers}; the update is within {self.residual:.0e} of 0"


@in_float64
def contrastive_rest(start: RBM, p_data: Law, k: int = 1) -> Rest:
    """The fixed point of CD-k that its expected updates, in small steps, lead to.

    θ' = -update(θ) is followed from the start; where it has all but come to rest, the zero of the update is found by Newton's steps, with
    its exact Jacobian. With one hidden unit likelihood rests there too: ∂KL/∂c = 0 says that a step from the data keeps P(h).

    Args:
      start: an RBM on the line, of few hidden units.
      p_data: a density on the line.
      k: Gibbs steps, at least 1.

    Raises:
      ValueError: as ``directions``; or no rest within the time.
    """
    require_steps(k)
    require_dimension(p_data, start)
    programs = _programs(start, k)
    field, slope = _on_grid(programs, start, p_data)
    found = solve_ivp(lambda _, x: -field(x), (0.0, LONG), _row(start), "BDF", jac=lambda _, x: -slope(x), rtol=1e-6, atol=1e-8)
    return _settled(tree_of(found.y[:, -1], start), p_data, k, programs)


@in_float64
def likelihood_rest(start: RBM, p_data: Law) -> Rest:
    """Maximum likelihood on all of p_data: the local minimum of KL(p_data‖p) that L-BFGS finds from the start.

    Args:
      start: an RBM on the line, of few hidden units.
      p_data: a density on the line.

    Raises:
      ValueError: as ``directions``; or no rest within the steps.
    """
    require_dimension(p_data, start)
    grid = grid_of(start, p_data)
    nodes, mass = jnp.asarray(grid.nodes), jnp.asarray(grid.density * grid.widths[0])
    back = ravel_pytree(promoted(start))[1]

    @jax.jit
    @jax.value_and_grad
    def objective(theta):
        return mass @ back(theta).free_energy(nodes) + back(theta).log_partition()

    found = minimize(
        lambda x: tuple(map(np.asarray, objective(x))), _row(start), jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS}
    )
    return _settled(tree_of(found.x, start), p_data, None, _programs(start, None))


def _row(model: RBM) -> np.ndarray:
    return vector(model.on_host())


def _programs(model: RBM, k: int | None) -> tuple[Any, Any]:
    """The update, and its Jacobian, of θ and a grid."""
    field = update_field(model, k)
    return jax.jit(field), jax.jit(jax.jacfwd(field))


def _on_grid(programs: tuple[Any, Any], model: RBM, p_data: Law) -> Any:
    """The programs as functions of θ alone, on nodes that suit the model."""
    grid = grid_of(model, p_data)
    return [lambda x, one=one: np.asarray(one(x, grid.nodes, grid.density, grid.widths[0])) for one in programs]


def _settled(model: RBM, p_data: Law, k: int | None, programs: tuple[Any, Any]) -> Rest:
    """The zero of the update that is near, on nodes that suit it."""
    for _ in range(ROUNDS):
        field, slope = _on_grid(programs, model, p_data)
        model = tree_of(root(field, _row(model), jac=slope, tol=1e-14).x, model)
    found = directions(model, p_data, k or 1)
    left = found.gradient if k is None else found.update
    residual = float((np.abs(vector(left)) + vector(found.error)).max())
    if residual > AT_REST:
        raise ValueError(f"`start` must lead to a point of rest, at which no entry of the update is above {AT_REST:g}. Got {residual:.2g}.")
    return Rest(model, divergence(p_data, model), residual)
