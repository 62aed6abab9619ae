"""A judgement in words: what each number says, with its reason."""

import math
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from gantheory.base.estimate import Divergent, Estimate
from gantheory.distributions import Pushforward
from gantheory.distributions.pushforward.branch import Branch
from gantheory.distributions.pushforward.proxy import NOISE
from gantheory.judgement.networks import OfLogit
from gantheory.judgement.where import logits_seen
from gantheory.measurement.discriminators import sigmoid
from gantheory.measurement.integrands import LOG2, LOG4
from gantheory.measurement.state import PlaneMeasurement

HIDDEN = 0.5  # share of 2 JSD that V + log 4 must show, if V is to tell how far p_g is from p_data
APART = 2.0  # ratio of the two KL divergences from which p_g counts as too narrow, or as too wide
MOST_PLACES = 4  # most folds or atoms that are listed
MOST_MODES = 8  # most lost modes that are listed
TINY = 1e-6  # share of the width of z that is told as 0
HALF = 0.01  # difference of D from 1/2 that is near


def sentences(judged: Any) -> list[str]:
    """What a ``Judgement`` says, the main thing first."""
    found = [*_of_rows(judged), *_of_generator(judged), *_of_modes(judged), *_of_shape(judged)]
    if judged.discriminator is not None:
        found += [*_of_discriminator(judged)]
    return [*found, *_of_rounding(judged)]


def _of_rows(judged: Any) -> Iterator[str]:
    if judged.rows:
        yield (
            f"p_data is a kernel density estimate of the {judged.rows:,} rows, and the errors are of that: how far it is from the rows' own"
            " law is in none of them."
        )


def _of_rounding(judged: Any) -> Iterator[str]:
    if judged.rounded:
        yield (
            f"The values of {' and '.join(judged.rounded)} are float32, and this noise is in every error: of a PyTorch module, pass the"
            " module itself, which is then called in float64, and the errors fall."
        )


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


def _of_modes(judged: Any) -> Iterator[str]:
    modes, lost = judged.modes, [mode for mode in judged.modes if not mode.found]
    if not modes:
        return
    if not lost:
        yield f"p_g has found all {len(modes)} modes of p_data."
        return
    where = _places((_place(mode.place) for mode in lost), MOST_MODES)
    least = "a twentieth of p_data's mass there" if judged.p_data.dimension == 1 else "1/2500 of p_g"
    yield (
        f"p_g has found {len(modes) - len(lost)} of the {len(modes)} modes of p_data, and lost {'that' if len(lost) == 1 else 'those'} at"
        f" {where}: less than {least} is left."
    )


def _place(place: Any) -> str:
    return f"x = {place:g}" if isinstance(place, float) else f"({', '.join(f'{one:g}' for one in place)})"


def _of_shape(judged: Any) -> Iterator[str]:
    measured, p_g = judged.measured, judged.p_g
    if p_g.dimension == 2:
        if p_g.singular:
            yield f"p_g has no density: {p_g.singular}. JSD is log 2 whatever the data."
        if measured.share is not None:
            yield f"{measured.share.value:.1%} of p_g lies near a mode of p_data."
        if isinstance(measured, PlaneMeasurement):
            yield "KL, total variation and W1 are left out on the plane: p_g is known there by a mesh, which tells no errors of them."
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
        yield from _of_branches(p_g, "G" in judged.rounded)


def _of_branches(p_g: Pushforward, rounded: bool) -> Iterator[str]:
    for rounded_away in (False, True):
        some = [(x, mass) for x, mass in p_g.atoms if rounded_away == any(low <= x <= high for low, high in p_g.rounded_atoms)]
        places = _places(f"x = {x:.4g} with mass {mass:.3g}" for x, mass in some)
        if some and rounded_away:
            yield f"G comes to rest in its last bits at {places}: how that mass of p_g is spread within rounding of it is not told."
        elif some:
            yield f"G is constant on parts of z: p_g has atoms at {places}, where it has no density."
    pairs = [*pairwise(sorted(p_g.branches, key=lambda branch: branch.z[0]))]
    turns = [pair for pair in pairs if pair[0].increasing != pair[1].increasing]
    if turns:
        seems = rounded and _may_be_noise(p_g, turns)
        folds = "seems to fold, which may be the noise of its float32 values" if seems else "folds"
        yield (
            f"G {folds}: it turns at {_meetings(p_g, turns)}. At a"
            " turn p_g has an integrable spike where G is smooth, and a jump where it has a kink."
        )
    elif pairs and not p_g.atoms and not rounded:
        yield f"G is monotone, but its slope jumps or is 0 at {_meetings(p_g, pairs)}: p_g has a jump or an integrable spike there."
    if p_g.unresolved > 0:
        yield f"A mass of {p_g.unresolved:.2g} of p_g is on no branch that was found, and counts in the errors."


def _meetings(p_g: Pushforward, pairs: list[tuple[Branch, Branch]]) -> str:
    """Where neighbouring branches meet, in the middle of what may lie between them."""
    width = np.ptp(p_g.latent.quantile(np.array([0.25, 0.75])))
    middles = ((one.z[-1] + other.z[0]) / 2 for one, other in pairs)
    return _places(f"z = {z if abs(z) > TINY * width else 0:.4g}" for z in middles)


def _may_be_noise(p_g: Pushforward, turns: list[tuple[Branch, Branch]]) -> bool:
    """Whether a branch beside a turn spans no more of x than the noise of float32 values may."""
    size = np.abs(p_g.values(p_g.latent.quantile(np.linspace(0.001, 0.999, 99)))).max()
    return any(one.high - one.low <= NOISE * max(size, min(abs(one.low), abs(one.high))) for pair in turns for one in pair)


def _named(infinite: Divergent) -> str:
    """Why a number is infinite, its laws p and q by their names here."""
    return re.sub(r"\bq\b", "p_g", re.sub(r"\bp\b", "p_data", infinite.reason))


def _places(each: Iterable[str], most: int = MOST_PLACES) -> str:
    told = list(each)
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return ", ".join(told[:most]) + more


def _of_discriminator(judged: Any) -> Iterator[str]:
    measured = judged.measured
    gap, two_jsd, value = measured.discriminator_gap, measured.two_jsd, measured.value
    if isinstance(gap, Divergent):
        yield f"D is sure where it is wrong: V(G, D) is -inf, as {_named(gap)}."
        return
    reached, logits = value + LOG4, logits_seen(judged.p_data, judged.p_g, judged.discriminator)
    if isinstance(judged.discriminator, OfLogit) and 0 <= logits.min() and 0 < logits.max() <= 1:
        yield 'D\'s values all lie in [0, 1], as probabilities do: say output="probability" if they are.'
    if gap.lower <= 0:
        yield f"D is the best there is, as far as the error tells: C(G) - V = {gap}."
    elif (off := np.abs(sigmoid(logits) - 0.5).max()) <= HALF:
        where = f"near 1/2 everywhere, within {off:.1g} of it" if off else "1/2 everywhere"
        yield f"D is {where}: it lacks C(G) - V = {gap} of its best, D*."
    elif gap.lower > two_jsd.upper:
        yield f"D is worse than a coin: V(G, D) is {-reached} below -log 4 = -1.386, the value of D = 1/2. It lacks C(G) - V = {gap}."
    else:
        yield f"D lacks C(G) - V = {gap} of its best, D*: of 2 JSD it shows V + log 4 = {reached}."
    if two_jsd.lower > 0 and abs(reached.value) < HIDDEN * two_jsd.value:
        yield (
            f"The loss looks better than it is: V is {abs(reached.value):.3g} from -log 4, since the generator's gap, {two_jsd.value:.3g},"
            f" and the discriminator's, {gap.value:.3g}, cancel."
        )
    yield from (f"Where D is wrong: {part}." for part in judged.parts)
