"""Divergences of families in closed form, at fifty digits, of parameters that are exactly the doubles given. None where none is known."""

import math
from collections.abc import Callable
from typing import Any

import mpmath
from mpmath import erf, exp, inf, log, mpf, pi, psi, sqrt

Form = Callable[..., Any]


def _log_beta(a, b):
    return mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(a + b)


def _normal_chi2(m1, s1, m2, s2):
    A, d = 1 / s1**2 - 1 / (2 * s2**2), m2 - m1
    return s2 / (s1**2 * sqrt(2 * A)) * exp((d / s2**2) ** 2 / (4 * A) + d**2 / (2 * s2**2)) - 1 if A > 0 else inf


def _normal_w1(m1, s1, m2, s2):
    return abs(m1 - m2) if s1 == s2 else abs(s1 - s2) * sqrt(2 / pi) if m1 == m2 else None


def _laplace_hellinger2(m1, b1, m2, b2):
    d = abs(m1 - m2)
    if b1 == b2:
        return 1 - (1 + d / (2 * b1)) * exp(-d / (2 * b1))
    return 1 - 2 * sqrt(b1 * b2) / (b1 + b2) if d == 0 else None


def _laplace_chi2(m1, b1, m2, b2):
    if m1 != m2:
        return inf if b1 >= 2 * b2 else None
    return b2**2 / (b1 * (2 * b2 - b1)) - 1 if 2 * b2 > b1 else inf


def _exponential_tv(r1, r2):
    if r1 == r2:
        return mpf(0)
    t = log(r1 / r2) / (r1 - r2)
    return abs(exp(-r1 * t) - exp(-r2 * t))


def _beta_kl(a1, b1, a2, b2):
    mixed = (a2 - a1 + b2 - b1) * psi(0, a1 + b1)
    return _log_beta(a2, b2) - _log_beta(a1, b1) + (a1 - a2) * psi(0, a1) + (b1 - b2) * psi(0, b1) + mixed


def _beta_chi2(a1, b1, a2, b2):
    if 2 * a1 <= a2 or 2 * b1 <= b2:
        return inf
    return exp(_log_beta(a2, b2) - 2 * _log_beta(a1, b1) + _log_beta(2 * a1 - a2, 2 * b1 - b2)) - 1


def _student_w1(n1, m1, s1, n2, m2, s2):
    if n1 != n2:
        return inf if min(n1, n2) <= 1 else None
    if s1 == s2:
        return abs(m1 - m2)
    if n1 <= 1:
        return inf
    return abs(s1 - s2) * 2 * sqrt(n1) / (n1 - 1) / exp(_log_beta(n1 / 2, mpf(1) / 2)) if m1 == m2 else None


def _log_root_tau(s):
    return log(2 * pi * s**2) / 2


def _folded(d, s):
    """E|X| of N(d, s²)."""
    return s * sqrt(2 / pi) * exp(-(d**2) / (2 * s**2)) + d * erf(d / (s * sqrt(mpf(2))))


def _uniform_to_laplace(a, b, m, s):
    inner = ((b - m) * abs(b - m) - (a - m) * abs(a - m)) / 2 / (b - a)
    return -log(b - a) + log(2 * s) + inner / s


def _student_to_normal(n, m1, s1, m2, s2):
    if n <= 2:
        return inf
    entropy = (n + 1) / 2 * (psi(0, (n + 1) / 2) - psi(0, n / 2)) + log(n) / 2 + _log_beta(n / 2, mpf(1) / 2) + log(s1)
    return -entropy + _log_root_tau(s2) + (s1**2 * n / (n - 2) + (m1 - m2) ** 2) / (2 * s2**2)


def _gaussian_moments(m, s, low, high):
    """(log of the mass between the ends, mean and second moment about m, given that)."""
    a, b = (low - m) / s, (high - m) / s
    mass = (mpmath.erfc(a / sqrt(mpf(2))) - mpmath.erfc(b / sqrt(mpf(2)))) / 2
    if b < 0:
        mass = (mpmath.erfc(-b / sqrt(mpf(2))) - mpmath.erfc(-a / sqrt(mpf(2)))) / 2
    fa, fb = (exp(-(t**2) / 2) / sqrt(2 * pi) for t in (a, b))
    first = (fa - fb) / mass
    second = 1 + ((a * fa if fa else 0) - (b * fb if fb else 0)) / mass
    return log(mass), s * first, s**2 * second


def _truncated_to_normal(m1, s1, low, high, m2, s2):
    log_mass, first, second = _gaussian_moments(m1, s1, low, high)
    d = m1 - m2
    return -log_mass - log(s1) - second / (2 * s1**2) + log(s2) + (second + 2 * d * first + d**2) / (2 * s2**2)


def _truncated_kl(m1, s1, low1, high1, m2, s2, low2, high2):
    if low1 < low2 or high1 > high2:
        return inf
    return _truncated_to_normal(m1, s1, low1, high1, m2, s2) + _gaussian_moments(m2, s2, low2, high2)[0]


def _never(*parameters):
    return inf


NORMAL_BC = "Normal", "hellinger2", "Normal"
# (p's family, divergence, q's family): of the parameters of p, then of q.
FORMS: dict[tuple[str, str, str], Form] = {
    ("Normal", "kl", "Normal"): lambda m1, s1, m2, s2: log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - mpf(1) / 2,
    NORMAL_BC: lambda m1, s1, m2, s2: 1 - sqrt(2 * s1 * s2 / (s1**2 + s2**2)) * exp(-((m1 - m2) ** 2) / (4 * (s1**2 + s2**2))),
    ("Normal", "chi2", "Normal"): _normal_chi2,
    ("Normal", "total_variation", "Normal"): lambda m1, s1, m2, s2: erf(abs(m1 - m2) / (2 * sqrt(mpf(2)) * s1)) if s1 == s2 else None,
    ("Normal", "wasserstein1", "Normal"): _normal_w1,
    ("Laplace", "kl", "Laplace"): lambda m1, b1, m2, b2: log(b2 / b1) + (b1 * exp(-abs(m1 - m2) / b1) + abs(m1 - m2)) / b2 - 1,
    ("Laplace", "hellinger2", "Laplace"): _laplace_hellinger2,
    ("Laplace", "chi2", "Laplace"): _laplace_chi2,
    ("Laplace", "total_variation", "Laplace"): lambda m1, b1, m2, b2: 1 - exp(-abs(m1 - m2) / (2 * b1)) if b1 == b2 else None,
    ("Laplace", "wasserstein1", "Laplace"): lambda m1, b1, m2, b2: abs(m1 - m2) if b1 == b2 else abs(b1 - b2) if m1 == m2 else None,
    ("Exponential", "kl", "Exponential"): lambda r1, r2: log(r1 / r2) + r2 / r1 - 1,
    ("Exponential", "hellinger2", "Exponential"): lambda r1, r2: 1 - 2 * sqrt(r1 * r2) / (r1 + r2),
    ("Exponential", "chi2", "Exponential"): lambda r1, r2: r1**2 / (r2 * (2 * r1 - r2)) - 1 if 2 * r1 > r2 else inf,
    ("Exponential", "total_variation", "Exponential"): _exponential_tv,
    ("Exponential", "wasserstein1", "Exponential"): lambda r1, r2: abs(1 / r1 - 1 / r2),
    ("Beta", "kl", "Beta"): _beta_kl,
    ("Beta", "hellinger2", "Beta"): lambda a1, b1, a2, b2: (
        1 - exp(_log_beta((a1 + a2) / 2, (b1 + b2) / 2) - (_log_beta(a1, b1) + _log_beta(a2, b2)) / 2)
    ),
    ("Beta", "chi2", "Beta"): _beta_chi2,
    ("Cauchy", "kl", "Cauchy"): lambda m1, s1, m2, s2: log(((s1 + s2) ** 2 + (m1 - m2) ** 2) / (4 * s1 * s2)),
    ("Cauchy", "chi2", "Cauchy"): lambda m1, s1, m2, s2: ((m1 - m2) ** 2 + (s1 - s2) ** 2) / (2 * s1 * s2),
    ("Cauchy", "total_variation", "Cauchy"): lambda m1, s1, m2, s2: 2 / pi * mpmath.atan(abs(m1 - m2) / (2 * s1)) if s1 == s2 else None,
    ("Cauchy", "wasserstein1", "Cauchy"): lambda m1, s1, m2, s2: abs(m1 - m2) if s1 == s2 else inf,
    ("StudentT", "wasserstein1", "StudentT"): _student_w1,
    ("StudentT", "chi2", "StudentT"): lambda n1, m1, s1, n2, m2, s2: inf if n2 >= 2 * n1 else None,
    ("StudentT", "kl", "Normal"): _student_to_normal,
    ("Uniform", "kl", "Normal"): lambda a, b, m, s: -log(b - a) + _log_root_tau(s) + ((b - m) ** 3 - (a - m) ** 3) / (6 * s**2 * (b - a)),
    ("Uniform", "kl", "Laplace"): _uniform_to_laplace,
    ("Uniform", "kl", "Exponential"): lambda a, b, r: -log(b - a) - log(r) + r * (a + b) / 2 if a >= 0 else inf,
    ("Uniform", "kl", "Uniform"): lambda a, b, c, d: log((d - c) / (b - a)) if c <= a and b <= d else inf,
    ("Exponential", "kl", "Normal"): lambda r, m, s: log(r) - 1 + _log_root_tau(s) + (1 / r**2 + (1 / r - m) ** 2) / (2 * s**2),
    ("Laplace", "kl", "Normal"): lambda m1, b, m2, s: -1 - log(2 * b) + _log_root_tau(s) + (2 * b**2 + (m1 - m2) ** 2) / (2 * s**2),
    ("Normal", "kl", "Laplace"): lambda m1, s, m2, b: -_log_root_tau(s) - mpf(1) / 2 + log(2 * b) + _folded(abs(m1 - m2), s) / b,
    ("TruncatedNormal", "kl", "Normal"): _truncated_to_normal,
    ("TruncatedNormal", "kl", "TruncatedNormal"): _truncated_kl,
    ("Normal", "kl", "Uniform"): _never,
    ("Normal", "kl", "Exponential"): _never,
    ("Normal", "kl", "Beta"): _never,
    ("Normal", "kl", "TruncatedNormal"): _never,
    ("Laplace", "kl", "Exponential"): _never,
    ("Exponential", "kl", "Uniform"): _never,
    ("Cauchy", "kl", "Normal"): _never,
    ("Cauchy", "kl", "Laplace"): _never,
    ("Cauchy", "chi2", "Normal"): _never,
    ("Laplace", "chi2", "Normal"): _never,
    ("Cauchy", "wasserstein1", "Normal"): _never,
}


def closed_form(name: str, p: tuple[str, tuple], q: tuple[str, tuple]) -> Any:
    """A divergence of two laws (family, parameters), to some forty digits; None where no formula is known, or too much cancels."""
    form = FORMS.get((p[0], name, q[0]))
    if form is None:
        return None
    sizes = [abs(math.log10(abs(value))) for value in (*p[1], *q[1]) if value]
    # Squares of the largest and the smallest parameter may be added, and cancel.
    enough = 60 + int(4 * max(sizes, default=0.0))
    for digits in (enough, enough + 900):
        with mpmath.workdps(digits):
            try:
                value = form(*map(mpf, p[1]), *map(mpf, q[1]))
            except ZeroDivisionError:  # of a difference in which no digit was left
                value = mpf(0)
            if value is None or value == inf or abs(value) > mpf(10) ** (40 - digits):
                return value
    return None
