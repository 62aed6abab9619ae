"""From one training to thousands: settings × seeds, on any executor, as data."""

from gantheory.sweeps.outcomes import PHASES, commonest, phases
from gantheory.sweeps.running import sweep
from gantheory.sweeps.spec import Between, Draws, Spec, read_spec
from gantheory.sweeps.store import open_sweep

__all__ = ["PHASES", "Between", "Draws", "Spec", "commonest", "open_sweep", "phases", "read_spec", "sweep"]
