"""True values of seven divergences for the pairs of zoo.py, by Gauss-Legendre quadrature at 60 and more digits.

The text of a pair is parsed here and every number taken as that exact double.  Each density becomes a sum of atoms (constant,
exponential, Gaussian, power, beta), each analytic inside its support.  The line is cut at all ends of supports; between two
cuts the panels are linear in x, or in log|x - anchor| towards infinity and towards the ends of a beta density.  Panels
are halved until the Legendre coefficients of all integrands show convergence.  Every pair is computed at least twice, with
different panels, degrees and precisions; what does not agree is computed again with more effort, or left empty.

Run `python reference.py` to write (or continue) reference.csv, `python reference.py check` for known values.
"""

import ast
import csv
import itertools
import sys
import time
from operator import mul
from pathlib import Path

import gmpy2
from gmpy2 import exp, log, mpfr, mpq, sqrt
from zoo import pairs

NAMES = ("jsd", "kl", "total_variation", "hellinger2", "chi2", "triangular", "wasserstein1")
TABLE = Path(__file__).with_name("reference.csv")
INF = float("inf")

# Positions in the list of a panel's integrals.
P, Q, JSD, KL, HEL, CHI2, TRI, D, XD = range(9)
TESTED = (P, Q, JSD, KL, HEL, CHI2, TRI, XD)  # XD last: its scale is that of wasserstein1


class Undecided(Exception):
    """The effort allowed was not enough."""


class Effort:
    """One set-up of the quadrature: bits of precision, nodes per panel, tolerance, where panels begin and are halved."""

    def __init__(self, bits, nodes, tolerance, spread, growth, cut, pivot):
        self.bits, self.spread, self.growth, self.cut, self.pivot = bits, spread, growth, cut, pivot
        self.set_precision()
        self.tolerance = mpfr(tolerance)
        self.nodes, self.weights = gauss_legendre(nodes)
        self.last = self._projections([nodes - 1, nodes - 2, nodes - 3])
        middle = (6 * nodes) // 10
        self.middle = self._projections([middle, middle - 1, middle - 2])

    def set_precision(self):
        gmpy2.set_context(gmpy2.context(precision=self.bits, emax=gmpy2.get_emax_max(), emin=gmpy2.get_emin_min()))

    def _projections(self, degrees):
        """Rows that take values at the nodes to Legendre coefficients."""
        table = [legendre(max(degrees), x) for x in self.nodes]
        return [[w * row[k] * (2 * k + 1) / 2 for w, row in zip(self.weights, table, strict=False)] for k in degrees]


def legendre(degree, x):
    """P_0(x) .. P_degree(x)."""
    values = [mpfr(1), x]
    for k in range(1, degree):
        values.append(((2 * k + 1) * x * values[k] - k * values[k - 1]) / (k + 1))
    return values


def gauss_legendre(n):
    """Nodes and weights on (-1, 1), by Newton's method."""
    nodes, weights = [], []
    for i in range(n):
        x = -gmpy2.cos(gmpy2.const_pi() * (i + mpfr("0.75")) / (n + mpfr("0.5")))
        for _ in range(10):
            row = legendre(n, x)
            slope = n * (x * row[n] - row[n - 1]) / (x * x - 1)
            x -= row[n] / slope
        row = legendre(n, x)
        slope = n * (x * row[n] - row[n - 1]) / (x * x - 1)
        nodes.append(x)
        weights.append(2 / ((1 - x * x) * slope * slope))
    return nodes, weights


# --- Densities -------------------------------------------------------------------------------------------------------


class Atom:
    """A part of a density, analytic inside (low, high): kind, support, exact weight and parameters."""

    def __init__(self, kind, low, high, weight, *args):
        self.kind, self.low, self.high, self.weight, self.args = kind, low, high, weight, args


def parse(source):
    """The list of (exact weight, family, arguments) in a density's text; numbers stay doubles."""
    return _read(ast.parse(source, mode="eval").body, mpq(1))


def _read(node, weight):
    family = node.func.id
    if family != "Mixture":
        return [(weight, family, [ast.literal_eval(arg) for arg in node.args])]
    weights = ast.literal_eval(node.args[0])
    if sum(map(mpq, weights)) != 1:
        raise ValueError("weights must sum to 1 exactly")
    return [part for w, item in zip(weights, node.args[1].elts, strict=True) for part in _read(item, weight * mpq(w))]


def atoms(parts):
    """The parts of a density cut into atoms."""
    result = []
    for weight, family, args in parts:
        if family == "Uniform":
            low, high = args
            result.append(Atom("constant", low, high, weight, weight / (mpq(high) - mpq(low))))
        elif family == "Histogram":
            edges, masses = args
            if sum(map(mpq, masses)) != 1:
                raise ValueError("masses must sum to 1 exactly")
            for low, high, mass in zip(edges[:-1], edges[1:], masses, strict=True):
                if mass > 0:
                    result.append(Atom("constant", low, high, weight, weight * mpq(mass) / (mpq(high) - mpq(low))))
        elif family == "Exponential":
            rate = mpq(args[0])
            result.append(Atom("exponential", 0.0, INF, weight, weight * rate, mpq(0), -rate))
        elif family == "Laplace":
            loc, rate = mpq(args[0]), 1 / mpq(args[1])
            result.append(Atom("exponential", -INF, args[0], weight, weight * rate / 2, loc, rate))
            result.append(Atom("exponential", args[0], INF, weight, weight * rate / 2, loc, -rate))
        elif family == "Normal":
            result.append(Atom("gauss", -INF, INF, weight, *args))
        elif family == "TruncatedNormal":
            result.append(Atom("gauss", args[2], args[3], weight, *args[:2]))
        elif family == "Cauchy":
            result.append(Atom("power", -INF, INF, weight, 1.0, *args))
        elif family == "StudentT":
            result.append(Atom("power", -INF, INF, weight, *args))
        elif family == "Beta":
            result.append(Atom("beta", 0.0, 1.0, weight, *args))
        else:
            raise ValueError(family)
    return result


def normal_mass(low, high):
    """Mass of the standard normal between low and high, from the tail in which both lie if they do."""
    if low > 0:
        low, high = -high, -low
    root = sqrt(mpfr(2))
    return (gmpy2.erfc(-high / root) - gmpy2.erfc(-low / root)) / 2


def compiled(atom):
    """The atom as a function of x and y = 1 - x at the present precision."""
    weight = mpfr(atom.weight)
    if atom.kind == "exponential":
        height, loc, rate = map(mpfr, atom.args)
        return lambda x, y: height * exp((x - loc) * rate)
    if atom.kind == "gauss":
        loc, scale = map(mpfr, atom.args)
        height = weight / (scale * sqrt(2 * gmpy2.const_pi()))
        if atom.low > -INF:
            height /= normal_mass((mpfr(atom.low) - loc) / scale, (mpfr(atom.high) - loc) / scale)
        factor = -1 / (2 * scale * scale)

        def gauss(x, y):
            z = x - loc
            return height * exp(z * z * factor)

        return gauss
    if atom.kind == "power":
        df, loc, scale = map(mpfr, atom.args)
        factor = 1 / (df * scale * scale)
        half = (df + 1) / 2
        if df == 1:
            height = weight / (gmpy2.const_pi() * scale)

            def cauchy(x, y):
                z = x - loc
                return height / (1 + z * z * factor)

            return cauchy
        height = weight * gmpy2.gamma(half) / (gmpy2.gamma(df / 2) * sqrt(df * gmpy2.const_pi()) * scale)

        def student(x, y):
            z = x - loc
            return height * exp(-half * log(1 + z * z * factor))

        return student
    a, b = map(mpfr, atom.args)
    height = weight * gmpy2.gamma(a + b) / (gmpy2.gamma(a) * gmpy2.gamma(b))
    a, b = a - 1, b - 1
    return lambda x, y: height * exp(a * log(x) + b * log(y))


def log_compiled(atom):
    """The logarithm of an exponential or Gaussian atom with infinite support, where its exponential underflows."""
    if atom.kind == "exponential":
        height, loc, rate = map(mpfr, atom.args)
        return lambda x: log(height) + (x - loc) * rate
    loc, scale = map(mpfr, atom.args)
    height = mpfr(atom.weight) / (scale * sqrt(2 * gmpy2.const_pi()))
    return lambda x: log(height) - ((x - loc) / scale) ** 2 / 2


def log_density(parts, x):
    """The logarithm of a sum of exponential and Gaussian atoms, far out where the density is below the least number."""
    values = [log_compiled(atom)(x) for atom in parts if abs(atom.low) == INF or abs(atom.high) == INF]
    largest = max(values)
    return largest + log(sum(exp(value - largest) for value in values))


def density(parts):
    """The sum of the atoms as a function of x and y = 1 - x; None if there are none."""
    if not parts:
        return None
    constant = mpfr(sum((atom.args[0] for atom in parts if atom.kind == "constant"), mpq(0)))
    functions = [compiled(atom) for atom in parts if atom.kind != "constant"]
    if not functions:
        return lambda x, y: constant
    if len(functions) == 1 and not constant:
        return functions[0]

    def total(x, y):
        value = constant
        for function in functions:
            value += function(x, y)
        return value

    return total


# --- Which values are infinite -----------------------------------------------------------------------------------------


def tail(parts, side):
    """The heaviest tail: None, ("gauss", scale, loc), ("exponential", rate) or ("power", df)."""
    reach = [atom for atom in parts if (atom.high == INF if side > 0 else atom.low == -INF)]
    if not reach:
        return None
    powers = [mpq(atom.args[0]) for atom in reach if atom.kind == "power"]
    if powers:
        return ("power", min(powers))
    rates = [abs(atom.args[2]) for atom in reach if atom.kind == "exponential"]
    if rates:
        return ("exponential", min(rates))
    scale, loc = max((mpq(atom.args[1]), side * mpq(atom.args[0])) for atom in reach)
    return ("gauss", scale, loc)


def kl_tail_finite(p, q):
    """Whether p log(p/q) is integrable towards infinity."""
    if p is None or p[0] != "power" or q[0] == "power":
        return True
    return p[1] > (2 if q[0] == "gauss" else 1)


def chi2_tail_finite(p, q):
    """Whether p^2/q is integrable towards infinity."""
    order = ("gauss", "exponential", "power")
    if p is None or order.index(p[0]) < order.index(q[0]):
        return True
    if p[0] != q[0]:
        return False
    if p[0] == "power":
        return 2 * p[1] > q[1]
    if p[0] == "exponential":
        return 2 * p[1] > q[1]
    square = 2 / p[1] ** 2 - 1 / q[1] ** 2
    slope = 2 * p[2] / p[1] ** 2 - q[2] / q[1] ** 2
    return square > 0 or (square == 0 and slope < 0)


def end_power(parts, end):
    """e such that the density is like distance^(e - 1) at the end 0 or 1 of a beta density."""
    return min(mpq(atom.args[end]) if atom.kind == "beta" else mpq(1) for atom in parts)


def w1_finite(p_atoms, q_atoms):
    """Whether F - G is integrable: the tails with df <= 1 must cancel, group by group of equal df."""
    groups = {}
    for parts, sign in ((p_atoms, 1), (q_atoms, -1)):
        for atom in parts:
            if atom.kind == "power" and atom.args[0] <= 1:
                groups.setdefault(atom.args[0], []).append((sign * atom.weight, mpq(atom.args[2])))
    for df, members in groups.items():
        total = {}
        for weight, scale in members:
            total[scale] = total.get(scale, 0) + weight
        if df == 1:
            value = sum((w * s for s, w in total.items()), mpq(0))
        else:
            value = sum((mpfr(w) * mpfr(s) ** mpfr(df) for s, w in total.items()), mpfr(0))
        if value:  # a sum of powers that is 0 without its terms cancelling one by one does not occur with random scales
            return False
    return True


# --- Panels ----------------------------------------------------------------------------------------------------------


class Panel:
    """A piece of an interval in t: x = t (anchor None) or x = anchor + sign exp(t)."""

    def __init__(self, interval, anchor, sign, low, high):
        self.interval, self.anchor, self.sign, self.low, self.high = interval, anchor, sign, low, high
        self.sums = self.errors = self.values = None

    def at(self, t):
        """x, 1 - x and dx/dt at t."""
        if self.anchor is None:
            return t, 1 - t, 1
        step = exp(t)
        if self.sign < 0:
            return self.anchor - step, (1 - self.anchor) + step, step
        return self.anchor + step, (1 - self.anchor) - step, step

    def ends(self):
        """The parameters t of the panel's left and right end in x."""
        return (self.low, self.high) if self.anchor is None or self.sign > 0 else (self.high, self.low)

    def split(self, t):
        """Two panels, in the order of x."""
        two = [Panel(self.interval, self.anchor, self.sign, self.low, t), Panel(self.interval, self.anchor, self.sign, t, self.high)]
        return two if self.anchor is None or self.sign > 0 else two[::-1]

    def difference(self, t):
        """p - q and p + q at t."""
        x, y, _ = self.at(t)
        p = self.interval.p(x, y) if self.interval.p else mpfr(0)
        q = self.interval.q(x, y) if self.interval.q else mpfr(0)
        return p - q, p + q

    def evaluate(self, effort, problem):
        """Integrals, error estimates and the values of p - q at the nodes."""
        middle, half = (self.low + self.high) / 2, (self.high - self.low) / 2
        rows = [[] for _ in range(9)]
        differences = []
        p_of, q_of, centre = self.interval.p, self.interval.q, problem.centre
        want_kl, want_chi2, want_w1 = problem.kl, problem.chi2, problem.w1
        zero = mpfr(0)
        for node in effort.nodes:
            x, y, jacobian = self.at(middle + half * node)
            p = p_of(x, y) if p_of else zero
            q = q_of(x, y) if q_of else zero
            d, total = p - q, p + q
            differences.append((d, total))
            p_log = log(2 * p / total) if p else zero
            q_log = log(2 * q / total) if q else zero
            root = sqrt(p) - sqrt(q)
            square = d * d
            if p and q:
                kl, chi2 = p * (p_log - q_log) - d, square / q
            elif p and (want_kl or want_chi2):  # q underflows
                ratio = log(p) - log_density(self.interval.q_atoms, x)
                kl, chi2 = p * ratio - d, p * exp(ratio)
            else:
                kl, chi2 = -d, q
            values = (
                p,
                q,
                (p * p_log + q * q_log) / 2,
                kl if want_kl else zero,
                root * root / 2,
                chi2 if want_chi2 else zero,
                square / total if total else zero,
                d,
                (x - centre) * d if want_w1 else zero,
            )
            for row, value in zip(rows, values, strict=False):
                row.append(value * jacobian)
        self.sums = [half * sum(map(mul, effort.weights, row)) for row in rows]
        self.values = differences
        self.errors = [self._error(rows[k], half, effort) for k in TESTED]
        return self

    @staticmethod
    def _error(row, half, effort):
        """Estimated error of the panel's integral, from the decay of the Legendre coefficients."""
        last = max(abs(sum(map(mul, w, row))) for w in effort.last)
        if not last:
            return last
        middle = max(abs(sum(map(mul, w, row))) for w in effort.middle)
        ratio = last / middle if middle > last else mpfr(1)
        return 2 * half * last * ratio * ratio


class Interval:
    """The line between two neighbouring cuts: the densities on it, and its panels from left to right."""

    def __init__(self, low, high, p_atoms, q_atoms):
        self.low, self.high = low, high
        self.p_atoms = [atom for atom in p_atoms if atom.low <= low and high <= atom.high]
        self.q_atoms = [atom for atom in q_atoms if atom.low <= low and high <= atom.high]
        self.p, self.q = density(self.p_atoms), density(self.q_atoms)
        self.panels = []
        self.fronts = []  # where panels may be added: [at the left end?, anchor, sign, direction in t, t, length]

    def soft_cuts(self, spread):
        """Points inside at which panels begin, chosen by the places and scales of the atoms."""
        wanted = []
        for atom in self.p_atoms + self.q_atoms:
            if atom.kind == "constant":
                continue
            if atom.kind == "beta":
                wanted += [(0.5 + 0.25 * spread * k, 0.25) for k in (-1, 0, 1)]
                continue
            if atom.kind == "exponential":
                loc, scale, steps = float(atom.args[1]), float(1 / atom.args[2]), (-2.5, -9, -30, -90, -250)
            elif atom.kind == "gauss":
                loc, scale, steps = *atom.args, (-26, -15, -9, -5, -2, 0, 2, 5, 9, 15, 26)
            else:
                loc, scale, steps = *atom.args[1:], (-12, -4, -1.5, 0, 1.5, 4, 12)
            wanted += [(loc + scale * spread * k, abs(scale)) for k in steps]
        wanted += self._ladders(wanted, spread)
        kept, last = [], self.low
        for x, scale in sorted(wanted):
            if x > last + 0.5 * scale and x < self.high - 0.25 * scale:
                kept.append(x)
                last = x
        return kept

    def _ladders(self, wanted, spread):
        """Cuts in geometric progression beside narrow power atoms, as far as the other cuts reach."""
        ends = [x for x, _ in wanted] + [x for x in (self.low, self.high) if abs(x) < INF]
        result = []
        for atom in self.p_atoms + self.q_atoms:
            if atom.kind == "power":
                loc, scale = atom.args[1:]
                for side, reach in ((-1, loc - min(ends)), (1, max(ends) - loc)):
                    step = 50 * scale * spread
                    while step < reach / 2:
                        result.append((loc + side * step, step))
                        step *= 4
        return result

    def build(self, effort):
        """First panels."""
        inner = [mpfr(x) for x in self.soft_cuts(effort.spread)]
        betas = any(atom.kind == "beta" for atom in self.p_atoms + self.q_atoms)
        open_low = self.low == -INF or (betas and self.low == 0.0)
        open_high = self.high == INF or (betas and self.high == 1.0)
        if not inner and open_low and open_high:
            inner = [(mpfr(self.low) + mpfr(self.high)) / 2]
        low, high = mpfr(self.low), mpfr(self.high)
        if self.low == -INF:
            low = inner.pop(0) if inner else high - 1
            self.fronts.append([True, high, -1, 1, log(high - low), mpfr(1)])
        elif open_low:
            first = inner.pop(0) if inner else high
            self.fronts.append([True, low, 1, -1, log(first - low), mpfr(1)])
            low = first
        if self.high == INF:
            high = inner.pop() if inner else low + 1
            anchor = mpfr(self.low)
            self.fronts.append([False, anchor, 1, 1, log(high - anchor), mpfr(1)])
        elif open_high:
            last = inner.pop() if inner else low
            self.fronts.append([False, high, -1, -1, log(high - last), mpfr(1)])
            high = last
        edges = [low, *inner, high]
        self.panels = [Panel(self, None, 1, a, b) for a, b in itertools.pairwise(edges) if a < b]

    def extend(self, front, growth):
        """One more panel at a front, further out by a longer step."""
        left, anchor, sign, direction, t, length = front
        new = t + direction * length
        panel = Panel(self, anchor, sign, min(t, new), max(t, new))
        self.panels.insert(0 if left else len(self.panels), panel)
        front[4:] = [new, length * growth]
        return panel


# --- One pair --------------------------------------------------------------------------------------------------------


class Problem:
    """All seven quantities of one pair with one effort."""

    def __init__(self, p_text, q_text, effort):
        effort.set_precision()
        self.effort = effort
        self.p_atoms, self.q_atoms = atoms(parse(p_text)), atoms(parse(q_text))
        both = self.p_atoms + self.q_atoms
        places = sorted(self._place(atom) for atom in both)
        self.centre = mpfr(places[len(places) // 2])
        cuts = {end for atom in both for end in (atom.low, atom.high)}
        if cuts == {-INF, INF}:  # an arbitrary cut, as panels towards infinity need an anchor
            cuts.add(places[int(effort.pivot * (len(places) - 1))] + 0.01 * effort.pivot)
        cuts = sorted(cuts)
        self.intervals = [Interval(a, b, self.p_atoms, self.q_atoms) for a, b in itertools.pairwise(cuts)]
        self.intervals = [item for item in self.intervals if item.p or item.q]
        self._decide()

    @staticmethod
    def _place(atom):
        if atom.kind in ("gauss", "power"):
            return atom.args[-2]
        if atom.kind == "exponential":
            return float(atom.args[1])
        return (atom.low + atom.high) / 2

    def _decide(self):
        """Which of KL, chi2 and W1 are finite."""
        self.kl = self.chi2 = True
        for item in self.intervals:
            if not item.p:
                continue
            if not item.q:
                self.kl = self.chi2 = False
                return self._decide_w1()
            for end, here in ((0, item.low == 0.0), (1, item.high == 1.0)):
                if here and 2 * end_power(item.p_atoms, end) <= end_power(item.q_atoms, end):
                    self.chi2 = False
        for side in (-1, 1):
            p, q = tail(self.p_atoms, side), tail(self.q_atoms, side)
            self.kl = self.kl and kl_tail_finite(p, q)
            self.chi2 = self.chi2 and chi2_tail_finite(p, q)
        return self._decide_w1()

    def _decide_w1(self):
        self.w1 = w1_finite(self.p_atoms, self.q_atoms)

    def panels(self):
        return [panel for item in self.intervals for panel in item.panels]

    def totals(self):
        """Sums of the tested integrals; for W1 the sum of the panels' absolute shares."""
        panels = self.panels()
        result = [sum((panel.sums[k] for panel in panels), mpfr(0)) for k in TESTED[:-1]]
        shares = self.w1_shares(panels) if self.w1 else []
        return [*result, sum((abs(share) for share in shares), mpfr(0)) + (self.gaps if self.w1 else 0)]

    def w1_shares(self, panels):
        """Integral of F - G over each panel, by parts: b D(b) - a D(a) - int x (p - q)."""
        left = [mpfr(0)]
        for panel in panels:
            left.append(left[-1] + panel.sums[D])
        right = [mpfr(0)]
        for panel in reversed(panels):
            right.append(right[-1] - panel.sums[D])
        right.reverse()
        mass, half = mpfr(0), len(panels)
        for index, panel in enumerate(panels):
            mass += panel.sums[P] + panel.sums[Q]
            if mass > 1:  # further right, D is summed from the right, so that it is relatively exact in both tails
                half = index + 1
                break
        bounds = self.bounds = left[:half] + right[half:]
        shares = []
        self.gaps = mpfr(0)  # int |F - G| where there is no panel: between supports, and next to the end of a beta density
        for panel, following, bound in zip(panels, panels[1:], bounds[1:], strict=False):
            if panel.interval is not following.interval:
                self.gaps += abs(bound) * (self.place(following, 0) - self.place(panel, 1))
        for panel, a, b in zip(panels, bounds, bounds[1:], strict=False):
            start, stop = self.place(panel, 0), self.place(panel, 1)
            shares.append(stop * b - start * a - panel.sums[XD])
        return shares

    def integrate(self):
        """Extend and halve panels until all estimates are below the tolerance."""
        effort = self.effort
        for item in self.intervals:
            item.build(effort)
            for panel in item.panels:
                panel.evaluate(effort, self)
        for item in self.intervals:
            for front in item.fronts:
                item.extend(front, effort.growth).evaluate(effort, self)
        for _ in range(400):
            changed = self._extend()
            changed = self._refine() or changed
            if not changed:
                return
        raise Undecided("panels")

    def _extend(self):
        """Add panels at the fronts until two in a row are negligible."""
        changed = False
        for item in self.intervals:
            for front in item.fronts:
                for _ in range(200):
                    outer = item.panels[:2] if front[0] else item.panels[:-3:-1]
                    totals = self.totals()
                    limit = self.effort.tolerance * mpfr("1e-4")
                    if len(outer) == 2 and all(
                        abs(panel.sums[k]) <= limit * total for panel in outer for k, total in zip(TESTED, totals, strict=False)
                    ):
                        break
                    item.extend(front, self.effort.growth).evaluate(self.effort, self)
                    changed = True
                else:
                    raise Undecided("tail")
        return changed

    def _refine(self):
        totals = [total * self.effort.tolerance for total in self.totals()]
        changed, count = False, 0
        for item in self.intervals:
            panels = []
            for panel in item.panels:
                if all(error <= limit for error, limit in zip(panel.errors, totals, strict=False)):
                    panels.append(panel)
                    continue
                cut = panel.low + (panel.high - panel.low) * mpfr(self.effort.cut)
                panels += [part.evaluate(self.effort, self) for part in panel.split(cut)]
                changed = True
            item.panels = panels
            count += len(panels)
        if count > 6000:
            raise Undecided("too many panels")
        return changed

    def split_crossings(self):
        """Split panels where p - q changes its sign."""
        for item in self.intervals:
            if not item.p or not item.q:
                continue
            panels = []
            for panel in item.panels:
                pieces = [panel]
                roots = crossings(panel, self.effort)
                for root in roots if panel.ends()[0] == panel.low else roots[::-1]:
                    pieces[-1:] = pieces[-1].split(root)
                if len(pieces) > 1:
                    for piece in pieces:
                        piece.evaluate(self.effort, self)
                panels += pieces
            item.panels = panels

    def wasserstein(self, panels):
        """int |F - G|; F - G is monotone on each panel, so at most one zero is inside."""
        shares = self.w1_shares(panels)
        floor = max(map(abs, self.bounds)) * mpfr("1e-42")
        total = self.gaps
        for panel, share, a, b in zip(panels, shares, self.bounds, self.bounds[1:], strict=False):
            if a * b >= 0 or min(abs(a), abs(b)) < floor:
                total += abs(share)
                continue
            first, second = panel.split(self._zero(panel, a, b))
            for part in (first, second):
                part.evaluate(self.effort, self)
            start, middle, stop = self.place(first, 0), self.place(second, 0), self.place(second, 1)
            inside = a + first.sums[D]
            total += abs(middle * inside - start * a - first.sums[XD]) + abs(stop * b - middle * inside - second.sums[XD])
        return total

    def place(self, panel, end):
        """The panel's left (0) or right (1) end, from the centre."""
        return panel.at(panel.ends()[end])[0] - self.centre

    def _zero(self, panel, a, b):
        """The parameter t at which F - G, which goes from a to b on the panel, is zero."""
        start, stop = panel.ends()
        effort = self.effort

        def value(t):
            half = (t - start) / 2
            total = mpfr(0)
            for node, weight in zip(effort.nodes, effort.weights, strict=False):
                s = start + half * (1 + node)
                total += weight * panel.difference(s)[0] * abs(panel.at(s)[2])
            return a + abs(half) * total

        return find_zero(value, start, stop, a, b)

    def solve(self):
        """The seven values (None where infinite) and the largest error of the two masses."""
        self.integrate()
        self.split_crossings()
        panels = self.panels()
        sums = [sum((panel.sums[k] for panel in panels), mpfr(0)) for k in range(9)]
        variation = sum((abs(panel.sums[D]) for panel in panels), mpfr(0)) / 2
        values = [
            sums[JSD],
            sums[KL] if self.kl else None,
            variation,
            sums[HEL],
            sums[CHI2] if self.chi2 else None,
            sums[TRI],
            self.wasserstein(panels) if self.w1 else None,
        ]
        return values, max(abs(sums[P] - 1), abs(sums[Q] - 1)), len(panels)


def find_zero(function, a, b, fa, fb):
    """A zero between a and b by the Illinois method, with halving when that is slow."""
    for count in range(200):
        c = (a + b) / 2 if count % 8 == 7 else b - fb * (b - a) / (fb - fa)
        fc = function(c)
        if not fc:
            return c
        if (fc > 0) != (fb > 0):
            a, fa = b, fb
        else:
            fa /= 2
        b, fb = c, fc
        if abs(b - a) <= abs(b) * mpfr("1e-40") or abs(fc) <= abs(fa) * mpfr("1e-38"):
            return b
    raise Undecided("zero")


def crossings(panel, effort):
    """The parameters t, increasing, where p - q changes its sign inside the panel."""
    middle, half = (panel.low + panel.high) / 2, (panel.high - panel.low) / 2
    points = [panel.low, *(middle + half * node for node in effort.nodes), panel.high]
    samples = [panel.difference(panel.low), *panel.values, panel.difference(panel.high)]
    tiny = mpfr("1e-42")
    known = [(t, d) for t, (d, total) in zip(points, samples, strict=False) if abs(d) > tiny * total]  # the rest is rounding, or 0

    def difference(t):
        return panel.difference(t)[0]

    extra = []
    for (ta, da), (_tb, db), (tc, dc) in zip(known, known[1:], known[2:], strict=False):
        if (da > 0) == (db > 0) == (dc > 0) and abs(db) < min(abs(da), abs(dc)) and 2 * abs(db) < max(abs(da), abs(dc)):
            extra += touch(difference, ta, tc, db > 0)  # |p - q| dips between nodes: it may cross zero twice there
    known = sorted(known + extra)
    return [find_zero(difference, a, b, fa, fb) for (a, fa), (b, fb) in itertools.pairwise(known) if (fa > 0) != (fb > 0)]


def touch(difference, a, b, positive):
    """A point between a and b where the difference has the other sign, if the search for its extremum meets one."""
    for _ in range(60):
        third = (b - a) / 3
        c, d = a + third, b - third
        fc, fd = difference(c), difference(d)
        for t, value in ((c, fc), (d, fd)):
            if value and (value > 0) != positive:
                return [(t, value)]
        if abs(fc) < abs(fd):
            b = d
        else:
            a = c
    return []


# --- The table -------------------------------------------------------------------------------------------------------

SETTINGS = (
    dict(bits=200, nodes=40, tolerance="1e-30", spread=1.0, growth=1.5, cut="0.5", pivot=0.5),
    dict(bits=224, nodes=46, tolerance="1e-31", spread=1.31, growth=1.7, cut="0.46", pivot=1.0),
    dict(bits=280, nodes=60, tolerance="1e-35", spread=0.83, growth=1.4, cut="0.53", pivot=0.0),
    dict(bits=360, nodes=80, tolerance="1e-42", spread=1.07, growth=1.6, cut="0.48", pivot=0.7),
)
EFFORTS = {}


def run(p_text, q_text, level):
    """One computation of the pair, or None if the effort did not suffice."""
    if level not in EFFORTS:
        EFFORTS[level] = Effort(**SETTINGS[level])
    try:
        return Problem(p_text, q_text, EFFORTS[level]).solve()
    except Undecided:
        return None


def distance(a, b):
    """Relative distance of two values; 0 if both are infinite."""
    if a is None or b is None:
        return 0.0 if a is b else 1.0
    return float(abs(a - b) / max(abs(a), abs(b))) if a or b else 0.0


def reference(p_text, q_text):
    """The seven values, the relative distances of the two best computations, the mass error, and the panels used."""
    results = [result for level in (0, 1) if (result := run(p_text, q_text, level))]
    for level in (2, 3):
        if len(results) > 1 and max(map(distance, results[-2][0], results[-1][0])) < 1e-26 and results[-1][1] < 1e-26:
            break
        results += [result for result in [run(p_text, q_text, level)] if result]
    if len(results) < 2:
        return [None] * 7, [1.0] * 7, 1.0, 0
    return results[-1][0], list(map(distance, results[-2][0], results[-1][0])), float(results[-1][1]), results[-1][2]


def show(value, disagreement):
    """25 significant digits, inf, or nothing where two computations do not agree to 22 digits."""
    if disagreement > 1e-22:
        return ""
    return "inf" if value is None else f"{value:.24e}"


def student_minus_entropy(df):
    """int p log p for StudentT(df, 0, 1)."""
    half = df / 2
    root = sqrt(df * gmpy2.const_pi())
    return log(gmpy2.gamma(half + mpfr("0.5")) / gmpy2.gamma(half) / root) - (half + mpfr("0.5")) * (
        gmpy2.digamma(half + mpfr("0.5")) - gmpy2.digamma(half)
    )


def square_moment(df=2.015625):
    """KL(StudentT(df) || Normal(0, 1)), by the second moment."""
    df = mpfr(df)
    return student_minus_entropy(df) + log(2 * gmpy2.const_pi()) / 2 + df / (df - 2) / 2


def absolute_moment(df=2.015625):
    """KL(StudentT(df) || Laplace(0, 1)), by the first absolute moment."""
    df = mpfr(df)
    moment = 2 * sqrt(df / gmpy2.const_pi()) * gmpy2.gamma((df + 1) / 2) / gmpy2.gamma(df / 2) / (df - 1)
    return student_minus_entropy(df) + log(mpfr(2)) + moment


def check():
    """Known values."""
    known = (
        ("Normal(0.0, 1.0)", "Normal(1.0, 1.0)", 0, lambda: mpfr("0.111421482184736179717236812217560244")),
        ("Cauchy(0.0, 1.0)", "Cauchy(1.0, 1.0)", 0, lambda: log(10 / (5 + 2 * sqrt(mpfr(5))))),
        ("Uniform(0.0, 1.0)", "Uniform(0.25, 1.25)", 0, lambda: log(mpfr(2)) / 4),
        ("Normal(0.0, 1.0)", "Normal(0.0, 2.0)", 1, lambda: log(mpfr(2)) - mpfr(3) / 8),
        ("Normal(0.0, 1.0)", "Normal(0.0, 2.0)", 6, lambda: sqrt(2 / gmpy2.const_pi())),
        ("Cauchy(0.0, 1.0)", "Cauchy(1.0, 1.0)", 6, lambda: mpfr(1)),
        ("Cauchy(0.0, 1.0)", "Cauchy(1.0, 1.0)", 4, lambda: mpfr(1) / 2),
        ("Exponential(1.0)", "Exponential(1.5)", 4, lambda: mpfr(1) / 3),
        ("Uniform(0.0, 1.0)", "Uniform(3.0, 4.0)", 6, lambda: mpfr(3)),
        ("Beta(0.5, 1.5)", "Uniform(-3.0, -2.0)", 6, lambda: mpfr("2.75")),
        ("Beta(0.5, 3.0)", "Beta(0.75, 3.0)", 6, lambda: mpfr(1) / 5 - mpfr(1) / 7),
    )
    for q_text, moment in (("Normal(0.0, 1.0)", square_moment), ("Laplace(0.0, 1.0)", absolute_moment)):
        known += (("StudentT(2.015625, 0.0, 1.0)", q_text, 1, moment),)
    for p_text, q_text, index, truth in known:
        values, distances, _mass, _panels = reference(p_text, q_text)
        error = distance(values[index], truth())
        print(f"{NAMES[index]}({p_text}, {q_text}) = {show(values[index], 0)}  error {error:.1e}  agreement {distances[index]:.1e}")
        if error > 1e-26:
            raise SystemExit("wrong")


def main(count=1000):
    """Write or continue the table."""
    done = set()
    if TABLE.exists():
        with TABLE.open(newline="") as file:
            done = {(row[0], row[1]) for row in csv.reader(file)}
    with TABLE.open("a", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        if not done:
            writer.writerow(("p", "q", *NAMES))
        for index, (p_text, q_text) in enumerate(pairs(count)):
            if (p_text, q_text) in done:
                continue
            start = time.time()
            values, distances, mass, panels = reference(p_text, q_text)
            writer.writerow((p_text, q_text, *(show(value, max(gap, mass)) for value, gap in zip(values, distances, strict=False))))
            file.flush()
            print(
                f"{index} {time.time() - start:.2f} s, {panels} panels, mass {mass:.0e}, agreement {max(distances):.0e} "
                f"{NAMES[distances.index(max(distances))]}",
                flush=True,
            )


if __name__ == "__main__":
    check() if sys.argv[1:] == ["check"] else main()
