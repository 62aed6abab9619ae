"""Arb's integration of shipped programs: functions of a ball, their branches fixed on a stretch, integrated between proved bounds."""

import time
from collections.abc import Callable

import jax
from flint import acb, arb

from gantheory.distributions import Density
from gantheory.rigorous.balls import UndecidedError
from gantheory.rigorous.program import Program, check_decisions, decisions_at
from gantheory.rigorous.straight import Straight

SLIVER = 40  # the outermost 2^-SLIVER of a cell's width is where no comparison is looked at: there lies the breakpoint itself
EVALUATIONS = 10**7
NAN = acb(arb("nan"), arb("nan"))


class Side:
    """A shipped log-density, or a logit, as a program: its branches fixed for one cell at a time."""

    def __init__(self, function: Callable, parameters: list):
        self.program = Program(function, parameters)

    def on(self, low: arb, high: arb) -> Callable | None:
        """The function on a cell, or None if it is -inf there."""
        decisions = decisions_at(self.program, (low + high) / 2)
        sliver = (high - low) * arb(2) ** -SLIVER
        check_decisions(self.program, decisions, low + sliver, high - sliver)
        return Straight(self.program, decisions).function


def log_density(density: Density) -> Side:
    leaves, tree = jax.tree.flatten(density)
    return Side(lambda x, *leaves: jax.tree.unflatten(tree, leaves)._log_prob(x), leaves)


def softplus(r: acb, analytic: bool) -> acb:
    """log(1 + e^r), continued from the real line; nan where its cut may be met."""
    if r.real < 0:
        return (r.exp() + 1).log()
    if r.real > 0:
        return r + ((-r).exp() + 1).log()
    if not analytic or abs(r.imag) < arb.pi():
        return (r.exp() + 1).log(analytic=analytic)
    return NAN


def cut(left_out: Callable, tolerance: arb) -> tuple[arb, arb]:
    """The T beyond which no more is left out than the tolerance; and that."""
    T = 2
    while T < 10**1000:
        bound = left_out(arb(T))
        if bound.is_finite() and bound < tolerance / 4:
            return arb(T), bound
        T = max(T + 1, T * 5 // 4) if T < 10_000 else 4 * T
    raise UndecidedError("no point was found beyond which too little is left to matter")


def integral(function: Callable, low: arb, high: arb, tolerance: arb, until: float) -> arb:
    """∫ of a function of a ball and of whether it must be analytic there, which may raise ``UndecidedError`` where it is not."""
    failed: list[BaseException] = []  # an exception must not pass through FLINT

    def guarded(x, analytic):
        if failed:
            return acb(0)  # with which FLINT soon ends; what it has then is not used
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
