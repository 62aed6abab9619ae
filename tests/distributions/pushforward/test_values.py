"""p_g is the law of G's values: not of the derivative that JAX is told, nor of what G does at ends of z that no sample meets."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt

P, LINE, UNIT = gt.Pushforward, gt.Normal(0, 1), gt.Uniform(0, 1)
SHIFTED = 0.111421482184736179717236812217560244  # JSD(N(1, 1), N(0, 1)), mpmath
WIDER = 0.1281749730  # JSD(N(1, 1), N(0, 2²)), mpmath


@jax.custom_jvp
def steep(z):
    return z


steep.defjvp(lambda primals, tangents: (primals[0], 3 * tangents[0]))


@jax.custom_jvp
def bent(z):
    return z + 0.0 * jnp.tanh(z)


bent.defjvp(lambda primals, tangents: (primals[0], 1.001 * tangents[0]))


@jax.custom_vjp
def backward(z):
    return jnp.sinh(z)


backward.defvjp(lambda z: (jnp.sinh(z), z), lambda z, g: (g,))

UNTRUE = {
    "stopped": (jax.lax.stop_gradient, SHIFTED),
    "custom_jvp": (steep, SHIFTED),
    "custom_jvp, nearly true": (bent, SHIFTED),
    "half stopped": (lambda z: z + jax.lax.stop_gradient(z), WIDER),
    "stopped inside": (lambda z: jnp.arcsinh(jax.lax.stop_gradient(jnp.sinh(z))), SHIFTED),
    "stopped on one side": (lambda z: jnp.where(z > 0, jax.lax.stop_gradient(z), z), SHIFTED),
    "custom_vjp": (lambda z: jnp.arcsinh(backward(z)), SHIFTED),
}


@pytest.mark.parametrize("name", UNTRUE)
def test_the_law_is_that_of_the_values(name):
    generator, truth = UNTRUE[name]
    found = gt.jsd(gt.Normal(1, 1), P(generator, LINE))
    assert abs(found.value - truth) <= found.error + 1e-10 and found.error < 1e-6


def test_a_true_derivative_is_kept():
    assert P(lambda z: jnp.tanh(3 * z) + 0.1 * jnp.sin(20 * z), LINE).proxy is None


def test_rounding_has_atoms_at_the_integers():
    atoms = dict(P(jnp.round, LINE).atoms)
    assert atoms[0.0] == pytest.approx(0.38292492254802624, abs=1e-15)  # 2Φ(½) - 1
    assert sum(atoms.values()) == pytest.approx(1, abs=1e-14) and all(x == round(x) for x in atoms)


def test_a_remainder_leaves_a_uniform_law_as_it_is():
    assert gt.jsd(UNIT, P(lambda z: jnp.mod(z, 1.0), UNIT)).upper < 1e-14
    assert gt.jsd(UNIT, P(lambda z: jnp.mod(3 * z, 1.0), UNIT)).upper < 1e-14


def test_a_heavy_tail_that_is_rounded_states_what_it_leaves_out():
    p_g = P(jnp.round, gt.Cauchy())
    assert 0 < p_g.unresolved < 1e-2 and sum(mass for _, mass in p_g.atoms) == pytest.approx(1 - p_g.unresolved, abs=1e-12)


def test_a_value_at_one_point_is_a_null_set():
    assert gt.kl(P(lambda z: jnp.where(z > 0, z, -1.0), UNIT), UNIT).upper < 1e-13


@pytest.mark.parametrize("generator", [jnp.sqrt, jnp.log, lambda z: jnp.where(z > 0, z, jnp.nan)])
def test_a_generator_that_is_no_number_is_refused_with_the_point(generator):
    with pytest.raises(ValueError, match=r"must be finite.* z = "):
        _ = P(generator, LINE).branches


@pytest.mark.parametrize("generator", [lambda z: jnp.tanh(z) + jnp.floor(z), lambda z: 1 / (z - 0.1234567)])
def test_a_jump_of_a_curved_generator_is_refused(generator):
    with pytest.raises(ValueError, match="must be continuous"):
        _ = P(generator, LINE).branches


ENDLESS = {
    "-log u": (lambda u: -jnp.log(u), gt.Exponential(1)),
    "tan": (lambda u: jnp.tan(jnp.pi * (u - 0.5)), gt.Cauchy()),
    "quantiles": (jax.scipy.special.ndtri, LINE),
    "a root": (jnp.sqrt, gt.Beta(2, 1)),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_generator_that_is_infinite_at_an_end_of_z_gives_the_known_law(name):
    generator, law = ENDLESS[name]
    p_g = P(generator, UNIT)
    for divergence in (gt.jsd, gt.kl, gt.jeffreys, gt.chi2):
        for found in (divergence(p_g, law), divergence(law, p_g)):
            assert 0 <= found.value <= found.error < 1e-9


def test_the_tails_of_a_generator_of_a_uniform_law_are_measured():
    found = gt.kl(P(lambda u: -jnp.log(u), UNIT), gt.Exponential(0.5))
    assert abs(found.value - (np.log(2) - 0.5)) <= found.error < 1e-12


def test_a_latent_on_the_plane_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="`latent` of Pushforward must be one density on the line"):
        P(lambda z: z[0], gt.MultivariateNormal([0, 0], np.eye(2)))


def test_a_generator_must_give_numbers_not_their_text():
    with pytest.raises(ValueError, match=r"`generator` must take points .* Got text\."):
        P(lambda z: str(z), UNIT)
