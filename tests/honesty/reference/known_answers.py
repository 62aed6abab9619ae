"""Closed forms, against which the quadrature is checked."""

import gmpy2
from gmpy2 import log, mpfr, sqrt

from .agreement import agreed, distance
from .solution import NAMES
from .table import show

HEAVY = 2.015625  # df just above 2, at which the second moment is infinite
TOLERANCE = 1e-26  # largest relative error


def minus_entropy(df: mpfr) -> mpfr:
    """∫ p log p for StudentT(df, 0, 1)."""
    half = df / 2
    root = sqrt(df * gmpy2.const_pi())
    return log(gmpy2.gamma(half + mpfr("0.5")) / gmpy2.gamma(half) / root) - (half + mpfr("0.5")) * (
        gmpy2.digamma(half + mpfr("0.5")) - gmpy2.digamma(half)
    )


def kl_to_normal() -> mpfr:
    """KL(StudentT(df) ‖ Normal(0, 1)), from the second moment."""
    df = mpfr(HEAVY)
    return minus_entropy(df) + log(2 * gmpy2.const_pi()) / 2 + df / (df - 2) / 2


def kl_to_laplace() -> mpfr:
    """KL(StudentT(df) ‖ Laplace(0, 1)), from the first absolute moment."""
    df = mpfr(HEAVY)
    moment = 2 * sqrt(df / gmpy2.const_pi()) * gmpy2.gamma((df + 1) / 2) / gmpy2.gamma(df / 2) / (df - 1)
    return minus_entropy(df) + log(mpfr(2)) + moment


# (divergence, p, q, its value); values are functions because they depend on the present precision.
KNOWN = (
    ("jsd", "Normal(0.0, 1.0)", "Normal(1.0, 1.0)", lambda: mpfr("0.111421482184736179717236812217560244")),
    ("jsd", "Cauchy(0.0, 1.0)", "Cauchy(1.0, 1.0)", lambda: log(10 / (5 + 2 * sqrt(mpfr(5))))),
    ("jsd", "Uniform(0.0, 1.0)", "Uniform(0.25, 1.25)", lambda: log(mpfr(2)) / 4),
    ("kl", "Normal(0.0, 1.0)", "Normal(0.0, 2.0)", lambda: log(mpfr(2)) - mpfr(3) / 8),
    ("wasserstein1", "Normal(0.0, 1.0)", "Normal(0.0, 2.0)", lambda: sqrt(2 / gmpy2.const_pi())),
    ("wasserstein1", "Cauchy(0.0, 1.0)", "Cauchy(1.0, 1.0)", lambda: mpfr(1)),
    ("chi2", "Cauchy(0.0, 1.0)", "Cauchy(1.0, 1.0)", lambda: mpfr(1) / 2),
    ("chi2", "Exponential(1.0)", "Exponential(1.5)", lambda: mpfr(1) / 3),
    ("wasserstein1", "Uniform(0.0, 1.0)", "Uniform(3.0, 4.0)", lambda: mpfr(3)),
    ("wasserstein1", "Beta(0.5, 1.5)", "Uniform(-3.0, -2.0)", lambda: mpfr("2.75")),
    ("wasserstein1", "Beta(0.5, 3.0)", "Beta(0.75, 3.0)", lambda: mpfr(1) / 5 - mpfr(1) / 7),
    ("kl", f"StudentT({HEAVY}, 0.0, 1.0)", "Normal(0.0, 1.0)", kl_to_normal),
    ("kl", f"StudentT({HEAVY}, 0.0, 1.0)", "Laplace(0.0, 1.0)", kl_to_laplace),
)


def check() -> None:
    """Print the error of each known answer; exit at the first that is too large."""
    for name, p_text, q_text, truth in KNOWN:
        index = NAMES.index(name)
        found = agreed(p_text, q_text)
        value, agreement = found.values[index], found.distances[index]
        error = distance(value, truth())
        print(f"{name}({p_text}, {q_text}) = {show(value, 0)}  error {error:.1e}  agreement {agreement:.1e}")
        if error > TOLERANCE:
            raise SystemExit("wrong")
