"""Wrong code turns a named claim red."""

import jax.numpy as jnp
import numpy as np
import pytest

from gantheory.distributions.pushforward import pushforward as folded
from gantheory.evidence.claim import Verdict, judge
from gantheory.measurement import discriminators, divergences, integrands, minimax
from gantheory.quadrature.integrand import Integrand
from gantheory.theorems import CLAIMS

SHIPPED = {
    name: getattr(module, name)
    for module, name in ((integrands, "value"), (integrands, "jsd"), (integrands, "log_ratio"), (divergences, "kl"), (folded, "jet"))
}


def no_jacobian(generator, z):
    x, slope, bend = SHIPPED["jet"](generator, z)
    return np.stack([x, np.sign(slope), bend])


# What is broken: (the claim that must notice, by which layer, module, attribute, replacement).
SABOTAGE = {
    "JSD for 2 JSD": ("criterion", "quadrature", minimax, "criterion", lambda p, q: divergences.jsd(p, q) - integrands.LOG4),
    "p and q swapped in D*": (
        "optimal-discriminator",
        "quadrature",
        discriminators.OptimalDiscriminator,
        "logit",
        lambda self, x: self.p_g.log_prob(x) - self.p_data.log_prob(x),
    ),
    "p and q swapped in log p - log q": (
        "optimal-discriminator",
        "symbolic",
        integrands,
        "log_ratio",
        lambda log_p, log_q: SHIPPED["log_ratio"](log_q, log_p),
    ),
    "no Jacobian in p_g": ("change-of-variables", "quadrature", folded, "jet", no_jacobian),
    "base-2 logarithms": (
        "criterion",
        "symbolic",
        integrands,
        "jsd",
        Integrand(lambda log_p, log_q: SHIPPED["jsd"](log_p, log_q) / jnp.log(2.0), bounded=True),
    ),
    "V in place of C": (
        "criterion",
        "quadrature",
        minimax,
        "criterion",
        lambda p, q: minimax.value(p, q, type("D", (), {"logit": staticmethod(lambda x: 0.1 + 0 * x)})()),
    ),
    "KL's arguments swapped in C": ("criterion", "quadrature", divergences, "kl", lambda p, q: SHIPPED["kl"](q, p)),
    "a sign in V": (
        "binary-cross-entropy",
        "symbolic",
        integrands,
        "value",
        Integrand(lambda log_p, log_q, logit: SHIPPED["value"](log_p, log_q, -logit), needs_logit=True),
    ),
}


@pytest.mark.parametrize("wrong", SABOTAGE)
def test_sabotage_turns_a_named_claim_red(wrong, monkeypatch):
    name, layer, module, attribute, replacement = SABOTAGE[wrong]
    monkeypatch.setattr(module, attribute, replacement)
    (found,) = judge(CLAIMS[name], (layer,)).judgements
    # Without G' p_g has another mass than 1, and so no KL that is told.
    assert found.verdict == (Verdict.UNDECIDED if wrong == "no Jacobian in p_g" else Verdict.REFUTED)


def test_the_command_fails_when_a_claim_does(command, monkeypatch):
    monkeypatch.setattr(integrands, "jsd", Integrand(lambda log_p, log_q: SHIPPED["jsd"](log_p, log_q) / 2, bounded=True))
    said = command("verify", "--layer", "symbolic", "--claim", "criterion")
    assert said.code == 1 and "1 of 1 claims fail: criterion." in said.err
