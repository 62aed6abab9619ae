"""What the tests of two samples say together, in a sentence: whether the samples differ, or no difference is shown."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from gantheory.samples.permutation import PERMUTATIONS

OFTEN = 0.5  # share of the data's rows that occur once, above which a copy of a row is hardly chance

Points = Float[np.ndarray, "n d"]
Others = Float[np.ndarray, "m d"]


def in_a_sentence(p_values: Mapping[str, float], rows: tuple[int, int], level: float, copied: bool) -> str:
    """The verdict of several tests that both samples are of one law.

    Of samples of one law it says that they differ with a probability of at most 1 - level: each of k tests has its share (1 - level)/k of
    that (Bonferroni).

    Args:
      p_values: by the names of the tests.
      rows: of data and generated.
      level: between 0 and 1.
      copied: whether every generated row is one of the data.
    """
    share = (1 - level) / len(p_values)
    if shown := [name for name, p in p_values.items() if p <= share]:
        by = f"{', '.join(shown[:-1])} and {shown[-1]} show it, each with" if len(shown) > 1 else f"{shown[0]} shows it, with"
        said = f"The samples differ at level {level:g}: {by} p ≤ {share:.3g}."
        return f"{said} Yet each generated row is one of the data's own." if copied else said
    if copied:
        return "The generated rows are the data's own, so the tests say nothing: the two samples must be drawn independently."
    said = f"No difference is shown by these {rows[0]} and {rows[1]} rows at level {level:g}, which is no proof that there is none"
    least, count = min(p_values, key=lambda name: p_values[name]), len(p_values)
    if share < 1 / (1 + PERMUTATIONS):
        said += f" (of {count} tests one needs p ≤ {share:.3g}, but permutations give none below {1 / (1 + PERMUTATIONS):g})"
    elif p_values[least] <= 1 - level:
        said += f" ({least} has p = {p_values[least]:.3g}, but of {count} tests one needs p ≤ {share:.3g})"
    return f"{said}."


def are_copies(data: Points, generated: Others) -> bool:
    """Whether every generated row is one of the data, where that is hardly chance: most rows of the data occur once."""
    kinds, counts = np.unique(data, axis=0, return_counts=True)
    if (counts == 1).sum() <= OFTEN * len(data):
        return False
    own = set(map(tuple, kinds.tolist()))
    return all(tuple(row) in own for row in generated.tolist())
