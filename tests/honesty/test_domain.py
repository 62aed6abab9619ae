"""True errors against reported ones over the whole domain of the families, by closed forms in mpmath at 40 digits."""

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf, workdps

import gantheory as gt

DRAWS = 60
HALF = mpf(1) / 2


def log_beta(a, b):
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def log_uniform(rng, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def another(rng, x: float, low: float, high: float) -> float:
    """A number at a relative distance of 1e-12 to 1e6 of x."""
    factor = (1 + 10.0 ** -rng.integers(1, 12), log_uniform(rng, 0.1, 10), log_uniform(rng, 1e-6, 1e6))[rng.integers(3)]
    return float(np.clip(x * factor, low, high))


def normals(rng):
    a = log_uniform(rng, 1e-290, 1e290)
    b = another(rng, a, 1e-290, 1e290)
    s, t = mpf(a), mpf(b)
    chi2 = t * t / (s * mp.sqrt(2 * t * t - s * s)) - 1 if 2 * t * t > s * s else mp.inf
    return gt.Normal(0, a), gt.Normal(0, b), {"kl": mp.log(t / s) + (s / t) ** 2 / 2 - HALF, "chi2": chi2}


def cauchys(rng):
    a = log_uniform(rng, 1e-290, 1e290)
    b = another(rng, a, 1e-290, 1e290)
    s, t = mpf(a), mpf(b)
    return gt.Cauchy(0, a), gt.Cauchy(0, b), {"kl": mp.log((s + t) ** 2 / (4 * s * t)), "chi2": (s - t) ** 2 / (2 * s * t)}


def exponentials(rng):
    a = log_uniform(rng, 1e-290, 1e290)
    b = another(rng, a, 1e-290, 1e290)
    s, t = mpf(a), mpf(b)
    chi2 = s * s / (t * (2 * s - t)) - 1 if 2 * s > t else mp.inf
    return gt.Exponential(a), gt.Exponential(b), {"kl": mp.log(s / t) + t / s - 1, "chi2": chi2}


def betas(rng):
    a, b = log_uniform(rng, 1e-6, 1e9), log_uniform(rng, 1e-6, 1e9)
    c, d = another(rng, a, 1e-6, 1e9), another(rng, b, 1e-6, 1e9)
    A, B, C, D = map(mpf, (a, b, c, d))
    psi = mp.digamma
    kl = log_beta(C, D) - log_beta(A, B) + (A - C) * psi(A) + (B - D) * psi(B) + (C - A + D - B) * psi(A + B)
    chi2 = mp.expm1(log_beta(2 * A - C, 2 * B - D) + log_beta(C, D) - 2 * log_beta(A, B)) if 2 * A > C and 2 * B > D else mp.inf
    hellinger2 = -mp.expm1(log_beta((A + C) / 2, (B + D) / 2) - (log_beta(A, B) + log_beta(C, D)) / 2)
    return gt.Beta(a, b), gt.Beta(c, d), {"kl": kl, "chi2": chi2, "hellinger2": hellinger2}


def students(rng):
    """p and q ∝ (1 + x²)^(-(ν + 1)/2), whose scales 1/√ν are rounded."""
    a = log_uniform(rng, 1e-4, 1e6)
    b = another(rng, a, 1e-4, 1e6)
    A, B = mpf(a), mpf(b)
    logs = log_beta(HALF, A / 2), log_beta(HALF, B / 2)
    chi2 = mp.expm1(log_beta(HALF, A - B / 2) + logs[1] - 2 * logs[0]) if 2 * A > B else mp.inf
    return (
        gt.StudentT(a, 0, a**-0.5),
        gt.StudentT(b, 0, b**-0.5),
        {"hellinger2": -mp.expm1(log_beta(HALF, (A + B) / 4) - sum(logs) / 2), "chi2": chi2},
    )


def gammas(rng):
    a, b = log_uniform(rng, 1e-6, 1e5), log_uniform(rng, 1e-150, 1e150)
    c, d = another(rng, a, 1e-6, 1e5), another(rng, b, 1e-150, 1e150)
    A, B, C, D = map(mpf, (a, b, c, d))
    logs = A * mp.log(B) - mp.loggamma(A), C * mp.log(D) - mp.loggamma(C)
    kl = logs[0] - logs[1] + (A - C) * (mp.digamma(A) - mp.log(B)) + A * (D - B) / B
    chi2, half = mp.inf, (A + C) / 2
    if 2 * A > C and 2 * B > D:
        chi2 = mp.expm1(2 * logs[0] - logs[1] + mp.loggamma(2 * A - C) - (2 * A - C) * mp.log(2 * B - D))
    hellinger2 = -mp.expm1(sum(logs) / 2 + mp.loggamma(half) - half * mp.log((B + D) / 2))
    return gt.Gamma(a, b), gt.Gamma(c, d), {"kl": kl, "chi2": chi2, "hellinger2": hellinger2}


def largest_scale(shape):
    return 10 ** (150 - 13 / shape)


def weibulls(rng):
    k = log_uniform(rng, 0.1, 1e6)
    m = another(rng, k, 0.1, 1e6)
    s = log_uniform(rng, 1e-150, min(largest_scale(k), largest_scale(m)))
    t = another(rng, s, 1e-150, largest_scale(m))
    K, M, S, T = map(mpf, (k, m, s, t))
    kl = mp.log(K / M) + M * mp.log(T / S) - (K - M) * mp.euler / K + (S / T) ** M * mp.gamma(M / K + 1) - 1
    return gt.Weibull(k, s), gt.Weibull(m, t), {"kl": kl}


def weibulls_of_one_shape(rng):
    """x^k has an exponential law, of rate λ^-k."""
    k = log_uniform(rng, 0.1, 1e3)
    s = log_uniform(rng, 1e-150, largest_scale(k))
    t = another(rng, s, 1e-150, largest_scale(k))
    a, b = (mpf(scale) ** -mpf(k) for scale in (s, t))
    chi2 = a * a / (b * (2 * a - b)) - 1 if 2 * a > b else mp.inf
    hellinger2 = (mp.sqrt(a) - mp.sqrt(b)) ** 2 / (a + b)
    return gt.Weibull(k, s), gt.Weibull(k, t), {"kl": mp.log(a / b) + b / a - 1, "chi2": chi2, "hellinger2": hellinger2}


def log_normals(rng):
    a, m = log_uniform(rng, 1e-6, 10), rng.uniform(-250, 250)
    b = another(rng, a, 1e-6, 10)
    n = float(np.clip(m + a * rng.normal() * log_uniform(rng, 1e-3, 10), -250, 250))
    apart, s, t = mpf(m) - mpf(n), mpf(a), mpf(b)
    left = 2 * t * t - s * s
    chi2 = t * t / (s * mp.sqrt(left)) * mp.exp(apart**2 / left) - 1 if left > 0 else mp.inf
    hellinger2 = 1 - mp.sqrt(2 * s * t / (s * s + t * t)) * mp.exp(-(apart**2) / (4 * (s * s + t * t)))
    truths = {"kl": mp.log(t / s) + (s * s + apart**2) / (2 * t * t) - HALF, "chi2": chi2, "hellinger2": hellinger2}
    return gt.LogNormal(m, a), gt.LogNormal(n, b), truths


def gumbels(rng):
    a = log_uniform(rng, 1e-280, 1e280)
    b = another(rng, a, 1e-290, 1e290)
    n = float(a * rng.normal() * log_uniform(rng, 1e-3, 10))
    A, B, N = map(mpf, (a, b, n))
    kl = mp.log(B / A) - mp.euler - 1 - N / B + mp.euler * A / B + mp.exp(N / B) * mp.gamma(1 + A / B)
    return gt.Gumbel(0, a), gt.Gumbel(n, b), {"kl": kl}


def paretos(rng):
    a, m = log_uniform(rng, 1e-4, 1e9), log_uniform(rng, 1e-150, 1e150)
    b, n = another(rng, a, 1e-4, 1e9), another(rng, m, 1e-150, 1e150) if rng.random() < 0.5 else m
    A, B, M, N = map(mpf, (a, b, m, n))
    kl = mp.log(A / B) + B * mp.log(M / N) + B / A - 1 if m >= n else mp.inf
    chi2 = mp.expm1(mp.log(A * A / (B * (2 * A - B))) + B * mp.log(M / N)) if m >= n and 2 * A > B else mp.inf
    log_affinity = mp.log(A * B) / 2 + (A * mp.log(M) + B * mp.log(N) - (A + B) * mp.log(max(M, N))) / 2 - mp.log((A + B) / 2)
    return gt.Pareto(a, m), gt.Pareto(b, n), {"kl": kl, "chi2": chi2, "hellinger2": -mp.expm1(log_affinity)}


FAMILIES = [normals, cauchys, exponentials, betas, students, gammas, weibulls, weibulls_of_one_shape, log_normals, gumbels, paretos]


@pytest.mark.slow
@pytest.mark.parametrize("pairs", FAMILIES, ids=lambda pairs: pairs.__name__)
def test_the_error_covers_the_truth_over_the_whole_domain(pairs):
    rng, worst = np.random.default_rng(15), 0.0
    for _ in range(DRAWS):
        with workdps(40):
            p, q, truths = pairs(rng)
            for name, truth in truths.items():
                found = getattr(gt, name)(p, q)
                if isinstance(found, gt.Divergent):
                    assert truth == mpmath.inf if "exceeds" not in found.reason else truth > 1.79e308, (name, p, q)
                elif truth > 1.79e308:
                    assert found.error >= 1e300, (name, p, q)
                else:
                    worst = max(worst, float(abs(mpf(found.value) - truth) / max(mpf(found.error), mpf(10) ** -300)))
    assert worst <= 1
