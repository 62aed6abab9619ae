"""Integrals of shipped programs between proved bounds, by Arb: functions of a ball, their branches fixed on a stretch."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import jax
from flint import acb, arb

from gantheory.distributions import Density
from gantheory.rigorous.balls import UndecidedError
from gantheory.rigorous.evaluation import check_decisions, decisions_at
from gantheory.rigorous.families import mass_between
from gantheory.rigorous.program import Program
from gantheory.rigorous.straight import Straight

SLIVER = 40  # the outermost 2^-SLIVER of a cell's width, at the breakpoints themselves, is exempt from the check of comparisons
EVALUATIONS = 10**7  # most evaluations in one integral
NAN = acb(arb("nan"), arb("nan"))

BallFunction = Callable[[acb, bool], acb]  # of a ball, and of whether the result must be analytic on it


class Cellwise:
    """A shipped function as a program, its branches fixed on one cell at a time."""

    def __init__(self, function: Callable[..., Any], parameters: Sequence[Any]):
        self.program: Program = Program(function, parameters)

    def on(self, low: arb, high: arb) -> BallFunction | None:
        """The function on a cell, or None if it is -inf there."""
        decisions = decisions_at(self.program, (low + high) / 2)
        sliver = (high - low) * arb(2) ** -SLIVER
        check_decisions(self.program, decisions, low + sliver, high - sliver)
        return Straight(self.program, decisions).function


def log_density(density: Density) -> Cellwise:
    """log p as a program."""
    leaves, tree = jax.tree.flatten(density)
    return Cellwise(lambda x, *leaves: jax.tree.unflatten(tree, leaves)._log_prob(x), leaves)


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
        return (log_p.exp() * (log_2 - bent) + log_q.exp() * (log_2 - bent + r)) / 2  # softplus(-r) = softplus(r) - r
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
