"""Thousands of pairs at once are the pairs one by one; gradients are those of closed forms; traced values are the values."""

import jax
import numpy as np
import pytest
from problems import few

import gantheory as gt

LOCS, SCALES = np.linspace(0, 3, 7), np.linspace(1, 2, 7)


@pytest.mark.parametrize("name", few(["jsd", "kl", "criterion", "total_variation", "hellinger2", "chi2", "triangular", "jeffreys"], 3))
def test_a_batch_is_its_pairs(name):
    divergence = getattr(gt, name)
    batch = divergence(gt.Normal(LOCS, 1.0), gt.Normal(0.0, SCALES))
    assert batch.shape == (7,) == batch.error.shape
    for i in range(7):
        one = divergence(gt.Normal(LOCS[i], 1.0), gt.Normal(0.0, SCALES[i]))
        assert abs(batch[i].value - one.value) <= batch[i].error + one.error


def test_a_batch_of_mixtures():
    rng = np.random.default_rng(0)
    weights, locs, scales = rng.dirichlet(np.ones(3), 5), rng.normal(0, 2, (5, 3)), np.exp(rng.normal(0, 0.5, (5, 3)))
    whole = gt.jsd(gt.Mixture(weights, gt.Normal(locs, scales)), gt.Mixture(weights, [gt.Laplace(locs[:, i], 1.0) for i in range(3)]))
    for i in range(5):
        p = gt.Mixture(weights[i], [gt.Normal(*each) for each in zip(locs[i], scales[i], strict=True)])
        one = gt.jsd(p, gt.Mixture(weights[i], gt.Laplace(locs[i], np.ones(3))))
        assert abs(whole[i].value - one.value) <= whole[i].error + one.error


def test_infinite_elements_are_typed_and_spoil_no_other():
    batch = gt.kl(gt.Uniform(0.0, [1.0, 2.0, 0.5]), gt.Uniform(0.0, 1.0))
    assert isinstance(batch[1], gt.Divergent) and "outside [0, 1]" in batch[1].reason
    assert batch.value[1] == np.inf and batch[0].value == 0
    assert abs(batch[2].value - np.log(2)) <= batch[2].error
    assert isinstance(batch[1:][0], gt.Divergent)


def test_shapes_that_do_not_broadcast_are_refused():
    with pytest.raises(ValueError, match="must broadcast"):
        gt.jsd(gt.Normal(np.zeros(2), 1.0), gt.Normal(np.zeros(3), 1.0))


def test_gradients_of_closed_forms():
    by_p, by_q = gt.gradient(gt.kl, gt.Normal(1.5, 1.0), gt.Normal(0.0, 1.0))  # KL = d²/2
    assert by_p.loc == pytest.approx(1.5, abs=1e-12) and by_q.loc == pytest.approx(-1.5, abs=1e-12)
    by_p, by_q = gt.gradient(gt.kl, gt.Normal(0.0, 1.0), gt.Normal(0.0, 2.0))  # log s + 1/(2s²) - ½
    assert by_q.scale == pytest.approx(1 / 2 - 1 / 8, abs=1e-12)
    by_p, by_q = gt.gradient(gt.kl, gt.Exponential([1.0, 2.0]), gt.Exponential(3.0))  # log(a/b) + b/a - 1
    np.testing.assert_allclose(by_p.rate, [1 - 3, 1 / 2 - 3 / 4], atol=1e-12)


def test_gradients_see_the_ends_of_supports_move():
    """JSD(U[0, 1], U[a, 1 + a]) = a log 2."""
    _, by_q = gt.gradient(gt.jsd, gt.Uniform(0.0, 1.0), gt.Uniform(0.25, 1.25))
    assert by_q.low + by_q.high == pytest.approx(np.log(2), abs=1e-12)


def test_a_pushforward_has_no_parameters_to_differentiate():
    with pytest.raises(TypeError, match="Got a pushforward"):
        gt.gradient(gt.jsd, gt.Pushforward(lambda z: z, gt.Normal()), gt.Normal())


def test_under_jit_the_value_is_the_value_and_an_infinite_one_is_inf():
    value = jax.jit(lambda loc: gt.jsd(gt.Normal(loc, 1.0), gt.Normal(0.0, 1.0)).value)(1.0)
    assert float(value) == pytest.approx(0.111421482184736, abs=1e-7)
    assert jax.jit(lambda loc: gt.kl(gt.Cauchy(loc, 1.0), gt.Normal(0.0, 1.0)).value)(0.0) == np.inf
    many = jax.vmap(lambda loc: gt.jsd(gt.Normal(loc, 1.0), gt.Normal(0.0, 1.0)).value)(np.arange(3.0))
    np.testing.assert_allclose(many, [0, 0.11142148, 0.33683082], atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("tolerance", [1e-3, 1e-10, 1e-12])
def test_what_a_tolerance_leaves_out_is_in_the_error(tolerance):
    rng = np.random.default_rng(3)
    shape = (60, 3)
    mixtures = [
        gt.Mixture(rng.dirichlet(np.ones(3), 60), gt.Normal(rng.normal(0, 10, shape), np.exp(rng.uniform(-7, 2, shape)))) for _ in range(2)
    ]
    for pair in (mixtures, (gt.Beta(rng.uniform(0.2, 3, 60), 2.0), gt.Beta(rng.uniform(0.2, 3, 60), 0.5))):
        quick, exact = gt.jsd(*pair, tolerance), gt.jsd(*pair)
        assert (np.abs(quick.value - exact.value) <= quick.error + exact.error).all()
        assert (quick.error <= 3 * tolerance + 1e-11).all()
