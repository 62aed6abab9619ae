"""What is added to D's loss to keep its gradients small."""

from typing import NamedTuple

import jax
import jax.numpy as jnp


class R1(NamedTuple):
    """(γ/2) E_{p_data} |∂_x logit D(x)|² (Mescheder et al. 2018, Eq. 9). ``gamma`` is γ >= 0."""

    gamma: float

    def __call__(self, logit, real, fake):
        # One input dimension: the gradient is one derivative, and forward mode gives it together with the value.
        _, slope = jax.jvp(jax.vmap(logit), (real,), (jnp.ones_like(real),))
        return self.gamma / 2 * jnp.mean(slope**2)
