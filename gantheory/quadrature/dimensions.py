"""One door for the line and the plane: integrals of two laws, chosen by their dimension."""

from collections.abc import Mapping
from typing import Any

from gantheory.base.estimate import Outcome
from gantheory.distributions import Law, PlaneDensity, PlanePushforward
from gantheory.distributions.line.external import require_no_rows
from gantheory.quadrature.integrand import Integrand, Logit
from gantheory.quadrature.line import integrals_on_line
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.plane import integrals_on_plane


def integrals(
    p: Any, q: Any, integrands: Mapping[str, Integrand], logit: Logit | None = None, tolerance: float = 0.0
) -> dict[str, Outcome]:
    """∫ F(log p, log q, logit D) dx for several F on the same nodes, over the line or the plane.

    Args:
      p: a law; on the line also what ``as_density`` takes, or a batch.
      q: another of the same dimension.
      integrands: F by name.
      logit: the logit of D at nodes, for integrands that need it.
      tolerance: where refinement ends, for speed; the error is what was reached.

    Returns:
      For each name an ``Estimate`` or a ``Divergent``; ``Estimates`` for a batch.

    Raises:
      ValueError: laws of different dimensions, or what ``integrals_on_line`` and ``integrals_on_plane`` refuse.
    """
    if common_dimension(p, q) == 2:
        return integrals_on_plane(p, q, integrands, logit, tolerance)
    return integrals_on_line(Pair(p, q), integrands, logit, tolerance)


def common_dimension(p: Any, q: Any) -> int:
    """1 for two laws on the line, 2 for two on the plane. What is no ``Law`` counts as one on the line, to be judged there."""
    for law in (p, q):
        require_no_rows(law)
    one, other = (law.dimension if isinstance(law, Law) else 1 for law in (p, q))
    if one != other:
        law = p if one == 1 else q
        raise ValueError(f"`p` and `q` must both be laws on the plane, or both on the line. Got {law!r} beside one on the plane.")
    return one


def is_by_mesh(*laws: Any) -> bool:
    """Whether any of them is known by a mesh only: the law of a generator on the plane."""
    return any(isinstance(law, PlanePushforward) for law in laws)


def is_folded(law: Any) -> bool:
    """Whether a law is that of a generator on the plane that takes several points to one, so that its density cannot be integrated."""
    return isinstance(law, PlanePushforward) and not law.singular and not law.injective


def data_and_generated(p: Any, q: Any) -> tuple[PlaneDensity, PlanePushforward]:
    """A density on the plane and the law of a generator, in this order. Raises ``ValueError`` for other pairs."""
    p_data, p_g = (q, p) if isinstance(p, PlanePushforward) else (p, q)
    if not isinstance(p_data, PlaneDensity) or not isinstance(p_g, PlanePushforward):
        raise ValueError(f"One of `p` and `q` must be a density on the plane, the other a generator's law there. Got {p!r} and {q!r}.")
    return p_data, p_g


def expectation(law: Law, integrand: Integrand, logit: Logit, tolerance: float = 0.0) -> Outcome:
    """∫ F dx for an F of one law and of D, such as E[log D(x)]; of a generator's law on the plane over z, so that it may fold."""
    if isinstance(law, PlanePushforward):
        values = law.values
        return expectation(law.latent, integrand, lambda z, log_p, log_q: logit(values(z), log_p, log_q), tolerance)
    return integrals(law, law, {"value": integrand}, logit, tolerance)["value"]
