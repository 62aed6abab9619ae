"""The block Gibbs chain of an RBM on the line, exactly: the law of v after k steps, and how fast it forgets where it began."""

from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy.sparse import linalg

from gantheory.base.estimate import Estimate
from gantheory.base.precision import in_float64, promoted
from gantheory.distributions import Density, Law
from gantheory.models.rbm import RBM
from gantheory.quadrature.rules import COARSE, COARSE_WEIGHTS, FINE_NODES, FINE_WEIGHTS, NODES, ROUNDING

TAIL = 1e-20  # mass of the data beyond each end of the nodes
REACH = 10.0  # standard deviations beyond the outermost means that the nodes cover: e^-50 of the mass is left
SHARE = 4.0  # scales, or distances to the nearest pole of P(h | v), in half a panel's length, at least
MOST = 2**25  # most nodes times states
IN_STEPS_OF = 16  # panels: fewer numbers of nodes, so that fewer programs are compiled


@dataclass(frozen=True)
class Grid:
    """Nodes of panels on which all integrands of an RBM and its data are analytic far around.

    Attributes:
      nodes: (n,).
      widths: (2, n), weights of the 31-point rule, and of the 15-point rule that is nested in it, by which its error is seen.
      density: p_data at the nodes, (n,); 0 without data.
    """

    nodes: np.ndarray
    widths: np.ndarray
    density: np.ndarray


def grid_of(model: RBM, p_data: Any = None) -> Grid:
    """The nodes for an RBM on the line, and for the law of the data.

    Raises:
      ValueError: an RBM on the plane, another law than a density on the line, or too many nodes, as heavy tails would need.
    """
    if model.dimension != 1:
        raise ValueError(
            "`model` must be an RBM on the line: on the plane its Gibbs chain is not integrated; rbm-likelihood trains one. Got one there."
        )
    if p_data is not None and (not isinstance(p_data, Density) or p_data.batch_shape):
        raise ValueError(f"`p_data` must be one density on the line. Got {p_data!r}.")
    own = model.on_host()
    ends = own.visible + np.array([np.minimum(own.weights, 0).sum(), np.maximum(own.weights, 0).sum()])
    cuts, scale = ends + REACH * own.scale * np.array([-1, 1]), float(own.scale)
    if p_data is not None:
        low, high = float(p_data.quantile(TAIL)), float(p_data.upper_quantile(TAIL))
        inner = p_data.landmarks
        cuts = np.unique([*cuts, low, high, *inner[(low < inner) & (inner < high)]])
        scale = min(scale, p_data.resolution or scale)
    low, high = _panels(cuts, scale, *_poles(own), MOST // (NODES * 2**model.units))
    empty = -len(low) % IN_STEPS_OF
    low, high = (np.concatenate([one, np.full(empty, cuts[-1])]) for one in (low, high))
    half = (high - low)[:, None] / 2
    coarse = np.zeros(NODES)
    coarse[COARSE] = COARSE_WEIGHTS
    nodes = ((low + high)[:, None] / 2 + half * FINE_NODES).ravel()
    density = np.zeros(len(nodes)) if p_data is None else np.asarray(p_data.prob(nodes))
    return Grid(nodes, np.stack([(half * FINE_WEIGHTS).ravel(), (half * coarse).ravel()]), density)


def _poles(model: RBM) -> tuple[np.ndarray, np.ndarray]:
    """Where P(h_j | v) is infinite nearest to the line: (real parts, distances from the line)."""
    turning = model.weights[model.weights != 0]
    offsets = model.hidden[model.weights != 0]
    return -offsets * model.scale**2 / turning, np.pi * model.scale**2 / np.abs(turning)


def _panels(cuts: np.ndarray, scale: float, real: np.ndarray, imaginary: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """The ends of panels between cuts, halved until each is short against the scale and its distance to every pole."""
    done, low, high = [], cuts[:-1], cuts[1:]
    while len(low):
        middle, half = (low + high) / 2, (high - low) / 2
        along = np.maximum(np.abs(middle[:, None] - real) - half[:, None], 0)
        near = np.min(np.hypot(along, imaginary), axis=1, initial=np.inf)
        long = half > np.minimum(2 * scale, near) / SHARE
        done.append((low[~long], high[~long]))
        low, high = np.concatenate([low[long], middle[long]]), np.concatenate([middle[long], high[long]])
        if sum(len(one) for one, _ in done) + len(low) > most:
            raise ValueError(
                f"The data and the RBM must be within {most} panels of a width that suits σ = {scale:.3g}, for its chain to be integrated. "
                f"Got them between {cuts[0]:.3g} and {cuts[-1]:.3g}."
            )
    low, high = (np.concatenate(ends) for ends in zip(*done, strict=True))
    order = np.argsort(low)
    return low[order], high[order]


def conditionals(model: RBM, nodes: Any) -> tuple[Any, Any]:
    """P(h | v) and N(v; b + Wh, σ²), both (nodes, 2^H). In JAX."""
    states = jnp.asarray(model.states, nodes.dtype)
    inputs = model.input(nodes)
    of_states = jnp.exp(jax.nn.log_sigmoid(inputs) @ states.T + jax.nn.log_sigmoid(-inputs) @ (1 - states).T)
    away = (nodes[:, None] - (model.visible + model.moved(states))) / model.scale
    return of_states, jnp.exp(-(away**2) / 2) / (model.scale * jnp.sqrt(2 * jnp.pi))


def weights_after(of_states: Any, of_nodes: Any, widths: Any, density: Any, k: Any) -> Any:
    """P(h) before the k-th v is drawn, (2^H,): w ← ∫ p(v) P(h | v) dv, k times from the data. In JAX."""

    def once(_, weights):
        return ((of_nodes @ weights) * widths) @ of_states

    return jax.lax.fori_loop(1, k, once, (density * widths) @ of_states)


@eqx.filter_jit
def _chained(model, nodes, widths, density, k):
    of_states, of_nodes = conditionals(model, nodes)
    return jax.vmap(lambda own: weights_after(of_states, of_nodes, own, density, k))(widths)


def relative_rounding(model: RBM, k: int) -> float:
    """How far the values on the nodes may be off, as a share, after k steps."""
    return k * (model.rounding + ROUNDING * (1 + model.units))


def require_steps(k: Any) -> None:
    """Raise ``ValueError`` unless k is a number of Gibbs steps."""
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise ValueError(f"`k` of contrastive divergence must be a whole number of at least 1. Got {k!r}.")


@dataclass(frozen=True)
class Chain:
    """The law p_k of v after k steps of block Gibbs from the data.

    Attributes:
      law: p_k, a mixture of the RBM's Gaussians.
      weights: of all states, (2^H,).
      error: how far the weights may be off, all together.
    """

    law: Law
    weights: np.ndarray
    error: float


@in_float64
def chain_after(model: RBM, p_data: Any, k: int) -> Chain:
    """p_k: k times, h is drawn given v and v given h, from p_data on.

    Args:
      model: an RBM on the line.
      p_data: a density on the line.
      k: number of steps, at least 1.

    Raises:
      ValueError: an RBM or a law on the plane; tails so heavy that too many nodes would be needed.

    Source:
      Hinton 2002.
    """
    require_steps(k)
    grid = grid_of(model, p_data)
    fine, coarse = np.asarray(_chained(promoted(model), grid.nodes, grid.widths, grid.density, np.asarray(k)))
    error = np.abs(fine - coarse).sum() + abs(1 - fine.sum()) + relative_rounding(model, k) + 2 * TAIL
    return Chain(model.mixed(fine / fine.sum()), fine / fine.sum(), float(error))


@in_float64
def second_eigenvalue(model: RBM) -> Estimate:
    """The largest eigenvalue but 1 of the block Gibbs chain on h, λ: χ² to P(h) falls at least by the factor λ² with every step.

    The chain K(h, h') = ∫ N(v; h) P(h' | v) dv is reversible under P(h): its eigenvalues are those of the symmetric matrix
    K(h, h') (P(h)/P(h'))^½ = ∫ (P(h | v) N(v; h) P(h' | v) N(v; h'))^½ dv.

    Args:
      model: an RBM on the line.

    Raises:
      ValueError: an RBM on the plane.
    """
    grid = grid_of(model)
    roots = np.sqrt(model.hidden_law)
    of_states, of_nodes = (np.asarray(part) for part in conditionals(promoted(model), jnp.asarray(grid.nodes)))
    halves = np.sqrt(of_states * of_nodes)

    def applied(x, widths=grid.widths[0]):
        return halves.T @ (widths * (halves @ x)) - roots * (roots @ x)  # 1, of the vector of roots, becomes 0

    count = len(roots)
    by_products: Any = linalg.LinearOperator  # its stub has another signature
    operator = by_products((count, count), matvec=lambda x: applied(np.ravel(x)), dtype=np.float64)
    values, vectors = linalg.eigsh(operator, k=1, which="LA", v0=np.random.default_rng(0).normal(size=count))
    value, vector = float(values[-1]), vectors[:, -1]
    residual = np.linalg.norm(applied(vector) - value * vector)
    by_coarse = vector @ applied(vector, grid.widths[1])
    return Estimate(value, float(residual + abs(by_coarse - value) + relative_rounding(model, 1)))
