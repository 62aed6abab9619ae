"""Hinton 2002, contrastive divergence of a restricted Boltzmann machine; and what others found of it later."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from gantheory import rigorous
from gantheory.base.estimate import Enclosure, Estimate, Undecided
from gantheory.base.precision import in_float64
from gantheory.distributions import Density, Mixture, Normal
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.lift import Witness, lifted, lifted_array
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOG_A, LOG_B, LOGIT, Identities, Symbolic, a, b, shipped, t
from gantheory.evidence.trained import Trained
from gantheory.evidence.trapezoid import gaussian_mean
from gantheory.evidence.zoo import FEW
from gantheory.measurement import integrands
from gantheory.models.contrastive import ContrastiveDivergence, asymmetry, contrastive_split, directions, vector
from gantheory.models.gibbs import chain_after, conditionals, second_eigenvalue
from gantheory.models.learning import Descent, chunk, initial_state
from gantheory.models.rbm import RBM, log_partition
from gantheory.theorems.kingma2014 import chain_rule

ON_THE_LINE = {
    "two units": RBM(0.2, [0.3, -0.8], [1.1, -0.7], -0.2),
    "four units": RBM(-1.0, [0.1, -0.4, 0.5, 0.0], [0.8, 1.0, -0.6, 1.5], 0.0),
}
ON_THE_PLANE = RBM([-0.2, 0.1], [0.4, -0.3, 0.2], [[0.8, -0.5, 0.3], [0.2, 0.9, -1.1]], -0.5)
P_DATA: Density = FEW["mixture"][0]
UNITS: tuple[Any, ...] = sp.symbols("v beta sigma w_1 w_2", positive=True)  # v, b, σ and W of two hidden units
STEPS, BATCH, RATE = 2_000, 256, 5e-3  # of the trained RBM
MANY = 200  # Gibbs steps after which the chains above have forgotten the data
CLEARLY = 0.05  # asymmetry that no error explains


@functools.cache
def trained() -> RBM:
    """An RBM of four units, trained on the mixture by CD-1."""
    descent, key = Descent(ContrastiveDivergence(4), P_DATA, BATCH, RATE, STEPS), jax.random.key(0)
    state, _ = chunk(descent, key, initial_state(descent, key), jnp.asarray(STEPS))
    return state.measured_weights


def square_completed(witness: Witness) -> Identities:
    """With one hidden unit: -E(v, h) is log_weights(h) - (v - b - Wh)²/2σ², and F is -log of the sum of both e^(-E)."""

    def of(method: str, h: int | None, arguments: list[Any]) -> sp.Expr:
        def function(v, bias, hidden, weight, log_scale):
            model = RBM(bias, hidden.reshape(1), weight.reshape(1), log_scale)
            return getattr(model, method)(*([] if method == "log_weights" else [v]), *([] if h is None else [np.full(1, float(h))]))

        return lifted(function, arguments, witness)

    v, bias, hidden, weight, scale = a, b, 3 * a - 2 * b, a - 2 * b, sp.exp(LOGIT)
    found, arguments = {}, [v, bias, hidden, weight, LOGIT]
    for h in (0, 1):
        gaussian = (v - bias - weight * h) ** 2 / (2 * scale**2)
        found[f"-E(v, {h}) - log_weights + (v - b - Wh)²/2σ²"] = -of("energy", h, arguments) - of("log_weights", h, arguments) + gaussian
    # At v = b = σ = 1, with the exponentials of c and W as symbols.
    arguments = [1, 1, LOG_A, LOG_B, 0]
    both = sum(sp.exp(-of("energy", h, arguments)) for h in (0, 1))
    found["F + log Σ e^(-E)"] = of("free_energy", None, arguments) + sp.log(both)
    return found


def two_units(witness: Witness) -> tuple[list[Any], ...]:
    """Of every h of two hidden units: log P(h | v) and log N(v; b + Wh, σ²) as the chain has them, E(v, h) and log_weights(h).

    All parameters are symbols; c is written by the odds of h given v, a and t: c = log(a, t) - W v/σ². Behind them comes F(v).
    """
    v, bias, scale, *weights = UNITS
    hidden = [odds - v * weight / scale**2 for odds, weight in zip((LOG_A, LOGIT), weights, strict=True)]
    arguments = [v, bias, hidden, weights, sp.log(scale)]

    def of(function):
        witness_of_all = witness | dict.fromkeys(UNITS, sp.Rational(1, 2))
        return list(lifted_array(lambda v, *model: function(RBM(*model), v), arguments, witness_of_all))

    of_states, of_nodes = ([sp.log(one) for one in of(lambda model, v, i=i: conditionals(model, v[None])[i][0])] for i in (0, 1))
    energies = of(lambda model, v: jnp.stack([model.energy(v, h) for h in model.states]))
    log_weights, free = of(lambda model, v: model.log_weights(model.states)), of(lambda model, v: model.free_energy(v)[None])
    return of_states, of_nodes, energies, log_weights, free


def gibbs(witness: Witness) -> Identities:
    """Each half of a Gibbs step draws from a conditional of p(v, h), which is e^(-E(v, h))/Z."""
    of_states, of_nodes, energies, log_weights, (free,) = two_units(witness)
    found = {"Σ P(h | v) - 1": sum(map(sp.exp, of_states)) - 1}
    for i in range(4):
        found[f"state {i}: log P(h | v) + E(v, h) - F(v)"] = of_states[i] + energies[i] - free
        apart = [sp.expand(one[i] - one[0]) for one in (of_nodes, log_weights, energies)]
        found[f"state {i}: log_weights(h) + log N(v; b + Wh, σ²) + E(v, h), less state 0's"] = sum(apart)
    return found


def tied(witness: Witness) -> Identities:
    """With one hidden unit, of any weight, and with two: log_weights(h) + log N(v; b + Wh, σ²) is -E(v, h), and F is -log Σ e^(-E)."""
    return square_completed(witness) | gibbs(witness)


def monotone(witness: Witness) -> Identities:
    """Half a step keeps KL of the joint laws, as P(h | v) is the same for both, and then forgets v: by the chain rule KL only falls."""
    rest = lifted(integrands.kl, [LOG_A + LOGIT, LOG_B + LOGIT], witness) - t * shipped(integrands.kl, witness)
    return (
        {"KL's integrand of p_k(v) P(h | v) and p(v) P(h | v) - P(h | v) · that of p_k and p": rest} | chain_rule(witness) | gibbs(witness)
    )


def balanced(witness: Witness) -> Identities:
    """The chain of h is in balance with P(h): P(h) N(v; b + Wh, σ²) P(h' | v) is the same when h and h' are swapped, for every v.

    So p_k tends to p; E_{p_k}[∂F] is linear in P_k(h), and tends to E_p[∂F] = -∂ log Z.
    """
    of_states, of_nodes, _, log_weights, _ = two_units(witness)
    flows = [[log_weights[i] + of_nodes[i] + of_states[j] for j in range(4)] for i in range(4)]
    return {f"from state {i} to {j}, and back": sp.expand(flows[i][j] - flows[j][i]) for i in range(4) for j in range(i)}


def mixture_of(name: str, model: RBM, points: Any) -> Comparisons:
    """log p of the mixture at points is -F - log Z."""
    log_z, own = log_partition(model), model.on_host()
    for v, log_p in zip(points, np.asarray(model.law.log_prob(points)), strict=True):
        yield Comparison(f"{name}: -F({v}) - log Z", -Estimate(float(own.free_energy(v)), model.rounding) - log_z, "=", log_p)


def tied_mixture() -> Comparisons:
    """e^(-F)/Z integrates to 1 and has the mixture's mean; at points it is the mixture, on the plane too."""
    for name, model in ON_THE_LINE.items():
        log_z, own = float(log_partition(model)), model.on_host()
        law: Any = model.law
        loc, wide = float(law.mean), 2 * float(np.sqrt(law.variance))

        def density(u, own=own, log_z=log_z, loc=loc, wide=wide):
            return wide * np.sqrt(2 * np.pi) * np.exp(u**2 / 2 - own.free_energy(loc + wide * u) - log_z)

        yield Comparison(f"{name}: ∫ e^(-F)/Z", gaussian_mean(density), "=", 1.0)
        mean = gaussian_mean(lambda u, loc=loc, wide=wide, density=density: (loc + wide * u) * density(u))
        yield Comparison(f"{name}: ∫ v e^(-F)/Z and the mixture's mean", mean, "=", loc)
        yield from mixture_of(name, model, np.array([-4.0, -1.0, 0.3, 2.0, 5.0]))
    yield from mixture_of("on the plane", ON_THE_PLANE, np.array([[-1.0, 2.0], [0.0, 0.0], [1.5, -0.7]]))


def trained_mixture() -> Comparisons:
    """The same of a trained RBM."""
    yield from mixture_of("trained", trained(), np.array([-3.0, -2.0, 0.0, 1.0, 2.5]))


def falls(name: str, model: RBM, p_data: Any, steps: tuple[int, ...]) -> Comparisons:
    """KL(p_k‖p) falls with k, and CD_k, by integrals of its own, is >= 0 and KL(p_data‖p) - KL(p_k‖p)."""
    splits = [contrastive_split(model, p_data, k) for k in steps]
    before = splits[0].divergence
    for k, split in zip(steps, splits, strict=True):
        yield Comparison(f"{name}: 0 <= CD_{k}", 0.0, "<=", split.objective)
        yield Comparison(f"{name}: KL(p_{k}‖p) is no larger than before", split.gap, "<=", before)
        yield Comparison(f"{name}: CD_{k} - KL(p_data‖p) + KL(p_{k}‖p)", split.defect, "=", 0.0)
        before = split.gap


def nonnegative() -> Comparisons:
    """For two laws of data and RBMs."""
    for name, (units, model) in zip(("mixture", "kinks"), ON_THE_LINE.items(), strict=True):
        yield from falls(f"{name}, {units}", model, FEW[name][0], (1, 2, 4))


def trained_nonnegative() -> Comparisons:
    """For an RBM that CD-1 has trained."""
    yield from falls("trained", trained(), P_DATA, (1, 2))


def forgotten() -> Comparisons:
    """χ² of P_k(h) to P(h) falls by the square of the chain's second eigenvalue with every step; after many the bias is 0."""
    for name, model in ON_THE_LINE.items():
        share = second_eigenvalue(model)
        before = _chi2_of_hidden(model, 1)
        for k in (2, 3, 5):
            after = _chi2_of_hidden(model, k)
            yield Comparison(f"{name}: χ² after {k} steps", after, "<=", before * share ** (2 * (k - 1)))
        found = directions(model, P_DATA, MANY)
        for bias, error in zip(vector(found.bias), vector(found.error), strict=True):
            yield Comparison(f"{name}: bias of CD-{MANY}", Estimate(float(bias), float(error)), "=", 0.0)
        early = np.linalg.norm(vector(directions(model, P_DATA, 1).bias))
        yield Comparison(f"{name}: 0.01 <= the bias of CD-1", 0.01, "<=", early)


def _chi2_of_hidden(model: RBM, k: int) -> Estimate:
    chain, law = chain_after(model, P_DATA, k), model.hidden_law
    off = np.abs(chain.weights - law)
    return Estimate(float((off**2 / law).sum()), float(chain.error * (2 * off.max() + chain.error) / law.min()) + 1e-15)


class Bend:
    """A D of log D = -1 - σ'(x), σ the logistic function: E[log D] tells E[σ'], as an integral that can be enclosed."""

    def logit(self, x: Any) -> Any:
        """log D - log(1 - D)."""
        share = jax.nn.sigmoid(x)
        return -jnp.log(jnp.expm1(1 + share * (1 - share)))


def bends() -> tuple[Enclosure | Undecided, Enclosure | Undecided]:
    """-1 - E[σ'(v)] of v from the data, and of v from p_1, but for the same amount: of one unit with b = W = σ = 1 and c = 0.

    The data are N(0, 1), so that h is 1 with probability ½, and p_1 is (N(1, 1) + N(2, 1))/2.
    """
    data, after = Normal(0.0, 1.0), Mixture([0.5, 0.5], [Normal(1.0, 1.0), Normal(2.0, 1.0)])
    return rigorous.value(data, data, Bend(), 4), rigorous.value(after, data, Bend(), 4)


def asymmetric() -> Comparisons:
    """The update's slope in b is b - E_data[v] + P(h = 1), and that in c is E_{p_1}[σ(v)] - E_data[σ(v)].

    The derivative of the first in c is E_data[σ'(v)], and that of the second in b is E_{p_1}[σ'(v)]: b moves p_1, and nothing else.
    """
    of_data, of_chain = bends()
    of_data = of_data if isinstance(of_data, Undecided) else of_data + CLEARLY
    yield Comparison(f"E[σ'] of p_1 + {CLEARLY} <= E[σ'] of the data", of_data, "<=", of_chain)


@in_float64
def no_gradient() -> Comparisons:
    """‖J - Jᵀ‖/‖J‖ is far from 0 for CD-1, and 0 for the likelihood and for CD of very many steps."""
    model = ON_THE_LINE["two units"]
    yield Comparison(f"{CLEARLY} <= the asymmetry of CD-1", CLEARLY, "<=", asymmetry(model, P_DATA, 1))
    for what, k in (("the likelihood", None), (f"CD-{MANY}", MANY)):
        yield Comparison(f"the asymmetry of {what}", asymmetry(model, P_DATA, k), "=", 0.0)


CLAIMS = (
    Claim(
        "rbm-is-a-tied-mixture",
        r"p(v) = \sum_h \pi_h\, \mathcal N(v;\, b + W h,\, \sigma^2 I), \quad"
        r" \pi_h \propto e^{c \cdot h + (\|b + W h\|^2 - \|b\|^2)/2\sigma^2}",
        "Melchior, Wang & Wiskott 2017",
        (Symbolic(tied), Quadrature(tied_mixture), Trained(trained_mixture)),
        "Gaussian v of one σ, binary h; the algebra with v on the line and two hidden units",
    ),
    Claim(
        "contrastive-divergence-is-nonnegative",
        r"\mathrm{CD}_k = \mathrm{KL}(p_\mathrm{data}\,\|\,p) - \mathrm{KL}(p_k\,\|\,p) \ge 0,"
        r" \text{ and } \mathrm{KL}(p_k\,\|\,p) \text{ falls with } k",
        "Hinton 2002",
        (Symbolic(monotone), Quadrature(nonnegative), Trained(trained_nonnegative)),
        "KL(p_data‖p) is finite; p_k is the law after k steps of block Gibbs sampling from p_data;"
        " the algebra of the chain with two hidden units",
    ),
    Claim(
        "many-steps-of-cd-are-maximum-likelihood",
        r"\mathbb{E}_{p_\mathrm{data}}\partial_\theta F - \mathbb{E}_{p_k}\partial_\theta F"
        r" \to \partial_\theta \mathrm{KL}(p_\mathrm{data}\,\|\,p) \text{ as } k \to \infty",
        "Hinton 2002; Bengio & Delalleau 2009",
        (Symbolic(balanced), Quadrature(forgotten)),
        "a chain of finitely many h, all of whose moves are possible, forgets where it began; the algebra with two hidden units",
    ),
    Claim(
        "cd-1-is-the-gradient-of-no-function",
        r"\text{there are } \theta \text{ at which the Jacobian of }"
        r" \mathbb{E}_{p_\mathrm{data}}\partial_\theta F - \mathbb{E}_{p_1}\partial_\theta F \text{ is not symmetric}",
        "Sutskever & Tieleman 2010",
        (Enclosed(asymmetric), Quadrature(no_gradient)),
        "visible units are Gaussian here",
    ),
)
