"""Pairs of densities, and discriminators, on which a claim about all of them is tried."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from gantheory.distributions import (
    Beta,
    Cauchy,
    Density,
    Exponential,
    Histogram,
    Laplace,
    Mixture,
    Normal,
    StudentT,
    TruncatedNormal,
    Uniform,
)

ZOO: dict[str, tuple[Density, Density]] = {
    "shifted": (Normal(0.0, 1.0), Normal(1.0, 1.0)),
    "far": (Normal(0.0, 1.0), Normal(6.0, 0.5)),
    "mixture": (Mixture([0.3, 0.7], [Normal(-2.0, 0.5), Normal(1.0, 1.0)]), Normal(0.0, 1.5)),
    "heavy tails": (Cauchy(0.0, 1.0), StudentT(3.0, 1.0, 2.0)),
    "kinks": (Laplace(0.0, 1.0), Laplace(0.5, 2.0)),
    "one end": (Exponential(1.0), TruncatedNormal(0.0, 1.0, 0.0, float("inf"))),
    "overlapping": (Uniform(0.0, 1.0), Uniform(0.3, 1.3)),
    "disjoint": (Uniform(0.0, 1.0), Uniform(2.0, 3.0)),
    "bounded": (Beta(2.0, 3.0), Uniform(0.0, 1.0)),
}
# Pairs on the whole line, for comparisons that take long.
FEW: dict[str, tuple[Density, Density]] = {name: ZOO[name] for name in ("shifted", "mixture", "kinks")}
BINS = (48, 12, 3)  # each divides the one before, so that the bins are nested


def shifted_normals(shift: float) -> tuple[Density, Density]:
    """N(0, 1) and N(shift, 1)."""
    return Normal(0.0, 1.0), Normal(shift, 1.0)


def shifted_uniforms(shift: float) -> tuple[Density, Density]:
    """U[0, 1] and U[shift, 1 + shift]."""
    return Uniform(0.0, 1.0), Uniform(shift, 1 + shift)


def middle(p: Density, q: Density) -> Mixture:
    """m = (p + q)/2."""
    return Mixture([0.5, 0.5], [p, q])


def binned(p: Density, q: Density, bins: int) -> tuple[Histogram, Histogram]:
    """Both as histograms of equal bins on [-4, 4], the outermost of which hold the tails too."""
    edges = np.linspace(-4, 4, bins + 1)
    ends = np.concatenate([[-np.inf], edges[1:-1], [np.inf]])
    of_p, of_q = (Histogram(edges, density.mass_between(ends[:-1], ends[1:])) for density in (p, q))
    return of_p, of_q


class Logistic(eqx.Module):
    """D(x) = 1/(1 + exp(-(slope x + offset))); with slope 0, a D that is the same everywhere."""

    slope: Any
    offset: Any

    def __init__(self, slope: float, offset: float):
        self.slope, self.offset = np.asarray(slope), np.asarray(offset)

    def logit(self, x: Any) -> Any:
        """slope x + offset."""
        return self.slope * x + self.offset


class Steps(eqx.Module):
    """A D whose logit is ``inside`` on [low, high], and ``outside`` elsewhere."""

    ends: Any
    levels: Any

    def __init__(self, low: float, high: float, inside: float, outside: float):
        self.ends, self.levels = np.asarray([low, high]), np.asarray([inside, outside])

    def logit(self, x: Any) -> Any:
        """The level of the stretch that x lies on."""
        return jnp.where((self.ends[0] <= x) & (x <= self.ends[1]), self.levels[0], self.levels[1])


class Shifted(eqx.Module):
    """D* of p and q with its logit scaled and moved: a D that is not optimal."""

    p: Density
    q: Density
    scale: Any
    shift: Any

    def __init__(self, p: Density, q: Density, scale: float, shift: float):
        self.p, self.q, self.scale, self.shift = p, q, np.asarray(scale), np.asarray(shift)

    def logit(self, x: Any) -> Any:
        """scale log(p(x)/q(x)) + shift."""
        return self.scale * (self.p._log_prob(x) - self.q._log_prob(x)) + self.shift


def tilted(name: str, slope: float, offset: float) -> Any:
    """A D whose logit is slope x + offset, for a pair of the zoo; of heavy tails, by which V is then -∞, slope log(p(x)/q(x)) + offset."""
    return Shifted(*ZOO[name], slope, offset) if name == "heavy tails" else Logistic(slope, offset)


def constant(logit: float) -> Logistic:
    """A D with this logit everywhere."""
    return Logistic(0.0, logit)
