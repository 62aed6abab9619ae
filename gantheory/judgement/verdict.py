"""A judgement in words: what each number says, with its reason."""

import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from gantheory.base.estimate import Divergent, Estimate
from gantheory.distributions import Pushforward
from gantheory.measurement.integrands import LOG2, LOG4

HIDDEN = 0.5  # share of 2 JSD that V + log 4 must show, if V is to tell how far p_g is from p_data
APART = 2.0  # ratio of the two KL divergences from which p_g counts as too narrow, or as too wide
MOST_PLACES = 4  # most folds or atoms that are listed


def sentences(judged: Any) -> list[str]:
    """What a ``Judgement`` says, the main thing first."""
    found = [*_of_generator(judged), *_of_shape(judged)]
    if judged.discriminator is not None:
        found += [*_of_discriminator(judged)]
    return found


def _of_generator(judged: Any) -> Iterator[str]:
    two_jsd = judged.measured.two_jsd
    if two_jsd.lower <= 0:
        yield f"p_g cannot be told from p_data: 2 JSD = {two_jsd} is 0 within its error."
        return
    low, high = right_by_best(judged)
    told = f"{low:.1%}" if high - low < 0.001 else f"between {low:.1%} and {high:.1%}"
    yield (
        f"p_g is not p_data: 2 JSD = {two_jsd} (0 if they are equal, log 4 = 1.386 if they have nothing in common)."
        f" The best discriminator tells a draw of one from a draw of the other in {told} of the cases; a coin, in half of them."
    )


def right_by_best(judged: Any) -> tuple[float, float]:
    """Bounds on (1 + TV)/2, how often D* is right on draws of either law in turn.

    On the line TV is measured. On the plane JSD/log 2 <= TV <= √(2 JSD) (Lin 1991, Theorem 3; Pinsker's inequality on either half).
    """
    if judged.total_variation is not None:
        low, high = judged.total_variation.lower, judged.total_variation.upper
    else:
        jsd = judged.measured.two_jsd / 2
        low, high = max(jsd.lower, 0.0) / LOG2, math.sqrt(2 * max(jsd.upper, 0.0))
    return (1 + max(low, 0.0)) / 2, (1 + min(high, 1.0)) / 2


def _of_shape(judged: Any) -> Iterator[str]:
    measured, p_g = judged.measured, judged.p_g
    if p_g.dimension == 2:
        if p_g.singular:
            yield f"p_g has no density: {p_g.singular}. JSD is log 2 whatever the data."
        if measured.modes is not None:
            yield f"p_g has found {measured.modes.value:.0f} of the modes of p_data; {measured.share.value:.1%} of it lies near one."
        return
    to_g, to_data = measured.kl_data_g, measured.kl_g_data
    if isinstance(to_g, Divergent):
        yield f"There are data that G hardly ever makes: KL(p_data‖p_g) is infinite, as {_named(to_g)}."
    if isinstance(to_data, Divergent):
        yield f"G makes what is not in the data: KL(p_g‖p_data) is infinite, as {_named(to_data)}."
    if isinstance(to_g, Estimate) and isinstance(to_data, Estimate):
        if to_g.lower > APART * to_data.upper:
            yield f"p_g is too narrow, or lacks a mode: KL(p_data‖p_g) = {to_g} is more than {APART:g} × KL(p_g‖p_data) = {to_data}."
        elif to_data.lower > APART * to_g.upper:
            yield f"p_g is too wide: KL(p_g‖p_data) = {to_data} is more than {APART:g} × KL(p_data‖p_g) = {to_g}."
    if isinstance(p_g, Pushforward):
        yield from _of_branches(p_g)


def _of_branches(p_g: Pushforward) -> Iterator[str]:
    if p_g.atoms:
        places = _places(f"x = {x:.4g} with mass {mass:.3g}" for x, mass in p_g.atoms)
        yield f"G is constant on parts of z: p_g has atoms at {places}, where it has no density."
    ends = sorted({float(branch.z_at(1 if branch.increasing else 0)) for branch in p_g.branches[:-1]})
    if len(p_g.branches) > 1:
        yield f"G folds: it has {len(p_g.branches)} monotone branches, which meet at {_places(f'z = {z:.4g}' for z in ends)}."
    if p_g.unresolved > 0:
        yield f"A mass of {p_g.unresolved:.2g} of p_g is on no branch that was found, and counts in the errors."


def _named(infinite: Divergent) -> str:
    """Why a number is infinite, its laws p and q by their names here."""
    return re.sub(r"\bq\b", "p_g", re.sub(r"\bp\b", "p_data", infinite.reason))


def _places(each: Iterable[str]) -> str:
    told = list(each)
    more = f" and {len(told) - MOST_PLACES} more" if len(told) > MOST_PLACES else ""
    return ", ".join(told[:MOST_PLACES]) + more


def _of_discriminator(judged: Any) -> Iterator[str]:
    measured = judged.measured
    gap, two_jsd, value = measured.discriminator_gap, measured.two_jsd, measured.value
    if isinstance(gap, Divergent):
        yield f"D is sure where it is wrong: V(G, D) is -inf, as {_named(gap)}."
        return
    reached = value + LOG4
    if gap.lower > two_jsd.upper:
        yield f"D is worse than a coin: V(G, D) = {value} is below -log 4 = -1.386, the value of D = 1/2. It lacks C(G) - V = {gap}."
    elif gap.lower <= 0:
        yield f"D is the best there is, as far as the error tells: C(G) - V = {gap}."
    else:
        yield f"D lacks C(G) - V = {gap} of its best, D*: of 2 JSD it shows V + log 4 = {reached}."
    if two_jsd.lower > 0 and abs(reached.value) < HIDDEN * two_jsd.value:
        yield (
            f"The loss looks better than it is: V is {abs(reached.value):.3g} from -log 4, since the generator's gap, {two_jsd.value:.3g},"
            f" and the discriminator's, {gap.value:.3g}, cancel."
        )
    yield from (f"Where D is wrong: {part}." for part in judged.parts)
