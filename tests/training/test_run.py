import json

import equinox as eqx
import jax
import numpy as np
import pytest
from scipy.io import netcdf_file

import gantheory as gt
from gantheory.training import run as run_module
from gantheory.training.kernel_density import kde
from gantheory.training.run import Run

FILES = ("run.json", "history.csv", "history.nc", "generator.eqx", "discriminator.eqx")


@pytest.fixture
def saved(run, tmp_path):
    return run.save(tmp_path / "run")


def test_what_is_loaded_is_what_was_saved(run, saved, weights):
    loaded = gt.load(saved)
    assert weights(loaded.generator, loaded.discriminator) == weights(run.generator, run.discriminator)
    assert jax.tree.structure(loaded.generator) == jax.tree.structure(run.generator)
    assert loaded.history == run.history
    assert any(isinstance(row.measured.kl_data_g, gt.Divergent) for row in loaded.history)  # z is bounded: KL is infinite
    assert loaded.settings == run.settings
    assert loaded.stopped is run.stopped is None
    assert loaded.p_data.prob(0.3) == run.p_data.prob(0.3)


def test_a_saved_run_is_the_same_bytes_each_time(run, saved, tmp_path):
    again = gt.load(saved).save(tmp_path / "again")
    assert {name: (saved / name).read_bytes() for name in FILES} == {name: (again / name).read_bytes() for name in FILES}
    assert sorted(path.name for path in again.iterdir()) == sorted(FILES)


def test_every_shape_of_the_shipped_networks_comes_back(tmp_path, weights):
    key = jax.random.key(1)
    networks = gt.Generator(5, 3, "gelu", (2.0, 0.5), key=key), gt.Discriminator(4, 2, "relu", (2.0, 0.5), 3.0, key=key)
    loaded = gt.load(Run(gt.Normal(), gt.Normal(), *networks, {}).save(tmp_path / "run"))
    assert weights(loaded.generator, loaded.discriminator) == weights(*networks)
    for x in (-7.0, 0.3, 9.0):
        assert float(loaded.generator(x)) == float(networks[0](x))
        assert float(loaded.discriminator.logit(x)) == float(networks[1].logit(x))


@pytest.mark.parametrize(
    "p_data",
    [
        kde(np.random.default_rng(0).normal(size=30), 0.1),
        gt.Mixture([0.3, 0.7], [gt.Normal(-2.0, 0.5), gt.Uniform(1 / 3, 1.0)]),
        gt.Uniform(-0.1, 0.7),
    ],
    ids=["kde", "mixture", "uniform"],
)
def test_the_density_comes_back_to_the_last_bit(run, tmp_path, p_data):
    loaded = gt.load(Run(p_data, gt.Normal(), run.generator, run.discriminator, {}).save(tmp_path / "run"))
    x = np.linspace(-3, 3, 101)
    assert np.array_equal(loaded.p_data.prob(x), p_data.prob(x))
    assert np.array_equal(loaded.p_data.sample(jax.random.key(0), (5,)), p_data.sample(jax.random.key(0), (5,)))


HISTOGRAM = """
import sys
import numpy as np
import gantheory as gt

run = gt.load(sys.argv[1])
z = np.random.default_rng(1).uniform(-1, 1, 400_000)
first, second = run.generator.mlp.layers
hidden = np.tanh(np.outer(z, np.float64(first.weight)[:, 0]) + np.float64(first.bias))
x = np.float64(run.generator.slope) * z + np.float64(run.generator.offset) + hidden @ np.float64(second.weight)[0] + float(second.bias[0])
edges = np.linspace(x.min() - 0.1, x.max() + 0.1, 41)
counts = np.histogram(x, edges)[0]
share = np.diff(run.p_g.cdf(edges))
error = np.sqrt(np.maximum(share * (1 - share), 1 / len(z)) / len(z))
print(np.abs((counts / len(z) - share) / error).max(), share.sum(), float(run.p_g.cdf(0.9)).hex())
"""


def test_in_a_new_process_the_loaded_generators_samples_follow_p_g(run, saved, new_process):
    """40 cells of 400,000 points that NumPy drew and mapped: each share within 5 standard errors of p_g's."""
    worst, total, at = new_process(HISTOGRAM, saved).split()
    assert float(worst) < 5
    assert float(total) == pytest.approx(1, abs=1e-12)
    assert float.fromhex(at) == float(run.p_g.cdf(0.9))


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(saved, name):
    (saved / name).unlink()
    with pytest.raises(ValueError, match=name):
        gt.load(saved)


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_refused(saved, name):
    content = (saved / name).read_bytes()
    (saved / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match=name):
        gt.load(saved)


@pytest.mark.parametrize("name", FILES[1:])
def test_a_changed_file_is_refused(saved, name):
    content = bytearray((saved / name).read_bytes())
    content[-3] ^= 1
    (saved / name).write_bytes(content)
    with pytest.raises(ValueError, match=name):
        gt.load(saved)


def test_a_record_of_something_else_is_refused(saved):
    (saved / "run.json").write_text(json.dumps({"kind": "gantheory report", "files": {}}))
    with pytest.raises(ValueError, match=r"run\.json"):
        gt.load(saved)


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(ValueError, match="There is no such file"):
        gt.load(tmp_path / "nowhere")


def test_a_save_cut_short_over_an_older_run_is_never_loaded_as_a_mixture(run, saved, play, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "write_record", killed)
    with pytest.raises(KeyboardInterrupt):
        play(20, 20, seed=9).save(saved)
    with pytest.raises(ValueError, match="is missing or was changed since"):
        gt.load(saved)


def test_networks_of_ones_own_are_loaded_into_the_same_structure(tmp_path, weights):
    class Scale(eqx.Module):
        factor: jax.Array

        def __call__(self, z):
            return self.factor * z

    own, like = Scale(jax.numpy.float32(3.5)), Scale(jax.numpy.float32(0.0))
    d = gt.Discriminator(4, 1, key=jax.random.key(0))
    folder = Run(gt.Normal(), gt.Normal(), own, d, {}).save(tmp_path / "run")
    with pytest.raises(ValueError, match="`like` must be given to load a network of your own, here a Scale"):
        gt.load(folder)
    loaded = gt.load(folder, like=(like, gt.Discriminator(4, 1, key=jax.random.key(1))))
    assert weights(loaded.generator, loaded.discriminator) == weights(own, d)


def test_columns_are_floats_of_either_kind_of_row(run):
    assert run.column("step") == [0, 10, 20, 30, 40, 50, 60]
    assert run.column("value") == [row.measured.value.value for row in run.history]
    assert run.column("generator_loss")[1:] == [row.generator_loss for row in run.history][1:]
    assert run.column("kl_data_g")[0] == float("inf")


def test_a_run_that_was_stopped_says_so_after_loading(run, tmp_path):
    stopped = Run(run.p_data, run.latent, run.generator, run.discriminator, run.settings, run.history, "interrupted at step 60")
    assert gt.load(stopped.save(tmp_path / "run")).stopped == "interrupted at step 60"


def test_the_table_is_the_history_by_columns_and_its_netcdf_says_the_same_with_units(run, saved):
    table = run.table()
    assert table["step"].tolist() == run.column("step")
    assert table["two_jsd"].tolist() == run.column("two_jsd")
    assert table["two_jsd_error"].tolist() == [row.measured.two_jsd.error for row in run.history]
    assert table["kl_data_g"][0] == np.inf and table["kl_data_g_error"][0] == 0
    with netcdf_file(saved / "history.nc", mmap=False) as file:
        assert set(file.variables) == set(table)
        for name, column in table.items():
            np.testing.assert_array_equal(file.variables[name][:], column)
            assert file.variables[name].units == (b"1" if name == "step" else b"nat")


def test_the_end_has_one_error_wherever_it_is_asked_for(run, tmp_path):
    last = run.history[-1].measured
    again = gt.measure(run.p_data, run.p_g, run.judge)
    for one in (run.measured(), gt.load(run.save(tmp_path / "run")).measured(), again):
        assert dict(one.items()) == dict(last.items())


def test_a_run_is_shown_on_one_screen(run):
    first, *rest = repr(run).splitlines()
    assert first == "Run of Algorithm 1 on Normal(1, 0.5), z from Uniform(-1, 1), ended at step 60"
    assert len(rest) == 6 and rest[2].split("  ")[1] == "2 JSD(p_data, p_g)" and str(run.history[-1].measured.two_jsd) in rest[2]
    assert "ended early: interrupted at step 60" in repr(
        Run(gt.Normal(), gt.Normal(), None, None, {}, run.history, "interrupted at step 60")
    )

    table = run._repr_html_()
    assert table.count("<tr>") == len(rest) and f"<td>2 JSD(p_data, p_g)</td><td>{run.history[-1].measured.two_jsd}</td>" in table


def test_a_generator_without_weights_is_refused(play):
    with pytest.raises(ValueError, match="`generator` of train must have weights, as a module has"):
        play(10, 5, generator=lambda z: 2 * z)


@pytest.mark.usefixtures("unchecked")
def test_folders_stand_for_the_runs_in_them(run, tmp_path):
    run.save(tmp_path / "B")
    assert run.compare(str(tmp_path / "B")).settings == {}
    for call, sentence in (
        (lambda: run.compare(5), "`other` of compare must be a run, or the folder that it was saved into. Got 5"),
        (lambda: run.compare(tmp_path / "C"), "There is no such file"),
        (lambda: run.save(5), "`path` of save must be a folder's path. Got 5"),
        (lambda: gt.load(5), "`path` of load must be a folder's path. Got 5"),
        (lambda: run.plot("x"), "`ax` of plot must be one matplotlib Axes, or None for a new one. Got 'x'"),
        (lambda: run.plot_history([1, 2]), r"`ax` of plot_history must be one matplotlib Axes, or None for a new one. Got \[1, 2\]"),
    ):
        with pytest.raises(ValueError, match=sentence):
            call()
