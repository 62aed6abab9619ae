"""Integrals of shipped programs between proved bounds, by Arb: functions of a ball, their branches fixed on a stretch."""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from flint import acb, arb

from gantheory.distributions import Density, Mixture
from gantheory.distributions.line.external import External
from gantheory.distributions.line.mixture import log_sum_exp
from gantheory.models.decoded import PiecewiseDecoded
from gantheory.rigorous.balls import NAN, BallFunction, UndecidedError
from gantheory.rigorous.bounds import Range
from gantheory.rigorous.evaluation import Decisions
from gantheory.rigorous.families import height, is_by_theorem, mass_between
from gantheory.rigorous.program import Program
from gantheory.rigorous.ranges import range_of
from gantheory.rigorous.recording import recorded
from gantheory.rigorous.straight import Straight
from gantheory.rigorous.stretches import FOR_ONE, MOST, stretches_of
from gantheory.rigorous.tilted import Tilted, law_in_balls

NARROW = 2**40  # ratio of an interval's length to the least part on which a program is looked at
EVALUATIONS = 10**7  # evaluations in one integral


class Piece(NamedTuple):
    """A stretch on which a log-density is one expression, or -inf: None."""

    low: arb
    high: arb
    function: BallFunction | None


class Cellwise:
    """A shipped log-density as a program, one expression on each of some stretches."""

    def __init__(self, function: Callable[..., Any], parameters: Sequence[Any], height: Callable[[], arb]):
        self.program: Program = recorded(function, parameters)
        self.height: Callable[[], arb] = height  # an upper bound of the density, if there is one

    def pieces(
        self, low: arb, high: arb, sliver: arb, until: float | None = None, most: int = MOST
    ) -> tuple[list[Piece], list[tuple[arb, arb]]]:
        """The stretches of a cell, and the slivers between them, each no longer than ``sliver``."""
        along, slivers = stretches_of(self.program, low, high, sliver, until, most)
        return [Piece(one.low, one.high, self._function(one.decisions)) for one in along], slivers

    def on(self, low: arb, high: arb) -> BallFunction | None:
        """The function on a cell, or None if it is -inf there. Raises ``UndecidedError`` unless it is shown to be one expression."""
        pieces, slivers = self.pieces(low, high, (high - low) / NARROW, most=FOR_ONE)
        if slivers or len(pieces) != 1:
            raise UndecidedError(f"the density's program is not one expression near {float(low.mid()):.6g}")
        return pieces[0].function

    def highest(self, low: arb, high: arb) -> arb:
        """An upper bound of the density on an interval, whatever its program decides there."""
        try:
            highest = self.range(low, high).high.exp().upper()
        except UndecidedError:
            return self.height().upper()
        return highest if highest.is_finite() else self.height().upper()

    def range(self, low: arb, high: arb) -> Range:
        """Bounds of the log-density on an interval. Raises ``UndecidedError`` where none is found."""
        return range_of(self.program, low, high)[0]

    def _function(self, decisions: Decisions) -> BallFunction | None:
        function = Straight(self.program, decisions).function
        if callable(function):
            return function
        if function > 0:
            raise UndecidedError("the density is infinite on an interval")
        return None


class Whole(Cellwise):
    """A log-density that is one expression on all of the line, with bounds of its own: that of a decoder's law."""

    def __init__(self, density: PiecewiseDecoded):
        self.law: Tilted = law_in_balls(density)
        self.height: Callable[[], arb] = lambda: self.law.height

    def pieces(
        self, low: arb, high: arb, sliver: arb, until: float | None = None, most: int = MOST
    ) -> tuple[list[Piece], list[tuple[arb, arb]]]:
        return [Piece(low, high, self.law.log_prob)], []

    def range(self, low: arb, high: arb) -> Range:
        return self.law.range(low, high)


def log_density(density: Density) -> Cellwise:
    """log p in balls: as a program, or of a decoder's law by its formula."""
    if isinstance(density, PiecewiseDecoded):
        return Whole(density)
    leaves, tree = jax.tree.flatten(density)

    def height_by_theorem() -> arb:
        return height(density) if is_by_theorem(density) else arb("inf")

    return Cellwise(lambda x, *leaves: _log_prob(jax.tree.unflatten(tree, leaves), x), leaves, height_by_theorem)


def _log_prob(density: Density, x: Any) -> Any:
    """log p(x): of a density that is a function of the user's, that function between the ends that it was given."""
    if isinstance(density, Mixture) and isinstance(density.components, tuple):
        parts = jnp.stack([_log_prob(part, x) for part in density.components])
        return log_sum_exp(parts + jnp.log(density.weights))
    if isinstance(density, External):
        return jnp.where((x >= density.ends[0]) & (x <= density.ends[1]), density.function(x, jnp.zeros(())), -jnp.inf)
    return density._log_prob(x)


def softplus(r: acb, analytic: bool) -> acb:
    """log(1 + e^r), continued from the real line; nan where the ball may meet its branch cut."""
    if r.real < 0:
        return (r.exp() + 1).log()
    if r.real > 0:
        return r + ((-r).exp() + 1).log()
    if not analytic or abs(r.imag) < arb.pi():
        return (r.exp() + 1).log(analytic=analytic)
    return NAN


def jsd_integrand(log_p: acb | None, log_q: acb | None, analytic: bool, log_2: arb) -> acb:
    """½ p [log 2 - softplus(r)] + ½ q [log 2 - softplus(-r)] with r = log q - log p. None is a density that is 0; not both may be."""
    if log_p is not None and log_q is not None:
        r = log_q - log_p
        bent = softplus(r, analytic)
        return (log_p.exp() * (log_2 - bent) + log_q.exp() * (log_2 - softplus(-r, analytic))) / 2
    (alone,) = (one for one in (log_p, log_q) if one is not None)
    return alone.exp() * log_2 / 2


def integral(function: BallFunction, low: arb, high: arb, tolerance: arb, until: float) -> arb:
    """∫ of a function over [low, high], in a ball of about the tolerance's size.

    The function raises ``UndecidedError`` where it cannot be shown to be analytic. Raises ``TimeoutError`` past ``until``, a time of
    ``time.monotonic``.
    """
    failed: list[BaseException] = []  # an exception must not pass through FLINT

    def guarded(x: acb, analytic: bool) -> acb:
        if failed:
            return acb(0)  # FLINT soon ends, and what it then returns is not used
        try:
            if time.monotonic() > until:
                raise TimeoutError("the time allowed was not enough")
            return function(x, analytic)
        except UndecidedError:
            return NAN
        except BaseException as other:
            failed.append(other)
            return acb(0)

    found = acb.integral(guarded, acb(low), acb(high), rel_tol=tolerance / 64, abs_tol=tolerance / 64, eval_limit=EVALUATIONS)
    if failed:
        raise failed[0]
    return found.real


def mass(density: Density, log_p: BallFunction, low: arb, high: arb, tolerance: arb, until: float) -> arb:
    """P(low < X < high): by the family's formula, or as the integral of e^log_p."""
    if not high > low:
        return arb(0)
    known = mass_between(density, low, high)
    return integral(lambda x, an: log_p(x, an).exp(), low, high, tolerance, until) if known is None else known
