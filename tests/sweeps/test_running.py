"""A sweep from its shards to its Dataset: resumed, refused, failing in parts, on processes and on Dask."""

import json
import os
import signal
from concurrent.futures import Executor, Future

import numpy as np
import pytest

import gantheory as gt
from gantheory.sweeps import running
from gantheory.sweeps.shards import Result, shards_of
from gantheory.sweeps.spec import spec_of
from gantheory.training.data import data_of, latent_of
from gantheory.training.setup import arguments_of

BASE = {"p_data": "Normal(0, 1)", "steps": 20, "k": 1, "batch": 16, "width": 4, "depth": 1}
OVER = {"loss": ["minimax", "hinge"], "r1": [0.0, 0.01, 0.1]}


class Here(Executor):
    """Runs what it is given at once, in this process, and counts it."""

    def __init__(self):
        self.ran = 0

    def submit(self, function, /, *arguments, **named):
        future = Future()
        self.ran += 1
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def pretended(spec_as_json, shard, observe):
    """The result of a shard that was not trained: each training's own number."""
    values = np.array(shard.members, float)[:, None]
    return Result(shard, {"two_jsd": values, "two_jsd_error": 0 * values}, np.full(len(values), 20), [""] * len(values))


def test_trainings_of_one_program_are_one_shard():
    spec = spec_of(BASE, OVER | {"rates": [[1e-3, 1e-3], [2e-3, 1e-3]]}, 2, None)
    found = shards_of(spec)
    assert sorted(member for shard in found for member in shard.members) == list(range(24))
    for shard in found:  # with and without R1 are two programs, in each of two games
        assert len({(spec.settings(member).loss, bool(spec.settings(member).r1)) for member in shard.members}) == 1
    assert len(found) == 4 and [len(shard.members) for shard in shards_of(spec, members=5)] == [4, 5, 3, 4, 5, 3]


def test_every_number_lies_where_its_setting_says_and_finished_shards_are_not_run_again(monkeypatch, tmp_path):
    monkeypatch.setattr(running, "play", pretended)
    out, told = tmp_path / "a.zarr", []
    first = Here()
    data = gt.sweep(BASE, OVER, seeds=2, out=out, executor=first, members=2, progress=lambda *some: told.append(some[:2]))
    np.testing.assert_array_equal(data["two_jsd"].values.reshape(-1), np.arange(12.0))
    assert data["two_jsd"].dims == ("loss", "r1", "seed", "step") and data["two_jsd"].attrs["units"] == "nat"
    assert first.ran == 6 and told[0] == (0, 12) and told[-1] == (12, 12) and bool(data["done"].values.all())
    again = Here()
    assert gt.sweep(BASE, OVER, seeds=2, out=out, executor=again, members=2).equals(data) and again.ran == 0
    with pytest.raises(ValueError, match="must hold results of the same sweep, unless it is to be overwritten"):
        gt.sweep(BASE, OVER, seeds=3, out=out, executor=again)
    assert gt.sweep(BASE, OVER, seeds=3, out=out, executor=again, overwrite=True).sizes["seed"] == 3


def test_a_spec_is_run_as_its_arguments_are_and_given_alone(monkeypatch):
    monkeypatch.setattr(running, "play", pretended)
    spec = spec_of(BASE, OVER, 2, None)
    assert gt.sweep(spec, executor=Here()).equals(gt.sweep(BASE, OVER, seeds=2, executor=Here()))
    for name, value in {"over": OVER, "seeds": 2, "draws": 3, "observe": {"below": below_zero}}.items():
        with pytest.raises(ValueError, match=f"`{name}` must be left out beside a Spec"):
            gt.sweep(spec, executor=Here(), **{name: value})
    with pytest.raises(ValueError, match="must observe nothing"):
        gt.sweep(spec_of(BASE, OVER, 2, None, {"below": below_zero}), executor=Here())
    seeds_alone = gt.sweep(BASE, seeds=3, executor=Here())
    assert seeds_alone["two_jsd"].dims == ("seed", "step") and seeds_alone["two_jsd"].values.ravel().tolist() == [0, 1, 2]


def test_what_was_done_before_an_interrupt_is_kept(monkeypatch, tmp_path):
    def interrupted(done, of, _):
        if done == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(running, "play", pretended)
    with pytest.raises(KeyboardInterrupt):
        gt.sweep(BASE, OVER, seeds=2, out=tmp_path / "a.zarr", executor=Here(), members=2, progress=interrupted)
    rest = Here()
    data = gt.sweep(BASE, OVER, seeds=2, out=tmp_path / "a.zarr", executor=rest, members=2)
    assert rest.ran == 4 and np.array_equal(data["two_jsd"].values.reshape(-1), np.arange(12.0))


def test_a_shard_that_raises_is_a_row_with_its_reason(monkeypatch):
    def failing(spec_as_json, shard, observe):
        if shard.number == 1:
            raise MemoryError("no more")
        return pretended(spec_as_json, shard, observe)

    monkeypatch.setattr(running, "play", failing)
    data = gt.sweep(BASE, {"r1": [0.1, 0.2, 0.3]}, executor=Here(), members=1)
    assert data["failure"].values.ravel().tolist() == [0, 1, 0] and data["failure"].attrs["reasons"] == ["", "MemoryError: no more"]
    assert np.isnan(data["two_jsd"].values.ravel()).tolist() == [False, True, False]


def test_a_training_is_that_of_train_to_the_last_bit():
    data = gt.sweep(BASE | {"measure_every": 10}, {"r1": [0.01, 0.1], "rates": [[2e-3, 1e-3], [1e-2, 1e-2]]}, executor=Here())
    spec = spec_of(BASE | {"measure_every": 10}, {"r1": [0.01, 0.1], "rates": [[2e-3, 1e-3], [1e-2, 1e-2]]}, 1, None)
    settings = spec.settings(3)
    law = data_of(settings)
    run = gt.train(law.density, latent=latent_of(settings, 1), **arguments_of(settings, law.unit))
    own = data.isel(r1=1, rates=1, seed=0)
    np.testing.assert_array_equal(own["generator_loss"].values, [row.generator_loss for row in run.history])
    for value, error, row in zip(own["two_jsd"].values, own["two_jsd_error"].values, run.history, strict=True):
        assert abs(value - float(row.measured.two_jsd)) <= error + row.measured.two_jsd.error and 0 <= error < 1e-8
    assert (data["failure"].values == 0).all() and (data["reached"].values == 20).all()


def test_a_training_that_breaks_down_says_so_and_spoils_no_other():
    data = gt.sweep(BASE | {"optimizer": "sgd"}, {"rates": [[1e-3, 1e-3], [3e38, 3e38]]}, executor=Here())
    assert data["failure"].values.ravel().tolist() == [0, 1] and "no longer finite" in data["failure"].attrs["reasons"][1]
    assert np.isfinite(data["two_jsd"].values[0]).all() and data["reached"].values[1, 0] < 20


def test_settings_of_no_game_are_rows_with_their_reason():
    data = gt.sweep(BASE, {"updates": ["alternating", "rk4"]}, executor=Here())
    assert data["failure"].values.ravel().tolist() == [0, 1] and "plain gradient steps" in data["failure"].attrs["reasons"][1]


def test_what_cannot_be_run_or_kept_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"more than 100,000 trainings must be asked for.*1,000,000,000: about .* hours of a core"):
        gt.sweep(BASE, {"r1": np.geomspace(1e-3, 1, 1000), "rate_d": np.geomspace(1e-3, 1, 1000)}, seeds=1000)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ValueError, match="`out` of sweep must be a folder of this sweep, or one that can be made"):
        gt.sweep(BASE, OVER, out=tmp_path / "file", executor=Here())
    (tmp_path / "mine").mkdir()
    with pytest.raises(ValueError, match="must be a zarr folder that gantheory wrote"):
        gt.sweep(BASE, OVER, out=tmp_path / "mine", executor=Here(), overwrite=True)
    assert (tmp_path / "mine").exists()


MEASURED = "GANTHEORY_TEST_MEASURED"  # variable with the path of a file that has a line for each measurement


def noted(p_data, p_g):
    with open(os.environ[MEASURED], "a") as file:
        file.write("measured\n")
    return 0.0


@pytest.mark.slow
def test_processes_and_dask_give_the_same_numbers_also_when_a_worker_is_killed(tmp_path, monkeypatch):
    from distributed import Client, LocalCluster

    base = BASE | {"steps": 200}
    plain = gt.sweep(base, OVER, seeds=2, out=tmp_path / "plain.zarr")
    monkeypatch.setenv("NPROC", "1")
    monkeypatch.setenv(MEASURED, str(tmp_path / "measured"))
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as cluster, Client(cluster) as client:
        left = list(client.run(os.getpid).values())[:1]  # one of two, killed when two thirds of the shards are done

        def kill(done, of, _):
            if done >= 8 and left:
                os.kill(left.pop(), signal.SIGKILL)

        how = {"out": tmp_path / "dask.zarr", "executor": client.get_executor(), "members": 1, "progress": kill}
        data = gt.sweep(base, OVER, seeds=2, observe={"noted": noted}, **how)
    assert not left
    # Only what the killed worker had in hand is done again.
    assert 12 <= len((tmp_path / "measured").read_text().splitlines()) <= 14
    for name in ("two_jsd", "two_jsd_error", "generator_loss", "reached", "failure", "done"):
        np.testing.assert_array_equal(data[name].values, plain[name].values)


def below_zero(p_data, p_g):
    return p_g.cdf(0.0)


def test_what_else_is_observed_has_a_column_of_its_own():
    data = gt.sweep(BASE, {"r1": [0.01, 0.1]}, executor=Here(), observe={"below": below_zero})
    settings = spec_of(BASE, {"r1": [0.01, 0.1]}, 1, None).settings(1)
    run = gt.train(data_of(settings).density, latent=latent_of(settings, 1), **arguments_of(settings, data_of(settings).unit))
    assert data["below"].values[1, 0, -1] == run.p_g.cdf(0.0) and data["below"].attrs["units"] == "1"
    assert json.loads(data.attrs["spec"])["observed"]["below"].endswith("below_zero")


@pytest.mark.parametrize("observe", [{"two_jsd": below_zero}, {"a b": below_zero}, {"below": lambda p, q: 0.0}, {"x_error": below_zero}])
def test_what_cannot_be_observed_is_refused(observe):
    with pytest.raises(ValueError, match=r"observe.*Got"):
        gt.sweep(BASE, {"r1": [0.01]}, executor=Here(), observe=observe)
