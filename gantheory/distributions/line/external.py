"""Densities that others wrote: frozen scipy distributions, objects of numpyro, distrax or TFP, and bare log-density functions."""

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import called_on_host, finite_parameter, is_traced
from gantheory.base.tracing import traces
from gantheory.distributions.calls import parameter
from gantheory.distributions.law import Law
from gantheory.distributions.line.density import BREAK, POWER_ABOVE, POWER_BELOW, SCALE, TINY, Density, Facts, Family
from gantheory.distributions.line.edges import REGULAR, Edge
from gantheory.distributions.line.known import Known, log_prob_from
from gantheory.distributions.line.mixture import Mixture
from gantheory.distributions.line.normal import Normal
from gantheory.distributions.line.scipy_frozen import Frozen
from gantheory.distributions.line.values import Values

FAINT = 1e-11  # mass beyond all cuts that is taken from the density
DRAWS = 4096  # draws from an object's own sampler, where no bounds are given


class External(Family):
    """A density known by functions that are not the library's own. Made by ``from_scipy`` and ``as_density``."""

    positions: np.ndarray
    function: Callable = eqx.field(static=True)  # log p of (x, offset)
    traceable: bool = eqx.field(static=True)
    flags: tuple[int, ...] = eqx.field(static=True)
    ends: tuple[float, float] = eqx.field(static=True)
    of: Any = eqx.field(static=True)
    edges: tuple[Edge, ...] = eqx.field(static=True)  # where log p is continued
    log_prob_error: float = eqx.field(static=True)
    finest: float = eqx.field(static=True)  # a length over which it is smooth; 0 if unknown
    unseen_mass: float = eqx.field(static=True)
    trailing: ClassVar[int] = 1
    opaque: ClassVar[bool] = True

    def __repr__(self) -> str:
        if isinstance(self.function, Frozen):
            return f"from_scipy({self.function})"
        return f"as_density({parameter(self.of)}, ({parameter(self.ends[0])}, {parameter(self.ends[1])}))"

    def _log_prob(self, x, offset: Any = 0.0):
        x, offset = jnp.broadcast_arrays(jnp.asarray(x), jnp.asarray(offset, jnp.asarray(x).dtype))
        inside = ((x - self.ends[0]) + offset >= 0) & ((x - self.ends[1]) + offset <= 0)
        continued = [edge.beyond(x, offset)[:2] for edge in self.edges]
        asked = inside
        for which, _ in continued:
            asked = asked & ~which
        # The function need not be defined outside its bounds.
        log_prob = self._called(jnp.where(asked, x, jnp.ravel(self.positions)[len(self.flags) // 2]), jnp.where(asked, offset, 0.0))
        for which, value in continued:
            log_prob = jnp.where(which, value, log_prob)
        return jnp.where(inside, log_prob, -jnp.inf)

    def _called(self, x, offset):
        x, offset = jax.lax.stop_gradient((x, offset)) if not self.traceable else (x, offset)
        if self.traceable:
            return jnp.asarray(self.function(x, offset), x.dtype)
        return called_on_host(lambda both: self.function(both[..., 0], both[..., 1]), jnp.stack([x, offset], axis=-1), drop=1)

    def _own_log_prob_from(self, anchor, offset, excess: Any = None):
        log_prob, doubt = log_prob_from(self, anchor, offset, excess)
        for edge in self.edges:
            _, _, continued, rounded = edge.beyond(jnp.asarray(anchor), jnp.asarray(offset))
            doubt = doubt + continued + rounded
            if excess is not None and math.isinf(edge.place):
                farther = (jnp.asarray(offset) * edge.side > 0) & (excess > 0)
                doubt = doubt + jnp.where(farther, 2 * edge.doubt * abs(edge.slope) * excess, 0.0)
        return log_prob, doubt

    def _own_log_doubt(self):
        return self.log_prob_error

    def _own_positive(self, anchor, offset):
        return False

    def _own_zero(self, anchor, offset):
        return ((anchor - self.ends[0]) + offset < 0) | ((anchor - self.ends[1]) + offset > 0)

    def _own_near(self, anchor, upward):
        sign = jnp.where(upward, 1.0, -1.0)
        power, doubt = jnp.where(self._log_prob(anchor, sign * TINY) > -jnp.inf, 1.0, jnp.inf), 0.0
        for edge in self.edges:
            here = (anchor == edge.place) & (sign == edge.side)
            power = jnp.where(here, edge.power, power)
            doubt = jnp.where(here, 0.0 if edge.growth else 2 * edge.doubt * abs(edge.slope), doubt)
        return power, doubt

    def _own_orders(self) -> tuple[float, float]:
        return self._order(False), self._order(True)

    def _order(self, upward: bool) -> float:
        return math.inf if math.isfinite(self.ends[upward]) else 0.0 if self._index(upward) > 0 else math.nan

    def _own_tail_doubt(self) -> float:
        return max((2 * edge.doubt * abs(edge.slope) for edge in self.edges if math.isinf(edge.place)), default=0.0)

    def _own_tail(self, upward):
        return (math.inf if math.isfinite(self.ends[upward]) else self._index(upward)), jnp.nan

    def _index(self, upward: bool) -> float:
        """α, if a tail is a power; nan if that is not known."""
        side = 1 if upward else -1
        return next((edge.tail for edge in self.edges if math.isinf(edge.place) and edge.side == side), math.nan)

    def _known(self, name: str):
        if not callable(getattr(self.of, name, None)):
            raise ValueError(f"A law must have `{name}` to be asked for it. Got {self!r}, which knows its density alone.")
        return getattr(self.of, name)

    def _share(self, name: str, x, upward: bool):
        """A distribution function, with the mass far out from the density: there, those of others may be lost in rounding."""
        x, function = jnp.asarray(x), self._known(name)
        share = jnp.asarray(function(x), x.dtype) if self.traceable else called_on_host(function, x)
        for edge in self.edges:
            if math.isinf(edge.place):
                mass, far = edge.mass_beyond(x, self._log_prob(x)), edge.side * x > np.max(edge.side * self.positions)
                share = jnp.where(far & (mass < FAINT), mass if (edge.side > 0) == upward else 1 - mass, share)
        return share

    def _cdf(self, x):
        return self._share("cdf", x, False)

    def _sf(self, x):
        return self._share("sf", x, True) if hasattr(self.of, "sf") else 1 - self._cdf(x)

    def _sample(self, key, shape, dtype):
        if hasattr(self.of, "rvs"):
            seed = jax.random.bits(key, (2,), jnp.uint32)
            if not is_traced(seed):
                return jnp.asarray(self._drawn(shape, seed), dtype)
            # In a compiled program, such as a training, scipy is called back, and gives float32.
            like = jax.ShapeDtypeStruct(shape, jnp.float32)
            drawn = jax.pure_callback(lambda own: self._drawn(shape, own).astype(np.float32), like, seed, vmap_method="sequential")
            return jnp.asarray(drawn, dtype)
        return jnp.asarray(self._known("sample")(key, shape), dtype)

    def _drawn(self, shape, seed) -> np.ndarray:
        return np.asarray(self.of.rvs(size=shape, random_state=np.random.default_rng(np.asarray(seed))))

    def _cuts(self):
        return self.positions, np.array(self.flags)

    def _facts(self):
        tails = [tail for edge in self.edges if math.isinf(edge.place) and not math.isnan(tail := edge.tail)]
        return Facts(self.ends, tail_index=min(tails, default=math.inf), resolution=self.finest, unseen=self.unseen_mass)

    @property
    def unbounded(self) -> tuple[bool, bool]:  # pyright: ignore[reportIncompatibleVariableOverride]
        return math.isinf(self.ends[0]), math.isinf(self.ends[1])

    @property
    def mean(self) -> Any:
        return np.asarray(self._moment("mean"))

    @property
    def variance(self) -> Any:
        return np.asarray(self._moment("variance" if hasattr(self.of, "variance") else "var"))

    def _moment(self, name: str):
        moment = getattr(self.of, name)
        return moment() if callable(moment) else moment

    known: ClassVar[Known] = Known(
        orders=_own_orders,
        tail=_own_tail,
        near=_own_near,
        positive=_own_positive,
        zero=_own_zero,
        log_doubt=_own_log_doubt,
        tail_doubt=_own_tail_doubt,
        log_prob_from=_own_log_prob_from,
    )


def from_scipy(frozen: Any) -> Density:
    """A frozen continuous distribution of ``scipy.stats``, such as ``scipy.stats.gamma(2)``: evaluated by scipy itself.

    Its quantiles place the cuts. Where scipy's log-density is nan, infinite or rounded away, next to an end or far out in a tail, it is
    continued as it goes before, and how far that may be off is in the error. scipy's own errors are not: they are seen only as far as
    the density does not integrate to 1.

    Args:
      frozen: the distribution, with its location and scale; of several or on the circle there is no density on the line.

    Raises:
      ValueError: anything else.
    """
    own = Frozen(frozen)
    cuts = own.cuts()
    values = Values(own, own.ends, trusted=own.trusted)
    return _external(own, own.ends, cuts, own.breaks, frozen, False, own.edges(cuts), own.log_prob_error, 0.0, values.unseen(cuts))


def as_density(
    thing: Any, support: Any = None, breakpoints: Sequence[float] = (), *, resolution: float = 0.0, log_prob_error: float = 0.0
) -> Density:
    """Take something that knows its density as a ``Density``.

    It must integrate to 1: quadrature refuses it otherwise, with a ``ValueError``.

    Args:
      thing: a ``Density`` already, or its expression as text, such as "Normal(0, 1)"; an object with ``log_prob(x)`` and
        ``sample(key, shape)`` (numpyro, distrax, TFP), which is trusted to be smooth on the scale of its samples; scipy's ``gaussian_kde``
        of one coordinate, a mixture of its kernels; or a bare function log p(x) of an array. A function may be ±inf only where p is 0,
        and at the ends of its support and the breakpoints; toward these it may go like a power of the distance.
      support: (low, high): of a function, both finite; of an object the whole line if it is not given.
      breakpoints: where the density, or its slope, jumps or is infinite.
      resolution: the finest scale of a function, a length over which it is smooth between its breakpoints. If it is not given, every
        error counts what the widest gap between two points at which the function was looked at could hide.
      log_prob_error: how far the values of log p may be off, as those of an inner quadrature; it enters every error.

    Raises:
      ValueError: what is none of these, a support that is not (low, high), or a function that is nan or infinite at some point.
    """
    thing = as_law(thing) if isinstance(thing, str) else thing
    if isinstance(thing, Density) and support is None:
        return thing
    if isinstance(thing, Law) and thing.dimension != 1:
        raise ValueError(f"A density on the line must be given. Got {thing!r}.")
    if isinstance(thing, type):
        raise ValueError(f"A density must be a law, such as gt.Normal(0, 1), not its class. Got {thing.__name__}.")
    if all(hasattr(thing, name) for name in ("dataset", "covariance", "weights", "evaluate")):
        return _of_kernels(thing)
    function = thing.log_prob if hasattr(thing, "log_prob") else thing
    require_no_rows(thing)
    if not callable(function):
        raise ValueError(
            f"A density must be one of the library's, have `log_prob` and `sample`, or be a log-density function. Got {thing!r}."
        )
    sampled = hasattr(thing, "sample")
    if support is None and not sampled:
        raise ValueError(f"`support` of a log-density function must be given, as (low, high). Got none for {thing!r}.")
    low, high = (-math.inf, math.inf) if support is None else support
    if not low < high:
        raise ValueError(f"`support` must be (low, high) with low below high. Got ({low!r}, {high!r}).")
    if (math.isinf(low) or math.isinf(high)) and not sampled:
        raise ValueError(
            "`support` of a log-density function must be finite; an object with `log_prob` and `sample`, whose draws tell where its mass "
            f"is, may have the whole line. Got ({low!r}, {high!r})."
        )
    for name, value in (("resolution", resolution), ("log_prob_error", log_prob_error)):
        if not 0 <= value < math.inf:
            raise ValueError(f"`{name}` of a density must be at least 0 and finite. Got {value!r}.")
    traceable = traces(function, (2,))
    breaks = np.unique(np.ravel(finite_parameter("a density", "breakpoints", breakpoints))) if len(breakpoints) else np.empty(0)
    breaks = breaks[(breaks > low) & (breaks < high)]
    values = Values(_at_sums(function), (float(low), float(high)), breaks, trusted=sampled, traceable=traceable)
    cuts = _quantiles(thing) if math.isinf(low) or math.isinf(high) else values.grid(resolution)
    unseen = values.unseen(cuts) * (resolution == 0)
    return _external(values.function, (low, high), cuts, breaks, thing, traceable, values.edges(cuts), log_prob_error, resolution, unseen)


def _of_kernels(estimate: Any) -> Mixture:
    """scipy's ``gaussian_kde`` as what it is. Raises ``ValueError`` beyond one coordinate."""
    if len(estimate.dataset) != 1:
        raise ValueError(f"A gaussian_kde must be of one coordinate to be a density on the line. Got one of {len(estimate.dataset)}.")
    return Mixture(estimate.weights, Normal(estimate.dataset[0], math.sqrt(float(np.squeeze(estimate.covariance)))))


def require_no_rows(thing: Any) -> None:
    """Raise ``ValueError`` for an array, a list or a table, with what can be done with one."""
    if isinstance(thing, list | tuple) or hasattr(thing, "__array__"):
        shape = np.shape(thing) if hasattr(thing, "__array__") else (len(thing),)
        raise ValueError(
            "A density must not be rows, which have none: gt.from_samples models them by one, gt.compare_samples says what two sets of "
            f"them tell. Got a {type(thing).__name__} of shape {shape}."
        )


def _at_sums(function: Callable) -> Callable:
    return lambda x, offset: function(x + offset)


def _quantiles(thing: Any) -> np.ndarray:
    """Of an object's own samples, and two places beyond them."""
    draws = np.asarray(thing.sample(jax.random.key(0), (DRAWS,)), np.float64)
    inner = np.quantile(draws, [0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1])
    return np.concatenate([inner, [2 * inner[0] - inner[4], 2 * inner[-1] - inner[4]]])


@functools.singledispatch
def as_law(thing: Any) -> Law:
    """A law as it is, of text the one that it names, and anything else as ``as_density`` takes it. Raises ``ValueError`` as that does."""
    return thing if isinstance(thing, Law) else as_density(thing)


def _external(function, ends, cuts, breaks, of, traceable: bool, edges, log_prob_error: float, finest: float, unseen: float) -> External:
    low = [ends[0]] if math.isfinite(ends[0]) else []
    high = [ends[1]] if math.isfinite(ends[1]) else []
    inner = np.setdiff1d(cuts[np.isfinite(cuts) & (cuts > ends[0]) & (cuts < ends[1])], breaks)
    positions = np.concatenate([low, breaks, inner, high])
    # A break at which the density is regular on both sides needs no logarithmic coordinate.
    singular = {edge.place for edge in edges if math.isfinite(edge.place) and abs(edge.power - 1) > REGULAR}
    inner_break = [BREAK + (POWER_ABOVE + POWER_BELOW) * (place in singular) for place in breaks]
    kinds = [*[BREAK + POWER_ABOVE] * len(low), *inner_break, *[SCALE] * len(inner), *[BREAK + POWER_BELOW] * len(high)]
    ends = float(ends[0]), float(ends[1])
    return External(positions, function, traceable, tuple(kinds), ends, of, edges, float(log_prob_error), float(finest), float(unseen))
