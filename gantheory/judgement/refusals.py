"""Why a network cannot be judged, in one sentence: what it is instead of a network, or what it takes and gives instead of points."""

import copy
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from gantheory.base.precision import shown
from gantheory.distributions import Law

COUNTS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 32, 50, 64, 100, 128, 200, 256, 512)  # numbers of coordinates that are tried
PAIR = "a state dict needs its class: (Net(), state_dict)"


def no_density(coordinates: int, dimension: int) -> ValueError:
    """z has more coordinates than the data."""
    return ValueError(
        f"z of this generator has {coordinates} coordinates and the data {dimension}, so p_g has no density that can be had: draw rows of"
        " it and use gt.compare_samples."
    )


def require_function(name: str, network: Any) -> None:
    """Raise ``ValueError`` for what cannot be called with points."""
    must = f"`{name}` must be a network or a function of points"
    if isinstance(network, type):
        raise ValueError(f"{must}. Got the class {network.__name__}: an instance of it is {network.__name__}().")
    if isinstance(network, Law):
        raise ValueError(f"{must}. Got the law {shown(network)}: gt.measure(p_data, p_g) compares two laws.")
    if isinstance(network, str):
        raise ValueError(f"{must}. Got {network!r}: a file is read by torch.load, and {PAIR}.")
    if not callable(network):
        raise ValueError(f"{must}. Got {_kind(network)}: {PAIR}.")


def require_instance(name: str, module: Any) -> None:
    """Raise ``ValueError`` for a pair whose network is a class."""
    if isinstance(module, type):
        raise ValueError(
            f"`{name}` must be a pair of a network and its weights. Got the class {module.__name__} for the network: say"
            f" {module.__name__}()."
        )


def with_state(name: str, module: Any, weights: Any) -> Any:
    """A copy of a PyTorch module with the weights of a state dict."""
    must = f"`{name}` must be a PyTorch module with its own state dict"
    if isinstance(weights, str):
        raise ValueError(f"{must}. Got {weights!r} for the state dict: torch.load({weights!r}) reads it.")
    if not isinstance(weights, Mapping):
        raise ValueError(f"{must}. Got {_kind(weights)} for the state dict: it is what module.state_dict() gives.")
    own = copy.deepcopy(module)
    kind, here = type(module).__name__, own.state_dict()
    for key in (*here, *weights):
        if key not in weights or key not in here:
            place = "the state dict" if key in weights else kind
            raise ValueError(f"{must}. Got another network's, perhaps the other player's: {key!r} is in {place} only.")
        there, shape = (tuple(getattr(of[key], "shape", ())) for of in (weights, here))
        if there != shape:
            raise ValueError(
                f"{must}. Got another network's, perhaps the other player's: {key!r} is of shape {there}, that of {kind} of shape {shape}."
            )
    try:
        own.load_state_dict(weights)
    except Exception as failure:  # whatever a module of its own makes of it
        raise ValueError(f"{must}. Got one that {kind} does not load, by {type(failure).__name__}.") from failure
    return own


def require_numbers(name: str, points: np.ndarray, values: np.ndarray) -> None:
    """Raise ``ValueError`` where a network gives nan."""
    nan = np.isnan(values.reshape(len(points), -1)).any(1)
    if nan.any():
        raise ValueError(f"`{name}` must give numbers. Got nan at {_variable(name)} = {_place(points[nan][0])}.")


def reason(name: str, network: Any, points: np.ndarray, out: tuple[int, ...], refusal: ValueError) -> ValueError:
    """Why a network was refused at points (n, *event), found by calling it with points of other numbers of coordinates."""
    wanted, own = out[0] if out else 1, 1 if points.ndim == 1 else points.shape[1]
    for given in (points, points[:, None]) if points.ndim == 1 else (points,):
        values = _values(network, given)
        if values is None:
            continue
        try:
            require_numbers(name, points, values)
        except ValueError as nan:
            return nan
        return refusal if values.shape[1] == wanted else _other_values(name, values.shape[1], wanted)
    for count in _counts(network, own, str(refusal)):
        values = _values(network, np.random.default_rng(0).normal(size=(len(points), count)))
        if values is None:
            continue
        if name == "discriminator":
            return ValueError(
                f"x of this discriminator has {_coordinates(count)} and the data {own}: `discriminator` must take points of p_data."
            )
        if values.shape[1] != wanted:
            return _other_values(name, values.shape[1], wanted)
        if count == 1:
            return ValueError(
                "z of this generator has 1 coordinate, and its law here 2: say latent='Normal(0, 1)', or the law that it has."
            )
        return no_density(count, wanted)
    return ValueError(f"{str(refusal).rstrip('.')}; nor does it take points of 1 to {COUNTS[-1]} coordinates, as far as was tried.")


def _other_values(name: str, count: int, wanted: int) -> ValueError:
    if name == "generator":
        return ValueError(
            f"`generator` must give points of the data, which have {_coordinates(wanted)}. Got {count} numbers for a point of z."
        )
    return ValueError(
        f"`discriminator` must give one number for a point. Got {count}: of probabilities take the column of the data's class, as by"
        " lambda x: D(x)[:, 1], and of logits that column less the other."
    )


def _counts(network: Any, own: int, said: str) -> Iterator[int]:
    """Numbers of coordinates to try: those that the network's first weights, or its error, speak of, before the usual ones."""
    first = next((tuple(weight.shape) for weight in network.parameters()), ()) if hasattr(network, "parameters") else ()
    told = {int(number) for number in re.findall(r"\b\d{1,3}\b", said)}
    for count in (*first[1:2], *sorted({*told, *COUNTS})):
        if 0 < count <= COUNTS[-1] and count != own:
            yield count


def _values(network: Any, points: np.ndarray) -> np.ndarray | None:
    """What a network gives for points (n, *event), all at once or one at a time, as (n, m); None if nothing of that shape."""
    for called in _forms(network):
        for call in (called, lambda every, called=called: np.stack([called(one) for one in every])):
            try:
                with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
                    values = np.asarray(call(points))
                    values = values.astype(np.float64, casting="same_kind")  # None, of a function that returns nothing, is not nan
            except Exception:  # whatever a network says to points that it does not take
                continue
            if values.ndim and len(values) == len(points):
                return values.reshape(len(points), -1)
    return None


def _forms(network: Any) -> Iterator[Callable[[np.ndarray], np.ndarray]]:
    """A network as a function of NumPy arrays: called with them, and with PyTorch's tensors."""
    torch = sys.modules.get("torch")
    module = torch is not None and isinstance(network, torch.nn.Module)
    if not module:
        yield lambda points: np.asarray(network(points))
    if torch is None:
        return

    def on_tensors(points: np.ndarray, called: Any, dtype: Any) -> np.ndarray:
        with torch.no_grad():
            return called(torch.as_tensor(points, dtype=dtype)).double().cpu().numpy()

    own = copy.deepcopy(network).cpu().double().eval() if module else network
    yield partial(on_tensors, called=own, dtype=torch.float64 if module else torch.float32)


def _kind(thing: Any) -> str:
    kind = type(thing).__name__
    return "None" if thing is None else f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}"


def _coordinates(count: int) -> str:
    return f"{count} coordinate{'' if count == 1 else 's'}"


def _variable(name: str) -> str:
    return "z" if name == "generator" else "x"


def _place(point: Any) -> str:
    return f"{point:.4g}" if not np.ndim(point) else f"({', '.join(f'{one:.4g}' for one in point)})"
