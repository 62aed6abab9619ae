"""Two claims of one's own, one true and one false: `gantheory verify examples/my_claims.py` tells which.

Each is about all densities p and q. It is tried on pairs that are nearly equal, extreme and random, and from the worst of them
a search moves p and q so that the claim comes nearer to failing. It is REFUTED by the first pair that breaks it, else CONSISTENT.
"""

import gantheory as gt
from gantheory.evidence.attack import Inequality
from gantheory.evidence.claim import Claim

bound = Claim(
    name="my-bound",
    statement=r"\mathrm{TV}(p, q)^2 \le 2\,\mathrm{JSD}(p, q)",
    citation="Pinsker's inequality for each half of JSD",
    evidence=(Inequality(lambda p, q: gt.total_variation(p, q) ** 2, lambda p, q: 2 * gt.jsd(p, q), "TV² <= 2 JSD"),),
)

# True of every pair that is not nearly equal, and false: JSD tends to J/8 where q tends to p.
too_sharp = Claim(
    name="my-sharper-bound",
    statement=r"\mathrm{JSD}(p, q) \le .95\,J(p, q)/8",
    citation="a guess, from a few pairs",
    evidence=(Inequality(gt.jsd, lambda p, q: 0.95 * gt.jeffreys(p, q) / 8, "JSD <= .95 J/8"),),
)
