"""Expressions of one variable z as small trees: a JAX function of them for the library, and NumPy's values for the truth."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from attacks.operations import BINARY, CHOICES, OPERATIONS, UNARY


@dataclass(frozen=True)
class Tree:
    """The variable, where ``name`` is "z"; a number, where it is "number"; or an operation on trees."""

    name: str
    parts: tuple["Tree", ...] = ()
    number: float = 0.0

    def __repr__(self) -> str:
        if self.name == "number":
            return repr(self.number)
        return f"{self.name}({', '.join(map(repr, self.parts))})" if self.parts else self.name

    def function(self) -> Callable[[Any], Any]:
        """What JAX computes."""
        return lambda z: _evaluated(self, z, lambda operation: operation.traced, jnp.asarray)

    def __call__(self, z: np.ndarray) -> np.ndarray:
        """What NumPy computes, without a warning for a nan."""
        with np.errstate(all="ignore"):
            return np.broadcast_to(_evaluated(self, np.asarray(z, float), lambda operation: operation.truth, np.asarray), np.shape(z))

    def nodes(self) -> Iterator["Tree"]:
        yield self
        for part in self.parts:
            yield from part.nodes()

    @property
    def kinds(self) -> set[str]:
        """The kinds of operations in it, as ``Operation`` has them."""
        return {OPERATIONS[node.name].kind for node in self.nodes() if node.parts}

    @property
    def scalar(self) -> bool:
        return any(OPERATIONS[node.name].scalar for node in self.nodes() if node.parts)

    def of(self, inner: "Tree") -> "Tree":
        """The tree with another for its variable."""
        return inner if self.name == "z" else Tree(self.name, tuple(part.of(inner) for part in self.parts), self.number)


def _evaluated(tree: Tree, z: Any, choose: Callable, constant: Callable) -> Any:
    if tree.name == "z":
        return z
    if tree.name == "number":
        return constant(np.float64(tree.number))
    return choose(OPERATIONS[tree.name])(*(_evaluated(part, z, choose, constant) for part in tree.parts))


Z = Tree("z")


def number(value: float) -> Tree:
    return Tree("number", number=float(value))


def op(name: str, *parts: Tree | float) -> Tree:
    return Tree(name, tuple(part if isinstance(part, Tree) else number(part) for part in parts))


def straight(slope: float, offset: float) -> Tree:
    """slope · z + offset."""
    return op("add", op("mul", slope, Z), offset)


def some_number(rng: np.random.Generator) -> float:
    """A number of ordinary size: a short decimal, a dyadic fraction, or a whole number."""
    choice = rng.integers(4)
    if choice == 0:
        return float(rng.choice([0.0, 0.5, 1.0, -1.0, 2.0, 0.25, -0.5]))
    return round(float(rng.normal(0, 1.2)), 3) if choice < 3 else float(rng.integers(-8, 9)) / 8


def random_tree(rng: np.random.Generator, depth: int, kinds: Collection[str], scalar: bool = True) -> Tree:
    """A tree of operations of these kinds, in which z occurs; ``scalar`` allows operations on numbers only."""
    names = {
        arity: [n for n, o in table.items() if o.kind in kinds and (scalar or not o.scalar)]
        for arity, table in ((1, UNARY), (2, BINARY), (4, CHOICES))
    }
    shares = np.array([0.5, 0.42, 0.08 if names[4] else 0.0])
    tree = _grown(rng, depth, names, shares / shares.sum())
    return tree if any(node.name == "z" for node in tree.nodes()) else random_tree(rng, depth, kinds, scalar)


def _grown(rng: np.random.Generator, depth: int, names: dict[int, list[str]], shares: np.ndarray) -> Tree:
    if depth <= 0 or rng.random() < 0.08:
        return Z if rng.random() < 0.65 else number(some_number(rng))
    arity = int(rng.choice([1, 2, 4], p=shares))
    # Half of all sums and products are affine, which keeps values of ordinary size.
    name = str(rng.choice(["add", "mul", "sub"])) if arity == 2 and rng.random() < 0.5 else str(rng.choice(names[arity]))
    parts = [_grown(rng, depth - 1 - (arity > 1 and i > 0), names, shares) for i in range(arity)]
    return Tree(name, tuple(parts))
