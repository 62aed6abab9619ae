"""The optimisers and the schedules of learning rates that settings can name."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import numpy as np
import optax
from jaxtyping import Array

from gantheory.game.constraints import clipped

LEAST = 0.01  # share of a rate that is left at the end of a schedule which falls


def adam(learning_rate: Any, b1: float = 0.5, b2: float = 0.99) -> optax.GradientTransformation:
    """Adam with the short memories that GANs are commonly trained with."""
    return optax.adam(learning_rate, b1=b1, b2=b2)


def sgd(learning_rate: Any, b1: float = 0.0) -> optax.GradientTransformation:
    """Stochastic gradient descent, with momentum ``b1``."""
    return optax.sgd(learning_rate, b1 or None)


def rmsprop(learning_rate: Any, b2: float = 0.9) -> optax.GradientTransformation:
    """Gradients over the root of their mean squares, a moving average that keeps the share ``b2``."""
    return optax.rmsprop(learning_rate, b2)


# Each a function of its learning rate, a number or a schedule, and of the β₁ (of gradients) and β₂ (of squared ones) that it has.
OPTIMIZERS: dict[str, Callable[..., optax.GradientTransformation]] = {
    "adam": adam,
    "adam, b1 = .9": lambda learning_rate, b1=0.9, b2=0.999: optax.adam(learning_rate, b1=b1, b2=b2),
    "rmsprop": rmsprop,
    "sgd": sgd,
}
BETAS: dict[str, tuple[str, ...]] = {"rmsprop": ("b2",), "sgd": ("b1",)}  # those that an optimiser has, where not both

# Each a function of the rate at the start and of the number of a player's steps.
SCHEDULES: dict[str, Callable[[float, int], Any]] = {
    "cosine": lambda rate, steps: optax.cosine_decay_schedule(rate, steps, alpha=LEAST),
    "linear": lambda rate, steps: optax.linear_schedule(rate, LEAST * rate, steps),
    "exponential": lambda rate, steps: optax.exponential_decay(rate, steps, LEAST, end_value=LEAST * rate),
    "constant": lambda rate, steps: rate,
}


def optimizer(
    name: str, rate: Any, steps: int, schedule: str = "cosine", b1: float | None = None, b2: float | None = None
) -> optax.GradientTransformation:
    """A player's optimiser.

    Args:
      name: in ``OPTIMIZERS``.
      rate: learning rate at the start.
      steps: of the player in the whole training.
      schedule: in ``SCHEDULES``: how the rate falls.
      b1: share that the moving average of gradients keeps: Adam's β₁, the momentum of sgd; the optimiser's own if None.
      b2: share that the moving average of squared gradients keeps: Adam's β₂, the decay of rmsprop; the optimiser's own if None.

    Raises:
      ValueError: a β that the optimiser does not have.
    """
    betas = {beta: value for beta, value in (("b1", b1), ("b2", b2)) if value is not None}
    for beta in betas:
        if beta not in BETAS.get(name, ("b1", "b2")):
            raise ValueError(f"`{beta}` must be left alone for {name}, which has none. Got {betas[beta]!r}.")
    return OPTIMIZERS[name](SCHEDULES[schedule](rate, max(1, steps)), **betas)


class Tuned(eqx.Module):
    """A player's optimiser whose learning rate is an array, in which members of an ensemble may differ.

    With a cosine or constant schedule its steps are those of :func:`optimizer` with the rate as a number, to the last bit.

    Attributes:
      rate: learning rate at the start, in single precision.
      name: as for :func:`optimizer`, like all that follow.
      steps: of the player in the whole training.
      schedule: of the rate.
      b1: β₁.
      b2: β₂.
      clip: bound to which the weights are clipped; None clips none.
    """

    rate: np.ndarray | Array
    name: str = eqx.field(static=True)
    steps: int = eqx.field(static=True)
    schedule: str = eqx.field(static=True)
    b1: float | None = eqx.field(static=True)
    b2: float | None = eqx.field(static=True)
    clip: float | None = eqx.field(static=True)

    @property
    def transformation(self) -> optax.GradientTransformation:
        """The same as a pair of functions, whose arrays JAX still finds: the methods of a module are trees."""
        return optax.GradientTransformation(self.init, self.update)

    @property
    def _made(self) -> optax.GradientTransformation:
        made = optimizer(self.name, self.rate, self.steps, self.schedule, self.b1, self.b2)
        return made if self.clip is None else clipped(made, self.clip)

    def init(self, params: Any) -> Any:
        """The state before the first step."""
        return self._made.init(params)

    def update(self, updates: Any, state: Any, params: Any = None) -> tuple[Any, Any]:
        """The steps to add to the weights, and the new state."""
        return self._made.update(updates, state, params)
