"""Densities that others wrote: frozen scipy distributions, objects of numpyro, distrax or TFP, and bare log-density functions."""

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import called_on_host, finite_parameter
from gantheory.base.tracing import traces
from gantheory.distributions.law import Law
from gantheory.distributions.line.density import BREAK, POWER_ABOVE, POWER_BELOW, SCALE, Density, Facts, Family

GRID = 64  # cells between finite bounds, where nothing else tells the scale
DRAWS = 4096  # draws from an object's own sampler, where no bounds are given
LEVELS = np.array(
    [1e-12, 1e-6, 1e-3, 0.03, 0.15, 0.35, 0.65, 0.85, 0.97, 1 - 1e-3, 1 - 1e-6]
)  # quantiles at which a distribution of scipy is cut


class External(Family):
    """A density known by functions that are not the library's own. Made by ``from_scipy`` and ``as_density``."""

    positions: np.ndarray
    function: Callable = eqx.field(static=True)
    traceable: bool = eqx.field(static=True)
    flags: tuple[int, ...] = eqx.field(static=True)
    ends: tuple[float, float] = eqx.field(static=True)
    of: Any = eqx.field(static=True)
    trailing: ClassVar[int] = 1

    def _log_prob(self, x, offset: Any = 0.0):
        x = jnp.asarray(x + offset)
        inside = (x >= self.ends[0]) & (x <= self.ends[1])
        within = jnp.where(inside, x, self.positions[len(self.flags) // 2])  # the function need not be defined outside its bounds
        return jnp.where(inside, self._called(self.function, within), -jnp.inf)

    def _called(self, function, x):
        if self.traceable:
            return jnp.asarray(function(x), x.dtype)
        return called_on_host(function, x)

    def _known(self, name: str):
        if not callable(getattr(self.of, name, None)):
            raise ValueError(f"`{name}` of {self.of!r} must be a method of it. Got an object without.")
        return getattr(self.of, name)

    def _cdf(self, x):
        return self._called(self._known("cdf"), jnp.asarray(x))

    def _sf(self, x):
        return self._called(self._known("sf"), jnp.asarray(x)) if hasattr(self.of, "sf") else 1 - self._cdf(x)

    def _sample(self, key, shape, dtype):
        if hasattr(self.of, "rvs"):
            seed = np.asarray(jax.random.bits(key, (2,)))
            return jnp.asarray(self.of.rvs(size=shape, random_state=np.random.default_rng(seed)), dtype)
        return jnp.asarray(self._known("sample")(key, shape), dtype)

    def _cuts(self):
        return self.positions, np.array(self.flags)

    def _facts(self):
        return Facts(self.ends)

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


def from_scipy(frozen: Any) -> Density:
    """A frozen continuous distribution of ``scipy.stats``, such as ``scipy.stats.gamma(2)``: evaluated by scipy itself.

    Its quantiles place the cuts. Raises ``ValueError`` for anything else.
    """
    if not all(hasattr(frozen, name) for name in ("logpdf", "cdf", "ppf", "support", "rvs")):
        raise ValueError(f"`frozen` must be a frozen continuous distribution of scipy.stats. Got {frozen!r}.")
    low, high = (float(end) for end in frozen.support())
    cuts = np.concatenate([frozen.ppf(LEVELS), frozen.isf([1e-12])])
    return _external(frozen.logpdf, (low, high), cuts, (), frozen, traceable=False)


def as_density(thing: Any, support: Any = None, breakpoints: Sequence[float] = ()) -> Density:
    """Take something that knows its density as a ``Density``.

    ``thing`` is a ``Density`` already; or an object with ``log_prob(x)`` and ``sample(key, shape)`` (numpyro, distrax, TFP), of which
    ``support`` may be given (else the whole line, and the scale is taken from its samples); or a bare function log p(x) of an array,
    with ``support`` = (low, high), both finite. ``breakpoints`` are where the density or its slope jumps. It must integrate to 1:
    quadrature refuses it otherwise, with a ``ValueError``.
    """
    if isinstance(thing, Density) and support is None:
        return thing
    function = thing.log_prob if hasattr(thing, "log_prob") else thing
    if not callable(function):
        raise ValueError(
            f"A density must be one of the library's, have `log_prob` and `sample`, or be a log-density function. Got {thing!r}."
        )
    if support is None and not hasattr(thing, "sample"):
        raise ValueError(f"`support` of a log-density function must be given, as (low, high). Got none for {thing!r}.")
    low, high = (-math.inf, math.inf) if support is None else support
    if not low < high:
        raise ValueError(f"`support` must be (low, high) with low below high. Got ({low!r}, {high!r}).")
    if math.isinf(low) or math.isinf(high):
        if not hasattr(thing, "sample"):
            raise ValueError(f"`support` of a log-density function must be finite. Got ({low!r}, {high!r}).")
        draws = np.asarray(thing.sample(jax.random.key(0), (DRAWS,)), np.float64)
        inner = np.quantile(draws, [0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1])
        cuts = np.concatenate([inner, [2 * inner[0] - inner[4], 2 * inner[-1] - inner[4]]])
    else:
        cuts = np.linspace(low, high, GRID + 1)
    return _external(function, (low, high), cuts, breakpoints, thing, traceable=traces(function, (2,)))


def as_law(thing: Any) -> Law:
    """A law as it is, and anything else as ``as_density`` takes it, on the line. Raises ``ValueError`` as that does."""
    return thing if isinstance(thing, Law) else as_density(thing)


def _external(function, ends, cuts, breakpoints, of, traceable: bool) -> External:
    breaks = np.ravel(finite_parameter("a density", "breakpoints", breakpoints)) if len(breakpoints) else np.empty(0)
    low = [ends[0]] if math.isfinite(ends[0]) else []
    high = [ends[1]] if math.isfinite(ends[1]) else []
    inner = cuts[np.isfinite(cuts) & (cuts > ends[0]) & (cuts < ends[1])]
    positions = np.concatenate([low, breaks, inner, high])
    kinds = [*[BREAK + POWER_ABOVE] * len(low), *[BREAK] * len(breaks), *[SCALE] * len(inner), *[BREAK + POWER_BELOW] * len(high)]
    return External(positions, function, traceable, tuple(kinds), (float(ends[0]), float(ends[1])), of)
