"""A few hundred attacks from fixed numbers, and whether the attack itself is to be trusted. ``scripts/attack`` runs thousands."""

import math
from fractions import Fraction

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

import gantheory as gt
from attacks import closed_forms, lines
from attacks.judge import INFINITE, exactly, judged, undefined, within
from attacks.kinds import KINDS, case_of
from attacks.operations import BINARY, OPERATIONS, UNARY
from attacks.oracle import integral, jsd_by_cells, jsd_of_lines, jsd_of_monotone, quantiles
from attacks.trees import Z, op
from attacks.workers import judge

# Cases of each kind in the fast suite, some 140; the slow tests have 300 more. Kinds that take long to compile are left out here.
FEW = {
    "families": 4,
    "families-proved": 10,
    "histograms": 8,
    "mixtures": 2,
    "steps": 4,
    "knots": 8,
    "disguises": 6,
    "smooth": 2,
    "odd": 2,
    "narrow": 2,
    "log-densities": 2,
    "values": 10,
    "no-law": 8,
    "no-density": 3,
    "null-sets": 10,
    "infinities": 10,
    "subclasses": 12,
    "fields": 16,
    "names": 4,
    "refusals": 20,
}
MANY = {kind: row.share for kind, row in KINDS.items()}


def faults(kind: str, numbers: range) -> list[str]:
    found = [judge(f"{kind}-{number}") for number in numbers]
    return [f"{one.name}: {one.verdict.outcome}: {one.text} -> {one.verdict.detail}" for one in found if one.verdict.is_fault]


@pytest.mark.parametrize("kind", FEW)
def test_no_answer_excludes_the_truth(kind):
    found = faults(kind, range(FEW[kind]))
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_none_of_more_answers_excludes_the_truth(kind):
    found = faults(kind, range(1000, 1000 + MANY[kind]))
    assert not found, "\n".join(found)


def test_a_case_is_the_same_each_time():
    assert case_of("steps-3").text == case_of("steps-3").text != case_of("steps-4").text
    with pytest.raises(ValueError, match="steps-17"):
        case_of("steps")


LIES = {
    "an interval beside it": (gt.Enclosure(1, 2), exactly(2.5)),
    "an interval of what is infinite": (gt.Enclosure(1, 2), INFINITE),
    "an interval of what is nothing": (gt.Enclosure(1, 2), undefined("no law")),
    "an error that is too small": (gt.Estimate(1.0, 0.1), within(1.2, 1e-3)),
    "infinite without reason": (gt.Divergent("a tail"), exactly(3.0)),
    "of the wrong sign": (gt.Divergent("a tail", -1), INFINITE),
    "a narrowest interval beside it": (gt.Undecided("no time", gt.Enclosure(1, 2)), exactly(3)),
    "too wide": (gt.Enclosure(0, 1), exactly(0.5)),
    "an internal error": (KeyError("x"), exactly(1.0)),
    "a bare number": (1.0, exactly(1.0)),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_found_out(lie):
    assert judged(*LIES[lie], digits=6).is_fault


def test_what_is_right_is_no_fault():
    for answer, truth in (
        (gt.Enclosure(Fraction(1), Fraction(1)), exactly(1.0)),
        (gt.Estimate(1.0, 0.1), within(1.2, 0.15)),
        (gt.Divergent("a tail"), INFINITE),
        (gt.Divergent("it exceeds the largest double"), exactly(mpmath.mpf("1e400"))),
        (gt.Undecided("no time", gt.Enclosure(1, 2)), exactly(1.5)),
        (gt.Undecided("no law"), undefined("no law")),
    ):
        assert not judged(answer, truth, digits=6).is_fault


def test_a_sentence_of_the_library_is_a_refusal_and_a_tracer_error_is_none():
    with pytest.raises(ValueError) as refused:
        gt.Normal(0.0, -1.0)
    assert judged(refused.value, exactly(1.0)).outcome == "refused"
    with pytest.raises(TypeError) as internal:
        jax.jit(lambda x: 1 if x > 0 else 2)(1.0)
    assert judged(internal.value, exactly(1.0)).outcome == "crash"


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
def test_jax_and_numpy_mean_the_same_by_an_operation(name):
    points = np.array([-7.25, -3, -1.5, -1, -0.5, -0.2, -0.0, 0, 1e-3, 0.25, 0.3, 0.5, 1, 1.5, 2, 2.5, 6.3, 40, np.nan])
    rng, count = np.random.default_rng(0), 1 if name in UNARY else 2 if name in BINARY else 4
    columns = [points, *(rng.permutation(points) for _ in range(count - 1))]
    with jax.enable_x64(True), np.errstate(all="ignore"):
        expected = OPERATIONS[name].truth(*columns)
        found = jax.jit(jax.vmap(OPERATIONS[name].traced))(*map(jnp.asarray, columns))
    np.testing.assert_allclose(found, np.broadcast_to(expected, points.shape), rtol=1e-9, atol=1e-12)


KNOWN = {
    "square": 0.2652554451567022,
    "abs": 0.2157615543888356,
    "exp": 0.2631085112876004,
    "cube": 0.1618900658944629,
    "relu": math.log(2) / 2,
}


@pytest.mark.parametrize("name", KNOWN)
def test_binned_masses_hold_known_values_between_them(name):
    found = jsd_by_cells(lines.normal(0, 1), op(name, Z), lines.normal(0, 1))
    assert found.low <= KNOWN[name] <= found.high and found.high - found.low < 0.08
    if exact := jsd_of_monotone(lines.normal(0, 1), op(name, Z), lines.normal(0, 1)):
        assert exact.low <= KNOWN[name] <= exact.high


def test_quadrature_gives_known_values():
    assert jsd_of_lines(lines.normal(0, 1), lines.normal(1, 1)).low == pytest.approx(0.111421482184736180, abs=1e-12)
    assert jsd_of_lines(lines.uniform(0, 1), lines.uniform(0.25, 1.25)).low == pytest.approx(math.log(2) / 4, abs=1e-12)


MADE = {
    "Normal": (lines.normal, [(0.3, 1.1), (-0.4, 0.9), (0.3, 0.9), (-0.4, 1.1)]),
    "Laplace": (lines.laplace, [(0.3, 1.1), (-0.4, 0.9), (0.3, 0.9), (-0.4, 1.1)]),
    "Cauchy": (lines.cauchy, [(0.3, 1.1), (-0.4, 0.9), (-0.4, 1.1)]),
    "StudentT": (lines.student, [(3.5, 0.2, 1.1), (3.5, -0.4, 1.1), (3.5, 0.2, 0.9)]),
    "Uniform": (lines.uniform, [(0.2, 0.9), (0.1, 1.5)]),
    "Exponential": (lines.exponential, [(1.3,), (0.9,)]),
    "Beta": (lines.beta, [(1.5, 2.0), (2.2, 1.4)]),
    "TruncatedNormal": (lines.truncated, [(0.3, 1.1, -0.5, 0.9), (0.0, 0.8, -0.5, 1.2)]),
}


def _integrand(name: str, p: lines.Line, q: lines.Line):
    def function(x):
        log_p, log_q = p.log_prob(x), q.log_prob(x)
        a, b = np.exp(log_p), np.exp(log_q)
        with np.errstate(all="ignore"):
            return {
                "kl": np.where(a > 0, a * (log_p - log_q) - a + b, b),
                "hellinger2": (np.sqrt(a) - np.sqrt(b)) ** 2 / 2,
                "chi2": np.where(a + b > 0, (a - b) ** 2 / b, 0),
                "total_variation": abs(a - b) / 2,
                "wasserstein1": abs(p.cdf(x) - q.cdf(x)),
            }[name]

    return function


@pytest.mark.slow
def test_closed_forms_agree_with_quadrature():
    agreed = 0
    for first, name, second in closed_forms.FORMS:
        (make_p, all_p), (make_q, all_q) = MADE[first], MADE[second]
        for of_p in all_p:
            for of_q in all_q:
                form = closed_forms.closed_form(name, (first, of_p), (second, of_q))
                if form is None or form == mpmath.inf:
                    continue
                p, q = make_p(*of_p), make_q(*of_q)
                found, doubt = integral(_integrand(name, p, q), np.union1d(quantiles(p), quantiles(q)))
                assert float(form) == pytest.approx(found, rel=1e-6, abs=1e-6 + 10 * doubt), (first, of_p, name, second, of_q)
                agreed += 1
    assert agreed > 100
