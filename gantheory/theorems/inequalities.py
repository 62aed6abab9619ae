"""Sharp inequalities between divergences, each with the pair that attains it or a family that does in the limit; and closed forms."""

import math
from collections.abc import Callable

from gantheory.base.estimate import Divergent, Estimate, Outcome
from gantheory.distributions import Cauchy, Density, Histogram, Normal, Uniform
from gantheory.evidence.claim import Absent, Claim
from gantheory.evidence.comparison import Comparison, Comparisons, estimate_of
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.formal import Formal
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.zoo import ZOO, shifted_normals
from gantheory.measurement.divergences import hellinger2, jeffreys, jsd, kl, total_variation, triangular
from gantheory.measurement.integrands import LOG2
from gantheory.theorems import in_coq, proved_intervals

CLOSE = (1.0, 0.1, 0.01)  # distances d of N(0, 1) and N(d, 1), which tend to each other


def through(function: Callable[[float], float], measured: Outcome, slope: float) -> Estimate:
    """The function of a measurement, for one that is nowhere steeper than ``slope`` on the measurement's interval."""
    e = estimate_of(measured)
    return Estimate(function(e.value), slope * e.error + 4e-16 * abs(function(e.value)))


def hellinger() -> Comparisons:
    """H² log 2 <= JSD <= H²."""
    for name, (p, q) in ZOO.items():
        h = hellinger2(p, q)
        yield Comparison(f"{name}: H² log 2 <= JSD", LOG2 * h, "<=", jsd(p, q))
        yield Comparison(f"{name}: JSD <= H²", jsd(p, q), "<=", h)
    p, q = ZOO["disjoint"]
    yield Comparison("the lower bound is attained by disjoint supports", LOG2 * hellinger2(p, q), "=", jsd(p, q))
    for d in CLOSE:  # d²/8 - d⁴/64 + …, and 1 - e^(-d²/8) = d²/8 - d⁴/128 + …
        below = (1 - d**2 / 8) * hellinger2(*shifted_normals(d))
        yield Comparison(f"the upper bound as p → q: H² (1 - d²/8) <= JSD, d = {d}", below, "<=", jsd(*shifted_normals(d)))


def le_cam() -> Comparisons:
    """Δ/2 <= JSD <= Δ log 2."""
    for name, (p, q) in ZOO.items():
        delta = triangular(p, q)
        yield Comparison(f"{name}: Δ/2 <= JSD", 0.5 * delta, "<=", jsd(p, q))
        yield Comparison(f"{name}: JSD <= Δ log 2", jsd(p, q), "<=", LOG2 * delta)
    p, q = ZOO["disjoint"]
    yield Comparison("the upper bound is attained by disjoint supports", LOG2 * triangular(p, q), "=", jsd(p, q))
    for d in CLOSE:
        above = (0.5 + d**2 / 2) * triangular(*shifted_normals(d))
        yield Comparison(f"the lower bound as p → q: JSD <= Δ/2 (1 + d²), d = {d}", jsd(*shifted_normals(d)), "<=", above)


def entropy_of(x: float) -> float:
    """h(x) = -x log x - (1 - x) log(1 - x)."""
    return -sum(y * math.log(y) for y in (x, 1 - x) if y > 0)


def fano_bound(p: Density, q: Density) -> Estimate:
    """log 2 - h((1 - TV)/2)."""
    tv = total_variation(p, q)
    error = (1 - float(tv)) / 2
    slope = abs(math.log(max(error, 1e-300) / (1 - error))) / 2
    return through(lambda x: LOG2 - entropy_of((1 - x) / 2), tv, slope)


def two_bins(share: float) -> tuple[Density, Density]:
    """(share, 1 - share) and its mirror image, on two bins."""
    p, q = (Histogram([0.0, 1.0, 2.0], [s, 1 - s]) for s in (share, 1 - share))
    return p, q


def fano() -> Comparisons:
    """The best classifier errs with probability e = (1 - TV)/2, and JSD = log 2 - H(Y | X) >= log 2 - h(e)."""
    for name, (p, q) in ZOO.items():
        yield Comparison(f"{name}: log 2 - h((1 - TV)/2) <= JSD", fano_bound(p, q), "<=", jsd(p, q))
    for share in (0.1, 0.4):
        p, q = two_bins(share)
        yield Comparison(f"attained by ({share}, {1 - share}) and its mirror image", fano_bound(p, q), "=", jsd(p, q))


def jeffreys_bound() -> Comparisons:
    """JSD <= J/8."""
    for name, (p, q) in ZOO.items():
        j = jeffreys(p, q)
        yield Comparison(f"{name}: JSD <= J/8", jsd(p, q), "<=", j / 8)
    for d in CLOSE:  # J = d²
        yield Comparison(
            f"as p → q: J/8 (1 - d²/4) <= JSD, d = {d}", (1 - d**2 / 4) / 8 * jeffreys(*shifted_normals(d)), "<=", jsd(*shifted_normals(d))
        )


def kl_bound() -> Comparisons:
    """JSD <= (log 2/2) KL."""
    for name, (p, q) in ZOO.items():
        yield Comparison(f"{name}: JSD <= (log 2/2) KL", jsd(p, q), "<=", LOG2 / 2 * kl(p, q))
    for eps in (0.1, 1e-3, 1e-6):
        p, q = Uniform(0.0, 1 - eps), Uniform(0.0, 1.0)
        yield Comparison(f"U[0, 1 - ε], U[0, 1]: (1 - ε)(log 2/2) KL <= JSD, ε = {eps}", (1 - eps) * LOG2 / 2 * kl(p, q), "<=", jsd(p, q))


def pinsker() -> Comparisons:
    """2 TV² <= KL."""
    for name, (p, q) in ZOO.items():
        tv, divergence = total_variation(p, q), kl(p, q)
        squared = through(lambda x: 2 * x**2, tv, 4.0)
        yield Comparison(f"{name}: 2 TV² <= KL", squared, "<=", divergence)
    for d in CLOSE:
        p, q = two_bins(0.5 + d / 4)
        bound = (2 + d**2) * float(total_variation(p, q)) ** 2
        yield Comparison(f"two bins as p → q: KL <= (2 + ε²) TV², ε = {d}", kl(p, q), "<=", bound)


def bretagnolle_huber() -> Comparisons:
    """TV <= √(1 - e^-KL)."""
    for name, (p, q) in ZOO.items():
        divergence = kl(p, q)
        if isinstance(divergence, Divergent):
            bound = 1.0
        else:
            bound = through(lambda x: math.sqrt(-math.expm1(-x)), divergence, 1 / (2 * math.sqrt(-math.expm1(-float(divergence)))))
        yield Comparison(f"{name}: TV <= √(1 - e^-KL)", total_variation(p, q), "<=", bound)


def total_variation_between() -> Comparisons:
    """H² <= TV <= √(H²(2 - H²))."""
    for name, (p, q) in ZOO.items():
        h, tv = hellinger2(p, q), total_variation(p, q)
        yield Comparison(f"{name}: H² <= TV", h, "<=", tv)
        squared = through(lambda x: x**2, tv, 2.0)
        yield Comparison(f"{name}: TV² <= H²(2 - H²)", squared, "<=", through(lambda x: x * (2 - x), h, 2.0))
    p, q = ZOO["overlapping"]
    yield Comparison("the lower bound is attained by shifted uniforms", hellinger2(p, q), "=", total_variation(p, q))
    p, q = two_bins(0.2)
    squared, product = float(total_variation(p, q)) ** 2, float(hellinger2(p, q)) * (2 - float(hellinger2(p, q)))
    yield Comparison("the upper bound by a mirrored pair of two bins", squared, "=", product)


def root(measured: Outcome) -> Estimate:
    """The square root of a quantity that is >= 0, from the ends of its interval."""
    e = estimate_of(measured)
    low, high = math.sqrt(max(e.lower, 0.0)), math.sqrt(max(e.upper, 0.0))
    return Estimate((low + high) / 2, (high - low) / 2 + 1e-16)


def triangles() -> Comparisons:
    """√JSD is symmetric, and no shorter by way of a third law."""
    points = [Normal(0.0, 1.0), Normal(1.0, 2.0), Uniform(-1.0, 1.0), Uniform(0.5, 3.0), ZOO["mixture"][0]]
    distance = {(i, j): root(jsd(points[i], points[j])) for i in range(len(points)) for j in range(i)}
    distance |= {(j, i): d for (i, j), d in distance.items()}
    for i in range(len(points)):
        for j in range(i):
            for k in set(range(len(points))) - {i, j}:
                yield Comparison(f"√JSD of {i}, {j} by way of {k}", distance[i, j], "<=", distance[i, k] + distance[k, j])
    p, q = ZOO["heavy tails"]
    yield Comparison("symmetry", jsd(p, q), "=", jsd(q, p))


def squares_of_distances() -> Comparisons:
    """JSD behaves like the square of a distance: by way of a point in the middle it gets shorter."""
    p, m, q = Normal(0.0, 1.0), Normal(0.5, 1.0), Normal(1.0, 1.0)
    yield Comparison("JSD(p, m) + JSD(m, q) + .04 <= JSD(p, q)", jsd(p, m) + jsd(m, q) + 0.04, "<=", jsd(p, q))


def near_equality() -> Comparisons:
    """JSD of N(0, 1) and N(d, 1) is d²/8 - d⁴/64, to within d⁶/100."""
    for d in (0.3, 0.1, 0.03):
        yield Comparison(f"d²/8 - d⁴/64 - d⁶/100 <= JSD, d = {d}", d**2 / 8 - d**4 / 64 - d**6 / 100, "<=", jsd(*shifted_normals(d)))
        yield Comparison(f"JSD <= d²/8 - d⁴/64 + d⁶/100, d = {d}", jsd(*shifted_normals(d)), "<=", d**2 / 8 - d**4 / 64 + d**6 / 100)


def closed_forms() -> Comparisons:
    """Divergences of Cauchy and Gaussian pairs, by hand."""
    by_hand = math.log(10 / (5 + 2 * math.sqrt(5)))
    yield Comparison("JSD of Cauchy(0, 1), Cauchy(1, 1)", jsd(Cauchy(0.0, 1.0), Cauchy(1.0, 1.0)), "=", by_hand)
    yield Comparison("KL of N(0, 1), N(0, 2²)", kl(Normal(0.0, 1.0), Normal(0.0, 2.0)), "=", math.log(2) - 3 / 8)
    for d in (0.5, 2.0):
        yield Comparison(f"KL of N(0, 1), N({d}, 1)", kl(*shifted_normals(d)), "=", d**2 / 2)
        yield Comparison(f"H² of them, d = {d}", hellinger2(*shifted_normals(d)), "=", -math.expm1(-(d**2) / 8))
        yield Comparison(f"TV of them, d = {d}", total_variation(*shifted_normals(d)), "=", math.erf(d / math.sqrt(8)))


CLAIMS = (
    Claim(
        "jsd-and-hellinger",
        r"H^2 \log 2 \le \mathrm{JSD} \le H^2",
        "Guntuboyina, Saha & Schiebinger 2014",
        (Formal((in_coq.JSD_AND_HELLINGER,)), Quadrature(hellinger)),
    ),
    Claim(
        "jsd-and-triangular",
        r"\tfrac12 \Delta \le \mathrm{JSD} \le \Delta \log 2",
        "Topsøe 2000",
        (Formal((in_coq.JSD_AND_TRIANGULAR,)), Quadrature(le_cam)),
    ),
    Claim(
        "jsd-and-least-error",
        r"\log 2 - h\!\left(\tfrac12(1 - \mathrm{TV})\right) \le \mathrm{JSD}",
        "Fano's inequality; Cover & Thomas 2006, Theorem 2.10.1",
        (Formal((in_coq.TV_UNIT, in_coq.JSD_AND_LEAST_ERROR)), Quadrature(fano)),
    ),
    Claim(
        "jsd-and-jeffreys",
        r"\mathrm{JSD} \le J/8",
        "Guntuboyina, Saha & Schiebinger 2014",
        (Formal((in_coq.JSD_AND_JEFFREYS,)), Quadrature(jeffreys_bound)),
    ),
    Claim(
        "jsd-and-kl",
        r"\mathrm{JSD} \le \tfrac{\log 2}{2}\,\mathrm{KL}",
        "Guntuboyina, Saha & Schiebinger 2014",
        (Formal((in_coq.JSD_AND_KL,)), Quadrature(kl_bound)),
    ),
    Claim("pinsker", r"2\,\mathrm{TV}^2 \le \mathrm{KL}", "Tsybakov 2009, Lemma 2.5", (Formal((in_coq.PINSKER,)), Quadrature(pinsker))),
    Claim(
        "bretagnolle-huber",
        r"\mathrm{TV} \le \sqrt{1 - e^{-\mathrm{KL}}}",
        "Bretagnolle & Huber 1979, Lemma 2.1",
        (Formal((in_coq.BRETAGNOLLE_HUBER,)), Quadrature(bretagnolle_huber)),
    ),
    Claim(
        "total-variation-and-hellinger",
        r"H^2 \le \mathrm{TV} \le \sqrt{H^2(2 - H^2)}",
        "Le Cam 1973; Tsybakov 2009, Lemma 2.3",
        (Formal((in_coq.HELLINGER_AND_TV, in_coq.TV_AND_HELLINGER)), Quadrature(total_variation_between)),
    ),
    Claim(
        "root-of-jsd-is-a-metric",
        r"\sqrt{\mathrm{JSD}} \text{ is a metric}",
        "Endres & Schindelin 2003; Österreicher & Vajda 2003",
        (Absent("formal", "the triangle inequality, at a point and then of integrals, is not written in Coq yet"), Quadrature(triangles)),
    ),
    Claim(
        "jsd-is-no-metric",
        r"\mathrm{JSD} \text{ itself breaks the triangle inequality}",
        "Endres & Schindelin 2003",
        (Enclosed(proved_intervals.no_metric), Quadrature(squares_of_distances)),
    ),
    Claim(
        "near-equality",
        r"\mathrm{JSD}(N(0, 1), N(d, 1)) = d^2/8 - d^4/64 + O(d^6)",
        "by expansion of the integrand",
        (Enclosed(proved_intervals.nearby), Quadrature(near_equality)),
    ),
    Claim(
        "closed-forms",
        r"\text{the divergences of Gaussian and Cauchy pairs}",
        "by integration",
        (Enclosed(proved_intervals.closed_forms), Quadrature(closed_forms)),
    ),
)
