"""The shipped functions read off as expressions, and the procedure that decides whether one is 0."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from gantheory.base.precision import in_float64
from gantheory.evidence.lift import is_zero, lifted, lifted_array
from gantheory.evidence.symbolic import by_middle
from gantheory.game import losses
from gantheory.measurement import integrands

a, b, t = sp.symbols("a b t", positive=True)
AT = {a: sp.Rational(3, 5), b: sp.Rational(1, 7), t: sp.Rational(5, 2)}


@pytest.mark.parametrize(
    "function",
    [
        integrands.value,
        integrands.jsd,
        integrands.kl,
        integrands.hellinger2,
        integrands.chi2,
        integrands.total_variation,
    ],
)
def test_the_expression_has_the_programs_values(function):
    """At points of the witness's region, to the last digits."""
    expression = lifted(function, [sp.log(a), sp.log(b), sp.log(t)], AT)
    for scale in (1.0, 1.03, 0.98):
        point = {symbol: float(value) * scale ** (1 + i) for i, (symbol, value) in enumerate(AT.items())}
        shipped = in_float64(lambda *x: np.asarray(function(*map(jnp.asarray, x))))(*(float(np.log(point[s])) for s in (a, b, t)))
        assert float(expression.subs(point)) == pytest.approx(float(shipped), rel=1e-12, abs=1e-14)


def test_branches_are_those_of_the_witness():
    assert lifted(jnp.abs, [a - b], AT) == a - b
    assert lifted(jnp.abs, [a - b], {a: 1, b: 2}) == b - a
    assert lifted(lambda x: jnp.where(x > 1, x, 2 * x), [a], {a: sp.Rational(1, 2)}) == 2 * a


def test_a_gradient_is_lifted_too():
    slope = lifted(jax.grad(losses.minus_log_d), [sp.log(t)], AT)
    assert is_zero(slope + 1 / (1 + t))


ON_ARRAYS = {
    "matrix products": lambda x, m: m @ x + x @ m.T,
    "slices and concatenations": lambda x, m: jnp.concatenate([x[1:], m[0], x[::-1]]),
    "gradients of slices": jax.grad(lambda x, m: jnp.sum(x[:1] ** 3) + jnp.sum(jnp.concatenate([x, m[1]]) ** 2)),
    "sums of rows": lambda x, m: (m * x[:, None]).sum(0) + jnp.where(m > 0.3, m, x).sum(1),
    "directions": lambda x, m: jax.jvp(lambda x: m @ jnp.exp(x), (x,), (m[0],))[1],
}


@pytest.mark.parametrize("name", ON_ARRAYS)
def test_arrays_are_arrays_of_expressions(name):
    function, numbers = ON_ARRAYS[name], ([0.4, -0.3], [[0.5, 0.2], [0.1, 0.7]])
    x, m = ([sp.Rational(str(one)) for one in numbers[0]], [[sp.Rational(str(one)) for one in row] for row in numbers[1]])
    found = lifted_array(function, [x, m], {})
    shipped = in_float64(lambda: np.asarray(function(*map(jnp.asarray, numbers))))()
    assert found.shape == shipped.shape and np.asarray(found, float) == pytest.approx(shipped, rel=1e-14)


def test_a_constant_that_is_known_stands_for_an_expression():
    nodes = np.linspace(0.0, 1.0, 5)
    mean = lifted(lambda x: jnp.sum(jnp.asarray(nodes) * x / 5) + 0.8125 * x, [a], AT, [(nodes, b), (0.8125, t)])
    assert sp.expand(mean - a * b - a * t) == 0
    assert lifted(lambda x: 0.8125 * x, [a], AT, [(0.5, t)]) == sp.Rational(13, 16) * a


def test_a_function_is_read_anew_after_what_it_calls_has_changed(monkeypatch):
    before = lifted(by_middle, [sp.log(a), sp.log(b)], AT)
    monkeypatch.setattr(integrands, "kl", integrands.chi2)
    assert lifted(by_middle, [sp.log(a), sp.log(b)], AT) != before


def test_an_unknown_operation_is_named():
    with pytest.raises(NotImplementedError, match="'erf'"):
        lifted(jax.scipy.special.erf, [a], AT)


@pytest.mark.parametrize(
    "zero",
    [
        sp.log(a * b) - sp.log(a) - sp.log(b),
        sp.log((a**2 - b**2) / (a - b)) - sp.log(a + b),
        sp.log(6) - sp.log(2) - sp.log(3),
        a * sp.log(2 * a / (a + b)) - a * (sp.log(a) - sp.log((a + b) / 2)),
        (a**2 - 1) / (a - 1) - a - 1,
        sp.log(2 * sp.pi) - sp.log(2) - sp.log(sp.pi),
        sp.Integer(0),
    ],
)
def test_zeros_are_seen(zero):
    assert is_zero(zero)
    assert not is_zero(zero + sp.Rational(1, 10**9) * a)
    assert not is_zero(zero + sp.log(1 + a) / 10**9)


def test_what_it_cannot_decide_is_not_called_zero():
    assert not is_zero(sp.exp(a) * sp.exp(-a + b) - sp.exp(b) + sp.exp(a**2))
