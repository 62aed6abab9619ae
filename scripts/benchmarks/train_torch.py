"""The peer of train.py, run in an environment that has PyTorch: the same game, written as its users write it."""

import json
import statistics
import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)
softplus = nn.functional.softplus


def perceptron(width: int, depth: int) -> nn.Sequential:
    layers = [nn.Linear(1, width), nn.Tanh()]
    for _ in range(depth - 1):
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


def seconds(training: Training) -> float:
    training.steps(20)
    start = time.perf_counter()
    training.steps(20)
    count = max(20, int(0.4 / ((time.perf_counter() - start) / 20)))
    times = []
    for _ in range(5):
        start = time.perf_counter()
        training.steps(count)
        times.append((time.perf_counter() - start) / count)
    return statistics.median(times)


def main(job: str, *rest: str) -> None:
    if job == "losses":
        import numpy as np

        with open(rest[0]) as file:
            weights = json.load(file)
        nets = {name: perceptron(32, 2) for name in weights}
        for name, layers in weights.items():
            for layer, (weight, bias) in zip(nets[name][::2], layers, strict=True):
                layer.weight.data, layer.bias.data = torch.tensor(weight), torch.tensor(bias)
        x, z = (torch.tensor(np.random.default_rng(i).normal(size=(64, 1)), dtype=torch.float32) for i in (0, 1))
        print(json.dumps({"losses": [float(loss) for loss in Training(nets["d"], nets["g"]).step_on(x, z, z)]}))
        return
    batch, width, depth = (int(n) for n in rest)
    said = {"eager": seconds(Training(perceptron(width, depth), perceptron(width, depth), batch)), "compiled": None, "why": None}
    try:
        said["compiled"] = seconds(Training(perceptron(width, depth), perceptron(width, depth), batch, compiled=True))
    except Exception as error:  # such as no C++ compiler
        said["why"] = str(error).splitlines()[0][:150]
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
