"""The quantities of the theory, each an integral of the exact densities: divergences, V, C, D* and both gaps."""
