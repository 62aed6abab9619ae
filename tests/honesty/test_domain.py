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


@pytest.mark.slow
@pytest.mark.parametrize("pairs", [normals, cauchys, exponentials, betas, students], ids=lambda pairs: pairs.__name__)
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
