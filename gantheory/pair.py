"""Two densities on one line, on common nodes: what every divergence and every value of the game integrates over.

Each piece of the line gets a coordinate in which both densities are harmless. That is x itself for plain densities; where a
pushforward is present it is the latent z of one of its branches, in which p_g dx = p_z dz + (other branches): the x^(-1/2) spike at a
fold, and worse ones at flatter critical points, are gone. An integrand that is homogeneous of degree 1 in the densities, as all of
them are, does not notice: the Jacobian goes into both log-densities.
"""

import itertools
from collections.abc import Callable

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from gantheory.distributions import Density
from gantheory.estimate import Divergent, Estimate, Measured
from gantheory.integrate import integrate
from gantheory.precision import in_float64
from gantheory.pushforward import Pushforward
from gantheory.pushforward.inverse import inverse

LOG_ROUNDING = 4 * np.finfo(float).eps  # of a log-density, relative to 1 + |log p|
NUDGE = 1e-8  # by which log-densities are moved to see what their rounding does
PLAIN = -1  # the chart that is x itself; chart number i >= 0 is self.charts[i]
AnyDensity = Density | Pushforward


class Pair:
    """p and q with the panels of the line on which both are smooth."""

    def __init__(self, p: AnyDensity, q: AnyDensity):
        self.p, self.q = p, q
        self.charts = [
            (density, index, branch)
            for density in (p, q)
            if isinstance(density, Pushforward)
            for index, branch in enumerate(density.branches)
        ]

    @in_float64
    def panels(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(low, high, chart): the cells between landmarks, halved where their two ends call for different coordinates."""
        cuts = np.unique(np.concatenate([self.p.landmarks, self.q.landmarks]))
        pieces = []
        for a, b in itertools.pairwise(cuts):
            left, right = self._chart(a, b, end=0), self._chart(a, b, end=1)
            middle = (a + b) / 2
            pieces += [(a, b, left)] if left == right else [(a, middle, left), (middle, b, right)]
        ends, charts = np.array([piece[:2] for piece in pieces]), np.array([piece[2] for piece in pieces])
        for chart in set(charts) - {PLAIN}:
            density, _, branch = self.charts[chart]
            ends[charts == chart] = np.sort(inverse(density.generator, branch, ends[charts == chart].ravel()).reshape(-1, 2))
        keep = ends[:, 1] > ends[:, 0]
        return ends[keep, 0], ends[keep, 1], charts[keep]

    def _chart(self, a, b, end: int) -> int:
        """The branch that is critical at this end of [a, b]; else the one that carries most z over it; else x."""
        over = [i for i, (_, _, branch) in enumerate(self.charts) if branch.low <= a and b <= branch.high]
        near = 1e-3 * (b - a)  # of the critical value: another break may lie within rounding of it
        critical = [i for i in over if self.charts[i][2].critical[end] and abs(self.charts[i][2].ends[end] - (a, b)[end]) <= near]
        best = critical or over or [PLAIN]
        return best[0] if len(best) == 1 else max(best, key=lambda i: self._mass(i, a, b))

    def _mass(self, chart: int, a, b) -> float:
        density, _, branch = self.charts[chart]
        known = branch if branch.increasing else type(branch)(branch.z[::-1], branch.x[::-1], branch.critical)
        return float(abs(np.subtract(*density.latent.cdf(np.interp([a, b], known.x, known.z)))))

    @in_float64
    def at(self, t: np.ndarray, chart: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(x, log p + log dx/dt, log q + log dx/dt) at coordinates t on the given charts."""
        x, log_jacobian = t.copy(), np.zeros(t.shape)
        own = {id(density): (np.full(t.shape, -1), np.full(t.shape, -np.inf)) for density in (self.p, self.q)}
        for density in {id(d): d for d in (self.p, self.q) if isinstance(d, Pushforward)}.values():
            number = np.array([index if d is density else -1 for d, index, _ in self.charts] + [-1])[chart]
            here = number >= 0
            x[here], log_jacobian[here], log_latent = density.log_prob_on(t[here])
            branch_of, log_own = own[id(density)]
            branch_of[here], log_own[here] = number[here], log_latent
        both = []
        for density in (self.p, self.q):
            branch_of, log_own = own[id(density)]
            rest = density.log_prob_but(x, branch_of, t) if isinstance(density, Pushforward) else density.log_prob(x)
            with np.errstate(invalid="ignore"):
                both.append(np.logaddexp(log_own, np.where(rest == -np.inf, -np.inf, rest + log_jacobian)))
        return x, *both

    def _misplaced(self) -> float:
        """The mass that the other density has where the rounding of G leaves the place of p_g's breaks open."""
        total = 0.0
        for density, other in ((self.p, self.q), (self.q, self.p)):
            if isinstance(density, Pushforward) and isinstance(other, Density):
                total += float(np.sum(other.prob(density.breakpoints) * 8 * np.spacing(np.abs(density.breakpoints))))
        return total

    @in_float64
    def fixed_nodes(self, parts: int = 4, order: int = 16) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(x, log p dx, log q dx) on nodes that do not adapt, for an integral that is to be optimised: Gauss-Legendre on each
        of ``parts`` equal parts of every panel. The weights are in the densities."""
        low, high, chart = self.panels()
        edges = low[:, None] + (high - low)[:, None] * np.arange(parts + 1) / parts
        half, chart = np.diff(edges).reshape(-1, 1) / 2, np.repeat(chart, parts)
        nodes, weights = np.polynomial.legendre.leggauss(order)
        t = (edges[:, :-1].reshape(-1, 1) + half * (1 + nodes)).ravel()
        x, log_p, log_q = self.at(t, np.repeat(chart, order))
        log_dt = np.log(half * weights).ravel()
        held = np.logaddexp(log_p, log_q) + log_dt > np.log(1e-30)
        return x[held], (log_p + log_dt)[held], (log_q + log_dt)[held]

    def integrals(self, integrands: dict[str, Callable], logit: Callable | None = None, tolerance: float = 1e-13) -> dict[str, Measured]:
        """∫ F(log p, log q, logit D) dx for several F at once, each homogeneous of degree 1 in (p, q).

        The masses of p and q are integrated on the same nodes: what they lack or have too much of, beyond their own quadrature
        error, is something this partition did not see, and enters every error. A fold that the search for branches missed shows so,
        if any node falls on it. Atoms of a pushforward are
        added exactly. An integrand that is infinite somewhere makes its integral ``Divergent``, never nan.
        """
        functions = (_mass_of_p, _mass_of_q, *integrands.values())
        rows = len(functions)
        infinite = {}

        def on_nodes(t, chart):
            x, log_p, log_q = self.at(t, chart)
            values = evaluate(functions, log_p, log_q, logit(x) if logit else np.zeros(x.shape))
            if np.isnan(values).any():
                raise FloatingPointError(f"No integrand may be nan. Got nan at x = {x[np.isnan(values).any(axis=0)][0]!r}.")
            for row in np.flatnonzero(~np.isfinite(values[:rows]).all(axis=1)):
                infinite.setdefault(row, x[~np.isfinite(values[row])][0])
            return values

        result = integrate(on_nodes, *self.panels(), tolerance=tolerance)
        value, error = result.value[:rows].copy(), result.error[:rows] + result.value[rows:]
        unseen = self._misplaced()
        for row, density in enumerate((self.p, self.q)):
            atoms = density.atoms if isinstance(density, Pushforward) else []
            unseen += max(0.0, abs(value[row] + sum(mass for _, mass in atoms) - 1) - error[row])
            for x, mass in atoms:
                other = np.array([np.log(mass), -np.inf])
                at_atom = evaluate(functions, other[row : row + 1], other[1 - row :][:1], logit(np.array([x])) if logit else np.zeros(1))[
                    :rows, 0
                ]
                for at in np.flatnonzero(~np.isfinite(at_atom)):
                    infinite.setdefault(at, x)
                value += at_atom
        measured = {}
        for row, name in enumerate(integrands, start=2):
            if row in infinite:
                measured[name] = Divergent(f"the integrand is infinite at x = {infinite[row]:.6g}", 1 if value[row] > 0 else -1)
            else:
                measured[name] = Estimate(float(value[row]), float(error[row] + unseen))
        return measured


def _mass_of_p(log_p, log_q, logit):
    return jnp.exp(log_p)


def _mass_of_q(log_p, log_q, logit):
    return jnp.exp(log_q)


@in_float64
def evaluate(functions, log_p, log_q, logit) -> np.ndarray:
    """F at every point; and below, for each F, how much its value is moved by the rounding of log p and log q."""
    return np.asarray(_stacked(functions, *(jnp.asarray(a) for a in (log_p, log_q, logit))))


@eqx.filter_jit
def _stacked(functions, log_p, log_q, logit):
    def moved(log_density):
        return log_density + NUDGE * (1 + jnp.where(jnp.isfinite(log_density), jnp.abs(log_density), 0.0))

    values = jnp.stack([f(log_p, log_q, logit) for f in functions])
    by_p, by_q = (jnp.stack([f(*pair, logit) for f in functions]) for pair in ((moved(log_p), log_q), (log_p, moved(log_q))))
    sensitivity = jnp.where(jnp.isfinite(values), jnp.abs(by_p - values) + jnp.abs(by_q - values), 0.0)
    return jnp.concatenate([values, sensitivity * (LOG_ROUNDING / NUDGE)])
