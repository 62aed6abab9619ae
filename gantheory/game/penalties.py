"""Penalties: what is added to D's loss to keep its gradients in x small.

Each is called with D's output as a function of one point, the data points and generated points of the minibatch, and a key for whatever
it draws. To add one: a ``NamedTuple`` of its weights, with a ``__call__`` like its neighbours'.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp


def squared_slope(output: Callable, points: Any) -> Any:
    """|∂_x v|² at each of the points (m,), (m, d), or packs of them (m, pack, d)."""
    if points.ndim == 1:
        # One input dimension: the gradient is one derivative, and forward mode gives it together with the value.
        return jax.jvp(jax.vmap(output), (points,), (jnp.ones_like(points),))[1] ** 2
    return jnp.sum(jax.vmap(jax.grad(output))(points) ** 2, axis=tuple(range(1, points.ndim)))


class R1(NamedTuple):
    """(γ/2) E_{p_data} |∂_x v|² (Mescheder et al. 2018, Eq. 9). ``gamma`` is γ >= 0."""

    gamma: float

    def __call__(self, output: Callable, data: Any, generated: Any, key: Any) -> Any:
        return self.gamma / 2 * jnp.mean(squared_slope(output, data))


class R2(NamedTuple):
    """(γ/2) E_{p_g} |∂_x v|² (Mescheder et al. 2018, Eq. 10). ``gamma`` is γ >= 0."""

    gamma: float

    def __call__(self, output: Callable, data: Any, generated: Any, key: Any) -> Any:
        return self.gamma / 2 * jnp.mean(squared_slope(output, generated))


class GradientPenalty(NamedTuple):
    """λ E (s|∂_x v| - 1)² at random points between data and generated ones (Gulrajani et al. 2017, Eq. 3, for s = 1).

    ``weight`` is λ >= 0; ``scale``, s, is the data's unit.
    """

    weight: float = 10.0
    scale: float = 1.0

    def __call__(self, output: Callable, data: Any, generated: Any, key: Any) -> Any:
        share = jax.random.uniform(key, (len(data),) + (1,) * (data.ndim - 1), data.dtype)
        square = squared_slope(output, share * data + (1 - share) * generated)
        # The floor keeps √ differentiable at 0, the slope of a flat D.
        return self.weight * jnp.mean((self.scale * jnp.sqrt(jnp.maximum(square, 1e-24)) - 1) ** 2)


class Sum(NamedTuple):
    """Several penalties at once, as in R1 + R2."""

    parts: tuple[Callable[..., Any], ...]

    def __call__(self, output: Callable, data: Any, generated: Any, key: Any) -> Any:
        keys = jax.random.split(key, len(self.parts))
        return sum(part(output, data, generated, own) for part, own in zip(self.parts, keys, strict=True))


PENALTIES: dict[str, Any] = {"r1": R1, "r2": R2, "gradient_penalty": GradientPenalty}  # by the name of the setting that is their weight
