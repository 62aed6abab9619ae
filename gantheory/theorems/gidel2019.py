"""Gidel et al. 2019 and others: what each way of stepping does on the bilinear game; Nagarajan & Kolter 2017: two games at rest."""

import math

import numpy as np

from gantheory.base.estimate import Estimate
from gantheory.dynamics.classic import bilinear, linear_quadratic, nagarajan_kolter
from gantheory.dynamics.integrators import alternating, trajectory
from gantheory.dynamics.spectra import multipliers, spectrum_at
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.trained import Trained

ROUNDING = 1e-12  # of a spectral radius
STEPS = (0.1, 0.3, 0.45)


def radii() -> Comparisons:
    """The largest multiplier on xy, for three steps."""
    for eta in STEPS:
        known = {
            "simultaneous": math.sqrt(1 + eta**2),
            "alternating": 1.0,
            "extragradient": math.sqrt(1 - eta**2 + eta**4),
            "optimistic": math.sqrt((1 + math.sqrt(1 - 4 * eta**2)) / 2),
            "proximal": 1 / math.sqrt(1 + eta**2),
        }
        for name, radius in known.items():
            found = float(np.abs(multipliers(bilinear(), name, eta)[0]))
            yield Comparison(f"{name}, η = {eta}", Estimate(found, ROUNDING), "=", radius)


def along_runs() -> Comparisons:
    """The distance to rest over 40 steps of .3 from (1, .4): a power of the radius, where steps turn and shrink alike."""
    for name, radius in (("simultaneous", 1.09**0.5), ("extragradient", (1 - 0.09 + 0.0081) ** 0.5), ("proximal", 1.09**-0.5)):
        w = trajectory(bilinear(), (1.0, 0.4), name, 0.3, 40)
        ratio = float(np.linalg.norm(w[-1]) / np.linalg.norm(w[0]))
        yield Comparison(name, Estimate(ratio, 1e-11), "=", radius**40)


def kept() -> Comparisons:
    """x² + y² - ηxy where x moves first, + ηxy where y does, over 200 steps."""
    for first, sign in ((True, -1), (False, 1)):
        x, y = trajectory(bilinear(), (1.0, 0.4), alternating(generator_first=first), 0.3, 200).T
        value = x**2 + y**2 + sign * 0.3 * x * y
        yield Comparison("x first" if first else "y first", Estimate(float(value[-1]), 1e-12), "=", 1.16 + sign * 0.12)


def at_rest() -> Comparisons:
    """(a, w) = (1, 0): -1/20 ± i √(1/9 - 1/400) for the game of 2014, ±2i/3 for WGAN; ±i times the singular values of a linear one."""
    for loss, real, imaginary in (("minimax", -1 / 20, math.sqrt(1 / 9 - 1 / 400)), ("wasserstein", 0.0, 2 / 3)):
        found = spectrum_at(nagarajan_kolter(loss))
        for part, number, known in (("real", np.real, real), ("imaginary", np.imag, imaginary)):
            yield Comparison(f"{loss}: {part} part", Estimate(float(number(found.eigenvalues[0])), float(found.errors[0])), "=", known)
    singular = np.linalg.svd([[0.0, 4.0], [1.0, 2.0]])[1]
    found = np.sort(np.imag(spectrum_at(linear_quadratic(1.0, 2.0)).eigenvalues))
    for value, known in zip(found, np.sort([*singular, *-singular]), strict=True):
        yield Comparison("linear-quadratic: an imaginary part", Estimate(float(value), ROUNDING), "=", float(known))


CLAIMS = (
    Claim(
        "bilinear-spectral-radii",
        r"\text{on } xy: \sqrt{1 + \eta^2},\ 1,\ \sqrt{1 - \eta^2 + \eta^4},\ \sqrt{(1 + \sqrt{1 - 4\eta^2})/2},\ 1/\sqrt{1 + \eta^2}",
        "Gidel, Berard et al. 2019; Daskalakis et al. 2018",
        (Quadrature(radii), Trained(along_runs)),
        "simultaneous, alternating, extragradient, optimistic, proximal steps of η <= ½",
    ),
    Claim(
        "alternation-keeps-an-ellipse",
        r"\text{alternating steps on } xy \text{ keep } x^2 + y^2 \mp \eta x y",
        "Gidel, Askari Hemmat et al. 2019, section 3",
        (Trained(kept),),
        "- where x moves first, + where y does",
    ),
    Claim(
        "games-at-rest",
        r"G = az,\ D = wx^2 \text{ on } U[-1, 1]: -\tfrac{1}{20} \pm i\sqrt{\tfrac19 - \tfrac1{400}} \text{ at } (1, 0),"
        r" \text{ WGAN } \pm\tfrac{2i}{3}",
        "Nagarajan & Kolter 2017, sections 2.3 and 3.1",
        (Quadrature(at_rest),),
    ),
)
