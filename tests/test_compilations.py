"""How many programs a call compiles, in a process that has compiled nothing: with other numbers of the same kinds, none."""

import json

CALLS = {  # programs that the first call compiles, after the calls above it, as counted when this was written: more is a regression
    "gt.jsd(gt.Normal(0, 1), gt.Normal(1, 2 + i))": 2,  # a log-density, and the integrands
    "gt.jsd(gt.Normal(0, 1 + i), gt.Laplace(1, 2))": 3,  # another log-density, and how both go on at the ends
    "gt.jsd(gt.StudentT(3 + i), gt.Laplace(1, 2))": 2,
    "gt.total_variation(gt.Normal(0, 1), gt.Normal(1, 2 + i))": 1,
    "gt.kl(gt.Normal(0, 1), gt.Normal(1, 2 + i))": 1,
    "gt.jsd(gt.Normal(0, 1), gt.Mixture([0.5, 0.5], gt.Normal([-1, 1 + i], 1)))": 1,
    "gt.jsd(gt.Normal(np.arange(5.0) + i, 1), gt.Normal(0, 1))": 2,
    "gt.Normal(0, 1 + i).quantile(0.3)": 1,
    "gt.optimal_discriminator(gt.Normal(0, 1 + i), gt.Normal(1, 2))(np.arange(5.0))": 1,
    "gt.value(gt.Normal(0, 1), gt.Normal(1, 2 + i), gt.Discriminator(8, 1, key=key))": 15,
    "gt.measure(gt.Normal(i, 1), gt.Pushforward(gt.Generator(8, 1, key=key), gt.Uniform(-1, 1)), gt.Discriminator(8, 1, key=key))": 20,
}

PROGRAM = """
import json, sys, jax, numpy as np
import gantheory as gt
keys, compiled, counts = [jax.random.key(i) for i in range(2)], [], {}

def heard(name, *_, **__):
    if name.endswith("backend_compile_duration"):
        compiled.append(name)

jax.monitoring.register_event_duration_secs_listener(heard)
for call in json.loads(sys.argv[1]):
    counts[call] = []
    for i, key in enumerate(keys):
        compiled.clear()
        eval(call)
        counts[call].append(len(compiled))
print(json.dumps(counts))
"""


def test_a_call_compiles_few_programs_and_none_again(new_process):
    counts = json.loads(new_process(PROGRAM, json.dumps(list(CALLS))))
    assert {call: again for call, (_, again) in counts.items() if again} == {}
    assert {call: first for call, (first, _) in counts.items() if first > CALLS[call]} == {}
    assert all(first for first, _ in counts.values())  # what counts them hears them
