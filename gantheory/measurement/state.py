"""One state of the game in exact numbers: V, C, 2 JSD, both gaps and both KLs, each with its error, on common nodes.

    V(G, D) + log 4  =  2 JSD(p_data, p_g)  -  E_{p_data + p_g}[KL(Bern D* ‖ Bern D)]

The first term is the generator's gap to the minimum of C, the second the discriminator's gap to its own maximum. V alone can sit
on -log 4 while both are large.
"""

from dataclasses import dataclass, fields

from gantheory.base.estimate import Estimate, Outcome, finite
from gantheory.distributions import Law
from gantheory.measurement.divergences import jsd_integrand, kl_integrand, reverse_kl_integrand
from gantheory.measurement.minimax import LOG4, discriminator_gap_integrand, logit_of, value_integrand
from gantheory.quadrature.line import integrals
from gantheory.quadrature.pair import Pair

# How a quantity is printed, on the plane too.
NAMES = {
    "value": "V(G, D)",
    "criterion": "C(G) = max_D V",
    "jsd_bound": "JSD(p_data, p_g) >=",
    "two_jsd": "2 JSD(p_data, p_g)",
    "discriminator_gap": "C(G) - V(G, D)",
    "kl_data_g": "KL(p_data‖p_g)",
    "kl_g_data": "KL(p_g‖p_data)",
    "modes": "modes found",
    "share": "share of p_g at modes",
    "reverse_kl": "reverse KL over modes",
}


@dataclass(frozen=True)
class Measurement:
    """All in nats. V and the discriminator's gap are None where D's output is no logit of one point."""

    value: Outcome  # V(G, D)
    criterion: Estimate  # C(G) = max_D V(G, D)
    two_jsd: Estimate  # C(G) + log 4, the generator's gap
    discriminator_gap: Outcome  # C(G) - V(G, D)
    kl_data_g: Outcome  # KL(p_data ‖ p_g)
    kl_g_data: Outcome  # KL(p_g ‖ p_data)

    def items(self) -> list[tuple[str, Outcome]]:
        return [(field.name, getattr(self, field.name)) for field in fields(self) if getattr(self, field.name) is not None]


def measure(p_data: Law, p_g: Law, discriminator=None, tolerance: float = 1e-13) -> Measurement:
    """Measure a state of the game. ``tolerance`` is what the quadrature aims at, the errors are what it reached.

    ``discriminator`` takes one point and gives a probability, or has a method ``logit``; without one, V and its gap are left out.
    """
    of_d = {"value": value_integrand, "discriminator_gap": discriminator_gap_integrand}
    found = integrals(
        Pair(p_data, p_g),
        {**({} if discriminator is None else of_d), "jsd": jsd_integrand, "kl_data_g": kl_integrand, "kl_g_data": reverse_kl_integrand},
        None if discriminator is None else logit_of(discriminator, p_data, p_g),
        tolerance,
    )
    two_jsd = 2 * finite(found.pop("jsd"))
    return Measurement(criterion=two_jsd - LOG4, two_jsd=two_jsd, **dict.fromkeys(of_d) | found)
