"""Claims about a state of the game, on states of anybody's making: judged by their own numbers, after their hypotheses."""

import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt
from gantheory.distributions.pushforward import pushforward
from gantheory.evidence.claim import Claim, Verdict
from gantheory.evidence.comparison import Comparison
from gantheory.evidence.state import State
from gantheory.evidence.trained import OfState
from gantheory.game import losses

DATA = gt.Normal(0.0, 1.0)
FOLDED = gt.Pushforward(lambda z: z**2 - 0.5, DATA)
SPEAKING = {
    "binary-cross-entropy",
    "change-of-variables",
    "optimal-discriminator",
    "criterion",
    "global-minimum",
    "nash-equilibrium",
    "discriminator-gap",
}


class Tilted:
    """D = 1/(1 + e^(-.4 x))."""

    def logit(self, x):
        return 0.4 * x


def verdicts(state, *claims):
    return {one.claim.name: one.judgements[0] for one in gt.verify(claims, on=state)}


def test_any_generator_and_any_discriminator_are_judged():
    found = verdicts(State(DATA, FOLDED, Tilted()))
    assert found.keys() == SPEAKING
    assert {one.verdict for one in found.values()} == {Verdict.CONSISTENT}
    mean, identity = (found[name].number for name in ("binary-cross-entropy", "criterion"))
    assert mean is not None and mean < 0.02 and identity is not None and identity < 1e-12


def test_an_infinite_v_meets_every_claim_but_those_of_a_mean():
    found = verdicts(State(DATA, FOLDED, lambda x: jnp.where(x > 0, 1.0, 0.0)))
    undecided = {name for name, one in found.items() if one.verdict == Verdict.UNDECIDED}
    assert undecided == {"binary-cross-entropy"} and "finite variance" in found["binary-cross-entropy"].why
    assert all(one.verdict == Verdict.CONSISTENT for name, one in found.items() if name not in undecided)


def test_a_law_that_is_no_pushforward_has_no_change_of_variables():
    found = verdicts(State(DATA, gt.Laplace(0.0, 1.0), Tilted()))["change-of-variables"]
    assert found.verdict == Verdict.UNDECIDED and "must be the law of G(z), a Pushforward. Got Laplace(0, 1)" in found.why


@pytest.mark.slow
def test_on_the_plane_numbers_that_are_found_in_two_ways_are_compared():
    data = gt.MultivariateNormal([0.0, 0.0], np.eye(2))
    bent = gt.PlanePushforward(lambda z: jnp.stack([z[0] + 0.2 * jnp.sin(z[1]), z[1]]), data)
    found = verdicts(State(data, bent, lambda x: 1 / (1 + jnp.exp(-0.4 * x[0]))))
    decided = {name for name, one in found.items() if one.verdict == Verdict.CONSISTENT}
    assert decided == {"binary-cross-entropy", "optimal-discriminator", "nash-equilibrium"}
    assert {one.verdict for name, one in found.items() if name not in decided} == {Verdict.SKIPPED}
    assert found["criterion"].why.startswith("of a generator on the plane")


@pytest.mark.parametrize(
    ("D", "said"), [(lambda x: x, "must give a probability in [0, 1]"), (lambda x: "half", "Got text"), (0.5, "must be a function")]
)
def test_a_d_whose_values_are_no_probabilities_does_not_meet_the_hypotheses(D, said):
    (found,) = verdicts(State(DATA, FOLDED, D), "criterion").values()
    assert found.verdict == Verdict.UNDECIDED and found.why.startswith("a hypothesis is not met: ") and said in found.why


def test_a_claim_of_ones_own_about_a_state_is_refuted_by_it():
    def near(state):
        yield Comparison("2 JSD <= .001", state.measured.two_jsd, "<=", 0.001)

    claim = Claim("near", r"2\,\mathrm{JSD} \le .001", "a hope", (OfState(near),))
    (judged,) = gt.verify(claim, on=State(DATA, FOLDED, Tilted()))
    assert judged.verdict == Verdict.REFUTED and judged.judgements[0].why.startswith("2 JSD <= .001: ")
    (judged,) = gt.verify(claim, on=State(DATA, gt.Normal(0.001, 1.0), Tilted()))
    assert judged.verdict == Verdict.CONSISTENT


def test_wrong_numbers_turn_a_state_red(monkeypatch):
    found = pushforward.Pushforward.cdf
    monkeypatch.setattr(pushforward.Pushforward, "cdf", lambda self, x: 0.99 * found(self, x))
    assert verdicts(State(DATA, FOLDED, Tilted()), "change-of-variables")["change-of-variables"].verdict == Verdict.REFUTED
    larger = losses.minimax._replace(on_data=lambda logit: 1.1 * jnp.logaddexp(0.0, -logit))
    monkeypatch.setattr(losses, "minimax", larger)
    assert verdicts(State(DATA, FOLDED, Tilted()), "binary-cross-entropy")["binary-cross-entropy"].verdict == Verdict.REFUTED


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda state: State(DATA, 3, Tilted()), "A density must be one of the library's"),
        (lambda state: State(DATA, gt.MultivariateNormal([0.0, 0.0], np.eye(2)), Tilted()), "must both be laws on the plane"),
        (lambda state: gt.verify(on=7), "`on` of verify must be a Run, the folder of one, or a State(p_data, p_g, D). Got int."),  # type: ignore[arg-type]
        (lambda state: gt.verify("pinsker", on=state), "must be one that speaks of one state: binary-cross-entropy"),
        (
            lambda state: gt.verify("criterion", "formal", on=state),
            '`layers` of verify must be "trained" where a state is judged. Got formal.',
        ),
    ],
)
def test_what_cannot_be_judged_is_refused(call, said):
    with pytest.raises(ValueError, match=r".") as raised:
        call(State(DATA, FOLDED, Tilted()))
    assert said in str(raised.value)


def test_the_command_judges_a_run_and_refuses_what_is_none(run, command, tmp_path):
    folder = run.save(tmp_path / "run")
    done = command("verify", "--run", folder, "--claim", "criterion", "--json")
    assert done.code == 0 and '"verdict": "CONSISTENT"' in done.out
    assert command("verify", "--run", tmp_path / "none").code == 2
    assert "must not be given together" in command("verify", tmp_path / "mine.py", "--run", folder).err
