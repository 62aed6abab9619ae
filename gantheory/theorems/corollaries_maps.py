"""What maps of x do to the criterion and to p_g: bijections, folds, bins, and supports that overlap in part."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
import sympy as sp

from gantheory.base.estimate import Estimate
from gantheory.distributions import Beta, Density, Exponential, Normal, Pushforward, Uniform
from gantheory.evidence.claim import Absent, Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.formal import Formal
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOG2, WITNESSES, Identities, Symbolic, by_middle, infinite
from gantheory.evidence.zoo import BINS, ZOO, binned, shifted_uniforms
from gantheory.measurement import divergences
from gantheory.measurement.discriminators import optimal_discriminator
from gantheory.theorems import in_coq
from gantheory.theorems.corollaries_discriminator import ARTICLE

MAPS: dict[str, Callable[[Any], Any]] = {
    "affine": lambda x: 3 * x - 1,
    "growing": lambda x: x + x**3,
    "squashed": lambda x: jnp.tanh(x / 2),
}
FOLDS: dict[str, Callable[[Any], Any]] = {"square": lambda x: x**2, "parabola": lambda x: (x - 1) ** 2}
PAIRS: dict[str, tuple[Density, Density]] = {"shifted": ZOO["shifted"], "mixture": ZOO["mixture"]}


def bijections() -> Comparisons:
    """JSD of two laws and of their images under a bijection are equal."""
    for name, (p, q) in PAIRS.items():
        for label, T in MAPS.items():
            yield Comparison(f"{name}, {label}", divergences.jsd(Pushforward(T, p), Pushforward(T, q)), "=", divergences.jsd(p, q))


def processed() -> Comparisons:
    """Folds, and bins that are merged step by step: each loses, or keeps, what the one before had."""
    for name, (p, q) in PAIRS.items():
        whole = divergences.jsd(p, q)
        for label, T in FOLDS.items():
            yield Comparison(f"{name}, {label}", divergences.jsd(Pushforward(T, p), Pushforward(T, q)), "<=", whole)
        finer = whole
        for bins in BINS:
            coarser = divergences.jsd(*binned(p, q, bins))
            yield Comparison(f"{name}, in {bins} bins", coarser, "<=", finer)
            finer = coarser


# G, the law of z, p_g by hand, and points to compare at.
DENSITIES: dict[str, tuple[Callable[[Any], Any], Density, Callable[[Any], Any], tuple[float, ...]]] = {
    "z², z ~ N(0, 1)": (lambda z: z**2, Normal(0.0, 1.0), lambda x: np.exp(-x / 2) / np.sqrt(2 * np.pi * x), (0.1, 1.0, 4.0)),
    "|z|, z ~ N(0, 1)": (jnp.abs, Normal(0.0, 1.0), lambda x: 2 * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi), (0.2, 1.5)),
    "sin(πz), z ~ U[-1, 1]": (
        lambda z: jnp.sin(np.pi * z),
        Uniform(-1.0, 1.0),
        lambda x: 1 / (np.pi * np.sqrt(1 - x**2)),
        (-0.9, 0.1, 0.5),
    ),
    "exp(z), z ~ N(0, 1)": (jnp.exp, Normal(0.0, 1.0), lambda x: np.exp(-(np.log(x) ** 2) / 2) / (x * np.sqrt(2 * np.pi)), (0.2, 1.0, 5.0)),
    "a tent, z ~ U[0, 1]": (lambda z: 1 - jnp.abs(2 * z - 1), Uniform(0.0, 1.0), lambda x: 1.0, (0.25, 0.7)),
    "-log z, z ~ U[0, 1]": (lambda z: -jnp.log(z), Uniform(0.0, 1.0), lambda x: np.exp(-x), (0.5, 3.0)),
}


def folded_densities() -> Comparisons:
    """p_g by the sum over the branches of G, and by hand."""
    for name, (G, latent, by_hand, points) in DENSITIES.items():
        p_g = Pushforward(G, latent)
        for x in points:
            known = float(by_hand(x))
            yield Comparison(f"{name}: p_g({x})", Estimate(float(p_g.prob(x)), 1e-11 * known), "=", known)


def overlap_identities(witness: Witness) -> Identities:
    """U[0, 1] and U[s, 1 + s] for every s from 0 to 1: on each of three stretches the densities are 1 or 0, and no integrand varies."""
    s, x = sp.symbols("s x", positive=True)
    half = sp.Rational(1, 2)
    total = sp.Integer(0)
    for length, inside in ((s, half / 2), (1 - s, 3 * half / 2), (s, 5 * half / 2)):
        where = {**witness, s: half, x: inside}
        of_p, of_q = (lifted(lambda x, low, high: Uniform(low, high)._log_prob(x), [x, low, low + 1], where) for low in (0, s))
        total += length * lifted(by_middle, [of_p, of_q], where)
    return {"the sum of length times JSD's integrand - s log 2": total - s * LOG2, **infinite(witness)}


def mixed_supports() -> Comparisons:
    """Supports that overlap in part: JSD = a log 2, KL infinite both ways, and D* = 1, ½ or 0; then one support inside the other."""
    for share in (0.25, 0.5, 1.0):
        p, q = shifted_uniforms(share)
        yield Comparison(f"JSD of U[0, 1] and U[{share}, {1 + share}]", divergences.jsd(p, q), "=", share * np.log(2))
        yield Comparison("KL one way", float("inf"), "<=", divergences.kl(p, q))
        yield Comparison("KL the other way", float("inf"), "<=", divergences.kl(q, p))
        D = optimal_discriminator(p, q)
        where_both = [(0.75, 0.5)] if share < 0.75 else []
        for x, level in ((share / 2, 1.0), (1 + share / 2, 0.0), *where_both):
            yield Comparison(f"D*({x})", D(x), "=", level)
    p, q = Beta(2.0, 3.0), Exponential(1.0)  # one support inside the other: D* = 0 beyond 1, where q has mass 1/e
    beyond = np.exp(-1) * np.log(2) / 2
    yield Comparison("the part of JSD beyond p's support <= JSD", beyond, "<=", divergences.jsd(p, q))


CLAIMS = (
    Claim(
        "invariance-under-bijections",
        r"\mathrm{JSD}(T_\# p, T_\# q) = \mathrm{JSD}(p, q) \text{ for a bijection } T",
        "Csiszár 1967; Liese & Vajda 2006",
        (Formal((in_coq.BIJECTION,)), Quadrature(bijections)),
    ),
    Claim(
        "data-processing",
        r"\mathrm{JSD}(T_\# p, T_\# q) \le \mathrm{JSD}(p, q) \text{ for every } T",
        "Csiszár 1967; Liese & Vajda 2006",
        (Formal((in_coq.DATA_PROCESSING,)), Quadrature(processed)),
    ),
    Claim(
        "density-of-a-folded-generator",
        r"p_g(x) = \sum_{z:\,G(z) = x} p_z(z)\,/\,|G'(z)|",
        f"{ARTICLE}, section 3; Federer 1969, 3.2.3 (the area formula)",
        (
            Absent("symbolic", "the branches of G are found by search, which is no expression"),
            Absent("formal", "the area formula is not among the proofs, which take the density of G's law as given"),
            Absent("enclosure", "it says something of every G and x, and no interval is computed of p_g at a point"),
            Quadrature(folded_densities),
        ),
        "the article has no such formula; numbers for six G whose p_g is known by hand",
    ),
    Claim(
        "partly-overlapping-supports",
        r"\mathrm{JSD}(U[0, 1], U[a, 1 + a]) = a \log 2, \quad \mathrm{KL} = \infty \text{ both ways}",
        f"{ARTICLE}, section 4.1",
        (Symbolic(overlap_identities, WITNESSES[:1]), Quadrature(mixed_supports)),
        "0 < a <= 1; at a = 0 the laws are one, and both are 0",
    ),
)
