"""What every other room stands on: results with errors, float64 on demand, whole files, walks over JAX programs."""
