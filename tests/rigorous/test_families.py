"""What proofs take as known of each family, against scipy; and that a family without a fact says so."""

import math

import numpy as np
import pytest
from flint import arb
from scipy import integrate, stats

import gantheory as gt
from gantheory.distributions.line import FAMILIES
from gantheory.rigorous import families
from gantheory.rigorous.ends import near, powers_at_ends, singular_ends

# One density of each family or shape, beside scipy's own.
KNOWN = {
    "Normal": (gt.Normal(0.3, 1.7), stats.norm(0.3, 1.7)),
    "Uniform": (gt.Uniform(-0.5, 1.5), stats.uniform(-0.5, 2)),
    "Laplace": (gt.Laplace(0.25, 0.8), stats.laplace(0.25, 0.8)),
    "Logistic": (gt.Logistic(0.25, 0.8), stats.logistic(0.25, 0.8)),
    "Cauchy": (gt.Cauchy(0.1, 1.2), stats.cauchy(0.1, 1.2)),
    "StudentT": (gt.StudentT(3.0, 0.5, 1.5), stats.t(3, 0.5, 1.5)),
    "Exponential": (gt.Exponential(1.3), stats.expon(scale=1 / 1.3)),
    "Beta": (gt.Beta(2.5, 0.75), stats.beta(2.5, 0.75)),
    "TruncatedNormal": (gt.TruncatedNormal(0.1, 1.1, -1.0, np.inf), stats.truncnorm(-1.0, np.inf, 0.1, 1.1)),
    "Histogram": (gt.Histogram([0.0, 1.0, 3.0], [0.25, 0.75]), stats.rv_histogram(([0.25, 0.375], [0.0, 1.0, 3.0]), density=True)),
}
BOUNDED = ("Beta", "Histogram", "Uniform")
UNBOUNDED = [name for name in KNOWN if name not in BOUNDED]
UNKNOWN = gt.from_scipy(stats.norm(0, 1))  # a density of which only values are known

# |x|'s functions, whose moments beyond ±T are bounded; and the least tail index for which they are finite.
MOMENTS = {
    "mass": (lambda x: 1.0, 0),
    "first": (abs, 1),
    "second": (lambda x: x * x, 2),
    "logarithm": (lambda x: math.log1p(abs(x)), 0),
}


def beyond(law, function, T: float) -> float:
    """∫ over |x| > T of p · function, by scipy."""

    def integrand(s):
        x = T * math.exp(s)  # both tails, in the logarithm of the distance
        return (law.pdf(x) * function(x) + law.pdf(-x) * function(-x)) * x

    return integrate.quad(integrand, 0, 40, limit=200)[0]


def test_every_family_with_facts_is_here():
    with_facts = families.whole_mass.registry.keys() | families.moments.registry.keys()
    assert KNOWN.keys() | {"Mixture"} == {family.__name__ for family in FAMILIES if family in with_facts}


@pytest.mark.parametrize("T", [8.0, 40.0])
@pytest.mark.parametrize("name", UNBOUNDED)
def test_moments_beyond_a_cut_are_bounded(name, T):
    density, law = KNOWN[name]
    found = families.moments(density, arb(T))
    for moment, (function, least_index) in MOMENTS.items():
        bound, true = float(getattr(found, moment).upper()), beyond(law, function, T)
        if density.tail_index <= least_index:
            assert bound == math.inf
        else:
            assert true * (1 - 1e-6) <= bound < math.inf


@pytest.mark.parametrize("name", UNBOUNDED)
def test_the_mass_beyond_a_cut_is_bounded_sharply(name):
    density, law = KNOWN[name]
    T = 8.0
    nearest = T - abs(float(getattr(density, "loc", 0.0)))  # the bound is of both tails, from the nearer end
    assert float(families.moments(density, arb(T)).mass.upper()) < 3.5 * (law.sf(nearest) + law.cdf(-nearest))


@pytest.mark.parametrize("name", BOUNDED)
def test_nothing_of_a_bounded_density_is_beyond_its_ends(name):
    density, _ = KNOWN[name]
    assert families.moments(density, arb(3)).second == 0
    assert families.moments(density, arb(0.5)).mass == math.inf  # T is not yet outside the support
    assert families.decay(density) == math.inf and families.envelope(density).constant == 0


@pytest.mark.parametrize("name", [name for name in UNBOUNDED if type(KNOWN[name][0]) in families.envelope.registry])
def test_the_logarithm_stays_inside_its_envelope(name):
    density, law = KNOWN[name]
    bound = [float(part.upper()) for part in families.envelope(density)]
    for x in (-1e3, -30.0, -5.0, -1.0, 1.0, 5.0, 30.0, 1e3):
        if np.isfinite(law.logpdf(x)):
            shape = 1.0, abs(x), x * x, math.log1p(abs(x))
            assert abs(law.logpdf(x)) <= np.dot(bound, shape)


@pytest.mark.parametrize("name", UNBOUNDED)
def test_the_logarithm_decays_no_slower_than_said(name):
    density, law = KNOWN[name]
    order = families.decay(density)
    ratio = law.logpdf(300.0) / law.logpdf(30.0)
    assert 0.9 * 10**order < ratio < 3 * 10**order


@pytest.mark.parametrize("name", [name for name in KNOWN if name != "Beta"])
def test_no_value_is_above_the_height(name):
    density, law = KNOWN[name]
    low, high = law.ppf([1e-6, 1 - 1e-6])
    places = np.concatenate([np.linspace(low, high, 2001), density.breakpoints, [float(getattr(density, "loc", 0.0))]])
    height = float(families.height(density).upper())
    assert law.pdf(places).max() <= height * (1 + 1e-12) and height <= 6 * law.pdf(places).max()
    assert height == float(families.height_beyond_1(density).upper())


def test_no_value_of_a_beta_is_beyond_1():
    assert families.height_beyond_1(gt.Beta(0.5, 0.5)) == 0


@pytest.mark.parametrize("name", ["Normal", "Uniform", "Beta"])
def test_the_mass_between_two_points(name):
    density, law = KNOWN[name]
    for low, high in ((-0.25, 0.5), (0.125, 0.875), (-3.0, 4.0), (0.75, 5.0)):
        mass = families.mass_between(density, arb(low), arb(high))
        assert float(mass) == pytest.approx(law.cdf(high) - law.cdf(low), rel=1e-12, abs=0)


def test_the_mass_of_a_mixture_between_two_points_is_that_of_its_parts():
    laws = KNOWN["Normal"][1], KNOWN["Beta"][1]
    mixture = gt.Mixture([0.25, 0.75], [KNOWN["Normal"][0], KNOWN["Beta"][0]])
    known = sum(weight * (law.cdf(0.5) - law.cdf(-1)) for weight, law in zip((0.25, 0.75), laws, strict=True))
    assert float(families.mass_between(mixture, arb(-1), arb(0.5))) == pytest.approx(known, rel=1e-12, abs=0)
    beside = gt.Mixture([0.5, 0.5], [KNOWN["Normal"][0], KNOWN["Laplace"][0]])
    assert families.mass_between(beside, arb(-1), arb(0.5)) is None  # is integrated


def test_the_whole_mass_is_that_of_the_doubles():
    assert all(families.whole_mass(density) == 1 for name, (density, _) in KNOWN.items())
    short = gt.Histogram([0.0, 1.0], [1 - 5e-13])
    assert families.whole_mass(short) == arb(1 - 5e-13)
    assert families.whole_mass(gt.Mixture([0.5, 0.5], [short, gt.Normal()])) == (arb(1 - 5e-13) + 1) / 2


def test_the_parts_of_a_mixture_of_one_family_are_single_densities():
    parts = families.parts_of(gt.Mixture([0.25, 0.75], gt.Normal([0.0, 1.0], 2.0)))
    assert [(float(weight), float(part.loc), float(part.scale), part.batch_shape) for weight, part in parts] == [
        (0.25, 0.0, 2.0, ()),
        (0.75, 1.0, 2.0, ()),
    ]


@pytest.mark.parametrize(("point", "sign"), [(0.0, 1), (1.0, -1)])
def test_the_mass_next_to_the_end_of_a_beta(point, sign):
    density, law = KNOWN["Beta"]
    mixture = gt.Mixture([0.5, 0.5], [density, gt.Uniform(-1, 2)])
    width = 1e-3
    known = law.cdf(width) if sign > 0 else law.sf(1 - width)
    for of, true in ((density, known), (mixture, known / 2 + width / 6)):
        mass = near(of, arb(point), sign, arb(width)).mass(arb(width))
        assert float(mass.lower()) <= true * (1 + 1e-9) and true <= float(mass.upper()) * (1 + 1e-9)
        assert float(mass.rad()) < 0.02 * true
    assert near(density, arb(point), -sign, arb(width)) is None  # the other side, where there is nothing


def test_singular_ends_are_those_of_betas():
    beside = gt.Mixture([0.5, 0.5], [gt.Beta(0.5, 2.0), gt.Normal()])
    assert singular_ends(beside) == [0.0, 1.0] and powers_at_ends(beside) == [0.5, 2.0]
    assert all(singular_ends(density) == powers_at_ends(density) == [] for name, (density, _) in KNOWN.items() if name != "Beta")


@pytest.mark.parametrize(
    ("fact", "ask"),
    [
        ("moments", lambda density: families.moments(density, arb(8))),
        ("envelope", families.envelope),
        ("decay", families.decay),
        ("height", families.height),
        ("mass", families.whole_mass),
    ],
)
def test_a_fact_that_is_not_known_is_refused_by_name(fact, ask):
    with pytest.raises(NotImplementedError, match=rf"^A density must be one whose {fact} is known\. Got {type(UNKNOWN).__name__}\.$"):
        ask(UNKNOWN)


def test_a_beta_has_no_height():
    with pytest.raises(NotImplementedError, match=r"^A density must be one whose height is known\. Got Beta\.$"):
        families.height(gt.Beta(0.5, 0.5))


def test_a_mixture_of_two_halves_has_no_envelope():
    halves = [gt.TruncatedNormal(0, 1, 0, np.inf), gt.TruncatedNormal(0, 1, -np.inf, 0)]
    with pytest.raises(NotImplementedError, match=r"reaches as far as all do\. Got parts TruncatedNormal, TruncatedNormal\."):
        families.envelope(gt.Mixture([0.5, 0.5], halves))
