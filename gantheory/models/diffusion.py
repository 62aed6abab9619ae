"""The denoising diffusion model (Ho et al. 2020) on the line, and the exact law of its draws.

for number of training iterations:
    sample m examples x_0 from p_data, for each a step t, every one as often, and noise ε from N(0, 1)
    x_t = √ᾱ_t x_0 + σ_t ε
    update the network and all s_t by descending the stochastic gradient of
        N KL(q(x_{t-1}|x_t, x_0) ‖ N(μ_t(x_t), s_t²)), and -N log N(x_0; μ_1(x_1), s_1²) where t = 1

It is a variational autoencoder of N layers whose encoder is fixed, and the loss is its bound itself: not Ho et al.'s simplified one, which
weighs the steps otherwise and bounds nothing. The law is that of the ancestral chain x_N, …, x_0, whose -log p(x_0) the loss bounds; of the
probability flow with the same network (Song et al. 2021, section 4.3) it is no bound.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

from gantheory.base.precision import require_key, shown
from gantheory.distributions import Density, Law
from gantheory.game.networks import Unit, applied
from gantheory.models.ancestral import Ancestral, law_of_chain, split_of_chain
from gantheory.models.chain import HALF_LOG_TAU, constants, prior
from gantheory.models.method import Method
from gantheory.models.noising import Noising, noising_of
from gantheory.models.split import Split
from gantheory.models.vae import unit_of

REACH, NODES = 6.0, 320  # of the trapezoidal rules for log p in a descent
LIMITS = {"steps": (2, 1000), "width": (1, 1024), "depth": (1, 16)}  # of the options


class Denoiser(eqx.Module):
    """The weights: x_{t-1} ~ N(μ_t(x_t), s_t²), μ_t(x) = √a_t x - √ᾱ_{t-1} β_t/σ_t v(x, t), s_t² = β_t e^r_t.

    v predicts √ᾱ_t ε - σ_t x_0 (Salimans & Ho 2022, section 4), and so x_0 as √ᾱ_t x_t - σ_t v. It is bounded. Of data from N(0, 1) the
    best v is 0 and the best s_t² is β_t, near which a training begins.

    Attributes:
      network: v, a tanh network of x_t and of t.
      log_ratios: r, shape (N,).
      unit: (loc, scale) of the data: x is in it.
    """

    network: eqx.nn.MLP
    log_ratios: jax.Array
    unit: Unit = eqx.field(static=True)

    @property
    def noising(self) -> Noising:
        """The chain that is turned around."""
        return noising_of(len(self.log_ratios))

    @property
    def scales(self) -> Any:
        """s_t for t = 1, …, N, in JAX."""
        return jnp.sqrt(self.noising.betas.astype(self.log_ratios.dtype)) * jnp.exp(self.log_ratios / 2)

    def velocity(self, x: Any, time: Any) -> Any:
        """v at one x and one time from -1 to 1. In JAX."""
        return applied(self.network, jnp.stack([x, time]))


@dataclass(frozen=True)
class DenoisingDiffusion(Method):
    """A denoising diffusion model on the line, trained by its variational bound, with learnt variances.

    Attributes:
      steps: N; log(ᾱ/σ²) falls evenly, from x_1 with a noise of variance 0.004 to x_N with 0.0004 of the data's variance.
      width: units of each hidden layer of the network.
      depth: hidden layers.

    Raises:
      ValueError: an option that is not a whole number within ``LIMITS``.

    Source:
      Ho, Jain & Abbeel 2020, Eq. 5; the bound of Sohl-Dickstein et al. 2015.
    """

    name: ClassVar[str] = "diffusion"
    steps: int = 40
    width: int = 32
    depth: int = 2

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                raise ValueError(f"`{name}` of DenoisingDiffusion must be a whole number from {least} to {most}. Got {shown(value)}.")

    def init(self, key: Any, p_data: Law) -> Denoiser:
        require_key("DenoisingDiffusion", key)
        if not isinstance(p_data, Density) or p_data.batch_shape:
            raise ValueError(f"`p_data` of DenoisingDiffusion must be a density on the line. Got {p_data!r}.")
        network = eqx.nn.MLP(2, "scalar", self.width, self.depth, jnp.tanh, key=key, dtype=jnp.float32)
        return Denoiser(network, jnp.zeros(self.steps, jnp.float32), unit_of(p_data))

    def loss(self, weights: Denoiser, x: Any, key: Any, memory: Any) -> tuple[Any, Any]:
        key_step, key_noise = jax.random.split(key)
        places = (jnp.arange(len(x)) + jax.random.uniform(key_step, (), x.dtype)) / len(x)  # every step as often as every other
        t = jnp.minimum((places * self.steps).astype(jnp.int32), self.steps - 1)  # counted from 0
        clean, noise = weights.unit.undone(x), jax.random.normal(key_noise, x.shape, x.dtype)
        noising, scales = weights.noising, weights.scales
        signal, noisy, pull, time, least = (
            jnp.asarray(each, x.dtype)
            for each in (np.sqrt(noising.kept[1:]), np.sqrt(noising.lost[1:]), noising.pulls, noising.times, noising.least_variances)
        )
        noised = signal[t] * clean + noisy[t] * noise
        off = jax.vmap(weights.velocity)(noised, time[t]) - (signal[t] * noise - noisy[t] * clean)
        squares = self.steps * jnp.mean((pull / scales)[t] ** 2 * off**2) / 2
        return squares + jnp.sum(constants(scales, least)) + jnp.mean(prior(noising, clean)) + np.log(weights.unit.scale), memory

    def log_prob(self, weights: Denoiser, x: Any) -> Any:
        noising, scales = weights.noising, weights.scales
        y = jnp.linspace(-REACH, REACH, NODES)

        def densities(log_prob, of_step, points):
            """log p_{t-1} at points, from log p_t at y."""
            share, pull, time, s = of_step
            mean = jnp.sqrt(share) * y - pull * jax.vmap(lambda one: weights.velocity(one, time))(y)
            return logsumexp(log_prob - ((points[:, None] - mean) / s) ** 2 / 2, axis=1) - jnp.log(s / (y[1] - y[0])) - HALF_LOG_TAU

        steps = tuple(jnp.asarray(each) for each in (noising.shares, noising.pulls, noising.times, scales))
        last = [each[:0:-1] for each in steps]
        start = -y * y / 2 - HALF_LOG_TAU
        log_prob, _ = jax.lax.scan(lambda log_prob, of_step: (densities(log_prob, of_step, y), None), start, last)
        first = [each[0] for each in steps]
        return densities(log_prob, first, weights.unit.undone(x)) - np.log(weights.unit.scale)

    def law(self, weights: Denoiser) -> Ancestral:
        return law_of_chain(weights)

    def split(self, p_data: Law, weights: Denoiser) -> Split:
        return split_of_chain(p_data, weights)
