"""Identities decided by algebra, on expressions lifted from the code that ships."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from gantheory.evidence.claim import Judgement, Verdict
from gantheory.evidence.lift import is_zero, lifted
from gantheory.measurement import minimax

a, b, t = sp.symbols("a b t", positive=True)  # p_data(x), p_g(x), and the odds D/(1 - D), so that a logit is log t
LOG_A, LOG_B, LOGIT, LOG2 = sp.log(a), sp.log(b), sp.log(t), sp.log(2)
OPTIMAL = LOG_A - LOG_B  # the logit of D*
# Points around which the branches of a program are taken: a above b and below it, D above ½ and below it.
WITNESSES: tuple[dict[sp.Symbol, Any], ...] = tuple(
    {a: sp.Rational(*of_a), b: sp.Rational(*of_b), t: sp.Rational(*of_t)}
    for of_a, of_b in (((9, 10), (1, 10)), ((1, 7), (8, 9)))
    for of_t in ((5, 2), (2, 5))
)


@dataclass(frozen=True)
class Symbolic:
    """``identities(witness)`` are expressions, by what they say, that must be 0 on the region around every witness."""

    identities: Callable[[dict], dict[str, sp.Expr]]
    layer: str = "symbolic"

    def judge(self) -> Judgement:
        held = 0.0
        for witness in WITNESSES:
            for what, expression in self.identities(witness).items():
                if not is_zero(sp.sympify(expression)):
                    where = ", ".join(f"{symbol} = {value}" for symbol, value in witness.items())
                    return Judgement(self.layer, Verdict.REFUTED, held, f"{what}: not 0 around {where}")
                held += 1.0
        return Judgement(self.layer, Verdict.PROVED, held, f"{held:.0f} identities of the shipped functions cancel to 0")


@dataclass(frozen=True)
class Counterexample:
    """``cases()`` are pairs (what is printed, what is true), exact numbers, that must differ: the printed statement is then false."""

    cases: Callable[[], dict[str, tuple[Any, Any]]]
    layer: str = "symbolic"

    def judge(self) -> Judgement:
        least, found = sp.oo, []
        for what, (printed, true) in self.cases().items():
            apart = sp.simplify(sp.sympify(printed) - sp.sympify(true))
            if apart == 0:
                return Judgement(self.layer, Verdict.REFUTED, 0.0, f"{what}: as printed, {true}")
            least = min(least, abs(sp.N(apart, 30)))
            found.append(f"{what}: printed {printed}, true {true}")
        return Judgement(self.layer, Verdict.PROVED, float(least), "; ".join(found))


def value_of(witness, logit):
    """The shipped integrand of V at densities a and b."""
    return lifted(minimax.value_integrand, [LOG_A, LOG_B, logit], witness)
