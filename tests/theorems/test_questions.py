"""The claims that answer what people ask: each notices a wrong variant of what it is about, and the page says what the table says."""

import math
import re
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt
from gantheory.dynamics.dirac import dirac
from gantheory.evidence.attack import Inequality
from gantheory.evidence.claim import Verdict, judge
from gantheory.game import losses
from gantheory.game.losses import LOSSES
from gantheory.measurement import divergences, integrands
from gantheory.measurement.chernoff import renyi
from gantheory.measurement.entropies import entropy
from gantheory.measurement.wasserstein import wasserstein1
from gantheory.quadrature.dimensions import integrals
from gantheory.quadrature.integrand import of_logit
from gantheory.samples.plug_in import jsd_of_cells
from gantheory.theorems import (
    CLAIMS,
    arjovsky2017,
    lim_ye2017,
    mao2017,
    metz2017,
    named_divergences,
    reid_williamson2011,
    salimans2016,
    tseng2021,
    unknown_p_g,
    values_at_equilibrium,
)

NEW = (
    *(arjovsky2017, lim_ye2017, mao2017, metz2017, named_divergences, reid_williamson2011, salimans2016, tseng2021, unknown_p_g),
    values_at_equilibrium,
)
PAGE = (Path(__file__).parents[2] / "docs/questions.md").read_text()


def times(function, factor):
    """The function, so many times as large."""
    return lambda *arguments: factor * function(*arguments)


def swapped(function):
    """The function with its two arguments the other way round."""
    return lambda p, q: function(q, p)


def both_sides(loss, s):
    """Smoothed labels of generated points in place of the data's."""
    return loss._replace(on_generated=lambda v: (1 - s) * loss.on_generated(v) + s * loss.on_data(v))


def away(game, theta, psi, step, count):
    """D climbs its own loss."""
    for _ in range(count):
        psi = psi + step * jax.grad(lambda own: game.discriminator_loss(theta, own))(psi)
    return psi


def off_between(alpha, right=integrands.alpha_divergence):
    """D_α, one per cent too large where p and q differ by a factor of about 2."""

    def wrong(log_p, log_q):
        apart = jnp.abs(log_p - log_q)
        return jnp.where((apart > 0.5) & (apart < 1.0), 1.01, 1.0) * right(alpha)(log_p, log_q)

    return wrong


def smoothed_for_both(loss, s):
    """Smoothed labels in G's loss too."""
    of_generator = lambda v: (1 - s) * loss.of_generator(v) + s * loss.on_generated(v)  # noqa: E731
    return losses.with_smoothed_labels(loss, s)._replace(of_generator=of_generator)


def with_table(name, **changed):
    """The table of values with an entry changed."""
    return {**values_at_equilibrium.VALUES, name: values_at_equilibrium.VALUES[name]._replace(**changed)}


UNHALVED = LOSSES["least_squares"]._replace(on_generated=lambda v: v**2)
WRONG_HINGE = LOSSES["hinge"]._replace(on_generated=lambda v: jax.nn.relu(2 + v))
TURNED = LOSSES["wasserstein"]._replace(on_data=losses.plain, on_generated=losses.minus)
SATURATING = LOSSES["non_saturating"]._replace(of_generator=losses.log_one_minus_d)
G_OFF = {**LOSSES, "hinge": LOSSES["hinge"]._replace(of_generator=lambda v: 1 - v)}
TWICE = times(unknown_p_g.coincidence, 2)
DOUBLED_TV = times(integrands.total_variation, 2)
TWICE_KNOWN = times(named_divergences.mutual_information, 2)
LARGER = times(named_divergences.log_normal, 2)
# What is wrong: (the claim that must notice, by which layer, the module, its attribute, what takes its place).
WRONG = {
    "hinge with another margin": ("hinge-is-total-variation", "symbolic", losses, "hinge", WRONG_HINGE),
    "half of TV": ("hinge-is-total-variation", "quadrature", lim_ye2017, "total_variation", times(divergences.total_variation, 0.5)),
    "hinge's G turned": (
        "hinge-generator-descends-total-variation",
        "symbolic",
        losses,
        "hinge",
        LOSSES["hinge"]._replace(of_generator=losses.plain),
    ),
    "a square without its half": ("least-squares-optimum", "symbolic", losses, "least_squares", UNHALVED),
    "Δ without its half": ("least-squares-optimum", "quadrature", mao2017, "triangular", times(divergences.triangular, 2)),
    "χ² the other way round": ("least-squares-is-pearson", "symbolic", integrands, "chi2", swapped(integrands.chi2)),
    "χ² the other way round, in numbers": ("least-squares-is-pearson", "quadrature", mao2017, "chi2", swapped(divergences.chi2)),
    "G's square without its half": (
        "least-squares-with-usual-targets",
        "symbolic",
        losses,
        "least_squares",
        LOSSES["least_squares"]._replace(of_generator=lambda v: (v - 1) ** 2),
    ),
    "the wrong labels smoothed": ("one-sided-label-smoothing", "symbolic", salimans2016, "with_smoothed_labels", both_sides),
    "the wrong labels smoothed, in numbers": ("one-sided-label-smoothing", "quadrature", salimans2016, "with_smoothed_labels", both_sides),
    "the wrong labels smoothed, in C": ("smoothed-criterion", "symbolic", salimans2016, "with_smoothed_labels", both_sides),
    "half of KL": ("smoothed-criterion", "quadrature", salimans2016, "kl", times(divergences.kl, 0.5)),
    "G that saturates": ("smoothing-leaves-the-non-saturating-gradient", "symbolic", losses, "non_saturating", SATURATING),
    "G with smoothed labels": (
        "smoothing-leaves-the-non-saturating-gradient",
        "symbolic",
        salimans2016,
        "with_smoothed_labels",
        smoothed_for_both,
    ),
    "G that saturates, both smoothed": ("smoothing-both-sides", "symbolic", losses, "non_saturating", SATURATING),
    "Brier's score uneven": ("proper-scores-have-one-optimum", "symbolic", losses, "least_squares", UNHALVED),
    "H² doubled": ("bayes-risk-is-a-divergence", "symbolic", integrands, "hellinger2", times(integrands.hellinger2, 2)),
    "JSD doubled": ("bayes-risk-is-a-divergence", "quadrature", divergences, "jsd", times(divergences.jsd, 2)),
    "Brier's weight": ("weights-of-proper-scores", "symbolic", losses, "least_squares", UNHALVED),
    "half of W₁": ("kantorovich-rubinstein", "quadrature", arjovsky2017, "wasserstein1", times(wasserstein1, 0.5)),
    "twice W₁": ("kantorovich-rubinstein", "quadrature", arjovsky2017, "wasserstein1", times(wasserstein1, 2.0)),
    "the critic's sign": ("sign-of-the-critics-loss", "symbolic", losses, "wasserstein", TURNED),
    "another target": (
        "clipping-gives-a-multiple",
        "symbolic",
        arjovsky2017,
        "dirac",
        lambda loss, penalty=0.0: dirac(loss, penalty=penalty, target=2.0),
    ),
    "λ squared": (
        "clipping-gives-a-multiple",
        "symbolic",
        arjovsky2017,
        "dirac",
        lambda loss, penalty=0.0: dirac(loss, penalty=penalty**2),
    ),
    "half of W₁, clipped": ("clipping-gives-a-multiple", "quadrature", arjovsky2017, "wasserstein1", times(wasserstein1, 0.5)),
    "KL halved": ("order-of-distances", "symbolic", integrands, "kl", times(integrands.kl, 0.5)),
    "JSD doubled, in the order": ("order-of-distances", "symbolic", integrands, "jsd", times(integrands.jsd, 2)),
    "W₁ doubled": ("order-of-distances", "quadrature", arjovsky2017, "wasserstein1", times(wasserstein1, 4.0)),
    "TV doubled": (
        "order-of-distances-is-strict",
        "quadrature",
        arjovsky2017,
        "total_variation",
        times(divergences.total_variation, 2),
    ),
    "WGAN's sign, with LeCam": ("lecam-regularisation", "symbolic", losses, "wasserstein", TURNED),
    "Δ with its half off": ("lecam-regularisation", "quadrature", tseng2021, "triangular", times(divergences.triangular, 2)),
    "D unrolled uphill": ("unrolling-doubles-the-look-ahead", "symbolic", metz2017, "looked_ahead", away),
    "D unrolled uphill, at rest": ("unrolling-brings-dirac-gan-to-rest", "symbolic", metz2017, "looked_ahead", away),
    "D unrolled uphill, its spectrum": ("unrolling-brings-dirac-gan-to-rest", "quadrature", metz2017, "looked_ahead", away),
    "D unrolled uphill, a run": ("unrolling-brings-dirac-gan-to-rest", "trained", metz2017, "looked_ahead", away),
    "entropy in bits": (
        "entropies-in-closed-form",
        "quadrature",
        named_divergences,
        "entropy",
        times(entropy, 1 / np.log(2)),
    ),
    "entropy's sign": ("jsd-by-differential-entropies", "quadrature", named_divergences, "entropy", times(entropy, -1)),
    "χ² halved": ("alpha-divergences-by-name", "symbolic", integrands, "chi2", times(integrands.chi2, 0.5)),
    "D_α off where p is about 2q": ("alpha-divergences-by-name", "symbolic", integrands, "alpha_divergence", off_between),
    "Rényi's order turned": (
        "renyi-by-name",
        "quadrature",
        named_divergences,
        "renyi",
        lambda p, q, alpha: named_divergences.kl(p, q),
    ),
    "geometric JSD halved": (
        "geometric-jsd-of-gaussians",
        "quadrature",
        named_divergences,
        "skew_geometric_jsd",
        times(named_divergences.skew_geometric_jsd, 0.5),
    ),
    "JSD in bits already": ("jsd-in-bits-and-as-a-distance", "quadrature", named_divergences, "jsd", times(divergences.jsd, 1 / np.log(2))),
    "TV doubled, in the algebra": ("order-of-distances-is-strict", "symbolic", integrands, "total_variation", DOUBLED_TV),
    "information doubled": ("information-of-a-gaussian", "quadrature", named_divergences, "mutual_information", TWICE_KNOWN),
    "a log-density too large": ("entropies-in-closed-form", "symbolic", named_divergences, "log_normal", LARGER),
    "a log-density too large, tilted": ("geometric-jsd-of-gaussians", "symbolic", named_divergences, "log_normal", LARGER),
    "H² doubled, in Rényi's": ("renyi-by-name", "symbolic", integrands, "hellinger2", times(integrands.hellinger2, 2)),
    "JSD one per cent off": ("jsd-by-differential-entropies", "symbolic", integrands, "jsd", times(integrands.jsd, 1.01)),
    "JSD one per cent off, in bits": ("jsd-in-bits-and-as-a-distance", "symbolic", integrands, "jsd", times(integrands.jsd, 1.01)),
    "JSD one per cent off, in cells": ("rows-raise-a-plug-in-jsd", "symbolic", integrands, "jsd", times(integrands.jsd, 1.01)),
    "KL one per cent off": ("no-upper-bound-from-samples", "symbolic", integrands, "kl", times(integrands.kl, 1.01)),
    "V one per cent off": ("any-discriminator-shows-a-lower-bound", "symbolic", integrands, "value", times(integrands.value, 1.01)),
    "V doubled": ("any-discriminator-shows-a-lower-bound", "quadrature", unknown_p_g, "value", times(unknown_p_g.value, 0.1)),
    "coincidences counted twice": (
        "no-upper-bound-from-samples",
        "enclosure",
        unknown_p_g,
        "coincidence",
        times(unknown_p_g.coincidence, 2),
    ),
    "JSD halved": ("no-upper-bound-from-samples", "quadrature", unknown_p_g, "jsd", times(divergences.jsd, 0.5)),
    "cells in bits": ("rows-raise-a-plug-in-jsd", "quadrature", unknown_p_g, "jsd_of_cells", times(jsd_of_cells, 1 / np.log(2))),
    "no bias": ("the-sign-of-a-plug-in-error-is-unknown", "quadrature", unknown_p_g, "jsd_of_cells", times(jsd_of_cells, 0.1)),
    "1.386 for G": ("cross-entropy-at-equilibrium", "symbolic", values_at_equilibrium, "VALUES", with_table("minimax", of_g=-2)),
    "a half for ¼": ("least-squares-at-equilibrium", "symbolic", values_at_equilibrium, "VALUES", with_table("least_squares", of_d=0.5)),
    "1 for 2": ("hinge-at-equilibrium", "symbolic", values_at_equilibrium, "VALUES", with_table("hinge", of_d=1)),
    "1 for 0": ("wasserstein-at-equilibrium", "symbolic", values_at_equilibrium, "VALUES", with_table("wasserstein", of_d=1)),
    "0 for log 2": ("relativistic-at-equilibrium", "symbolic", values_at_equilibrium, "VALUES", with_table("relativistic", of_d=0)),
    "KL's best answer": ("f-gan-at-equilibrium", "symbolic", values_at_equilibrium, "VALUES", with_table("f_gan_kl", answer=0)),
    "Jeffreys' G": ("f-gan-at-equilibrium", "quadrature", values_at_equilibrium, "VALUES", with_table("f_gan_jeffreys", of_g=1)),
    "a value": (
        "a-loss-at-its-equilibrium-value-shows-nothing",
        "symbolic",
        values_at_equilibrium,
        "VALUES",
        with_table("hinge", of_d=1),
    ),
    "G's loss of a flat D": ("a-loss-at-its-equilibrium-value-shows-nothing", "symbolic", values_at_equilibrium, "LOSSES", G_OFF),
    "a value, in numbers": (
        "a-loss-at-its-equilibrium-value-shows-nothing",
        "quadrature",
        values_at_equilibrium,
        "VALUES",
        with_table("relativistic", of_d=1),
    ),
}


IN_ALGEBRA = [wrong for wrong, (_, layer, *_) in WRONG.items() if layer in ("symbolic", "enclosure")]
IN_NUMBERS = [pytest.param(wrong, marks=pytest.mark.slow) for wrong in WRONG if wrong not in IN_ALGEBRA]


@pytest.mark.parametrize("wrong", [*IN_ALGEBRA, *IN_NUMBERS])
def test_a_claim_notices_what_is_wrong(wrong, monkeypatch):
    name, layer, module, attribute, replacement = WRONG[wrong]
    monkeypatch.setattr(module, attribute, replacement)
    (found,) = judge(CLAIMS[name], (layer,)).judgements
    assert found.verdict == Verdict.REFUTED, found.why


def test_every_claim_and_layer_here_has_something_wrong_to_notice():
    of_claims = {(claim.name, one.layer) for module in NEW for claim in module.CLAIMS for one in claim.evidence}
    assert of_claims == {(name, layer) for name, layer, *_ in WRONG.values()}


def test_the_page_names_claims_that_there_are_and_all_of_the_new_ones():
    named = set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", PAGE))
    assert named <= set(CLAIMS), named - set(CLAIMS)
    assert {claim.name for module in NEW for claim in module.CLAIMS} <= named


def test_the_functions_that_the_page_names_are_there():
    names = set(re.findall(r"`gt\.(\w+)", PAGE))
    assert len(names) > 20 and all(hasattr(gt, name) for name in names)


def test_the_page_has_the_values_of_the_table():
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([-.\d]+) \| ([^|]+) \|", PAGE, re.MULTILINE)
    assert len(rows) == 9
    for name, of_d, of_g in rows:
        entry = values_at_equilibrium.VALUES[name]
        assert of_d == f"{float(entry.of_d):.3f}"
        assert of_g == f"{float(entry.of_g):.3f}" if name not in ("hinge", "wasserstein") else "-1 to 1" in of_g or "any" in of_g
    others = [entry for name, entry in values_at_equilibrium.VALUES.items() if name not in [row[0] for row in rows]]
    assert len(others) == 5 and all(entry.of_d == entry.of_g == 0 for entry in others)


@of_logit
def difference(log_p, log_q, critic):
    """(p - q) f."""
    return (jnp.exp(log_p) - jnp.exp(log_q)) * critic


def by_tanh(p, q):
    """E_p f - E_q f of f = -tanh, whose slope is at most 1."""
    return integrals(p, q, {"value": difference}, lambda x, log_p, log_q: -np.tanh(x))["value"]


def in_a_box(p, q):
    """Whether both have bounded supports."""
    return math.isfinite(arjovsky2017.span(p, q))


# Statements about all pairs that no algebra here proves: (the smaller side, the larger one, the hypotheses, a factor that makes it false).
ATTACKED = {
    "E_p f - E_q f <= W₁": (by_tanh, wasserstein1, None, 0.9),
    "W₁ <= L TV": (wasserstein1, lambda p, q: arjovsky2017.span(p, q) * divergences.total_variation(p, q), in_a_box, 0.9),
    "R_½ <= KL": (lambda p, q: renyi(p, q, 0.5), divergences.kl, None, 0.49),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", ATTACKED)
def test_no_pair_breaks_it_and_one_breaks_a_sharper_one(what):
    left, right, when, factor = ATTACKED[what]
    assert Inequality(left, right, what, when).judge().verdict == Verdict.CONSISTENT
    assert Inequality(left, lambda p, q: factor * right(p, q), what, when).judge().verdict == Verdict.REFUTED
