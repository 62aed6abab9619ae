"""The claims of the papers, one module a paper."""

from gantheory.evidence.claim import Claim
from gantheory.theorems import goodfellow2014

CLAIMS: dict[str, Claim] = {claim.name: claim for module in (goodfellow2014,) for claim in module.CLAIMS}
