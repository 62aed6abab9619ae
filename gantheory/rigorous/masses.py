"""That a law is a law: a density whose mass is shown to be 1, a generator that is shown to be defined for almost every z.

A family of the library has mass 1 by theorem, if its type is exactly the library's. The mass of any other density is integrated.
"""

import itertools
from dataclasses import fields
from typing import Any

import jax
import numpy as np
from flint import arb

from gantheory.distributions import Density, Histogram, Mixture, Pushforward
from gantheory.distributions.law import Law, same
from gantheory.distributions.line import FAMILIES
from gantheory.distributions.line.external import External, as_density
from gantheory.distributions.line.known import BREAK
from gantheory.distributions.pushforward.proxy import Proxy
from gantheory.models.decoded import PiecewiseDecoded
from gantheory.models.segments import segments_of_lines
from gantheory.rigorous.balls import UndecidedError, exact
from gantheory.rigorous.cuts import between_zero_and, without_ends
from gantheory.rigorous.ends import Near
from gantheory.rigorous.families import is_by_theorem, parts_of, whole_mass
from gantheory.rigorous.integration import integral, log_density

NEAR_1 = exact(1e-9)  # how far a density's mass may be from 1: a formula written in doubles is rarely nearer
SLIVERS = 2**20  # ratio of the tolerance, or of an interval's length, to the width of a sliver
ONE_LINE = 2.0**-40  # difference, as a share of their sizes, of a line's value at its end from what its start and slope say
FARTHEST = 1e300  # distance to which a tail is looked at


def require_known(law: Law) -> None:
    """Raise ``UndecidedError`` unless the facts of a family hold of a law: its type is exactly one of the library's, and so are its parts.

    A subclass may have any density, whatever its base has.
    """
    if type(law) is Pushforward:
        require_known(law.latent)
        if type(law.generator) is Proxy:
            raise UndecidedError("a generator that JAX cannot trace has no program to prove anything of")
        return
    if not isinstance(law, Density) or type(law) not in {*FAMILIES, External, PiecewiseDecoded}:
        raise UndecidedError(f"nothing is known of a law of the type {type(law).__name__}, which is not one of the library's own")
    if added := vars(law).keys() - {field.name for field in fields(law)}:
        raise UndecidedError(f"`{min(added)}` of a {type(law).__name__} is not the library's own")
    if isinstance(law, Mixture):
        for part in law.components if isinstance(law.components, tuple) else (law.components,):
            require_known(part)
            if isinstance(part, PiecewiseDecoded):
                raise UndecidedError("nothing is known of a mixture of which a decoder's law is a part")
    if isinstance(law, External) and not law.traceable:
        raise UndecidedError("a density that JAX cannot trace has no program to prove anything of")
    if not _is_as_made(law):
        raise UndecidedError(f"a density of the type {type(law).__name__} has parameters that it cannot be made with")


def _is_as_made(law: Density) -> bool:
    """Whether the constructor of a family gives the same density of its fields, which may have been replaced since."""
    if isinstance(law, External):
        return _is_of_its_function(law)
    if isinstance(law, PiecewiseDecoded):
        return _is_of_its_lines(law)
    if not _holds_doubles(law):
        return False
    try:
        return same(type(law)(**{field.name: getattr(law, field.name) for field in fields(law) if field.init}), law)
    except (TypeError, ValueError):
        return False


@np.errstate(all="ignore")
def _is_of_its_lines(law: PiecewiseDecoded) -> bool:
    """Whether the pieces that a decoder's law holds make the same law, follow one another, and each tells one line."""
    if not _holds_doubles(law):
        return False
    try:
        lines, scale = law.lines, float(law.scale[0])
        sizes = np.abs(lines.start) + np.abs(lines.end) + np.abs(lines.slope) * (np.abs(lines.low) + np.abs(lines.high))
        off = np.abs(lines.end - lines.start - lines.slope * (lines.high - lines.low))
        are_lines = np.isfinite(sizes).all() and (off <= ONE_LINE * sizes).all() and np.array_equal(lines.low[1:], lines.high[:-1])
        return bool(0 < scale < np.inf and are_lines) and same(PiecewiseDecoded(segments_of_lines(lines, scale), lines, scale), law)
    except (TypeError, ValueError, IndexError):
        return False


def _holds_doubles(law: Density) -> bool:
    return all(type(leaf) is np.ndarray and leaf.dtype == np.float64 for leaf in jax.tree.leaves(law))


def _is_of_its_function(law: External) -> bool:
    """Whether ``as_density`` gives the same density of the user's function, so that no field was replaced since."""
    breaks = [place for place, flag in zip(law.positions, law.flags, strict=True) if flag & BREAK and place not in law.ends]
    try:
        made = as_density(law.of, law.ends, breaks, resolution=law.finest, log_prob_error=law.log_prob_error)
    except (TypeError, ValueError):
        return False
    assert isinstance(made, External)
    own, other = ([getattr(one, field.name) for field in fields(External) if field.name != "function"] for one in (law, made))
    return repr(own) == repr(other) and _inside(law.function) == _inside(made.function)  # nan is as nan, in a repr


def _inside(function: Any) -> tuple[Any, ...]:
    """A function's code and what it holds on to: equal where one line of a program made two functions of the same things."""
    return function.__code__, *(cell.cell_contents for cell in function.__closure__ or ())


def mass_of(density: Density, tolerance: arb, until: float) -> arb:
    """The mass of a density: by theorem, or integrated. Raises ``UndecidedError`` where it is not shown to be 1 within ``NEAR_1``."""
    if is_by_theorem(density):
        return whole_mass(density)
    if isinstance(density, Mixture):
        return sum((weight * mass_of(part, tolerance, until) for weight, part in parts_of(density)), arb(0))
    if np.isinf(density.support).any():
        raise UndecidedError("nothing is known of the tails of a density that is not one of the library's own")
    tolerance = tolerance.min(NEAR_1 / 16)
    log_p, total = log_density(density), arb(0)

    def next_to_end(width: arb, near: Near | None) -> arb:
        return arb(0) if near is None else between_zero_and(near.mass(width))

    for ends in itertools.pairwise(map(exact, sorted({*density.breakpoints, *density.support}))):
        low, high, left_out = without_ends(*ends, (density,), next_to_end, tolerance)
        pieces, slivers = log_p.pieces(low, high, (high - low).min(arb(1)) * tolerance / SLIVERS, until)
        total += left_out + sum((between_zero_and(log_p.highest(*sliver) * (sliver[1] - sliver[0])) for sliver in slivers), arb(0))
        for piece in pieces:
            if (function := piece.function) is not None:
                total += integral(lambda x, an, f=function: f(x, an).exp(), piece.low, piece.high, tolerance, until)
    if not abs(total - 1) < NEAR_1:
        raise UndecidedError(f"a density must have a mass of 1, and this one is only shown to have {total.str(8)}")
    return total


def require_mass(density: Density, tolerance: arb, until: float) -> None:
    """Raise ``UndecidedError`` unless a density is shown to have mass 1."""
    mass_of(density, tolerance, until)


def has_mass(density: Density, low: float, high: float) -> bool:
    """Whether a density is shown to have a positive mass in an interval that is not empty."""
    first, last = density.support
    low, high = max(low, first), min(high, last)
    if not low < high:
        return False
    if is_by_theorem(density) and (low == first or high == last):
        return True  # the support is the least interval that holds all mass
    if is_by_theorem(density) and not isinstance(density, Histogram | Mixture):
        return True
    first, last = (exact(end if np.isfinite(end) else float(np.sign(end)) * FARTHEST) for end in (low, high))
    pieces, _ = log_density(density).pieces(first, last, (last - first) / SLIVERS)
    return any(piece.function is not None for piece in pieces)
