"""Generators that come to rest in their last bits, as tanh does, and those that are constant: of the latter alone KL is called infinite."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from problems import few

import gantheory as gt
from gantheory.distributions.pushforward.analytic import is_analytic

LINE, UNIT = gt.Uniform(-1.0, 1.0), gt.Uniform(0.0, 1.0)

NOTHING = 1e308  # error of a number of which nothing is known

# (p, G, KL(p‖p_g), KL(p_g‖p)), z standard Gaussian, by mpmath with the densities in closed form.
TOLD = {
    "tanh z": (LINE, jnp.tanh, 0.02331923047667466031566, 0.02334306233814851583743),
    "tanh 2z": (LINE, lambda z: jnp.tanh(2 * z), 0.4080412735025775128943, 0.6943805992610097661314),
    "sigmoid": (UNIT, jax.nn.sigmoid, 0.5638726000528991782527, 0.1931798334902068272761),
}
# (p, G, JSD, KL(p‖p_g)), likewise. KL(p_g‖p) is finite, and mostly beneath the last bit of x.
ROUNDED = {
    "tanh 3z": (LINE, lambda z: jnp.tanh(3 * z), 0.2055476522013569189702, 0.7563906154007340324948),
    "tanh 10z": (LINE, lambda z: jnp.tanh(10 * z), 0.4416900065802695640298, 1.918783141925784301307),
    "1 - exp(-exp z)": (UNIT, lambda z: -jnp.expm1(-jnp.exp(z)), 0.0422910289230430818549, 0.3307788636311124365692),
}
# (G, JSD(U[0, 1], p_g), the largest error), likewise: a polynomial of t = z/4 + ½, constant beyond 0 and 1. Rounding inside the second
# makes it turn where it is nearly flat.
CONSTANT = {
    "once smooth": (lambda t: t * t * (3 - 2 * t), 0.01903629104489053529020, 1e-10),
    "twice smooth": (lambda t: t**3 * (t * (6 * t - 15) + 10), 0.02779381291066309249465, 0.1),
}
ATOM = 0.022750131948179207  # Φ(-2)


def holds(found, truth):
    return isinstance(found, gt.Estimate) and abs(found.value - truth) <= found.error


@pytest.mark.parametrize("name", few(list(TOLD), 1))
def test_a_saturated_generator_has_the_divergences_of_the_real_function(name):
    p, generator, forward, backward = TOLD[name]
    p_g = gt.Pushforward(generator, gt.Normal(0.0, 1.0))
    for found, truth in ((gt.kl(p, p_g), forward), (gt.kl(p_g, p), backward)):
        assert holds(found, truth) and found.error < 1e-8
    assert not p_g.atoms


@pytest.mark.parametrize("name", few(list(ROUNDED), 1))
def test_what_lies_beneath_the_last_bit_is_not_told_and_not_called_infinite(name):
    p, generator, jsd, forward = ROUNDED[name]
    p_g = gt.Pushforward(generator, gt.Normal(0.0, 1.0))
    for found, truth in ((gt.jsd(p, p_g), jsd), (gt.kl(p, p_g), forward)):
        assert holds(found, truth) and found.error < 1e-8
    backward = gt.kl(p_g, p)
    assert isinstance(backward, gt.Estimate) and backward.error >= NOTHING
    assert [any(low <= x <= high for low, high in p_g.rounded_atoms) for x, _ in p_g.atoms] == [True] * len(p_g.atoms) != []


@pytest.mark.parametrize("name", CONSTANT)
def test_a_generator_that_is_constant_has_atoms_however_smoothly_it_became_so(name):
    curve, jsd, most = CONSTANT[name]
    p_g = gt.Pushforward(lambda z: curve(jnp.clip(z / 4 + 0.5, 0.0, 1.0)), gt.Normal(0.0, 1.0))
    np.testing.assert_allclose(p_g.atoms, [(0.0, ATOM), (1.0, ATOM)], rtol=1e-8)
    assert not p_g.rounded_atoms
    found, infinite = gt.jsd(UNIT, p_g), gt.kl(p_g, UNIT)
    assert holds(found, jsd) and found.error < most
    assert isinstance(infinite, gt.Divergent) and "sits on the point x = " in infinite.reason


@pytest.mark.slow
def test_a_plateau_between_two_steps_of_tanh_is_no_atom_for_certain():
    p_g = gt.Pushforward(lambda z: (jnp.tanh(40 * (z - 1)) + jnp.tanh(40 * (z + 1))) / 2, gt.Normal(0.0, 1.0))
    assert len(p_g.rounded_atoms) == len(p_g.atoms) == 3
    assert isinstance(found := gt.kl(p_g, gt.Normal(0.0, 1.0)), gt.Estimate) and found.error >= NOTHING
    assert "comes to rest in its last bits at x = -1 with mass" in str(
        gt.judge(gt.Normal(0.0, 1.0), generator=p_g.generator, latent=p_g.latent)
    )


@pytest.mark.slow
def test_a_density_that_knows_no_masses_is_compared_with_it():
    p_g = gt.Pushforward(lambda z: jnp.tanh(5 * z), gt.Normal(0.0, 1.0))
    flat = gt.as_density(lambda x: jnp.log(0.5) + 0 * x, (-1, 1), resolution=0.1)
    assert abs(gt.jsd(flat, p_g).value - gt.jsd(LINE, p_g).value) <= gt.jsd(flat, p_g).error + gt.jsd(LINE, p_g).error < 1e-4


def test_a_branch_whose_limits_swallow_all_landmarks_is_cut_inside():
    """erf(2z) is ±1 to the last bit at the latent's landmarks; by mpmath, as above."""
    p, p_g = gt.Normal(-0.375, 0.9375), gt.Pushforward(lambda z: 1.0625 * jax.scipy.special.erf(2 * z), gt.Normal(0.0, 1.0))
    for found, truth in ((gt.jsd(p, p_g), 0.275409833771943119621), (gt.kl(p_g, p), 3.08856455375791987562)):
        assert holds(found, truth) and found.error < 1e-8


def network(activation):
    return eqx.nn.MLP("scalar", "scalar", 4, 2, activation, key=jax.random.key(0))


@pytest.mark.parametrize(
    ("generator", "analytic"),
    [
        (network(jnp.tanh), True),
        (network(jax.nn.sigmoid), True),
        (network(jax.nn.relu), False),
        (lambda z: jnp.clip(z, -1.0, 1.0), False),
        (lambda z: jnp.where(z > 0, z, 0.0), False),
        (lambda z: jnp.floor(z), False),
        (lambda z: jnp.sqrt(z * z) - z, False),  # 0 for z > 0
        (lambda z: jnp.exp(jnp.log(z * z) / 2) - z, False),
        (lambda z: jnp.arcsin(jnp.sin(z)) - z, False),
        (lambda z: jnp.asarray(jnp.asarray(z, int), float), False),
    ],
)
def test_whether_a_program_is_analytic(generator, analytic):
    assert is_analytic(generator) is analytic


@pytest.mark.parametrize("count", [1, 3])
def test_a_generator_of_several_numbers_is_refused_where_it_is_given(count):
    with pytest.raises(ValueError, match=rf"must give one number for one point of z\. Got an array of shape \({count},\)\."):
        gt.Pushforward(lambda z: jnp.full(count, z), gt.Normal(0.0, 1.0))
