"""Lin 1991, "Divergence measures based on the Shannon entropy": JSD as an entropy, JSD with any priors, and bounds on JSD."""

import sympy as sp

from gantheory.distributions import Beta, Density, Histogram, Mixture, Normal, TruncatedNormal, Uniform
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.formal import Formal
from gantheory.evidence.lift import Witness
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOG_A, LOG_B, Identities, Symbolic, a, b, criterion_of, shipped
from gantheory.evidence.zoo import ZOO, middle, shifted_uniforms
from gantheory.measurement import divergences, integrands
from gantheory.measurement.integrands import LOG2
from gantheory.theorems import in_coq, proved_intervals

ON_UNIT: dict[str, tuple[Density, Density]] = {
    "Beta(2, 3), Beta(5, 2)": (Beta(2.0, 3.0), Beta(5.0, 2.0)),
    "truncated, uniform": (TruncatedNormal(0.5, 0.2, 0.0, 1.0), Uniform(0.0, 1.0)),
    "histograms": (Histogram([0.0, 0.25, 1.0], [0.5, 0.5]), Histogram([0.0, 0.5, 1.0], [0.2, 0.8])),
}
QUARTER = sp.Rational(1, 4)


def mutual_information(witness: Witness) -> Identities:
    """X ~ m, and Y tells whether X came from p or q: I(X; Y) = H(X) - H(X | Y), -m log m for H(X), -½(a log a + b log b) for H(X | Y)."""
    jsd, m = shipped(integrands.jsd, witness), (a + b) / 2
    return {"2 JSD's integrand - a log a - b log b + 2 m log m": 2 * jsd - a * LOG_A - b * LOG_B + 2 * m * sp.log(m)}


def entropies() -> Comparisons:
    """H(p) = -KL(p‖U[0, 1]) for a density on [0, 1]."""
    u = Uniform(0.0, 1.0)
    for name, (p, q) in ON_UNIT.items():
        h_p, h_q, h_m = (-1 * divergences.kl(density, u) for density in (p, q, middle(p, q)))
        yield Comparison(f"{name}: JSD and H(m) - ½H(p) - ½H(q)", divergences.jsd(p, q), "=", h_m - 0.5 * h_p - 0.5 * h_q)


def with_priors(witness: Witness) -> Identities:
    """D* = πa/(πa + (1 - π)b) maximises π a log D + (1 - π) b log(1 - D). π = ¼ where a > b, else ¾: the code then uses no series."""
    prior = QUARTER if witness[a] > witness[b] else 1 - QUARTER
    p, q = prior * a, (1 - prior) * b
    best = p * sp.log(p / (p + q)) + q * sp.log(q / (p + q))
    skew = shipped(integrands.skew_jsd(float(prior)), witness)
    # p log π + q log(1 - π) integrates to -h(π), since a and b integrate to 1.
    return {"the best value - JSD_π's integrand - p log π - q log(1 - π)": best - skew - p * sp.log(prior) - q * sp.log(1 - prior)}


def skewed() -> Comparisons:
    """JSD_π = π KL(p‖m) + (1 - π) KL(q‖m), with m = π p + (1 - π) q."""
    for name in ("shifted", "mixture", "kinks", "overlapping", "bounded"):
        p, q = ZOO[name]
        for weight in (0.1, 0.7):
            m = Mixture([weight, 1 - weight], [p, q])
            both = weight * divergences.kl(p, m) + (1 - weight) * divergences.kl(q, m)
            yield Comparison(f"{name}, π = {weight}", divergences.skew_jsd(p, q, weight), "=", both)


def to_kl() -> Comparisons:
    """π KL(p‖q) - JSD_π = KL(m_π‖q), which is >= 0 and of order π²."""
    for name in ("shifted", "kinks", "bounded"):
        p, q = ZOO[name]
        limit, chi2 = divergences.kl(p, q), divergences.chi2(p, q)
        for weight in (0.1, 0.001):
            skew = divergences.skew_jsd(p, q, weight)
            yield Comparison(f"{name}: JSD_π/π <= KL, π = {weight}", skew / weight, "<=", limit)
            yield Comparison(f"{name}: KL - π χ² <= JSD_π/π, π = {weight}", limit - weight * chi2, "<=", skew / weight)
    p, q = ZOO["mixture"]
    rest = divergences.kl(Mixture([0.1, 0.9], [p, q]), q)
    yield Comparison("π KL - JSD_π = KL(m_π‖q), π = 0.1", 0.1 * divergences.kl(p, q) - divergences.skew_jsd(p, q, 0.1), "=", rest)


def largest() -> Comparisons:
    """JSD <= log 2, reached by disjoint supports."""
    for name, (p, q) in ZOO.items():
        yield Comparison(f"{name}: JSD <= log 2", divergences.jsd(p, q), "<=", LOG2)
    yield Comparison("reached by disjoint supports", divergences.jsd(*ZOO["disjoint"]), "=", LOG2)


def largest_identity(witness: Witness) -> Identities:
    """(a + b) log 2 exceeds 2 JSD's integrand by the logarithms of two numbers above 1."""
    excess = a * sp.log(1 + b / a) + b * sp.log(1 + a / b)
    return {"(a + b) log 2 - 2 · JSD's integrand - a log(1 + b/a) - b log(1 + a/b)": -criterion_of(witness) - excess}


def below_total_variation() -> Comparisons:
    """JSD <= TV log 2, attained by shifted uniforms."""
    for name, (p, q) in ZOO.items():
        yield Comparison(f"{name}: JSD <= TV log 2", divergences.jsd(p, q), "<=", LOG2 * divergences.total_variation(p, q))
    p, q = shifted_uniforms(0.3)
    yield Comparison("attained by shifted uniforms", divergences.jsd(p, q), "=", LOG2 * divergences.total_variation(p, q))


def capacity() -> Comparisons:
    """N(-1, s²) and N(1, s²): the capacity of the binary-input Gaussian channel, half a bit at s = .978694124615701."""
    s = 0.978694124615701
    yield Comparison("at s = .978694…", divergences.jsd(Normal(-1.0, s), Normal(1.0, s)), "=", LOG2 / 2)


PAPER = "Lin 1991"
CLAIMS = (
    Claim(
        "jsd-is-mutual-information",
        r"\mathrm{JSD}(p, q) = I(X; Y) = H(m) - \tfrac12 H(p) - \tfrac12 H(q)",
        f"{PAPER}, section IV",
        (Symbolic(mutual_information), Quadrature(entropies)),
    ),
    Claim(
        "unequal-priors",
        r"\max_D\ \pi\,\mathbb{E}_p \log D + (1 - \pi)\,\mathbb{E}_q \log(1 - D) = \mathrm{JSD}_\pi - h(\pi)",
        f"{PAPER}, section IV",
        (Symbolic(with_priors), Quadrature(skewed)),
        "0 < π < 1; the algebra at π = ¼ and ¾",
    ),
    Claim(
        "unequal-priors-tend-to-kl",
        r"\mathrm{JSD}_\pi / \pi \to \mathrm{KL}(p\,\|\,q) \text{ from below as } \pi \to 0",
        f"{PAPER}; Huszár 2015, Eq. 7",
        (Quadrature(to_kl),),
        "χ²(p, q) is finite",
    ),
    Claim(
        "jsd-at-most-log-2",
        r"\mathrm{JSD}(p, q) \le \log 2, \text{ reached by disjoint supports}",
        f"{PAPER}, section IV",
        (Symbolic(largest_identity), Formal((in_coq.JSD_BOUNDS, in_coq.JSD_LARGEST)), Quadrature(largest)),
    ),
    Claim(
        "jsd-below-total-variation",
        r"\mathrm{JSD} \le \mathrm{TV} \log 2, \text{ attained by shifted uniforms}",
        f"{PAPER}; Hellman & Raviv 1970",
        (Quadrature(below_total_variation),),
    ),
    Claim(
        "half-a-bit-of-capacity",
        r"\mathrm{JSD}(N(-1, s^2), N(1, s^2)) = \tfrac12 \log 2 \text{ at } s = .978694124615701",
        "the capacity of the binary-input Gaussian channel; Richardson & Urbanke 2008, section 4.1",
        (Enclosed(proved_intervals.capacity), Quadrature(capacity)),
    ),
)
