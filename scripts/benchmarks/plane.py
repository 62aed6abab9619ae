"""How long a divergence on the plane takes: JSD of N(0, I) and each named law, against a rule in NumPy that knows their form."""

import functools

import numpy as np
import peers
from measuring import Findings, shown, table

import gantheory as gt
from gantheory.distributions import plane

AGREEMENT = 1e-9


def peer_of(shape):
    """JSD(N(0, I), the law) by NumPy, from the law's parameters."""
    if shape is plane.pinwheel:  # its twist about 0 changes no divergence from a law that is the same in all directions
        return functools.partial(peers.jsd_to_arms, 5, 0.3, 0.05)
    law = shape()
    if shape is plane.checkerboard:
        return functools.partial(peers.jsd_to_squares, np.stack([law.x.low, law.y.low], -1), 1.0)
    return functools.partial(peers.jsd_to_spots, law.weights, law.x.loc, law.y.loc, float(np.ravel(law.x.scale)[0]))


def run(found: Findings) -> None:
    normal, rows = gt.MultivariateNormal([0.0, 0.0], np.eye(2)), []
    for shape in plane.SHAPES:
        name = shape.__name__
        ours, theirs = f"{name}.gantheory", f"{name}.numpy"
        # The law is made anew, so that nothing is kept but compiled programs.
        found.timed({ours: lambda shape=shape: gt.jsd(normal, shape()), theirs: peer_of(shape)})
        measured, expected = found.results[ours], found.results[theirs]
        found.numbers[f"{name}.error"] = measured.error
        found.check(name, abs(measured.value - expected) <= measured.error + AGREEMENT)
        ratio = found.ratio(f"{name}.numpy_to_gantheory", theirs, ours)
        agree = "agree" if found.checks[name] else "DISAGREE"
        rows.append((name, shown(found.time(ours)), shown(found.time(theirs)), ratio, repr(measured), agree))
    title = "One gt.jsd of N(0, I) and a named law; in NumPy a grid for the narrowest kernel, without an error"
    table(title, ("", "gt.jsd", "NumPy", "NumPy / gt.jsd", "JSD", "values"), rows)
