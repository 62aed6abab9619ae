"""What two laws do at the far ends of rows of which some lie in the latent z of a pushforward: the facts of both, in z.

There p_g is p_z. The other density goes like t^(m a) just beside a point at which G - G(anchor) goes like t^m, if it goes like t^a in x;
and where G is a line, it falls toward infinity as it does in x. What is not known is nan.
"""

import math
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
    for number in set(rows.chart.tolist()) - {PLAIN}:
        density, _, branch = charts.branches[number]
        here = rows.chart == number
        anchor[here] = [_x_at(density, branch, z) for z in rows.anchor[here].tolist()]
        reach[here] *= 1.0 if branch.increasing else -1.0
    return rows._replace(anchor=np.where(np.isfinite(anchor), anchor, 0.0), reach=reach)


def _x_at(density: Pushforward, branch: Any, z: float) -> float:
    for end in (0, 1):
        if z == branch.z_at(end):
            return branch.ends[end]
    return float(density.values(np.array([z]))[0])


def _end(charts: Charts, law: Any, rows: Rows, in_x: Rows, falling: np.ndarray) -> End:
    unknown = np.full(len(rows.anchor), np.nan)
    if isinstance(law, Density):
        near, doubt, low, high = _facts(law, in_x)
    else:
        near, doubt = unknown.copy(), np.zeros(len(unknown))
        low, high = (tuple(np.full(len(unknown), value) for value in law.tail(upward)) for upward in (False, True))
    scale = np.ones(len(unknown))
    for number in set(rows.chart.tolist()) - {PLAIN}:
        density, _, branch = charts.branches[number]
        here = rows.chart == number
        if density is law:
            own = _facts(density.latent, rows)
            near[here], doubt[here] = own.near[here], own.doubt[here]
        else:
            orders = np.array(
                [_order(density, branch, z, reach) for z, reach in zip(rows.anchor[here].tolist(), rows.reach[here].tolist(), strict=True)]
            )
            near[here] = orders * near[here]
        scale[here] = abs(branch.slope) if branch.slope is not None else np.nan
    near[(rows.chart != PLAIN) & (rows.kind != POWER)] = np.nan
    low, high = ((alpha, length / scale) for alpha, length in (low, high))
    at_low, at_high = ((np.where(falling, b[0], a[0]), np.where(falling, b[1], a[1])) for a, b in ((low, high), (high, low)))
    return End(near, doubt, at_low, at_high)


def _facts(density: Density, rows: Rows) -> End:
    one = jax.tree.map(lambda leaf: jnp.asarray(leaf)[None], density)
    return jax.tree.map(np.array, end_of(one, rows._replace(owner=np.zeros(len(rows.owner), int))))


def _order(density: Pushforward, branch: Any, z: float, reach: float) -> float:
    """m, if G - G(z) goes like t^m at a distance t from z."""
    if branch.slope is not None:
        return 1.0
    slopes = np.abs(density.slopes(z + reach * STEP * np.array([1.0, 2.0])))
    if not slopes.all():  # G' has underflowed, or a proxy's is lost in noise
        return math.nan
    steep = np.log(slopes)
    order = 1 + float(np.diff(steep)[0] / np.log(2))
    return float(round(order)) if abs(order - round(order)) < WHOLE and round(order) >= 1 else math.nan
