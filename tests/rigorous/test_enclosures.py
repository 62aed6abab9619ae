"""Proved intervals contain known answers, to many digits; what cannot be proved says so, and a wrong density is noticed."""

from fractions import Fraction

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from flint import ctx

import gantheory as gt
from gantheory import rigorous
from gantheory.evidence.zoo import ZOO, Logistic, constant

mpmath.mp.dps = 80
SHORT = (4, 7, 10)  # digits of a heavy tail, which is cut far out


def exactly(number) -> Fraction:
    """An mpmath number as a fraction, to 70 decimals."""
    return Fraction(int(mpmath.nint(mpmath.mpf(number) * 10**70)), 10**70)


# Closed forms, by mpmath.
KNOWN = {
    "Cauchy": (
        lambda digits: rigorous.jsd(gt.Cauchy(0, 1), gt.Cauchy(1, 1), digits),
        mpmath.log(10 / (5 + 2 * mpmath.sqrt(5))),
    ),
    "uniforms": (lambda digits: rigorous.jsd(gt.Uniform(0, 1), gt.Uniform(0.25, 1.25), digits), mpmath.log(2) / 4),
    "disjoint": (lambda digits: rigorous.criterion(gt.Uniform(0, 1), gt.Uniform(2, 3), digits), mpmath.mpf(0)),
    "KL of Gaussians": (lambda digits: rigorous.kl(gt.Normal(0, 1), gt.Normal(0, 2), digits), mpmath.log(2) - mpmath.mpf(3) / 8),
    "KL of exponentials": (lambda digits: rigorous.kl(gt.Exponential(1), gt.Exponential(2), digits), 1 - mpmath.log(2)),
    "KL of Laplace": (lambda digits: rigorous.kl(gt.Laplace(0, 1), gt.Laplace(0, 2), digits), mpmath.log(2) - mpmath.mpf(1) / 2),
    "V at a constant D": (
        lambda digits: rigorous.value(gt.Normal(0, 1), gt.Laplace(0, 1), constant(1.0), digits),
        -mpmath.log(1 + mpmath.exp(-1)) - mpmath.log(1 + mpmath.e),
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_answers_lie_inside_and_widths_shrink(name):
    enclose, known = KNOWN[name]
    found = {digits: enclose(digits) for digits in (SHORT if name == "Cauchy" else (6, 15, 30))}
    for digits, enclosure in found.items():
        assert exactly(known) in enclosure and enclosure.width <= Fraction(10) ** (1 - digits)
    coarse, middle, fine = found.values()
    assert fine.width <= middle.width <= coarse.width  # thirty digits and fewer are computed with as many bits
    assert fine.lower <= middle.upper and middle.lower <= fine.upper


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in KNOWN if name != "Cauchy"])
def test_known_answers_lie_inside_to_fifty_digits(name):
    enclose, known = KNOWN[name]
    enclosure = enclose(50)
    assert exactly(known) in enclosure and enclosure.width <= Fraction(10) ** -49


def test_a_number_known_to_36_digits_lies_inside():
    known = Fraction("0.111421482184736179717236812217560244")  # by Arb's own integrals and by mpmath
    found = rigorous.jsd(gt.Normal(0, 1), gt.Normal(1, 1), 30)
    assert found.lower <= known + Fraction(1, 10**36) and known - Fraction(1, 10**36) <= found.upper


@pytest.mark.parametrize("name", ZOO)
def test_the_float64_estimate_meets_the_enclosure(name):
    p, q = ZOO[name]
    assert gt.jsd(p, q) in rigorous.jsd(p, q, 9)


def kl_of_betas(a, b, c, d):
    """log B(c, d)/B(a, b) + (a - c) ψ(a) + (b - d) ψ(b) + (c + d - a - b) ψ(a + b)."""
    a, b, c, d = map(mpmath.mpf, (a, b, c, d))
    leading = mpmath.log(mpmath.beta(c, d) / mpmath.beta(a, b))
    return leading + (a - c) * mpmath.psi(0, a) + (b - d) * mpmath.psi(0, b) + (c + d - a - b) * mpmath.psi(0, a + b)


@pytest.mark.parametrize("shapes", [(0.5, 0.5, 2.0, 3.0), (2.5, 1.75, 1.0, 3.0), (2.0, 3.0, 0.5, 0.5), (1.5, 0.125, 0.25, 8.0)])
def test_kl_of_betas_is_its_closed_form(shapes):
    a, b, c, d = shapes
    for digits in (6, 25):
        found = rigorous.kl(gt.Beta(a, b), gt.Beta(c, d), digits)
        assert exactly(kl_of_betas(*shapes)) in found and found.width <= Fraction(10) ** (1 - digits)


def test_kl_is_enclosed_where_one_density_or_a_part_of_a_mixture_is_infinite():
    arcsine = gt.Beta(0.5, 0.5)
    assert exactly(mpmath.log(mpmath.pi) - 1) in rigorous.kl(gt.Uniform(0, 1), arcsine, 25)
    known = 2 * mpmath.log(2) - mpmath.log(mpmath.pi) + mpmath.log(2 * mpmath.pi) / 2 + mpmath.mpf(3) / 16
    assert exactly(known) in rigorous.kl(arcsine, gt.Normal(0, 1), 25)
    spread = gt.Mixture([0.25, 0.75], [arcsine, gt.Normal(0, 1)])
    for pair in ((spread, gt.Normal(0, 1)), (gt.Normal(0, 1), spread), (arcsine, spread)):
        found = rigorous.kl(*pair, 10)
        assert gt.kl(*pair) in found and float(found.width) <= 1e-9


def test_v_of_a_density_that_is_infinite_at_its_ends_is_enclosed():
    """Under the arcsine law E[softplus(x - ½)] is the mean over θ of its value at sin² θ."""
    mpmath.mp.dps = 30
    try:
        of_data = mpmath.quad(lambda t: mpmath.log1p(mpmath.exp(mpmath.sin(t) ** 2 - 0.5)), [0, mpmath.pi / 2]) * 2 / mpmath.pi
        of_g = mpmath.quad(lambda x: mpmath.log1p(mpmath.exp(0.5 - x)), [0, 1])
        assert exactly(-of_data - of_g) in rigorous.value(gt.Beta(0.5, 0.5), gt.Uniform(0, 1), Logistic(-1.0, 0.5), 15)
    finally:
        mpmath.mp.dps = 80


@pytest.mark.parametrize(("a", "b"), [(2.5, 1.75), (1.0, 3.0)])
def test_jsd_of_a_beta_is_that_of_mpmath(a, b):
    mpmath.mp.dps = 30
    try:

        def integrand(x):
            p = x ** (a - 1) * (1 - x) ** (b - 1) / mpmath.beta(a, b)
            return (p * mpmath.log(2 * p / (1 + p)) + mpmath.log(2 / (1 + p))) / 2

        known = mpmath.quad(integrand, [0, 0.5, 1])
        found = rigorous.jsd(gt.Beta(a, b), gt.Uniform(0, 1), 8)
        assert abs(float(known) - float(found)) < 1e-9 + float(found.width)
    finally:
        mpmath.mp.dps = 80


def test_a_wrong_log_density_is_noticed(monkeypatch):
    """-u² in place of -u²/2."""

    def wrong(self, x, offset=0.0):
        u = ((x - self.loc) + offset) / self.scale
        return -u * u - jnp.log(self.scale) - 0.5 * np.log(2 * np.pi)

    true = Fraction("0.111421482184736179717236812217560244")
    assert true + Fraction(1, 10**30) in rigorous.jsd(gt.Normal(0, 1), gt.Normal(1, 1), 9)
    monkeypatch.setattr(gt.Normal, "_log_prob", wrong)
    found = rigorous.jsd(gt.Normal(0, 1), gt.Laplace(0, 1), 9)
    monkeypatch.undo()
    right = rigorous.jsd(gt.Normal(0, 1), gt.Laplace(0, 1), 9)
    assert found.width < Fraction(1, 10**8) and (found.upper < right.lower or right.upper < found.lower)


def test_a_discriminator_is_never_better_than_the_best():
    p, q = gt.Normal(0, 1), gt.Normal(1, 1)
    best = rigorous.value(p, q, gt.optimal_discriminator(p, q), 12)
    assert best.lower <= rigorous.value(p, q, Logistic(-1.0, 0.5), 12).upper  # the same D, given by its formula
    assert rigorous.value(p, q, Logistic(-0.9, 0.5), 12).upper < best.lower


def test_an_infinite_kl_says_where():
    for p, q in ((gt.Uniform(0, 1), gt.Uniform(0.25, 1.25)), (gt.Normal(0, 1), gt.Exponential(1.0))):
        found = rigorous.kl(p, q)
        assert isinstance(found, gt.Divergent) and "where q is 0" in found.reason
    gap = gt.Histogram([0.0, 1.0, 2.0, 3.0], [0.5, 0.0, 0.5])
    beside = gt.Mixture([0.5, 0.5], [gt.Beta(0.5, 2.0), gt.Uniform(2, 3)])
    for q in (gap, beside):
        assert isinstance(rigorous.kl(gt.Uniform(0, 3), q), gt.Divergent)


def test_a_tail_too_heavy_for_kl_says_so():
    for p, q, finite in (
        (gt.Cauchy(0, 1), gt.Normal(0, 1), False),
        (gt.StudentT(2.0), gt.Normal(0, 1), False),
        (gt.StudentT(3.0), gt.Normal(0, 1), True),
        (gt.Cauchy(0, 1), gt.Laplace(0, 1), False),
        (gt.StudentT(1.5), gt.Mixture([0.5, 0.5], [gt.Normal(0, 1), gt.Laplace(0, 1)]), True),
    ):
        found = rigorous.kl(p, q, 4)
        assert gt.kl(p, q) in found if finite else "of which p has no mean" in found.reason
        assert finite == isinstance(gt.kl(p, q), gt.Estimate)


def test_too_little_time_is_undecided():
    p, q = gt.Normal(0, 1), gt.Normal(1, 1)
    hurried = rigorous.jsd(p, q, 15, seconds=0.0)
    assert isinstance(hurried, gt.Undecided) and "time" in hurried.why


def test_the_same_density_twice_is_exact():
    assert rigorous.jsd(gt.Beta(0.5, 0.5), gt.Beta(0.5, 0.5)).width == 0
    assert Fraction(float(-np.log(4))).limit_denominator(10**9) not in rigorous.jsd(gt.Normal(0, 1), gt.Normal(0, 1))


def test_a_parameter_near_log_2_is_the_double_that_it_is():
    near = float(np.log(2))
    known = Fraction(near) ** 2 / 2  # KL of N(0, 1) and N(d, 1); for d = log 2 itself it differs by 1.6e-17
    assert known in rigorous.kl(gt.Normal(0, 1), gt.Normal(near, 1), 25)
    assert exactly(mpmath.log(2) ** 2 / 2) not in rigorous.kl(gt.Normal(0, 1), gt.Normal(near, 1), 25)


def test_arbs_precision_is_left_as_it_was():
    before = ctx.prec
    rigorous.jsd(gt.Normal(0, 1), gt.Normal(1, 1), 30)
    assert ctx.prec == before


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: rigorous.jsd(gt.Normal(0, 1), gt.Normal(1, 1), 0), "`digits` must be a whole number from 1 to 10000. Got 0."),
        (lambda: rigorous.jsd(gt.Normal([0.0, 1.0], 1), gt.Normal(1, 1)), "one alone"),
        (lambda: rigorous.value(gt.Normal(0, 1), gt.Normal(1, 1), jax.nn.sigmoid), "must have a method `logit`"),
    ],
)
def test_bad_input_is_one_sentence(call, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence.replace(".", r"\.")):
        call()


def test_the_command_prints_an_interval(command):
    said = command("divergence", "jsd", "Uniform(0, 1)", "Uniform(0.25, 1.25)", "--proved", "--digits", "20")
    assert said.code == 0 and said.out.startswith("[0.173286795139986327") and said.out.rstrip().endswith("proved")
    low, high = said.out.strip("[").split("]")[0].split(", ")
    assert mpmath.mpf(low) <= mpmath.log(2) / 4 <= mpmath.mpf(high)
    infinite = command("divergence", "kl", "Uniform(0, 1)", "Uniform(0.25, 1.25)", "--proved")
    assert infinite.code == 0 and "where q is 0" in infinite.out
    assert command("divergence", "chi2", "Normal(0, 1)", "Normal(1, 1)", "--proved").code == 2
