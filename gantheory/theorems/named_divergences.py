"""Entropies, and the divergences that have names: what each is of the others, and JSD as a number of bits, or as a distance."""

import math

import sympy as sp

from gantheory.distributions import Exponential, Laplace, MultivariateNormal, Normal, Uniform
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.moments import log_normal, mean_of, of_gaussian
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOG_A, LOG_B, Identities, Symbolic, a, b, shipped
from gantheory.evidence.zoo import ZOO, middle
from gantheory.measurement import integrands
from gantheory.measurement.chernoff import renyi, skew_geometric_jsd
from gantheory.measurement.divergences import hellinger2, jsd, kl
from gantheory.measurement.entropies import entropy, mutual_information
from gantheory.theorems.inequalities import through
from gantheory.theorems.lin1991 import FAR_AND_NEAR, largest_identity
from gantheory.theorems.lin1991 import mutual_information as mutual_information_identity
from gantheory.theorems.reid_williamson2011 import EACH_LARGER

BETWEEN: tuple[Witness, ...] = tuple({a: sp.Rational(n, 3), b: sp.Rational(3 - n, 3)} for n in (2, 1))  # densities of D_α's expm1 formula


def by_entropies() -> Comparisons:
    """JSD = h(m) - ½ h(p) - ½ h(q) by the differential entropy, of pairs on the whole line, half of it and an interval."""
    for name in ("shifted", "kinks", "overlapping"):
        p, q = ZOO[name]
        yield Comparison(name, jsd(p, q), "=", entropy(middle(p, q)) - 0.5 * entropy(p) - 0.5 * entropy(q))


def gaussian_entropy(witness: Witness) -> Identities:
    """E[-log p(s x)], x ~ N(0, 1), of the shipped log-density of N(0, s²): ½ log 2π + ½ + log s."""
    x, s = sp.symbols("x s", positive=True)
    surprise = -log_normal(s * x, 0, s, {**witness, x: 1, s: 1})
    return {"h(N(0, s²)) - ½ log 2π - ½ - log s": mean_of(sp.expand(surprise), x, of_gaussian) - (sp.log(2 * sp.pi) + 1) / 2 - sp.log(s)}


def known_entropies() -> Comparisons:
    """½ log 2πe, 1 + log 2, 1 and log of the length."""
    known = {
        "N(0, 1)": (Normal(0.0, 1.0), math.log(2 * math.pi * math.e) / 2),
        "Laplace(0, 1)": (Laplace(0.0, 1.0), 1 + math.log(2)),
        "Exponential(1)": (Exponential(1.0), 1.0),
        "U[0, ½]": (Uniform(0.0, 0.5), -math.log(2)),
    }
    for name, (law, number) in known.items():
        yield Comparison(f"h of {name}", entropy(law), "=", number)


def gaussian_information() -> Comparisons:
    """Between the coordinates of a Gaussian on the plane."""
    rho = 0.6
    joint = MultivariateNormal([0.0, 0.0], [[1.0, rho], [rho, 1.0]])
    yield Comparison("I(X; Y) of a Gaussian, ρ = .6", mutual_information(joint), "=", -math.log(1 - rho**2) / 2)


def alpha_family(witness: Witness) -> Identities:
    """a log(a/b) - a + b, whose integral is KL, both ways; the shipped χ²/2, both ways; 4 H² at a² and b², whose roots are rational."""
    squares = [2 * LOG_A, 2 * LOG_B]
    swapped = lifted(integrands.chi2, [LOG_B, LOG_A], witness)
    return {
        "α = 1 - a log(a/b) + a - b": shipped(integrands.alpha_divergence(1.0), witness) - a * (LOG_A - LOG_B) + a - b,
        "α = 0 - b log(b/a) + b - a": shipped(integrands.alpha_divergence(0.0), witness) - b * (LOG_B - LOG_A) + b - a,
        "α = 2 - χ²/2": shipped(integrands.alpha_divergence(2.0), witness) - shipped(integrands.chi2, witness) / 2,
        "α = -1 - χ²/2, p and q swapped": shipped(integrands.alpha_divergence(-1.0), witness) - swapped / 2,
        "α = ½ - 4 H²": lifted(integrands.alpha_divergence(0.5), squares, witness) - 4 * lifted(integrands.hellinger2, squares, witness),
    }


def tilted_gaussians(witness: Witness) -> Identities:
    """p^α q^(1 - α) of N(0, s²) and N(d, s²) is N((1 - α) d, s²) times e^(-α (1 - α) d²/2s²): 1/(α - 1) times that exponent is R_α."""
    x, s, d, alpha = sp.symbols("x s d alpha", positive=True)
    at = {**witness, x: 1, s: 1, d: 1, alpha: sp.Rational(1, 3)}
    of_p, of_q, of_g = (log_normal(x, loc, s, at) for loc in (0, d, (1 - alpha) * d))
    exponent = -alpha * (1 - alpha) * d**2 / (2 * s**2)
    roots = [2 * LOG_A, 2 * LOG_B]
    half, hellinger = (lifted(function, roots, witness) for function in (integrands.affinity(0.5), integrands.hellinger2))
    return {
        "log of p^α q^(1 - α)/g - the exponent": alpha * of_p + (1 - alpha) * of_q - of_g - exponent,
        "the exponent/(α - 1) - α d²/2s²": exponent / (alpha - 1) - alpha * d**2 / (2 * s**2),
        "√(pq) + H²'s integrand - (p + q)/2": half + hellinger - (a**2 + b**2) / 2,
    }


def geometric_gaussians(witness: Witness) -> Identities:
    """α (1 - α) J + log Z, J = d² the mean of log p - log q under p less that under q, and log Z = -α (1 - α) d²/2 from the tilted law."""
    x, d, alpha = sp.symbols("x d alpha", positive=True)
    at = {**witness, x: 1, d: 1}
    ratio = sp.expand(log_normal(x, 0, 1, at) - log_normal(x, d, 1, at))
    of_p, of_q = (mean_of(sp.expand(ratio.subs(x, x + loc)), x, of_gaussian) for loc in (0, d))
    tilted = (1 - alpha) * log_normal(x, 0, 1, at) + alpha * log_normal(x, d, 1, at) - log_normal(x, alpha * d, 1, {**at, alpha: 1})
    return {"JS^G - ½ α (1 - α) d²": alpha * (1 - alpha) * (of_p - of_q) + tilted - alpha * (1 - alpha) * d**2 / 2}


def renyi_family() -> Comparisons:
    """Between N(0, σ²) and N(d, σ²) R_α is α d²/2σ²; at ½ it is -2 log(1 - H²), and below KL, which is R_1."""
    p, q = Normal(0.0, 2.0), Normal(1.0, 2.0)
    for alpha in (0.5, 2.0):
        yield Comparison(f"N(0, 2²), N(1, 2²), α = {alpha}", renyi(p, q, alpha), "=", alpha / 8)
    p, q = ZOO["kinks"]
    h = hellinger2(p, q)
    known = through(lambda x: -2 * math.log1p(-x), h, 2.1 / (1 - float(h)))
    yield Comparison("two Laplace laws: α = ½ and -2 log(1 - H²)", renyi(p, q, 0.5), "=", known)
    yield Comparison("two Laplace laws: R_½ <= KL", renyi(p, q, 0.5), "<=", kl(p, q))


def geometric_family() -> Comparisons:
    """For Gaussians of one variance the geometric mean is N(d/2, 1), and JS^G = KL of each to it: d²/8; never below JSD."""
    for d in (0.5, 2.0):
        p, q = Normal(0.0, 1.0), Normal(d, 1.0)
        yield Comparison(f"d = {d}: JS^G", skew_geometric_jsd(p, q), "=", d**2 / 8)
        yield Comparison(f"d = {d}: α = ¼", skew_geometric_jsd(p, q, 0.25), "=", 3 * d**2 / 32)
        yield Comparison(f"d = {d}: JSD <= JS^G", jsd(p, q), "<=", skew_geometric_jsd(p, q))


def units() -> Comparisons:
    """JSD/log 2 is in bits, at most 1; √JSD, and √(JSD/log 2), which programs also call the Jensen-Shannon distance, are distances."""
    disjoint = jsd(*ZOO["disjoint"])
    yield Comparison("of disjoint supports: 1 bit", disjoint / math.log(2), "=", 1.0)
    at = float(jsd(*ZOO["shifted"]))
    yield Comparison("of N(0, 1), N(1, 1): .160747 bits", jsd(*ZOO["shifted"]) / math.log(2), "=", 0.111421482184736179717 / math.log(2))
    yield Comparison("as a distance, base e: .333799", math.sqrt(at), "=", math.sqrt(0.111421482184736179717))


CLAIMS = (
    Claim(
        "jsd-by-differential-entropies",
        r"\mathrm{JSD}(p, q) = h(m) - \tfrac12 h(p) - \tfrac12 h(q), \quad h(p) = -\int p \log p",
        "Lin 1991, section IV; Shannon 1948, section 20",
        (Symbolic(mutual_information_identity, FAR_AND_NEAR), Quadrature(by_entropies)),
        "the three are finite",
    ),
    Claim(
        "entropies-in-closed-form",
        r"h(N(0, s^2)) = \tfrac12 \log 2 \pi e + \log s",
        "Cover & Thomas 2006, Example 8.1.2",
        (Symbolic(gaussian_entropy), Quadrature(known_entropies)),
    ),
    Claim(
        "information-of-a-gaussian",
        r"I(X; Y) = -\tfrac12 \log(1 - \rho^2) \text{ for a Gaussian on the plane}",
        "Cover & Thomas 2006, Example 8.5.1",
        (Quadrature(gaussian_information),),
    ),
    Claim(
        "alpha-divergences-by-name",
        r"D_1 = \mathrm{KL}(p\,\|\,q), \quad D_0 = \mathrm{KL}(q\,\|\,p), \quad D_2 = \tfrac12 \chi^2(p, q),"
        r" \quad D_{-1} = \tfrac12 \chi^2(q, p), \quad D_{1/2} = 4 H^2",
        "Cichocki & Amari 2010, section 2.1",
        (Symbolic(alpha_family, EACH_LARGER + BETWEEN),),
        "D_1 and D_0 are the limits α → 1, 0",
    ),
    Claim(
        "renyi-by-name",
        r"R_\alpha(N(0, \sigma^2)\,\|\,N(d, \sigma^2)) = \frac{\alpha d^2}{2 \sigma^2}, \quad R_{1/2} = -2 \log(1 - H^2)",
        "van Erven & Harremoës 2014, Eq. 10 and Theorem 3",
        (Symbolic(tilted_gaussians), Quadrature(renyi_family)),
        "α > 0, α ≠ 1",
    ),
    Claim(
        "geometric-jsd-of-gaussians",
        r"\mathrm{JS}^{G_\alpha}(N(0, 1), N(d, 1)) = \tfrac12 \alpha (1 - \alpha) d^2",
        "Deasy, Simidjievski & Liò 2020; Nielsen 2019",
        (Symbolic(geometric_gaussians), Quadrature(geometric_family)),
        "0 <= α <= 1; (1 - α) KL(p‖G) + α KL(q‖G), G ∝ p^(1 - α) q^α",
    ),
    Claim(
        "jsd-in-bits-and-as-a-distance",
        r"\mathrm{JSD}/\log 2 \le 1 \text{ bit}, \quad \sqrt{\mathrm{JSD}} \text{ is called the Jensen-Shannon distance}",
        "Endres & Schindelin 2003",
        (Symbolic(largest_identity), Quadrature(units)),
        "that it is a metric: root-of-jsd-is-a-metric",
    ),
)
