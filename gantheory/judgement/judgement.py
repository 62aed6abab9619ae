"""A pair of networks of any framework, judged: every number of the theorem, and what they say."""

import textwrap
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from matplotlib.figure import Figure as Drawing

from gantheory.base.estimate import Estimate, Finite, Outcome, finite
from gantheory.distributions import Law, push_forward
from gantheory.judgement.figure import drawn
from gantheory.judgement.laws import law_of_data, law_of_z
from gantheory.judgement.modes import Mode, modes_found
from gantheory.judgement.networks import Network, discriminator_of, generator_of
from gantheory.judgement.verdict import sentences
from gantheory.judgement.where import Part, parts_of
from gantheory.measurement.divergences import total_variation
from gantheory.measurement.state import NAMES, Measurement, PlaneMeasurement, measure
from gantheory.measurement.wasserstein import wasserstein1
from gantheory.training.kernel_density import KernelEstimate

WIDTH = 110  # characters in a line of a judgement in words


@dataclass(frozen=True, repr=False)
class Judgement:
    """What the theory says of G and D.

    Attributes:
      p_data: law of the data.
      p_g: law of G(z).
      discriminator: D as it was measured, with ``logit``; None if none was given.
      networks: how each network was called: its framework, the shapes it takes, its numbers; before them, how rows were modelled.
      measured: V(G, D), C(G), 2 JSD, C(G) - V(G, D), and on the line both KL divergences, each with its error, in nats.
      total_variation: ½∫|p_data - p_g|; None on the plane.
      wasserstein1: W₁(p_data, p_g), in the unit of x; None on the plane.
      parts: where D falls short of D*, the parts of the largest share of C(G) - V(G, D) first.
      modes: the modes of p_data, if it has more than one, and whether p_g found them.
      rounded: the networks whose values are float32, by their names.
      rows: the number of rows that p_data is a kernel density estimate of; None if p_data was a law.
    """

    p_data: Law
    p_g: Any
    discriminator: Any
    networks: tuple[str, ...]
    measured: Measurement | PlaneMeasurement
    total_variation: Finite | None
    wasserstein1: Outcome | None
    parts: list[Part]
    modes: list[Mode]
    rounded: tuple[str, ...] = ()
    rows: int | None = None

    @cached_property
    def verdict(self) -> list[str]:
        """What the numbers say, each sentence with its reason."""
        return sentences(self)

    def items(self) -> list[tuple[str, Any]]:
        """(name, result) of every number."""
        own = {"total variation": self.total_variation, "W1(p_data, p_g)": self.wasserstein1}
        found = [(NAMES[name], result) for name, result in self.measured.items()]
        return found + [(name, result) for name, result in own.items() if result is not None]

    def __repr__(self) -> str:
        numbers = [f"  {name:23s} {self._counted(result) if name == NAMES['modes'] else result}" for name, result in self.items()]
        words = [textwrap.fill(sentence, WIDTH, initial_indent="- ", subsequent_indent="  ") for sentence in self.verdict]
        return "\n".join(["Judgement", *(f"  {line}" for line in self.networks), *numbers, *words])

    def _counted(self, found: Estimate) -> str:
        """The number of modes found, of how many."""
        return f"{found.value:.0f}{f' ± {found.error:.0f}' if found.error else ''} of {len(self.modes)}"

    def plot(self) -> Drawing:
        """A figure of p_data, p_g, D and D*, and of where either player falls short."""
        return drawn(self)


def judge(p_data: Any, generator: Any, discriminator: Any = None, *, latent: Any = None, output: str = "probability") -> Judgement:
    """Judge a generator and a discriminator of any framework by the theory.

    .. math:: V(G, D) + \\log 4 = 2\\,\\mathrm{JSD}(p_{data}, p_g) - (C(G) - V(G, D))

    A network is any function of one point or of a batch of them that takes and gives JAX or NumPy arrays; a PyTorch module; or a pair
    (network, weights): a PyTorch module with its state dict, a Flax module with its variables. How it takes points is found out: as () or
    (1,), or in batches (n,) or (n, 1); on the plane as (2,), or (n, 2). It is measured in float64, with the weights that it has. A PyTorch
    module is copied, and called in evaluation mode; the module itself is left as it was.

    Args:
      p_data: the law of the data, its expression as text, or rows of shape (n,) or (n, 2): then what is judged is p_g against the kernel
        density estimate of the rows, and the errors do not count how far that is from the law the rows come from.
      generator: G; it maps z to x.
      discriminator: D; without it, V and its gap are left out.
      latent: the law of z, or its expression as text; standard Gaussian, of the data's dimension, if not given.
      output: what D gives: "probability", or its "logit", log D - log(1 - D).

    Returns:
      A :class:`Judgement`, whose ``repr`` is the verdict in words.

    Raises:
      ValueError: a z of more coordinates than the data, for which ``gt.compare_samples`` is left; a network that takes points in none of
        these ways, that is not a function of each point alone (such as one with batch
        normalisation in training mode, or with dropout), or that gives what is no probability; laws that cannot be measured.

    Source:
      Goodfellow et al. 2014, Eq. 1, Proposition 1, Theorem 1.
    """
    data, estimate = law_of_data(p_data)
    latent = law_of_z(latent, data.dimension)
    of_g = generator_of(generator, latent, data.dimension)
    p_g = push_forward(of_g.function, latent, data.dimension)
    of_d = None if discriminator is None else discriminator_of(discriminator, data, output)
    return judgement_of(data, p_g, of_g, of_d, estimate)


def judgement_of(p_data: Any, p_g: Any, of_g: Network, of_d: Network | None, estimate: KernelEstimate | None = None) -> Judgement:
    """The judgement of two laws and a discriminator; ``estimate`` is that of the rows, if p_data comes from rows."""
    discriminator = None if of_d is None else of_d.function
    measured = measure(p_data, p_g, discriminator)
    on_line = p_data.dimension == 1
    networks = [network for network in (of_g, of_d) if network is not None]
    return Judgement(
        p_data,
        p_g,
        discriminator,
        (*([f"p_data: {estimate}"] if estimate else []), *(network.said for network in networks)),
        measured,
        finite(total_variation(p_data, p_g)) if on_line else None,
        wasserstein1(p_data, p_g) if on_line else None,
        parts_of(p_data, p_g, discriminator) if discriminator is not None and _falls_short(measured.discriminator_gap) else [],
        modes_found(p_data, p_g),
        tuple(name for name, network in zip("GD", networks, strict=False) if network.rounded),
        estimate.rows if estimate else None,
    )


def _falls_short(gap: Outcome | None) -> bool:
    """Whether a D is told from D*."""
    return gap is not None and gap.lower > 0
