"""The parameters for which every family's numbers hold: what is beyond is refused in a sentence."""

import math
from typing import Any

import numpy as np

from gantheory.base.precision import is_traced, shown

SMALLEST, LARGEST = 1e-290, 1e290  # scales of densities
NARROWEST = 1e-300  # width of an interval on which a density is smooth
SHELTERED = 1e-280  # least scale at which it does not matter that XLA takes a subnormal loc for 0
STEPS_IN_SCALE = 8  # doubles within one scale of loc, at least


def require_scale(owner: str, loc: Any, scale: Any, name: str = "scale") -> None:
    """Raise ``ValueError`` unless scale is from 1e-290 to 1e290, |loc| at most 1e290, and 8 doubles lie within a scale of loc."""
    if is_traced(loc, scale):
        return
    require_range(owner, name, scale, SMALLEST, LARGEST)
    if np.any(np.abs(loc) > LARGEST):
        raise ValueError(f"`loc` of {owner} must be from {-LARGEST:g} to {LARGEST:g}. Got {shown(loc)}.")
    if np.any(scale < SHELTERED):
        require_normal(owner, "loc", loc)
    if np.any(scale < STEPS_IN_SCALE * np.spacing(np.abs(loc))):
        raise ValueError(
            f"`{name}` of {owner} must span at least {STEPS_IN_SCALE} doubles at `loc`. Got {name}={shown(scale)} at loc={shown(loc)}."
        )


def require_range(owner: str, name: str, value: Any, least: float, most: float) -> None:
    """Raise ``ValueError`` unless a parameter is between two numbers."""
    if not is_traced(value) and np.any((value < least) | (value > most)):
        raise ValueError(f"`{name}` of {owner} must be from {least:g} to {most:g}. Got {shown(value)}.")


def require_normal(owner: str, name: str, value: Any) -> None:
    """Raise ``ValueError`` for a subnormal number, which XLA would take for 0."""
    if not is_traced(value) and np.any((value != 0) & (np.abs(value) < np.finfo(np.float64).tiny)):
        raise ValueError(f"`{name}` of {owner} must be 0 or at least 2.3e-308 in size. Got {shown(value)}.")


def mass_defect(weights: Any) -> float:
    """How far weights along the last axis are from summing to 1, the worst of a batch, without rounding."""
    return max(abs(math.fsum([*own, -1.0])) for own in weights.reshape(-1, weights.shape[-1]).tolist())


def require_width(owner: str, low: Any, high: Any) -> None:
    """Raise ``ValueError`` unless the ends of every interval are at least 1e-300 apart, and none is subnormal."""
    if is_traced(low, high):
        return
    for end in (low, high):
        require_normal(owner, "ends", np.asarray(end, np.float64))
    with np.errstate(over="ignore"):
        narrow = np.any(np.asarray(high, np.float64) - np.asarray(low, np.float64) < NARROWEST)
    if narrow:
        raise ValueError(f"`ends` of {owner} must be at least {NARROWEST:g} apart. Got {shown(low)} to {shown(high)}.")
