"""The other ways to an error signal without labels, beside the GAN: each with its exact density, and its objective split exactly."""
