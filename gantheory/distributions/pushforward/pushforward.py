"""p_g = G#p_z on the line, exactly: the change of variables, summed over the branches of a G that may fold."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64, promoted
from gantheory.base.tracing import traces
from gantheory.distributions.law import Law
from gantheory.distributions.line import Density
from gantheory.distributions.pushforward.branches import BLOCK, Branch, first_grid, jet, monotone_branches
from gantheory.distributions.pushforward.inverse import across, in_blocks, inverse
from gantheory.distributions.pushforward.proxy import Proxy, chebyshev_proxy


class Pushforward(Law):
    """The law of x = G(z), z ~ p_z, for a generator G that takes one point, () -> (), and a density p_z of z.

    .. math:: p_g(x) = \\sum_{z:\\, G(z) = x} p_z(z) / |G'(z)|

    (Goodfellow et al. 2014, section 4, defines p_g implicitly so; the sum is the change of variables for a G that is not
    invertible.) ``generator`` is promoted to float64. One that JAX cannot trace, such as a PyTorch network wrapped to take and give
    NumPy arrays, is replaced by a piecewise Chebyshev interpolant, ``proxy``, whose error enters every measurement. Where G is
    constant, p_g has an atom, which has no density: ``atoms`` lists (x, mass), and ``prob`` is the density of the rest. Raises
    ``ValueError`` where G is not finite, or jumps.
    """

    dimension: ClassVar[int] = 1

    def __init__(self, generator: Any, latent: Density):
        if not isinstance(latent, Density) or latent.batch_shape:
            raise ValueError(f"`latent` of Pushforward must be one density on the line. Got {latent!r}.")
        self.latent: Density = latent
        self.proxy: Proxy | None = None if traces(generator) else chebyshev_proxy(generator, latent.landmarks, far=_reach_of(latent))
        with jax.enable_x64(True):
            self.generator: Any = promoted(self.proxy or generator)
        self._also = np.empty(0)

    @cached_property
    def _pieces(self):
        with jax.enable_x64(True):
            return monotone_branches(self.generator, self.latent, self._also, self.proxy and self.proxy.slope_error_at)

    @property
    def branches(self) -> list[Branch]:
        return self._pieces[0]

    @property
    def unresolved(self) -> float:
        """The mass of p_g that is in no branch and no atom, as of a G that turns infinitely often."""
        return self._pieces[2]

    def look_at(self, z: np.ndarray) -> None:
        """Search for branches again, with these points of z: G was seen to fold there, where no fold was known."""
        self._also = np.union1d(self._also, z)
        for name in ("_pieces", "atoms", "breakpoints", "landmarks"):
            vars(self).pop(name, None)

    @cached_property
    def atoms(self) -> list[tuple[float, float]]:
        """(x, mass) of every flat piece of G that holds mass."""
        flats = [(flat.x, float(self.latent.mass_between(flat.z_low, flat.z_high))) for flat in self._pieces[1]]
        return [(x, mass) for x, mass in flats if mass > 0]

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return ()

    @property
    def support(self) -> tuple[float, float]:
        """[min G, max G]: bounded whenever z is bounded, or G is."""
        ends = [(b.low, b.high) for b in self.branches] + [(x, x) for x, _ in self.atoms]
        low, high = min(e[0] for e in ends), max(e[1] for e in ends)
        # An unbounded z is followed to 1e9 of its widths: a G that still moves there is unbounded.
        reach = 1e6 * max(1.0, np.abs(self.latent.landmarks).max())
        unbounded = any(np.isinf(self.latent.support))
        return (-np.inf if unbounded and low < -reach else low), (np.inf if unbounded and high > reach else high)

    @cached_property
    def breakpoints(self) -> np.ndarray:
        """Where p_g jumps or is singular: the values of G at the ends of its branches, and its atoms."""
        return np.unique([end for b in self.branches for end in (b.low, b.high)] + [x for x, _ in self.atoms])

    cdf_rounding: float = 1e-12

    def is_far(self, x: float) -> bool:
        """Whether a value of G lies where an unbounded z was followed to, far beyond all that p_g resolves: G is unbounded there."""
        return bool(any(self.latent.unbounded) and abs(x) > 1e6 * max(1.0, np.abs(self.latent.landmarks).max()))

    @in_float64
    def values(self, z: np.ndarray) -> np.ndarray:
        """G at points of z."""
        return jet(self.generator, z)[0]

    def doubt(self, x: np.ndarray, log_slope: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How far the rounding of G at z, and a proxy's error, may move x and log|G'|."""
        moved = 4 * np.spacing(np.abs(x))
        if self.proxy is None:
            return moved, np.zeros(x.shape)
        with np.errstate(over="ignore"):
            return moved + self.proxy.error, np.minimum(self.proxy.slope_error_at(z) * np.exp(-log_slope), 1.0)

    @property
    def misplaced(self) -> np.ndarray:
        """How far each breakpoint may be from where it should be."""
        return 8 * np.spacing(np.abs(self.breakpoints)) + (2 * self.proxy.error if self.proxy else 0.0)

    @cached_property
    @in_float64
    def landmarks(self) -> np.ndarray:
        """The breakpoints, and the images of the latent's own landmarks."""
        points = np.concatenate([self.breakpoints, self.values(self.latent.landmarks)])
        return np.unique(points[[bool(np.isfinite(x)) and not self.is_far(x) for x in points]])

    @in_float64
    def log_prob(self, x: Any) -> Any:
        """log p_g(x); -inf where no z maps to x."""
        x = np.asarray(x, dtype=np.float64)
        return self.log_prob_but(x.ravel(), np.full(x.size, -1), np.zeros(x.size))[0].reshape(x.shape)

    @in_float64
    def cdf(self, x: Any) -> Any:
        """P(G(z) <= x), atoms included."""
        x = np.asarray(x, dtype=np.float64)
        flat = x.ravel()
        total = sum((np.where(flat >= at, mass, 0.0) for at, mass in self.atoms), np.zeros(flat.shape))
        for branch in self.branches:
            start = branch.z[0] if branch.increasing else branch.z[-1]
            z = inverse(self.generator, branch, np.clip(flat, branch.low, branch.high))
            total += np.abs(self.latent.cdf(z) - self.latent.cdf(start))
        return total.reshape(x.shape)

    def sf(self, x: Any) -> Any:
        """P(G(z) > x)."""
        return 1 - self.cdf(x)

    def prob(self, x: Any) -> Any:
        return np.exp(self.log_prob(x))

    def sample(self, key: Any, shape: Sequence[int] | int = (), dtype: Any = jnp.float64) -> Any:
        """G of the latent's own draws."""
        with jax.enable_x64(dtype == jnp.float64):
            z = jnp.asarray(self.latent.sample(key, shape, dtype))
            return np.asarray(jax.vmap(self.generator)(z.reshape(-1)).reshape(z.shape))

    def log_prob_on(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(x, log|G'|, log p_z, the sign of G') at latent points: the branch through z, with no inverse taken and no singularity."""
        x, slope, _ = jet(self.generator, z)
        with np.errstate(divide="ignore"):
            return x, np.log(np.abs(slope)), self._log_latent(z), np.sign(slope)

    def _log_latent(self, z: np.ndarray) -> np.ndarray:
        return in_blocks(BLOCK, self.latent.log_prob, z)

    def log_prob_but(self, x: np.ndarray, branch_of: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(log of the density at x summed over all branches but ``branch_of``, how far the rounding of x may move it).

        ``branch_of`` is an index a point; -1 leaves none out. Where it is given, ``z`` is x's preimage on it: just beside a fold, the
        other preimages are found from that. Elsewhere x tells its preimages only as far as G is steep.
        """
        total, doubt = np.full(x.shape, -np.inf), np.zeros(x.shape)
        present = set(np.unique(branch_of).tolist())
        for index, branch in enumerate(self.branches):
            meets = (branch.low <= x) & (x <= branch.high) & (branch_of != index)
            preimage = np.full(x.shape, np.nan)
            slack = 16 * np.spacing(np.abs(x))  # just beside a fold, rounding may take G beyond it
            reached = (branch.low - slack <= x) & (x <= branch.high + slack)
            for own, end in self._meeting_folds(index):
                if own not in present:
                    continue
                fold, fold_of_z = branch.z_at(end), self.branches[own].z_at(end)
                near = reached & (branch_of == own) & (np.abs(z - fold_of_z) < self._reach(fold_of_z))
                meets |= near
                if near.any():
                    preimage[near] = across(self.generator, branch, fold, z[near], fold_of_z)
            rest = meets & np.isnan(preimage)
            if rest.any():
                preimage[rest] = inverse(self.generator, branch, x[rest])
            if meets.any():
                slope, bend = (branch.slope, 0.0) if branch.slope is not None else jet(self.generator, preimage[meets])[1:]
                with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # far out, where no mass is left
                    # Where rounding made the slope 0 there is no density; any mass there shows up as missing.
                    log_prob = np.where(slope == 0, -np.inf, self._log_latent(preimage[meets]) - np.log(np.abs(slope)))
                    apart = np.where(rest[meets], 4 * np.spacing(np.abs(x[meets])) * np.abs(bend) / slope**2, 0.0)
                both = np.logaddexp(total[meets], log_prob)
                with np.errstate(invalid="ignore"):
                    shares = np.exp(total[meets] - both), np.exp(log_prob - both)
                    doubt[meets] = np.nan_to_num(shares[0] * doubt[meets] + shares[1] * np.minimum(apart, 1.0))
                total[meets] = both
        return total, doubt

    def _meeting_folds(self, index: int) -> list[tuple[int, int]]:
        """(other branch, 0 for the lower end or 1 for the upper): the branches that become flat at the same value of x as this one."""
        branch = self.branches[index]
        return [
            (other, end)
            for end in (0, 1)
            for other, own in enumerate(self.branches)
            if other != index and branch.critical[end] and own.critical[end] and branch.ends[end] == own.ends[end]
        ]

    def _reach(self, z: float) -> float:
        """How far from a fold at z the step across it is taken: a few cells of the first grid."""
        cuts = self.latent.landmarks
        cell = np.clip(np.searchsorted(cuts, z) - 1, 0, len(cuts) - 2)
        return float(cuts[cell + 1] - cuts[cell]) * (len(cuts) - 1) / 256


def _reach_of(latent: Density) -> float:
    """How far beyond its landmarks an unbounded latent is followed."""
    grid = first_grid(latent.landmarks, latent.support, latent.tail_index)
    return float(grid[-1] - latent.landmarks[-1])
