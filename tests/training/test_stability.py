"""The spectrum of a run, against a game whose eigenvalues are known, and against differences of losses written out here."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import gantheory as gt
from gantheory.game.penalties import R1, R2, GradientPenalty, Sum
from gantheory.training.run import Run
from gantheory.training.stability import _eigenvalues


class Scaled(eqx.Module):
    """G(z) = az."""

    a: jax.Array

    def __call__(self, z):
        return self.a * z


class Parabola(eqx.Module):
    """D's logit wx² + bx."""

    w: jax.Array
    b: jax.Array

    def logit(self, x):
        return self.w * x**2 + self.b * x


def run_of(a, w, b, p_data, latent, loss="minimax"):
    return Run(p_data, latent, Scaled(jnp.float32(a)), Parabola(jnp.float32(w), jnp.float32(b)), {"loss": loss})


UNIFORM = gt.Uniform(-1.0, 1.0)


@pytest.mark.parametrize(("loss", "known"), [("minimax", -0.05 + 1j * np.sqrt(1 / 9 - 1 / 400)), ("wasserstein", 2j / 3)])
def test_nagarajan_and_kolters_game_has_its_eigenvalues(loss, known):
    """Beside them the term bx, which at w = b = 0 plays alone: -½ E x²·½ · 2 = -1/6 for the game of 2014, 0 for WGAN."""
    found = gt.spectrum(run_of(1.0, 0.0, 0.0, UNIFORM, UNIFORM, loss))
    alone = -1 / 6 if loss == "minimax" else 0.0
    expected = np.array([known, np.conj(known), alone])
    np.testing.assert_allclose(found.eigenvalues, expected[np.lexsort((-np.imag(expected), -np.real(expected)))], atol=1e-10)
    assert max(found.slopes) < 1e-15 and found.sizes == (1, 2) and len(found.growing) == 0
    assert found.null == (1 if loss == "wasserstein" else 0)
    assert "at rest" in repr(found) and "not at rest" not in repr(found)


def test_penalties_are_integrals_of_squared_slopes():
    """R1 on N(0, 1): γ/2 E(2wx + b)² = γ/2 (4w² + b²) adds -4γ and -γ to D's own entries; R2 at a = 1 as much again."""
    normal = gt.Normal(0.0, 1.0)
    plain = gt.spectrum(run_of(1.0, 0.0, 0.0, normal, normal, "wasserstein")).eigenvalues
    found = gt.spectrum(run_of(1.0, 0.0, 0.0, normal, normal, "wasserstein"), penalty=Sum((R1(0.3), R2(0.2)))).eigenvalues
    # G's a meets w alone, by ∂²/∂a∂w E w a²z² = 2: eigenvalues of [[0, 2], [-2, -4γ]], and -γ.
    root = np.sqrt(complex(1 - 4))
    np.testing.assert_allclose(np.sort_complex(found), np.sort_complex(np.array([-1 + root, -1 - root, -0.5])), atol=1e-10)
    np.testing.assert_allclose(np.sort_complex(plain), np.sort_complex(np.array([2j, -2j, 0])), atol=1e-10)


@pytest.mark.parametrize("recorded", [{"r1": 0.3, "r2": 0.2}, {"penalty": "R1(0.5,)"}])
def test_the_penalty_of_the_runs_settings_is_taken(recorded):
    normal = gt.Normal(0.0, 1.0)
    run = run_of(1.0, 0.0, 0.0, normal, normal, "wasserstein")
    given = gt.spectrum(run, penalty=Sum((R1(0.3), R2(0.2)))).eigenvalues
    run.settings |= recorded
    np.testing.assert_allclose(gt.spectrum(run).eigenvalues, given, atol=1e-12)
    for other in ({"penalty": "GradientPenalty(10.0, 1.0)"}, {"packing": 2}, {"noise": "a function"}):
        with pytest.raises(ValueError, match=r"of spectrum must be given where|must be .* for spectrum"):
            gt.spectrum(Run(normal, normal, run.generator, run.discriminator, {"loss": "wasserstein", **other}))


@pytest.mark.slow
def test_a_trained_runs_spectrum_is_that_of_differences_of_its_losses():
    run = gt.train(
        gt.Normal(1.0, 0.5),
        generator=gt.Generator(2, 1, key=jax.random.key(0)),
        discriminator=gt.Discriminator(2, 1, key=jax.random.key(1)),
        steps=50,
        loss="non_saturating",
    )
    found = gt.spectrum(run)
    assert "not at rest" in repr(found)
    z, of_z = np.polynomial.hermite_e.hermegauss(100)
    of_z = of_z / of_z.sum()
    x = 1.0 + 0.5 * z
    sizes, networks = [], []
    for network in (run.generator, run.discriminator):
        weights, static = eqx.partition(network, eqx.is_inexact_array)
        flat, back = ravel_pytree(jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), weights))
        sizes.append(np.asarray(flat, np.float64))
        networks.append(lambda row, back=back, static=static: eqx.combine(back(row), static))

    with jax.enable_x64(True):

        @jax.jit
        def losses(w):
            g, d = networks[0](w[: len(sizes[0])]), networks[1](w[len(sizes[0]) :])
            real, fake = jax.vmap(d.logit)(x), jax.vmap(d.logit)(jax.vmap(g)(z))
            return jnp.stack([of_z @ jax.nn.softplus(-fake), of_z @ (jax.nn.softplus(-real) + jax.nn.softplus(fake))])

        w, n = np.concatenate(sizes), len(sizes[0])
        field = jax.jit(lambda w: -jnp.concatenate([jax.grad(lambda w: losses(w)[0])(w)[:n], jax.grad(lambda w: losses(w)[1])(w)[n:]]))
        columns = [(np.asarray(field(w + h)) - np.asarray(field(w - h))) / 2e-5 for h in 1e-5 * np.eye(len(w))]
    known = np.linalg.eigvals(np.array(columns).T)
    assert found.sizes == (len(sizes[0]), len(sizes[1]))
    for value in known[np.argsort(-np.abs(known))][:6]:
        assert np.abs(found.eigenvalues - value).min() < 1e-4 * np.abs(known).max()


def test_eigenvalues_on_the_range_are_all_that_are_not_0():
    rng = np.random.default_rng(0)
    low = rng.standard_normal((600, 40)) @ rng.standard_normal((40, 600))
    found, known = _eigenvalues(low), np.linalg.eigvals(low)
    known = known[np.argsort(-np.abs(known))][:40]
    found = found[np.argsort(-np.abs(found))]
    assert np.abs(found[40:]).max() < 1e-9 * np.abs(known).max()
    for value in known:
        assert np.abs(found[:40] - value).min() < 1e-9 * np.abs(known).max()


def relu_run():
    generator, discriminator = gt.Generator(2, 1, "relu", key=jax.random.key(0)), gt.Discriminator(2, 1, key=jax.random.key(1))
    return Run(gt.Normal(0.0, 1.0), gt.Normal(0.0, 1.0), generator, discriminator, {"loss": "minimax"})


REFUSED = {
    "`generator` of the run must be a program without kinks.*Got one with max": lambda: gt.spectrum(relu_run()),
    "`loss` of spectrum must be one of the library's that is smooth": lambda: gt.spectrum(run_of(1.0, 0.0, 0.0, UNIFORM, UNIFORM, "hinge")),
    "`run` of spectrum must be on the line": lambda: gt.spectrum(
        Run(gt.ring(), gt.Product(gt.Normal(0, 1), gt.Normal(0, 1)), Scaled(jnp.ones(2)), Parabola(jnp.ones(()), jnp.ones(())), {})
    ),
    "that is smooth and compares no pairs. Got 'relativistic'": lambda: gt.spectrum(
        run_of(1.0, 0.0, 0.0, UNIFORM, UNIFORM, "relativistic")
    ),
    "`penalty` of spectrum must be an R1": lambda: gt.spectrum(run_of(1.0, 0.0, 0.0, UNIFORM, UNIFORM), penalty=GradientPenalty(1.0)),
    "at most 6000 weights": lambda: gt.spectrum(
        Run(UNIFORM, UNIFORM, Scaled(jnp.ones(7000)), Parabola(jnp.ones(()), jnp.ones(())), {"loss": "minimax"})
    ),
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_has_no_spectrum_is_refused_in_a_sentence(said):
    with pytest.raises(ValueError, match=said):
        REFUSED[said]()
