"""The two players as plain networks of one point. D is carried as its logit; G is an MLP of z plus a linear skip."""

from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp

from gantheory.base.precision import require_key, shown
from gantheory.base.words import got
from gantheory.game.packs import FEATURES

ACTIVATIONS: dict[str, Callable[..., Any]] = {
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "leaky_relu": jax.nn.leaky_relu,
    "elu": jax.nn.elu,
    "gelu": jax.nn.gelu,
    "silu": jax.nn.silu,
    "softplus": jax.nn.softplus,
}


def _mlp(inputs: int | None, outputs: int | None, width, depth, activation, key):
    """A network from ``inputs`` to ``outputs`` coordinates; None stands for a number, of shape ()."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"`activation` must be one of {', '.join(ACTIVATIONS)}. {got(activation, ACTIVATIONS)}")
    for name, size in (("width", width), ("depth", depth), ("inputs", inputs), ("outputs", outputs)):
        if not ((isinstance(size, Integral) and int(size) >= 1) or (size is None and name.endswith("puts"))):
            raise ValueError(f"`{name}` of a network must be at least 1, and whole. Got {size!r}.")
    require_key("a network", key)
    into: Any = "scalar" if inputs is None else inputs
    out: Any = "scalar" if outputs is None else outputs
    return eqx.nn.MLP(into, out, width, depth, ACTIVATIONS[activation], key=key, dtype=jnp.float32)


def applied(mlp: eqx.nn.MLP, x: Any) -> Any:
    """``mlp(x)`` for a point x, with layers from and to one number as products of vectors.

    Under vmap equinox's own become matrix products of one column, which take half of the time of a training at large batches.
    """
    layers: Any = mlp.layers
    first, *inner, last = layers
    hidden = mlp.activation((first.weight @ x if jnp.ndim(x) else first.weight[:, 0] * x) + first.bias)
    for layer in inner:
        hidden = mlp.activation(layer.weight @ hidden + layer.bias)
    return last.weight[0] @ hidden + last.bias[0] if mlp.out_size == "scalar" else last.weight @ hidden + last.bias


class Unit(NamedTuple):
    """The data's location and scale: networks work in (x - loc)/scale. Not trained. On the plane both are pairs."""

    loc: Any = 0.0
    scale: Any = 1.0

    def applied(self, u: Any) -> Any:
        """x = loc + scale · u."""
        loc, scale = self._beside(u)
        return loc + scale * u

    def undone(self, x: Any) -> Any:
        """u = (x - loc)/scale."""
        loc, scale = self._beside(x)
        return (x - loc) / scale

    def _beside(self, like):
        """Pairs as arrays of x's dtype; numbers stay weakly typed."""
        return (jnp.asarray(part, like.dtype) if isinstance(part, tuple) else part for part in self)


STANDARD = Unit()


def _unit(given: Any) -> Unit:
    try:
        loc, scale = (tuple(part) if isinstance(part, list | tuple) else part for part in given)
    except (TypeError, ValueError):
        raise ValueError(f"`unit` of a network must be (location, scale) of the data. Got {shown(given)}.") from None
    return Unit(loc, scale)


def _normal(scale: Callable[[int, int], float]) -> Callable[..., Any]:
    return lambda key, shape: jax.random.normal(key, shape, jnp.float32) * jnp.sqrt(scale(*shape))


def _uniform(bound: Callable[[int, int], float]) -> Callable[..., Any]:
    return lambda key, shape: jax.random.uniform(key, shape, jnp.float32, -1, 1) * jnp.sqrt(bound(*shape))


# How weights of shape (outputs, inputs) start, by name; their biases start at 0. None is the start that every network has: weights and
# biases from U(±1/√inputs), as PyTorch's layers have it.
INITIALIZATIONS: dict[str, Callable[..., Any] | None] = {
    "uniform": None,
    "he_normal": _normal(lambda _, inputs: 2 / inputs),  # He et al. 2015, Eq. 10
    "he_uniform": _uniform(lambda _, inputs: 6 / inputs),  # the same variance
    "glorot_normal": _normal(lambda outputs, inputs: 2 / (inputs + outputs)),  # Glorot & Bengio 2010, Eq. 12
    "glorot_uniform": _uniform(lambda outputs, inputs: 6 / (inputs + outputs)),  # Glorot & Bengio 2010, Eq. 16
    "orthogonal": jax.nn.initializers.orthogonal(),  # Saxe et al. 2014
    "dcgan": _normal(lambda *_: 0.02**2),  # Radford et al. 2016, section 4
}


def initialized(mlp: eqx.nn.MLP, name: str, key: jax.Array) -> eqx.nn.MLP:
    """The same network with weights drawn anew.

    Args:
      mlp: the network; its shapes are kept.
      name: in ``INITIALIZATIONS``; "uniform" leaves the network as it is.
      key: of the weights.

    Raises:
      ValueError: an unknown name.
    """
    if name not in INITIALIZATIONS:
        raise ValueError(f"`initialization` must be one of {', '.join(INITIALIZATIONS)}. {got(name, INITIALIZATIONS)}")
    if (draw := INITIALIZATIONS[name]) is None:
        return mlp

    def layer(old, key):
        return eqx.tree_at(lambda new: (new.weight, new.bias), old, (draw(key, old.weight.shape), jnp.zeros_like(old.bias)))

    keys = jax.random.split(key, len(mlp.layers))
    return eqx.tree_at(lambda m: m.layers, mlp, tuple(layer(old, k) for old, k in zip(mlp.layers, keys, strict=True)))


def _of_spectral_norm_1(mlp: eqx.nn.MLP) -> eqx.nn.MLP:
    weights = [layer.weight for layer in mlp.layers]
    scaled = [weight / jnp.linalg.norm(weight, ord=2) for weight in weights]
    return eqx.tree_at(lambda m: [layer.weight for layer in m.layers], mlp, scaled)


class Generator(eqx.Module):
    """G(z) = loc + scale · (slope · z + offset + MLP(z)): one latent point to one data point. Slope and offset are trained.

    Args:
      width: units of each hidden layer.
      depth: hidden layers.
      activation: a name in ``ACTIVATIONS``.
      unit: (location, scale) of the data.
      skip: without it G(z) = loc + scale · MLP(z).
      inputs: coordinates of z; None for a number, of shape ().
      outputs: coordinates of x, likewise.
      key: of the weights.

    Raises:
      ValueError: a skip from a z to an x of another shape, an unknown activation, a width or depth below 1.
    """

    mlp: eqx.nn.MLP
    slope: jax.Array
    offset: jax.Array
    width: int = eqx.field(static=True)
    depth: int = eqx.field(static=True)
    activation: str = eqx.field(static=True)
    unit: Unit = eqx.field(static=True)
    skip: bool = eqx.field(static=True)
    inputs: int | None = eqx.field(static=True)
    outputs: int | None = eqx.field(static=True)

    def __init__(
        self,
        width: int = 32,
        depth: int = 2,
        activation: str = "tanh",
        unit: Sequence[Any] = STANDARD,
        skip: bool = True,
        inputs: int | None = None,
        outputs: int | None = None,
        *,
        key: jax.Array,
    ):
        if skip and inputs != outputs:
            raise ValueError(f"`skip` of Generator must be False where z and x differ in shape. Got {inputs} and {outputs} coordinates.")
        self.width, self.depth, self.activation, self.unit, self.skip = width, depth, activation, _unit(unit), skip
        self.inputs, self.outputs = inputs, outputs
        self.mlp = _mlp(inputs, outputs, width, depth, activation, key)
        shape = () if outputs is None else (outputs,)
        self.slope, self.offset = jnp.ones(shape, jnp.float32), jnp.zeros(shape, jnp.float32)

    def __call__(self, z: Any) -> Any:
        linear = self.slope * z + self.offset if self.skip else 0.0
        return self.unit.applied(linear + applied(self.mlp, z))


class Discriminator(eqx.Module):
    """D(x) = sigmoid(logit(x)), logit = MLP(clip((x - loc)/scale, ±reach)): the probability that x is data.

    Args:
      width: units of each hidden layer.
      depth: hidden layers.
      activation: a name in ``ACTIVATIONS``.
      unit: (location, scale) of the data.
      reach: where D is held at its value: beyond it, in units of the data, there are next to no points to learn from.
      spectral: every weight matrix is divided by its largest singular value (Miyato et al. 2018, Eq. 8; by singular values, not by a
        running power iteration).
      inputs: coordinates of x, a point of the plane or a pack of points of any shape of that size; None for a number, of shape ().
      feature: a name in ``FEATURES``: what D is also given of a pack, x of shape (points,) or (points, coordinates).
      key: of the weights.

    Raises:
      ValueError: an unknown activation or feature, a feature of a number, a width or depth below 1.
    """

    mlp: eqx.nn.MLP
    width: int = eqx.field(static=True)
    depth: int = eqx.field(static=True)
    activation: str = eqx.field(static=True)
    unit: Unit = eqx.field(static=True)
    reach: float | None = eqx.field(static=True)
    spectral: bool = eqx.field(static=True)
    inputs: int | None = eqx.field(static=True)
    feature: str | None = eqx.field(static=True)

    def __init__(
        self,
        width: int = 32,
        depth: int = 2,
        activation: str = "tanh",
        unit: Sequence[Any] = STANDARD,
        reach: float | None = None,
        spectral: bool = False,
        inputs: int | None = None,
        feature: str | None = None,
        *,
        key: jax.Array,
    ):
        self.width, self.depth, self.activation, self.unit, self.reach = width, depth, activation, _unit(unit), reach
        self.spectral, self.inputs, self.feature = spectral, inputs, feature
        if feature is not None and feature not in FEATURES:
            raise ValueError(f"`feature` of Discriminator must be one of {', '.join(FEATURES)}. {got(feature, FEATURES)}")
        if feature is not None and inputs is None:
            raise ValueError(f"`inputs` of Discriminator must be the size of a pack for a `feature` of it, {feature!r}. Got None.")
        given = inputs if inputs is None or feature is None else inputs + 1
        self.mlp = _mlp(given, None, width, depth, activation, key)

    def logit(self, x: Any) -> Any:
        """log D - log(1 - D) at one point, or at each of an array of points."""
        if jnp.ndim(x) > 0 if self.inputs is None else jnp.size(x) > self.inputs:
            return jax.vmap(self.logit)(jnp.asarray(x))
        u = self.unit.undone(x)
        u = u if self.reach is None else jnp.clip(u, -self.reach, self.reach)
        if self.inputs is not None:
            u = u.ravel() if self.feature is None else jnp.append(u, FEATURES[self.feature](u))
        return applied(_of_spectral_norm_1(self.mlp) if self.spectral else self.mlp, u)

    def __call__(self, x: Any) -> Any:
        return jax.nn.sigmoid(self.logit(x))
