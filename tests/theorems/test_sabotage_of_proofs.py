"""Each proof is about the code: wrong code refutes it, be it by one per cent."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gantheory.base.precision import in_float64
from gantheory.distributions import Normal, Uniform
from gantheory.distributions.pushforward import over_branches
from gantheory.dynamics import DifferentiableGame, integrators, with_time_scale
from gantheory.evidence.claim import Verdict, judge
from gantheory.game import losses
from gantheory.measurement import integrands
from gantheory.measurement.f_divergences import F_GAN
from gantheory.models import contrastive
from gantheory.models.gibbs import grid_of
from gantheory.models.rbm import RBM
from gantheory.theorems import CLAIMS, csiszar1967, gidel2019, hinton2002, kingma2014, mescheder2018, nowozin2016

OFF = 1.01


def more(function):
    """The function, one per cent too large."""
    return lambda *given, **named: OFF * function(*given, **named)


def faster(game_of):
    """The game in which D moves one per cent faster."""
    return lambda *given, **named: with_time_scale(game_of(*given, **named), OFF)


def loss_with(loss, part):
    return loss._replace(**{part: more(getattr(loss, part))})


def bilinear():
    return DifferentiableGame("xy, nearly", lambda x, y: OFF * x * y, lambda x, y: -OFF * x * y, (1, 1), (0.0, 0.0))


def steep(generator, z, jet=over_branches.jet):
    return jet(generator, z) * np.array([[1], [OFF], [1]])


def conditionals(model, nodes, right=hinton2002.conditionals):
    of_states, of_nodes = right(model, nodes)
    return of_states**OFF, of_nodes


def off_where_near(log_p, log_q, right=integrands.jsd):
    return jnp.where(jnp.abs(log_p - log_q) / 2 < integrands.NEAR, OFF, 1.0) * right(log_p, log_q)


def no_look_ahead(game, w, memory, h):
    v = game.field(w)
    return w + h * (1.9 * v - 0.9 * memory), v


kl, jsd, tv = integrands.kl, integrands.jsd, integrands.total_variation
minimax, non_saturating = losses.minimax, losses.non_saturating
NEYMAN = dataclasses.replace(F_GAN["neyman"], f=more(F_GAN["neyman"].f))
GAN = dataclasses.replace(F_GAN["gan"], f=more(F_GAN["gan"].f))
OPTIMISTIC = {"optimistic": (integrators.OPTIMISTIC._replace(step=no_look_ahead), gidel2019.PAIRS["optimistic"][1])}
# The claim that must notice, by which layer; module, attribute and what is put in its place.
SABOTAGE = [
    ("bilinear-spectral-radii", "symbolic", gidel2019, "bilinear", bilinear),
    ("bilinear-spectral-radii", "symbolic", gidel2019, "PAIRS", OPTIMISTIC),
    ("alternation-keeps-an-ellipse", "symbolic", gidel2019, "bilinear", bilinear),
    ("games-at-rest", "symbolic", gidel2019, "nagarajan_kolter", faster(gidel2019.nagarajan_kolter)),
    ("noise-and-consensus-bring-it-to-rest", "symbolic", mescheder2018, "dirac", faster(mescheder2018.dirac)),
    ("noise-and-consensus-bring-it-to-rest", "symbolic", mescheder2018, "with_consensus", faster(mescheder2018.with_consensus)),
    ("r1-brings-dirac-gan-to-rest", "symbolic", mescheder2018, "dirac", faster(mescheder2018.dirac)),
    ("saturating-gradient", "symbolic", losses, "minimax", loss_with(minimax, "of_generator")),
    ("non-saturating-gradient", "symbolic", losses, "non_saturating", loss_with(non_saturating, "of_generator")),
    ("vanishing-gradient", "symbolic", losses, "minimax", loss_with(minimax, "of_generator")),
    ("vanishing-gradient", "symbolic", Normal, "_log_prob", more(Normal._log_prob)),
    ("vanishing-gradient", "quadrature", losses, "non_saturating", losses.minimax),
    ("instance-noise", "symbolic", integrands, "jsd", more(jsd)),
    ("instance-noise", "symbolic", integrands, "kl", more(kl)),
    ("instance-noise", "symbolic", Normal, "_log_prob", more(Normal._log_prob)),
    ("parallel-lines", "symbolic", Uniform, "_cdf", more(Uniform._cdf)),
    ("parallel-lines", "symbolic", integrands, "total_variation", more(tv)),
    ("parallel-lines", "symbolic", integrands, "kl", more(kl)),
    ("parallel-lines", "symbolic", integrands, "reverse_kl", tv),
    ("the-critic-stays-linear", "symbolic", Normal, "_log_prob", more(Normal._log_prob)),
    ("jsd-to-samples", "symbolic", integrands, "kl", more(kl)),
    ("games-in-parameters-without-equilibrium", "symbolic", losses, "minimax", loss_with(minimax, "on_generated")),
    ("partly-overlapping-supports", "symbolic", integrands, "kl", more(kl)),
    ("the-gan-row-starts-at-minus-log-4", "symbolic", integrands, "jsd", more(jsd)),
    ("the-gan-row-starts-at-minus-log-4", "symbolic", csiszar1967, "F_GAN", {"gan": GAN}),
    ("jsd-is-mutual-information", "symbolic", integrands, "jsd", off_where_near),
    ("jsd-by-differential-entropies", "symbolic", integrands, "jsd", off_where_near),
    ("fenchel-young", "symbolic", nowozin2016, "F_GAN", {**F_GAN, "neyman": NEYMAN}),
    ("relativistic-value", "symbolic", losses, "relativistic", loss_with(losses.relativistic, "on_data")),
    ("rbm-is-a-tied-mixture", "symbolic", hinton2002, "conditionals", conditionals),
    ("contrastive-divergence-is-nonnegative", "symbolic", integrands, "kl", lambda log_p, log_q: kl(log_p, log_q) ** 2),
    ("contrastive-divergence-is-nonnegative", "symbolic", RBM, "energy", more(RBM.energy)),
    ("contrastive-divergence-is-nonnegative", "symbolic", hinton2002, "conditionals", conditionals),
    ("many-steps-of-cd-are-maximum-likelihood", "symbolic", RBM, "log_weights", more(RBM.log_weights)),
    ("many-steps-of-cd-are-maximum-likelihood", "symbolic", hinton2002, "conditionals", conditionals),
    ("cd-1-is-the-gradient-of-no-function", "enclosure", hinton2002, "CLEARLY", 0.06),
    ("linear-vae-is-probabilistic-pca", "symbolic", kingma2014, "rate", more(kingma2014.rate)),
    ("linear-vae-is-probabilistic-pca", "symbolic", Normal, "_log_prob", more(Normal._log_prob)),
    ("density-of-a-folded-generator", "quadrature", over_branches, "jet", steep),
]


@pytest.mark.parametrize("wrong", SABOTAGE, ids=lambda one: f"{one[0]}: {one[3]}")
def test_wrong_code_refutes_the_proof(wrong, monkeypatch):
    name, layer, module, attribute, replacement = wrong
    monkeypatch.setattr(module, attribute, replacement)
    (found,) = judge(CLAIMS[name], (layer,)).judgements
    assert found.verdict in (Verdict.REFUTED, Verdict.UNDECIDED)


def value_of(proved):
    return float(proved.lower + proved.upper) / 2


@in_float64
def test_what_is_enclosed_of_cd_1_is_the_asymmetry_of_the_shipped_jacobian():
    """Of the entries of b and c: E_data[σ'] - E_{p_1}[σ'], at b = W = σ = 1 and c = 0."""
    model, data = RBM(1.0, [0.0], [1.0], 0.0), Normal(0.0, 1.0)
    grid = grid_of(model, data)
    update = contrastive.update_field(model, 1)
    slope = jax.jacfwd(update)(jnp.asarray(contrastive.vector(model)), grid.nodes, grid.density, grid.widths[0])
    of_data, of_chain = map(value_of, hinton2002.bends())
    assert float(slope[0, 1] - slope[1, 0]) == pytest.approx(of_chain - of_data, rel=1e-3)
