"""The training of a model without a game: the RBM, the VAE, the flow and others, in the loop that plays Algorithm 1."""

from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any

import jax
from jaxtyping import Array, Bool, Int, PRNGKeyArray

from gantheory.base.precision import shown
from gantheory.distributions import Law
from gantheory.distributions.line.external import as_law
from gantheory.game.units import require_float32
from gantheory.measurement.state import TOLERANCE
from gantheory.models.learning import Descent, State, chunk, initial_state
from gantheory.models.measuring import measure_model
from gantheory.models.method import Method
from gantheory.models.text import method_of
from gantheory.training.checkpoints import Checkpoints
from gantheory.training.fitted import Fit
from gantheory.training.history import ModelRow, Progress
from gantheory.training.loop import Loop
from gantheory.training.progress import reporting
from gantheory.training.settings import RATE, Settings, check

MEASURED_TO = 1e-9  # tolerance of the quadrature of divergences along a history, but at its end
# The kinds of the arguments of ``fit`` that are not whole numbers, in words that complete the sentence "It must be …".
KINDS: dict[str, tuple[Any, str]] = {
    "rate": (Real, "a number"),
    "average": (Real | None, "a number, or left alone"),
    "p_data": (Law, "a law, or its expression"),
    "method": (Method, "a Method, or the name of one"),
    "checkpoints": (Checkpoints | None, "a Checkpoints, or left alone"),
}


def fit(
    p_data: Law | str,
    method: Method | str,
    *,
    steps: int = Settings.steps,
    batch: int = Settings.batch,
    rate: float = RATE,
    seed: int = Settings.seed,
    average: float | None = Settings.average,
    measure_every: int = Settings.measure_every,
    progress: Progress | bool | None = None,
    checkpoints: Checkpoints | None = None,
) -> Fit:
    """Train a model without a game, and measure it exactly at the start, every ``measure_every`` iterations and at the end.

    Args:
      p_data: law of the data, or its expression as text.
      method: what is trained, and how; or its name, as ``gantheory train --model`` takes it: "rbm(hidden=8)".
      steps: length of the training, in iterations.
      batch: points per minibatch.
      rate: Adam's learning rate at the start; it falls to a hundredth by the end as the cosine does from 0 to π.
      seed: of all random numbers.
      average: β of a moving average of the weights, β · average + (1 - β) · weights after every iteration, with 0 <= β < 1. The averaged
        model is then the one that is measured and returned.
      measure_every: iterations between measurements.
      progress: as in ``gt.train``.
      checkpoints: where the state is kept at every measurement, and a kept one is continued from. The training then ends with the same
        bytes as an uninterrupted one.

    Returns:
      The fit. If it ended early, at a loss or weight that is not finite or by ``KeyboardInterrupt``, it has what was reached, and
      ``Fit.stopped`` says why.

    Raises:
      ValueError: an argument of another kind or out of its range, data that float32 does not tell apart or the method does not take, or a
        checkpoint of another training.
    """
    settings = {"steps": steps, "batch": batch, "rate": rate, "seed": seed, "average": average, "measure_every": measure_every}
    p_data = as_law(p_data) if isinstance(p_data, str) else p_data
    method = method_of(method, "`method` of fit") if isinstance(method, str) else method
    _require_kinds(settings | {"p_data": p_data, "method": method, "checkpoints": checkpoints})
    for name, value in settings.items():
        check(name, value, "fit")
    _require_told_apart(p_data)
    descent = Descent(method, p_data, batch, rate, steps, average)
    key, key_state = jax.random.split(jax.random.key(seed))
    with reporting(progress) as report:
        how = {"steps": steps, "measure_every": measure_every, "progress": report, "checkpoints": checkpoints}
        fitting = _Fitting(initial_state(descent, key_state), descent=descent, key=key, **how)
        fitting.play()
    return Fit(p_data, method, fitting.state.measured_weights, settings, fitting.history, fitting.stopped)


def _require_kinds(given: dict[str, Any]) -> None:
    for name, value in given.items():
        kind, words = KINDS.get(name, (Integral, "a whole number of at most 64 bits"))
        if isinstance(value, bool) or not isinstance(value, kind) or (kind is Integral and not -(2**63) <= value < 2**63):
            raise ValueError(f"`{name}` of fit must be {words}. Got {shown(value)}.")


def _require_told_apart(p_data: Any) -> None:
    """Raise ``ValueError`` for a law whose float32 draws do not tell its points apart."""
    for one in getattr(p_data, "marginals", [p_data]):
        if hasattr(one, "quantile"):
            low, middle, high = one.quantile([0.16, 0.5, 0.84])
            require_float32("`p_data` of fit", middle, (high - low) / 2, "move and scale the data first")


@dataclass
class _Fitting(Loop):
    """A fit in progress."""

    _: KW_ONLY
    descent: Descent
    key: PRNGKeyArray

    def advanced(self, iterations: Int[Array, ""]) -> tuple[State, Bool[Array, ""]]:
        return chunk(self.descent, self.key, self.state, iterations)

    def row(self, step: int) -> ModelRow:
        tolerance = TOLERANCE if step == self.steps else MEASURED_TO
        measured = measure_model(self.descent.method, self.descent.p_data, self.state.measured_weights, tolerance)
        return ModelRow(step, measured, float(self.state.loss))
