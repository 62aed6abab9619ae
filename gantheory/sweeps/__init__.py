"""From one training to thousands: settings × seeds, on any executor, as data."""

from gantheory.sweeps.running import sweep
from gantheory.sweeps.spec import Between, Draws, Spec, read_spec
from gantheory.sweeps.store import open_sweep

__all__ = ["Between", "Draws", "Spec", "open_sweep", "read_spec", "sweep"]
