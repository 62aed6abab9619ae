"""The two players as plain networks of one point. D is carried as its logit; G is an MLP of z plus a linear skip."""

import equinox as eqx
import jax
import jax.numpy as jnp

ACTIVATIONS = {
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": jax.nn.leaky_relu,
    "elu": jax.nn.elu,
    "gelu": jax.nn.gelu,
    "silu": jax.nn.silu,
    "softplus": jax.nn.softplus,
}


def _mlp(width, depth, activation, key):
    if activation not in ACTIVATIONS:
        raise ValueError(f"`activation` must be one of {', '.join(ACTIVATIONS)}. Got {activation!r}.")
    for name, size in (("width", width), ("depth", depth)):
        if size < 1:
            raise ValueError(f"`{name}` of a network must be at least 1. Got {size}.")
    return eqx.nn.MLP("scalar", "scalar", width, depth, ACTIVATIONS[activation], key=key, dtype=jnp.float32)


class Generator(eqx.Module):
    """G(z) = slope · z + offset + MLP(z): one latent point, shape (), to one data point, shape (). Slope and offset are trained."""

    mlp: eqx.nn.MLP
    slope: jax.Array
    offset: jax.Array
    width: int = eqx.field(static=True)
    depth: int = eqx.field(static=True)
    activation: str = eqx.field(static=True)

    def __init__(self, width=32, depth=2, activation="tanh", slope=1.0, offset=0.0, *, key):
        self.width, self.depth, self.activation = width, depth, activation
        self.mlp = _mlp(width, depth, activation, key)
        self.slope, self.offset = jnp.asarray(slope, jnp.float32), jnp.asarray(offset, jnp.float32)

    def __call__(self, z):
        return self.slope * z + self.offset + self.mlp(z)


class Discriminator(eqx.Module):
    """D(x) = sigmoid(logit(x)), logit = MLP(x): the probability that the point x, shape (), is data."""

    mlp: eqx.nn.MLP
    width: int = eqx.field(static=True)
    depth: int = eqx.field(static=True)
    activation: str = eqx.field(static=True)

    def __init__(self, width=32, depth=2, activation="tanh", *, key):
        self.width, self.depth, self.activation = width, depth, activation
        self.mlp = _mlp(width, depth, activation, key)

    def logit(self, x):
        return self.mlp(x)

    def __call__(self, x):
        return jax.nn.sigmoid(self.logit(x))
