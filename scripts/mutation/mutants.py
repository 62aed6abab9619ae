"""A mutant: one edit of one module, with all that is told of it; and every mutant that the operators make of a module."""

import ast
import collections
import difflib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mutation.operators import OPERATORS, tuned

NEVER = (ast.Import, ast.ImportFrom, ast.Raise, ast.Assert, ast.JoinedStr)  # nodes in which nothing is mutated
SKIPPED = {"annotation", "returns", "decorator_list", "bases", "type_params"}  # parts of a node in which nothing is mutated
WHOLE = ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Constant | ast.List | ast.Dict | ast.Set  # what needs no parentheses
SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True)
class Mutant:
    """``new`` in place of the bytes from ``start`` to ``end`` of a module."""

    module: str  # its path from the root
    operator: str
    start: int
    end: int
    new: str
    line: int
    where: str  # the function or class that it is in, "" at the top level
    was: str  # the lines it changes
    becomes: str  # the same, as they read then
    seen_on: frozenset[int]  # a test that runs one of these lines may notice
    nth: int = 1  # of those in its function that become the same

    @property
    def name(self) -> str:
        """The same for as long as its function and its lines are."""
        name = hashlib.sha256("\0".join((self.module, self.where, self.becomes)).encode()).hexdigest()[:8]
        return name if self.nth == 1 else f"{name}-{self.nth}"

    def applied(self, source: bytes) -> bytes:
        return source[: self.start] + self.new.encode() + source[self.end :]

    def diff(self, source: bytes) -> str:
        texts = [each.decode().splitlines(keepends=True) for each in (source, self.applied(source))]
        return "".join(difflib.unified_diff(*texts, self.module, self.module, n=1))


def mutants_of(module: str, source: bytes) -> list[Mutant]:
    """All of them, in the order of the text, each a program that differs from the module's."""
    found = {(each.start, each.end, each.new): each for each in _Visitor(module, source, ast.parse(source)).mutants()}
    same: collections.Counter[str] = collections.Counter()
    ordered = []
    for each in sorted(found.values(), key=lambda each: (each.start, each.new)):
        same[each.name] += 1
        ordered.append(replace(each, nth=same[each.name]))
    return ordered


def _differs(node: ast.AST, new: str) -> bool:
    """Whether it is Python, and another program. In place of an expression stands an expression, so that no more need be parsed."""
    if isinstance(node, ast.stmt):
        return True
    try:
        return ast.dump(ast.parse(new, mode="eval").body) != ast.dump(node)
    except SyntaxError:
        return False


class _Visitor:
    def __init__(self, module: str, source: bytes, tree: ast.Module):
        self.module, self.source, self.tree = module, source, tree
        functions = [each for each in ast.walk(tree) if isinstance(each, FUNCTIONS)]
        self.functions = [(each, {getattr(one, "id", getattr(one, "attr", "")) for one in ast.walk(each)}) for each in functions]
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def mutants(self) -> Iterator[Mutant]:
        for child in self.tree.body:
            if tuned(child, self._text):
                continue
            yield from self._below(child, "", False, self.tree)

    def _below(self, node: ast.AST, where: str, runs: bool, statement: ast.AST) -> Iterator[Mutant]:
        """The mutants of a node and all below it. ``runs`` says whether it runs when a function is called, not when it is imported."""
        if isinstance(node, NEVER) or _is_text(node):
            return
        if isinstance(node, ast.stmt):
            statement = node
        for name, operator in OPERATORS.items():
            for at, new in operator(node, self._text):
                if _differs(at, new):
                    yield self._mutant(name, at, new, where, runs, statement)
        if isinstance(node, SCOPES):
            where = f"{where}.{node.name}".strip(".")
        for field, value in ast.iter_fields(node):
            if field not in SKIPPED:
                inside = runs or (isinstance(node, FUNCTIONS) and field == "body")
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        yield from self._below(child, where, inside, statement)

    def _span(self, node: ast.AST) -> tuple[int, int]:
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[node.end_lineno - 1] + node.end_col_offset

    def _text(self, node: ast.AST) -> str:
        start, end = self._span(node)
        text = self.source[start:end].decode()
        return text if isinstance(node, WHOLE) else f"({text})"

    def _mutant(self, operator: str, at: ast.AST, new: str, where: str, runs: bool, statement: ast.AST) -> Mutant:
        start, end = self._span(at)
        first, last = self.starts[at.lineno - 1], self.starts[at.end_lineno]
        was = self.source[first:last].decode().strip()
        becomes = (self.source[first:start].decode() + new + self.source[end:last].decode()).strip()
        seen_on = frozenset(_own_lines(statement) if runs else self._readers(statement))
        return Mutant(self.module, operator, start, end, new, at.lineno, where, was, becomes, seen_on)

    def _readers(self, statement: ast.AST) -> set[int]:
        """What runs at import shows in the functions that use what it binds; if none here does, in all functions of the module."""
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):  # a default
            return set(range(statement.body[0].lineno, statement.end_lineno + 1))
        bound = {each.id for each in ast.walk(statement) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        reading = [each for each, names in self.functions if bound & names]
        return {line for each in reading or [one for one, _ in self.functions] for line in range(each.lineno, each.end_lineno + 1)}


def _is_text(node: ast.AST) -> bool:
    """Whether it is a docstring, or words that are put together."""
    if isinstance(node, ast.BinOp):
        return any(map(_is_words, (node.left, node.right)))
    return isinstance(node, ast.Expr) and _is_words(node.value)


def _is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _own_lines(statement: ast.stmt) -> range:
    """A statement's lines, of one with a body those before it."""
    body = getattr(statement, "body", None)
    last = max(statement.lineno, body[0].lineno - 1) if isinstance(body, list) else statement.end_lineno
    return range(statement.lineno, last + 1)
