"""A worker of train.py, run in an environment that has PyTorch: the same game, written as its users write it."""

import json
import sys

import numpy as np
import torch
from measuring import seconds_a_step
from processes import answer
from torch import nn

torch.set_num_threads(1)
softplus = nn.functional.softplus
DEPTH = 2
kept: dict = {}
counts: dict[str, int] = {}


def perceptron(width: int) -> nn.Sequential:
    layers = [nn.Linear(1, width), nn.Tanh()]
    for _ in range(DEPTH - 1):
        layers += [nn.Linear(width, width), nn.Tanh()]
    return nn.Sequential(*layers, nn.Linear(width, 1))


def loss_of_d(d, x, fake):
    return softplus(-d(x)).mean() + softplus(d(fake)).mean()


def loss_of_g(d, g, z):
    return softplus(-d(g(z))).mean()


class Training:
    def __init__(self, d, g, batch: int = 0, compiled: bool = False):
        self.d, self.g, self.batch = d, g, batch
        self.optimizers = [torch.optim.Adam(net.parameters(), 1e-3, betas=(0.5, 0.999)) for net in (d, g)]
        self.losses = [torch.compile(loss) for loss in (loss_of_d, loss_of_g)] if compiled else [loss_of_d, loss_of_g]

    def step_on(self, x, z_d, z_g):
        optimizer_d, optimizer_g = self.optimizers
        with torch.no_grad():
            fake = self.g(z_d)
        optimizer_d.zero_grad()
        loss_d = self.losses[0](self.d, x, fake)
        loss_d.backward()
        optimizer_d.step()
        optimizer_g.zero_grad()
        loss_g = self.losses[1](self.d, self.g, z_g)
        loss_g.backward()
        optimizer_g.step()
        return loss_d, loss_g

    def steps(self, count: int):
        shape = (self.batch, 1)
        for _ in range(count):
            self.step_on(1 + 0.5 * torch.randn(shape), torch.randn(shape), torch.randn(shape))


def seconds(batch: int, width: int, compiled: bool) -> float:
    """Of a step."""
    name = f"{batch} {width} {compiled}"
    if name not in kept:
        kept[name] = Training(perceptron(width), perceptron(width), batch, compiled)
    return seconds_a_step(kept[name].steps, counts, name)


def compiled(batch: int, width: int) -> float | str:
    """Seconds, or why there is none."""
    try:
        return seconds(batch, width, True)
    except Exception as error:  # such as no C++ compiler
        return str(error).splitlines()[0][:150]


def losses() -> list[float]:
    """D's and G's losses on fixed points, of networks whose weights are the worker's argument."""
    nets = {name: perceptron(32) for name in ("d", "g")}
    for name, layers in json.loads(sys.argv[1]).items():
        for layer, (weight, bias) in zip(nets[name][::2], layers, strict=True):
            layer.weight.data, layer.bias.data = torch.tensor(weight), torch.tensor(bias)
    x, z = (torch.tensor(np.random.default_rng(i).normal(size=(64, 1)), dtype=torch.float32) for i in (0, 1))
    return [float(loss.detach()) for loss in Training(nets["d"], nets["g"]).step_on(x, z, z)]


if __name__ == "__main__":
    answer({"version": lambda: torch.__version__, "losses": losses, "eager": lambda *shape: seconds(*shape, False), "compiled": compiled})
