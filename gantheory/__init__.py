"""gantheory: the theory of generative adversarial networks, checked against real trained networks."""

import importlib
import sys
from importlib.metadata import version as _version
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gantheory import distributions
from gantheory.base.estimate import Divergent as Divergent
from gantheory.base.estimate import Enclosure as Enclosure
from gantheory.base.estimate import Estimate as Estimate
from gantheory.base.estimate import Estimates as Estimates
from gantheory.base.estimate import Undecided as Undecided
from gantheory.distributions import *
from gantheory.game import ensembles as ensembles
from gantheory.game import losses as losses
from gantheory.game import penalties as penalties
from gantheory.game.networks import Discriminator as Discriminator
from gantheory.game.networks import Generator as Generator
from gantheory.measurement.chernoff import renyi as renyi
from gantheory.measurement.chernoff import skew_geometric_jsd as skew_geometric_jsd
from gantheory.measurement.discriminators import optimal_discriminator as optimal_discriminator
from gantheory.measurement.divergences import *
from gantheory.measurement.energy import energy_distance as energy_distance
from gantheory.measurement.entropies import entropy as entropy
from gantheory.measurement.entropies import mutual_information as mutual_information
from gantheory.measurement.f_divergences import F_GAN as F_GAN
from gantheory.measurement.f_divergences import f_divergence as f_divergence
from gantheory.measurement.gradients import gradient as gradient
from gantheory.measurement.mean_discrepancy import mmd2 as mmd2
from gantheory.measurement.minimax import criterion as criterion
from gantheory.measurement.minimax import discriminator_gap as discriminator_gap
from gantheory.measurement.minimax import value as value
from gantheory.measurement.smoothing import smoothed as smoothed
from gantheory.measurement.state import Measurement as Measurement
from gantheory.measurement.state import measure as measure
from gantheory.measurement.state import measure_plane as measure_plane
from gantheory.measurement.wasserstein import wasserstein1 as wasserstein1
from gantheory.training.fitted import Fit as Fit
from gantheory.training.fitting import fit as fit
from gantheory.training.kernel_density import from_samples as from_samples
from gantheory.training.learning import train as train
from gantheory.training.rows import read_csv as read_csv
from gantheory.training.run import Run as Run
from gantheory.training.run import load as load

__version__ = _version("gantheory")

# The paths of earlier versions, such as `from gantheory.losses import hinge`, still work.
plane = distributions
sys.modules |= {f"{__name__}.{module.__name__.split('.')[-1]}": module for module in (ensembles, losses, penalties)}
sys.modules[f"{__name__}.plane"] = plane


if TYPE_CHECKING:
    from gantheory import dynamics as dynamics
    from gantheory import plot as plot
    from gantheory import rigorous as rigorous
    from gantheory import theorems as theorems
    from gantheory.dynamics.portrait import phase_portrait as phase_portrait
    from gantheory.evidence.state import State as State
    from gantheory.explorer.notebook import explore as explore
    from gantheory.judgement.judgement import Judgement as Judgement
    from gantheory.judgement.judgement import judge as judge
    from gantheory.samples.comparison import SampleComparison as SampleComparison
    from gantheory.samples.comparison import compare_samples as compare_samples
    from gantheory.stability.game_spectrum import GameSpectrum as GameSpectrum
    from gantheory.stability.game_spectrum import spectrum as spectrum
    from gantheory.sweeps.running import sweep as sweep
    from gantheory.sweeps.spec import Between as Between
    from gantheory.sweeps.spec import Draws as Draws
    from gantheory.sweeps.store import open_sweep as open_sweep
    from gantheory.theorems.verdicts import verify as verify
    from gantheory.training.floors import Floor as Floor
    from gantheory.training.floors import floor as floor

# Names that are imported when first asked for, since Arb, SymPy, matplotlib, a server or much of SciPy comes with them.
_LAZY = {
    "dynamics": "dynamics",
    "plot": "plot",
    "rigorous": "rigorous",
    "theorems": "theorems",
    "verify": "theorems.verdicts",
    "State": "evidence.state",
    "explore": "explorer.notebook",
    "judge": "judgement.judgement",
    "Judgement": "judgement.judgement",
    "compare_samples": "samples.comparison",
    "SampleComparison": "samples.comparison",
    "phase_portrait": "dynamics.portrait",
    "floor": "training.floors",
    "spectrum": "stability.game_spectrum",
    "GameSpectrum": "stability.game_spectrum",
    "Floor": "training.floors",
    "sweep": "sweeps.running",
    "open_sweep": "sweeps.store",
    "Between": "sweeps.spec",
    "Draws": "sweeps.spec",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'gantheory' has no attribute {name!r}")
    module = importlib.import_module(f"gantheory.{_LAZY[name]}")
    return module if name == _LAZY[name] else getattr(module, name)


def __dir__() -> list[str]:
    """The public names, as completion shows them, without what is only imported here."""
    own = {name for name, thing in globals().items() if not name.startswith("_") and not isinstance(thing, ModuleType)}
    return sorted((own - {"Any", "ModuleType", "TYPE_CHECKING"}) | {"ensembles", "losses", "penalties", "plane", *_LAZY} | {"__version__"})
