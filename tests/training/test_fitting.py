"""A fit is a run like a game's: measured, saved, loaded and resumed to the last bit, on the command line too."""

import json
import tomllib

import jax
import pytest

import gantheory as gt
from gantheory.models.flow import FlowLikelihood
from gantheory.training.checkpoints import Checkpoints

MIXTURE = "Mixture([.3, .7], [Normal(-2, .5), Normal(1, 1)])"
HOW = {"steps": 30, "batch": 32, "rate": 0.02, "average": 0.9, "measure_every": 10, "seed": 1}


@pytest.fixture(scope="module")
def fitted():
    return gt.fit(MIXTURE, "flow(units=4)", **HOW)


def same(one, other, weights):
    return weights(one.weights) == weights(other.weights) and one.history == other.history and one.stopped == other.stopped


def test_what_is_measured_along_a_fit_are_its_split_and_the_divergences_of_its_law(fitted):
    assert fitted.column("step") == [0, 10, 20, 30]
    last = fitted.measured()
    assert abs(last.jsd.value - gt.jsd(fitted.p_data, fitted.law).value) <= 2 * last.jsd.error + 1e-14
    assert abs(last.reverse_kl.value - gt.kl(fitted.law, fitted.p_data).value) <= 1e-12
    assert abs(fitted.split().objective.value - last.objective.value) <= 2 * last.objective.error
    assert fitted.column("divergence")[-1] < fitted.column("divergence")[0]
    assert list(fitted.table()) == ["step", *(f"{n}{e}" for n, _ in last.items() for e in ("", "_error")), "loss"]
    assert repr(fitted).startswith("Fit of flow(units=4) to Mixture(") and "ended at step 30\n  its own objective" in repr(fitted)
    assert fitted.parameters == 14


def test_a_fit_comes_back_to_the_last_bit(fitted, tmp_path, weights):
    back = gt.load(fitted.save(tmp_path / "fit"))
    assert isinstance(back, gt.Fit) and same(back, fitted, weights) and back.method == FlowLikelihood(4)
    assert back.settings == fitted.settings == HOW and back.law.log_prob(0.3) == fitted.law.log_prob(0.3)
    (tmp_path / "fit" / "weights.eqx").write_bytes(b"")
    with pytest.raises(ValueError, match=r"weights\.eqx must be the file"):
        gt.load(tmp_path / "fit")


def test_a_resumed_fit_is_the_uninterrupted_one(fitted, tmp_path, weights):
    def stop(step, *_):
        if step == 20:
            raise KeyboardInterrupt

    begun = gt.fit(MIXTURE, "flow(units=4)", **HOW, progress=stop, checkpoints=Checkpoints(tmp_path, HOW))
    assert begun.stopped == "interrupted at step 20" and [row.step for row in begun.history] == [0, 10, 20]
    again = gt.fit(MIXTURE, FlowLikelihood(4), **HOW, checkpoints=Checkpoints(tmp_path, HOW, resume=True))
    assert same(again, fitted, weights)
    with pytest.raises(ValueError, match="networks and optimisers of the shapes it had"):
        gt.fit(MIXTURE, "flow(units=5)", **HOW, checkpoints=Checkpoints(tmp_path, HOW, resume=True))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"method": "flw"}, "`method` of fit must be one of rbm, "),
        ({"method": "flow(unit=3)"}, "An option of flow must be one of units. Got 'unit': did you mean 'units'?"),
        ({"method": "flow(3)"}, "A method's options must be names and values, such as flow(units=16). Got 'flow(3)'."),
        ({"method": 3}, "`method` of fit must be a Method, or the name of one. Got 3."),
        ({"steps": -1}, "`steps` of fit must be a whole number of at least 0. Got -1."),
        ({"batch": 2.5}, "`batch` of fit must be a whole number of at most 64 bits. Got 2.5."),
        ({"rate": 0.0}, "`rate` of fit must be positive and finite. Got 0.0."),
        ({"average": "x"}, "`average` of fit must be a number, or left alone. Got 'x'."),
        ({"p_data": gt.Normal(1e6, 1.0)}, "`p_data` of fit must lie within 10000 scales of 0"),
        ({"p_data": gt.Normal(0.0, 1e-200)}, "`p_data` of fit must have a scale from 1e-30 to 1e+30, as float32 networks need"),
        ({"p_data": gt.moons(0.1)}, "`p_data` of FlowLikelihood must be a density on the line."),
        ({"p_data": 3.0}, "`p_data` of fit must be a law, or its expression. Got 3.0."),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_what_cannot_be_fitted_is_refused_in_one_sentence(arguments, sentence):
    with pytest.raises(ValueError) as refused:
        gt.fit(**{"p_data": MIXTURE, "method": "flow", "steps": 0} | arguments)
    assert str(refused.value).startswith(sentence)


WORDS = ("--p-data", MIXTURE, "--steps", 30, "--batch", 32, "--rate", 0.02, "--average", 0.9, "--measure-every", 10, "--seed", 1)


@pytest.fixture(scope="module")
def trained(command, tmp_path_factory):
    out = tmp_path_factory.mktemp("fit") / "run"
    return out, command("train", "--model", "flow(units=4)", *WORDS, "--out", out)


def test_the_command_makes_the_fit_that_python_makes(trained, fitted, weights):
    out, said = trained
    assert said.code == 0, said.err
    fit = gt.load(out)
    assert same(fit, fitted, weights)
    assert {path.name for path in out.iterdir()} == {
        *("run.toml", "run.json", "report.json", "weights.eqx", "history.csv", "checkpoints"),
        *(f"training.{kind}" for kind in ("pdf", "png", "svg")),
    }
    report = json.loads((out / "report.json").read_text())
    assert report["model"] == "flow(units=4)" and report["measured"]["jsd"] == fit.measured().jsd.record()
    assert "JSD(p_data, p)" in said.out and said.err == ""


@pytest.mark.slow
def test_its_spec_makes_it_again(trained, command, tmp_path, weights):
    out, _ = trained
    spec = tomllib.loads((out / "run.toml").read_text())
    assert spec["model"] == "flow(units=4)" and not {"loss", "k", "width_d"} & spec.keys()
    said = command("train", "--config", out, "--out", tmp_path / "again")
    assert said.code == 0 and same(gt.load(tmp_path / "again"), gt.load(out), weights)
    said = command("train", "--config", out, "--out", out)
    assert said.code == 2 and "The output folder must hold no training yet." in said.err
    said = command("compare", out, out)
    assert said.code == 2 and said.err.startswith("gantheory: The first folder must be a run")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--model", "flwo"), "`--model` must be one of gan, rbm, "),
        (("--model", "flow(units=0)"), "`units` of FlowLikelihood must be a whole number from 1 to 1024. Got 0."),
        (("--model", "flow", "--loss", "hinge"), "`--loss` must be left alone beside --model flow: it is of the GAN. Got 'hinge'."),
        (("--model", "flow", "--width", 32), "`--width` must be left alone beside --model flow: it is of the GAN. Got 32."),
        (("--model", "flow", "--rate-d", 0.1), "`--rate-d` must be left alone beside --model flow: it is of the GAN. Got 0.1."),
        (("--rate", 0.1), "`--rate` must be left alone beside --model gan: it is of a model that plays no game. Got 0.1."),
        (("--model", "energy", "--batch", 1), "`batch` must be at least 2 for EnergyDistance"),
        (("--model", "rbm", "--p-data", "MultivariateNormal([0, 0], [[2, 1], [1, 2]])"), "`model` must be an RBM on the line"),
        (("--model", "flow", "--html"), "`--html` must be left alone beside --model flow"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_no_file(command, tmp_path, words, sentence):
    said = command("train", "--p-data", MIXTURE, *words, "--out", tmp_path / "out")
    assert said.code == 2 and said.out == "" and said.err.count("\n") == 1
    assert said.err.startswith(f"gantheory: {sentence}")
    assert not (tmp_path / "out").exists()


def test_a_named_gan_is_the_one_that_is_trained_without_a_name(command, tmp_path):
    words = ("train", "--p-data", "Normal(1, .5)", "--steps", 0, "--width", 4, "--depth", 1, "--out")
    assert command(*words, tmp_path / "a").code == command(*words, tmp_path / "b", "--model", "gan").code == 0
    for name in ("generator.eqx", "discriminator.eqx", "history.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert "model" not in (tmp_path / "a" / "run.toml").read_text()


def test_another_key_begins_elsewhere(weights):
    starts = [FlowLikelihood(4).init(jax.random.key(seed), gt.Normal(0.0, 1.0)) for seed in (0, 1)]
    assert weights(starts[0]) != weights(starts[1])


@pytest.mark.slow
def test_a_method_of_the_plane_is_known_by_its_name_too(tmp_path):
    p_data = gt.MultivariateNormal([0.0, 0.0], [[1.0, 0.3], [0.3, 0.5]])
    fitted = gt.fit(p_data, "linear-vae(latents=1)", steps=2, batch=8, measure_every=2)
    again = gt.load(fitted.save(tmp_path / "fit"))
    assert again.method == fitted.method and repr(again) == repr(fitted) and again.law.cov.tobytes() == fitted.law.cov.tobytes()
