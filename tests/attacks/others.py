"""Densities of scipy with closed forms, and questions that have no answer at all, which must be refused in a sentence."""

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import scipy.stats
from mpmath import mpf

import gantheory as gt
from attacks.case import Case
from attacks.judge import INFINITE, Truth, undefined


def _gamma(k1, t1, k2, t2):
    """KL of gammas of shapes k and scales t."""
    return (k1 - k2) * mpmath.psi(0, k1) - mpmath.loggamma(k1) + mpmath.loggamma(k2) + k2 * mpmath.log(t2 / t1) + k1 * (t1 - t2) / t2


def _pareto(a1, s1, a2, s2):
    return mpmath.log(a1 / a2) + a2 * mpmath.log(s1 / s2) + a2 / a1 - 1 if s1 >= s2 else mpmath.inf


def _lognormal(s1, m1, s2, m2):
    return mpmath.log(s2 / s1) + (s1**2 + mpmath.log(m1 / m2) ** 2) / (2 * s2**2) - mpf(1) / 2


def _weibull(k1, t1, k2, t2):
    first = mpmath.log(k1) - k1 * mpmath.log(t1) - mpmath.log(k2) + k2 * mpmath.log(t2)
    return first + (k1 - k2) * (mpmath.log(t1) - mpmath.euler / k1) + (t1 / t2) ** k2 * mpmath.gamma(k2 / k1 + 1) - 1


FROZEN: dict[str, tuple[Callable, Callable]] = {
    "gamma": (lambda k, t: scipy.stats.gamma(k, scale=t), _gamma),
    "invgamma": (lambda k, t: scipy.stats.invgamma(k, scale=1 / t), _gamma),
    "pareto": (lambda a, s: scipy.stats.pareto(a, scale=s), _pareto),
    "lognorm": (lambda s, m: scipy.stats.lognorm(s, scale=m), _lognormal),
    "weibull_min": (lambda k, t: scipy.stats.weibull_min(k, scale=t), _weibull),
}


def scipy_pair(number: int) -> Case:
    """KL of two frozen distributions of scipy."""
    rng = np.random.default_rng([83, number])
    name = str(rng.choice([*FROZEN]))
    frozen, form = FROZEN[name]
    shape, scale = float(10.0 ** rng.uniform(-2.5, 2)), float(10.0 ** rng.uniform(-3, 4))
    near = float(rng.choice([0.05, 0.4, 1.0]))
    first = (shape, scale)
    second = (
        shape * float(10.0 ** rng.uniform(-near, near)),
        scale if rng.random() < 0.5 else scale * float(10.0 ** rng.uniform(-near, near)),
    )

    def truth() -> Truth:
        with mpmath.workdps(60):
            scaled = [(k, 1 / (1 / t)) if name == "invgamma" else (k, t) for k, t in (first, second)]  # as the double that scipy gets
            value = form(*(mpf(v) for pair in scaled for v in pair))
            if value == mpmath.inf:
                return INFINITE
            slack = abs(value) * mpf(10) ** -15 + mpf(10) ** -15
            return Truth(value - slack, value + slack)

    return Case(
        f"kl(from_scipy({name}{first}), from_scipy({name}{second}))",
        lambda: gt.kl(gt.from_scipy(frozen(*first)), gt.from_scipy(frozen(*second))),
        truth,
    )


class _Nothing:
    """An object that is no discriminator."""


def refusals(number: int) -> Case:
    """What is not a question about two laws on the line, of a number of digits."""
    rng = np.random.default_rng([89, number])
    n, wide = gt.Normal(0.0, 1.0), gt.Normal(np.zeros(2), np.ones(2))
    c = float(rng.normal())
    plane = gt.ring()
    rigorous = gt.rigorous
    folded = gt.Pushforward(lambda z: z * z + c, n)
    opaque = gt.Pushforward(lambda z: np.tanh(np.asarray(z)) + c, n)
    asked: list[tuple[str, Callable[[], Any]]] = [
        ("jsd of one ring twice", lambda: rigorous.jsd(plane, plane, digits=4)),
        ("jsd of two rings", lambda: rigorous.jsd(gt.ring(), gt.ring(), digits=4)),
        ("kl of a ring", lambda: rigorous.kl(plane, n, digits=4)),
        ("criterion of a ring", lambda: rigorous.criterion(gt.ring(), gt.ring(), digits=4)),
        ("jsd of a batch", lambda: rigorous.jsd(wide, n, digits=4)),
        ("jsd of one batch twice", lambda: rigorous.jsd(wide, wide, digits=4)),
        ("kl of None", lambda: rigorous.kl(None, n, digits=4)),  # pyright: ignore
        ("kl of a number", lambda: rigorous.kl(n, 3.0, digits=4)),  # pyright: ignore
        ("jsd of texts", lambda: rigorous.jsd("Normal(0, 1)", "Normal(0, 1)", digits=4)),  # pyright: ignore
        ("jsd of functions", lambda: rigorous.jsd(jnp.tanh, jnp.tanh, digits=4)),  # pyright: ignore
        ("jsd of no digits", lambda: rigorous.jsd(n, gt.Normal(c, 1.0), digits=0)),
        ("value of no D", lambda: rigorous.value(n, n, _Nothing(), digits=4)),
        ("value of None", lambda: rigorous.value(n, n, None, digits=4)),
        ("jsd of an opaque generator", lambda: rigorous.jsd(n, opaque, digits=4, seconds=1.0)),
        ("jsd of two generators", lambda: rigorous.jsd(folded, gt.Pushforward(jnp.sin, n), digits=4, seconds=1.0)),
        ("kl of two generators", lambda: rigorous.kl(folded, gt.Pushforward(jnp.sin, n), digits=4, seconds=1.0)),
        ("jsd of a generator of pairs", lambda: rigorous.jsd(n, gt.Pushforward(lambda z: jnp.stack([z, z]), n), digits=4, seconds=1.0)),
        ("jsd of a generator of integers", lambda: rigorous.jsd(n, gt.Pushforward(lambda z: jnp.int32(z), n), digits=4, seconds=1.0)),
        ("jsd of a generator of booleans", lambda: rigorous.jsd(n, gt.Pushforward(lambda z: z > 0, n), digits=4, seconds=1.0)),
        ("jsd of a complex generator", lambda: rigorous.jsd(n, gt.Pushforward(lambda z: z + 1j, n), digits=4, seconds=1.0)),
        ("jsd of a random generator", lambda: rigorous.jsd(n, gt.Pushforward(_noisy, n), digits=4, seconds=1.0)),
        ("jsd of a ring against a line", lambda: gt.jsd(plane, n)),
        ("kl of a number, measured", lambda: gt.kl(n, c)),  # pyright: ignore
        ("a latent of the plane", lambda: gt.Pushforward(jnp.tanh, plane)),  # pyright: ignore
        ("a density of nothing", lambda: gt.as_density(lambda x: x, (1.0, 1.0))),
    ]
    text, ask = asked[int(rng.integers(len(asked)))]
    if text in ("jsd of a generator of integers", "jsd of a generator of booleans", "jsd of a random generator"):
        return Case(text, ask, lambda: Truth(0.0, math.log(2) + 1e-15), digits=4, sound=False)
    return Case(text, ask, lambda: undefined(text), digits=4, sound=False)


def _noisy(z):
    return z + jax.random.normal(jax.random.key(3))
