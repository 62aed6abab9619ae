"""The Wasserstein distance W₁ on the line: an integral of distribution functions, not of densities."""

from typing import Any

import equinox as eqx
import numpy as np

from gantheory.base.estimate import Divergent, Estimate, Measured
from gantheory.base.precision import in_float64
from gantheory.distributions.law import same
from gantheory.quadrature.dimensions import common_dimension
from gantheory.quadrature.pair import Pair, nodes_of
from gantheory.quadrature.rows import LINEAR, beyond, far_end, first_panels, rows_between
from gantheory.quadrature.rules import COARSEST, Panels, apply_rules, in_blocks, integrate

BLOCK = 64  # panels evaluated in one call
_apply_rules = eqx.filter_jit(apply_rules)


@in_float64
def wasserstein1(p: Any, q: Any) -> Measured:
    """The Wasserstein distance W₁, in the units of x.

    .. math:: W_1(p, q) = \\int |F_p(x) - F_q(x)|\\, dx = \\inf E|X - Y|

    Args:
      p: a law on the line.
      q: another.

    Returns:
      An ``Estimate``; a ``Divergent`` where the difference of the tails is not integrable.

    Raises:
      ValueError: a batch, or laws on the plane.

    Source:
      Vallender 1974.
    """
    if common_dimension(p, q) == 2:
        raise ValueError(f"`p` and `q` of wasserstein1 must be laws on the line. Got {p!r} and {q!r}.")
    pair = Pair(p, q)
    if pair.batch_shape:
        raise ValueError(f"`p` and `q` of wasserstein1 must be one density each. Got a batch of shape {pair.batch_shape}.")
    if same(pair.p, pair.q):
        return Estimate(0.0, 0.0)
    cuts = np.unique(np.concatenate([pair.p.landmarks, pair.q.landmarks]))
    open_ends = [any(np.isinf(density.support[end]) for density in (pair.p, pair.q)) for end in (0, 1)]
    rows = rows_between(cuts[None], np.zeros(len(cuts), int), *open_ends)
    rounding = max(density.cdf_rounding for density in (pair.p, pair.q))

    def difference(x):
        """(|F_p - F_q|, how far it may be off): from the side on which both are small."""
        below, above = ([np.asarray(side(x)) for side in sides] for sides in ((pair.p.cdf, pair.q.cdf), (pair.p.sf, pair.q.sf)))
        low, high = below[0] + below[1], above[0] + above[1]
        noise = rounding * np.minimum(low, high)
        apart = np.abs(np.where(low < high, below[0] - below[1], above[0] - above[1]))
        return np.where(apart > noise, apart, 0.0), noise

    def rules(panels: Panels):
        return in_blocks(block_rules, panels, BLOCK)

    def block_rules(panels: Panels):
        own = rows.take(panels.row)
        offset, log_jacobian, half = (np.asarray(a) for a in nodes_of(own.reach, own.kind, panels.low, panels.high))
        apart, noise = difference(own.anchor[:, None] + offset)
        with np.errstate(over="ignore", invalid="ignore"):
            values, doubts = (np.where(a > 0, a * np.exp(log_jacobian), 0.0) for a in (apart, np.where(apart > 0, noise, 0.0)))
        return np.asarray(_apply_rules(values[None], doubts[None, :, COARSEST], half))

    result = integrate(rules, first_panels(rows.kind), rows.owner)
    value, error = float(result.value[0, 0]), float(result.error[0, 0])
    ends = rows.take(rows.kind != LINEAR)
    offset, log_jacobian = (np.asarray(a) for a in far_end(ends.reach, ends.kind))
    rest, doubt, power = (np.asarray(a) for a in beyond(difference(ends.anchor[:, None] + offset)[0] * np.exp(log_jacobian)))
    for reach, own, own_doubt, fall in zip(ends.reach, rest, doubt, power, strict=True):
        if np.isinf(own):
            side = "+" if reach > 0 else "-"
            return Divergent(f"the distribution functions differ by what falls off only like |x|^{fall - 1:.3g} as x -> {side}∞")
        value, error = value + float(own), error + float(own_doubt)
    return Estimate(value, error)
