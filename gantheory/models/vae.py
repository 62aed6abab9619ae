"""The variational autoencoder (Kingma & Welling 2014) on the line, with z ~ N(0, 1), and its exact law.

for number of training iterations:
    sample m examples x from p_data, and for each a z from q(z|x) = N(m(x), σ(x)²)
    update decoder and encoder by descending the stochastic gradient of
        (x - f(z))²/2s² + log s + ½ log 2π + KL(q(z|x) ‖ N(0, 1))
"""

from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

from gantheory.base.precision import in_float64, promoted, require_key
from gantheory.base.words import got
from gantheory.distributions import Density, Law
from gantheory.game.networks import ACTIVATIONS, Generator, Unit, applied
from gantheory.game.units import rounded_unit
from gantheory.models.decoded import Decoded, law_of_decoder
from gantheory.models.elbo import rate, split_of_bound
from gantheory.models.method import Method
from gantheory.models.split import Split

HALF_LOG_TAU = float(np.log(2 * np.pi)) / 2
DRAWS = 4096  # draws of the data that tell their location and scale
REACH = 6.0  # |x|, in units of the data, beyond which the encoder's network is held at its value
REACH_OF_Z, NODES_OF_Z = 7.0, 600  # of the trapezoidal rule for log p in a descent
ENCODERS = ("mlp", "exact")


class Encoder(eqx.Module):
    """x -> (m, log σ) of q(z|x) = N(m, σ²): slope · u + MLP(u)₁ and MLP(u)₂, u = (x - loc)/scale, the networks' u clipped to ±6.

    Beyond, m goes on as a line and σ is held, as the posterior of a linear decoder does: of no law of the data with a variance is the
    bound then infinite.
    """

    slope: jax.Array
    network: eqx.nn.MLP
    unit: Unit = eqx.field(static=True)

    def __call__(self, x: Any) -> tuple[Any, Any]:
        u = self.unit.undone(x)
        of_mean, log_sd = applied(self.network, jnp.clip(u, -REACH, REACH))
        return self.slope * u + of_mean, log_sd


class VAE(eqx.Module):
    """The weights: decoder N(f(z), s²), s = floor + softplus(raw), and encoder N(m(x), σ(x)²).

    Attributes:
      decoder: f, a network of z with a linear skip; or a ``Line``.
      raw_scale: what s is made of.
      floor: the least s, of the data's scale. Of finitely many rows the likelihood has no largest value: f may pass through one of them as
        s -> 0 (Mattei & Frellsen 2018, section 2). Of a density it has one, and the floor only keeps s a number of which digits are left.
      encoder: None stands for the exact posterior of a linear decoder.
    """

    decoder: Any
    raw_scale: jax.Array
    encoder: Encoder | None
    floor: float = eqx.field(static=True)

    @property
    def scale(self) -> Any:
        """s, in JAX."""
        return self.floor + jax.nn.softplus(self.raw_scale)

    def encode(self, x: Any) -> tuple[Any, Any]:
        """(m, log σ) of q(z|x) for one x. In JAX."""
        if self.encoder is not None:
            return self.encoder(x)
        slope, offset = self.decoder.line
        squares = slope**2 + self.scale**2
        return slope * (x - offset) / squares, jnp.log(self.scale) - jnp.log(squares) / 2

    @property
    @in_float64
    def law(self) -> Decoded:
        """The exact law of x, in float64."""
        wide = promoted(self)
        return law_of_decoder(wide.decoder, float(wide.scale))


class Line(eqx.Module):
    """f(z) = loc + scale · (slope · z + offset): the decoder of probabilistic principal component analysis."""

    slope: jax.Array
    offset: jax.Array
    unit: Unit = eqx.field(static=True)

    def __call__(self, z: Any) -> Any:
        return self.unit.applied(self.slope * z + self.offset)

    @property
    def line(self) -> tuple[Any, Any]:
        """(w, b) of f(z) = w z + b."""
        return self.unit.scale * self.slope, self(0.0 * self.slope)


@dataclass(frozen=True)
class VariationalBayes(Method):
    """Auto-encoding variational Bayes on the line: minus the ELBO, with z ~ N(0, 1) and one reparametrised draw of z for each x.

    Attributes:
      width: units of each hidden layer of decoder and encoder.
      depth: hidden layers of both; 0 is a linear decoder f(z) = w z + b, and an encoder of one hidden layer.
      activation: the decoder's, a name in ``ACTIVATIONS``; with "relu" or "leaky_relu" the law is a closed form. The encoder's is tanh.
      encoder: "mlp", or "exact" for the posterior itself, which is Gaussian where the decoder is linear.
      floor: the least s, as a share of the data's scale; see ``VAE``.

    Raises:
      ValueError: a width below 1 or a depth below 0, another activation or encoder, the exact encoder of a decoder that is not linear,
        a floor that is not between 0 and 1.

    Source:
      Kingma & Welling 2014, Algorithm 1 and Eq. 10; the decoder is Gaussian, s is trained.
    """

    name: ClassVar[str] = "vae"
    width: int = 32
    depth: int = 2
    activation: str = "tanh"
    encoder: str = "mlp"
    floor: float = 1e-3

    def __post_init__(self) -> None:
        for name, size, least in (("width", self.width, 1), ("depth", self.depth, 0)):
            if not isinstance(size, Integral) or int(size) < least:
                raise ValueError(f"`{name}` of VariationalBayes must be at least {least}, and whole. Got {size!r}.")
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"`activation` must be one of {', '.join(ACTIVATIONS)}. {got(self.activation, ACTIVATIONS)}")
        if self.encoder not in ENCODERS:
            raise ValueError(f"`encoder` of VariationalBayes must be one of {', '.join(ENCODERS)}. Got {self.encoder!r}.")
        if self.encoder == "exact" and self.depth != 0:
            raise ValueError(f"`depth` of VariationalBayes must be 0 for the exact encoder: its decoder is linear. Got {self.depth!r}.")
        if not 0 < self.floor < 1:
            raise ValueError(f"`floor` of VariationalBayes must be between 0 and 1. Got {self.floor!r}.")

    def init(self, key: Any, p_data: Law) -> VAE:
        require_line(p_data)
        require_key("VariationalBayes", key)
        key_decoder, key_encoder = jax.random.split(key)
        unit = unit_of(p_data)
        decoder = self._decoder(key_decoder, unit)
        raw = jnp.asarray(np.log(np.expm1(unit.scale / 2)) if unit.scale < 20 else unit.scale / 2, jnp.float32)
        encoder = None
        if self.encoder == "mlp":
            network = eqx.nn.MLP("scalar", 2, self.width, max(self.depth, 1), jnp.tanh, key=key_encoder, dtype=jnp.float32)
            encoder = Encoder(jnp.asarray(0.5, jnp.float32), network, unit)
        return VAE(decoder, raw, encoder, self.floor * float(unit.scale))

    def _decoder(self, key: Any, unit: Unit) -> Any:
        if self.depth == 0:
            return Line(jnp.asarray(0.5, jnp.float32), jnp.asarray(0.0, jnp.float32), unit)
        network = Generator(self.width, self.depth, self.activation, unit, key=key)
        bends = jax.random.normal(jax.random.fold_in(key, 1), (self.width,), jnp.float32)  # where z is
        return eqx.tree_at(lambda n: n.mlp.layers[0].bias, network, bends)

    def loss(self, weights: VAE, x: Any, key: Any, memory: Any) -> tuple[Any, Any]:
        mean, log_sd = jax.vmap(weights.encode)(x)
        z = mean + jnp.exp(log_sd) * jax.random.normal(key, x.shape, x.dtype)
        squares = ((x - jax.vmap(weights.decoder)(z)) / weights.scale) ** 2
        return jnp.mean(squares / 2 + rate(mean, log_sd)) + jnp.log(weights.scale) + HALF_LOG_TAU, memory

    def log_prob(self, weights: VAE, x: Any) -> Any:
        z = jnp.linspace(-REACH_OF_Z, REACH_OF_Z, NODES_OF_Z)
        u = (x[:, None] - jax.vmap(weights.decoder)(z)) / weights.scale
        return logsumexp(-(u * u + z * z) / 2, axis=1) + jnp.log(z[1] - z[0]) - jnp.log(weights.scale) - 2 * HALF_LOG_TAU

    def law(self, weights: VAE) -> Decoded:
        return weights.law

    def split(self, p_data: Law, weights: VAE) -> Split:
        return split_of_bound(p_data, weights)


def require_line(p_data: Any) -> None:
    """Raise ``ValueError`` unless it is one density on the line."""
    if not isinstance(p_data, Density) or p_data.batch_shape:
        raise ValueError(f"`p_data` of VariationalBayes must be one density on the line. Got {p_data!r}.")


def unit_of(p_data: Law) -> Unit:
    """The median of draws, and half the width of their middle 68 %, to eight bits of it."""
    low, middle, high = np.quantile(np.asarray(p_data.sample(jax.random.key(0), (DRAWS,))), [0.16, 0.5, 0.84])
    return rounded_unit(middle, (high - low) / 2)
