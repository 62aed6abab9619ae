"""What the law of G(z) rests on, piece by piece: each against its formula, or a symmetry that it has."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

import gantheory as gt
from gantheory.distributions.pushforward.branches import _unsafe, first_grid, known_points
from gantheory.distributions.pushforward.ends import end_of, far_end_of
from gantheory.distributions.pushforward.faithful import is_faithful
from gantheory.distributions.pushforward.mesh import meets_itself
from gantheory.distributions.pushforward.transport import Transport

SCALES = (1.0, 2.0**-40, 2.0**40)


@pytest.fixture(autouse=True)
def float64():
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("df", [0.5, 1.0, 3.0])
def test_the_first_grid_leaves_out_no_more_than_1e_17_of_a_heavy_tail(df):
    law = stats.t(df)
    landmarks = np.array([-3.0, 0.0, 3.0])
    grid = first_grid(landmarks, (-np.inf, np.inf), df)
    assert np.all(np.diff(grid) > 0) and np.isin(landmarks, grid).all()
    assert law.cdf(grid[0]) < 1e-17 and law.sf(grid[-1]) < 1e-17


@pytest.mark.parametrize("scale", SCALES)
def test_whether_a_cell_may_hide_a_turn_does_not_depend_on_the_unit_of_x(scale):
    """Between 0 and 1 and between 2 and 3 G(z) = z; between 1 and 2 it rises by 1.5, of which G' = 1 says nothing."""
    z, x = np.arange(4.0), np.array([0.0, 1.0, 2.5, 3.5])
    known = np.stack([z, scale * x, np.full(4, scale), np.zeros(4)])
    assert _unsafe(known, 1e-7).tolist() == [False, True, False]


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_cell_that_hides_two_turns_is_unsafe_though_g_bends_at_one_end_alone(mirrored):
    """G' = 1 + 8 (z³ - z²) is 1 at 0 and at 1, and -5/27 at 2/3; G'' is 0 at 0 and 8 at 1, and G rises by 1/3."""
    at_0, at_1 = np.array([0.0, 0.0, 1.0, 0.0]), np.array([1.0, 1 / 3, 1.0, 8.0])
    sign = np.array([-1.0, -1.0, 1.0, -1.0])
    known = np.stack([sign * at_1, sign * at_0] if mirrored else [at_0, at_1], axis=1)
    assert _unsafe(known, 1e-7).all()


@pytest.mark.parametrize("begins", [0.1, 1e-3])
def test_where_g_is_no_number_next_to_an_end_nothing_is_known_of_that_end(begins):
    """log(z - b) is no number below b: at no place that is looked at, or at some of them."""
    for side, function in ((0, lambda z: jnp.log(z - begins)), (1, lambda z: jnp.log(1 - begins - z))):
        end = end_of(function, gt.Uniform(0.0, 1.0), side)
        assert not end.special and end.known.shape == (4, 0)


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize("limit", [1.0, -1.0, 0.25])
def test_a_g_that_approaches_a_limit_ends_there(side, sign, limit):
    """From above and from below, and whether or not the limit is nearer to 0 than what is known."""

    def function(z):
        return limit + sign / (1 + jnp.abs(z))

    z = np.array([1.0, 1e3, 1e6]) if side else -np.array([1e6, 1e3, 1.0])
    special_, end = far_end_of(function, z, np.asarray(function(z)), side)
    assert special_ == {"open"} and end == limit


@pytest.mark.parametrize("scale", SCALES)
def test_a_derivative_that_is_1_per_cent_off_is_noticed_in_any_unit_of_x(scale):
    @jax.custom_jvp
    def untrue(z):
        return scale * z

    untrue.defjvp(lambda primals, tangents: (untrue(*primals), 1.01 * scale * tangents[0]))
    latent = gt.Uniform(0.0, 1.0)
    for function, faithful in ((untrue, False), (lambda z: scale * z, True)):
        known, _ = known_points(function, latent, np.empty(0))
        assert is_faithful(function, known, latent) is faithful


def test_where_a_line_is_not_finite_the_message_says_where():
    p_g = gt.Pushforward(lambda z: jnp.where(z > 0.75, jnp.inf, z), gt.Uniform(0.0, 1.0))
    with pytest.raises(ValueError, match="must be finite") as refused:
        _ = p_g.branches
    assert 0.75 < float(str(refused.value).split("z = ")[1].rstrip(".")) < 1


@pytest.mark.parametrize(("slope", "latent"), [(2.0, gt.Normal(0.0, 1.0)), (-2.0, gt.Laplace(0.0, 1.0))])
def test_a_line_goes_on_to_both_infinities(slope, latent):
    p_g = gt.Pushforward(lambda z: slope * z + 1, latent)
    x = np.array([-1e9, -1e3, -50.0, 1.0, 50.0, 1e3, 1e9])
    np.testing.assert_array_equal(p_g.support, [-np.inf, np.inf])
    np.testing.assert_allclose(p_g.log_prob(x), latent.log_prob((x - 1) / slope) - np.log(2), rtol=1e-14)


def test_a_polygon_meets_itself_where_any_of_its_corners_lies_beyond_the_other_side():
    """A square of 16 corners, of which one on the border is drawn through the square, out at the side across from it."""
    square = np.stack(np.meshgrid(np.arange(5.0), np.arange(5.0), indexing="ij"), -1)
    assert not meets_itself(square)
    for i, j in itertools.product(range(5), range(5)):
        drawn = square.copy()
        drawn[i, j] += 0.1  # no corner lies on another side's line
        assert not meets_itself(drawn)
        drawn[i, j] = 4.3 - square[i, j] + np.sign(2 - square[i, j]) * 3
        corner_of_border = i in (0, 4) or j in (0, 4)
        assert meets_itself(drawn) is corner_of_border, (i, j)


def test_beside_a_fold_every_point_has_its_other_preimage_to_the_last_digits():
    """G = 1 + z²: of z = 1e-9 no digit is left in x = 1, yet the other branch has the density φ(z)/2|z| there."""
    p_g = gt.Pushforward(lambda z: 1 + z**2, gt.Normal(0.0, 1.0))
    z = np.geomspace(1e-12, 1e-6, 7)
    for sign in (-1.0, 1.0):
        own = int(np.argmax(sign * p_g.table.z_ends.sum(axis=1)))
        log_prob, doubt = p_g.log_prob_but(p_g.values(sign * z), np.full(len(z), own), sign * z)
        np.testing.assert_allclose(log_prob, stats.norm.logpdf(z) - np.log(2 * z), rtol=1e-13)
        assert doubt.max() < 1e-9


def test_the_perfect_generator_has_the_values_and_slopes_of_the_quantile_function():
    """F_p⁻¹(u) of an exponential law of rate 2 is -log(1 - u)/2, of slope 1/2(1 - u)."""
    perfect = jax.jit(jax.vmap(Transport(gt.Uniform(0.0, 1.0), gt.Exponential(2.0))))
    u = np.array([1e-12, 1e-7, 0.01, 0.3, 0.5, 0.8, 1 - 2.0**-20])
    values, slopes = jax.jvp(perfect, (u,), (np.ones(len(u)),))
    np.testing.assert_allclose(values, -np.log1p(-u) / 2, rtol=1e-12)
    np.testing.assert_allclose(slopes, 1 / (2 * (1 - u)), rtol=1e-9)
