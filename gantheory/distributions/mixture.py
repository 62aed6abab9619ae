"""Mixtures of anything."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

from gantheory.distributions.density import Density
from gantheory.precision import finite_parameter


class Mixture(Density):
    """A finite mixture.

    .. math:: p(x) = \\sum_i w_i\\, p_i(x)

    ``components`` is a list of densities, or one density whose parameters have batch shape (n,), such as the n kernels of a KDE.
    Raises ``ValueError`` unless the weights are positive, sum to 1 (within 1e-12) and are as many as the components.
    """

    weights: np.ndarray
    components: tuple[Density, ...] | Density

    def __init__(self, weights, components):
        self.weights = finite_parameter("Mixture", "weights", weights, positive=True)
        self.components = components if isinstance(components, Density) else _densities(components)
        if self.weights.ndim != 1 or abs(self.weights.sum() - 1) > 1e-12:
            raise ValueError(f"`weights` of Mixture must be one list that sums to 1. Got a sum of {float(self.weights.sum())!r}.")
        count = int(np.prod(self.components.batch_shape)) if isinstance(self.components, Density) else len(self.components)
        if count != len(self.weights):
            raise ValueError(f"`components` of Mixture must be as many as `weights`. Got {count} for {len(self.weights)} weights.")

    def _each(self, method, x):
        """The components' values, stacked along a new first axis."""
        if isinstance(self.components, Density):
            return jnp.moveaxis(getattr(self.components, method)(jnp.asarray(x)[..., None]), -1, 0)
        return jnp.stack([getattr(component, method)(x) for component in self.components])

    def _log_prob(self, x):
        each = self._each("_log_prob", x)
        return logsumexp(each + jnp.log(self.weights).reshape(-1, *[1] * jnp.ndim(x)), axis=0)

    def _cdf(self, x):
        return jnp.tensordot(self.weights, self._each("_cdf", x), axes=1)

    def _sample(self, key, shape, dtype):
        which_key, draw_key = jax.random.split(key)
        which = jax.random.choice(which_key, len(self.weights), shape, p=jnp.asarray(self.weights, dtype))
        if isinstance(self.components, Density):
            chosen = jax.tree.map(
                lambda parameter: jnp.broadcast_to(jnp.asarray(parameter, dtype), len(self.weights))[which], self.components
            )
            return chosen._sample(draw_key, (), dtype)
        keys = jax.random.split(draw_key, len(self.components))
        each = jnp.stack([c._sample(k, shape, dtype) for c, k in zip(self.components, keys, strict=True)])
        return jnp.take_along_axis(each, which[None], axis=0)[0]

    @property
    def batch_shape(self):
        return ()

    def _parts(self):
        return (self.components,) if isinstance(self.components, Density) else self.components

    @property
    def support(self):
        ends = np.array([part.support for part in self._parts()])
        return float(ends[:, 0].min()), float(ends[:, 1].max())

    @property
    def landmarks(self):
        return np.unique(np.concatenate([part.landmarks for part in self._parts()]))


def _densities(components) -> tuple[Density, ...]:
    """A list of densities of one point each."""
    parts = tuple(components) if isinstance(components, list | tuple) else ()
    if not parts or not all(isinstance(part, Density) and part.batch_shape == () for part in parts):
        raise ValueError(f"`components` of Mixture must be densities, in a list that is not empty. Got {components!r}.")
    return parts
