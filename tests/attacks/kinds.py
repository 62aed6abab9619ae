"""The table of kinds of attack: each makes a ``Case`` from a number, and has its share of a run."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from attacks import disguises, impostors, networks, others, parameters, programs, steps, sums, undefined
from attacks.case import Case


class Kind(NamedTuple):
    """One kind of attack.

    Attributes:
      make: its ``number``-th case.
      share: cases of it in a round of all kinds; what is cheap has more.
      title: what it tries.
    """

    make: Callable[[int], Case]
    share: int
    title: str


KINDS: dict[str, Kind] = {
    "families": Kind(parameters.measured, 50, "estimates of families in closed form, parameters to the ends of their domains"),
    "families-proved": Kind(parameters.proved, 40, "intervals of the same"),
    "histograms": Kind(sums.histograms, 30, "estimates of histograms: empty bins, masses to 1e-320, coinciding edges"),
    "mixtures": Kind(sums.mixtures, 12, "mixtures of uniform densities, weights to 1e-300"),
    "scipy": Kind(others.scipy_pair, 1, "KL of distributions of scipy"),
    "steps": Kind(steps.density, 12, "densities with slivers next to breakpoints"),
    "knots": Kind(steps.generator, 30, "piecewise linear generators with slivers, jumps and atoms"),
    "disguises": Kind(disguises.proved, 10, "straight lines whose program or derivative says otherwise"),
    "smooth": Kind(programs.generator_of({"smooth"}, 11, 3), 5, "generators of analytic operations"),
    "corners": Kind(programs.generator_of({"smooth", "corner"}, 12, 3), 3, "and of max, min, abs, clip …"),
    "jumps": Kind(programs.generator_of({"smooth", "corner", "jump"}, 13, 3), 3, "and of comparisons, rounding, whole numbers, fmax"),
    "odd": Kind(programs.generator_of({"smooth", "corner", "jump", "odd"}, 14, 3), 4, "and of loops, branches, gathers, borrowed names"),
    "narrow": Kind(programs.generator_of({"smooth", "narrow"}, 15, 2), 4, "generators with features that few points see"),
    "log-densities": Kind(programs.density_of, 6, "log-densities by random programs, some not normalised"),
    "values": Kind(programs.value, 8, "V(G, D) of random logits, classes and subclasses"),
    "no-law": Kind(undefined.generator, 6, "generators that are nan or infinite on a share of z"),
    "no-density": Kind(undefined.density, 4, "functions that are nan, infinite, or of another mass"),
    "null-sets": Kind(undefined.null_set, 14, "generators that differ from a line at single points"),
    "infinities": Kind(undefined.infinite, 14, "KL that is infinite by a little, or just not"),
    "subclasses": Kind(impostors.subclass, 4, "subclasses of densities with a method of their own"),
    "subnetworks": Kind(networks.subclass, 2, "subclasses of the generator and of its law"),
    "fields": Kind(impostors.fields, 6, "laws whose fields were replaced"),
    "names": Kind(impostors.names, 3, "functions jitted under the library's names"),
    "networks": Kind(networks.network, 2, "networks whose activation was replaced"),
    "disguises-measured": Kind(disguises.measured, 1, "estimates of the straight lines in disguise"),
    "refusals": Kind(others.refusals, 4, "what is no question about two laws on the line"),
    "steps-measured": Kind(partial(steps.density, measured=True), 1, "estimates of densities with slivers"),
    "generators-measured": Kind(programs.measured_generator, 1, "estimates of random generators"),
}


def case_of(name: str) -> Case:
    """The case of a name such as "steps-17"."""
    kind, _, number = name.rpartition("-")
    if kind not in KINDS or not number.isdigit():
        raise ValueError(f"A case must be a kind and a number, such as steps-17, of the kinds {', '.join(KINDS)}. Got {name!r}.")
    return KINDS[kind].make(int(number))
