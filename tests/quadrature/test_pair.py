"""Divergences of pushforwards against known answers, the panels they are taken on, and the honesty of what is reported."""

import jax.numpy as jnp
import numpy as np
import pytest
from problems import CHEBYSHEV, DENSITIES, FOLDED, NORMAL, PUSHFORWARDS, RELU, SINE, SQUARED, TWO_BUMPS, UNRESOLVED, Problem, name_of

import gantheory as gt
from gantheory.quadrature.line import integrals
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.rows import TAIL

FINITE = [pytest.param(p, id=name_of(p)) for p in PUSHFORWARDS]


@pytest.mark.parametrize("problem", FINITE)
def test_known_answer(problem: Problem):
    assert problem.true_error(problem.divergence(problem.p, problem.q).value) <= 1e-10


@pytest.mark.parametrize("problem", [*FINITE, *(pytest.param(p, id=name_of(p)) for p in UNRESOLVED)])
def test_the_reported_error_covers_the_true_one(problem: Problem):
    estimate = problem.divergence(problem.p, problem.q)
    assert problem.true_error(estimate.value) <= estimate.error


@pytest.mark.parametrize("problem", FINITE)
def test_the_reported_error_is_small(problem: Problem):
    assert problem.divergence(problem.p, problem.q).error <= 1e-9


@pytest.mark.parametrize("problem", [p for p in PUSHFORWARDS if p.divergence is not gt.kl], ids=name_of)
def test_symmetric_within_the_errors(problem: Problem):
    forward, backward = problem.divergence(problem.p, problem.q), problem.divergence(problem.q, problem.p)
    assert abs((forward - backward).value) <= (forward - backward).error


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (gt.Pushforward(lambda z: 2 * z, NORMAL), gt.Normal(0, 2)),
        (gt.Pushforward(lambda z: -z, NORMAL), NORMAL),
        (gt.Pushforward(lambda z: jnp.cos(jnp.pi * z), gt.Uniform(0, 1)), SINE),
        (gt.Pushforward(jnp.abs, NORMAL), gt.Pushforward(jnp.abs, gt.Normal(0, 1))),
        (gt.Pushforward(lambda z: z * z, TWO_BUMPS), gt.Pushforward(lambda z: jnp.square(-z), TWO_BUMPS)),
    ],
    ids=["scaled", "mirrored", "cosine and sine", "folded twice", "squared twice"],
)
def test_two_ways_to_one_law_are_0_apart(p, q):
    for divergence in (gt.jsd, gt.total_variation):
        estimate = divergence(p, q)
        assert 0 <= estimate.value <= estimate.error <= 1e-7  # two folds at one x: the other's preimages are known to sqrt(eps) there


def test_invertible_maps_of_both_change_nothing():
    def one_to_one(z):
        return jnp.sinh(z) + z

    p, q = (gt.Pushforward(one_to_one, gt.Normal(shift, 1)) for shift in (0, 1))
    estimate = gt.jsd(p, q)
    assert abs(estimate.value - 0.11142148218473618) <= estimate.error <= 1e-10


def test_many_to_one_maps_of_both_lose():
    p, q = (gt.Pushforward(lambda z: z * z, gt.Normal(shift, 1)) for shift in (0, 1))
    assert gt.jsd(p, q).upper < gt.jsd(gt.Normal(0, 1), gt.Normal(1, 1)).lower


@pytest.mark.parametrize(
    ("p", "q"),
    [(NORMAL, SQUARED), (NORMAL, SINE), (gt.Uniform(-2, 2), CHEBYSHEV), (NORMAL, RELU), (FOLDED, SQUARED)],
    ids=["z²", "sin", "T₃", "relu", "z² and |z|"],
)
def test_kl_is_infinite_where_one_support_ends_first_or_has_an_atom(p, q):
    if p is not FOLDED:
        infinite = gt.kl(p, q)
        assert isinstance(infinite, gt.Divergent) and "outside" in infinite.reason
    if q is RELU:
        atom = gt.kl(q, p)
        assert isinstance(atom, gt.Divergent) and "x = 0" in atom.reason


def test_an_all_constant_generator_is_log_2_away():
    estimate = gt.jsd(gt.Pushforward(lambda z: 0 * z + 1.0, NORMAL), NORMAL)
    assert abs(estimate.value - np.log(2)) <= estimate.error <= 1e-12


@pytest.mark.parametrize("problem", [*DENSITIES, *PUSHFORWARDS], ids=name_of)
def test_rows_meet_end_to_end_and_do_not_overlap(problem: Problem):
    rows = Pair(problem.p, problem.q).rows
    assert (rows.reach != 0).all()
    for chart in np.unique(rows.chart):
        own = rows.take((rows.chart == chart) & (rows.kind != TAIL))
        ends = np.sort(np.stack([own.anchor, own.anchor + own.reach]), axis=0)
        order = np.argsort(ends[0])
        low, high = ends[0][order], ends[1][order]
        assert (low[1:] >= high[:-1] - 1e-12 * np.maximum(1, np.abs(high[:-1]))).all()


@pytest.mark.parametrize("problem", [*DENSITIES[:5], *PUSHFORWARDS[:6]], ids=name_of)
def test_fixed_nodes_hold_both_masses(problem: Problem):
    x, log_p, log_q = Pair(problem.p, problem.q).fixed_nodes()
    assert np.isfinite(x).all()
    assert np.exp(log_p).sum() == pytest.approx(1, abs=1e-9)
    assert np.exp(log_q).sum() == pytest.approx(1, abs=1e-9)
    assert np.exp(log_p) @ x == pytest.approx(
        np.exp(Pair(problem.p, problem.p).fixed_nodes()[1]) @ Pair(problem.p, problem.p).fixed_nodes()[0], abs=1e-6
    )


def test_a_density_whose_landmarks_miss_its_mass_is_caught():
    class Mislaid(gt.Normal):
        """A normal that forgets where it is."""

        def _cuts(self):
            return np.broadcast_to([-50.0, 50.0], (*self.batch_shape, 2)), np.zeros(2, int)

    needle = Mislaid(3.21, 1e-4)
    estimate = gt.jsd(needle, gt.Uniform(-40, 40))
    with_facts = gt.jsd(gt.Normal(3.21, 1e-4), gt.Uniform(-40, 40))
    assert abs(estimate.value - with_facts.value) <= estimate.error


def test_an_integrand_is_never_nan():
    with pytest.raises(ValueError, match="must be a number everywhere"):
        integrals(Pair(NORMAL, gt.Normal(1, 1)), {"bad": lambda log_p, log_q, logit: log_p * jnp.nan})


def test_several_integrals_on_common_nodes_are_those_taken_alone():
    from gantheory.measurement.divergences import jsd_integrand, kl_integrand

    pair = Pair(NORMAL, TWO_BUMPS)
    both = integrals(pair, {"jsd": jsd_integrand, "kl": kl_integrand})
    for name, alone in (("jsd", gt.jsd(NORMAL, TWO_BUMPS)), ("kl", gt.kl(NORMAL, TWO_BUMPS))):
        assert abs(both[name].value - alone.value) <= both[name].error + alone.error
