"""The claims of the papers, one module a paper; what is nobody's alone is in ``corollaries``, ``inequalities`` and ``later_games``."""

from gantheory.evidence.claim import Claim
from gantheory.theorems import (
    arjovsky_bottou2017,
    corollaries,
    csiszar1967,
    errata,
    goodfellow2014,
    goodfellow2014_descent,
    inequalities,
    later_games,
    lin1991,
    nowozin2016,
)

MODULES = (
    goodfellow2014,
    goodfellow2014_descent,
    corollaries,
    lin1991,
    inequalities,
    csiszar1967,
    nowozin2016,
    arjovsky_bottou2017,
    later_games,
    errata,
)
CLAIMS: dict[str, Claim] = {claim.name: claim for module in MODULES for claim in module.CLAIMS}
