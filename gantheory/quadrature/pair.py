"""Two densities on one line, or n pairs of them: where they are cut, and both log-densities at any nodes.

Plain densities are evaluated in one compiled program, with the parameters of each node's pair gathered. With a pushforward there is one
pair, and ``charts`` evaluates it in its own coordinates.
"""

import math
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64, is_traced
from gantheory.distributions import Density, Pushforward, as_density
from gantheory.distributions.line.density import SCALE
from gantheory.distributions.line.external import External
from gantheory.quadrature.chart_ends import ends_on_charts
from gantheory.quadrature.charts import Charts
from gantheory.quadrature.ends import Far, far_of
from gantheory.quadrature.noise import LOG_ROUNDING
from gantheory.quadrature.rows import LINEAR, MANY, Rows, first_panels, graded, nodes, places, rows_between, thinned
from gantheory.quadrature.rules import FINE_WEIGHTS, NODES, Panels

AnyDensity = Density | Pushforward
SURE = -1e299  # least log-density that an integrand takes for that of a positive density where the other is 0


class Pair:
    """p and q with the rows of the line on which both are smooth.

    Raises ``ValueError`` for what is no density, and for batches of shapes that do not broadcast.
    """

    p: AnyDensity
    q: AnyDensity
    plain: bool  # whether neither is a pushforward
    batch_shape: tuple[int, ...]
    dtype: Any  # the user's own, in which traced results are returned
    traced: bool

    def __init__(self, p: Any, q: Any):
        self.p, self.q = (density if isinstance(density, Pushforward) else as_density(density) for density in (p, q))
        self.plain = isinstance(self.p, Density) and isinstance(self.q, Density)
        batches = [density.batch_shape for density in (self.p, self.q) if isinstance(density, Density)]
        try:
            self.batch_shape = np.broadcast_shapes(*batches)
        except ValueError:
            raise ValueError(f"The batch shapes of p and q must broadcast. Got {batches[0]} and {batches[-1]}.") from None
        if self.batch_shape and not self.plain:
            raise ValueError(f"A pushforward must be paired with one density. Got a batch of shape {self.batch_shape}.")
        self.dtype = jnp.result_type(float)
        self.traced = self.plain and is_traced(*jax.tree.leaves((self.p, self.q)))

    @property
    def count(self) -> int:
        return math.prod(self.batch_shape)

    @property
    def ends_at_cuts(self) -> bool:
        """Whether nothing of p or q that a double can hold lies beyond the outermost cuts."""
        return isinstance(self.p, Density) and isinstance(self.q, Density) and self.p.ends_at_cuts and self.q.ends_at_cuts

    @cached_property
    @in_float64
    def charts(self) -> Charts:
        return Charts(self.p, self.q)

    @cached_property
    @in_float64
    def stacked(self) -> tuple[Any, ...]:
        """p and q, plain, with one first axis over all pairs; on the host unless they are traced."""
        axes = len(self.batch_shape)
        spread = (density.spread(self.batch_shape) for density in (self.p, self.q) if isinstance(density, Density))
        array = jnp.asarray if self.traced else np.asarray
        return tuple(jax.tree.map(lambda leaf: array(leaf, np.float64).reshape(-1, *leaf.shape[axes:]), each) for each in spread)

    @cached_property
    @in_float64
    def rows(self) -> Rows:
        if not isinstance(self.p, Density) or not isinstance(self.q, Density):
            return self.charts.rows
        of_each, flags = zip(*(density._cuts() for density in self.stacked), strict=True)
        flags = np.concatenate(flags)
        unbounded = [any(ends) for ends in zip(self.p.unbounded, self.q.unbounded, strict=True)]
        if self.traced:
            cuts = jnp.concatenate([jnp.broadcast_to(c, (self.count, c.shape[-1])) for c in of_each], axis=1)
            cuts = jnp.where(flags == SCALE, jax.lax.stop_gradient(cuts), cuts)  # only breaks must move with the parameters
            return rows_between(cuts, flags, *unbounded)
        cuts = np.concatenate([np.broadcast_to(c, (self.count, c.shape[-1])) for c in of_each], axis=1)
        if self.count == 1 and cuts.size > MANY:  # fewer are not thinned, and a resolution takes time to know
            cuts, flags = thinned(cuts, flags, min(self.p.resolution, self.q.resolution))
        rows = rows_between(*graded(cuts, flags), *unbounded)
        return rows.take(rows.reach != 0)

    @cached_property
    @in_float64
    def far(self) -> Far:
        """The far ends of the rows, and what both densities do there."""
        far = far_of(self.p, self.q, self.stacked if self.plain else (), self.rows, self.traced)
        return far if self.plain or not far.at.size else far._replace(ends=ends_on_charts(self.charts, far.rows))

    @in_float64
    def places(self, panels: Panels) -> tuple[Rows, Any, Any, Any, Any]:
        """(rows, offsets, excess, log Jacobian, half lengths) of panels, as ``rows.places`` has them; an excess of None is none at all."""
        rows = self.rows.take(panels.row)
        if (rows.kind == LINEAR).all() or not self.far.deep:
            offset, log_jacobian, half = nodes(rows.reach, rows.kind, panels.low, panels.high)
            return rows, offset, None, log_jacobian, half
        return rows, *places(rows.reach, rows.kind, panels.low, panels.high, self.far.stop[panels.row])

    @in_float64
    def at(self, rows: Rows, offset: Any, log_jacobian: Any, excess: Any = None) -> tuple[Any, ...]:
        """(x, log p, log q, doubt of log p, doubt of log q) at offsets (n, m) from n rows' anchors, the Jacobian in both log-densities.

        The doubts are errors beyond the rounding of the log-densities themselves.
        """
        if not self.plain:
            return self.charts.at(rows, offset, log_jacobian)
        # A program for each density, not for each pair of kinds of densities: these are very many.
        both = [_with_doubt(own, rows, offset, log_jacobian, excess) for own in self.stacked]
        if not self.traced:
            both = [tuple(map(np.asarray, one)) for one in both]
        (log_p, doubt_p, p_is_0), (log_q, doubt_q, q_is_0) = both
        return rows.anchor[:, None] + offset, *sure(log_p, log_q, p_is_0, q_is_0), doubt_p, doubt_q

    @in_float64
    def most_mass(self) -> np.ndarray:
        """What p and q together have on each row at most, by their distribution functions: inf where these are not known."""
        plain = [density for density in (self.p, self.q) if isinstance(density, Density) and not isinstance(density, External)]
        if len(plain) < 2:
            return np.full(len(self.rows.owner), np.inf)
        rounding = 2 * sum(density.cdf_rounding for density in plain)
        return rounding + np.asarray(sum(_mass(density, *self.rows[:3]) for density in self.stacked))

    def has_surprises(self) -> bool:
        """Whether a pushforward was seen to fold where no fold was known. If so, its branches were searched again: build a new pair."""
        if self.plain:
            return False
        both = [density for density in (self.p, self.q) if isinstance(density, Pushforward)]
        found = [(density, z) for density in both if (z := self.charts.surprising(density)).size]
        return any([density.look_at(z) for density, z in found])

    @in_float64
    def in_x(self, row: int) -> tuple[float, float]:
        """The two ends of a row, in x."""
        if not self.plain:
            return self.charts.in_x(row)
        return float(self.rows.anchor[row]), float(self.rows.anchor[row] + self.rows.reach[row])

    @in_float64
    def fixed_nodes(self, parts: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(x, log p dx, log q dx) on nodes that do not adapt, for an integral that is optimised or iterated.

        Fejér's rule on ``parts`` panels of every row; the weights are in the densities.
        """
        panels = first_panels(self.rows.kind, parts)
        rows = self.rows.take(panels.row)
        offset, log_jacobian, half = nodes(rows.reach, rows.kind, panels.low, panels.high)
        x, log_p, log_q, *_ = self.at(rows, offset, log_jacobian)
        with np.errstate(divide="ignore"):
            log_weight = np.log(half[:, None] * FINE_WEIGHTS)
        x, log_p, log_q = (np.asarray(a)[:, :NODES] for a in (x, log_p, log_q))
        log_p, log_q = log_p + log_weight, log_q + log_weight
        held = np.logaddexp(log_p, log_q) > np.log(1e-30)
        return x[held], log_p[held], log_q[held]


def log_prob_of(density: Any, owner: Any, anchor: Any, offset: Any, log_jacobian: Any) -> jax.Array:
    """log-densities (n, m) at anchors (n,) + offsets (n, m), each of the pair that owns it. In JAX."""
    own = jax.tree.map(lambda leaf: leaf[owner], density)
    return jax.vmap(lambda one, a, s: one._log_prob(a, s))(own, anchor, offset) + log_jacobian


def both_with_doubt(p: Any, q: Any, rows: Rows, offset: Any, log_jacobian: Any, excess: Any) -> tuple[jax.Array, ...]:
    """(log p, log q, doubt of log p, doubt of log q), each as ``log_prob_with_doubt`` gives it, and the logarithms ``sure``. In JAX."""
    (log_p, doubt_p, p_is_0), (log_q, doubt_q, q_is_0) = (log_prob_with_doubt(each, rows, offset, log_jacobian, excess) for each in (p, q))
    return *sure(log_p, log_q, p_is_0, q_is_0), doubt_p, doubt_q


def sure(log_p: Any, log_q: Any, p_is_0: Any, q_is_0: Any) -> tuple[Any, Any]:
    """(log p, log q): where one density is 0 for certain, and the other is not, the other's is one that integrands take for sure.

    In JAX if they are.
    """
    xp = log_p.__array_namespace__()
    return (
        xp.where(q_is_0 & (log_p > -xp.inf), xp.maximum(log_p, SURE), log_p),
        xp.where(p_is_0 & (log_q > -xp.inf), xp.maximum(log_q, SURE), log_q),
    )


def log_prob_with_doubt(density: Any, rows: Rows, offset: Any, log_jacobian: Any, excess: Any) -> tuple[jax.Array, jax.Array, jax.Array]:
    """(log-densities, how far they may be off beyond their last bits, whether the density is 0 for certain).

    They are those of ``Density._log_prob_from``, the Jacobian added.
    """
    own = jax.tree.map(lambda leaf: leaf[rows.owner], density)
    at = (offset,) if excess is None else (offset, excess)
    log_prob, doubt = jax.vmap(lambda one, *at: one._log_prob_from(*at))(own, jnp.asarray(rows.anchor), *at)
    doubt = doubt[:, None] if jnp.ndim(doubt) == 1 else doubt
    is_0 = (log_prob == -jnp.inf) & jax.vmap(lambda one, *at: one._zero(*at))(own, jnp.asarray(rows.anchor), offset)
    return log_prob + log_jacobian, jnp.broadcast_to(doubt + LOG_ROUNDING * jnp.abs(log_jacobian), log_prob.shape), is_0


_with_doubt = jax.jit(log_prob_with_doubt)


@jax.jit
def _mass(density, owner, anchor, reach):
    """Of the pairs that own some rows, between each row's ends."""
    own = jax.tree.map(lambda leaf: leaf[owner], density)
    return jnp.abs(jax.vmap(lambda one, x: one._cdf(x[0]) - one._cdf(x[1]))(own, (anchor, anchor + reach)))
