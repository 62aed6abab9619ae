"""Divergences of pushforwards against known answers: values, reported errors, and the rows of panels."""

import jax.numpy as jnp
import numpy as np
import pytest
from problems import CHEBYSHEV, DENSITIES, FOLDED, NORMAL, PUSHFORWARDS, RELU, SINE, SQUARED, TWO_BUMPS, UNRESOLVED, Problem, name_of

import gantheory as gt
from gantheory.measurement import integrands
from gantheory.quadrature.integrand import Integrand
from gantheory.quadrature.line import integrals_on_line
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.rows import TAIL

FINITE = [pytest.param(p, id=name_of(p)) for p in PUSHFORWARDS]


@pytest.mark.parametrize("problem", FINITE)
def test_the_value_is_the_known_answer(problem: Problem):
    assert problem.true_error(problem.divergence(problem.p, problem.q).value) <= 1e-10


@pytest.mark.parametrize("problem", [*FINITE, *(pytest.param(p, id=name_of(p)) for p in UNRESOLVED)])
def test_the_reported_error_covers_the_true_one(problem: Problem):
    estimate = problem.divergence(problem.p, problem.q)
    assert problem.true_error(estimate.value) <= estimate.error


@pytest.mark.parametrize("problem", FINITE)
def test_the_reported_error_is_small(problem: Problem):
    assert problem.divergence(problem.p, problem.q).error <= 1e-9


@pytest.mark.parametrize("problem", [p for p in PUSHFORWARDS if p.divergence is not gt.kl], ids=name_of)
def test_swapping_the_arguments_changes_the_value_by_no_more_than_the_errors(problem: Problem):
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
def test_two_generators_of_one_law_are_0_apart(p, q):
    for divergence in (gt.jsd, gt.total_variation):
        estimate = divergence(p, q)
        assert 0 <= estimate.value <= estimate.error <= 1e-7  # where both have a fold at one x, preimages are known to √eps


def test_an_invertible_map_of_both_leaves_the_jsd_unchanged():
    def one_to_one(z):
        return jnp.sinh(z) + z

    p, q = (gt.Pushforward(one_to_one, gt.Normal(shift, 1)) for shift in (0, 1))
    estimate = gt.jsd(p, q)
    assert abs(estimate.value - 0.11142148218473618) <= estimate.error <= 1e-10


def test_a_many_to_one_map_of_both_lowers_the_jsd():
    p, q = (gt.Pushforward(lambda z: z * z, gt.Normal(shift, 1)) for shift in (0, 1))
    assert gt.jsd(p, q).upper < gt.jsd(gt.Normal(0, 1), gt.Normal(1, 1)).lower


@pytest.mark.parametrize(
    ("p", "q"),
    [(NORMAL, SQUARED), (NORMAL, SINE), (gt.Uniform(-2, 2), CHEBYSHEV), (NORMAL, RELU), (FOLDED, SQUARED)],
    ids=["z²", "sin", "T₃", "relu", "z² and |z|"],
)
def test_kl_is_infinite_if_p_has_mass_outside_the_support_of_q_or_an_atom(p, q):
    if p is not FOLDED:
        infinite = gt.kl(p, q)
        assert isinstance(infinite, gt.Divergent) and "outside" in infinite.reason
    if q is RELU:
        atom = gt.kl(q, p)
        assert isinstance(atom, gt.Divergent) and "x = 0" in atom.reason


def test_a_constant_generator_is_log_2_away_from_a_density():
    estimate = gt.jsd(gt.Pushforward(lambda z: 0 * z + 1.0, NORMAL), NORMAL)
    assert abs(estimate.value - np.log(2)) <= estimate.error <= 1e-12


@pytest.mark.parametrize("problem", [*DENSITIES, *PUSHFORWARDS], ids=name_of)
def test_rows_of_one_chart_do_not_overlap(problem: Problem):
    rows = Pair(problem.p, problem.q).rows
    assert (rows.reach != 0).all()
    for chart in np.unique(rows.chart):
        own = rows.take((rows.chart == chart) & (rows.kind != TAIL))
        ends = np.sort(np.stack([own.anchor, own.anchor + own.reach]), axis=0)
        order = np.argsort(ends[0])
        low, high = ends[0][order], ends[1][order]
        assert (low[1:] >= high[:-1] - 1e-12 * np.maximum(1, np.abs(high[:-1]))).all()


@pytest.mark.parametrize("problem", [*DENSITIES[:5], *PUSHFORWARDS[:6]], ids=name_of)
def test_fixed_nodes_have_both_masses_and_the_mean(problem: Problem):
    x, log_p, log_q = Pair(problem.p, problem.q).fixed_nodes()
    assert np.isfinite(x).all()
    assert np.exp(log_p).sum() == pytest.approx(1, abs=1e-9)
    assert np.exp(log_q).sum() == pytest.approx(1, abs=1e-9)
    assert np.exp(log_p) @ x == pytest.approx(
        np.exp(Pair(problem.p, problem.p).fixed_nodes()[1]) @ Pair(problem.p, problem.p).fixed_nodes()[0], abs=1e-6
    )


def test_a_density_whose_landmarks_miss_its_mass_is_caught():
    class Mislaid(gt.Normal):
        """A normal whose landmarks are in the wrong place."""

        def _cuts(self):
            return np.broadcast_to([-50.0, 50.0], (*self.batch_shape, 2)), np.zeros(2, int)

    needle = Mislaid(3.21, 1e-4)
    estimate = gt.jsd(needle, gt.Uniform(-40, 40))
    with_facts = gt.jsd(gt.Normal(3.21, 1e-4), gt.Uniform(-40, 40))
    assert abs(estimate.value - with_facts.value) <= estimate.error


def test_an_integrand_that_is_nan_is_refused():
    with pytest.raises(ValueError, match="must be a number everywhere"):
        integrals_on_line(Pair(NORMAL, gt.Normal(1, 1)), {"bad": Integrand(lambda log_p, log_q: log_p * jnp.nan)})


def test_several_integrals_on_common_nodes_equal_those_taken_alone():
    pair = Pair(NORMAL, TWO_BUMPS)
    both = integrals_on_line(pair, {"jsd": integrands.jsd, "kl": integrands.kl})
    for name, alone in (("jsd", gt.jsd(NORMAL, TWO_BUMPS)), ("kl", gt.kl(NORMAL, TWO_BUMPS))):
        assert abs(both[name].value - alone.value) <= both[name].error + alone.error
