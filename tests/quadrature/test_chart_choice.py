"""The chart of each piece of the line, by its definition, and in a number of calls that does not grow with the folds."""

import itertools

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt
from gantheory.quadrature.chart_choice import charts_over
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.rows import PLAIN


class Wave(eqx.Module):
    """A G whose folds have as many values as there are folds."""

    turns: jax.Array

    def __call__(self, z):
        return jnp.sin(self.turns * z) + 0.3 * z


def wave(turns):
    return gt.Pushforward(Wave(jnp.asarray(turns)), gt.Uniform(-1, 1))


@pytest.mark.parametrize("laws", [(wave(9.0),), (wave(9.0), gt.Pushforward(lambda z: z**2 - 1.3, gt.Normal(0, 1)))], ids=["one", "two"])
def test_charts_are_those_of_the_definition(laws):
    branches = [(law, number, branch) for law in laws for number, branch in enumerate(law.branches)]
    cuts = np.unique(np.concatenate([[-3.0, 3.0], *(law.landmarks for law in laws)]))
    for end in (0, 1):
        chart, special = charts_over(branches, cuts, end)
        for piece, (a, b) in enumerate(itertools.pairwise(cuts)):
            over = [number for number, (_, _, branch) in enumerate(branches) if branch.low <= a and b <= branch.high]
            flat = [number for number in over if branches[number][2].critical[end] and branches[number][2].ends[end] == (a, b)[end]]
            assert special[piece] == bool(flat)
            if not over:
                assert chart[piece] == PLAIN
                continue

            def mass(number, a=a, b=b):
                law, _, branch = branches[number]
                order = slice(None) if branch.increasing else slice(None, None, -1)
                return abs(np.subtract(*law.latent.cdf(np.interp([a, b], branch.x[order], branch.z[order]))))

            masses = {number: mass(number) for number in flat or over}
            assert chart[piece] in masses
            assert masses[int(chart[piece])] == pytest.approx(max(masses.values()), rel=1e-12, abs=0)


def test_the_rows_of_many_folds_take_as_few_calls_of_the_latents_law_as_those_of_few(monkeypatch):
    calls, cdf = [], gt.Uniform.cdf

    def counted(self, x):
        calls.append(np.size(x))
        return cdf(self, x)

    monkeypatch.setattr(gt.Uniform, "cdf", counted)
    numbers = []
    for turns in (5.0, 50.0):
        pair = Pair(gt.Normal(0, 1), wave(turns))
        folds = len(pair.charts.branches)
        calls.clear()
        assert len(pair.rows.reach) > folds
        numbers.append(len(calls))
    assert numbers[0] == numbers[1] <= 4
