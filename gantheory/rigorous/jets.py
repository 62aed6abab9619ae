"""The derivative of a program, from its values: every step beside its slope, by the rules of calculus that are here.

What JAX says of derivatives (``custom_jvp``, ``custom_vjp``, ``stop_gradient``) is never asked: it need not be true of the values.
"""

from collections.abc import Callable

import numpy as np

from gantheory.base.jaxprs import UnknownOperationError
from gantheory.rigorous.operations import DOMAIN, RESHAPING, WHOLE
from gantheory.rigorous.program import Program, Source, Step


def with_slope(program: Program) -> Program:
    """x ↦ (f(x), f'(x)) for a program of one output f, wherever f is one expression."""
    jets = _Jets(program)
    (output,) = program.outputs
    slope = jets.slope(output)
    jets.program.outputs = [output, np.zeros(program.shape_of(output)) if slope is None else slope]
    return jets.program


ONE = np.ones(())


class _Jets:
    """The steps of a program, and after them those of their slopes. A slope that is 0 is None."""

    def __init__(self, program: Program):
        self.program = Program(list(program.steps))
        self.slopes: list[Source | None] = []
        needed = _needed(program)
        for at, step in enumerate(program.steps):
            self.slopes.append(self._of(at, step) if at in needed and step.varies and step.kind == "f" else None)

    def slope(self, source: Source) -> Source | None:
        return self.slopes[source] if isinstance(source, int) else None

    def new(self, name: str, *inputs: Source, **parameters) -> int:
        """A step of the shape to which its inputs broadcast."""
        shape = np.broadcast_shapes(*map(self.program.shape_of, inputs))
        return self.program.add(name, list(inputs), shape, parameters)

    def _of(self, at: int, step: Step) -> Source | None:
        if step.name == "input":
            return ONE
        slopes = [self.slope(one) for one in step.inputs]
        if all(one is None for one in slopes) or step.name in WHOLE or step.name == "sign":
            return None
        if step.name in RESHAPING or step.name == "reduce_sum":
            return self.program.add(step.name, self._filled(step, slopes), step.shape, step.parameters)
        if step.name == "select_n":
            _, no, yes = self._filled(step, slopes)
            return self.program.add("select_n", [step.inputs[0], no, yes], step.shape)
        if step.name in ("max", "min", "abs"):
            first, *others = self._filled(step, slopes)
            second = others[0] if others else self.new("neg", first)
            a, b = (first, second) if step.name == "min" else (second, first)
            return self.program.add("chosen", [at, a, b], step.shape)
        if step.name == "dot_general":
            return self._of_product(step, slopes)
        if step.name == "own log_sum_exp":
            share = self.new("exp", self.new("sub", step.inputs[0], at))
            return self.program.add("reduce_sum", [self.new("mul", share, self._filled(step, slopes)[0])], (), {"axes": (0,)})
        if step.name not in SLOPES:
            raise UnknownOperationError(f"the derivative of {step.name}", DOMAIN)
        power = {"y": step.parameters["y"]} if "integer_pow" in step.name else {}
        partials = zip(slopes, SLOPES[step.name], strict=True)
        terms = [self._product(slope, partial(self, at, *step.inputs, **power)) for slope, partial in partials if slope is not None]
        return terms[0] if len(terms) == 1 else self.new("add", *terms)

    def _product(self, slope: Source, factor: Source) -> Source:
        return slope if factor is ONE else factor if slope is ONE else self.new("mul", slope, factor)

    def _filled(self, step: Step, slopes: list[Source | None]) -> list[Source]:
        """The slopes, those that are 0 as arrays of zeros."""
        shapes = map(self.program.shape_of, step.inputs)
        return [np.zeros(shape) if slope is None else slope for slope, shape in zip(slopes, shapes, strict=True)]

    def _of_product(self, step: Step, slopes: list[Source | None]) -> int:
        a, b = step.inputs
        parts = [(slopes[0], b), (a, slopes[1])]
        terms = [
            self.program.add("dot_general", [one, other], step.shape, step.parameters)
            for one, other in parts
            if one is not None and other is not None
        ]
        return terms[0] if len(terms) == 1 else self.new("add", *terms)


def _needed(program: Program) -> set[int]:
    """The steps on which the outputs depend."""
    found: set[int] = set()
    waiting = [one for one in program.outputs if isinstance(one, int)]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += [one for one in program.steps[at].inputs if isinstance(one, int)]
    return found


def _constant(number: float) -> np.ndarray:
    return np.asarray(number)


def _over(jets: _Jets, a: Source, b: Source) -> Source:
    return jets.new("div", a, b)


def _one_minus_square(jets: _Jets, y: Source) -> Source:
    """1 - y², as a product, which is positive on wide balls too."""
    return jets.new("mul", jets.new("sub", ONE, y), jets.new("add", ONE, y))


def _root_of_one_plus(jets: _Jets, x: Source, sign: float) -> Source:
    """√(sign + x²)."""
    return jets.new("sqrt", jets.new("add", jets.new("square", x), _constant(sign)))


def _bell(jets: _Jets, x: Source) -> Source:
    """2 e^(-x²) / √π, the slope of erf."""
    root = jets.new("sqrt", jets.new("own pi"))
    return _over(jets, jets.new("mul", _constant(2.0), jets.new("exp", jets.new("neg", jets.new("square", x)))), root)


def _integer_power(jets: _Jets, at: int, x: Source, y: int) -> Source:
    name = "integer_pow" if y >= 1 else "negative_integer_pow"
    return jets.new("mul", _constant(float(y)), jets.new(name, x, y=y - 1))


# By operation, for each input: ∂y/∂input, from the step y itself and its inputs.
Partial = Callable[..., Source]
SLOPES: dict[str, tuple[Partial, ...]] = {
    "add": (lambda jets, y, a, b: ONE,) * 2,
    "add_any": (lambda jets, y, a, b: ONE,) * 2,
    "sub": (lambda jets, y, a, b: ONE, lambda jets, y, a, b: _constant(-1.0)),
    "mul": (lambda jets, y, a, b: b, lambda jets, y, a, b: a),
    "div": (lambda jets, y, a, b: _over(jets, ONE, b), lambda jets, y, a, b: jets.new("neg", _over(jets, y, b))),
    "neg": (lambda jets, y, a: _constant(-1.0),),
    "log": (lambda jets, y, a: _over(jets, ONE, a),),
    "log1p": (lambda jets, y, a: _over(jets, ONE, jets.new("add", ONE, a)),),
    "exp": (lambda jets, y, a: y,),
    "expm1": (lambda jets, y, a: jets.new("exp", a),),
    "exp2": (lambda jets, y, a: jets.new("mul", y, jets.new("log", _constant(2.0))),),
    "tanh": (lambda jets, y, a: _one_minus_square(jets, y),),
    "sinh": (lambda jets, y, a: jets.new("cosh", a),),
    "cosh": (lambda jets, y, a: jets.new("sinh", a),),
    "asinh": (lambda jets, y, a: _over(jets, ONE, _root_of_one_plus(jets, a, 1.0)),),
    "acosh": (lambda jets, y, a: _over(jets, ONE, _root_of_one_plus(jets, a, -1.0)),),
    "atanh": (lambda jets, y, a: _over(jets, ONE, _one_minus_square(jets, a)),),
    "sin": (lambda jets, y, a: jets.new("cos", a),),
    "cos": (lambda jets, y, a: jets.new("neg", jets.new("sin", a)),),
    "tan": (lambda jets, y, a: jets.new("add", ONE, jets.new("square", y)),),
    "asin": (lambda jets, y, a: jets.new("rsqrt", _one_minus_square(jets, a)),),
    "acos": (lambda jets, y, a: jets.new("neg", jets.new("rsqrt", _one_minus_square(jets, a))),),
    "atan": (lambda jets, y, a: _over(jets, ONE, jets.new("add", ONE, jets.new("square", a))),),
    "logistic": (lambda jets, y, a: jets.new("mul", y, jets.new("sub", ONE, y)),),
    "sqrt": (lambda jets, y, a: _over(jets, _constant(0.5), y),),
    "rsqrt": (lambda jets, y, a: jets.new("mul", _constant(-0.5), _over(jets, y, a)),),
    "root_3": (lambda jets, y, a: _over(jets, y, jets.new("mul", _constant(3.0), a)),),
    "square": (lambda jets, y, a: jets.new("mul", _constant(2.0), a),),
    "integer_pow": (_integer_power,),
    "negative_integer_pow": (_integer_power,),
    "pow": (
        lambda jets, y, a, b: _over(jets, jets.new("mul", y, b), a),
        lambda jets, y, a, b: jets.new("mul", y, jets.new("log", a)),
    ),
    "erf": (lambda jets, y, a: _bell(jets, a),),
    "erfc": (lambda jets, y, a: jets.new("neg", _bell(jets, a)),),
    "lgamma": (lambda jets, y, a: jets.new("digamma", a),),
}
