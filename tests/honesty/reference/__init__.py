"""True values of seven divergences for the pairs of ``zoo.py``, by Gauss-Legendre quadrature with at least 60 digits.

Nothing is shared with the library: this package has its own parser, densities and quadrature. The modules, in order of use:

- ``atoms``, ``text``: a density's text becomes a sum of atoms, each analytic inside its support; every number is exactly its double;
- ``densities``: sums of atoms as functions;
- ``legendre``, ``effort``: quadrature rules, and the precision, tolerance and panels of one computation;
- ``finiteness``: which divergences are infinite;
- ``interval``, ``integrands``, ``panels``, ``soft_cuts``, ``paving``, ``problem``: the line is cut at all ends of supports.
  Between two cuts, panels are linear in x, or in log|x - anchor| towards infinity and towards the ends of a beta density;
- ``zeros``, ``signs``, ``wasserstein``, ``refinement``, ``solution``: panels are halved until the Legendre coefficients of all
  integrands have decayed, and split where p - q or F - G changes its sign;
- ``agreement``: each pair is computed at least twice, with different panels, degrees and precisions. If two computations
  disagree, more effort follows; a value on which they still disagree stays empty;
- ``table``, ``known_answers``: the CSV file, and a check against closed forms.

It needs gmpy2, which the library's tests do not. Run it in ``tests/honesty``::

    python -m reference         # writes reference.csv, or continues it; delete the file first to compute it anew, in a few minutes
    python -m reference check   # compares with closed forms
"""
