"""Networks in every form that they come in, judged: against closed forms, and against one another."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt
from gantheory.judgement.where import quantiles

DATA = gt.Normal(0, 1)
MEAN, WIDTH = 0.5, 2.0  # of p_g = N(½, 2²), G(z) = ½ + 2 z
KL_DATA_G = np.log(WIDTH) + (1 + MEAN**2) / (2 * WIDTH**2) - 0.5
KL_G_DATA = -np.log(WIDTH) + (WIDTH**2 + MEAN**2) / 2 - 0.5


def logit(x):
    """log p_data - log p_g."""
    return -(x**2) / 2 + ((x - MEAN) / WIDTH) ** 2 / 2 + np.log(WIDTH)


def on_arrays(function, *shape):
    """A function that JAX cannot trace, and that takes points of this shape behind the first axis only."""

    def called(points):
        points = np.asarray(points, np.float64)
        if points.shape[1:] != shape or not len(points):
            raise TypeError("not of this shape")
        return function(points)

    return called


GENERATORS = {
    "of a number": lambda z: MEAN + WIDTH * z,
    "of one coordinate": lambda z: jnp.array([[WIDTH]]) @ z + MEAN,
    "of a batch, in JAX": lambda z: z @ jnp.array([[WIDTH]]) + MEAN,
    "of an array": on_arrays(lambda z: MEAN + WIDTH * z),
    "of an array of coordinates": on_arrays(lambda z: MEAN + WIDTH * z, 1),
}
DISCRIMINATORS = {
    "of a number": lambda x: 1 / (1 + jnp.exp(-logit(x))),
    "of one coordinate": lambda x: 1 / (1 + jnp.exp(-logit(x[0]))),
    "of a batch, in JAX": lambda x: 1 / (1 + jnp.exp(-logit(x[:, 0]))),
    "of an array": on_arrays(lambda x: 1 / (1 + np.exp(-logit(x)))),
    "of an array of coordinates": on_arrays(lambda x: 1 / (1 + np.exp(-logit(x))), 1),
}


@pytest.mark.parametrize("way", [pytest.param(way, marks=pytest.mark.slow) if "array" in way else way for way in GENERATORS])
def test_a_gaussian_generator_and_its_best_discriminator(way):
    judged = gt.judge(DATA, generator=GENERATORS[way], discriminator=DISCRIMINATORS[way])
    found = dict(judged.items())
    for name, truth in (("KL(p_data‖p_g)", KL_DATA_G), ("KL(p_g‖p_data)", KL_G_DATA), ("C(G) - V(G, D)", 0.0)):
        assert abs(found[name].value - truth) <= found[name].error <= 1e-6
    assert abs((found["V(G, D)"] - found["C(G) = max_D V"]).value) <= 1e-6
    assert judged.verdict[-1].startswith("D is the best there is")
    assert any(sentence.startswith("p_g is too wide") for sentence in judged.verdict)


class Tanh(eqx.Module):
    """A small network of one coordinate."""

    layers: list[jax.Array]

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.layers = [jnp.asarray(rng.normal(size=shape), jnp.float32) for shape in ((8, 1), (8,), (1, 8))]

    def __call__(self, x):
        first, shift, last = self.layers
        return last @ jnp.tanh(first @ x + shift) / 2

    def on_arrays(self, points):
        first, shift, last = (np.asarray(layer, np.float64) for layer in self.layers)
        return np.tanh(points @ first.T + shift) @ last.T / 2


@pytest.mark.slow
def test_a_network_in_jax_and_the_same_one_in_numpy_give_the_same_numbers():
    g, d = Tanh(0), Tanh(1)
    one = gt.judge(DATA, generator=g, discriminator=d, output="logit")
    other = gt.judge(DATA, generator=on_arrays(g.on_arrays, 1), discriminator=on_arrays(d.on_arrays, 1), output="logit")
    for (name, here), (_, there) in zip(one.items(), other.items(), strict=True):
        assert (np.isinf(float(here)) and float(here) == float(there)) or abs(float(here) - float(there)) <= 1e-9, name
    assert "stored in float32, evaluated in float64, by JAX" in one.networks[0] and "called with arrays" in other.networks[0]


class WithVariables:
    """A module that is applied to its variables, as those of Flax are."""

    def apply(self, variables, z):
        return z @ variables["kernel"] + variables["bias"]


def test_a_pair_of_a_module_and_its_variables():
    variables = {"kernel": jnp.array([[WIDTH]]), "bias": jnp.array([MEAN])}
    judged = gt.judge(DATA, generator=(WithVariables(), variables))
    assert abs(dict(judged.items())["KL(p_data‖p_g)"].value - KL_DATA_G) <= 1e-10
    assert judged.measured.value is None and "2 weights stored in float32" in judged.networks[0]


VERDICTS = {
    "p_g cannot be told from p_data": {"generator": lambda z: z},
    "There are data that G hardly ever makes": {"generator": jnp.tanh},
    "p_g is too narrow": {"generator": lambda z: z / 4},
    "G is constant on parts of z: p_g has atoms at x = 0 with mass 0.5": {"generator": jax.nn.relu},
    "G folds: it turns at z = 0. At a turn p_g has an integrable spike": {"generator": lambda z: z**2},
    "D is worse than a coin: V(G, D) is 0.": {"generator": lambda z: z + 0.1, "discriminator": lambda x: x, "output": "logit"},
    "D is near 1/2 everywhere, within 3e-05": {"generator": lambda z: z, "discriminator": lambda x: 0.5 + 6e-5 * x / (1 + x * x)},
    "D is 1/2 everywhere": {"generator": lambda z: z + 1, "discriminator": lambda x: 0 * x, "output": "logit"},
    "D's values all lie in [0, 1], as probabilities do": {
        "generator": lambda z: z + 1,
        "discriminator": jax.nn.sigmoid,
        "output": "logit",
    },
    "The values of G are float32": {"generator": lambda z: np.tanh(np.asarray(z, np.float32))},
    "The loss looks better than it is": {"generator": lambda z: z + 1, "discriminator": lambda x: 0.5 + 0 * x},
    "D lacks C(G) - V": {"generator": lambda z: z + 1, "discriminator": lambda x: 0.4 - 0.9 * x, "output": "logit"},
    "D is sure where it is wrong": {"generator": lambda z: z, "discriminator": lambda x: jnp.where(x > 1, 1.0, 0.5)},
}


@pytest.mark.parametrize("sentence", VERDICTS)
def test_what_the_verdict_says(sentence):
    judged = gt.judge(DATA, **VERDICTS[sentence])
    assert any(said.startswith(sentence) for said in judged.verdict), judged.verdict
    assert sentence[:20] in repr(judged)


@pytest.mark.slow
def test_folds_that_the_noise_of_float32_may_have_made_are_not_asserted():
    def said_of(generator):
        return " ".join(gt.judge(DATA, generator).verdict)

    # z³ rises, and is level at 0.
    assert "fold" not in said_of(lambda z: np.asarray(z, np.float32) ** 3)
    assert "G is monotone, but its slope jumps or is 0 at z = 0: p_g has" in said_of(lambda z: z**3)
    # It falls by 5e-6 from z = 2 on: float32 steps are of 2e-7.
    exact = lambda z: 2 + 0.1 * np.tanh(4 * z) - 3e-6 * np.tanh(z - 3)  # noqa: E731
    assert "G folds: it turns at" in said_of(exact)
    assert "G seems to fold, which may be the noise of its float32 values: it turns" in said_of(lambda z: exact(z).astype("f"))


def test_where_d_is_wrong():
    """D is right but for x > 1, where it is a coin."""
    judged = gt.judge(DATA, generator=lambda z: MEAN + WIDTH * z, discriminator=lambda x: jnp.where(x > 1, 0.0, logit(x)), output="logit")
    assert judged.parts[0].low >= 1 and judged.parts[0].share > 0.5 and judged.parts[0].discriminator == 0.5


class Mixed:
    """A function of the batch, as batch normalisation in training mode is."""

    def __call__(self, z):
        z = np.asarray(z, np.float64)
        return (z - z.mean()) / z.std()


W = np.random.default_rng(0).normal(size=(13, 2))
ADVICE = "so p_g has no density that can be had: draw rows of it and use gt.compare_samples."
REFUSED = {
    f"z of this generator has 13 coordinates and the data 1, {ADVICE}": {"generator": lambda z: np.tanh(z @ W[:, 0])},
    f"z of this generator has 64 coordinates and the data 1, {ADVICE}": {"generator": eqx.nn.MLP(64, 1, 4, 1, key=jax.random.key(0))},
    f"z of this generator has 10 coordinates and the data 1, {ADVICE}": {"generator": lambda z: z, "latent": 10},
    f"z of this generator has 2 coordinates and the data 1, {ADVICE}": {"generator": lambda z: z, "latent": gt.ring()},
    "Got 2 numbers for a point of z.": {"generator": lambda z: np.tanh(z @ W)},
    "`generator` must give numbers. Got nan at z = -1.465.": {"generator": lambda z: np.log(z)},
    "`generator` must give numbers. Got nan at z = -7.034.": {"generator": lambda z: jnp.sqrt(z + 2)},
    "`discriminator` must give numbers. Got nan at x = -1.465.": {"generator": lambda z: z, "discriminator": jnp.sqrt},
    "Got 'g.pt': a file is read by torch.load, and a state dict needs its class: (Net(), state_dict).": {"generator": "g.pt"},
    "Got a dict: a state dict needs its class: (Net(), state_dict).": {"generator": {"0.weight": W}},
    "Got a list: a state dict needs its class": {"generator": [lambda z: z, {}]},
    "Got the class WithVariables: an instance of it is WithVariables().": {"generator": WithVariables},
    "Got the class WithVariables for the network: say WithVariables().": {"generator": (WithVariables, {})},
    "Got the law Normal(0, 1): gt.measure(p_data, p_g) compares two laws.": {"generator": DATA},
    "of probabilities take the column of the data's class": {"generator": lambda z: z, "discriminator": lambda x: x[:, None] * W[0]},
    "x of this discriminator has 13 coordinates and the data 1": {"generator": lambda z: z, "discriminator": lambda x: x @ W[:, 0]},
    "by output='logit'": {"generator": lambda z: z, "discriminator": lambda x: 3 * x},
    "the same value whatever other points": {"generator": Mixed()},
    "in its batch": {"generator": lambda z: z - jnp.mean(z) + jnp.zeros(jnp.shape(z))},
    "must be one of 'probability', 'logit'": {"generator": lambda z: z, "discriminator": lambda x: x, "output": "score"},
    "`latent` must be a density on the line": {"generator": lambda z: z, "latent": 1},
    "a pair of a network and its weights": {"generator": (1, 2, 3)},
    "a PyTorch module with its state dict or a Flax module": {"generator": (lambda z: z, {})},
    "nor does it take points of 1 to 512 coordinates": {"generator": lambda z: undefined(z)},
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_is_refused_in_a_sentence(sentence):
    with pytest.raises(ValueError) as refusal:
        gt.judge(DATA, **REFUSED[sentence])
    assert sentence in str(refusal.value)


WRONG_DATA = {
    "Got 'a.csv': read its rows by gt.read_csv('a.csv').": "a.csv",
    "`p_data` of judge must be a law, such as gt.Normal(0, 1), its expression or rows. Got a function.": lambda x: x,
    "`p_data` of judge, where it is rows, must be of shape (n,) or (n, 2), n at least 10. Got (20, 3).": np.ones((20, 3)),
    "rows. Got None.": None,
}


@pytest.mark.parametrize("sentence", WRONG_DATA)
def test_what_is_no_data(sentence):
    with pytest.raises(ValueError) as refusal:
        gt.judge(WRONG_DATA[sentence], lambda z: z)
    assert sentence in str(refusal.value)


def test_the_plane_asks_for_a_z_of_one_coordinate_or_has_no_density():
    for network, sentence in (
        (lambda z: np.stack([z[:, 0], z[:, 0]], -1) if z.shape[1:] == (1,) else 1 / 0, "say latent='Normal(0, 1)'"),
        (eqx.nn.MLP(8, 2, 4, 1, key=jax.random.key(0)), "z of this generator has 8 coordinates and the data 2, so"),
    ):
        with pytest.raises(ValueError) as refusal:
            gt.judge(gt.ring(), network)
        assert sentence in str(refusal.value)


def test_the_modes_of_the_line_that_p_g_lost():
    data = gt.Mixture([0.3, 0.4, 0.3], gt.Normal([-3.0, 0.0, 3.0], 0.5))
    judged = gt.judge(data, lambda z: z / 2)
    assert [(mode.place, mode.found) for mode in judged.modes] == [(-3.0, False), (0.0, True), (3.0, False)]
    assert abs(judged.modes[1].of_data - 0.4) < 0.01 and judged.modes[1].of_g > 0.99
    assert any(said.startswith("p_g has found 1 of the 3 modes of p_data, and lost those at x = -3, x = 3:") for said in judged.verdict)
    assert "p_g has found all 3 modes of p_data." in gt.judge(data, lambda z: 3 * z).verdict
    assert gt.judge(DATA, lambda z: z).modes == []


def test_the_modes_of_the_plane_that_p_g_lost():
    judged = gt.judge(gt.ring(), lambda z: jnp.array([1.0, 0.0]) + 0.02 * z)
    assert [mode.place for mode in judged.modes if mode.found] == [(1.0, 0.0)]
    assert judged.measured.modes.value == 1 and "modes found             1 of 8" in repr(judged)
    assert any("found 1 of the 8 modes of p_data, and lost those at (0.71, 0.71), (0, 1)," in said for said in judged.verdict)
    assert any("KL, total variation and W1 are left out on the plane" in said for said in judged.verdict)


@pytest.mark.slow
def test_rows_and_expressions_stand_for_laws():
    rows = np.random.default_rng(0).normal(size=20)
    judged = gt.judge(rows, generator=lambda z: z, latent="Uniform(-1, 1)")
    assert judged.p_data.dimension == 1 and judged.p_g.support == (-1, 1)
    assert judged.verdict[0].startswith("p_data is a kernel density estimate of the 20 rows, and the errors are of that")
    assert repr(judged).splitlines()[1] == "  p_data: Gaussian kernel density estimate of 20 rows"
    assert gt.judge("Normal(0, 1)", generator=lambda z: z).measured.two_jsd.lower <= 0


@pytest.mark.slow
def test_on_the_plane_a_network_that_jax_cannot_trace_is_judged_as_one_that_it_can():
    def sheared(xp):
        return lambda z: xp.stack([z[..., 0] + 0.3 * xp.sin(z[..., 1]), 0.8 * z[..., 1]], -1)

    data = gt.MultivariateNormal([0, 0], [[1, 0.3], [0.3, 1]])
    one = gt.judge(data, generator=sheared(jnp), discriminator=lambda x: x[0] + 0 * x[1], output="logit")
    other = gt.judge(data, generator=on_arrays(sheared(np), 2), discriminator=on_arrays(lambda x: x[:, 0], 2), output="logit")
    for (name, here), (_, there) in zip(one.items(), other.items(), strict=True):
        assert abs(float(here) - float(there)) <= 1e-9, name
    assert one.parts == other.parts or one.parts[0].low == other.parts[0].low
    drawn = one.plot().axes
    assert len(drawn) == 12  # six maps, and a colour bar for each
    assert [ax.get_xlabel() for ax in drawn[:3]] == ["share of the largest cell"] * 3


def test_quantiles_by_interpolation_are_those_of_the_law():
    for law, most in ((gt.Normal(0, 1), 1e-3), (gt.Mixture([0.5, 0.5], gt.Normal([-9.0, 9.0], 0.5)), 1e-3), (gt.Cauchy(0, 1), 1e-3)):
        levels = law.cdf(quantiles(law, 4096))
        assert np.abs(levels - (np.arange(4096) + 0.5) / 4096).max() < most
