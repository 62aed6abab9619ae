"""Mutation testing: what the library would be with one small mistake, and which test notices. The command is ``scripts/mutate``."""
