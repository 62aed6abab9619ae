"""Questions with a trap in them: an answer must hold the truth, or say why there is none."""

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from jax import lax

import gantheory as gt
from gantheory import rigorous

N, ONE, U = gt.Normal(0, 1), gt.Normal(1, 1), gt.Uniform(0, 1)
APART = 0.111421482184736  # JSD(N(1, 1), N(0, 1)), by mpmath


def law(generator, latent=N):
    return gt.Pushforward(generator, latent)


@jax.custom_jvp
def with_a_false_tangent(z):
    return z


with_a_false_tangent.defjvp(lambda primals, tangents: (primals[0], 3 * tangents[0]))


@jax.custom_vjp
def with_a_false_cotangent(z):
    return z


with_a_false_cotangent.defvjp(lambda z: (z, None), lambda residual, cotangent: (3 * cotangent,))


@jax.jit
def log_sum_exp(terms):
    """The name of a function of the library, and another meaning."""
    return jnp.log(jnp.sum(jnp.exp(2 * terms), axis=0)) / 2


def of_a_borrowed_name():
    """∝ √(¼ + x²) on [0, 1]."""
    norm = float(mpmath.log(mpmath.quad(lambda x: mpmath.sqrt(0.25 + x * x), [0, 1])))
    return gt.as_density(lambda x: log_sum_exp(jnp.stack([jnp.log(0.5 + 0 * x), jnp.log(x)])) - norm, (0, 1))


def jsd_of_a_borrowed_name() -> float:
    norm = mpmath.quad(lambda x: mpmath.sqrt(0.25 + x * x), [0, 1])

    def integrand(x):
        p = mpmath.sqrt(0.25 + x * x) / norm
        return (p * mpmath.log(2 * p / (1 + p)) + mpmath.log(2 / (1 + p))) / 2

    return float(mpmath.quad(integrand, [0, 1]))


END = 2.0**-42


def with_a_jump_next_to_its_end():
    """2, 0 and 1 on three pieces."""
    return gt.as_density(lambda x: jnp.where(x <= END, jnp.log(2.0), jnp.where(x < 2 * END, -jnp.inf, 0.0)), (0, 1))


JUMP = END * (2 * np.log(4 / 3) + np.log(2 / 3) + np.log(2)) / 2

HOLDS = {
    "stop_gradient": (lambda: rigorous.jsd(ONE, law(lax.stop_gradient), 6), APART),
    "a false tangent": (lambda: rigorous.jsd(ONE, law(with_a_false_tangent), 6), APART),
    "a false cotangent": (lambda: rigorous.jsd(ONE, law(with_a_false_cotangent), 6), APART),
    "half a stop_gradient": (lambda: rigorous.jsd(ONE, law(lambda z: z + lax.stop_gradient(z)), 6), 0.128174973),
    "a borrowed name": (lambda: rigorous.jsd(of_a_borrowed_name(), U, 9), jsd_of_a_borrowed_name()),
    "a comparison with nan": (lambda: rigorous.jsd(ONE, law(lambda z: jnp.where(jnp.sqrt(z) >= 0, z, 3 * z)), 4), 0.1644702767),
    "a jump next to an end": (lambda: rigorous.jsd(with_a_jump_next_to_its_end(), U, 20), JUMP),
    "a null set outside": (lambda: rigorous.kl(law(lambda z: jnp.where(z > 0, z, -1), U), U), 0.0),
    "fori_loop": (lambda: rigorous.jsd(ONE, law(lambda z: lax.fori_loop(0, 4, lambda i, c: c + z / 4, 0 * z)), 6), APART),
    "scan": (lambda: rigorous.jsd(ONE, law(lambda z: lax.scan(lambda c, x: (c + z * x / 3, None), 0 * z, jnp.arange(3.0))[0]), 6), APART),
    "cond": (lambda: rigorous.jsd(ONE, law(lambda z: lax.cond(z > 0, lambda z: z, lambda z: z, z)), 6), APART),
    "split": (lambda: rigorous.jsd(ONE, law(lambda z: jnp.split(jnp.stack([z, 2 * z]), 2)[0][0]), 6), APART),
    "half of an interval": (
        lambda: rigorous.jsd(gt.as_density(lambda x: jnp.where(x < 0.5, jnp.log(2.0), -jnp.inf), (0, 1)), U, 9),
        (np.log(4 / 3) + np.log(2) / 2 + np.log(2 / 3) / 2) / 2,
    ),
    "a jump that was not named": (
        lambda: rigorous.kl(gt.as_density(lambda x: jnp.where(x < 1 / 3, jnp.log(2.0), jnp.log(0.5)), (0, 1)), U, 9),
        np.log(2) / 3,
    ),
    "a wrap around": (lambda: rigorous.jsd(U, law(lambda z: jnp.mod(z, 1.0), gt.Uniform(0, 3)), 6), 0.0),
    "atoms": (lambda: rigorous.jsd(ONE, law(jnp.round), 6), np.log(2)),
    "an unbounded G": (lambda: rigorous.jsd(gt.Exponential(1.0), law(lambda u: -jnp.log(u), U), 5), 0.0),
    "a logit": (lambda: rigorous.jsd(gt.Uniform(0, 1), law(lambda u: jax.nn.sigmoid(jnp.log(u) - jnp.log1p(-u)), U), 4), 0.0),
    "erf": (lambda: rigorous.jsd(gt.Uniform(-1, 1), law(lambda z: lax.erf(z / jnp.sqrt(2.0))), 6), 0.0),
}


@pytest.mark.parametrize("name", HOLDS)
def test_an_interval_holds_the_truth(name):
    enclose, truth = HOLDS[name]
    found = enclose()
    assert isinstance(found, gt.Enclosure) and float(found.width) <= 1e-3
    assert float(found.lower) - 1e-9 * float(found.width) - 1e-15 * abs(truth) - 2e-10 * (truth > 0.1) <= truth
    assert truth <= float(found.upper) + 1e-15 * abs(truth) + 2e-10 * (truth > 0.1)


def folding_far_out(z):
    w = (z / 5.01) ** 6000
    return z / (1 + w) + 0.05 * (z * z / 5 - 5.1) * w / (1 + w)


class Overridden(gt.Discriminator):
    def logit(self, x):
        return jnp.exp(x**2 / 4)


class Moved(gt.Normal):
    def _log_prob(self, x, offset=0.0):
        return super()._log_prob(x - 1, offset)


def with_a_field_replaced(density, **fields):
    for name, value in fields.items():
        object.__setattr__(density, name, value)
    return density


SAYS = {
    "nan for half of z": (lambda: rigorous.jsd(ONE, law(jnp.sqrt), 3), "G is not shown to be defined"),
    "nan written out": (lambda: rigorous.jsd(ONE, law(lambda z: jnp.where(z > 0, z, jnp.nan)), 3), "G is not shown to be defined"),
    "a density that is nan": (
        lambda: rigorous.jsd(gt.as_density(lambda x: jnp.where((x > 0.3) & (x < 0.3 + END), jnp.nan, 0.0), (0, 1)), U),
        "nan",
    ),
    "a density that is infinite": (
        lambda: rigorous.jsd(gt.as_density(lambda x: jnp.where((x > 0.3) & (x < 0.3 + END), jnp.inf, 0.0), (0, 1)), U),
        "",
    ),
    "a mass of 1.1": (lambda: rigorous.jsd(gt.as_density(lambda x: 0 * x + np.log(1.1), (0, 1)), U), "a mass of 1"),
    "folds far out": (lambda: rigorous.jsd(law(folding_far_out), gt.Normal(0, 0.01), 6, seconds=2.0), ""),
    "a logit that was overridden": (lambda: rigorous.value(N, ONE, Overridden(width=2, key=jax.random.key(0))), "faster than x²"),
    "a subclass": (lambda: rigorous.jsd(Moved(0.0, 1.0), N), "the type Moved"),
    "a subclass in a mixture": (lambda: rigorous.jsd(gt.Mixture([0.5, 0.5], [Moved(0.0, 1.0), N]), N), "the type Moved"),
    "a subclass as latent": (lambda: rigorous.jsd(ONE, law(lambda z: z, Moved(0.0, 1.0))), "the type Moved"),
    "a method replaced": (lambda: rigorous.jsd(with_a_field_replaced(gt.Normal(0, 1), _log_prob=lambda x: -x), N), "_log_prob"),
    "ends out of order": (lambda: rigorous.jsd(with_a_field_replaced(gt.Uniform(0, 1), high=np.asarray(-1.0)), N), "parameters"),
    "a negative scale": (lambda: rigorous.jsd(with_a_field_replaced(gt.Normal(0, 1), scale=np.asarray(-1.0)), N), "parameters"),
    "a number in place of an array": (lambda: rigorous.jsd(with_a_field_replaced(gt.Normal(0, 1), scale=2.0), N), "parameters"),
    "a loop of unknown length": (
        lambda: rigorous.jsd(ONE, law(lambda z: lax.while_loop(lambda c: c < 3, lambda c: c + 1 + 0 * z, z))),
        "length that depends on x",
    ),
    "an operation that is not listed": (lambda: rigorous.jsd(ONE, law(lambda z: lax.erf_inv(jnp.tanh(z)))), "erf_inv"),
    "D* of another pair": (lambda: rigorous.value(N, ONE, gt.optimal_discriminator(N, gt.Normal(2, 1))), "another pair"),
    "a D that Python decides": (lambda: rigorous.value(N, ONE, Branching()), "traced"),
    "more bits than are to be had": (lambda: rigorous.jsd(gt.Beta(1e-5, 1), U, 5), "bits"),
}


class Branching:
    def logit(self, x):
        return x if x > 0 else -x


@pytest.mark.parametrize("name", SAYS)
def test_what_is_not_shown_is_undecided_with_its_reason(name):
    ask, why = SAYS[name]
    found = ask()
    assert isinstance(found, gt.Undecided) and why in found.why
    if found.narrowest is not None:  # folds far out
        assert 0.640612644689024 in found.narrowest


@pytest.mark.parametrize("pair", [(gt.ring(), gt.ring()), (N, gt.ring()), (gt.ring(), N)])
def test_laws_on_the_plane_are_refused_in_a_sentence(pair):
    with pytest.raises(TypeError, match="on the line"):
        rigorous.jsd(*pair)


INFINITE = {
    "outside": (lambda: rigorous.kl(gt.Uniform(0, 2), U), "outside"),
    "a gap": (lambda: rigorous.kl(U, gt.as_density(lambda x: jnp.where(x < 0.5, jnp.log(2.0), -jnp.inf), (0, 1))), "where q is 0"),
    "a heavy tail": (lambda: rigorous.kl(gt.StudentT(2.0), N), "has no mean"),
    "a generator's end": (lambda: rigorous.kl(law(lambda z: 2 * z, U), U), "outside"),
    "data beyond a generator": (lambda: rigorous.kl(N, law(jnp.tanh, U)), "outside"),
}


@pytest.mark.parametrize("name", INFINITE)
def test_infinite_is_said_where_it_is_shown(name):
    ask, why = INFINITE[name]
    found = ask()
    assert isinstance(found, gt.Divergent) and why in found.reason
