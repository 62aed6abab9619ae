"""p_g = G#p_z on the line, exactly: the change of variables, summed over the branches of a G that may fold."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.arrays import OnArrays
from gantheory.base.precision import afresh, in_float64, promoted
from gantheory.base.tracing import traced_shape
from gantheory.distributions.law import Law
from gantheory.distributions.line import Density, as_density
from gantheory.distributions.pushforward.branch import Branch, Flat, jet, log_density, masses_between, values
from gantheory.distributions.pushforward.branches import Pieces, first_grid, known_points, monotone_branches
from gantheory.distributions.pushforward.cumulative import cdf_doubt, mass_beside, masses_of
from gantheory.distributions.pushforward.faithful import is_faithful
from gantheory.distributions.pushforward.inverse import BranchTable
from gantheory.distributions.pushforward.linear_branches import linear_branches
from gantheory.distributions.pushforward.over_branches import log_prob_over_branches, reach_of
from gantheory.distributions.pushforward.proxy import Proxy, chebyshev_proxy
from gantheory.distributions.pushforward.tails import tail_of, tail_orders_of, told_range_of, was_seen_beyond

LARGEST = 1e307  # largest |x| at which densities are evaluated
FOUND = (
    "_pieces",
    "table",
    "reach",
    "masses",
    "_slope_rounding",
    "told_range",
    "untold",
    "tail_orders",
    "atoms",
    "rounded_atoms",
    "breakpoints",
    "landmarks",
)
AROUND = 1e-12  # distance from a rounded atom within which its mass may lie, as a share of G's range
MOST_LOOKS = 8  # most times that branches are searched for again
LEAST_LOG = -745.0  # log|G'| of a G' that underflowed
UNDERFLOWED = 1e3  # how far log|G'| may be off where G' underflowed


class Pushforward(Law):
    """The law of x = G(z), z ~ p_z, for a generator G that takes one point, () -> (), and a density p_z of z.

    .. math:: p_g(x) = \\sum_{z:\\, G(z) = x} p_z(z) / |G'(z)|

    (Goodfellow et al. 2014, section 4, defines p_g implicitly so; the sum is the change of variables for a G that is not
    invertible.) ``generator`` is promoted to float64. p_g is the law of G's values: one that JAX cannot trace, such as a PyTorch network
    (``OnArrays`` says how it is called), and one whose derivative in JAX is not that of its values, are replaced by a piecewise
    Chebyshev interpolant, ``proxy``, whose error enters every measurement. Where G is constant, p_g has an atom, which has no density:
    ``atoms`` lists (x, mass), and ``prob`` is the density of the rest. An atom may be none where G is constant in its last bits alone, as
    tanh is: it is then in ``rounded_atoms`` too, and makes nothing infinite. G may jump where it is piecewise linear: steps such as floor
    and round are.

    Args:
      generator: G, finite wherever z has mass; at an end of z it may be infinite.
      latent: one density on the line, or its expression as text.

    Raises:
      ValueError: another latent; a G of several numbers, that is not finite, or that jumps and is not piecewise linear.
    """

    dimension: ClassVar[int] = 1

    def __init__(self, generator: Any, latent: Any):
        latent = as_density(latent) if isinstance(latent, str) else latent
        if not isinstance(latent, Density) or latent.batch_shape:
            raise ValueError(f"`latent` of Pushforward must be one density on the line. Got {latent!r}.")
        self.latent: Density = latent
        shape = traced_shape(generator)
        if shape:
            raise ValueError(f"`generator` of Pushforward must give one number for one point of z. Got an array of shape {shape}.")
        called = None if shape == () else OnArrays(generator, "generator")
        self._opaque = called and chebyshev_proxy(called, latent.landmarks, far=_reach_of(latent))
        with jax.enable_x64(True):
            self.generator: Any = promoted(self._opaque or afresh(generator))
        self._also, self._looks = np.empty(0), 0

    @cached_property
    @in_float64
    def _lines(self) -> Pieces | None:
        return linear_branches(self.generator, self.latent) if self._opaque is None else None

    @cached_property
    @in_float64
    def _first(self):
        return known_points(self.generator, self.latent, np.empty(0))

    @property
    def _is_faithful(self) -> bool:
        try:
            return is_faithful(self.generator, self._first[0], self.latent)
        except TypeError:  # a custom_vjp has no forward derivative
            return False

    @cached_property
    @in_float64
    def proxy(self) -> Proxy | None:
        """The interpolant that stands for G, if its derivative is not known otherwise."""
        if self._opaque is not None or self._lines is not None or self._is_faithful:
            return self._opaque
        return chebyshev_proxy(in_float64(lambda z: values(self.generator, z)), self.latent.landmarks, far=_reach_of(self.latent))

    @cached_property
    @in_float64
    def function(self) -> Any:
        """G with a derivative that is that of its values."""
        return self.generator if self.proxy in (None, self._opaque) else promoted(self.proxy)

    @cached_property
    @in_float64
    def _pieces(self) -> Pieces:
        if self._lines is not None:
            return self._lines
        slope_error = self.proxy and self.proxy.slope_error_at
        as_given = self.function is self.generator and not self._also.size
        known, ends = self._first if as_given else known_points(self.function, self.latent, self._also)
        return monotone_branches(self.function, self.latent, known, ends, slope_error)

    @property
    def branches(self) -> list[Branch]:
        return self._pieces.branches

    @property
    def flats(self) -> list[Flat]:
        return self._pieces.flats

    @cached_property
    def table(self) -> BranchTable:
        return BranchTable(self.branches)

    @cached_property
    def reach(self) -> np.ndarray:
        """How far from the folds at its ends, in z, each branch (n, 2) takes the step across them."""
        return reach_of(self)

    @property
    def unresolved(self) -> float:
        """The mass of p_g that is in no branch and no atom, as of a G that turns infinitely often."""
        return self._pieces.left_out

    def goes_on(self, upward: bool) -> bool:
        """Whether G was seen above (below) its branches, on parts of z that are in none, so that p_g need not be 0 there."""
        return self.unresolved > 0 and was_seen_beyond(self, self._pieces.seen[upward], upward)

    def look_at(self, z: np.ndarray) -> bool:
        """Search for branches again, with these points of z: G was seen to fold there, where no fold was known.

        False if it was searched often enough: what goes on to turn is the noise of its values, and how that moves p_g is in the doubt.
        """
        self._looks += 1
        if self._looks > MOST_LOOKS:
            return False
        self._also = np.union1d(self._also, z)
        for name in FOUND:
            vars(self).pop(name, None)
        return True

    @cached_property
    def atoms(self) -> list[tuple[float, float]]:
        """(x, mass) of every value that G takes on pieces that hold mass."""
        flats = self._pieces.flats
        masses = masses_between(self.latent, *(np.array([getattr(flat, end) for flat in flats]) for end in ("z_low", "z_high")))
        places, which = np.unique([flat.x for flat in flats], return_inverse=True)
        totals = np.bincount(which, masses, len(places)) if flats else np.empty(0)
        return [(float(x), float(mass)) for x, mass in zip(places, totals, strict=True) if mass > 0]

    @cached_property
    def rounded_atoms(self) -> list[tuple[float, float]]:
        """[low, high] of x around each atom that may be none: G comes to rest in its last bits there, as tanh does, and may go on beneath.

        The atom's mass then lies anywhere between.
        """
        flats = self._pieces.flats
        certain = {flat.x for flat in flats if not flat.rounded}
        places = np.array(sorted({flat.x for flat in flats} - certain))
        ends = self.table.ends[np.isfinite(self.table.ends)]
        width = AROUND * np.ptp(ends) + np.spacing(np.abs(places)) if ends.size else np.zeros(len(places))
        return list(zip((places - width).tolist(), (places + width).tolist(), strict=True))

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return ()

    @property
    def support(self) -> tuple[float, float]:
        """[min G, max G]: bounded whenever G is."""
        low, high = (np.where(self.table.endless[:, end], sign * np.inf, self.table.ends[:, end]) for end, sign in ((0, -1), (1, 1)))
        at = [x for x, _ in self.atoms]
        return float(min([*low, *at])), float(max([*high, *at]))

    @cached_property
    def breakpoints(self) -> np.ndarray:
        """Where p_g jumps or is singular: the values of G at the ends of its branches, and its atoms."""
        return np.unique([*self.table.ends[~self.table.endless], *(x for x, _ in self.atoms)])

    @property
    def is_linear(self) -> bool:
        """Whether G is piecewise linear as a program."""
        return self._lines is not None

    @cached_property
    def tail_orders(self) -> tuple[float, float]:
        return tail_orders_of(self)

    def tail(self, upward: bool) -> tuple[float, float]:
        return tail_of(self, upward)

    @cached_property
    def told_range(self) -> tuple[float, float]:
        return told_range_of(self)

    @cached_property
    def untold(self) -> tuple[float, float]:
        """The masses below and above ``told_range``."""
        return float(self.cdf(self.told_range[0])), float(self.sf(self.told_range[1]))

    @in_float64
    def slopes(self, z: np.ndarray) -> np.ndarray:
        """G' at points of z, of a G that is no line."""
        return jet(self.function, z)[1]

    cdf_rounding: float = 1e-12

    @in_float64
    def values(self, z: np.ndarray) -> np.ndarray:
        """G at points of z."""
        return values(self.generator, z)

    def doubt(self, x: np.ndarray, log_slope: np.ndarray, z: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How far the rounding of G at z, on branches ``number``, and a proxy's error, may move x and log|G'|."""
        moved, apart = 4 * np.spacing(np.abs(np.where(np.isfinite(x), x, 0.0))), np.zeros(x.shape)
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            for end in (0, 1):
                own, other = self.table.z_ends[number, end], self.table.z_ends[number, 1 - end]
                known = np.where(np.abs(z - own) < np.abs(z - other), self.table.resolution[number, end], 0.0)
                share = np.where(known > 0, known / np.abs(z - own), 0.0)
                moved = moved + np.where(known > 0, known * np.exp(log_slope), 0.0)
                apart = apart + np.where(known > 0, np.minimum(4 * share, 1.0), 0.0)
            apart = apart + np.minimum(self._slope_rounding[number] * np.exp(-log_slope), 1.0)
            if self.proxy is not None:
                moved = moved + self.proxy.error
                apart = apart + np.minimum(self.proxy.slope_error_at(z) * np.exp(-log_slope), 1.0)
        return np.where(np.isfinite(x), moved, 0.0), np.where(log_slope <= LEAST_LOG, UNDERFLOWED, apart)

    @property
    def misplaced(self) -> np.ndarray:
        """How far each breakpoint may be from where it should be."""
        return 8 * np.spacing(np.abs(self.breakpoints)) + (2 * self.proxy.error if self.proxy else 0.0)

    @cached_property
    @in_float64
    def landmarks(self) -> np.ndarray:
        """The breakpoints, and the images of the latent's own landmarks."""
        latent = self.latent.landmarks
        own = self.values(np.concatenate([latent, latent[0] + np.ptp(latent) * np.arange(1, 8) / 8 if len(latent) < 4 else []]))
        low, high = self.support
        return np.unique(np.concatenate([self.breakpoints, own[np.isfinite(own) & (own >= low) & (own <= high)]]))

    @in_float64
    def log_prob(self, x: Any) -> Any:
        """log p_g(x); -inf where no z maps to x."""
        x = np.asarray(x, dtype=np.float64)
        return self.log_prob_but(x.ravel(), np.full(x.size, -1), np.zeros(x.size))[0].reshape(x.shape)

    def cdf(self, x: Any) -> Any:
        """P(G(z) <= x), atoms included."""
        return mass_beside(self, x, upper=False)

    def sf(self, x: Any) -> Any:
        """P(G(z) > x), accurate where it is small."""
        return mass_beside(self, x, upper=True)

    @cached_property
    def masses(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return masses_of(self)

    def cdf_doubt(self, x: np.ndarray) -> np.ndarray:
        return cdf_doubt(self, x)

    def prob(self, x: Any) -> Any:
        return np.exp(self.log_prob(x))

    def sample(self, key: Any, shape: Sequence[int] | int = (), dtype: Any = jnp.float64) -> Any:
        """G of the latent's own draws."""
        with jax.enable_x64(dtype == jnp.float64):
            z = jnp.asarray(self.latent.sample(key, shape, dtype))
            return np.asarray(jax.vmap(self.generator)(z.reshape(-1)).reshape(z.shape))

    def log_prob_on(self, z: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(x, log|G'|, log p_z, the sign of G') at latent points on branches ``number``: no inverse is taken, and nothing is singular."""
        if self._lines is not None:
            x, slope = self.table.on_line(number, z), self.table.slope[number]
        else:
            x, slope, _ = jet(self.function, z)
        with np.errstate(divide="ignore"):
            # What is told of a G' that underflowed is that it is small, and falls.
            fallen = LEAST_LOG - 4 * np.log1p(np.abs(z) / float(np.ptp(self.latent.landmarks)))
            log_slope = np.where(slope == 0, fallen, np.log(np.minimum(np.abs(slope), np.finfo(float).max)))
        return np.clip(x, -LARGEST, LARGEST), log_slope, self.log_latent(z), np.sign(slope)

    @in_float64
    def preimages(self, number: np.ndarray, x: np.ndarray) -> np.ndarray:
        """z with G(z) = x, each on the branch of its own number, both (n,)."""
        return self.table.inverse(self.function, number, x)

    def end_of(self, branch: Branch, end: int) -> float:
        """z at the lower (0) or upper (1) end in x of a branch, which may be an end of the latent's line."""
        special = branch.open[end] or branch.steep[end] or branch.endless[end]
        return self.latent.support[int((end == 1) == branch.increasing)] if special else branch.z_at(end)

    @cached_property
    def _slope_rounding(self) -> np.ndarray:
        """How far G' may be off on branches that go on to an infinite z and become flat there: the last bits of what it is elsewhere."""
        saturated = np.asarray((self.table.open & ~self.table.endless).any(axis=1))
        low, high = self.latent.landmarks[[0, -1]]
        found = np.zeros(len(saturated))
        for number in np.flatnonzero(saturated):
            branch = self.branches[number]
            with np.errstate(over="ignore"):
                slopes = np.abs(np.diff(branch.x) / np.diff(branch.z))[(branch.z[1:] > low) & (branch.z[:-1] < high)]
            found[number] = 4 * np.finfo(float).eps * np.median(slopes) if slopes.size else 0.0
        return found

    def log_latent(self, z: np.ndarray) -> np.ndarray:
        """log p_z, below -1e308 and not -inf where p_z is not 0."""
        return log_density(self.latent, z)

    def log_prob_but(self, x: np.ndarray, branch_of: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(log of the density at x summed over all branches but ``branch_of``, how far the rounding of x may move it).

        ``branch_of`` is an index a point; -1 leaves none out. Where it is given, ``z`` is x's preimage on it: just beside a fold, the
        other preimages are found from that. Elsewhere x tells its preimages only as far as G is steep.
        """
        return log_prob_over_branches(self, x, branch_of, z)


def _reach_of(latent: Density) -> float:
    """How far beyond its landmarks an unbounded latent is followed."""
    grid = first_grid(latent.landmarks, latent.support, latent.tail_index)
    return float(grid[-1] - latent.landmarks[-1])
