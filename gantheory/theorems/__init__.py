"""The claims of the papers, one or more modules a paper; ``corollaries_…``, ``inequalities`` and ``later_games`` gather several sources."""

from gantheory.evidence.claim import Claim
from gantheory.theorems import (
    arjovsky_bottou2017,
    corollaries_discriminator,
    corollaries_equilibria,
    corollaries_maps,
    csiszar1967,
    errata,
    gidel2019,
    goodfellow2014,
    goodfellow2014_criterion,
    goodfellow2014_descent,
    hinton2002,
    inequalities,
    kingma2014,
    later_games,
    lin1991,
    mescheder2018,
    nowozin2016,
)

MODULES = (
    goodfellow2014,
    goodfellow2014_criterion,
    goodfellow2014_descent,
    corollaries_discriminator,
    corollaries_equilibria,
    corollaries_maps,
    lin1991,
    inequalities,
    csiszar1967,
    nowozin2016,
    arjovsky_bottou2017,
    later_games,
    mescheder2018,
    gidel2019,
    hinton2002,
    kingma2014,
    errata,
)
CLAIMS: dict[str, Claim] = {claim.name: claim for module in MODULES for claim in module.CLAIMS}
