"""The optimisers that a setting can name, each as a function of its learning rate: a number or a schedule."""

from collections.abc import Callable

import optax

OPTIMIZERS: dict[str, Callable[..., optax.GradientTransformation]] = {
    "adam": lambda learning_rate: optax.adam(learning_rate, b1=0.5, b2=0.99),
    "adam, b1 = .9": lambda learning_rate: optax.adam(learning_rate),
    "rmsprop": lambda learning_rate: optax.rmsprop(learning_rate),
    "sgd": lambda learning_rate: optax.sgd(learning_rate),
}
