"""The claims' enclosure layers: comparisons of numbers between proved bounds."""

from collections.abc import Callable
from typing import Any

from flint import arb

from gantheory import rigorous
from gantheory.base.estimate import Enclosure, Undecided
from gantheory.distributions import Cauchy, Density, Exponential, Laplace, Mixture, Normal, Pushforward, StudentT, Uniform
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.zoo import Logistic, constant, middle, shifted_normals, shifted_uniforms
from gantheory.rigorous.enclosures import closed_form

DIGITS = 9
SHIFTED = shifted_normals(1.0)
# Pairs whose parameters are doubles: an enclosure is about the doubles given.
PAIRS: dict[str, tuple[Density, Density]] = {
    "shifted": SHIFTED,
    "kinks": (Laplace(0.0, 1.0), Laplace(0.5, 2.0)),
    "mixture": (Mixture([0.25, 0.75], [Normal(-2.0, 0.5), Normal(1.0, 1.0)]), Normal(0.0, 1.5)),
    "heavy tails": (StudentT(3.0, 1.0, 2.0), Normal(0.0, 1.0)),
    "one end": (Exponential(1.0), Exponential(2.0)),
    "overlapping": shifted_uniforms(0.25),
}
BEST = Logistic(-1.0, 0.5)  # D* of N(0, 1) and N(1, 1): its logit is ½ - x


def number(formula: Callable[[], arb]) -> Enclosure:
    """A closed form between proved bounds."""
    return closed_form(formula, DIGITS)


def combined(function: Callable[..., Enclosure], *parts: Any) -> Any:
    """The function of proved parts; or the first part that is Undecided, which has no arithmetic."""
    return next((part for part in parts if isinstance(part, Undecided)), None) or function(*parts)


def minus_log_4() -> Enclosure:
    """-log 4."""
    return number(lambda: -arb(4).log())


def bce() -> Comparisons:
    """D = s = 1/(1 + e^-1) everywhere: V is log s + log(1 - s), minus twice the cross-entropy of labels 1 and 0."""
    known = number(lambda: -((-arb(1)).exp() + 1).log() - (arb(1).exp() + 1).log())
    for name, (p, q) in PAIRS.items():
        yield Comparison(f"{name}: V of a constant D", rigorous.value(p, q, constant(1.0), DIGITS), "=", known)


def generators() -> Comparisons:
    """An affine G(z) has a known law: JSD over z, by G' and p_z, and JSD over x, by the law's density, must agree."""
    p = Normal(0.0, 1.0)
    for name, G, latent, law in (
        ("1 + 2z, z ~ N(0, 1)", lambda z: 1 + 2 * z, Normal(0.0, 1.0), Normal(1.0, 2.0)),
        ("½ - z, z ~ N(0, 1)", lambda z: 0.5 - z, Normal(0.0, 1.0), Normal(0.5, 1.0)),
        ("3z, z ~ U[-1, 1]", lambda z: 3 * z, Uniform(-1.0, 1.0), Uniform(-3.0, 3.0)),
    ):
        over_z = rigorous.jsd(p, Pushforward(G, latent), DIGITS)
        yield Comparison(f"G = {name}: JSD over z and over x", over_z, "=", rigorous.jsd(p, law, DIGITS))


def optimum() -> Comparisons:
    """V at D*'s logit is C, and V at four other lines is less."""
    p, q = SHIFTED
    best = rigorous.criterion(p, q, DIGITS)
    yield Comparison("V at the logit ½ - x, which is D*'s, and C", rigorous.value(p, q, BEST, DIGITS), "=", best)
    for slope, offset in ((-1.0, 0.75), (-1.25, 0.5), (-0.5, 0.25), (0.0, 0.0)):
        yield Comparison(f"V at {slope} x + {offset}: less", rigorous.value(p, q, Logistic(slope, offset), DIGITS), "<=", best)


def at_equality() -> Comparisons:
    """V is -log 4 at p_g = p_data, D = ½."""
    for name, (p, _) in PAIRS.items():
        yield Comparison(f"{name}: V at p_g = p_data, D = ½", rigorous.value(p, p, constant(0.0), DIGITS), "=", minus_log_4())


def criteria() -> Comparisons:
    """C of two pairs in closed form, and C = -log 4 + KL(p‖m) + KL(q‖m)."""
    known = number(lambda: (arb(10) / (5 + 2 * arb(5).sqrt())).log() * 2 - arb(4).log())
    yield Comparison("C of Cauchy(0, 1), Cauchy(1, 1)", rigorous.criterion(Cauchy(0.0, 1.0), Cauchy(1.0, 1.0), DIGITS), "=", known)
    quarter = number(lambda: arb(2).log() / 2 - arb(4).log())
    yield Comparison("C of U[0, 1], U[¼, 1¼]", rigorous.criterion(*shifted_uniforms(0.25), DIGITS), "=", quarter)
    for name in ("shifted", "kinks", "one end"):
        p, q = PAIRS[name]
        m = middle(p, q)
        both = combined(lambda x, y: x + y + minus_log_4(), rigorous.kl(p, m, DIGITS), rigorous.kl(q, m, DIGITS))
        yield Comparison(f"{name}: C and -log 4 + KL(p‖m) + KL(q‖m)", rigorous.criterion(p, q, DIGITS), "=", both)


def above_minimum() -> Comparisons:
    """C > -log 4, and C → -log 4 as p_g → p_data."""
    for name, (p, q) in PAIRS.items():
        yield Comparison(f"{name}: -log 4 < C", minus_log_4(), "<=", rigorous.criterion(p, q, DIGITS))
    for shift in (0.5, 0.125):  # C → -log 4
        near = minus_log_4() + shift**2 / 4
        yield Comparison(f"C at a shift of {shift} < -log 4 + d²/4", rigorous.criterion(*shifted_normals(shift), DIGITS), "<=", near)


def convex() -> Comparisons:
    """C of a mixture of two p_g is less than the mean of their C."""
    p, (near, far) = Normal(0.0, 1.0), (Normal(-1.0, 1.0), Normal(2.0, 1.0))
    mixed = rigorous.criterion(p, middle(near, far), DIGITS)
    ends = combined(lambda x, y: 0.5 * x + 0.5 * y, rigorous.criterion(p, near, DIGITS), rigorous.criterion(p, far, DIGITS))
    yield Comparison("C of the half-half mixture of two p_g < the mean of their C", mixed, "<=", ends)


def equilibrium() -> Comparisons:
    """From (p_data, ½) neither player gains by moving alone."""
    for name, (p, q) in PAIRS.items():
        yield Comparison(f"{name}: V at D = ½, G moved", rigorous.value(p, q, constant(0.0), DIGITS), "=", minus_log_4())
        yield Comparison(f"{name}: V at p_g = p_data, D moved", rigorous.value(p, p, constant(0.5), DIGITS), "<=", minus_log_4())
    p, _ = SHIFTED
    yield Comparison("V at p_g = p_data, a D that leans", rigorous.value(p, p, Logistic(0.25, 0.0), DIGITS), "<=", minus_log_4())


def not_convex() -> Comparisons:
    """C of N(θ, 1) against (N(-3, 1) + N(3, 1))/2 is higher midway between θ = -3 and θ = 3 than at either."""
    p = middle(Normal(-3.0, 1.0), Normal(3.0, 1.0))
    left, halfway, right = (rigorous.criterion(p, Normal(theta, 1.0), DIGITS) for theta in (-3.0, 0.0, 3.0))
    ends = combined(lambda x, y: 0.5 * x + 0.5 * y + 0.1, left, right)
    yield Comparison("the mean of C at θ = -3 and 3, and 0.1 < C at θ = 0", ends, "<=", halfway)


def closed_forms() -> Comparisons:
    """KL of Gaussian pairs in closed form, and of two uniforms, where it is infinite."""
    known = number(lambda: arb(2).log() - arb(3) / 8)
    yield Comparison("KL of N(0, 1), N(0, 2²)", rigorous.kl(Normal(0.0, 1.0), Normal(0.0, 2.0), DIGITS), "=", known)
    for d in (0.5, 2.0):
        known = number(lambda d=d: arb(d) ** 2 / 2)
        yield Comparison(f"KL of N(0, 1), N({d}, 1)", rigorous.kl(*shifted_normals(d), DIGITS), "=", known)
    yield Comparison("KL of U[0, 1], U[¼, 1¼]", float("inf"), "<=", rigorous.kl(*shifted_uniforms(0.25), DIGITS))


def nearby() -> Comparisons:
    """JSD of N(0, 1) and N(d, 1) is d²/8 - d⁴/64, to within d⁶/100."""
    for d in (0.5, 0.25):
        found = rigorous.jsd(*shifted_normals(d), DIGITS)
        below, above = (number(lambda d=d, sign=sign: arb(d) ** 2 / 8 - arb(d) ** 4 / 64 + sign * arb(d) ** 6 / 100) for sign in (-1, 1))
        yield Comparison(f"d²/8 - d⁴/64 - d⁶/100 <= JSD, d = {d}", below, "<=", found)
        yield Comparison(f"JSD <= d²/8 - d⁴/64 + d⁶/100, d = {d}", found, "<=", above)


def capacity() -> Comparisons:
    """JSD is within 1e-12 of ½ log 2. At the double nearest to .978694124615701 the two are not equal."""
    s = 0.978694124615701
    found, half = rigorous.jsd(Normal(-1.0, s), Normal(1.0, s), 14), closed_form(lambda: arb(2).log() / 2, 14)
    yield Comparison("½ log 2 - 1e-12 < JSD", half - 1e-12, "<=", found)
    yield Comparison("JSD < ½ log 2 + 1e-12", found, "<=", half + 1e-12)


def no_metric() -> Comparisons:
    """JSD by way of N(½, 1) is shorter than from N(0, 1) to N(1, 1), by more than .05."""
    p, m, q = (Normal(loc, 1.0) for loc in (0.0, 0.5, 1.0))
    by_way = combined(lambda x, y: x + y + 0.05, rigorous.jsd(p, m, DIGITS), rigorous.jsd(m, q, DIGITS))
    yield Comparison("JSD(p, m) + JSD(m, q) + .05 <= JSD(p, q)", by_way, "<=", rigorous.jsd(p, q, DIGITS))
