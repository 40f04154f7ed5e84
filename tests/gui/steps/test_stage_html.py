"""Tests of the page of a stage: complete, with markup escaped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QTextDocument

from tests.gui import fakes
from wfsgui.core.judgement.verdicts import Judgement, Verdict
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import ProductFinished, ProductResult, ProductState, StepState
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.parameters import ParameterKind, ParameterSpec
from wfsgui.gui.steps.stage_html import stage_head, stage_page

SPECS = (
    ParameterSpec("skip", ParameterKind.BOOLEAN, "False", (), "Skip this step"),
    ParameterSpec("suffix", ParameterKind.TEXT, "None", (), "Output suffix"),
    ParameterSpec("sigma", ParameterKind.FLOAT, "3.0", (), "Clipping limit"),
)
FACTS = EngineInfo(parameters={"flat_field": SPECS, "photom": SPECS})
MARKUP = "<b>bold</b> & <img src='x'>"
WHEN = "2026-01-02T03:04:05"

pytestmark = pytest.mark.usefixtures("qapp")


def plain(html: str) -> str:
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText()


def page(exposure: Exposure, stage: str) -> str:
    return plain(stage_head(exposure, stage) + stage_page(exposure, stage, FACTS))


def test_the_rate_page_describes_the_exposure() -> None:
    told = page(fakes.exposure(backgrounds=1), "rate")
    for words in (
        "NIRCAM NRCA3",
        "F212N+WLP8",
        "FULL 64x48",
        "PRIME_WFSC_ROUTINE",
        "STAR",
        "2026-01-01T00:00:00.000",
        "99001, observation 001, visit 001",
        "DN/s",
        "jw99001002001_02101_00001_nrca3_rate.fits",
        "by its base name beside the association",
    ):
        assert words in told


@pytest.mark.parametrize("stage", ["rate", "cal"])
def test_notices_are_shown(stage: str) -> None:
    exposure = fakes.exposure()
    apply_event(exposure, replace(fakes.opened(exposure), notices=("The visit type is none of WFS&C.",)))
    assert "The visit type is none of WFS&C." in page(exposure, stage)


def test_a_step_that_has_not_run_has_no_references_yet() -> None:
    told = page(fakes.exposure(), "flat_field")
    assert "not run yet" in told
    assert "Reference files" not in told


def test_a_step_that_does_not_apply_says_why() -> None:
    told = page(fakes.exposure(), "bkg_subtract")
    assert "not applicable" in told
    assert "no background members" in told


def test_a_running_step_is_shown() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.started(exposure, "flat_field"))
    assert "running" in page(exposure, "flat_field")


def test_page_of_a_finished_step_has_time_unit_references_and_warnings() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.finished(exposure, "photom", warnings=("The table has no row.", "Another.")))
    told = page(exposure, "photom")
    for words in (
        "done, 2 warnings · 0.42 s",
        "MJy/sr",
        "Reference files (Shift+F lists them)",
        "The table has no row.",
        "Another.",
    ):
        assert words in told
    assert "crds://" not in told


def test_a_step_without_references_says_so() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, replace(fakes.finished(exposure, "flat_field"), references=()))
    assert page(exposure, "flat_field").count("none") == 1


def test_a_skipped_step_is_shown() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, replace(fakes.finished(exposure, "flat_field"), state=StepState.SKIPPED))
    assert "skipped · 0.42 s" in page(exposure, "flat_field")


def test_page_of_a_failed_step_has_the_reason() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.started(exposure, "flat_field"))
    why = "The flat reference is missing."
    apply_event(exposure, ProductFinished(ProductResult(exposure.product.name, ProductState.FAILED, 1.0, error=why)))
    told = page(exposure, "flat_field")
    assert "failed" in told
    assert why in told


def test_parameters_off_their_default_are_bold_and_unknown_ones_left_out() -> None:
    exposure = fakes.exposure()
    ran = {"skip": False, "sigma": 2.5, "search_output_file": True}
    apply_event(exposure, replace(fakes.finished(exposure, "flat_field"), parameters=ran))
    html = stage_page(exposure, "flat_field", FACTS)
    assert "<b>sigma</b>" in html
    assert "<b>skip</b>" not in html
    assert "skip" in plain(html)
    assert "search_output_file" not in html


def test_page_lists_every_parameter_before_the_engine_is_loaded() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.finished(exposure, "flat_field"))
    html = stage_page(exposure, "flat_field", EngineInfo())
    assert "suffix" in html
    assert "<b>suffix</b>" not in html


def test_the_cal_page_goes_from_no_result_to_where_it_is_saved() -> None:
    exposure = fakes.exposure()
    assert "there is no result yet" in page(exposure, "cal")
    fakes.completed(exposure, Path("/session/x_cal.fits"))
    told = page(exposure, "cal")
    assert "not yet" in told
    assert "jwst_9999.pmap" in told
    assert "MJy/sr" in told
    exposure.saved = Path("/out/x_cal.fits")
    assert "/out/x_cal.fits" in page(exposure, "cal")


def test_verdicts_are_shown_at_their_step_and_all_of_them_at_cal() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.finished(exposure, "assign_wcs"))
    apply_event(exposure, fakes.finished(exposure, "flat_field"))
    exposure.add_verdict(Verdict("assign_wcs", Judgement.ACCEPTED, "", WHEN))
    exposure.add_verdict(Verdict("flat_field", Judgement.REDONE, "with less clipping", WHEN))
    assert "2026-01-02 03:04 UTC, flat_field redone: with less clipping" in page(exposure, "flat_field")
    assert "assign_wcs" not in page(exposure, "flat_field")
    assert "2026-01-02 03:04 UTC, assign_wcs accepted\n" in page(exposure, "cal") + "\n"
    assert "flat_field redone" in page(exposure, "cal")


def test_verdicts_on_earlier_results_have_a_heading_of_their_own() -> None:
    exposure = fakes.exposure()
    exposure.verdicts = [Verdict("flat_field", Judgement.REJECTED, "another session", WHEN)]
    apply_event(exposure, fakes.finished(exposure, "assign_wcs"))
    apply_event(exposure, fakes.finished(exposure, "flat_field"))
    exposure.add_verdict(Verdict("flat_field", Judgement.REDONE, "once more", WHEN))
    apply_event(exposure, fakes.started(exposure, "flat_field"))
    apply_event(exposure, fakes.finished(exposure, "flat_field"))
    for stage in ("flat_field", "cal"):
        told = page(exposure, stage)
        assert "Your verdicts\n" not in told
        _, earlier = told.split("Your verdicts on earlier results, not on this one")
        assert "another session" in earlier
        assert "once more" in earlier
    exposure.add_verdict(Verdict("flat_field", Judgement.ACCEPTED, "good now", WHEN))
    now, earlier = page(exposure, "flat_field").split("Your verdicts on earlier results, not on this one")
    assert "good now" in now
    assert "good now" not in earlier


def test_markup_from_files_and_analyst_is_shown_as_it_was_written() -> None:
    exposure = fakes.exposure(f"jw_{MARKUP}".replace("/", "|"))
    apply_event(exposure, replace(fakes.opened(exposure), notices=(f"notice {MARKUP}",), context=f"context {MARKUP}"))
    finished = fakes.finished(exposure, "flat_field", warnings=(f"warning {MARKUP}",))
    apply_event(exposure, replace(finished, parameters={"sigma": MARKUP, f"p{MARKUP}": 1}))
    exposure.add_verdict(Verdict("flat_field", Judgement.ACCEPTED, f"note {MARKUP}", WHEN))
    stages = ("rate", "flat_field", "cal")
    html = "".join(stage_head(exposure, stage) + stage_page(exposure, stage, EngineInfo()) for stage in stages)
    told = plain(html)
    for words in ("notice", "context", "warning", "note"):
        assert f"{words} {MARKUP}" in told
    assert "<img" not in html
    assert "<b>bold" not in html
