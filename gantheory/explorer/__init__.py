"""The interactive explorer: a 1-D GAN as a living theorem, in the browser.

The page and its server draw; all that they show comes from the trainer and the measurement that the rest of the library uses.
"""
