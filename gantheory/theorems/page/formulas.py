r"""Statements in LaTeX as HTML: ``\text{…}`` as words that wrap, the rest as MathML, which needs no script and no font of its own.

Only listed commands are known, so that nothing in a statement can become markup. A statement with another one is shown as it is written.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from gantheory.theorems.page import symbols
from gantheory.theorems.page.markup import element, escaped

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\.\d+|\s+|.", re.DOTALL)
DEEPEST = 40  # groups within groups
THIN = element("mspace", width="0.167em")
NOTHING = element("mrow")
PRIME = element("mo", "′", form="postfix", lspace=0, rspace=0)  # which fonts have raised already
QUOTES = {"``": "“", "''": "”", "`": "‘", "'": "’", "~": "\u00a0", "---": "—", "--": "–"}  # in words
# Kinds of part after which + and - are signs, not operations.
NO_TERM = frozenset(("", "operator", "relation", "opening", "function", "large", "mark"))


class Unknown(ValueError):
    """A statement that is no LaTeX, or has a command that is not listed."""


class Part(NamedTuple):
    """A piece of a formula, or words between formulas.

    Attributes:
      kind: ordinary, operator, relation, opening, closing, function, large, space, mark (of punctuation), or words.
      html: its markup.
      limits: whether what is written below and above it stands under and over it.
    """

    kind: str
    html: str
    limits: bool = False


def statement(latex: str) -> str:
    """A statement as a line of HTML: words, and formulas that each stay whole; in ``<code>``, as it is written, if it cannot be read."""
    try:
        parts = Reader(latex).parts()
    except Unknown:
        return element("code", escaped(latex))
    line, formula, depth = [], [], 0
    for part in parts:
        depth += (part.kind == "opening") - (part.kind == "closing")
        if part.kind == "words" or (part.kind == "mark" and depth <= 0):
            line += [_formula(formula), part.html, " " * (part.kind == "mark")]
            formula = []
        else:
            formula.append(part)
    return re.sub(r"[ \n]+", " ", "".join([*line, _formula(formula)])).strip()


def _formula(parts: list[Part]) -> str:
    """One formula; spaces at its ends are spaces between words."""
    solid = [number for number, part in enumerate(parts) if part.kind != "space"]
    if not solid:
        return " " * bool(parts)
    first, last = solid[0], solid[-1] + 1
    return " " * (first > 0) + element("math", _row(parts[first:last]), displaystyle="true") + " " * (last < len(parts))


def _row(parts: Iterable[Part]) -> str:
    """Parts side by side, the name of a function and a large operator apart from what stands next to them."""
    said, before = [], ""
    for kind, html, _ in parts:
        after = before in ("function", "large") and kind in ("ordinary", "function", "large")
        if after or (kind == "function" and before in ("ordinary", "closing")):
            said.append(THIN)
        if kind == "operator" and before in NO_TERM:
            html = html.replace("<mo>", '<mo form="prefix">', 1)
        elif kind == "mark":
            html = element("mo", html, separator="true")
        elif kind == "words":
            html = element("mtext", html.replace(" ", "\u00a0"))
        said.append(html)
        before = before if kind == "space" else kind
    return said[0] if len(said) == 1 else element("mrow", *said)


class Reader:
    """Reads a statement once, from its first token to its last. Raises ``Unknown`` at what it does not know."""

    tokens: list[str]
    at: int
    depth: int

    def __init__(self, latex: str):
        self.tokens, self.at, self.depth = TOKEN.findall(latex), 0, 0

    def token(self) -> str:
        """The next token; nothing at the end."""
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def solid(self) -> str:
        """The next token that is no space."""
        while (token := self.token()).isspace():
            pass
        return token

    def parts(self, until: str = "") -> list[Part]:
        """All parts up to a token, or to the end."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unknown("too deep")
        found: list[Part] = []
        while (token := self.solid()) != until:
            if not token:
                raise Unknown(f"{until} is missing")
            if token in "^_'":
                self.scripts(found, token)
            else:
                found.append(self.part(token))
        self.depth -= 1
        return found

    def scripts(self, found: list[Part], token: str) -> None:
        """What is written below and above the last part."""
        has_base = found and found[-1].kind not in ("space", "words", "mark")
        base = found.pop() if has_base else Part("ordinary", NOTHING)
        html, below, above = base.html, "", ""
        while token and token in "^_'":
            if token == "'":
                html += PRIME
            elif token == "^" and not above:
                above = self.argument().html
            elif token == "_" and not below:
                below = self.argument().html
            else:
                raise Unknown("two of a kind")
            token = self.solid()
        self.at -= 1
        if html != base.html:
            html = element("mrow", html)
        if not below and not above:
            found.append(Part(base.kind, html))
            return
        names = ("munder", "mover", "munderover") if base.limits else ("msub", "msup", "msubsup")
        name = names[2] if below and above else names[0] if below else names[1]
        found.append(Part(base.kind, element(name, html, below, above)))

    def argument(self) -> Part:
        """A group, or one token: of a number its first digit."""
        token = self.solid()
        if token[:1].isdigit() and len(token) > 1:
            self.at -= 1
            self.tokens[self.at] = token[1:]
            token = token[0]
        return self.part(token)

    def raw(self) -> str:
        """What stands in a group, as it is written."""
        if (token := self.solid()) != "{":
            return token
        said, groups = "", 1
        while token := self.token():
            groups += (token == "{") - (token == "}")
            if not groups:
                return said
            said += token
        raise Unknown("} is missing")

    def part(self, token: str) -> Part:
        """The part that a token begins."""
        if token.startswith("\\"):
            return self.command(token[1:])
        if token == "{":
            inner = self.parts("}")
            return inner[0] if len(inner) == 1 else Part("ordinary", _row(inner))
        if not token or token in "}&$#%~^_":
            raise Unknown(f"{token or 'the end'} is out of place")
        if token[-1].isdigit():
            return Part("ordinary", element("mn", escaped(token)))
        if token.isalpha():
            return Part("ordinary", element("mi", escaped(token)))
        if token in ",;:":
            return Part("mark", token)
        if token in "([":
            return Part("opening", element("mo", token, stretchy="false"))
        if token in ")]":
            return Part("closing", element("mo", token, stretchy="false"))
        if token in "|/!":
            return _tight(token)
        if token in "=<>":
            return Part("relation", element("mo", escaped(token)))
        return Part("operator", element("mo", escaped({"-": "−", "*": "∗"}.get(token, token))))

    def command(self, name: str) -> Part:
        """The part that a command makes, with its arguments."""
        if name in symbols.PLAIN:
            kind, character = symbols.PLAIN[name]
            upright = {"mathvariant": "normal"} if character in symbols.UPRIGHT else {}
            return Part(kind, element("mi" if kind == "ordinary" else "mo", escaped(character), **upright))
        if name in symbols.BARS:
            return _tight(symbols.BARS[name])
        if name in symbols.FENCES:
            kind, character = symbols.FENCES[name]
            return Part(kind, element("mo", character, stretchy="false"))
        if name in symbols.LARGE:
            character = symbols.LARGE[name]
            if character in symbols.INTEGRALS:
                return Part("large", element("mo", character, rspace="0.25em"))
            return Part("large", element("mo", character), limits=True)
        if name in symbols.SPACES:
            return Part("space", element("mspace", width=f"{symbols.SPACES[name]}em"))
        if name in symbols.FUNCTIONS or name in symbols.LIMITS:
            return Part("function", element("mi", name), name in symbols.LIMITS)
        if name in symbols.ACCENTS:
            return Part("ordinary", element("mover", self.argument().html, element("mo", symbols.ACCENTS[name]), accent="true"))
        if name in symbols.ALPHABETS:
            return Part("ordinary", element("mi", *map(symbols.ALPHABETS[name], self.letters("[A-Z]+"))))
        if name in ("frac", "tfrac", "dfrac"):
            fraction = element("mfrac", self.argument().html, self.argument().html)
            return Part("ordinary", element("mstyle", fraction, displaystyle="false", scriptlevel=0) if name == "tfrac" else fraction)
        if name == "sqrt":
            return Part("ordinary", element("msqrt", self.argument().html))
        if name == "mathrm":
            said = self.letters("[A-Za-z0-9 -]+").replace(" ", "")
            return Part("ordinary", element("mi", said, mathvariant="normal"))
        if name == "operatorname":
            return Part("function", element("mi", self.letters("[A-Za-z0-9 -]+"), mathvariant="normal"))
        if name in ("text", "textrm", "mbox"):
            return Part("words", escaped(self.words()))
        if name == "texttt":
            return Part("words", element("code", escaped(self.raw())))
        if name == "left":
            return self.fenced()
        raise Unknown(f"\\{name} is not listed")

    def letters(self, pattern: str) -> str:
        """An argument of letters."""
        if not re.fullmatch(pattern, said := self.raw()):
            raise Unknown(f"{said} is not of letters")
        return said

    def words(self) -> str:
        """An argument of words, with the characters that LaTeX makes of quotes and hyphens."""
        said = re.sub(r"\\([%&#_$ {}])", r"\1", self.raw())
        if re.search(r"[\\$]", said):
            raise Unknown(f"{said} is not of words")
        return re.sub("|".join(sorted(QUOTES, key=len, reverse=True)), lambda found: QUOTES[found[0]], said)

    def fenced(self) -> Part:
        r"""What stands between \left and \right, whose delimiters are as high as it is."""
        before = element("mo", self.delimiter(), form="prefix", stretchy="true", fence="true")
        inner = _row(self.parts("\\right"))
        after = element("mo", self.delimiter(), form="postfix", stretchy="true", fence="true")
        return Part("ordinary", element("mrow", before, inner, after))

    def delimiter(self) -> str:
        token = self.solid()
        name = token.removeprefix("\\")
        if token != name and name in symbols.FENCES | symbols.BARS:
            return symbols.FENCES[name][1] if name in symbols.FENCES else symbols.BARS[name]
        if token in ("(", ")", "[", "]", "|", "/"):
            return token
        if token == ".":
            return ""
        raise Unknown(f"{token} is no delimiter")


def _tight(character: str) -> Part:
    """A character with no space around it."""
    return Part("ordinary", element("mo", character, stretchy="false", lspace=0, rspace=0))
