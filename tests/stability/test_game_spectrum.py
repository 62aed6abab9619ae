"""The spectrum of a run, against a game whose eigenvalues are known, and against differences of losses written out here."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.flatten_util import ravel_pytree

import gantheory as gt
from gantheory import dynamics
from gantheory.dynamics.integrators import consensus, symplectic
from gantheory.game.constraints import clipped
from gantheory.game.penalties import R1, R2, GradientPenalty, Sum
from gantheory.stability import low_rank
from gantheory.stability.exact_game import ExactGame
from gantheory.stability.linear_steps import effective, reduced, step_matrix
from gantheory.stability.low_rank import Factors, factors_of
from gantheory.stability.one_iteration import _squares
from gantheory.stability.optimizer_rules import Rule, rule_of
from gantheory.training.command import train_and_report
from gantheory.training.run import Run
from gantheory.training.settings import Settings


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


def test_eigenvalues_on_the_range_are_all_that_are_not_0(monkeypatch):
    monkeypatch.setattr(low_rank, "FIRST_RANK", 32)
    monkeypatch.setattr(low_rank, "MORE", 16)
    rng = np.random.default_rng(0)
    low = rng.standard_normal((200, 40)) @ rng.standard_normal((40, 200))
    factors = factors_of(lambda rows: rows @ low.T, lambda rows: rows @ low, len(low))
    assert factors.q.shape[1] == 48
    np.testing.assert_allclose(factors.q @ factors.b, low, atol=1e-10 * np.abs(low).max())
    found, known = factors.eigenvalues(), np.linalg.eigvals(low)
    known = known[np.argsort(-np.abs(known))][:40]
    found = found[np.argsort(-np.abs(found))]
    assert np.abs(found[40:]).max() < 1e-9 * np.abs(known).max()
    for value in known:
        assert np.abs(found[:40] - value).min() < 1e-9 * np.abs(known).max()


def dead_unit_run():
    """p_g = p_data, D = 1/2: at rest. The first of D's two hidden units has no outgoing weight; all outgoing ones are 0."""
    normal = gt.Normal(0.0, 1.0)
    discriminator = gt.Discriminator(2, 1, key=jax.random.key(1))
    discriminator = eqx.tree_at(lambda d: d.mlp.layers[-1].weight, discriminator, jnp.array([[0.0, 0.0]]))
    discriminator = eqx.tree_at(lambda d: d.mlp.layers[-1].bias, discriminator, jnp.zeros(1))
    return Run(normal, normal, Scaled(jnp.float32(1.0)), discriminator, {"loss": "minimax"})


@pytest.mark.slow
def test_units_that_are_dead_are_symmetries_and_the_rest_are_none():
    found = gt.spectrum(dead_unit_run())
    kinds = {one.kind: one for one in found.symmetries}
    # Both units' incoming weights and biases.
    assert kinds["weights of D that change nothing"].dimension == 4 and kinds["weights of D that change nothing"].null
    assert found.null == sum(one.dimension for one in found.symmetries) == 4
    assert "4, 4 by exact symmetries" in repr(found) and "directions that hardly change" not in repr(found)


@pytest.mark.slow
def test_equal_units_and_the_two_constants_of_g_are_symmetries():
    key = jax.random.key(0)
    generator = gt.Generator(2, 1, key=key)
    equal = eqx.tree_at(lambda g: g.mlp.layers[0].weight, generator, jnp.array([[0.3], [0.3]]))
    equal = eqx.tree_at(lambda g: g.mlp.layers[0].bias, equal, jnp.array([0.1, 0.1]))
    run = Run(gt.Normal(0.0, 1.0), gt.Normal(0.0, 1.0), equal, gt.Discriminator(2, 1, key=key), {"loss": "minimax"})
    kinds = {(one.kind, one.null): one.dimension for one in gt.spectrum(run).symmetries}
    # Beside offset and last bias, the two outgoing weights; moving them apart changes the incoming weights' slopes, since v is not 0.
    assert kinds == {("weights of G that act alike", True): 1, ("weights of G that act alike", False): 1}


class Critic(eqx.Module):
    """wx + c."""

    w: jax.Array
    c: jax.Array

    def logit(self, x):
        return self.w * x + self.c


class Product(eqx.Module):
    """G(z) = abz."""

    a: jax.Array
    b: jax.Array

    def __call__(self, z):
        return self.a * self.b * z


@pytest.mark.slow
@pytest.mark.parametrize(("loss", "expected"), [("wasserstein", 1), ("minimax", 0)])
def test_the_constant_of_a_critic_is_a_symmetry_and_that_of_a_logit_is_none(loss, expected):
    normal = gt.Normal(0.0, 1.0)
    run = Run(normal, normal, Scaled(jnp.float32(1.0)), Critic(jnp.float32(0.0), jnp.float32(0.0)), {"loss": loss})
    assert sum(one.kind.startswith("D's constant") for one in gt.spectrum(run).symmetries) == expected


@pytest.mark.slow
def test_a_curve_of_equal_products_is_a_symmetry():
    normal = gt.Normal(0.0, 1.0)
    run = Run(
        normal, normal, Product(jnp.float32(2.0), jnp.float32(0.5)), Parabola(jnp.float32(0.0), jnp.float32(0.0)), {"loss": "minimax"}
    )
    (found,) = gt.spectrum(run).symmetries
    assert found.null and found.kind == "weights of G that act alike"
    a, b, *others = found.directions[0]
    assert np.isclose(a / b, -4) and not any(others)


def moved_exactly(updates, steps, rate, betas, squares, jacobian, of_d):
    """The Jacobian of one iteration of the real optax optimisers, at rest, on the gradients -v' w, with Adam's second moment put back."""
    adam = optax.adam(rate, *betas)

    def one(flat):
        w, mu = jnp.split(flat, 2)

        def step(w, mu, given, moving):
            state = adam.init(w)
            # The average of g² comes out as it is to be held; the count is large, so that no bias is corrected.
            state = (state[0]._replace(count=10**6, mu=mu, nu=(squares - (1 - betas[1]) * given**2) / betas[1]), *state[1:])
            change, state = adam.update(given, state, w)
            return jnp.where(moving, w + change, w), jnp.where(moving, state[0].mu, mu)

        def gradient(w):
            return -jacobian @ w

        if updates == "extragradient":
            ahead, _ = step(w, mu, gradient(w), True)
            return jnp.concatenate(step(w, mu, gradient(ahead), True))
        before = w
        for _ in range(steps[0]):
            w, mu = step(w, mu, gradient(w), of_d)
        held = jnp.where(of_d, before, w)
        for _ in range(steps[1]):
            at = jnp.where(of_d, held, w) if updates == "simultaneous" else w
            w, mu = step(w, mu, gradient(at), ~of_d)
        return jnp.concatenate([w, mu])

    return jax.jacfwd(one)(jnp.zeros(2 * len(jacobian)))


@pytest.mark.parametrize(("updates", "steps"), [("alternating", (3, 2)), ("simultaneous", (2, 1)), ("extragradient", (1, 1))])
def test_multipliers_are_those_of_the_real_optimisers(updates, steps):
    rng = np.random.default_rng(1)
    jacobian, squares, of_d = rng.standard_normal((5, 5)), rng.uniform(0.1, 2.0, 5), np.array([False, False, True, True, True])
    rate, betas = 0.05, (0.5, 0.9)
    rule = Rule("adam", rate, *betas, 1e-8)
    game = reduced(*effective(Factors(np.eye(5), jacobian), updates, 1.0), rule.gain(squares), (2, 3), (betas[0], betas[0]))
    found = np.linalg.eigvals(step_matrix(game, updates, steps))
    with jax.enable_x64(True):
        known = np.linalg.eigvals(np.asarray(moved_exactly(updates, steps, rate, betas, squares, jnp.asarray(jacobian), jnp.asarray(of_d))))
    np.testing.assert_allclose(np.sort_complex(found), np.sort_complex(known), atol=1e-6)


@pytest.mark.parametrize("updates", ["alternating", "simultaneous", "extragradient", "optimistic", "rk4", "consensus", "sga"])
def test_multipliers_of_plain_steps_are_those_of_the_integrators(updates):
    """Nagarajan & Kolter's game, of which ``dynamics`` has the steps themselves, differentiated."""
    game = dynamics.nagarajan_kolter()
    ways = {"consensus": consensus(0.5), "sga": symplectic(0.5)}
    known = dynamics.multipliers(game, ways.get(updates, updates), 0.3)
    slope = game.at(game.equilibrium)[1]
    linear = reduced(*effective(Factors(np.eye(2), np.asarray(slope)), updates, 0.5), np.full(2, 0.3), (1, 1), (0.0, 0.0))
    found = np.linalg.eigvals(step_matrix(linear, updates, (1, 1)))
    for value in known[np.abs(known) > 1e-9]:
        assert np.abs(found - value).min() < 1e-9, (known, found)


def test_a_plain_step_multiplies_by_1_plus_h_lambda():
    run = run_of(1.0, 0.0, 0.0, UNIFORM, UNIFORM)
    run.settings |= {"updates": "simultaneous"}
    found = gt.spectrum(run, optimizers=(optax.sgd(0.25), optax.sgd(0.25)))
    known = 1 + 0.25 * np.array([-0.05 + 1j * np.sqrt(1 / 9 - 1 / 400), -0.05 - 1j * np.sqrt(1 / 9 - 1 / 400), -1 / 6])
    np.testing.assert_allclose(np.sort_complex(found.iteration.multipliers), np.sort_complex(known), atol=1e-10)
    assert found.stable and "it returns" in repr(found)


RULES = {
    "adam at 0.001": lambda: optax.adam(1e-3),
    "adam at 4e-05": lambda: optax.adam(optax.cosine_decay_schedule(4e-3, 1000, alpha=1e-2), b1=0.5, b2=0.99),
    "rmsprop at 0.01": lambda: optax.rmsprop(1e-2),
    "sgd at 0.1": lambda: optax.sgd(0.1, 0.9),
    "None": lambda: optax.adamw(1e-3),
    "None ": lambda: clipped(optax.adam(1e-3), 0.01),
    "None  ": lambda: optax.sgd(0.1, 0.9, nesterov=True),
    "None   ": lambda: optax.sgd(0.0),
}


@pytest.mark.parametrize("known", RULES)
def test_optimisers_are_known_by_their_steps(known):
    with jax.enable_x64(True):
        assert str(rule_of(RULES[known](), 1000)) == known.strip()


@pytest.mark.slow
def test_second_moments_are_those_of_minibatches():
    run = run_of(0.8, 0.3, -0.2, gt.Normal(0.5, 1.0), gt.Normal(0.0, 1.0), "non_saturating")
    run.settings |= {"batch": 16}
    with jax.enable_x64(True):
        game = ExactGame(run)
        found = _squares(game, game.slopes()[0], "alternating")
    rng = np.random.default_rng(0)
    x, fake = rng.normal(0.5, 1.0, (40_000, 16)), 0.8 * rng.normal(0.0, 1.0, (40_000, 16))
    d, of_fake = 1 / (1 + np.exp(-(0.3 * x**2 - 0.2 * x))), 1 / (1 + np.exp(-(0.3 * fake**2 - 0.2 * fake)))
    of_g = ((of_fake - 1) * (0.6 * fake - 0.2) * fake / 0.8).mean(axis=1)
    of_w = ((d - 1) * x**2).mean(axis=1) + (of_fake * fake**2).mean(axis=1)
    of_b = ((d - 1) * x).mean(axis=1) + (of_fake * fake).mean(axis=1)
    drawn = np.array([(one**2).mean() for one in (of_g, of_w, of_b)])
    np.testing.assert_allclose(found, drawn, rtol=0.05)


@pytest.mark.slow
def test_against_the_best_d_the_hessian_is_that_of_c():
    """Of N(0, 1) against N(0, a²): C(a) by ``gt.criterion``, and its second differences."""
    normal = gt.Normal(0.0, 1.0)
    for a in (1.0, 1.3):
        found = gt.spectrum(run_of(a, 0.0, 0.0, normal, normal)).against_best
        h = 1e-3
        values = [float(gt.criterion(normal, gt.Normal(0.0, float(np.float32(a)) + shift))) for shift in (-h, 0.0, h)]
        np.testing.assert_allclose(found.eigenvalues, -(values[0] - 2 * values[1] + values[2]) / h**2, atol=1e-5)
        np.testing.assert_allclose(found.slope, abs(values[2] - values[0]) / (2 * h), atol=1e-6)


@pytest.mark.slow
def test_what_is_not_known_says_why():
    found = gt.spectrum(run_of(1.0, 0.0, 0.0, UNIFORM, UNIFORM, "wasserstein"))
    assert "give `optimizers`" in repr(found.iteration) and "no logit" in repr(found.discriminator_gap)
    assert found.stable is None and "no logit" in repr(found.against_best)
    run = run_of(1.0, 0.0, 0.0, UNIFORM, UNIFORM)
    run.settings |= {"average": 0.9}
    found = gt.spectrum(run, optimizers=(optax.sgd(0.1), optax.sgd(0.1)))
    assert "ends or kinks" in repr(found.against_best) and "is an average" in repr(found.iteration)


@pytest.mark.slow
def test_a_run_of_the_command_tells_its_optimisers(tmp_path):
    settings = Settings(p_data="Normal(1, 0.5)", steps=30, width_d=4, width_g=4, depth_d=1, depth_g=1, measure_every=30)
    train_and_report(settings, tmp_path / "run")
    found = gt.spectrum(tmp_path / "run")
    assert [rule.name for rule in found.iteration.rules] == ["adam", "adam"]
    np.testing.assert_allclose([rule.rate for rule in found.iteration.rules], [2e-5, 1e-5], rtol=1e-5)
    # R1 of the command is of slopes in the data's unit, .5 of x's.
    given = gt.spectrum(tmp_path / "run", penalty=R1(settings.r1 * gt.load(tmp_path / "run").discriminator.unit.scale ** 2))
    np.testing.assert_allclose(found.eigenvalues, given.eigenvalues, atol=1e-12)


def relu_run():
    generator, discriminator = gt.Generator(2, 1, "relu", key=jax.random.key(0)), gt.Discriminator(2, 1, key=jax.random.key(1))
    return Run(gt.Normal(0.0, 1.0), gt.Normal(0.0, 1.0), generator, discriminator, {"loss": "minimax"})


REFUSED = {
    "`generator` of the run must be a program without kinks.*Got one with max": lambda: gt.spectrum(relu_run()),
    "`loss` of spectrum must be one of the library's that is smooth": lambda: gt.spectrum(run_of(1.0, 0.0, 0.0, UNIFORM, UNIFORM, "hinge")),
    "`run` of spectrum must be on the line": lambda: gt.spectrum(
        Run(gt.ring(), gt.Product(gt.Normal(0, 1), gt.Normal(0, 1)), Scaled(jnp.ones(2)), Parabola(jnp.ones(()), jnp.ones(())), {})
    ),
    "with densities for p_data and z. Got one on Normal": lambda: gt.spectrum(
        Run(gt.Normal(0, 1), gt.Product(gt.Normal(0, 1), gt.Normal(0, 1)), Scaled(jnp.ones(2)), Parabola(jnp.ones(()), jnp.ones(())), {})
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
