"""The curves and numbers of one state of the game, fast enough for sixty pictures a second. Each number has an error estimate.

p_g's mass in each cell is that of the piecewise-linear interpolant of G on a fine grid of z: no histogram of samples, no kernel.
The JSD of the cells is a lower bound of JSD(p_data, p_g), by the data processing inequality, and rises as cells are halved. What finer
cells would add is estimated from what is lost when cells are merged in pairs. There are two ways to pair them. For smooth densities the
missing part is a sixth of the two losses together; where a density jumps inside a cell it is at most their sum.

These numbers are for the live page only. A run is reported by ``measure``, which is exact.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.distributions import Density
from gantheory.distributions.pushforward.on_grid import grid_of
from gantheory.measurement import integrands
from gantheory.measurement.integrands import LOG4

CELLS = 1024  # cells of x that numbers are summed over; curves are drawn on pairs of them
INTERVALS = 1024  # intervals of z
ARROWS = 33  # points z whose images are drawn as arrows
MAP = 257  # points z at which G's graph is drawn
ROUNDING = 2e-6  # error from networks in float32, in nats
SETTLING = 1.5  # safety factor on the sum of both losses; above 1, since cells at a fold converge slowly


class View(NamedTuple):
    """The grids of x and z, with everything on them that does not change while the players learn."""

    edges: np.ndarray  # ends of the cells, (CELLS + 1,)
    p_data: np.ndarray  # mass below the first cell, in each cell, and above the last, (CELLS + 2,)
    z: np.ndarray  # ends of the intervals, (INTERVALS + 1,)
    p_z: np.ndarray  # mass of each interval, (INTERVALS,)
    lean: np.ndarray  # density at the interval's lower end, divided by the mean of both ends, (INTERVALS,)
    z_drawn: np.ndarray  # points of G's graph, (MAP,)
    z_arrows: np.ndarray  # feet of the arrows, (ARROWS,)


def view_of(p_data: Density, latent: Density, low: float, high: float) -> View:
    """The grids on which the page draws ``p_data`` from ``low`` to ``high``, and G on ``latent``."""
    edges = np.linspace(low, high, CELLS + 1)
    inner = p_data.mass_between(edges[:-1], edges[1:])
    masses = np.concatenate([[p_data.cdf(low)], inner, [p_data.sf(high)]])
    z = _halved(grid_of(latent, INTERVALS))
    low, high = latent.quantile(np.array([1e-3, 1 - 1e-3])) if any(latent.unbounded) else latent.support
    arrows = latent.quantile((np.arange(ARROWS) + 0.5) / ARROWS)
    inside = 1e-6 * np.diff(z)  # at the ends themselves the density of z may be 0
    start, end = latent.prob(z[:-1] + inside), latent.prob(z[1:] - inside)
    both = start + end
    lean = np.divide(2 * start, both, out=np.ones_like(both), where=both > 0)
    return View(edges, masses, z, latent.mass_between(z[:-1], z[1:]), lean, np.linspace(low, high, MAP), arrows)


def _halved(z: np.ndarray) -> np.ndarray:
    """The grid with INTERVALS + 1 points, an even number of intervals, so that every second point forms a grid too."""
    return np.interp(np.linspace(0, len(z) - 1, INTERVALS + 1), np.arange(len(z)), z)


class Picture(NamedTuple):
    """The curves, at the middles of the drawn cells unless stated otherwise, and the numbers as (value, error), in nats."""

    p_g: Any  # mean density in each cell
    logit: Any  # D's output, a logit or a critic's
    d_star: Any  # p_data/(p_data + p_g); nan where both are 0 and D* is arbitrary
    slope: Any  # ∂D/∂x at every eighth cell; of a critic, that of its output
    graph: Any  # G at z_drawn
    arrows: Any  # G at z_arrows
    numbers: dict[str, Any]


@in_float64
def picture(view: View, generator: Callable[..., Any], discriminator: Any, logit: bool) -> Picture:
    """The curves and numbers of a state.

    Args:
        view: The grids, from ``view_of``.
        generator: G, a function of one z.
        discriminator: D; its ``logit`` is a function of one x.
        logit: Whether D's output is a logit. If not, V and the discriminator's gap have no meaning and are left out.
    """
    found = _picture(view, generator, discriminator, logit)
    return jax.tree.map(np.asarray, found)


@eqx.filter_jit
def _picture(view: View, generator, discriminator, logit: bool) -> Picture:
    G, D = _in_float32(generator), _in_float32(discriminator.logit)
    edges = view.edges
    middles, ends = (edges[1:] + edges[:-1]) / 2, D(edges[jnp.array([0, -1])])
    x = G(view.z)
    cumulated = _cdf(x, view.p_z, view.lean, edges)
    q = _masses(cumulated)
    fine = _summed(view.p_data, q, _padded(D(middles), ends), logit)
    # The same on cells merged in pairs, from the first or the second cell on, and with every second point of z.
    logit_of_pairs, p2, q2 = D(edges[1::2]), _merged(view.p_data), _merged(q)
    coarse = _summed(p2, q2, _padded(logit_of_pairs, ends), logit)
    shifted = _jsd(_merged(view.p_data, 1), _merged(q, 1))
    half = _cdf(x[::2], view.p_z[::2] + view.p_z[1::2], jnp.ones(INTERVALS // 2), edges[::2])
    other = _summed(p2, _masses(half), _padded(logit_of_pairs, ends), logit)
    beyond = view.p_data[0] + view.p_data[-1] + q[0] + q[-1]
    rest = {name: SETTLING * 2 * jnp.abs(coarse[name] - other[name]) + beyond + ROUNDING for name in fine}
    lost = (fine["jsd"] - coarse["jsd"], fine["jsd"] - shifted)
    jsd, error = fine["jsd"] + (lost[0] + lost[1]) / 6, SETTLING * (lost[0] + lost[1]) + rest["jsd"]
    numbers = {"two_jsd": (2 * jsd, 2 * error), "criterion": (2 * jsd - LOG4, 2 * error)}
    if logit:
        # D is smooth, so the change from coarse to fine cells is three times the remaining error.
        of_value = SETTLING * 2 * jnp.abs(fine["value"] - coarse["value"]) + rest["value"] + beyond * jnp.max(jnp.abs(ends))
        numbers["value"] = (fine["value"], of_value)
        numbers["discriminator_gap"] = (fine["discriminator_gap"], 2 * error + of_value)
    sampled, p_shown, q_shown = edges[1::2], p2[1:-1], q2[1:-1]
    return Picture(
        p_g=q_shown / (edges[2] - edges[0]),
        logit=logit_of_pairs,
        d_star=p_shown / (p_shown + q_shown),
        slope=_in_float32(jax.grad(lambda x: jax.nn.sigmoid(discriminator.logit(x)) if logit else discriminator.logit(x)))(sampled[::8]),
        graph=G(view.z_drawn),
        arrows=G(view.z_arrows),
        numbers=numbers,
    )


def _in_float32(network):
    """The network on an array of points, evaluated in float32 as it was trained, with the result in the dtype of the points."""
    return lambda points: jax.vmap(network)(points.astype(jnp.float32)).astype(points.dtype)


def _cdf(x, masses, lean, at):
    """P(G̃(z) <= x) for the interpolant G̃ of G, at the points ``at``.

    Each interval's mass is spread between the images of its ends, with the linear density that ``lean`` describes.
    """
    low, high = jnp.minimum(x[:-1], x[1:]), jnp.maximum(x[:-1], x[1:])
    lean = jnp.where(x[1:] >= x[:-1], lean, 2 - lean)
    share = jnp.clip((at[:, None] - low) / jnp.maximum(high - low, jnp.finfo(x.dtype).tiny), 0.0, 1.0)
    return jnp.sum(masses * share * (lean + (1 - lean) * share), axis=1)


def _masses(cumulated):
    """Masses of the cells between the points of a CDF, and of the two tails; never below 0."""
    return jnp.maximum(jnp.diff(cumulated, prepend=0.0, append=1.0), 0.0)


def _merged(masses, start: int = 0):
    """Masses of cells merged in pairs, from cell ``start`` on. The tails, and cells without a partner, stay as they are."""
    first, inner, last = masses[: 1 + start], masses[1 + start : len(masses) - 1 - start], masses[len(masses) - 1 - start :]
    return jnp.concatenate([first, inner.reshape(-1, 2).sum(1), last])


def _padded(inner, ends):
    return jnp.concatenate([ends[:1], inner, ends[1:]])


def _jsd(p, q):
    return jnp.sum(integrands.jsd(jnp.log(p), jnp.log(q)))


def _summed(p, q, logits, logit: bool) -> dict[str, Any]:
    """The integrals as sums over cells with masses ``p`` and ``q``, and D's output at their middles."""
    log_p, log_q = jnp.log(p), jnp.log(q)
    sums = {"jsd": _jsd(p, q)}
    if logit:
        sums["value"] = jnp.sum(integrands.value(log_p, log_q, logits))
        sums["discriminator_gap"] = jnp.sum(integrands.discriminator_gap(log_p, log_q, logits))
    return sums
