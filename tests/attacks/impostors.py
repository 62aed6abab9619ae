"""Objects that are not what their class or name says: subclasses with a method of their own, fields that were replaced, borrowed names."""

import math
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np

import gantheory as gt
from attacks import lines
from attacks.borrowed import IMPOSTORS
from attacks.case import Case
from attacks.judge import Truth, undefined, within
from attacks.lines import Line
from attacks.oracle import jsd_of_lines

DIGITS, SECONDS = 5, 1.5


def _jsd(p: Any, q: Any) -> Any:
    return gt.rigorous.jsd(p, q, digits=DIGITS, seconds=SECONDS)


class OtherFormula(gt.Normal):
    """A Normal whose log-density is a Laplace's."""

    def _log_prob(self, x, offset: Any = 0.0):
        return -jnp.abs((x - self.loc + offset) / self.scale) - jnp.log(2 * self.scale)


class Wider(gt.Normal):
    """A Normal of twice its scale."""

    def _log_prob(self, x, offset: Any = 0.0):
        u = (x - self.loc + offset) / (2 * self.scale)
        return -u * u / 2 - lines.HALF_LOG_TAU - jnp.log(2 * self.scale)


class OtherFacts(gt.Normal):
    """A Normal that gives a wrong support, wrong breakpoints, a wrong tail."""

    @property
    def support(self):
        return (-1.0, 1.0)

    @property
    def breakpoints(self):
        return np.array([0.25])

    @property
    def tail_index(self):
        return 1.0


class ShiftedUniform(gt.Uniform):
    """A Uniform whose formula is that of a triangle on its support."""

    def _log_prob(self, x, offset: Any = 0.0):
        u = (x + offset - self.low) / (self.high - self.low)
        inside = (u >= 0) & (u <= 1)
        return jnp.where(inside, jnp.log(2 * jnp.where(inside, u, 0.5)) - jnp.log(self.high - self.low), -jnp.inf)


class OtherMixture(gt.Mixture):
    """A mixture that is its first part only."""

    def _log_prob(self, x, offset: Any = 0.0):
        return self.components[0]._log_prob(x, offset)  # pyright: ignore


def subclass(number: int) -> Case:
    """A subclass of a library's law: what it is follows from its log_prob alone; an answer about the class is wrong."""
    rng = np.random.default_rng([61, number])
    loc, scale = round(float(rng.normal()), 2), round(float(rng.uniform(0.4, 2)), 2)
    other = lines.random_line(rng, ("Normal", "Laplace", "Uniform"))
    beta = lines.beta(2.0, 1.0)
    made: list[tuple[str, Callable[[], Any], Line]] = [
        ("OtherFormula", lambda: OtherFormula(loc, scale), lines.laplace(loc, scale)),
        ("Wider", lambda: Wider(loc, scale), lines.normal(loc, 2 * scale)),
        ("OtherFacts", lambda: OtherFacts(loc, scale), lines.normal(loc, scale)),
        ("ShiftedUniform", lambda: ShiftedUniform(0.0, 1.0), beta),
        (
            "OtherMixture",
            lambda: OtherMixture([0.5, 0.5], [gt.Normal(loc, scale), gt.Normal(loc + 3, 1.0)]),
            lines.normal(loc, scale),
        ),
    ]
    name, law, truth = made[int(rng.integers(len(made)))]
    if rng.random() < 0.3:  # as a part of a mixture, alone
        inner = law
        name, law = f"Mixture([1.0], [{name}])", lambda: gt.Mixture([1.0], [inner()])
    return Case(f"rigorous.jsd({name}({loc}, {scale}), {other})", lambda: _jsd(law(), other.law()), lambda: jsd_of_lines(truth, other),
                digits=DIGITS, sound=False)  # fmt: skip


def _replaced(law: Any, **fields: Any) -> Any:
    for name, value in fields.items():
        object.__setattr__(law, name, value)
    return law


def fields(number: int) -> Case:
    """A law whose fields were replaced after its constructor had looked at them, by right values or by wrong ones."""
    rng = np.random.default_rng([71, number])
    other = lines.random_line(rng, ("Normal", "Laplace", "Uniform"))
    c = round(float(rng.uniform(0.3, 2)), 2)
    array = np.asarray
    made: list[tuple[str, Callable[[], Any], Line | None]] = [
        ("Normal.scale = c", lambda: _replaced(gt.Normal(0, 1), scale=array(c)), lines.normal(0.0, c)),
        ("Normal.scale = -c", lambda: _replaced(gt.Normal(0, 1), scale=array(-c)), None),
        ("Normal.scale = 0", lambda: _replaced(gt.Normal(0, 1), scale=array(0.0)), None),
        ("Normal.scale = nan", lambda: _replaced(gt.Normal(0, 1), scale=array(np.nan)), None),
        ("Normal.loc = inf", lambda: _replaced(gt.Normal(0, 1), loc=array(np.inf)), None),
        ("Normal.scale = c, a float", lambda: _replaced(gt.Normal(0, 1), scale=c), lines.normal(0.0, c)),
        ("Normal.scale = 2, an integer", lambda: _replaced(gt.Normal(0, 1), scale=array(2)), lines.normal(0.0, 2.0)),
        ("Normal.scale = float32", lambda: _replaced(gt.Normal(0, 1), scale=np.float32(c)), lines.normal(0.0, float(np.float32(c)))),
        ("Uniform.high below low", lambda: _replaced(gt.Uniform(0, 1), high=array(-c)), None),
        ("Uniform.high", lambda: _replaced(gt.Uniform(0, 1), high=array(c)), lines.uniform(0.0, c)),
        ("Laplace.scale < 0", lambda: _replaced(gt.Laplace(0, 1), scale=array(-c)), None),
        ("Exponential.rate < 0", lambda: _replaced(gt.Exponential(1.0), rate=array(-c)), None),
        ("Beta.a", lambda: _replaced(gt.Beta(1.5, 2.0), a=array(c + 0.5)), lines.beta(c + 0.5, 2.0)),
        ("Beta.a < 0", lambda: _replaced(gt.Beta(1.5, 2.0), a=array(-c)), None),
        ("Histogram.masses of sum c + 1", lambda: _replaced(gt.Histogram([0, 1, 2], [0.5, 0.5]), masses=array([1.0, c])), None),
        ("Histogram.masses < 0", lambda: _replaced(gt.Histogram([0, 1, 2], [0.5, 0.5]), masses=array([1.0 + c, -c])), None),
        ("Histogram.edges not sorted", lambda: _replaced(gt.Histogram([0, 1, 2], [0.5, 0.5]), edges=array([0.0, 3.0, 2.0])), None),
        (
            "Mixture.weights of another sum",
            lambda: _replaced(gt.Mixture([0.5, 0.5], [gt.Normal(0, 1), gt.Normal(1, 1)]), weights=array([0.5, 0.5 + c])),
            None,
        ),
        (
            "Mixture.weights, one < 0",
            lambda: _replaced(gt.Mixture([0.5, 0.5], [gt.Normal(0, 1), gt.Normal(1, 1)]), weights=array([1 + c, -c])),
            None,
        ),
        ("tree_at Normal.scale", lambda: eqx.tree_at(lambda n: n.scale, gt.Normal(0, 1), array(c)), lines.normal(0.0, c)),
        ("StudentT.df < 0", lambda: _replaced(gt.StudentT(3.0), df=array(-c)), None),
        ("Cauchy.scale < 0", lambda: _replaced(gt.Cauchy(0, 1), scale=array(-c)), None),
        ("TruncatedNormal, ends swapped", lambda: _replaced(gt.TruncatedNormal(0, 1, -1, 1), low=array(1.0), high=array(-1.0)), None),
    ]
    which = int(rng.integers(len(made)))
    text, law, truth = made[which]
    word = str(rng.choice(["jsd", "kl", "criterion"]))

    def known() -> Truth:
        if truth is None:
            return undefined("no density")
        jsd = jsd_of_lines(truth, other)
        return jsd if word == "jsd" else Truth(2 * jsd.low - math.log(4) - 1e-14, 2 * jsd.high - math.log(4) + 1e-14)

    word = word if truth is None or word != "kl" else "jsd"
    return Case(
        f"rigorous.{word}({text} with c = {c}, {other})",
        lambda: getattr(gt.rigorous, word)(law(), other.law(), digits=DIGITS, seconds=SECONDS),
        known,
        digits=DIGITS,
        sound=truth is not None,
    )


def names(number: int) -> Case:
    """A log-density that calls functions jitted under the library's names, which mean something else."""
    rng = np.random.default_rng([73, number])
    a, b = round(float(rng.uniform(0.3, 2)), 2), round(float(rng.normal()), 2)
    forms: dict[str, tuple[Callable, Callable]] = {
        "log_sum_exp": (lambda x: IMPOSTORS["log_sum_exp"](jnp.stack([a * x, b + 0 * x])), lambda x: np.logaddexp(2 * a * x, 2 * b) / 2),
        "log_beta": (lambda x: IMPOSTORS["log_beta"](a + 0 * x, x), lambda x: a * x + a),
        "log_normal_mass": (lambda x: IMPOSTORS["log_normal_mass"](b + 0 * x, a * x), lambda x: np.tanh(a * x - b)),
        "logistic": (lambda x: IMPOSTORS["logistic"](a * x), lambda x: 2 * a * x),
        "exp": (lambda x: IMPOSTORS["exp"](a * x * x), lambda x: a * x * x + 1),
        "relu": (lambda x: IMPOSTORS["relu"](a * x), lambda x: -a * x),
    }
    name = str(rng.choice([*forms]))
    traced, truth = forms[name]
    low, high = 0.0, float(rng.choice([1.0, 2.0]))
    nodes, weights = np.polynomial.legendre.leggauss(60)
    x = low + (high - low) * (nodes + 1) / 2
    shift = float(np.log(np.sum(np.exp(truth(x)) * weights) * (high - low) / 2))
    other = lines.uniform(low, high)

    def known() -> Truth:
        log_p, log_q = truth(x) - shift, other.log_prob(x)
        m = np.logaddexp(log_p, log_q) - math.log(2)
        value = np.sum((np.exp(log_p) * (log_p - m) + np.exp(log_q) * (log_q - m)) / 2 * weights) * (high - low) / 2
        return within(float(value), 1e-11)

    return Case(
        f"rigorous.jsd(as_density({name} of another meaning, a = {a}, b = {b}, ({low}, {high})), {other})",
        lambda: _jsd(gt.as_density(lambda x: traced(x) - shift, (low, high)), other.law()),
        known,
        digits=DIGITS,
        sound=False,
    )
