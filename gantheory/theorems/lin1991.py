"""Lin 1991, "Divergence measures based on the Shannon entropy": JSD as an entropy, JSD with any priors, and bounds on JSD."""

import sympy as sp

from gantheory.distributions import Beta, Density, Histogram, Mixture, Normal, TruncatedNormal, Uniform
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.formal import Formal
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOG_A, LOG_B, WITNESSES, Identities, Symbolic, a, b, criterion_of, shipped
from gantheory.evidence.zoo import ZOO, middle, shifted_uniforms
from gantheory.measurement import divergences, integrands
from gantheory.measurement.integrands import LOG2
from gantheory.theorems import in_coq, proved_intervals

ON_UNIT: dict[str, tuple[Density, Density]] = {
    "Beta(2, 3), Beta(5, 2)": (Beta(2.0, 3.0), Beta(5.0, 2.0)),
    "truncated, uniform": (TruncatedNormal(0.5, 0.2, 0.0, 1.0), Uniform(0.0, 1.0)),
    "histograms": (Histogram([0.0, 0.25, 1.0], [0.5, 0.5]), Histogram([0.0, 0.5, 1.0], [0.2, 0.8])),
}
r: sp.Symbol = sp.Symbol("r", positive=True)
PRIOR = r / (1 + r)  # any π from 0 to 1
MARK = 0.8125  # the number in the shipped program that stands for π
NEAR: tuple[Witness, ...] = tuple({a: sp.Rational(n, 20), b: sp.Rational(20 - n, 20)} for n in (9, 11))
FAR_AND_NEAR = WITNESSES[::2] + NEAR  # densities of each of JSD's two shipped formulas


def mutual_information(witness: Witness) -> Identities:
    """X ~ m, and Y tells whether X came from p or q: I(X; Y) = H(X) - H(X | Y), -m log m for H(X), -½(p log p + q log q) for H(X | Y).

    At p = a² and q = b², as the code takes the root of q/p where the two are near.
    """
    p, q, m = a**2, b**2, (a**2 + b**2) / 2
    jsd = lifted(integrands.jsd, [2 * LOG_A, 2 * LOG_B], witness)
    return {"2 JSD's integrand - p log p - q log q + 2 m log m": 2 * jsd - 2 * p * LOG_A - 2 * q * LOG_B + 2 * m * sp.log(m)}


def entropies() -> Comparisons:
    """H(p) = -KL(p‖U[0, 1]) for a density on [0, 1]."""
    u = Uniform(0.0, 1.0)
    for name, (p, q) in ON_UNIT.items():
        h_p, h_q, h_m = (-1 * divergences.kl(density, u) for density in (p, q, middle(p, q)))
        yield Comparison(f"{name}: JSD and H(m) - ½H(p) - ½H(q)", divergences.jsd(p, q), "=", h_m - 0.5 * h_p - 0.5 * h_q)


def with_any_prior(witness: Witness) -> Identities:
    """D* = πa/(πa + (1 - π)b) maximises π a log D + (1 - π) b log(1 - D), whose best value is JSD_π - h(π); and JSD_π beside π KL.

    π KL(p‖q) - JSD_π is KL(m‖q) >= 0, at most χ²(m, q) = π² χ²(p, q), since log u <= u - 1: over π it tends to 0.
    """
    # π is near 1/5 where a > b, near 4/5 where a < b: the code then uses no series.
    at = {**witness, r: sp.Rational(1, 4) if witness[a] > witness[b] else sp.Integer(4)}
    known = [(MARK, PRIOR), (-MARK, -PRIOR), (1 - MARK, 1 - PRIOR), (MARK - 1, PRIOR - 1)]
    skew = lifted(integrands.skew_jsd(MARK), [LOG_A, LOG_B], at, known)
    p, q = PRIOR * a, (1 - PRIOR) * b
    m = p + q
    best = p * sp.log(p / m) + q * sp.log(q / m)
    of_middle, chi2 = lifted(integrands.kl, [sp.log(m), LOG_B], at), lifted(integrands.chi2, [LOG_A, LOG_B], at)
    return {
        # p log π + q log(1 - π) integrates to -h(π), since a and b integrate to 1.
        "the best value - JSD_π's integrand - p log π - q log(1 - π)": best - skew - p * sp.log(PRIOR) - q * sp.log(1 - PRIOR),
        "π KL's integrand - JSD_π's - that of KL(m‖q)": PRIOR * shipped(integrands.kl, witness) - skew - of_middle,
        "χ²(m, q)'s integrand - π² · that of χ²(p, q)": (m - b) ** 2 / b - PRIOR**2 * chi2,
    }


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
        (Symbolic(mutual_information, FAR_AND_NEAR), Quadrature(entropies)),
    ),
    Claim(
        "unequal-priors",
        r"\max_D\ \pi\,\mathbb{E}_p \log D + (1 - \pi)\,\mathbb{E}_q \log(1 - D) = \mathrm{JSD}_\pi - h(\pi)",
        f"{PAPER}, section IV",
        (Symbolic(with_any_prior), Quadrature(skewed)),
        "0 < π < 1",
    ),
    Claim(
        "unequal-priors-tend-to-kl",
        r"\mathrm{JSD}_\pi / \pi \to \mathrm{KL}(p\,\|\,q) \text{ from below as } \pi \to 0",
        f"{PAPER}; Huszár 2015, Eq. 7",
        (Symbolic(with_any_prior), Quadrature(to_kl)),
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
        (Formal((in_coq.JSD_AND_TV,)), Quadrature(below_total_variation)),
    ),
    Claim(
        "half-a-bit-of-capacity",
        r"\mathrm{JSD}(N(-1, s^2), N(1, s^2)) = \tfrac12 \log 2 \text{ at } s = .978694124615701",
        "the capacity of the binary-input Gaussian channel; Richardson & Urbanke 2008, section 4.1",
        (Enclosed(proved_intervals.capacity), Quadrature(capacity)),
    ),
)
