import json

import numpy as np
import pytest

import gantheory as gt
from gantheory.base.files import read_record
from gantheory.training.held_out import HeldOut
from gantheory.training.report import run_figure, write_page, write_report
from gantheory.training.run import Run

JUDGED = HeldOut(12, 0.03, 0.01, 0.5, 0.2)


@pytest.fixture(scope="module")
def reported(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    held_out = np.linspace(0, 2, 12)
    return folder, write_report(run, folder, held_out, JUDGED, {"file": "a.csv"})


def test_the_run_its_figure_and_the_record_of_both_are_written(reported):
    folder, _ = reported
    run_files = {"run.json", "history.csv", "history.nc", "generator.eqx", "discriminator.eqx"}
    assert {path.name for path in folder.iterdir()} == run_files | {"training.pdf", "training.svg", "training.png", "report.json"}
    assert set(read_record(folder / "report.json")["files"]) == {"run.json", "training.pdf", "training.svg", "training.png"}


def test_the_numbers_are_the_loaded_runs_measured_again(reported):
    folder, _ = reported
    run = gt.load(folder)
    written = json.loads((folder / "report.json").read_text(encoding="utf-8"))["measured"]
    for name, quantity in gt.measure(run.p_data, run.p_g, run.discriminator).items():
        expected = (
            {"infinite": quantity.reason} if isinstance(quantity, gt.Divergent) else {"value": quantity.value, "error": quantity.error}
        )
        assert written[name] == expected
    assert "infinite" in written["kl_data_g"] and "value" in written["two_jsd"]


def test_what_is_returned_is_what_is_written(reported):
    folder, record = reported
    written = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert {name: written[name] for name in record} == json.loads(json.dumps(record))
    assert written["held_out"] == JUDGED._asdict()
    assert written["data"] == {"file": "a.csv"}
    assert written["support_of_p_g"] == list(gt.load(folder).p_g.support)


def test_an_unbounded_support_and_no_data_are_null(run, tmp_path):
    unbounded = Run(run.p_data, gt.Normal(0.0, 1.0), run.generator, run.discriminator, {}, run.history)
    record = write_report(unbounded, tmp_path)
    assert record["support_of_p_g"] == [None, None]
    assert record["held_out"] is record["data"] is None


def test_the_figure_shows_the_histories_gaps(run):
    _, right, _ = run_figure(run).axes
    shown = [line.get_ydata().tolist() for line in right.get_lines()]
    assert shown[:2] == [run.column("two_jsd"), run.column("discriminator_gap")]
    assert shown[2] == pytest.approx([abs(two - gap) for two, gap in zip(*shown[:2], strict=True)], abs=1e-9)  # |V + log 4|


def test_the_page_is_complete_in_itself_and_escapes_what_it_is_told(reported, run):
    folder, record = reported
    run.settings["p_data"] = "<script>"
    try:
        text = write_page(run, folder).read_text()
    finally:
        del run.settings["p_data"]
    assert "<svg" in text and "&lt;script&gt;" in text and "<script" not in text and "src=" not in text
    assert (
        repr(run.history[-1].measured.two_jsd)[:6] in text and "2 JSD(p_data, p_g)" in text and record["measured"]["two_jsd"]["value"] > 0
    )
