import jax.numpy as jnp
import numpy as np
import optax
import pytest

from gantheory.game.constraints import clipped


def test_weights_are_clipped_after_the_step():
    optimizer = clipped(optax.sgd(1.0), 0.5)
    weights = {"a": jnp.array([0.4, -0.4, 0.0]), "b": None}
    updates, _ = optimizer.update({"a": jnp.array([-3.0, 3.0, 0.1]), "b": None}, optimizer.init(weights), weights)
    np.testing.assert_allclose(optax.apply_updates(weights, updates)["a"], [0.5, -0.5, -0.1], atol=1e-7)


def test_inside_the_bound_it_is_the_optimizer_itself():
    weights, gradient = jnp.array([0.1, -0.2]), jnp.array([0.3, 0.1])
    plain, held = optax.adam(1e-2), clipped(optax.adam(1e-2), 10.0)
    np.testing.assert_allclose(
        held.update(gradient, held.init(weights), weights)[0], plain.update(gradient, plain.init(weights), weights)[0], rtol=1e-4
    )


@pytest.mark.parametrize("bound", [0.0, -1.0, float("nan")])
def test_a_bound_that_is_none_is_refused(bound):
    with pytest.raises(ValueError, match=r"`bound` of clipped must be positive\. Got"):
        clipped(optax.sgd(1.0), bound)
