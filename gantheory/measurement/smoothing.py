"""The law that D sees under instance noise: p_data and p_g, each convolved with the noise."""

from typing import Any, ClassVar

import equinox as eqx
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.distributions import Density, Law, Mixture, MultivariateNormal, Normal, Product, Pushforward
from gantheory.distributions.line.density import BREAK
from gantheory.distributions.line.domain import STEPS_IN_SCALE
from gantheory.distributions.line.external import as_law
from gantheory.distributions.line.known import Known
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.rows import first_panels, nodes, rows_between
from gantheory.quadrature.rules import FINE_WEIGHTS, NODES

PARTS = 16  # panels between two neighbouring places of the density's scale
FEWER = 11  # panels of the coarser partition that tells the error
FAINT = 1e-290  # mass of a node below which it is left out
COARSE = 1e-6  # largest mass allowed where nodes are further apart than σ/2
SEEN = 1e-12  # share of the largest density down to which two partitions are compared
PROBES = 257  # points at which they are


class Smoothed(Density):
    """A mixture that stands for a convolution: how far its log-density may be off, and the mass that its nodes are too few for."""

    mixture: Mixture
    inner_error: Any
    too_coarse: Any
    unbounded: ClassVar[tuple[bool, bool]] = (True, True)

    def __init__(self, mixture: Mixture, inner_error: float, too_coarse: float):
        self.mixture, self.inner_error, self.too_coarse = mixture, np.asarray(inner_error), np.asarray(too_coarse)

    def _log_prob(self, x, offset: Any = 0.0):
        return self.mixture._log_prob(x, offset)

    def _own_log_prob_from(self, anchor, offset, excess: Any = None):
        log_prob, doubt = self.mixture._log_prob_from(anchor, offset, excess)
        return log_prob, doubt + self.inner_error

    def _own_orders(self):
        return self.mixture.tail_orders

    def _own_tail(self, upward):
        return self.mixture._tail(upward)

    known: ClassVar[Known] = Known(orders=_own_orders, tail=_own_tail, log_prob_from=_own_log_prob_from)

    def _cdf(self, x):
        return self.mixture._cdf(x)

    def _sf(self, x):
        return self.mixture._sf(x)

    def _sample(self, key, shape, dtype):
        return self.mixture._sample(key, shape, dtype)

    def _cuts(self):
        return self.mixture._cuts()

    def _facts(self):
        facts = self.mixture._facts()
        rounding = facts.cdf_rounding + float(np.max(self.inner_error))
        return facts._replace(unseen=facts.unseen + float(np.max(self.too_coarse)), cdf_rounding=rounding)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return self.mixture.batch_shape

    def spread(self, shape: tuple[int, ...]) -> Any:
        errors = (np.broadcast_to(error, shape) for error in (self.inner_error, self.too_coarse))
        return eqx.tree_at(lambda law: (law.mixture, law.inner_error, law.too_coarse), self, (self.mixture.spread(shape), *errors))

    @property
    def mean(self) -> Any:
        return self.mixture.mean

    @property
    def variance(self) -> Any:
        return self.mixture.variance


def smoothed(p: Law, scale: float) -> Law:
    """The law of x + ε with x ~ p and ε ~ N(0, σ² I).

    On the line the convolution is taken on quadrature nodes, for a pushforward of z: a mixture of Gaussians N(x_i, σ²), x_i = G(z_i), with
    the nodes' masses as weights. Panels end where the density breaks, and G does; how much a coarser partition differs is an error of the
    log-density, which enters what is measured of it. Exact for Gaussians and mixtures of them; these alone on the plane.

    Args:
      p: a law on the line; or on the plane a ``MultivariateNormal``, or a ``Product`` of ``Normal`` densities.
      scale: σ > 0, in the unit of x.

    Raises:
      ValueError: a σ that is not positive, or so small that more than 1e-6 of the mass would show up as bumps around the nodes; any
        other law on the plane.

    Source:
      Arjovsky & Bottou 2017, section 3.
    """
    if not (scale > 0 and np.isfinite(scale)):
        raise ValueError(f"`scale` of smoothed must be positive and finite. Got {scale!r}.")
    p = as_law(p)
    return _on_plane(p, scale) if p.dimension == 2 else _on_line(p, scale)


def _on_line(p: Any, scale: float) -> Density:
    match p:
        case Normal():
            return Normal(p.loc, np.hypot(p.scale, scale))
        case Mixture() if all(isinstance(part, Normal) for part in p._parts()):
            parts = [_on_line(part, scale) for part in p._parts()]
            return Mixture(p.weights, parts[0] if p._is_one else parts)
    x, mass = nodes_of(p, PARTS)
    farthest = float(np.abs(x).max())
    if scale < STEPS_IN_SCALE * np.spacing(farthest):
        raise ValueError(
            f"`scale` of smoothed must span {STEPS_IN_SCALE} doubles wherever there is mass, at x = {farthest:.3g} too. Got {scale:.3g}."
        )
    apart = np.abs(np.diff(x, prepend=x[0], append=x[-1]))
    bumps = float(mass[np.maximum(apart[1:], apart[:-1]) > scale / 2].sum())
    if bumps > COARSE:
        raise ValueError(f"`scale` of smoothed must be larger for this density: at {scale:.3g}, a mass of {bumps:.2g} would be bumps.")
    fine, coarse = _mixture(x, mass, scale), _mixture(*nodes_of(p, FEWER), scale)
    centre = np.quantile(x, [0.0, 1.0]) if np.ptp(x) < 1e6 * scale else x[np.searchsorted(np.cumsum(mass), [1e-9, 1 - 1e-9])]
    probes = np.linspace(centre[0] - 3 * scale, centre[1] + 3 * scale, PROBES)
    log_fine, log_coarse = fine.log_prob(probes), coarse.log_prob(probes)
    seen = log_fine > log_fine.max() + np.log(SEEN)
    off = float(np.abs(log_fine - log_coarse)[seen].max())
    return Smoothed(fine, off, bumps + abs(float(mass.sum()) - 1))


def _mixture(x: np.ndarray, mass: np.ndarray, scale: float) -> Mixture:
    return Mixture(mass / mass.sum(), Normal(x, scale))


@in_float64
def nodes_of(p: Any, parts: int) -> tuple[np.ndarray, np.ndarray]:
    """Points x, in the order of z for a pushforward, and the masses that they stand for."""
    plain = p.latent if isinstance(p, Pushforward) else p
    positions, flags = (np.asarray(a) for a in plain._cuts())
    low, high = plain.support
    turns = [z for piece in (*p.branches, *p.flats) for z in _ends_of(piece)] if isinstance(p, Pushforward) else []
    inner = np.array([z for z in set(turns) if max(low, positions.min()) < z < min(high, positions.max())])
    cuts, kinds = np.concatenate([positions, inner]), np.concatenate([flags, np.full(len(inner), BREAK)])
    rows = rows_between(cuts[None], kinds, *plain.unbounded)
    rows = rows.take(rows.reach != 0)
    panels = first_panels(rows.kind, parts)
    own = rows.take(panels.row)
    offset, log_jacobian, half = nodes(own.reach, own.kind, panels.low, panels.high)
    z, log_p, *_ = (np.asarray(a)[:, :NODES] for a in Pair(plain, plain).at(own, offset, log_jacobian)[:2])
    mass = (np.exp(log_p) * half[:, None] * FINE_WEIGHTS).ravel()
    order = np.argsort(z.ravel())
    z, mass = z.ravel()[order], mass[order]
    z, mass = z[mass > FAINT], mass[mass > FAINT]
    return (p.values(z) if isinstance(p, Pushforward) else z), mass


def _ends_of(piece: Any) -> tuple[float, float]:
    return (piece.z_low, piece.z_high) if hasattr(piece, "z_low") else (float(piece.z[0]), float(piece.z[-1]))


def _on_plane(p: Law, scale: float) -> Law:
    match p:
        case MultivariateNormal():
            return MultivariateNormal(p.mean, p.cov + scale**2 * np.eye(2))
        case Product(x=Normal() as x, y=Normal() as y):
            return Product(*(Normal(part.loc, np.hypot(part.scale, scale)) for part in (x, y)), weights=p.weights)
    raise ValueError(f"`p` of smoothed must be Gaussian, or a mixture of Gaussian products, on the plane. Got {p!r}.")
