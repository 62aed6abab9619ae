"""Questions with a trap in them: an answer must hold the truth, or say why there is none."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from jax import lax
from jax.extend.core import Primitive
from jax.interpreters import mlir

import gantheory as gt
from gantheory import rigorous
from gantheory.distributions.line.edges import Edge
from gantheory.distributions.line.log_beta import log_beta
from gantheory.distributions.line.truncated_normal import log_normal_mass
from gantheory.rigorous import recording

N, ONE, U = gt.Normal(0, 1), gt.Normal(1, 1), gt.Uniform(0, 1)
HALF = gt.TruncatedNormal(0, 1, -100, np.inf)
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


def nothing():
    return jax.jit(lambda: jnp.dot(jnp.zeros(0), jnp.zeros(0)))()


END = 2.0**-42


def with_a_jump_next_to_its_end():
    """2, 0 and 1 on three pieces."""
    return gt.as_density(lambda x: jnp.where(x <= END, jnp.log(2.0), jnp.where(x < 2 * END, -jnp.inf, 0.0)), (0, 1))


# Laws of the standard weights in two batches of two.
NESTED = gt.Mixture(
    [0.6, 0.4],
    gt.Mixture(np.array([[0.3, 0.7], [0.1, 0.9]]), [gt.Normal(np.array([0.1, 0.3]), 1.0), gt.Normal(np.array([-1.0, 2.0]), 1.0)]),
)
LARGE = np.int64(2**53)  # the next whole number is no double


class HugeBeyond10:
    """The comparison is always true, and by doubles never."""

    def logit(self, x):
        return jnp.where((x > 0).astype(jnp.int64) * LARGE < LARGE + 1, jnp.where(x > 10, 1e25 * x, 0.0), 0.0)


def nan_beyond_12(z):
    """The comparison is always true, and by doubles never."""
    return jnp.where((z > 0).astype(jnp.int64) * LARGE < LARGE + 1, jnp.where(z > 12, jnp.sqrt(z - 30), z), z)


class OfInfiniteWeights(eqx.Module):
    w: jax.Array

    def logit(self, x):
        return jnp.where(jnp.isfinite((self.w @ jnp.ones(2))[0]), x + 5, x)


class InfiniteTerm:
    """x: log Σ e^t of an infinite t is infinite, not nan."""

    def logit(self, x):
        return x + jax.jit(lambda: jnp.where(jnp.isnan(ROOTS.log_prob(jnp.float64(0.0))), 1.0, 0.0))()


ROOTS = gt.Mixture([0.5, 0.5], [gt.Beta(0.5, 1.0), gt.Beta(2.0, 1.0)])


class OutsideOfItsDomain:
    def logit(self, x):
        return x + log_beta(-0.5, 3.0) ** 2


def with_an_edge():
    """No function of ours has this edge, of which a tail could be told."""
    density = gt.as_density(lambda x: 0 * x, (0.0, 1.0))
    object.__setattr__(density, "edges", (Edge(np.inf, 1, 0.0, 1.0, 1.0, -1.0, -1.5, 0.0, 0.0, 1.0, 0.0),))
    return density


def with_another_function():
    """Of 2x, made of a function that is 1."""
    other = gt.as_density(lambda x: jnp.log(2 * x + 1e-300), (0, 1))
    return dataclasses.replace(gt.as_density(lambda x: 0 * x, (0, 1)), function=other.function)


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
    "isfinite of nan": (lambda: rigorous.jsd(ONE, law(lambda z: jnp.where(jnp.isfinite(jnp.log(-1 - z * z)), 0 * z, z)), 6), APART),
    "a narrow latent": (lambda: rigorous.jsd(N, law(lambda z: z, gt.Uniform(1, 1 + 2**-40)), 1), np.log(2)),
    "a narrow bin": (lambda: rigorous.jsd(gt.Histogram([0, 1, 1 + 2**-40, 2], [0.25, 0.5, 0.25]), gt.Uniform(0, 2), 2), 0.215761554332),
    "a part that ends": (
        lambda: rigorous.kl(
            gt.TruncatedNormal(0, 1, -100, np.inf), gt.Mixture([1e-300, 1.0], [gt.Uniform(-100, 1), gt.Exponential(0.01)]), 4
        ),
        348.58296019,
    ),
    "an empty product": (lambda: rigorous.jsd(ONE, law(lambda z: z + jnp.dot(z * jnp.zeros(0), jnp.zeros(0))), 6), APART),
    "nan to the power 0": (
        lambda: rigorous.jsd(U, law(lambda z: jnp.where(jnp.isnan(lax.pow(jnp.log(-1 - z * z), jnp.zeros(()))), z + 100, z), U), 4),
        0.0,
    ),
    "a scan of no length": (
        lambda: rigorous.jsd(ONE, law(lambda z: z + jnp.sum(lax.scan(lambda c, x: (c + x, c), z, jnp.zeros(0))[1])), 6),
        APART,
    ),
    "constants that are not rounded": (lambda: rigorous.jsd(ONE, law(by_a_rounded_constant), 6), APART),
    "a mixture of one": (lambda: rigorous.jsd(gt.Mixture([1.0], N), ONE, 6), APART),
    "C(G), of a mass that is not quite 1": (
        lambda: rigorous.criterion(*[gt.Mixture([0.5, 0.5 + 9e-13], [N, ONE])] * 2, 15),
        -2 * (1 + 9e-13) * np.log(2),  # D = ½ against a law of that mass, twice
    ),
    "nested batches": (lambda: rigorous.criterion(NESTED, N), -1.24214439140412406),
    "a constant that is no sum": (lambda: rigorous.jsd(U, law(lambda z: jnp.where(nothing() > -1, 2 * z, z), U), 6), 0.21576155433883565),
    "a fall by less than a double": (lambda: rigorous.jsd(N, law(lambda z: 1 - 1e-20 * z, U), 6), float(np.log(2))),
    "a fall of a part": (
        lambda: rigorous.jsd(U, law(lambda z: jnp.where(z < 0.5, z, 0.5 - 1e-17 * (z - 0.5)), U), 6),
        float(np.log(2)) / 2,
    ),
    "a fall beyond the doubles": (lambda: rigorous.jsd(N, law(lambda z: -1e200 * (1e200 * z), gt.Uniform(1, 2)), 6), float(np.log(2))),
    "a whole number that is no double": (
        lambda: rigorous.value(N, N, HugeBeyond10()),
        float(-2 * mpmath.log(2) - mpmath.mpf(10) ** 25 * mpmath.npdf(10)),
    ),
    "an infinite term": (
        lambda: rigorous.value(U, U, InfiniteTerm()),
        float(-mpmath.quad(lambda x: mpmath.log(1 + mpmath.exp(-x)) + mpmath.log(1 + mpmath.exp(x)), [0, 1])),
    ),
    "a vector of cases": (
        lambda: rigorous.jsd(U, law(lambda z: jnp.sum(jnp.where(jnp.array([0.3, 0.5]) > z, z, 1 + z)), U), 6),
        0.40671580482727954,  # of the density ½ on [0, .6], [1.6, 2] and [3, 4], by hand
    ),
    "the largest of nothing": (lambda: rigorous.jsd(U, law(lambda z: z + 0 * jnp.max(jnp.zeros(0) * z, initial=0.0), U), 6), 0.0),
    "a choice of one": (lambda: rigorous.jsd(U, law(lambda z: lax.select_n(z > 0.5, z), U), 6), 0.0),
    "erf": (lambda: rigorous.jsd(gt.Uniform(-1, 1), law(lambda z: lax.erf(z / jnp.sqrt(2.0))), 6), 0.0),
}


@pytest.mark.parametrize("name", HOLDS)
def test_an_interval_holds_the_truth(name):
    enclose, truth = HOLDS[name]
    found = enclose()
    assert isinstance(found, gt.Enclosure) and float(found.width) <= 1e-3
    known_to = 1e-15 * abs(truth) + 2e-10 * (truth > 0.1)  # the roots and the Gaussian ones are given to ten digits
    assert float(found.lower) - known_to <= truth <= float(found.upper) + known_to


def added(carried, x):
    return carried + x, carried


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
    "folds far out": (lambda: rigorous.jsd(law(folding_far_out), gt.Normal(0, 0.01), 6, seconds=0.5), ""),
    "poles that thin out slowly": (lambda: rigorous.kl(gt.Beta(0.001, 3), gt.Beta(0.002, 0.7), 12, seconds=0.5), "time allowed"),
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
    "whole numbers that wrap around": (
        lambda: rigorous.jsd(ONE, law(lambda z: z + jnp.where(z > 0, 300, 0).astype(jnp.int8).astype(z.dtype))),
        "int64 to int8",
    ),
    "an infinite exponent": (lambda: rigorous.jsd(ONE, law(lambda z: z + jnp.power(jnp.tanh(z), jnp.inf))), ""),
    "random numbers": (lambda: rigorous.jsd(ONE, law(lambda z: z + jax.random.normal(jax.random.key(0)))), "key<fry>"),
    "two numbers": (lambda: rigorous.value(N, ONE, Pair()), "shape ()"),
    "a transposition in a reshape": (
        lambda: rigorous.jsd(ONE, law(lambda z: lax.reshape(jnp.stack([jnp.stack([z, z + 9]), jnp.stack([z + 5, z])]), (4,), (1, 0))[1])),
        "reshape in another order",
    ),
    "whole numbers that wrap in a scan": (lambda: rigorous.jsd(ONE, law(counted)), "wrap around"),
    "a logit that is huge far out": (
        lambda: rigorous.value(HALF, HALF, HugeFarOut(), 5, 5.0),
        "",
    ),
    "a mass of 1 + 1.9e-9": (lambda: rigorous.jsd(gt.as_density(lambda x: 0 * x + float(np.log1p(1.9e-9)), (0, 1)), U, 5), "a mass of 1"),
    "six hundred operations": (lambda: rigorous.jsd(ONE, law(six_hundred), 4), "too many in a row"),
    "a primitive of JAX's name": (lambda: rigorous.jsd(ONE, law(borrowed.bind)), "which is not JAX's own"),
    "complex weights": (lambda: rigorous.value(N, ONE, Complex(1j)), "complex"),
    "a mixture at an array": (lambda: rigorous.value(U, U, OfMixture()), "several rows"),
    "a whole power of a whole number": (
        lambda: rigorous.jsd(ONE, law(lambda z: z + (jnp.where(z > 0, jnp.int32(50000), 1) ** 2).astype(z.dtype))),
        "whole numbers that depend on x",
    ),
    "tails of a density that is not the library's": (lambda: rigorous.kl(gt.as_density(Sampled()), N), "tails"),
    "a parameter that is not an array": (
        lambda: rigorous.jsd(with_a_field_replaced(gt.Normal(0, 1), scale=np.array(1.0).view(Deceitful)), N),
        "parameters",
    ),
    "a whole number of millions of digits": (
        lambda: rigorous.jsd(ONE, law(lambda z: z + 0 * jnp.floor(jnp.exp(4e8 * z)), U), 4, 0.5),
        "",
    ),
    "nan that D does not look at": (
        lambda: rigorous.value(N, law(lambda z: jnp.where(z > 0.5, jnp.log(-z), z), N), Zero(), 5),
        "G is not shown",
    ),
    "nan within, that D does not look at": (lambda: rigorous.value(N, law(half_nan, U), Constant(), 5), "nan"),
    "erfc of nan": (lambda: rigorous.jsd(ONE, law(lambda z: z + jnp.where(z > 30, lax.erfc(jnp.log(-z)), 0.0)), 5), "G is not shown"),
    "a number of millions of digits": (
        lambda: rigorous.jsd(ONE, law(lambda z: z + jnp.floor(jax.nn.sigmoid(2e9 * (z - 2))), gt.Uniform(0, 1)), 5, 0.5),
        "",
    ),
    "infinite weights": (lambda: rigorous.value(U, U, OfInfiniteWeights(jnp.array([[jnp.inf, 0], [1, 2]]))), "infinite numbers, or of nan"),
    "nan behind a whole number that is no double": (lambda: rigorous.jsd(ONE, law(nan_beyond_12), 8), "not shown to be defined"),
    "ends out of order in a mass": (
        lambda: rigorous.jsd(U, law(lambda z: z + 0 * jax.jit(lambda: log_normal_mass(1.0, 0.0))(), U), 5),
        "an a that may not be below b",
    ),
    "log B of a negative number": (lambda: rigorous.value(U, U, OutsideOfItsDomain()), "may not be positive"),
    "an edge of a user's function": (lambda: rigorous.kl(with_an_edge(), N), "parameters"),
    "another function in its place": (lambda: rigorous.jsd(with_another_function(), U), "parameters"),
    "D* of another pair": (lambda: rigorous.value(N, ONE, gt.optimal_discriminator(N, gt.Normal(2, 1))), "another pair"),
    "a D that Python decides": (lambda: rigorous.value(N, ONE, Branching()), "traced"),
    "more bits than are to be had": (lambda: rigorous.jsd(gt.Beta(1e-5, 1), U, 5), "bits"),
}


def counted(z):
    """A sum in int8: 0, 100, -56, 44."""
    hundreds = (z > jnp.array([-1, 0, 1.0])).astype(jnp.int8) * jnp.int8(100)
    total, _ = lax.scan(lambda c, x: (c + x, None), jnp.int8(0), hundreds)
    return z + total.astype(z.dtype)


def six_hundred(z):
    return lax.fori_loop(0, 600, lambda i, c: c + jnp.sin(c) / 999, z)


borrowed = Primitive("copy")
borrowed.def_impl(lambda x: x + 100.0)
borrowed.def_abstract_eval(lambda x: x)
mlir.register_lowering(borrowed, mlir.lower_fun(lambda x: x + 100.0, multiple_results=False))


class Complex(eqx.Module):
    weight: complex

    def logit(self, x):
        return jnp.real(self.weight * x)


class OfMixture:
    def logit(self, x):
        mixture = gt.Mixture([0.5, 0.5], [N, ONE])
        return jnp.sum(jnp.exp(mixture._log_prob(jnp.stack([x, x + 1]))))


class Sampled:
    def log_prob(self, x):
        return -x * x / 2 - np.log(2 * np.pi) / 2

    def sample(self, key, shape):
        return jax.random.normal(key, shape)


class Deceitful(np.ndarray):
    def __float__(self):
        return 1e-3


def by_a_rounded_constant(z):
    """.1 is less than the float32 next to it, if it is not rounded to that first."""
    less = jax.jit(lambda a: lax.lt(lax.convert_element_type(a, jnp.float32), np.float32(0.1)))(0.1)
    return jnp.where(less, z, z + 100)


def half_nan(z):
    return jnp.where(z > 0.5, jnp.log(-z), z)


class Constant:
    def logit(self, x):
        return jnp.ones(())


class Zero:
    def logit(self, x):
        return 0 * x


class HugeFarOut:
    """V is -2.75e111: its mass beyond -20 is 2.75e-89."""

    def logit(self, x):
        return jnp.where(x < -20, -1e200, 0.0)


class Pair:
    def logit(self, x):
        return jnp.stack([x, x])


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


ENDLESS = {
    "a long loop": lambda z: z + 0 * lax.fori_loop(0, 10**8, lambda i, c: c + 1, 0),
    "a loop of nothing": lambda z: lax.scan(lambda c, _: (c, None), z, None, 10**9)[0],
    "a loop without an end": lambda z: lax.while_loop(lambda c: True, lambda c: c, z),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_loop_is_written_out_only_so_far(name, monkeypatch):
    monkeypatch.setattr(recording, "MOST_RECORDED", 500)
    found = rigorous.jsd(ONE, law(ENDLESS[name]), 5)
    assert isinstance(found, gt.Undecided) and "more than 500 operations" in found.why


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
