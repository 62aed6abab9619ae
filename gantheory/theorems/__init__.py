"""The claims of the papers, one module a paper."""

from gantheory.evidence.claim import Claim
from gantheory.theorems import corollaries, goodfellow2014, inequalities, lin1991

MODULES = (goodfellow2014, corollaries, lin1991, inequalities)
CLAIMS: dict[str, Claim] = {claim.name: claim for module in MODULES for claim in module.CLAIMS}
