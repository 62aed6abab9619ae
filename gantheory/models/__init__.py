"""The other ways to an error signal without labels, beside the GAN: each with its exact density, and its objective split exactly."""

import importlib
from typing import TYPE_CHECKING, Any

from gantheory.models.contrastive import ContrastiveDivergence as ContrastiveDivergence
from gantheory.models.contrastive import asymmetry as asymmetry
from gantheory.models.contrastive import contrastive_split as contrastive_split
from gantheory.models.contrastive import directions as directions
from gantheory.models.decoded import law_of_decoder as law_of_decoder
from gantheory.models.diffusion import DenoisingDiffusion as DenoisingDiffusion
from gantheory.models.elbo import report_of_bound as report_of_bound
from gantheory.models.elbo import split_of_bound as split_of_bound
from gantheory.models.energy import EnergyDistance as EnergyDistance
from gantheory.models.flow import Flow as Flow
from gantheory.models.flow import FlowLikelihood as FlowLikelihood
from gantheory.models.linear_vae import LinearVariationalBayes as LinearVariationalBayes
from gantheory.models.method import Method as Method
from gantheory.models.mmd import MeanDiscrepancy as MeanDiscrepancy
from gantheory.models.rbm import RBM as RBM
from gantheory.models.rbm import RBMLikelihood as RBMLikelihood
from gantheory.models.split import Split as Split
from gantheory.models.split import split_of_likelihood as split_of_likelihood
from gantheory.models.vae import VariationalBayes as VariationalBayes

if TYPE_CHECKING:
    from gantheory.models.nearest import least_jsd as least_jsd
    from gantheory.models.resting import contrastive_rest as contrastive_rest
    from gantheory.models.resting import likelihood_rest as likelihood_rest

# Names that are imported when first asked for, since much of SciPy comes with them.
_LAZY = {"least_jsd": "nearest", "contrastive_rest": "resting", "likelihood_rest": "resting"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'gantheory.models' has no attribute {name!r}")
    return getattr(importlib.import_module(f"gantheory.models.{_LAZY[name]}"), name)
