"""A law that is asked for by name, and is none on the line."""

from typing import Any, NoReturn


def VonMises(*_: Any, **__: Any) -> NoReturn:
    """Raises ``ValueError``: the von Mises law is one of angles, and a law here is on the line or the plane.

    On the line its two ends, -π and π, are the farthest points; on the circle they are one, so that a distance, a support and a generator
    mean something else. The sentence says what to do instead.
    """
    raise ValueError(
        "A law must be on the line or the plane, and VonMises is one on a circle. For angles that are cut open at mu ± π, take as_density("
        "lambda x: kappa * jnp.cos(x - mu) - jnp.log(2 * jnp.pi * jax.scipy.special.i0(kappa)), (mu - jnp.pi, mu + jnp.pi), "
        "resolution=kappa**-0.5); for points around a circle of the plane, ring."
    )
