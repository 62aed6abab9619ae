"""A whole training: its settings, its data, the run that comes out, and what is written of it."""
