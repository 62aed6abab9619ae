"""The two players as plain networks of one point. D is carried as its logit; G is an MLP of z plus a linear skip."""

from typing import NamedTuple

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


def applied(mlp, x):
    """``mlp(x)`` for a point x. Its first and last layers, from and to one number, are products of vectors: the matrix products of one
    column that vmap makes of equinox's own take half of the time of a training at large batches."""
    first, *inner, last = mlp.layers
    hidden = mlp.activation(first.weight[:, 0] * x + first.bias)
    for layer in inner:
        hidden = mlp.activation(layer.weight @ hidden + layer.bias)
    return last.weight[0] @ hidden + last.bias[0]


class Unit(NamedTuple):
    """Where the data lie and how wide: networks work in (x - loc)/scale, and this is not trained."""

    loc: float = 0.0
    scale: float = 1.0


STANDARD = Unit()


def he_normal(mlp: eqx.nn.MLP, key) -> eqx.nn.MLP:
    """The same network with weights from N(0, 2/fan-in) and biases 0 (He et al. 2015): a wider start than equinox's own."""

    def layer(old, key):
        weight = jax.random.normal(key, old.weight.shape, jnp.float32) * jnp.sqrt(2 / old.weight.shape[1])
        return eqx.tree_at(lambda new: (new.weight, new.bias), old, (weight, jnp.zeros_like(old.bias)))

    keys = jax.random.split(key, len(mlp.layers))
    return eqx.tree_at(lambda m: m.layers, mlp, tuple(layer(old, k) for old, k in zip(mlp.layers, keys, strict=True)))


def _of_spectral_norm_1(mlp: eqx.nn.MLP) -> eqx.nn.MLP:
    weights = [layer.weight for layer in mlp.layers]
    scaled = [weight / jnp.linalg.norm(weight, ord=2) for weight in weights]
    return eqx.tree_at(lambda m: [layer.weight for layer in m.layers], mlp, scaled)


class Generator(eqx.Module):
    """G(z) = loc + scale · (slope · z + offset + MLP(z)): one latent point, shape (), to one data point. Slope and offset are trained.

    Without ``skip`` it is loc + scale · MLP(z).
    """

    mlp: eqx.nn.MLP
    slope: jax.Array
    offset: jax.Array
    width: int = eqx.field(static=True)
    depth: int = eqx.field(static=True)
    activation: str = eqx.field(static=True)
    unit: Unit = eqx.field(static=True)
    skip: bool = eqx.field(static=True)

    def __init__(self, width=32, depth=2, activation="tanh", unit=STANDARD, skip=True, *, key):
        self.width, self.depth, self.activation, self.unit, self.skip = width, depth, activation, Unit(*unit), skip
        self.mlp = _mlp(width, depth, activation, key)
        self.slope, self.offset = jnp.ones((), jnp.float32), jnp.zeros((), jnp.float32)

    def __call__(self, z):
        linear = self.slope * z + self.offset if self.skip else 0.0
        return self.unit.loc + self.unit.scale * (linear + applied(self.mlp, z))


class Discriminator(eqx.Module):
    """D(x) = sigmoid(logit(x)), logit = MLP(clip((x - loc)/scale, ±reach)): the probability that the point x, shape (), is data.

    Beyond ``reach`` there are next to no points to learn from, and D is held at its value there. With ``spectral`` every weight matrix
    is divided by its largest singular value (Miyato et al. 2018, Eq. 8; by singular values, not by a running power iteration).
    """

    mlp: eqx.nn.MLP
    width: int = eqx.field(static=True)
    depth: int = eqx.field(static=True)
    activation: str = eqx.field(static=True)
    unit: Unit = eqx.field(static=True)
    reach: float | None = eqx.field(static=True)
    spectral: bool = eqx.field(static=True)

    def __init__(self, width=32, depth=2, activation="tanh", unit=STANDARD, reach=None, spectral=False, *, key):
        self.width, self.depth, self.activation, self.unit, self.reach = width, depth, activation, Unit(*unit), reach
        self.spectral = spectral
        self.mlp = _mlp(width, depth, activation, key)

    def logit(self, x):
        u = (x - self.unit.loc) / self.unit.scale
        mlp = _of_spectral_norm_1(self.mlp) if self.spectral else self.mlp
        return applied(mlp, u if self.reach is None else jnp.clip(u, -self.reach, self.reach))

    def __call__(self, x):
        return jax.nn.sigmoid(self.logit(x))
