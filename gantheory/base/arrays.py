"""A user's function of points as one of float64 NumPy arrays, whatever it was written for: how it is to be called is found, and checked."""

import copy
import math
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

PROBES = 7  # points on which ways to call a function are tried
AGREES = (
    1e-4  # difference that a value may have in another batch, as a share of the largest: a float32 network's sums differ in their last bits
)
SAID = 160  # most characters of what a function said that are repeated


class OnArrays:
    """A function that JAX cannot trace, as one of float64 NumPy arrays: points (n, *into) to values (n, *out).

    It may take all points at once or one at a time; a number also as an array of one coordinate, (n, 1) or (1,), and values likewise; NumPy
    arrays or PyTorch tensors. A PyTorch module is copied, in evaluation mode and float64. The first points tell which: the ways are tried
    in turn, and the one that is taken gives the right shape, and each point the same value in another batch, in another order.

    Args:
      function: of points.
      name: what sentences call it.
      into: shape of a point, () or (d,).
      out: shape of a value, () or (d,).
    """

    def __init__(self, function: Callable[..., Any], name: str, into: tuple[int, ...] = (), out: tuple[int, ...] = ()):
        self.function: Callable[..., Any] = function
        self.name: str = name
        self.into: tuple[int, ...] = into
        self.out: tuple[int, ...] = out
        self._way: Callable[[np.ndarray], np.ndarray] | None = None

    def __call__(self, points: Any) -> np.ndarray:
        """The values (n, *out) at points (n, *into).

        Raises:
          ValueError: none of the ways suits the function, it fails at a point, or its value there depends on the other points or changes.
        """
        points = np.asarray(points, np.float64)
        if not len(points):
            return np.empty((0, *self.out))
        if self._way is None:
            self._way = self._found_on(_probes(points))
        try:
            return self._way(points)
        except Exception as failure:
            raise ValueError(f"`{self.name}` must give a value at every point. Got {_told(failure)}.") from failure

    def _found_on(self, probes: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        refusals = []
        for way in _ways(self.function, self.into):
            called = partial(_values, way, self.out)
            try:
                values, others = called(probes), called(probes[::-2])
            except Exception as refusal:  # whatever a function says to an array that it does not take
                refusals.append(refusal)
                continue
            if np.isnan(values).all():
                refusals.append(_NoValues(f"nan at each of {len(values)} points"))
                continue
            if not np.allclose(values[::-2], others, rtol=0, atol=AGREES * _largest(values), equal_nan=True):
                raise ValueError(
                    f"`{self.name}` must give a point the same value whatever other points are beside it, and each time. Got one that does"
                    " not: a PyTorch module must be in evaluation mode, by .eval()."
                )
            return called
        shaped = [refusal for refusal in refusals if isinstance(refusal, _NoValues)]
        raise ValueError(
            f"`{self.name}` must take points of shape {_shape(self.into)} to values of shape {_shape(self.out)}, or one point to its value."
            f" Got {_told((shaped or refusals)[0])}."
        )


def _told(failure: Exception) -> str:
    return str(failure) if isinstance(failure, _NoValues) else f"{type(failure).__name__}: {' '.join(str(failure).split())[:SAID]}"


class _NoValues(ValueError):
    """An array that does not hold the values: of another shape, or of nan."""


def _ways(function: Callable[..., Any], into: tuple[int, ...]) -> Iterator[Callable[[np.ndarray], Any]]:
    """The function called with points (n, *into) in one way after the other."""
    for given in _kinds_of_array(function):
        for column in (False, True) if into == () else (False,):
            yield lambda points, given=given, column=column: given((points[:, None] if column else points).copy())
        for column in (False, True) if into == () else (False,):
            yield lambda points, given=given, column=column: [_plain(given(one[None] if column else one)) for one in points]


def _kinds_of_array(function: Callable[..., Any]) -> Iterator[Callable[[Any], Any]]:
    """The function of NumPy arrays, and of PyTorch tensors where a program has imported PyTorch."""
    torch = sys.modules.get("torch")
    module = torch is not None and isinstance(function, torch.nn.Module)
    if not module:
        yield function
    if torch is None:
        return

    def on_tensors(points, called, dtype):
        with torch.no_grad():
            return called(torch.as_tensor(points, dtype=dtype))

    # A module's weights are promoted, as those of JAX's networks are: p_g and V are of the function that they define.
    called = copy.deepcopy(function).cpu().double().eval() if module else function  # pyright: ignore[reportFunctionMemberAccess]
    for dtype in (torch.float64,) if module else (torch.float64, torch.float32):
        yield partial(on_tensors, called=called, dtype=dtype)


def _values(way: Callable[[np.ndarray], Any], out: tuple[int, ...], points: np.ndarray) -> np.ndarray:
    """The values (n, *out); a value that is a number may come as an array of one."""
    with np.errstate(all="ignore"):  # values that are not finite are judged by the caller
        given = np.asarray(_plain(way(points)))
        if given.dtype.kind in "US":  # NumPy takes the text of a number for the number
            raise _NoValues("text")
        values = np.asarray(given, np.float64)
    count = len(points)
    if values.ndim == 0 or len(values) != count or values.size != count * math.prod(out) or (out and values.shape[-1:] != out):
        raise _NoValues(f"an array of shape {values.shape} for {count} points")
    return values.reshape(count, *out)


def _plain(values: Any) -> Any:
    """What a function returned as NumPy has it; a PyTorch tensor as doubles."""
    return values.detach().cpu().double().numpy() if hasattr(values, "detach") else values


def _probes(points: np.ndarray) -> np.ndarray:
    """A few of some points; fewer than that are repeated, a little apart, so that no shape can be mistaken for another."""
    if len(points) >= PROBES:
        return points[np.linspace(0, len(points) - 1, PROBES).astype(int)]
    repeated = np.resize(points, (PROBES, *points.shape[1:]))
    return repeated + (1 + np.abs(repeated)) * np.arange(PROBES).reshape(-1, *[1] * (points.ndim - 1)) / 64


def _largest(values: np.ndarray) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0


def _shape(event: tuple[int, ...]) -> str:
    return f"({', '.join(['n', *map(str, event)])}{'' if event else ','})"
