"""A model in exact numbers: its own objective, split, beside the divergences that every model is measured by."""

from dataclasses import dataclass
from typing import Any

from gantheory.base.estimate import Estimate, Measured
from gantheory.distributions import Law
from gantheory.measurement import integrands
from gantheory.measurement.state import TOLERANCE, Quantities
from gantheory.models.method import Method
from gantheory.quadrature.dimensions import integrals

# What a report calls each quantity.
NAMES = {
    "objective": "its own objective",
    "divergence": "its divergence",
    "gap": "its gap",
    "jsd": "JSD(p_data, p)",
    "kl": "KL(p_data‖p)",
    "reverse_kl": "KL(p‖p_data)",
}


@dataclass(frozen=True)
class ModelMeasurement(Quantities):
    """A model of density p, in nats but for an objective that has other units: the parts of its ``Split``, and three divergences."""

    objective: Measured
    divergence: Measured
    gap: Measured
    jsd: Estimate  # JSD(p_data, p)
    kl: Measured  # KL(p_data ‖ p)
    reverse_kl: Measured  # KL(p ‖ p_data)


def measure_model(method: Method, p_data: Law, weights: Any, tolerance: float = TOLERANCE) -> ModelMeasurement:
    """Measure a model.

    Args:
      method: how it was trained.
      p_data: law of the data.
      weights: the model's.
      tolerance: where refinement of the three divergences ends; the errors are what was reached.
    """
    split = method.split(p_data, weights)
    of_both = {"jsd": integrands.jsd, "kl": integrands.kl, "reverse_kl": integrands.reverse_kl}
    found: dict[str, Any] = integrals(p_data, method.law(weights), of_both, None, tolerance)
    return ModelMeasurement(split.objective, split.divergence, split.gap, **found)
