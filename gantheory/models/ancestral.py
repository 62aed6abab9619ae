"""The exact law of what a chain of Gaussian steps draws, and the split of the bound by which such a chain is trained.

    E_data[-ELBO(x_0)] - h(p_data) = KL(p_data ‖ p) + Σ_t E_q KL(q(x_t|x_{t-1}) ‖ p(x_t|x_{t-1}))

It is the split of a variational autoencoder of N layers whose encoder is fixed.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Estimate, single
from gantheory.base.primitives import half_log_tau
from gantheory.distributions import Density, Law
from gantheory.distributions.line.known import Known, doubted
from gantheory.game.networks import Unit
from gantheory.measurement.divergences import kl
from gantheory.measurement.entropies import entropy
from gantheory.models.chain import LIMIT, Chain
from gantheory.models.decoded import CORE, LEAST, LOG_ROUNDING, PIECES, ROUNDING, SEEN, SIZES, UNTOLD, DecodedByNodes, filled
from gantheory.models.segments import FAR
from gantheory.models.split import Split, mean_of

DENSER = 1.25  # factor by which nodes are made denser, to see what changes
DENSEST = 2.0  # density at which that ends
AGREED = 1e-12  # change that is small enough
PROBES = np.linspace(-39.0, 39.0, 313)  # x_0 at which log p is held against that of denser nodes
INNER = 8.0  # |x_0| up to which -ELBO and gap are
PLACES = 24  # places across the core of the law at which quadrature cuts
FAINT = 1e-33  # mass of a node that a distribution function would not notice
THINNED = 8  # of such nodes one stands for so many
NOWHERE = 1e-16  # mass at each end of the data that is left out, and counted as an error
BEYOND = 1e-10  # mass of the data beyond the nodes of a chain above which they are refused
GROWTH = 4.0  # how many times its value at their end the mean of a bound beyond them may be: it goes like a square


class Ancestral(DecodedByNodes):
    """The law of x_0 = μ_1(x_1) + s_1 ε, on the nodes y of x_1, in the unit of the data.

    .. math:: p(x) = \\sum_y h\\, p_1(y)\\, N(x; \\mu_1(y), s_1^2)

    Its tails are Gaussian. What the rounding of every μ_t moves is an error of the log-density.
    """

    x: np.ndarray
    mass: np.ndarray
    cdf_x: np.ndarray
    cdf_mass: np.ndarray
    scale: np.ndarray
    tails: np.ndarray
    places: np.ndarray
    inner_error: np.ndarray
    rounded: np.ndarray  # what a rounding of each μ_t is worth in s_t, over all steps

    def __init__(self, chain: Chain, error: float):
        first, unit, s = chain.nodes[0], chain.unit, chain.scales[0]
        mass = first.spacing * np.exp(first.log_prob)
        mean, mass = first.mean[mass > LEAST], mass[mass > LEAST]
        seen = mass > FAINT
        few = seen | (np.arange(len(mass)) % THINNED == 0)
        low, high = mean[seen].min(), mean[seen].max()
        outer = [mean.min() - FAR * s, low - CORE * s, high + CORE * s, mean.max() + FAR * s]
        places = np.unique(np.concatenate([np.linspace(low, high, PLACES), outer]))
        self.x, self.cdf_x = (filled(unit.loc + unit.scale * a, SIZES, 0.0) for a in (mean, mean[few]))
        self.mass, self.cdf_mass = (filled(a, SIZES, 0.0) for a in (mass, np.where(seen, mass, THINNED * mass)[few]))
        self.scale = np.array([unit.scale * s])
        self.tails = np.full(2, unit.scale * chain.tails[0])
        self.places = unit.loc + unit.scale * filled(places, PIECES, places[-1])
        self.inner_error = np.array([error])
        self.rounded = np.array([np.sqrt(len(chain.scales) * np.sum(chain.scales**-2.0)) / unit.scale])

    def _doubt_of_chain(self, anchor, offset):
        """Of log p: it changes with each μ_t by at most E|x_{t-1} - μ_t|/s_t² under the posterior of all x_t.

        At t = 1, E(x_0 - μ_1)²/2s_1² <= -log(p s_1 √2π), as in ``Decoded``; the same is taken for every t.
        """
        log_prob = self._log_prob(anchor, offset)
        squares = jnp.maximum(-log_prob - jnp.log(self.scale[0]) - half_log_tau(), 1.0)
        moved = ROUNDING * (jnp.abs(anchor + offset) + self.tails[0]) * self.rounded[0]
        return self.inner_error[0] + jnp.where(squares > SEEN, UNTOLD, moved * jnp.sqrt(2 * squares))

    known: ClassVar[Known] = DecodedByNodes.known._replace(log_prob_from=doubted(_doubt_of_chain))


def law_of_chain(weights: Any) -> Ancestral:
    """The exact law of x_0 of a chain, such as a ``Denoiser``. Raises ``ValueError`` where it takes too many nodes."""
    chain, (of_log_prob,) = _settled(weights, LIMIT, lambda chain: [_told(chain)])
    return Ancestral(chain, of_log_prob)


def split_of_chain(p_data: Law, weights: Any) -> Split:
    """E_data[-ELBO] - h(p_data), split into KL(p_data ‖ p) and what the steps between x_0 and x_N add.

    Args:
      p_data: a law on the line whose tails fall faster than any power.
      weights: of the chain, such as a ``Denoiser``.

    Raises:
      ValueError: another law, one that lies some 30 scales from the middle of the data that the chain learnt, or a chain that takes too
        many nodes.

    Source:
      Ho, Jain & Abbeel 2020, Eq. 5.
    """
    if not isinstance(p_data, Density) or p_data.batch_shape or p_data.tail_index < np.inf:
        raise ValueError(
            f"`p_data` of a variational bound must be a density on the line whose tails fall faster than any power. Got {p_data!r}."
        )
    limit, mass = _limit(p_data, weights.unit)
    inner = PROBES[np.abs(PROBES) <= INNER]
    chain, (of_log_prob, of_elbo, of_gap) = _settled(
        weights, limit, lambda chain: [_told(chain), chain.minus_elbo(inner), chain.gap(inner)]
    )
    ends = np.array([-limit, limit])
    beyond = GROWTH * mass * float(np.max([chain.minus_elbo(ends), chain.gap(ends)]))
    objective, gap = (single(mean_of(p_data, _in_unit(chain, function))) for function in (chain.minus_elbo, chain.gap))
    if isinstance(objective, Estimate):
        off = _rounding(p_data, chain, objective.value)
        objective = objective + Estimate(0.0, of_elbo + off + beyond) + np.log(chain.unit.scale) - single(entropy(p_data))
        gap = gap + Estimate(0.0, of_gap + 2 * off + beyond)
    return Split(objective, single(kl(p_data, Ancestral(chain, of_log_prob))), gap, 1)


def _settled(weights: Any, limit: float, numbers: Callable[[Chain], list[np.ndarray]]) -> tuple[Chain, list[float]]:
    """A chain with nodes as dense as it takes, and how far each of its numbers is from that of denser ones."""
    chain, density = Chain(weights, limit=limit), 1.0
    found = numbers(chain)
    while True:
        density *= DENSER
        denser = Chain(weights, density, limit)
        finer = numbers(denser)
        off = [_distance(*both) for both in zip(found, finer, strict=True)]
        if max(off) <= AGREED or density > DENSEST:
            return chain, off
        chain, found = denser, finer


def _told(chain: Chain) -> np.ndarray:
    """log p at the probes, as far down as it is told."""
    log_prob = chain.log_prob(PROBES)
    return np.maximum(log_prob, log_prob.max() - SEEN)


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    return max(float(np.max(np.abs(one - other) - LOG_ROUNDING * (1 + np.abs(other)))), 0.0)


def _limit(p_data: Density, unit: Unit) -> tuple[float, float]:
    """How far the data lie from the middle of those that the chain learnt, but for a mass; and that."""
    ends = (np.array([p_data.quantile(NOWHERE), p_data.upper_quantile(NOWHERE)]) - unit.loc) / unit.scale
    limit = min(max(float(np.abs(ends).max()), INNER), LIMIT)
    mass = float(p_data.cdf(unit.loc - unit.scale * limit) + p_data.sf(unit.loc + unit.scale * limit))
    if mass > BEYOND:
        raise ValueError(
            f"`p_data` of a diffusion must be within {LIMIT:g} scales of the middle of the data that it learnt, but for a mass of "
            f"{BEYOND:g}. Got {p_data!r}."
        )
    return limit, mass


def _in_unit(chain: Chain, function: Callable[[np.ndarray], np.ndarray]) -> Callable[[Any], np.ndarray]:
    """The function of x in place of x_0; beyond the nodes, its value at their end."""

    def at(x):
        u = (np.ravel(np.asarray(x, np.float64)) - chain.unit.loc) / chain.unit.scale
        return function(np.clip(u, -chain.limit, chain.limit)).reshape(np.shape(x))

    return np.errstate(all="ignore")(at)


def _rounding(p_data: Density, chain: Chain, minus_elbo: float) -> float:
    """What the rounding of x_0 and x_t, by δ, moves in the squares e_t²/2 of -ELBO: Σ_t E|e_t| δ_t <= √(Σ_t δ_t²) √(Σ_t E e_t²)."""
    noising, scales = chain.noising, chain.scales
    squares = max(2 * (minus_elbo - chain.constant), 0.0)
    size = 2 + np.sqrt(float(p_data.mean) ** 2 + float(p_data.variance)) / chain.unit.scale
    return float(ROUNDING * size * np.sqrt(np.sum((noising.pulls / scales) ** 2 / noising.lost[1:]) * squares))
