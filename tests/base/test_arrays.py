"""A function's way of being called is found, and checked: those here take arrays, columns or single points, and none a tracer."""

import math

import numpy as np
import pytest

from gantheory.base.arrays import OnArrays

X = np.linspace(-2, 2, 11)
XY = np.stack([X, X**2], axis=-1)


def on_columns(x):
    return np.tanh(x @ np.array([[1.0, -2.0]])) @ np.array([[0.5], [1.0]])


WAYS = {
    "arrays": (lambda x: np.tanh(x), X, np.tanh(X)),
    "arrays to columns": (lambda x: np.tanh(x)[:, None], X, np.tanh(X)),
    "columns": (on_columns, X, on_columns(X[:, None])[:, 0]),
    "columns to arrays": (lambda x: on_columns(x)[:, 0], X, on_columns(X[:, None])[:, 0]),
    "one number": (lambda x: math.tanh(x), X, np.tanh(X)),
    "one column": (lambda x: [math.tanh(x.item())] if x.shape == (1,) else None, X, np.tanh(X)),
    "a constant": (lambda x: 0.25, X, np.full(11, 0.25)),
    "in place": (lambda x: np.tanh(x, out=x), X, np.tanh(X)),
    "points": (lambda x: x[:, 0] * x[:, 1], XY, X**3),
    "points to columns": (lambda x: x @ np.ones((2, 1)), XY, X + X**2),
    "one point": (lambda x: float(x[0]) * math.cos(x[1]), XY, X * np.cos(X**2)),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_calling_a_function_is_found(way):
    function, points, known = WAYS[way]
    called = OnArrays(function, "D", points.shape[1:])
    before = points.copy()
    for some in (slice(None), slice(3, 4), slice(0, 0)):
        np.testing.assert_allclose(called(points[some]), known[some], rtol=1e-15)
    assert np.array_equal(points, before)


def test_a_function_to_points_of_the_plane():
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    for function in (lambda z: z @ turn.T, lambda z: (-float(z[1]), float(z[0]))):
        np.testing.assert_allclose(OnArrays(function, "generator", (2,), (2,))(XY), np.stack([-(X**2), X], -1))
    curve = OnArrays(lambda z: np.concatenate([np.cos(z), np.sin(z)], axis=1), "generator", (), (2,))
    np.testing.assert_allclose(curve(X), np.stack([np.cos(X), np.sin(X)], -1))


DRAWS = np.random.default_rng(0)
REFUSED = {
    "normalised over the batch": (lambda x: np.tanh(x - x.mean()), r"the same value whatever other points are beside it"),
    "dropout": (lambda x: x * DRAWS.uniform(0, 1, x.shape), r"the same value whatever other points are beside it, and each time"),
    "another shape": (
        lambda x: np.zeros((3, 2)),
        r"values of shape \(n,\), or one point to its value\. Got an array of shape \(3, 2\) for 7",
    ),
    "nothing": (lambda x: None, r"\. Got an array of shape \(\) for 7 points\.$"),
    "an exception": (lambda x: 1 / 0, r"^`D` must take points of shape \(n,\) to .*\. Got ZeroDivisionError: division by zero\.$"),
    "later": (
        lambda x: math.exp(1e3 * max(0.0, x - 1.9)),
        r"^`D` must give a value at every point\. Got OverflowError: math range error\.$",
    ),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_function_that_no_way_suits_is_refused_in_a_sentence(why):
    function, sentence = REFUSED[why]
    called = OnArrays(function, "D")
    with pytest.raises(ValueError, match=sentence):
        called(X[:10])
        called(X + 1)


def test_pytorch_networks_are_called_with_tensors_and_their_weights_promoted():
    torch = pytest.importorskip("torch")
    layers = torch.nn.Linear(1, 8), torch.nn.BatchNorm1d(8), torch.nn.Tanh(), torch.nn.Dropout(), torch.nn.Linear(8, 1)
    network = torch.nn.Sequential(*layers)  # in training mode
    first, last = (tuple(part.detach().double().numpy() for part in (layer.weight, layer.bias)) for layer in (layers[0], layers[-1]))
    hidden = np.tanh((X[:, None] @ first[0].T + first[1]) / np.sqrt(1 + 1e-5))
    known = (hidden @ last[0].T + last[1])[:, 0]
    np.testing.assert_allclose(OnArrays(network, "D")(X), known, rtol=1e-12)
    assert network.training and network[1].num_batches_tracked == 0
    np.testing.assert_allclose(OnArrays(lambda x: network.eval()(x[:, None]), "D")(X), known, rtol=1e-5)
