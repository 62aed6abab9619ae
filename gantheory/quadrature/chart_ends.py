"""What two laws do at the far ends of rows of which some lie in the latent z of a pushforward: the facts of both, in z.

There p_g is p_z. The other density goes like t^(m a) just beside a point at which G - G(anchor) goes like t^m, if it goes like t^a in x;
and where G is a line, it falls toward infinity as it does in x. What is not known is nan.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.distributions import Density, Pushforward
from gantheory.quadrature.charts import Charts
from gantheory.quadrature.ends import End, end_of
from gantheory.quadrature.rows import PLAIN, POWER, TAIL, Rows

STEP = 1e-4  # step from a critical point, as a share of its row, at which its order is told
WHOLE = 0.02  # distance from an integer within which it is told


def ends_on_charts(charts: Charts, rows: Rows) -> tuple[End, End] | None:
    """What p and q do at the far ends of rows; None if the rows' sides and those of x are not told apart."""
    falling = [rows.kind[i] == TAIL and c != PLAIN and not charts.branches[c][2].increasing for i, c in enumerate(rows.chart.tolist())]
    if any(falling) and any(orders[0] != orders[1] for orders in (charts.p.tail_orders, charts.q.tail_orders)):
        return None
    in_x = _rows_in_x(charts, rows)
    turned = np.array(falling, bool)
    return _end(charts, charts.p, rows, in_x, turned), _end(charts, charts.q, rows, in_x, turned)


def _rows_in_x(charts: Charts, rows: Rows) -> Rows:
    """The anchors in x, and reaches of the right sign."""
    anchor, reach = rows.anchor.copy(), rows.reach.copy()
    for density in charts.pushforwards:
        number = charts.numbers[id(density)][rows.chart]
        here = np.flatnonzero(number >= 0)
        ends, z = density.table.ends[number[here]], rows.anchor[here]
        at_low, at_high = (density.table.z_ends[number[here]] == z[:, None]).T
        anchor[here] = np.where(at_low, ends[:, 0], np.where(at_high, ends[:, 1], density.values(z)))
        reach[here] *= np.where(density.table.increasing[number[here]], 1.0, -1.0)
    return rows._replace(anchor=np.where(np.isfinite(anchor), anchor, 0.0), reach=reach)


def _end(charts: Charts, law: Any, rows: Rows, in_x: Rows, falling: np.ndarray) -> End:
    unknown = np.full(len(rows.anchor), np.nan)
    if isinstance(law, Density):
        near, doubt, low, high = _facts(law, in_x)
    else:
        near, doubt = unknown.copy(), np.zeros(len(unknown))
        low, high = (tuple(np.full(len(unknown), value) for value in law.tail(upward)) for upward in (False, True))
    scale = np.ones(len(unknown))
    for density in charts.pushforwards:
        number = charts.numbers[id(density)][rows.chart]
        here = np.flatnonzero(number >= 0)
        slope = density.table.slope[number[here]]
        if density is law:
            own = _facts(density.latent, rows)
            near[here], doubt[here] = own.near[here], own.doubt[here]
        else:
            near[here] *= _orders(density, slope, rows.anchor[here], rows.reach[here])
        scale[here] = np.abs(slope)
    near[(rows.chart != PLAIN) & (rows.kind != POWER)] = np.nan
    low, high = ((alpha, length / scale) for alpha, length in (low, high))
    at_low, at_high = ((np.where(falling, b[0], a[0]), np.where(falling, b[1], a[1])) for a, b in ((low, high), (high, low)))
    return End(near, doubt, at_low, at_high)


def _facts(density: Density, rows: Rows) -> End:
    one = jax.tree.map(lambda leaf: jnp.asarray(leaf)[None], density)
    return jax.tree.map(np.array, end_of(one, rows._replace(owner=np.zeros(len(rows.owner), int))))


def _orders(density: Pushforward, slope: np.ndarray, z: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """m, if G - G(z) goes like t^m at a distance t from z (n,), all (n,); ``slope`` is nan of what is no line."""
    curved, order = np.isnan(slope), np.ones(len(z))
    beside = z[curved, None] + reach[curved, None] * STEP * np.array([1.0, 2.0])
    slopes = np.abs(density.slopes(beside.ravel())).reshape(-1, 2)
    with np.errstate(divide="ignore", invalid="ignore"):  # G' has underflowed, or a proxy's is lost in noise
        found = 1 + np.diff(np.log(slopes), axis=1)[:, 0] / np.log(2)
        whole = (np.abs(found - np.round(found)) < WHOLE) & (np.round(found) >= 1)
    order[curved] = np.where(whole, np.round(found), np.nan)
    return order
