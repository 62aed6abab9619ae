"""The sentence under the time line: each rule on a state of which it is known, without a training."""

import pytest

import gantheory as gt
from gantheory.distributions.text import parse
from gantheory.explorer.data import ZOO, stretch
from gantheory.explorer.live import picture, view_of
from gantheory.explorer.verdict import modes_of, verdict

Z = gt.Normal(0, 1)
TWO = parse("Mixture([.3, .7], [Normal(-2, .5), Normal(2, .5)])")


class Judge:
    """D with this logit."""

    def __init__(self, logit):
        self.logit = logit


def rule(p_data, generator, output=lambda x: 0.0 * x, **about):
    view = view_of(p_data, Z, *stretch(p_data))
    shown = picture(view, generator, Judge(output), True)
    return verdict(shown, view, modes_of(view), **{"iteration": 9, "by_hand": False, "logit": True, **about})


def optimal(x):
    """The logit of D* where p_data is N(0, 1) and p_g is N(.5, 1)."""
    return 0.125 - 0.5 * x


@pytest.mark.parametrize(
    ("found", "wanted", "words"),
    [
        (lambda: rule(gt.Normal(0, 1), lambda z: 1.0 * z), "at rest", "D answers about ½"),
        (lambda: rule(gt.Normal(0, 1), lambda z: 1.0 * z, lambda x: x), "near", "not yet at ½"),
        (lambda: rule(gt.Normal(0, 1), lambda z: z + 0.5), "flat", "G learns next to nothing"),
        (lambda: rule(gt.Normal(0, 1), lambda z: z + 0.5, lambda x: -optimal(x)), "behind", "0% of it"),
        (lambda: rule(gt.Normal(0, 1), lambda z: z + 0.5, optimal), "learning", "D sees 100%"),
        (lambda: rule(gt.Normal(0, 1), lambda z: z + 8.0), "apart", "of at most 1.386"),
        (lambda: rule(TWO, lambda z: 0.5 * z + 2), "mode lost", "The mode at -2 is lost: p_data has 30% of its mass there, p_g 0%"),
        (lambda: rule(gt.Normal(0, 1), lambda z: 1.0 * z, iteration=0), "untrained", "Press Play"),
        (lambda: rule(gt.Normal(0, 1), lambda z: 1.0 * z, by_hand=True), "by hand", "p_g is yours"),
        (lambda: rule(gt.Normal(0, 1), lambda z: z + 0.5, logit=False), "learning", "Still apart: 2 JSD = 0.06"),
    ],
)
def test_each_rule_speaks_of_its_state(found, wanted, words):
    assert found().rule == wanted
    assert words in found().words


@pytest.mark.parametrize("name, at", [("two bells", [-2, 1]), ("three spikes", [-2, 0, 2]), ("Laplace", [0]), ("arcsine", [0, 1])])
def test_modes_are_counted(name, at):
    p = parse(ZOO[name])
    modes = modes_of(view_of(p, Z, *stretch(p)))
    assert [mode.at for mode in modes] == pytest.approx(at, abs=0.05)
    assert sum(mode.mass for mode in modes) == pytest.approx(1, abs=2e-3)
