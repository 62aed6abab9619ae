"""Networks of any framework as what the measurement takes: functions of one point under JAX, or of NumPy arrays of points."""

import sys
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.arrays import OnArrays
from gantheory.base.precision import in_float64, promoted, shown
from gantheory.base.tracing import traces
from gantheory.judgement.refusals import reason, require_function, require_instance, require_numbers, with_state

OUTPUTS = ("probability", "logit")  # what D may give
PROBES = 7  # points at which a network is tried
FAR = np.concatenate([10.0 ** np.arange(-12, 0), 1 - 10.0 ** np.arange(-1, -13, -1)])  # levels of z's quantiles where G must give numbers
DRAWS = 256  # draws of z on the plane at which it must
AGREES = 1e-6  # difference between a network's value at a point and in a batch, as a share of the largest, that rounding may make


class Network(NamedTuple):
    """A network as it is measured, and in words."""

    function: Any
    said: str
    rounded: bool = False  # whether its values are float32


class OnePoint(eqx.Module):
    """A network that JAX can trace, as a function of one point: it is given the point with ``given`` as its shape."""

    network: Any
    given: tuple[int, ...] = eqx.field(static=True)
    out: tuple[int, ...] = eqx.field(static=True)

    def __call__(self, point: Any) -> Any:
        return jnp.reshape(self.network(jnp.reshape(point, self.given)), self.out)


class Applied(eqx.Module):
    """A Flax module with its variables, as a function."""

    module: Any = eqx.field(static=True)
    variables: Any

    def __call__(self, point: Any) -> Any:
        return self.module.apply(self.variables, point)


class OfLogit(eqx.Module):
    """A discriminator whose network gives logits."""

    function: Any

    def logit(self, point: Any) -> Any:
        """log D - log(1 - D)."""
        return self.function(point)


def generator_of(network: Any, latent: Any, dimension: int) -> Network:
    """G, from points of z to points of this dimension."""
    z = latent.quantile(_u()) if latent.dimension == 1 else latent.sample(jax.random.key(0), (PROBES,))
    found = _adapted("generator", network, np.asarray(z), () if dimension == 1 else (2,))
    far = np.asarray(latent.quantile(FAR) if latent.dimension == 1 else latent.sample(jax.random.key(1), (DRAWS,)))
    require_numbers("generator", far, _at(found.function, far))
    return found


def discriminator_of(network: Any, data: Any, output: str) -> Network:
    """D, of points of the data; ``output`` is what it gives, one of ``OUTPUTS``."""
    if output not in OUTPUTS:
        raise ValueError(f"`output` must be one of {', '.join(map(repr, OUTPUTS))}. Got {output!r}.")
    x = np.asarray(data.quantile(_u()) if data.dimension == 1 else data.sample(jax.random.key(0), (PROBES,)))
    if hasattr(network, "logit"):
        return Network(network, f"D: {_described(network)}, by its own logit")
    found = _adapted("discriminator", network, x, ())
    if output == "logit":
        return found._replace(function=OfLogit(found.function), said=f"{found.said}, gives logits")
    values = _at(found.function, x)
    wrong = ~((values >= 0) & (values <= 1))
    if wrong.any():
        raise ValueError(
            f"`discriminator` must give a probability in [0, 1], or be said to give logits by output='logit'. Got {values[wrong][0]:.4g}"
            f" at x = {shown(x[wrong][0])}."
        )
    return found


def _u() -> np.ndarray:
    return (np.arange(PROBES) + 0.5) / PROBES


def _adapted(name: str, network: Any, points: np.ndarray, out: tuple[int, ...]) -> Network:
    """A network as a function of one point if JAX can trace it, else of arrays of points."""
    network, event = _with_weights(name, network), points.shape[1:]
    require_function(name, network)
    said = f"{name[0].upper()}: {_described(network)}"
    for given in ((), (1,), (1, 1)) if event == () else (event, (1, *event)):
        one = OnePoint(network, given, out)
        if traces(one, event):
            require_numbers(name, points, _at(one, points))
            _require_its_own(name, network, one, points)
            return Network(one, f"{said}, evaluated in float64, by JAX at one point of shape {given}")
    called = OnArrays(network, name, event, out)
    try:
        values = called(points)
    except ValueError as refusal:
        raise reason(name, network, points, out, refusal) from None
    require_numbers(name, points, values)
    if _is_torch(network):
        return Network(called, f"{said}, evaluated in float64 on arrays")
    rounded = _is_rounded(values)
    return Network(called, f"{said}, called with arrays" + (", gives float32" if rounded else ""), rounded)


def _is_rounded(values: np.ndarray) -> bool:
    """Whether values are float32, and not all as short as those of a step."""
    with np.errstate(over="ignore"):
        short, single = (np.array_equal(values.astype(kind), values) for kind in (np.float16, np.float32))
    return single and not short


def _with_weights(name: str, network: Any) -> Any:
    """The function that a pair (network, weights) is; any other network as it is."""
    if not isinstance(network, tuple):
        return network
    if len(network) != 2:
        raise ValueError(f"`{name}` must be a network, or a pair of a network and its weights. Got a tuple of {len(network)}.")
    module, weights = network
    require_instance(name, module)
    if hasattr(module, "load_state_dict"):
        return with_state(name, module, weights)
    if hasattr(module, "apply"):
        return Applied(module, weights)
    raise ValueError(f"`{name}` must be a PyTorch module with its state dict or a Flax module with its variables. Got {shown(module)}.")


def _described(network: Any) -> str:
    """A network in words: its framework, its class, its numbers."""
    module = network.module if isinstance(network, Applied) else network
    name = getattr(module, "__name__", type(module).__name__)
    if _is_torch(network):
        weights = list(module.parameters())
        kinds = sorted({f"{str(weight.dtype).removeprefix('torch.')} on {weight.device}" for weight in weights})
        return f"PyTorch {name}, {sum(weight.numel() for weight in weights):,} weights stored in {' and '.join(kinds) or 'none'}"
    weights = [leaf for leaf in jax.tree.leaves(network) if eqx.is_array(leaf)]
    if not weights:
        return f"function {name}"
    kinds = sorted({str(weight.dtype) for weight in weights})
    return f"{name}, {sum(weight.size for weight in weights):,} weights stored in {' and '.join(kinds)}"


def _is_torch(network: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(network, torch.nn.Module)


@in_float64
def _require_its_own(name: str, network: Any, one: OnePoint, points: np.ndarray) -> None:
    """Raise ``ValueError`` for a network whose value at a point depends on what other points are in a batch, if it takes batches."""
    given = one.given[1:] if len(one.given) > len(points.shape[1:]) else one.given
    try:
        batch = np.asarray(promoted(network)(jnp.asarray(points.reshape(len(points), *given))))
    except Exception:  # it takes one point only
        return
    alone = np.asarray(jax.vmap(promoted(one))(jnp.asarray(points)))
    if batch.shape[:1] != points.shape[:1] or batch.size != alone.size:
        return
    if not np.allclose(batch.reshape(alone.shape), alone, rtol=0, atol=AGREES * np.abs(alone).max()):
        raise ValueError(
            f"`{name}` must give a point the same value whatever other points are in its batch. Got {batch.flat[0]:.4g} and"
            f" {alone.flat[0]:.4g} at {shown(points[0])}: a network must be in evaluation mode."
        )


@in_float64
def _at(function: Any, points: np.ndarray) -> np.ndarray:
    """The values of an adapted network at points."""
    return function(points) if isinstance(function, OnArrays) else np.asarray(jax.vmap(promoted(function))(jnp.asarray(points)))
