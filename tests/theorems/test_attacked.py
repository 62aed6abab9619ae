"""The shipped inequalities between divergences, attacked: no pair breaks one, and one whose constant is 2 % too sharp is broken."""

import math

import pytest

import gantheory as gt
from gantheory.evidence.attack import Inequality
from gantheory.evidence.claim import Verdict

LOG2 = math.log(2)
SHARPER = 0.98  # factor of a larger side that makes the inequality false
# The smaller and the larger side of each, with the best constant there is.
INEQUALITIES = {
    "jsd-below-total-variation": (gt.jsd, lambda p, q: LOG2 * gt.total_variation(p, q)),
    "pinsker": (lambda p, q: gt.total_variation(p, q) ** 2, lambda p, q: gt.kl(p, q) / 2),
    "total-variation-and-hellinger": (gt.hellinger2, gt.total_variation),
    "le-cam": (lambda p, q: gt.total_variation(p, q) ** 2, lambda p, q: gt.hellinger2(p, q) * (2 - gt.hellinger2(p, q))),
    "jsd-and-triangular, below": (lambda p, q: gt.triangular(p, q) / 2, gt.jsd),
    "jsd-and-triangular, above": (gt.jsd, lambda p, q: LOG2 * gt.triangular(p, q)),
    "jsd-and-hellinger, below": (lambda p, q: LOG2 * gt.hellinger2(p, q), gt.jsd),
    "jsd-and-hellinger, above": (gt.jsd, gt.hellinger2),
    "jsd-and-jeffreys": (gt.jsd, lambda p, q: gt.jeffreys(p, q) / 8),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", INEQUALITIES)
def test_no_pair_breaks_an_inequality_and_a_sharper_one_is_broken(name):
    smaller, larger = INEQUALITIES[name]
    held, broken = Inequality(smaller, larger).judge(), Inequality(smaller, lambda p, q: SHARPER * larger(p, q)).judge()
    assert held.verdict == Verdict.CONSISTENT, held.why
    assert broken.verdict == Verdict.REFUTED, broken.why
