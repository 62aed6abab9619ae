"""The commands of LaTeX that statements may use, beside those with arguments, and what they stand for."""

from collections.abc import Callable

_LETTERS = """alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν xi ξ
pi π rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ
Psi Ψ Omega Ω partial ∂ nabla ∇ infty ∞ ell ℓ emptyset ∅ forall ∀ exists ∃ ldots … dots … cdots ⋯ # # % % & & _ _ $ $"""
_RELATIONS = """le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ to → rightarrow → leftarrow ← Rightarrow ⇒ implies ⟹ iff ⟺ Leftrightarrow ⇔ mapsto ↦ in ∈
notin ∉ subset ⊂ subseteq ⊆ propto ∝ sim ∼ simeq ≃ approx ≈ equiv ≡ ll ≪ gg ≫ perp ⊥ mid ∣ colon :"""
_OPERATORS = "pm ± mp ∓ cdot ⋅ times × otimes ⊗ oplus ⊕ cap ∩ cup ∪ wedge ∧ vee ∨ setminus ∖ ast ∗ circ ∘"
_LARGE = "sum ∑ prod ∏ int ∫ iint ∬ oint ∮ bigcup ⋃ bigcap ⋂"
_OPENING = "{ { langle ⟨ lfloor ⌊ lceil ⌈"
_CLOSING = "} } rangle ⟩ rfloor ⌋ rceil ⌉"


def _pairs(text: str) -> dict[str, str]:
    """Commands, each before its character."""
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


# The kind and the character of a command without arguments.
PLAIN: dict[str, tuple[str, str]] = {
    name: (kind, character)
    for kind, text in (("ordinary", _LETTERS), ("relation", _RELATIONS), ("operator", _OPERATORS))
    for name, character in _pairs(text).items()
}
UPRIGHT = frozenset("ΓΔΘΛΞΠΣΥΦΨΩ∇∞∅∀∃…⋯#%&_$")  # single characters that are not slanted
FENCES: dict[str, tuple[str, str]] = {
    name: (kind, character) for kind, text in (("opening", _OPENING), ("closing", _CLOSING)) for name, character in _pairs(text).items()
}
BARS = {"|": "‖", "Vert": "‖", "lVert": "‖", "rVert": "‖", "vert": "|", "lvert": "|", "rvert": "|"}
LARGE = _pairs(_LARGE)
INTEGRALS = frozenset("∫∬∮")  # large ones whose limits stand beside them
SPACES = {",": 0.167, ":": 0.222, ";": 0.278, " ": 0.25, "quad": 1.0, "qquad": 2.0, "!": 0.0}  # widths in em; no space is negative
FUNCTIONS = frozenset("log ln exp sin cos tan sinh cosh tanh arcsin arccos arctan arg dim ker deg".split())
LIMITS = frozenset("max min sup inf lim argmax argmin det Pr".split())  # functions whose arguments stand under them
ACCENTS = {"hat": "^", "widehat": "^", "bar": "¯", "overline": "¯", "tilde": "~", "widetilde": "~", "dot": "˙", "vec": "→"}


def _alphabet(first: int, others: str = "", exceptions: str = "") -> Callable[[str], str]:
    """Capitals from a code point on, but for those that Unicode has elsewhere."""
    elsewhere = dict(zip(others, exceptions, strict=True))
    return lambda letter: elsewhere.get(letter) or chr(first + ord(letter) - ord("A"))


ALPHABETS = {
    "mathbb": _alphabet(0x1D538, "CHNPQRZ", "ℂℍℕℙℚℝℤ"),
    "mathcal": _alphabet(0x1D49C, "BEFHILMR", "ℬℰℱℋℐℒℳℛ"),
    "mathbf": _alphabet(0x1D400),
}
