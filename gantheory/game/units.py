"""Data in their own unit: what float32 networks learn from, wherever the data lie and however wide they are.

A float32 tells 1e9 from 1e9 + 64, and not from 1e9 + 1. So location and scale are taken out of the data in float64, before any float32
sees them, and put back behind G, which is measured in float64.
"""

import copy
import inspect
from collections.abc import Sequence
from typing import Any

import equinox as eqx
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.distributions import Law
from gantheory.distributions.line import Cauchy, Density, Histogram, Laplace, Mixture, Normal, StudentT, TruncatedNormal, Uniform
from gantheory.distributions.line.location_scale import LocationScale
from gantheory.distributions.plane import MultivariateNormal, Product
from gantheory.distributions.plane.density import PlaneDensity
from gantheory.game.networks import Unit

FARTHEST = 1e4  # location, in scales, beyond which data are rounded by more than a thousandth of their scale in float32
SMALLEST, LARGEST = 1e-30, 1e30  # scales of data that are well within float32
UNLIKE = 1e6  # ratio of the scales of two coordinates above which a mesh on the plane is of lines
BITS = 8  # of a unit's scale, and of its location in scales

# Families with a location, beside those made as LocationScale: the parameters that are places on the line. ``scale`` is a width.
PLACES: dict[type[Density], tuple[str, ...]] = {
    Normal: ("loc",),
    Laplace: ("loc",),
    Cauchy: ("loc",),
    StudentT: ("loc",),
    TruncatedNormal: ("loc", "low", "high"),
    Uniform: ("low", "high"),
    Histogram: ("edges",),
}


def rounded_unit(loc: Any, scale: Any) -> Unit:
    """A location and a scale, to eight bits: data moved by a round number then have the same bits in their unit.

    Args:
      loc: of the data, a number or a pair.
      scale: likewise, positive.
    """
    scale = np.asarray(scale, np.float64)
    step = 2.0 ** (np.floor(np.log2(scale)) - BITS)
    places = np.maximum(step, np.spacing(np.abs(loc)))
    return Unit((np.round(loc / places) * places).tolist(), (np.round(scale / step) * step).tolist())


def checked_unit(unit: Any, dimension: int) -> Unit:
    """(location, scale) as a ``Unit``. Raises ``ValueError`` unless they are numbers, or on the plane pairs, and the scale is positive."""
    shape = () if dimension == 1 else (2,)
    try:
        loc, scale = (np.asarray(part, np.float64) for part in unit)
    except (TypeError, ValueError):
        loc = scale = np.empty(0)
    if not (loc.shape == scale.shape == shape and np.isfinite(loc).all() and np.isfinite(scale).all() and np.all(scale > 0)):
        each = "a number" if dimension == 1 else "a pair"
        raise ValueError(f"`unit` of train must be (location, scale), each {each}, the scale positive. Got {unit!r}.")
    return Unit(loc.tolist(), scale.tolist())


def in_unit(law: Law, unit: Unit) -> Law:
    """The law of (x - loc)/scale, x from ``law``, as a game draws from it.

    A law with a location is of its own family again, its parameters moved in float64. Of any other, the float32 draws are moved.

    Raises:
      ValueError: a law of this other kind, whose float32 draws do not tell its points apart; two coordinates of very different scales.
    """
    if np.max(unit.scale) > UNLIKE * np.min(unit.scale):
        raise ValueError(
            f"The scales of the data's two coordinates must be within {UNLIKE:g} of each other, for distances to have a meaning: "
            f"multiply one first. Got {np.min(unit.scale):.3g} and {np.max(unit.scale):.3g}."
        )
    moved = _moved(law, np.asarray(unit.loc, np.float64), np.asarray(unit.scale, np.float64))
    if moved is None:
        require_float32("The data", *unit, "their law must have a location, as Normal has, or they must be moved first")
        return InUnit(law, _plain(unit))
    return moved


def require_float32(owner: str, loc: Any, scale: Any, otherwise: str) -> None:
    """Raise ``ValueError`` for data of this location and scale if float32 does not tell them apart.

    Args:
      owner: what the message is about.
      loc: location.
      scale: scale.
      otherwise: the way out, for the message.
    """
    if not np.all((np.asarray(scale) >= SMALLEST) & (np.asarray(scale) <= LARGEST)):
        raise ValueError(
            f"{owner} must have a scale from {SMALLEST:g} to {LARGEST:g}, as float32 networks need: {otherwise}. Got {np.min(scale):g}."
        )
    if np.any(np.abs(loc) > FARTHEST * np.asarray(scale)):
        raise ValueError(
            f"{owner} must lie within {FARTHEST:g} scales of 0, or float32 cannot tell the points apart: {otherwise}. "
            f"Got a location of {np.max(np.abs(loc)):g} with a scale of {np.min(scale):.3g}."
        )


def require_told_apart(law: Law) -> None:
    """Raise ``ValueError`` for a law whose float32 draws do not tell its points apart, with the way out."""
    for one in [law] if isinstance(law, Density) else law.marginals if isinstance(law, PlaneDensity) else []:
        cuts = one.landmarks
        if np.abs(cuts[[0, -1]]).max() > FARTHEST / 100 * np.ptp(cuts):  # far from 0: it is worth the quantiles
            low, middle, high = one.quantile([0.16, 0.5, 0.84])
            require_float32("`p_data` of train", middle, (high - low) / 2, "`unit` takes location and scale out of them first")


def _moved(law: Any, loc: Any, scale: Any) -> Any:
    """The law of (x - loc)/scale in its own family; None where that has no location."""
    if isinstance(law, Product):
        x, y = (_moved(part, *one) for part, *one in zip((law.x, law.y), loc, scale, strict=True))
        return None if x is None or y is None else Product(x, y, law.weights)
    if isinstance(law, MultivariateNormal):
        return MultivariateNormal((law.mean - loc) / scale, law.cov / scale / scale[:, None])
    if isinstance(law, Mixture):
        if isinstance(law.components, Density):
            components = _moved(law.components, loc, scale)
            return None if components is None else Mixture(law.weights, components)
        parts = [_moved(part, loc, scale) for part in law.components]
        return None if any(part is None for part in parts) else Mixture(law.weights, parts)
    places = PLACES.get(type(law), ("loc",) if isinstance(law, LocationScale) else ())
    if not places:
        return None
    values = {name: getattr(law, name) for name in inspect.signature(type(law)).parameters}
    values |= {name: (values[name] - loc) / scale for name in places}
    return type(law)(**(values | ({"scale": values["scale"] / scale} if "scale" in values else {})))


class InUnit(Law, eqx.Module):
    """The law of (x - loc)/scale, x from a law without a location, as far as a game asks for it."""

    law: Any
    unit: Unit = eqx.field(static=True)

    @property
    def dimension(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        return self.law.dimension

    def _log_prob(self, x):
        return self.law._log_prob(self.unit.applied(x)) + self._log_scale

    @in_float64
    def log_prob(self, x: Any) -> Any:
        return self.law.log_prob(self.unit.applied(np.asarray(x, np.float64))) + self._log_scale

    def prob(self, x: Any) -> Any:
        return np.exp(self.log_prob(x))

    def quantile(self, u: Any) -> Any:
        return self.unit.undone(self.law.quantile(u))

    def sample(self, key: Any, shape: Sequence[int] | int = (), dtype: Any = np.float64) -> Any:
        return self.unit.undone(self.law.sample(key, shape, dtype))

    @property
    def _log_scale(self) -> float:
        return float(np.sum(np.log(self.unit.scale)))

    @property
    def support(self) -> Any:
        return ((np.asarray(self.law.support).T - np.asarray(self.unit.loc)) / np.asarray(self.unit.scale)).T.tolist()

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return ()


def with_unit(network: Any, unit: Unit) -> Any:
    """One of the library's networks with another unit, and the same weights."""
    changed = copy.copy(network)
    object.__setattr__(changed, "unit", _plain(unit))
    return changed


def _plain(unit: Unit) -> Unit:
    """With tuples in place of lists, which a compiled program can hold."""
    return Unit(*(tuple(part) if isinstance(part, list) else part for part in unit))
