"""``wfsgui run``: results, messages, exit status."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from tests.commands.conftest import Command, names, result_of, start, wait_for
from tests.exposures import small, spoil_around, write_association, write_small
from tests.headers_only import write_exposure
from wfsgui.demo.references.crds_cache import CONTEXT_NAME


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


@pytest.fixture
def rate(tmp_path: Path) -> Path:
    return write_small(tmp_path / "in", small())


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return write_small(tmp_path / "in", small(exposure=2))


@pytest.fixture
def table(rate: Path, other: Path) -> Path:
    return write_association(rate.with_name("x_asn.json"), {rate: [other]})


@pytest.fixture
def flat(demo_cache: Path) -> Path:
    """Return the flat field that CRDS would select anyway."""
    (path,) = (demo_cache / "references" / "jwst" / "nircam").glob("*_flat_*nrca3.fits")
    return path


def damage(rate: Path) -> None:
    """Make an exposure that can be opened and that has no pointing, neither in its header nor in its metadata tree."""
    with fits.open(rate, mode="update") as hdus:
        del hdus["ASDF"]
        del hdus["SCI"].header["V2_REF"]


def test_run_writes_one_plain_line_per_step(command: Command, rate: Path, tmp_path: Path) -> None:
    result = command("run", rate, "-o", tmp_path / "out")
    assert (result.status, result.err) == (0, "")
    first, *steps, saved, last = result.out.splitlines()
    assert first == f"{rate.name}: NRCA3 F212N+WLP8, CRDS context {CONTEXT_NAME}"
    assert [step.split()[0] for step in steps] == ["assign_wcs", "flat_field", "photom"]
    assert all(step.endswith(" s  done") for step in steps)
    assert saved == f"  saved {tmp_path / 'out' / result_of(rate)}"
    assert last.startswith("  done, ")
    assert "\r" not in result.out
    assert names(tmp_path / "out") == [result_of(rate)]


def test_default_output_folder_is_the_current_folder(
    command: Command, rate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert command("run", rate).status == 0
    assert names(tmp_path / "here") == [result_of(rate)]


def test_output_folder_may_be_the_input_folder(command: Command, table: Path, other: Path) -> None:
    """The association, and the exposures that it does not use: none here."""
    before = names(table.parent)
    result = command("run", table.parent, "--output-dir", table.parent)
    assert result.status == 0
    assert f"  background {other.name}, found relative to the association" in result.out
    assert next(line.split()[0] for line in result.out.splitlines() if " s  " in line) == "bkg_subtract"
    assert sorted(set(names(table.parent)) - set(before)) == [result_of(other).replace("00002", "00001")]


def test_json_summary_is_the_only_standard_output(command: Command, table: Path, tmp_path: Path) -> None:
    result = command("run", table, "-o", tmp_path / "out", "--json", "-v")
    assert result.status == 0
    assert "photom" in result.err
    content = result.content
    assert (content["end"], content["message"], content["cancelled"]) == ("RunFinished", "", False)
    assert (content["complete"], content["left_out"]) == (True, [])
    assert content["crds"]["context"] == CONTEXT_NAME
    (product,) = content["products"]
    assert (product["state"], product["error"], product["warnings"]) == ("done", "", [])
    assert [step["step"] for step in product["steps"]] == ["bkg_subtract", "assign_wcs", "flat_field", "photom"]
    assert [step["unit"] for step in product["steps"]] == ["DN/s", "DN/s", "DN/s", "MJy/sr"]
    assert [Path(path).name for path in product["saved"]] == names(tmp_path / "out")
    assert (product["association"], len(product["backgrounds"])) == (table.name, 1)
    assert product["role"]["name"] == "fine phasing"
    told = {line["what"]: line for line in product["preflight"]["lines"]}
    assert told["background"]["reason"] == "This background matches the exposure."
    assert "pointing" in told


def test_json_summary_has_references_and_parameters(command: Command, rate: Path, flat: Path, tmp_path: Path) -> None:
    result = command("run", rate, "-o", tmp_path, "--json", "--override-flat", flat, "--steps.assign_wcs.sip_degree=4")
    (product,) = result.content["products"]
    assign_wcs, flat_field, _ = product["steps"]
    assert assign_wcs["parameters"]["sip_degree"] == 4
    assert assign_wcs["references"]["distortion"].startswith("crds://jwst_nircam_distortion")
    assert flat_field["references"] == {"flat": str(flat)}


def test_failure_is_status_1_and_in_the_summary(command: Command, rate: Path, other: Path, tmp_path: Path) -> None:
    damage(rate)
    result = command("run", rate, other, tmp_path / "missing_rate.fits", "-o", tmp_path / "out", "--json")
    assert result.status == 1
    assert result.content["end"] == "RunFailed"
    assert result.content["message"].startswith("1 of 2 products failed")
    assert [product["state"] for product in result.content["products"]] == ["failed", "done"]
    assert result.content["products"][0]["error"] in result.err
    assert [entry["what"] for entry in result.content["declined"]] == [str(tmp_path / "missing_rate.fits")]
    assert names(tmp_path / "out") == [result_of(other)]
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("jobs", "begins"), [("1", "runs.batch.check_options"), ("2", "processes.pool.WorkerPool.check")]
)
def test_run_interrupted_before_it_begins_reports_every_product(
    command: Command,
    rate: Path,
    other: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    jobs: str,
    begins: str,
) -> None:
    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wfsgui.commands.head_start.cores", lambda: 2)
    monkeypatch.setattr(f"wfsgui.pipeline.{begins}", interrupt)
    result = command("run", rate, other, "-o", tmp_path / "out", "--json", "--jobs", jobs)
    assert result.status == 130
    assert (result.content["end"], result.content["cancelled"]) == ("RunCancelled", True)
    assert [product["state"] for product in result.content["products"]] == ["cancelled"] * 2


def test_failure_is_written_once_in_one_line(command: Command, rate: Path, tmp_path: Path) -> None:
    damage(rate)
    result = command("run", rate, "-o", tmp_path / "out")
    assert (result.status, result.err) == (1, "")
    failure, hint = result.out.splitlines()[-2:]
    assert [line for line in result.out.splitlines() if "FAILED" in line] == [failure]
    assert "--log FILE" in hint
    assert names(tmp_path / "out") == []


def test_declined_input_is_status_1_and_others_are_calibrated(command: Command, rate: Path, tmp_path: Path) -> None:
    result = command("run", tmp_path / "missing_rate.fits", rate, "-o", tmp_path / "out")
    assert result.status == 1
    first, *_, last = result.out.splitlines()
    assert first.startswith("declined: ")
    assert last == f"Not calibrated: {first.removeprefix('declined: ')}"
    assert names(tmp_path / "out") == [result_of(rate)]


def test_files_beside_an_unreadable_association_are_not_calibrated(
    command: Command, table: Path, tmp_path: Path
) -> None:
    write_association(table.with_name("y_asn.json"), {write_small(table.parent, small(exposure=3)): []})
    table.write_text(table.read_text("utf-8")[:-9], "utf-8")
    result = command("run", table.parent, "-o", tmp_path / "out", "--stop-after", "assign_wcs")
    assert (result.status, len(names(tmp_path / "out"))) == (1, 1)
    *_, first, last = result.out.splitlines()
    assert first.startswith("Not calibrated: x_asn.json is not valid JSON (line 1, column ")
    assert first.endswith("correct it, or generate the association again.")
    assert last.startswith("Not calibrated: ")
    assert "would be calibrated without backgrounds, because x_asn.json was declined" in last
    result = command("run", table.parent, "-o", tmp_path / "json", "--stop-after", "assign_wcs", "--json")
    assert (result.status, result.content["end"], result.content["complete"]) == (1, "RunFinished", False)
    assert result.content["left_out"] == [first, last]
    assert result.err.splitlines()[-2:] == [first, last]


def test_folder_without_exposures_is_status_1(command: Command, tmp_path: Path) -> None:
    write_association(tmp_path / "x_asn.json", {tmp_path / "a_cal.fits": []}, kind="wfs-image3")
    result = command("run", tmp_path, "-o", tmp_path / "out")
    assert result.status == 1
    assert result.out.splitlines()[-1] == "Nothing was calibrated."


def test_no_output_folder_is_made_if_all_inputs_are_declined(command: Command, tmp_path: Path) -> None:
    later = write_exposure(tmp_path / "a_cal.fits", {"S_PHOTOM": "COMPLETE"})
    result = command("run", later, "-o", tmp_path / "out")
    assert (result.status, result.err) == (1, "")
    assert result.out.startswith("declined: a_cal.fits is calibrated already")
    assert not (tmp_path / "out").exists()


def test_json_summary_of_a_run_without_products(command: Command, tmp_path: Path) -> None:
    result = command("run", tmp_path / "missing_rate.fits", "-o", tmp_path / "out", "--json")
    assert result.status == 1
    assert (result.content["end"], result.content["products"]) == ("NothingToRun", [])
    assert len(result.content["declined"]) == 1


def test_skipped_steps_leave_the_pixels_unchanged(command: Command, rate: Path, tmp_path: Path) -> None:
    result = command("run", rate, "-o", tmp_path, "--skip", "photom", "--skip", "flat_field")
    assert result.status == 0
    assert result.out.count("skipped as asked") == 2
    with fits.open(rate) as before, fits.open(tmp_path / result_of(rate)) as after:
        np.testing.assert_array_equal(before["SCI"].data, after["SCI"].data)
        assert (after[0].header["S_FLAT"], after[0].header["S_PHOTOM"]) == ("SKIPPED", "SKIPPED")


def test_skip_parameter_false_runs_the_step(command: Command, rate: Path, tmp_path: Path) -> None:
    result = command("run", rate, "-o", tmp_path, "--steps.flat_field.skip=false", "--steps.photom.skip", "1")
    assert result.status == 0
    states = [line.split("s  ")[-1] for line in result.out.splitlines() if " s  " in line]
    assert states == ["done", "done", "skipped as asked"]


def test_stop_after_ends_the_run_after_the_step(command: Command, rate: Path, tmp_path: Path) -> None:
    result = command("run", rate, "-o", tmp_path / "out", "--stop-after", "flat_field")
    assert result.status == 0
    assert "stopped after the step asked for" in result.out.splitlines()[-1]
    assert names(tmp_path / "out") == [result_of(rate, "flat_field")]


def test_save_steps_uses_the_standard_suffixes(command: Command, table: Path, rate: Path) -> None:
    out = table.parent / "out"
    result = command("run", table, "-o", out, "--save-steps")
    assert result.status == 0
    expected = [result_of(rate, suffix) for suffix in ("assign_wcs", "bsub", "cal", "flat_field", "photom")]
    assert names(out) == expected
    assert sorted(line.removeprefix("  saved ") for line in result.out.splitlines() if "saved" in line) == [
        str(out / name) for name in expected
    ]


def test_existing_result_is_replaced_only_with_overwrite(command: Command, rate: Path, tmp_path: Path) -> None:
    kept = tmp_path / result_of(rate)
    kept.write_text("precious")
    result = command("run", rate, "-o", tmp_path)
    assert result.status == 1
    assert f"FAILED: {kept} exists and is kept" in result.out
    assert kept.read_text() == "precious"
    result = command("run", rate, "-o", tmp_path, "--json")
    (product,) = result.content["products"]
    assert (product["state"], product["science"]["path"], product["steps"]) == ("failed", str(rate), [])
    assert command("run", rate, "-o", tmp_path, "--overwrite").status == 0
    assert fits.getval(kept, "S_PHOTOM") == "COMPLETE"


@pytest.mark.parametrize("joined", [True, False])
@pytest.mark.parametrize("option", ["--override-flat", "--override_flat", "--steps.flat_field.override_flat"])
def test_every_spelling_of_an_override_is_accepted(
    command: Command, rate: Path, flat: Path, tmp_path: Path, option: str, *, joined: bool
) -> None:
    arguments = [f"{option}={flat}"] if joined else [option, str(flat)]
    result = command("run", *arguments, rate, "-o", tmp_path / "out", "--stop-after", "flat_field")
    assert result.status == 0
    assert fits.getval(tmp_path / "out" / result_of(rate, "flat_field"), "R_FLAT") == str(flat)


def test_override_with_not_applicable_skips_the_reference(command: Command, rate: Path, tmp_path: Path) -> None:
    result = command("run", rate, "-o", tmp_path / "out", "--override-flat=N/A")
    assert result.status == 0
    assert "    warning: flat_field did not run" in result.out
    assert "done with warnings" in result.out.splitlines()[-1]


def test_step_parameter_changes_the_result(command: Command, rate: Path, tmp_path: Path) -> None:
    for folder, arguments in (("plain", []), ("inverse", ["--steps.flat_field.inverse", "true"])):
        result = command("run", rate, "-o", tmp_path / folder, "--stop-after", "flat_field", *arguments)
        assert result.status == 0
    plain, inverse = (
        fits.getdata(tmp_path / folder / result_of(rate, "flat_field"), "SCI") for folder in ("plain", "inverse")
    )
    before = fits.getdata(rate, "SCI")
    good = np.isfinite(plain) & np.isfinite(inverse)
    np.testing.assert_allclose((plain * inverse)[good], (before * before)[good], rtol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--skip", "dark_current"], "dark_current is not a step of the chain; the steps are bkg_subtract"),
        (["--skip", "resample"], "resample never runs here"),
        (["--stop-after", "jump"], "jump is not a step of the chain"),
        (["--steps.jump.skip=true"], "jump is not a step of the chain"),
        (["--steps.resample.skip=false"], "resample never runs here"),
        (["--steps.photom.invers=true"], "invers"),
        (["--steps.photom.skip=perhaps"], "perhaps"),
        (["--steps.photom.skip=false", "--skip", "photom"], "its parameter skip says the opposite"),
        (["--steps.photom.inverse=perhaps"], "perhaps"),
        (["--steps.bkg_subtract.sigma", "high"], "high"),
        (["--steps.photom.output_dir=/tmp"], "output_dir is not an option here"),
        (["--override-dark", "x.fits"], "dark is not a reference type of the chain"),
        (["--override-flat", "no_such_flat.fits"], "no_such_flat.fits does not exist"),
    ],
)
def test_unknown_step_or_option_is_status_2_with_one_sentence(
    command: Command, rate: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    result = command("run", rate, "-o", tmp_path / "out", *arguments)
    assert (result.status, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert line.startswith("wfsgui: ")
    assert message in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--steps.bkg_subtract.sigma=2.5"], "--steps.bkg_subtract has no effect. There is no background to subtract"),
        (["--steps.photom.inverse=true", "--skip", "photom"], "--steps.photom has no effect. The step is skipped"),
        (
            ["--steps.photom.inverse=true", "--stop-after", "flat_field"],
            "--steps.photom has no effect. The run ends after flat_field",
        ),
        (["--override-bkg", "FILE"], "--override-bkg has no effect. No step of this run used a reference file"),
    ],
)
def test_options_without_effect_are_noted(
    command: Command, rate: Path, tmp_path: Path, arguments: list[str], reason: str
) -> None:
    if "FILE" in arguments:
        # A file without REFTYPE may be of any type.
        fits.PrimaryHDU().writeto(tmp_path / "any.fits")
    given = [str(tmp_path / "any.fits") if argument == "FILE" else argument for argument in arguments]
    result = command("run", rate, "-o", tmp_path / "out", *given)
    assert result.status == 0
    assert [line for line in result.out.splitlines() if line.startswith(f"note: {reason}")] != []
    result = command("run", rate, "-o", tmp_path / "out", "--overwrite", "--json", *given)
    assert [notice for notice in result.content["notices"] if notice.startswith(reason)] != []


def test_options_with_an_effect_are_not_noted(command: Command, table: Path, flat: Path, tmp_path: Path) -> None:
    area = flat.with_name(flat.name.replace("_flat_", "_area_"))
    options = ("--steps.bkg_subtract.sigma=2.5", "--override-flat", flat, "--override-area", area)
    result = command("run", table, "-o", tmp_path / "out", "--json", *options)
    assert (result.status, result.content["notices"]) == (0, [])


def test_log_option_writes_the_log_to_a_file(command: Command, rate: Path, tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_text("kept\n")
    result = command("run", rate, "-o", tmp_path / "out", "--log", log)
    assert result.status == 0
    first, *lines = log.read_text("utf-8").splitlines()
    assert first == "kept"
    assert any("INFO jwst.flatfield" in line or "INFO stpipe" in line for line in lines)
    assert any("Using FLAT reference file" in line for line in lines)
    assert "Using FLAT reference file" not in result.out


def test_traceback_is_in_the_log_file_only(command: Command, rate: Path, tmp_path: Path) -> None:
    damage(rate)
    result = command("run", rate, "-o", tmp_path / "out", "--log", tmp_path / "run.log")
    assert "Traceback" in (tmp_path / "run.log").read_text("utf-8")
    assert "Traceback" not in result.out + result.err


def test_verbose_writes_the_log_to_the_terminal(command: Command, rate: Path, tmp_path: Path) -> None:
    result = command("run", rate, "-o", tmp_path / "out", "--verbose")
    assert "Using FLAT reference file" in result.out


def test_log_file_that_cannot_be_opened_is_status_2(command: Command, rate: Path, tmp_path: Path) -> None:
    result = command("run", rate, "-o", tmp_path / "out", "--log", tmp_path / "missing" / "run.log")
    assert (result.status, result.out) == (2, "")
    assert "run.log cannot be written" in result.err
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_incomplete_log_file_is_status_1_with_a_last_note(command: Command, rate: Path, tmp_path: Path) -> None:
    result = command("run", rate, "-o", tmp_path / "out", "--log", "/dev/full", "--stop-after", "assign_wcs")
    assert result.status == 1
    assert result.out.splitlines()[-1].startswith(
        "note: the log file /dev/full is not complete (No space left on device)"
    )
    assert len(names(tmp_path / "out")) == 1


def test_mismatched_background_is_declined_unless_allowed(command: Command, rate: Path, tmp_path: Path) -> None:
    sky = write_small(rate.parent, small(pupil="WLM8", exposure=3))
    table = write_association(rate.with_name("y_asn.json"), {rate: [sky]})
    result = command("run", table, "-o", tmp_path / "out")
    assert result.status == 1
    assert "pupil WLM8, not WLP8" in result.out
    assert not (tmp_path / "out").exists()
    result = command("run", table, "-o", tmp_path / "out", "--allow-mismatch", "--stop-after", "bkg_subtract")
    assert result.status == 0
    assert "mismatches were allowed" in result.out
    assert names(tmp_path / "out") == [result_of(rate, "bsub")]


@pytest.mark.parametrize("name", ["a b_rate.fits", "-n_rate.fits", "a.b_rate.fits", "%s{0}'_rate.fits", "n_RATE.fits"])
def test_run_keeps_unusual_file_names(command: Command, rate: Path, tmp_path: Path, name: str) -> None:
    odd = rate.rename(tmp_path / name)
    assert command("run", odd, "-o", tmp_path / "out", "--stop-after", "assign_wcs").status == 0
    stem = name.removesuffix(".fits").removesuffix("_rate")
    assert names(tmp_path / "out") == [f"{stem}_assign_wcs.fits"]


def test_product_name_with_a_path_stays_in_the_output_folder(command: Command, table: Path, tmp_path: Path) -> None:
    text = table.read_text("utf-8")
    name = text.partition('"name": "')[2].partition('"')[0]
    table.write_text(text.replace(f'"name": "{name}"', '"name": "../../evil"'), "utf-8")
    out = tmp_path / "x" / "y" / "out"
    assert command("run", table, "-o", out, "--save-steps", "--stop-after", "assign_wcs").status == 0
    assert names(out) == ["evil_assign_wcs.fits", "evil_bsub.fits"]
    assert names(tmp_path / "x") == ["y"]
    assert names(tmp_path / "x" / "y") == ["out"]


def test_demo_references_option_selects_the_demonstration_cache(rate: Path, demo_cache: Path, tmp_path: Path) -> None:
    """Whatever the environment says; the session's cache stands in for the one in the user's folder."""
    demonstration = tmp_path / "home" / ".cache" / "wfsgui" / "demonstration"
    demonstration.mkdir(parents=True)
    (demonstration / "crds").symlink_to(demo_cache)
    settings = {"CRDS_PATH": str(tmp_path / "nowhere"), "CRDS_CONTEXT": "jwst_0001.pmap"}
    arguments = ("run", rate, "-o", tmp_path / "out", "--json", "--demo-references")
    result = wait_for(start(*arguments, home=tmp_path / "home", **settings))
    assert result.status == 0, result.err
    assert result.content["crds"]["path"] == str(demonstration / "crds")
    assert result.content["products"][0]["context"] == CONTEXT_NAME
    assert "demonstration" in result.err
    assert fits.getval(tmp_path / "out" / result_of(rate), "CRDS_CTX") == CONTEXT_NAME
    assert not (tmp_path / "nowhere").exists()


def test_result_without_usable_pixels_is_an_alarm_and_no_success(
    command: Command, rate: Path, flat: Path, tmp_path: Path
) -> None:
    zeros = spoil_around(Path(shutil.copy(flat, tmp_path / "zeros_flat.fits")), rate, "SCI", 0.0)
    told = command("run", rate, "-o", tmp_path / "out", "--override-flat", zeros, "--json")
    assert told.status == 1
    (product,) = told.content["products"]
    assert "zeros_flat.fits" in product["alarm"]
    assert [step["alarm"] != "" for step in product["steps"]] == [False, True, False]
    assert not told.content["complete"]
    assert product["alarm"] in told.content["left_out"][0]
    assert f"  ALARM: {product['alarm']}" in told.err.splitlines()


def test_reference_that_the_step_cannot_use_is_refused_before_the_run(
    command: Command, rate: Path, flat: Path, tmp_path: Path
) -> None:
    zeros = Path(shutil.copy(flat, tmp_path / "zeros_flat.fits"))
    with fits.open(zeros, mode="update") as hdus:
        hdus["SCI"].data[:] = 0
    parameters = tmp_path / "mine.cfg"
    parameters.write_text(f'class = "jwst.pipeline.Image2Pipeline"\n[steps]\n[[flat_field]]\noverride_flat = {zeros}\n')
    said = "zeros_flat.fits is 0 throughout in the pixels of this exposure; choose another flat reference file."
    for given, expected in (
        (("--override-flat", zeros), said),
        (("--parameter-file", parameters), f"flat_field.override_flat (mine.cfg): {said}"),
    ):
        told = command("run", rate, "-o", tmp_path / "out", *given, "--json")
        assert told.status == 1
        (product,) = told.content["products"]
        assert (product["state"], product["error"]) == ("failed", expected)
        assert product["steps"] == []


def test_reference_that_is_doubtful_is_used_with_a_warning(
    command: Command, rate: Path, flat: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copy(flat, tmp_path / "other_flat.fits"))
    fits.setval(other, "FILTER", value="F200W")
    told = command("run", rate, "-o", tmp_path / "out", "--override-flat", other, "--json")
    assert told.status == 0
    said = "other_flat.fits is for the filter F200W, the exposure has F212N."
    (product,) = told.content["products"]
    assert product["warnings"] == [f"flat_field: {said}"]
    assert said in told.err


@pytest.mark.parametrize("as_input", [True, False])
def test_parameter_file_is_an_option_or_an_input(
    command: Command, rate: Path, tmp_path: Path, *, as_input: bool
) -> None:
    path = tmp_path / "mine.cfg"
    path.write_text('class = "jwst.pipeline.Image2Pipeline"\n[steps]\n[[photom]]\nskip = True\n', "utf-8")
    given = [path] if as_input else ["--parameter-file", path]
    told = command("run", rate, *given, "-o", tmp_path / "out")
    assert told.status == 0
    assert told.out.count("skipped as asked") == 1
    assert fits.getval(tmp_path / "out" / result_of(rate), "BUNIT", "SCI") == "DN/s"


def test_two_parameter_files_are_wrong_usage(command: Command, rate: Path, tmp_path: Path) -> None:
    told = command("run", rate, tmp_path / "a.cfg", "--parameter-file", tmp_path / "b.asdf", "-o", tmp_path / "out")
    assert told.status == 2
    assert "are parameter files; give one" in told.err


def test_step_not_applied_by_design_has_a_note_but_no_warning(
    command: Command, references: Callable[[str], None], tmp_path: Path
) -> None:
    references("NRS1")
    rate = write_small(tmp_path / "in", replace(small("NRS1", pupil="", filter_name="F110W"), exp_type="NRS_MIMF"))
    told = command("run", rate, "-o", tmp_path / "out", "--json")
    assert told.status == 0
    (product,) = told.content["products"]
    assert (product["state"], product["warnings"]) == ("done", [])
    photom = product["steps"][-1]
    assert (photom["state"], photom["unit"]) == ("not applied, as designed", "DN/s")
    assert photom["note"] == "photom is not applied to NRS_MIMF, as designed: the image stays in DN/s."
    assert f"    note: {photom['note']}" in told.err.splitlines()


@pytest.mark.parametrize("skip", ["true", "True"])
def test_skip_given_twice_is_no_option_without_effect(command: Command, rate: Path, tmp_path: Path, skip: str) -> None:
    told = command("run", rate, "-o", tmp_path / "out", "--skip", "photom", f"--steps.photom.skip={skip}")
    assert told.status == 0
    assert "no effect" not in told.out


def test_parameters_of_a_step_that_its_parameter_skips_have_no_effect(
    command: Command, rate: Path, tmp_path: Path
) -> None:
    options = ["--steps.photom.skip=true", "--steps.photom.inverse=true"]
    told = command("run", rate, "-o", tmp_path / "out", *options)
    assert "--steps.photom has no effect. The step is skipped (--steps.photom.skip)." in told.out
