"""Identities decided by algebra, on expressions that are read off the shipped code."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from gantheory.evidence.claim import Judgement, Verdict
from gantheory.evidence.lift import Witness, is_zero, lifted
from gantheory.measurement import integrands

a: sp.Symbol  # p_data(x)
b: sp.Symbol  # p_g(x)
t: sp.Symbol  # the odds D/(1 - D), so that a logit is log t
a, b, t = sp.symbols("a b t", positive=True)
LOG_A, LOG_B, LOGIT, LOG2 = sp.log(a), sp.log(b), sp.log(t), sp.log(2)
OPTIMAL = LOG_A - LOG_B  # the logit of D*
ONE_HALF = sp.Integer(0)  # the logit of D = ½
# Points around which the branches of a program are taken: a above b and below it, D above ½ and below it.
WITNESSES: tuple[Witness, ...] = tuple(
    {a: sp.Rational(*of_a), b: sp.Rational(*of_b), t: sp.Rational(*of_t)}
    for of_a, of_b in (((9, 10), (1, 10)), ((1, 7), (8, 9)))
    for of_t in ((5, 2), (2, 5))
)
Identities = dict[str, Any]  # expressions that must be 0, by what they say
Cases = dict[str, tuple[Any, Any]]  # (what is printed, what is true), by what they are


@dataclass(frozen=True)
class Symbolic:
    """Expressions that must be 0 on the region around every witness.

    Attributes:
      identities: makes the expressions, by what they say, from a witness that decides the branches of the programs.
      witnesses: points for the symbols, one for each way that the branches may go.
      layer: the layer that the judgement is for.
    """

    identities: Callable[[Witness], Identities]
    witnesses: tuple[Witness, ...] = WITNESSES
    layer: str = "symbolic"

    def judge(self) -> Judgement:
        """PROVED with the number of identities; REFUTED by the first that does not cancel to 0; UNDECIDED if there is none."""
        held = 0.0
        for witness in self.witnesses:
            for what, expression in self.identities(witness).items():
                if not is_zero(sp.sympify(expression)):
                    where = ", ".join(f"{symbol} = {value}" for symbol, value in witness.items())
                    return Judgement(self.layer, Verdict.REFUTED, held, f"{what}: not 0 around {where}")
                held += 1.0
        if not held:
            return Judgement(self.layer, Verdict.UNDECIDED, held, "no identity was given")
        return Judgement(self.layer, Verdict.PROVED, held, f"{held:.0f} identities of the shipped functions cancel to 0")


@dataclass(frozen=True)
class Counterexample:
    """Cases in which a printed statement is false.

    Attributes:
      cases: makes pairs of exact numbers, (what is printed, what is true), by what they are; the two must differ.
      layer: the layer that the judgement is for.
    """

    cases: Callable[[], Cases]
    layer: str = "symbolic"

    def judge(self) -> Judgement:
        """PROVED with the least difference; REFUTED by the first case in which the print is right; UNDECIDED if there is no case."""
        least, found = sp.oo, []
        for what, (printed, true) in self.cases().items():
            apart = sp.simplify(sp.sympify(printed) - sp.sympify(true))
            if apart == 0:
                return Judgement(self.layer, Verdict.REFUTED, 0.0, f"{what}: as printed, {true}")
            least = min(least, abs(sp.N(apart, 30)))
            found.append(f"{what}: printed {printed}, true {true}")
        if not found:
            return Judgement(self.layer, Verdict.UNDECIDED, 0.0, "no case was given")
        return Judgement(self.layer, Verdict.PROVED, float(least), "; ".join(found))


def shipped(integrand: Callable[..., Any], witness: Witness) -> Any:
    """A shipped function of log p_data and log p_g, at densities a and b."""
    return lifted(integrand, [LOG_A, LOG_B], witness)


def alone(integrand: Callable[..., Any], witness: Witness) -> tuple[Any, Any]:
    """A shipped function of log p_data and log p_g where the other density is 0: at (a, 0), and at (0, b)."""
    return lifted(integrand, [LOG_A, -sp.oo], witness), lifted(integrand, [-sp.oo, LOG_B], witness)


def infinite(witness: Witness) -> Identities:
    """1/KL's shipped integrand, both ways, where the second density is 0 and the first is not: 0 if it is infinite."""
    ways = {"KL(p‖q)": alone(integrands.kl, witness)[0], "KL(q‖p)": alone(integrands.reverse_kl, witness)[1]}
    return {f"1 over the integrand of {way}, where it is infinite": 1 / at for way, at in ways.items()}


def by_middle(log_p: Any, log_q: Any) -> Any:
    """JSD's integrand as it is defined, ½ KL(p‖m) + ½ KL(q‖m), of KL's shipped one. In JAX.

    The shipped integrand of JSD itself takes no ratio of p and q above e^80.
    """
    log_m = jnp.logaddexp(log_p, log_q) - np.log(2)
    return (integrands.kl(log_p, log_m) + integrands.kl(log_q, log_m)) / 2


def value_of(witness: Witness, logit: Any = LOGIT) -> Any:
    """V's shipped integrand at densities a and b."""
    return lifted(integrands.value, [LOG_A, LOG_B, logit], witness)


def slope_of_value(witness: Witness, log_b: Any = LOG_B) -> Any:
    """The derivative of V's shipped integrand in the logit of D, at densities a and b."""
    return lifted(lambda p, q, logit: jax.grad(integrands.value, 2)(p, q, logit), [LOG_A, log_b, LOGIT], witness)


def criterion_of(witness: Witness) -> Any:
    """The integrand of -log 4 + 2 JSD at densities a and b: JSD's is the shipped one."""
    return 2 * shipped(integrands.jsd, witness) - (a + b) * LOG2
