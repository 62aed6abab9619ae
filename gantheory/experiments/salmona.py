"""How close G(z), z from N(0, 1), comes to two bumps where G has a slope of at most L (Salmona, De Bortoli, Delon & Desolneux 2022).

Their point is that by the Gaussian isoperimetric inequality a G of Lipschitz constant L carries mass into any gap. What is used here is
derived from it. With Q the distribution function of G(z), and T = Φ⁻¹(Q), it says on the line

    T(b) - T(a) ≥ (b - a)/L  for a < b,                                                        (*)

and the increasing G = T⁻¹ has slope L at most for every Q that satisfies it: of laws on the line, (*) says all. So an exact G exists from
L = sup φ(Φ⁻¹(F(x)))/f(x) on, for p_data of density f and distribution function F.

Total variation. Let TV = δ. The mass of [a, b] is too large by at most δ: Q(b) = F(b) + u and Q(a) = F(a) - w with u + w ≤ δ, and neither
above δ. Let F(a) ≤ ½ ≤ F(b). Where u, w ≥ 0, T(b) - T(a) is convex in u at fixed u + w: it is largest where one of them is 0, and a
negative one makes it smaller yet. So the other one, δ at most, must reach (*) alone:

    TV ≥ min(F(a) - Φ(Φ⁻¹(F(b)) - (b - a)/L), Φ(Φ⁻¹(F(a)) + (b - a)/L) - F(b)).

For p_data symmetric about 0 and a = -b both are the same.

KL. By data processing it is at least that of the masses left of a, in [a, b] and right of b, of which (*) bounds the middle one from below.
"""

from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import ndtr, ndtri, xlogy

from gantheory.base.precision import in_float64, promoted
from gantheory.distributions import Mixture, Normal
from gantheory.game.penalties import R1
from gantheory.game.units import with_unit
from gantheory.training.data import unit_of_law
from gantheory.training.learning import train
from gantheory.training.run import Progress, Run
from gantheory.training.settings import Settings
from gantheory.training.setup import arguments_of

AWAY, SCALE = 2.5, 1.0  # of the two bumps
P_DATA = Mixture([0.5, 0.5], [Normal(-AWAY, SCALE), Normal(AWAY, SCALE)])
EXACT = SCALE * float(np.exp(AWAY**2 / (2 * SCALE**2)))  # L from which an exact G exists: at x = 0, φ(0)/f(0)
HALF_GAPS = np.linspace(0.01, AWAY + 2 * SCALE, 150)  # b of the gaps [-b, b] that are tried
LEFT = np.linspace(-9.0, 9.0, 601)  # Φ⁻¹ of the mass left of a gap that is tried
HALVINGS = 60  # of the search around the best of LEFT
EDGE, CELLS = AWAY + 9 * SCALE, 600  # reach of x, and cells of it, in which T of the least KL is linear
ROOT = float(np.sqrt(2 * np.pi))
GAUSS = np.polynomial.legendre.leggauss(5)
STEPS_AT, SMOOTH = np.linspace(-2.5, 2.5, 41), 0.06  # z at which a bounded G's slope may change, and over which width
FINE, REACH = 200_001, 12.0  # points of z, and their reach, at which a trained G's slope is measured


def cdf(x: Any) -> Any:
    """F of p_data."""
    return (ndtr((x + AWAY) / SCALE) + ndtr((x - AWAY) / SCALE)) / 2


def pdf(x: Any) -> Any:
    """f of p_data."""
    return np.exp(-((np.abs(x) - AWAY) ** 2) / (2 * SCALE**2)) * (1 + np.exp(-2 * AWAY * np.abs(x) / SCALE**2)) / (2 * SCALE * ROOT)


def tv_floor(lipschitz: float) -> float:
    """What TV(p_data, p_g) is at least for a G of this Lipschitz constant: the best of the gaps [-b, b]."""

    def at(b):
        return cdf(-b) - ndtr(ndtri(cdf(b)) - 2 * b / lipschitz)

    start = HALF_GAPS[int(np.argmax(at(HALF_GAPS)))]
    step = HALF_GAPS[1] - HALF_GAPS[0]
    found: Any = minimize_scalar(
        lambda b: -at(b), bounds=(max(0.0, start - step), start + step), method="bounded", options={"xatol": 1e-10}
    )
    return max(0.0, float(-found.fun))


def kl_floor(lipschitz: float) -> float:
    """What KL(p_data‖p_g) is at least: for every gap [-b, b] the least KL of three masses, over the mass left of it."""
    outer = cdf(-HALF_GAPS)[:, None]
    inner = 1 - 2 * outer
    wide = 2 * HALF_GAPS[:, None] / lipschitz

    def at(t):
        left = ndtr(t)
        # More than (*) asks for in the gap, if that is nearer to p_data's share of what is not left of it.
        gap = np.maximum(ndtr(t + wide) - left, (1 - left) * inner / (1 - outer))
        right = np.maximum(1 - left - gap, 0.0)
        with np.errstate(divide="ignore"):
            return xlogy(outer, outer / left) + xlogy(inner, inner / gap) + xlogy(outer, outer / right)

    best = LEFT[np.argmin(at(LEFT[None, :]), axis=1)][:, None]
    low, high = best - (LEFT[1] - LEFT[0]), best + (LEFT[1] - LEFT[0])
    for _ in range(HALVINGS):
        one, other = (2 * low + high) / 3, (low + 2 * high) / 3
        lower = at(one) < at(other)
        low, high = np.where(lower, low, one), np.where(lower, other, high)
    return max(0.0, float(np.minimum(at(low), at(high)).max()))


@dataclass(frozen=True)
class BestInTV:
    """The G of slope L at most that carries mass over the gap from one side only, by its T = G⁻¹ = Φ⁻¹(Q).

    Q is F right of b; T is a line of slope 1/L on [c, b]; left of c, Q is a share of F. Then p_g > p_data on [a, b] alone, and TV is
    F(a) - Q(a), which is the one side of the bound above at a and b.

    Attributes:
      lipschitz: L.
      a: where the line's density rises above p_data's.
      b: where it falls below it.
      c: where the line ends.
    """

    lipschitz: float
    a: float
    b: float
    c: float

    @property
    def total_variation(self) -> float:
        return float(cdf(self.a) - ndtr(self.line(self.a)))

    def line(self, x: Any) -> Any:
        return ndtri(cdf(self.b)) - (self.b - x) / self.lipschitz

    def share_of_slope(self, x: Any) -> Any:
        """L T' at x ≤ a if the line ended there: it may where this is 1 at least."""
        t = self.line(x)
        return self.lipschitz * ndtr(t) / cdf(x) * pdf(x) * ROOT / np.exp(-(t**2) / 2)

    def q(self, x: Any) -> Any:
        """p_g's density."""
        share = ndtr(self.line(self.c)) / cdf(self.c)
        on_line = np.exp(-(self.line(x) ** 2) / 2) / ROOT / self.lipschitz
        return np.where(x >= self.b, pdf(x), np.where(x >= self.c, on_line, share * pdf(x)))


def best_in_tv(lipschitz: float) -> BestInTV:
    """That G for one L, above 1.5 bumps' scales and below ``EXACT``."""

    def side(ends):
        a, b = ends
        return float(ndtr(ndtri(cdf(b)) - (b - a) / lipschitz) - cdf(a))

    options = {"xatol": 1e-10, "fatol": 1e-15, "maxiter": 4_000}
    a, b = (float(one) for one in minimize(side, (-1.0, 1.0), method="Nelder-Mead", options=options).x)
    begun = BestInTV(lipschitz, a, b, a)
    places = np.linspace(a, a - 3 * SCALE, 3_001)
    return BestInTV(lipschitz, a, b, float(places[np.argmax(begun.share_of_slope(places) >= 1)]))


def best_in_kl(lipschitz: float) -> float:
    """The least KL(p_data‖p_g) of any G of slope L at most: ∫ p_data (T²/2 - log T') and constants, convex in T, over T' ≥ 1/L."""
    edges = np.linspace(-EDGE, EDGE, CELLS + 1)
    width = edges[1] - edges[0]
    inside = (GAUSS[0] + 1) / 2 * width  # of a cell, from its left end
    x = edges[:-1, None] + inside
    mass = pdf(x) * GAUSS[1] / 2 * width
    of_cell = mass.sum(axis=1)

    def objective(v):
        slopes = v[1:]
        left = v[0] + np.concatenate([[0.0], np.cumsum(slopes[:-1])]) * width
        t = left[:, None] + slopes[:, None] * inside
        pull = mass * t
        of_left = pull.sum(axis=1)
        after = np.cumsum(of_left[::-1])[::-1] - of_left  # on all cells right of each
        gradient = (pull * inside).sum(axis=1) + width * after - of_cell / slopes
        return float((pull * t).sum() / 2 - of_cell @ np.log(slopes)), np.concatenate([[of_left.sum()], gradient])

    start = np.concatenate([[-EDGE / 2], np.full(CELLS, max(1 / lipschitz, 0.5))])
    bounds = [(None, None), *[(1 / lipschitz, None)] * CELLS]
    options = {"maxiter": 4_000, "maxfun": 8_000, "ftol": 1e-14, "gtol": 1e-9, "maxcor": 40}
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return float(found.fun + np.log(ROOT) + (mass * np.log(pdf(x))).sum())


class Bounded(eqx.Module):
    """An increasing G whose slope is between 0 and ``most`` by its form: smooth steps between heights most · sigmoid(a) at fixed z.

    Args:
      most: L.
      scale: of the data; the slope is about this at the start.
    """

    a: jax.Array
    offset: jax.Array
    most: float = eqx.field(static=True)

    def __init__(self, most: float, scale: float):
        share = min(scale / most, 0.9)
        self.a = jnp.full(len(STEPS_AT) + 1, np.log(share / (1 - share)), jnp.float32)
        self.offset, self.most = jnp.zeros((), jnp.float32), float(most)

    def __call__(self, z: Any) -> Any:
        heights = self.most * jax.nn.sigmoid(self.a)
        ramps = SMOOTH * jax.nn.softplus((z - STEPS_AT.astype(z.dtype)) / SMOOTH)
        return self.offset + heights[0] * z + jnp.diff(heights) @ ramps


@dataclass(frozen=True)
class Training:
    """A training: its iterations, and the bound of G's slope; None for one of the library's networks."""

    steps: int
    most: float | None = None


def trained(training: Training, seed: int, progress: Progress | None = None) -> Run:
    """A run of Algorithm 1 on the two bumps, z from N(0, 1), with the settings of ``gantheory train``."""
    unit = unit_of_law(P_DATA)
    arguments = arguments_of(Settings(steps=training.steps, seed=seed, measure_every=training.steps), unit)
    if training.most is not None:
        # As R1 of the data in their unit; G has none.
        arguments |= {"generator": Bounded(training.most, unit.scale), "discriminator": with_unit(arguments["discriminator"], unit)}
        arguments |= {"unit": None, "penalty": R1(Settings.r1 * unit.scale**2)}
    return train(P_DATA, latent=Normal(0.0, 1.0), **arguments, progress=progress).finished()


@in_float64
def lipschitz_of(generator: Any) -> float:
    """The largest slope of G on a fine grid, which is at most its Lipschitz constant: the floor at it is no lower than G's own."""
    z = jnp.linspace(-REACH, REACH, FINE)
    return float(jnp.abs(jax.jit(jax.vmap(jax.grad(promoted(generator))))(z)).max())
