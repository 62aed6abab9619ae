"""Csiszár 1967, and Liese & Vajda 2006: properties that all f-divergences D_f(P‖Q) = ∫ q f(p/q) dx share, and where they end."""

import math
from collections.abc import Callable
from typing import Any

import sympy as sp

from gantheory.base.estimate import Divergent
from gantheory.distributions import Mixture, Normal, Uniform
from gantheory.evidence.claim import Absent, Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOG2, WITNESSES, Identities, Symbolic, a, b, criterion_of
from gantheory.evidence.zoo import BINS, FEW, ZOO, binned, shifted_normals, shifted_uniforms
from gantheory.measurement import integrands
from gantheory.measurement.divergences import chi2, hellinger2, jeffreys, jsd, kl, reverse_kl, total_variation, triangular
from gantheory.measurement.f_divergences import F_GAN, f_divergence
from gantheory.theorems.corollaries_maps import overlap_identities
from gantheory.theorems.nowozin2016 import DIVERGENCES

SYMMETRIC = ("squared_hellinger", "jeffreys", "jensen_shannon", "gan")
MIRRORED = (("kl", "reverse_kl"), ("pearson", "neyman"))
UNBOUNDED: dict[str, Callable[[Any, Any], Any]] = {
    name: DIVERGENCES[name] for name in ("kl", "reverse_kl", "pearson", "neyman", "jeffreys")
}
BOUNDED: dict[str, Callable[[Any, Any], Any]] = {"jsd": jsd, "TV": total_variation, "H²": hellinger2, "Δ": triangular}


def f_at(name: str, u: sp.Expr, witness: Witness) -> sp.Expr:
    """f of a row of the table, as shipped, at u."""
    return lifted(F_GAN[name].f, [u], witness)


def nonnegative() -> Comparisons:
    """Every divergence is at least 0, and 0 between a density and itself."""
    for name, (p, q) in ZOO.items():
        for label, divergence in (UNBOUNDED | BOUNDED).items():
            yield Comparison(f"{name}: 0 <= {label}", 0.0, "<=", divergence(p, q))
            yield Comparison(f"{name}: {label} of p and itself", divergence(p, p), "=", 0.0)


def values_at_one(witness: Witness) -> Identities:
    """f(1) = 0 for all rows but GAN's, where it is -log 4."""
    one = sp.Integer(1)
    return {f"f(1) of {name}": f_at(name, one, witness) + (2 * LOG2 if name == "gan" else 0) for name in F_GAN}


def mirrored(witness: Witness) -> Identities:
    """f°(u) = u f(1/u) is the f of D_f(Q‖P)."""
    u = a / b
    pairs = (*MIRRORED, *((name, name) for name in SYMMETRIC))
    return {f"u f(1/u) of {one} - f of {other}": u * f_at(one, 1 / u, witness) - f_at(other, u, witness) for one, other in pairs}


def swapped() -> Comparisons:
    """Bounded divergences and J do not change when p and q are swapped; KL does."""
    for name, (p, q) in FEW.items():
        for label, divergence in (BOUNDED | {"jeffreys": jeffreys}).items():
            yield Comparison(f"{name}: {label}, p and q swapped", divergence(p, q), "=", divergence(q, p))
    p, q = Uniform(0.0, 1.0), Uniform(0.0, 2.0)
    yield Comparison("KL is not symmetric: log 2 one way", kl(p, q), "=", integrands.LOG2)
    yield Comparison("and infinite the other", float("inf"), "<=", kl(q, p))


def perspectives(witness: Witness) -> Identities:
    """The Hessian of (a, b) ↦ b f(a/b) is f''(a/b)/b³ times the square of (b, -a): of rank 1, and >= 0 as f'' is."""
    found = {}
    for name in ("kl", "reverse_kl", "pearson", "neyman", "jeffreys", "jensen_shannon"):
        integrand, u = b * f_at(name, a / b, witness), sp.Symbol("u", positive=True)
        bend = sp.diff(f_at(name, a / b, witness).subs(a, u * b), u, 2).subs(u, a / b)
        found[f"{name}: its second derivative in a - f''/b"] = sp.diff(integrand, a, 2) - bend / b
        found[f"{name}: in b - a² f''/b³"] = sp.diff(integrand, b, 2) - bend * a**2 / b**3
        found[f"{name}: in both + a f''/b²"] = sp.diff(integrand, a, b) + bend * a / b**2
    return found


def mixtures() -> Comparisons:
    """A divergence of two mixtures with the same weights is at most the weighted mean of the divergences of their parts."""
    (p_1, q_1), (p_2, q_2) = ZOO["shifted"], (Normal(-2.0, 0.5), Normal(1.0, 2.0))
    for weight in (0.3, 0.7):
        p, q = Mixture([weight, 1 - weight], [p_1, p_2]), Mixture([weight, 1 - weight], [q_1, q_2])
        for label, divergence in (BOUNDED | {"KL": kl, "reverse KL": reverse_kl}).items():
            mixed = weight * divergence(p_1, q_1) + (1 - weight) * divergence(p_2, q_2)
            yield Comparison(f"{label}, weight {weight}", divergence(p, q), "<=", mixed)


def in_bins() -> Comparisons:
    """A divergence of two histograms is at most that of the densities."""
    p, q = ZOO["shifted"]
    for bins in BINS:
        coarse = binned(p, q, bins)
        for label, divergence in {"KL": kl, "χ²": chi2, "H²": hellinger2, "TV": total_variation, "Δ": triangular}.items():
            yield Comparison(f"{label} in {bins} bins", divergence(*coarse), "<=", divergence(p, q))


# f''(1) of each row; the Fisher information of a location is 1 for N(θ, 1).
HALF = sp.Rational(1, 2)
BENDS: dict[str, Any] = {
    "kl": 1,
    "reverse_kl": 1,
    "pearson": 2,
    "neyman": 2,
    "squared_hellinger": HALF,
    "jeffreys": 2,
    "jensen_shannon": HALF,
}


def bends_at_one(witness: Witness) -> Identities:
    """The second derivative of b f(a/b) in a, at a = b, is f''(1)/b."""
    return {
        f"f''(1) of {name} - {bend}": sp.diff(f_at(name, a / b, witness), a, 2).subs(a, b) * b**2 - bend for name, bend in BENDS.items()
    }


def nearby_gaussians() -> Comparisons:
    """D_f of N(0, 1) and N(d, 1) is ½ f''(1) d² to within a factor of 1 ± d²."""
    for d in (0.1, 0.01):
        for name, bend in BENDS.items():
            found = DIVERGENCES[name](*shifted_normals(d)) * (2 / (float(bend) * d**2))
            yield Comparison(f"{name}/(½ f''(1) I d²) <= 1 + d², d = {d}", found, "<=", 1 + d**2)
            yield Comparison(f"1 - d² <= {name}/(½ f''(1) I d²), d = {d}", 1 - d**2, "<=", found)


def moving_supports() -> Comparisons:
    """U[0, 1] against U[a, 1 + a]: JSD, TV and H² are linear in a, KL and χ² infinite."""
    for share in (0.5, 0.1, 0.001):
        p, q = shifted_uniforms(share)
        for label, divergence, known in (("JSD", jsd, integrands.LOG2 * share), ("TV", total_variation, share), ("H²", hellinger2, share)):
            yield Comparison(f"{label} of U[0, 1] moved by {share}: linear", divergence(p, q), "=", known)
        infinite = [isinstance(divergence(p, q), Divergent) for divergence in (kl, chi2)]
        yield Comparison(f"KL and χ² are infinite, moved by {share}", sum(infinite), "=", 2)


def gan_row(witness: Witness) -> Identities:
    """q f(p/q) is the integrand of -log 4 + 2 JSD."""
    return {"q f(p/q) of the GAN row - C's integrand": b * f_at("gan", a / b, witness) - criterion_of(witness)}


def starts_at_minus_log_4() -> Comparisons:
    """The GAN row's D_f is -log 4 at p = q, 2 JSD - log 4 elsewhere, and at most 0."""
    for name in ("shifted", "overlapping"):
        p, q = ZOO[name]
        yield Comparison(f"{name}: D_f of p and itself", f_divergence("gan", p, p), "=", -integrands.LOG4)
        yield Comparison(f"{name}: D_f + log 4 and 2 JSD", f_divergence("gan", p, q) + integrands.LOG4, "=", 2 * jsd(p, q))
    yield Comparison("D_f of two disjoint supports, the largest", f_divergence("gan", *ZOO["disjoint"]), "=", 0.0)
    yield Comparison("so that 0 <= D_f fails", -integrands.LOG4, "<=", -math.log(3))


PAPER = "Csiszár 1967; Liese & Vajda 2006"
CLAIMS = (
    Claim(
        "f-divergences-are-nonnegative",
        r"D_f(P\,\|\,Q) \ge f(1), \text{ which is } 0 \text{ for all rows of f-GAN's table but GAN's}",
        PAPER,
        (Symbolic(values_at_one), Quadrature(nonnegative)),
        "f is convex",
    ),
    Claim(
        "the-gan-row-starts-at-minus-log-4",
        r"f(u) = u \log u - (u + 1) \log(u + 1): \quad D_f = 2\,\mathrm{JSD} - \log 4",
        "Nowozin, Cseke & Tomioka 2016, Table 1",
        (Symbolic(gan_row), Quadrature(starts_at_minus_log_4)),
    ),
    Claim(
        "swapping-p-and-q",
        r"D_f(Q\,\|\,P) = D_{f^\circ}(P\,\|\,Q), \quad f^\circ(u) = u f(1/u)",
        PAPER,
        (Symbolic(mirrored), Quadrature(swapped)),
    ),
    Claim(
        "joint-convexity",
        r"D_f \text{ is convex in the pair } (P, Q)",
        PAPER,
        (Symbolic(perspectives), Quadrature(mixtures)),
        "f is convex",
    ),
    Claim(
        "binning-loses",
        r"D_f \text{ in bins is at most } D_f",
        PAPER,
        (Absent("formal", "Coq has it of JSD alone, for any map: data-processing"), Quadrature(in_bins)),
    ),
    Claim(
        "local-universality",
        r"D_f(P_\theta\,\|\,P_{\theta + d}) = \tfrac12 f''(1)\,I(\theta)\,d^2 + o(d^2)",
        f"{PAPER}; Makur & Zheng 2020",
        (Symbolic(bends_at_one), Quadrature(nearby_gaussians)),
        "the support does not move with θ",
    ),
    Claim(
        "local-universality-fails",
        r"\text{where supports move: } \mathrm{JSD}(U[0, 1], U[a, 1 + a]) = a \log 2, \text{ linear in } a",
        "theorem's hypothesis broken",
        (Symbolic(overlap_identities, WITNESSES[:1]), Quadrature(moving_supports)),
        "0 <= a <= 1",
    ),
)
