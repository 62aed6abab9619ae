"""Where a discriminator is wrong: on which parts of x it falls short of D*, and by how much."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.distributions import Law, Pushforward
from gantheory.measurement import integrands
from gantheory.measurement.discriminators import logit_of, logits_at, sigmoid
from gantheory.measurement.maps import maps_of

POINTS = 4096  # points that stand for each law on the line
STEP = 16  # of them, one in so many is a quantile by itself
WIDE = 4.0  # how much wider a gap between those is in a tail or a valley than most are
DRAWS = 1024  # draws that stand for each law on the plane
CELLS = 16  # cells in each coordinate of the plane
TOLD = 0.05  # least share of the gap that a part is told for
SEEN = 0.001  # least difference of D from D*, on average, that a part is told for
MOST_PARTS = 3  # most parts told


class Part(NamedTuple):
    """An interval of x, or a rectangle of the plane, on one side of which D errs.

    Attributes:
      low: the lower end, a number or (x, y).
      high: the upper end.
      discriminator: the mean of D over it, under p_data + p_g.
      optimal: that of D*.
      share: of the gap C(G) - V(G, D), as far as the points tell.
    """

    low: Any
    high: Any
    discriminator: float
    optimal: float
    share: float

    def __str__(self) -> str:
        if np.ndim(self.low):
            place = " × ".join(f"[{a:.3g}, {b:.3g}]" for a, b in zip(self.low, self.high, strict=True))
        else:
            place = f"[{self.low:.4g}, {self.high:.4g}]"
        return f"on {place} D is {self.discriminator:.3f} on average, D* {self.optimal:.3f}: {self.share:.0%} of the gap"


def parts_of(p_data: Any, p_g: Any, discriminator: Any) -> list[Part]:
    """The parts of x on which most of C(G) - V(G, D) = E_{p_data + p_g}[KL(Bern D* ‖ Bern D)] lies, the largest first."""
    found = _on_line(p_data, p_g, discriminator) if p_data.dimension == 1 else _on_plane(p_data, p_g, discriminator)
    told = (part for part in found if part.share >= TOLD and abs(part.discriminator - part.optimal) >= SEEN)
    return sorted(told, key=lambda part: -part.share)[:MOST_PARTS]


@in_float64
def _gaps(optimal: np.ndarray, logit: np.ndarray) -> np.ndarray:
    """KL(Bern D* ‖ Bern D) at logits of D* and of D, in nats."""
    log_p, log_q = -np.logaddexp(0, -optimal), -np.logaddexp(0, optimal)
    return np.asarray(integrands.discriminator_gap(*map(jnp.asarray, (log_p, log_q, logit))))


def _on_line(p_data: Any, p_g: Any, discriminator: Any) -> list[Part]:
    """Runs of x on which D errs to one side, from points that have equal masses of p_data and of p_g."""
    x = np.sort(np.concatenate([midpoints(p_data), midpoints(p_g)]))
    with np.errstate(invalid="ignore"):
        optimal = p_data.log_prob(x) - p_g.log_prob(x)
    optimal[np.isin(x, [at for at, _ in p_g.atoms] if isinstance(p_g, Pushforward) else [])] = -np.inf
    told = ~np.isnan(optimal)
    x, optimal = x[told], optimal[told]
    logit = np.asarray(logit_of(discriminator)(x))
    gaps = _gaps(optimal, logit)
    finite = np.where(np.isfinite(gaps), gaps, 0.0)
    if not finite.any():
        return []
    cuts = np.flatnonzero(np.diff(logit > optimal)) + 1
    runs = zip([0, *cuts], [*cuts, len(x)], strict=True)
    d, d_star, total = sigmoid(logit), sigmoid(optimal), finite.sum()
    return [Part(x[a], x[b - 1], d[a:b].mean(), d_star[a:b].mean(), finite[a:b].sum() / total) for a, b in runs]


def midpoints(law: Law) -> np.ndarray:
    """Points that stand for a law on the line, each with mass 1/n or so: its quantiles at (i + ½)/n, or G of the latent's."""
    return law.values(quantiles(law.latent, POINTS)) if isinstance(law, Pushforward) else quantiles(law, POINTS)


def quantiles(law: Any, count: int) -> np.ndarray:
    """The quantiles at (i + ½)/n: every sixteenth and those in tails and valleys as they are, and others by interpolation of the CDF."""
    u = (np.arange(count) + 0.5) / count
    gaps = np.diff(law.quantile(u[::STEP]))
    close = np.repeat(gaps <= WIDE * np.median(gaps), STEP)  # but for tails and valleys
    exact = law.quantile(np.unique(np.concatenate([u[::STEP], u[: len(close)][~close], u[:STEP], u[-STEP:]])))
    parts = np.arange(STEP) / STEP
    x = np.append((exact[:-1, None] + np.diff(exact)[:, None] * parts).ravel(), exact[-1])
    return np.interp(u, np.maximum.accumulate(law.cdf(x)), x)


@in_float64
def logits_seen(p_data: Any, p_g: Any, discriminator: Any) -> np.ndarray:
    """D's logits at points that stand for p_data and for p_g."""
    if p_data.dimension == 1:
        return np.asarray(logit_of(discriminator)(np.concatenate([midpoints(p_data), midpoints(p_g)])))
    key = jax.random.key(0)
    return logits_at(discriminator, np.concatenate([np.asarray(law.sample(key, (DRAWS,))) for law in (p_data, p_g)]), (2,))


def _on_plane(p_data: Any, p_g: Any, discriminator: Any) -> list[Part]:
    """Rectangles of a coarse grid, from D and D* in the cells of a fine one."""
    fine = maps_of(p_data, p_g, discriminator, cells := 15 * CELLS)
    assert fine.discriminator is not None
    mass, seen = fine.of_data + fine.of_g, ~np.isnan(fine.optimal)
    with np.errstate(divide="ignore"):
        optimal, logit = (np.log(d) - np.log1p(-d) for d in (np.where(seen, fine.optimal, 0.5), fine.discriminator))
    gaps = np.where(seen, mass * _gaps(optimal, logit), 0.0)
    gaps = np.where(np.isfinite(gaps), gaps, 0.0)
    if not gaps.any():
        return []

    def of_blocks(values: np.ndarray) -> np.ndarray:
        return values.reshape(CELLS, cells // CELLS, CELLS, cells // CELLS).sum((1, 3))

    share, held = of_blocks(gaps) / gaps.sum(), of_blocks(np.where(seen, mass, 0.0))
    d, d_star = (
        of_blocks(np.where(seen, mass * values, 0.0)) / np.where(held > 0, held, 1) for values in (fine.discriminator, fine.optimal)
    )
    x, y = (edges[:: cells // CELLS] for edges in fine.edges)
    return [
        Part((x[i], y[j]), (x[i + 1], y[j + 1]), float(d[i, j]), float(d_star[i, j]), float(share[i, j]))
        for i, j in zip(*np.nonzero(held), strict=True)
    ]
