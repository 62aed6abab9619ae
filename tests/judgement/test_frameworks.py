"""One GAN in PyTorch, Flax and Equinox. PyTorch and Flax are no dependencies: where they are not installed, these tests are skipped."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt

torch = pytest.importorskip("torch")
linen = pytest.importorskip("flax.linen")

WIDTH = 16
pytestmark = pytest.mark.slow


def weights(seed):
    """(matrix, shift) of three layers, in float32."""
    rng = np.random.default_rng(seed)
    shapes = ((WIDTH, 1), (WIDTH, WIDTH), (1, WIDTH))
    drawn = [(rng.normal(size=shape) / np.sqrt(shape[1]), rng.normal(size=shape[0]) / 2) for shape in shapes]
    return [(matrix.astype("f"), shift.astype("f")) for matrix, shift in drawn]


def in_torch(layers, last):
    parts = []
    for matrix, shift in layers:
        linear = torch.nn.Linear(*matrix.shape[::-1])
        linear.weight.data, linear.bias.data = torch.tensor(matrix), torch.tensor(shift)
        parts += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*parts[:-1], *last)


class Flax(linen.Module):
    last: bool

    @linen.compact
    def __call__(self, x):
        for width in (WIDTH, WIDTH):
            x = jnp.tanh(linen.Dense(width)(x))
        x = linen.Dense(1)(x)
        return linen.sigmoid(x) if self.last else x


def variables(layers):
    return {"params": {f"Dense_{i}": {"kernel": jnp.array(matrix.T), "bias": jnp.array(shift)} for i, (matrix, shift) in enumerate(layers)}}


def in_equinox(layers, last):
    network = eqx.nn.MLP(1, 1, WIDTH, 2, jnp.tanh, final_activation=last, key=jax.random.key(0))
    flat = [*(jnp.array(matrix) for matrix, _ in layers), *(jnp.array(shift) for _, shift in layers)]
    return eqx.tree_at(lambda net: [*(one.weight for one in net.layers), *(one.bias for one in net.layers)], network, flat)


@pytest.fixture(scope="module")
def judgements():
    g, d = weights(0), weights(1)
    pairs = {
        "PyTorch": (in_torch(g, []), in_torch(d, [torch.nn.Sigmoid()])),
        "Flax": ((Flax(False), variables(g)), (Flax(True), variables(d))),
        "Equinox": (in_equinox(g, lambda x: x), in_equinox(d, jax.nn.sigmoid)),
    }
    return {name: gt.judge(gt.Normal(0, 1), generator=one, discriminator=other) for name, (one, other) in pairs.items()}


@pytest.mark.parametrize("name", ["PyTorch", "Flax"])
def test_the_same_weights_give_the_same_numbers(judgements, name):
    for (quantity, here), (_, there) in zip(judgements[name].items(), judgements["Equinox"].items(), strict=True):
        assert float(here) == float(there) or abs(float(here) - float(there)) <= 1e-9, quantity


def test_a_state_dict_is_enough_and_the_users_module_is_left_as_it_was(judgements):
    trained, fresh = in_torch(weights(0), []), in_torch(weights(2), [])
    before = fresh[0].weight.clone()
    judged = gt.judge(gt.Normal(0, 1), generator=(fresh, trained.state_dict()))
    assert judged.measured.two_jsd.value == judgements["PyTorch"].measured.two_jsd.value
    assert torch.equal(fresh[0].weight, before) and fresh[0].weight.dtype == torch.float32 and fresh.training


def test_device_and_dtype_are_said(judgements):
    assert "PyTorch Sequential, 321 weights stored in float32 on cpu, evaluated in float64" in judgements["PyTorch"].networks[0]


def test_batch_normalisation_is_called_in_evaluation_mode():
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(1, 4), torch.nn.BatchNorm1d(4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    assert network.training
    assert gt.judge(gt.Normal(0, 1), generator=network).measured.two_jsd.error < 1e-6


def test_a_generator_with_more_coordinates_than_the_data():
    for given in (
        torch.nn.Linear(10, 1),
        lambda z: torch.nn.Linear(10, 1)(z),
        (linen.Dense(1), linen.Dense(1).init(jax.random.key(0), jnp.ones(10))),
    ):
        with pytest.raises(ValueError) as refusal:
            gt.judge(gt.Normal(0, 1), given)
        assert str(refusal.value).startswith("z of this generator has 10 coordinates and the data 1, so p_g has no density that can be had")


def test_a_state_dict_of_another_network():
    g, d = (
        torch.nn.Sequential(torch.nn.Linear(1, 4), torch.nn.Linear(4, 1)),
        torch.nn.Sequential(torch.nn.Linear(1, 8), torch.nn.Linear(8, 1)),
    )
    for pair, sentence in (
        ((g, d.state_dict()), "perhaps the other player's: '0.weight' is of shape (8, 1), that of Sequential of shape (4, 1)."),
        ((g, g[0].state_dict()), "perhaps the other player's: '0.weight' is in Sequential only."),
        ((g, "g.pt"), "torch.load('g.pt') reads it."),
        ((torch.nn.Linear, g.state_dict()), "Got the class Linear for the network: say Linear()."),
    ):
        with pytest.raises(ValueError) as refusal:
            gt.judge(gt.Normal(0, 1), pair)
        assert sentence in str(refusal.value)


def test_a_function_of_float32_tensors_is_told_of_the_module():
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(1, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    rounded, exact = gt.judge(gt.Normal(0, 1), lambda z: network(z)), gt.judge(gt.Normal(0, 1), network)
    assert rounded.rounded == ("G",) and exact.rounded == ()
    assert "pass the module itself, which is then called in float64, and the errors fall." in rounded.verdict[-1]
    assert exact.measured.two_jsd.error < rounded.measured.two_jsd.error
