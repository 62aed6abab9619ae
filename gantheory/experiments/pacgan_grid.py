"""Twenty-five Gaussians on a grid, and a D that judges one to four points at once (Lin, Khetan, Fanti & Oh 2018, Table 1).

The grid, z and the packs are the paper's. Networks, rates and the number of steps are ours, small enough for two cores: the authors'
published settings have a G of 4 × 400 with batch normalisation, a D of 3 × 200 maxout units of 5 pieces, Adam at 1e-4 and 400 epochs of
100,000 examples. A minibatch has 100 packs, as theirs, and so more points the more are packed.
"""

from gantheory.distributions import grid
from gantheory.experiments.on_plane import Recipe, trained
from gantheory.training.run import Progress, Run

PACKS = (1, 2, 3, 4)  # points that D judges at once
SEEDS = 10  # trainings of each packing, as in the paper
MODES = 25  # modes of the grid
PUBLISHED = {"modes": {1: 17.3, 4: 24.8}, "reverse_kl": {1: 0.70, 4: 0.04}}  # ends of the paper's Table 1, by packing, from 2,500 points
SPREAD = {"modes": {1: 0.8, 4: 0.2}}  # what is printed there behind ±
# Found by trial on seeds from 100 on; those of the figure are others.
RECIPE = Recipe("", grid(), 10_000, width=64, rates=(5e-3, 1e-3), batch=100, unit=2.0 * 2**0.5)


def play(packing: int, seeds: range, steps: int | None = None, progress: Progress | None = None) -> list[Run]:
    """The trainings of one packing, as :func:`gantheory.experiments.on_plane.trained` returns them.

    Args:
      packing: points that D judges at once.
      seeds: one for each training.
      steps: iterations of the whole training, at whose end the rates are a hundredth; the recipe's own number if None.
      progress: called along the training.
    """
    recipe = RECIPE._replace(title=f"{packing} packed", packing=packing, steps=RECIPE.steps if steps is None else steps)
    return trained(recipe, seeds, progress=progress)
