"""Entries of the activity log: steps, warnings, verdicts, decisions, results."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.gui import fakes
from wfsgui.core.intake.products import Declined
from wfsgui.core.judgement.decision import Decision, Fitness
from wfsgui.core.judgement.verdicts import Judgement, Verdict
from wfsgui.core.model.events import ProductResult, ProductState
from wfsgui.core.model.exposure import StageState
from wfsgui.core.quip.log_entries import EntryKind, declined_entries, exposure_entries, result_entries, step_entries

NOW = datetime(2026, 1, 15, 12, 0, 0, tzinfo=UTC)
LOGGED = datetime.fromtimestamp(1.7e9, UTC)
NAME = fakes.product().name


def test_step_has_an_entry_with_details_and_one_for_each_warning() -> None:
    event = fakes.finished(fakes.exposure(), "photom", warnings=("first", "second"))
    step, *warnings = step_entries(event, NOW)
    assert (step.kind, step.when, step.description) == (EntryKind.STATUS, LOGGED, f"{NAME}[photom]")
    assert step.data == (
        "finished with a warning, 0.42 s",
        "parameters: skip=False, suffix=None",
        "reference flat: crds://jwst_nircam_photom_0001.fits",
    )
    assert [(entry.kind, entry.data) for entry in warnings] == [
        (EntryKind.WARNING, ("first",)),
        (EntryKind.WARNING, ("second",)),
    ]


def test_result_has_an_entry_for_each_file() -> None:
    result = ProductResult(NAME, ProductState.DONE, 1.0, (Path("/out/a_cal.fits"),))
    (entry,) = result_entries(result, NOW)
    assert (entry.kind, entry.data) == (EntryKind.STATUS, ("saved /out/a_cal.fits",))


def test_failure_is_an_error_and_a_stop_a_warning() -> None:
    (failed,) = result_entries(ProductResult(NAME, ProductState.FAILED, 1.0, error="no pointing"), NOW)
    (stopped,) = result_entries(ProductResult(NAME, ProductState.CANCELLED, 1.0), NOW)
    assert (failed.kind, failed.data) == (EntryKind.ERROR, ("no pointing",))
    assert (stopped.kind, stopped.data) == (EntryKind.WARNING, ("not calibrated: the run was stopped",))


def test_declined_input_is_an_error() -> None:
    (entry,) = declined_entries([Declined("/in/a", "it is damaged.")], NOW)
    assert (entry.kind, entry.description, entry.data) == (
        EntryKind.ERROR,
        "/in/a",
        ("not calibrated: it is damaged.",),
    )


def test_exposure_of_the_window_has_its_steps_verdicts_decisions_and_result() -> None:
    exposure = fakes.completed(fakes.exposure())
    exposure.stages["photom"].warnings = ("no row",)
    exposure.stages["photom"].doubts = ("NaN pixels have become finite",)
    exposure.add_verdict(Verdict("photom", Judgement.ACCEPTED, "as expected", "2026-01-15T11:00:00+00:00"))
    exposure.saved = Path("/out/a_cal.fits")
    decisions = [Decision(Fitness.CARE, "", "no time"), Decision(Fitness.FIT, "good", "2026-01-15T11:30:00+00:00")]
    found = list(exposure_entries(exposure, decisions, NOW))
    assert [entry.description for entry in found] == [
        *(f"{NAME}[{step}]" for step in exposure.steps),
        f"{NAME}[photom]",
        f"{NAME}[photom]",
        f"{NAME}[photom] verdict",
        f"{NAME}[decision]",
        f"{NAME}[decision]",
        NAME,
    ]
    warned, doubted, verdict, first, last, saved = found[len(exposure.steps) :]
    assert [entry.kind for entry in (warned, doubted, verdict)] == [
        EntryKind.WARNING,
        EntryKind.WARNING,
        EntryKind.STATUS,
    ]
    assert (warned.data, doubted.data) == (("no row",), ("NaN pixels have become finite",))
    assert (verdict.data, verdict.when.hour) == (("accepted", "note: as expected"), 11)
    assert (first.data, first.when) == (("fit with care",), NOW)
    assert (last.data, last.when.minute) == (("fit", "note: good"), 30)
    assert saved.data == ("saved /out/a_cal.fits",)


def test_exposure_that_was_not_run_has_no_entries() -> None:
    assert list(exposure_entries(fakes.exposure(), [], NOW)) == []


def test_failed_step_is_an_error() -> None:
    exposure = fakes.exposure()
    exposure.stages["assign_wcs"].state = StageState.FAILED
    exposure.stages["assign_wcs"].reason = "no pointing"
    exposure.error = "assign_wcs failed"
    step, whole = exposure_entries(exposure, [], NOW)
    assert (step.kind, step.data) == (EntryKind.ERROR, ("failed: no pointing",))
    assert (whole.kind, whole.data) == (EntryKind.ERROR, ("assign_wcs failed",))
