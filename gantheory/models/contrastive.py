"""Contrastive divergence of an RBM: the method, and in exact numbers the objective it is named after and the direction in which it goes."""

from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from gantheory.base.estimate import Divergent, Estimate
from gantheory.base.precision import in_float64, promoted
from gantheory.distributions import Law
from gantheory.measurement.entropies import entropy
from gantheory.models.gibbs import TAIL, Grid, chain_after, conditionals, grid_of, relative_rounding, require_steps, weights_after
from gantheory.models.method import Method
from gantheory.models.rbm import (
    RBM,
    divergence,
    initial_rbm,
    likelihood_split,
    log_partition,
    mean_free_energy,
    require_dimension,
    require_hidden,
    widened,
)
from gantheory.models.split import Split


@dataclass(frozen=True)
class ContrastiveDivergence(Method):
    """CD-k: a step goes along -∂F/∂θ at the data + ∂F/∂θ at where k steps of block Gibbs sampling bring them. It descends no function.

    Its namesake is CD_k = KL(p_data‖p) - KL(p_k‖p), p_k the law after k steps. Persistent chains go on from step to step instead of
    starting at the data; what they approach is maximum likelihood, so that their split is that of the likelihood.

    Attributes:
      hidden: H, from 1 to 12.
      k: Gibbs steps, at least 1.
      persistent: whether the chains go on.

    Source:
      Hinton 2002; Tieleman 2008 for persistent chains.
    """

    hidden: int = 10
    k: int = 1
    persistent: bool = False
    name: ClassVar[str] = "rbm"

    def __post_init__(self) -> None:
        require_hidden("ContrastiveDivergence", self.hidden)
        require_steps(self.k)

    def init(self, key: Any, p_data: Law) -> RBM:
        return initial_rbm(self.hidden, key, p_data)

    def memory(self, key: Any, p_data: Law, batch: int) -> Any:
        return p_data.sample(key, (batch,), jnp.float32) if self.persistent else ()

    def loss(self, weights: RBM, x: Any, key: Any, memory: Any) -> tuple[Any, Any]:
        v = memory if self.persistent else x
        for one in jax.random.split(key, self.k):
            v = weights.gibbs(v, one)
        v = jax.lax.stop_gradient(v)
        return jnp.mean(weights.free_energy(x)) - jnp.mean(weights.free_energy(v)), v if self.persistent else ()

    def log_prob(self, weights: RBM, x: Any) -> Any:
        return weights.log_prob(x)

    def law(self, weights: RBM) -> Law:
        return weights.law

    def split(self, p_data: Law, weights: RBM) -> Split:
        return likelihood_split(p_data, weights) if self.persistent else contrastive_split(weights, p_data, self.k)


def contrastive_split(model: RBM, p_data: Law, k: int = 1) -> Split:
    """CD_k = H(p_k) - H(p_data) + E_{p_data} F - E_{p_k} F = KL(p_data‖p) - KL(p_k‖p), in nats: log Z is in neither.

    Args:
      model: an RBM on the line.
      p_data: a density on the line.
      k: Gibbs steps from the data to p_k, at least 1.

    Raises:
      ValueError: an RBM or a law on the plane; tails so heavy that the chain cannot be integrated.

    Source:
      Hinton 2002.
    """
    require_dimension(p_data, model)
    chain = chain_after(model, p_data, k)
    # log(p_k/p) is between the least and the largest log ratio of the weights: so much may a misplaced mass of 1 matter.
    held = (chain.weights > 0) & (model.hidden_law > 0)
    ratio = float(np.abs(np.log(chain.weights[held] / model.hidden_law[held])).max())
    doubt = chain.error * (1 + ratio + abs(float(log_partition(model))))
    own = widened(entropy(chain.law), doubt) - mean_free_energy(chain.law, model)
    parts = mean_free_energy(p_data, model), entropy(p_data)
    infinite = [part for part in parts if isinstance(part, Divergent)]
    objective = infinite[0] if infinite else own + parts[0] - parts[1]
    gap = divergence(chain.law, model)
    return Split(objective, divergence(p_data, model), gap if isinstance(gap, Divergent) else widened(gap, doubt), -1)


@dataclass(frozen=True, repr=False)
class Directions:
    """What the likelihood descends and what CD-k does, of the same shapes as the RBM's weights.

    Attributes:
      gradient: ∂KL(p_data‖p)/∂θ = E_{p_data}[∂F/∂θ] - E_p[∂F/∂θ].
      update: the expectation of what CD-k descends, E_{p_data}[∂F/∂θ] - E_{p_k}[∂F/∂θ].
      bias: update - gradient = E_p[∂F/∂θ] - E_{p_k}[∂F/∂θ].
      error: how far each number of the three may be off.
    """

    gradient: RBM
    update: RBM
    bias: RBM
    error: RBM

    def __repr__(self) -> str:
        """A row for each number of the model: in which direction the likelihood and CD-k go."""
        rows = [f"{'':>8}{'gradient':>14}{'update':>14}{'bias':>14}{'error':>9}"]
        columns = [vector(part) for part in (self.gradient, self.update, self.bias, self.error)]
        for name, *numbers, error in zip(names_of(self.gradient), *columns, strict=True):
            rows.append(f"{name:>8}" + "".join(f"{number:14.10f}" for number in numbers) + f"{error:9.0e}")
        return "\n".join(rows)


def names_of(model: RBM) -> list[str]:
    """What each number of ``vector`` is called; on the plane W has a row for x and one for y."""
    places = [""] if model.dimension == 1 else ["x", "y"]
    units = range(1, model.units + 1)
    weights = [f"W{place}{unit}" for place in places for unit in units]
    return [*(f"b{place}" for place in places), *(f"c{unit}" for unit in units), *weights, "log σ"]


def vector(tree: RBM) -> np.ndarray:
    """The numbers of a tree in one row: b, c, W, log σ."""
    return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(tree)])


def tree_of(row: np.ndarray, like: RBM) -> RBM:
    """The tree whose numbers are in one row."""
    leaves, structure = jax.tree.flatten(like)
    ends = np.cumsum([np.size(leaf) for leaf in leaves])[:-1]
    parts = [part.reshape(np.shape(leaf)) for part, leaf in zip(np.split(row, ends), leaves, strict=True)]
    return jax.tree.unflatten(structure, parts)


def slopes(model: RBM, nodes: Any) -> Any:
    """∂F/∂θ at nodes, (nodes, parameters), θ in the order of ``vector``. In JAX."""
    return jax.vmap(lambda v: ravel_pytree(jax.grad(lambda own: own.free_energy(v))(model))[0])(nodes)


def mean_slope(model: RBM) -> Any:
    """E_p[∂F/∂θ] = -∂ log Z/∂θ, (parameters,). In JAX."""
    return -ravel_pytree(jax.grad(lambda own: own.log_partition())(model))[0]


@eqx.filter_jit
def _means(model, nodes, widths, density, k):
    """By both rules: E_{p_data}[∂F/∂θ] and E_{p_k}[∂F/∂θ]; E_p[∂F/∂θ]; and the sum of their terms without signs."""
    of_states, of_nodes = conditionals(model, nodes)
    of_nodes_slopes = slopes(model, nodes)

    def by(own):
        chain = (of_nodes @ weights_after(of_states, of_nodes, own, density, k)) * own
        return jnp.stack([density * own, chain])

    masses = jax.vmap(by)(widths)
    expected = mean_slope(model)
    return masses @ of_nodes_slopes, expected, masses[0].sum(0) @ jnp.abs(of_nodes_slopes) + jnp.abs(expected)


@in_float64
def directions(model: RBM, p_data: Law, k: int = 1) -> Directions:
    """The exact gradient of KL(p_data‖p), the expected update of CD-k, and the bias, their difference.

    The expectations over the chain are finite sums over h of integrals over v, by two nested rules on panels that suit both densities.

    Args:
      model: an RBM on the line.
      p_data: a density on the line.
      k: Gibbs steps, at least 1.

    Raises:
      ValueError: an RBM or a law on the plane; tails so heavy that the chain cannot be integrated.

    Source:
      Hinton 2002; Bengio & Delalleau 2009 for the bias.
    """
    require_steps(k)
    require_dimension(p_data, model)
    grid = grid_of(model, p_data)
    means, expected, sizes = map(np.asarray, _means(promoted(model), grid.nodes, grid.widths, grid.density, np.asarray(k)))
    data, chain = means[0]
    error = np.abs(means[0] - means[1]).sum(0) + relative_rounding(model, 1 + k) * sizes + _beyond(model, grid)
    return Directions(*(tree_of(row, model) for row in (data - expected, data - chain, expected - chain, error)))


def _beyond(model: RBM, grid: Grid) -> np.ndarray:
    """How much the mass beyond the nodes may add: F's slopes grow no faster than v²."""
    ends = jnp.asarray([grid.nodes.min(), grid.nodes.max()])
    return 8 * TAIL * (1 + np.abs(np.asarray(slopes(promoted(model), ends))).sum(0))


def update_field(like: RBM, k: int | None) -> Any:
    """What CD-k descends, a function of θ in one row and of a grid's nodes, density and widths; for k = None the likelihood's gradient."""
    back = ravel_pytree(promoted(like))[1]

    def field(theta, nodes, density, widths):
        model = back(theta)
        of_data = (density * widths) @ slopes(model, nodes)
        if k is None:
            return of_data - mean_slope(model)
        of_states, of_nodes = conditionals(model, nodes)
        chain = of_nodes @ weights_after(of_states, of_nodes, widths, density, k)
        return of_data - (chain * widths) @ slopes(model, nodes)

    return field


@in_float64
def asymmetry(model: RBM, p_data: Law, k: int | None = 1) -> Estimate:
    """‖J - Jᵀ‖/‖J‖, J the Jacobian of CD-k's expected update in θ: 0 for the gradient of a function, and so for the likelihood's.

    Args:
      model: an RBM on the line.
      p_data: a density on the line.
      k: Gibbs steps, at least 1; None for the gradient of KL(p_data‖p).

    Raises:
      ValueError: as ``directions``.

    Source:
      Sutskever & Tieleman 2010.
    """
    if k is not None:
        require_steps(k)
    require_dimension(p_data, model)
    grid = grid_of(model, p_data)
    start = vector(model.on_host())
    by_rule = jax.jit(jax.vmap(jax.jacfwd(update_field(model, k)), (None, None, None, 0)))
    fine, coarse = np.asarray(by_rule(start, grid.nodes, grid.density, grid.widths))
    size = np.linalg.norm(fine)
    error = 2 * np.linalg.norm(fine - coarse) / size + 2 * relative_rounding(model, 1 + (k or 0)) * len(start)
    return Estimate(float(np.linalg.norm(fine - fine.T) / size), float(error))
