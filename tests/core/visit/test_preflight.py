from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.core.visit.exposures import GOOD_STEPS, exposure, product
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.visit.card import CardLine, PreflightCard, State
from wfsgui.core.visit.preflight import EngineKnowledge, preflight_card, recorded_card

GOOD = (*((step, "COMPLETE") for step in GOOD_STEPS), ("S_PERSIS", "SKIPPED"))


@pytest.fixture
def engine(tmp_path: Path) -> EngineKnowledge:
    flat = tmp_path / "flat.fits"
    flat.touch()
    return EngineKnowledge(
        jwst_version="3.0.0",
        crds_context="jwst_1500.pmap",
        references={"flat": str(flat), "camera": "N/A"},
        output_folder=tmp_path,
    )


def line_of(card: PreflightCard, what: str) -> CardLine:
    (line,) = [line for line in card.lines if line.what == what]
    return line


def look(engine: EngineKnowledge, what: str, science: ExposureInfo) -> CardLine:
    return line_of(preflight_card(product(science), engine), what)


def test_routine_exposure_is_a_go(engine: EngineKnowledge) -> None:
    card = preflight_card(product(exposure(), exposure("sky")), engine)
    assert card.overall is State.GO
    assert card.knows_references
    assert card.reasons == ()
    assert [line.what for line in card.lines] == [
        "role",
        "field point",
        "detector1",
        "made by",
        "CRDS context of detector1",
        "pointing",
        "target",
        "background",
        "reference flat",
        "other references",
        "disk space",
    ]
    assert all(line.state is State.GO for line in card.lines)


@pytest.mark.parametrize(
    ("changes", "state", "value"),
    [
        ({}, State.GO, "fine phasing, WLP8 (+8 waves)"),
        ({"subarray": "SUB8FP6A", "pupil": "CLEAR"}, State.CARE, "line-of-sight jitter"),
        ({"exp_type": "NRC_TACQ", "pupil": "CLEAR"}, State.CARE, "target acquisition"),
        ({"background": True, "pupil": "CLEAR"}, State.CARE, "background"),
    ],
)
def test_role_line_marks_exposures_without_level2_product(
    engine: EngineKnowledge, changes: dict[str, Any], state: State, value: str
) -> None:
    line = look(engine, "role", exposure(**changes))
    assert (line.state, line.value) == (state, value)


@pytest.mark.parametrize(
    ("changes", "state", "value", "reason"),
    [
        ({}, State.GO, "NRCA1_FP6 at (1828.5, 1813.5)", "reference pixel of the SIAF"),
        ({"aperture": "NRCA1_FULL"}, State.CANNOT_TELL, "NRCA1_FULL at (1024.5, 1024.5)", "not a field point"),
        ({"aperture": "NRCA1_NEW"}, State.CANNOT_TELL, "NRCA1_NEW", "has no aperture"),
        ({"aperture": ""}, State.CANNOT_TELL, "unknown", "APERNAME is missing"),
        ({"shape": (64, 64)}, State.CARE, "NRCA1_FP6 at (1828.5, 1813.5)", "outside the image"),
        ({"detector": "NRCALONG", "aperture": "NRCA5_FULL"}, State.GO, "none", "long-wave companion"),
        ({"background": True}, State.GO, "none", "background"),
    ],
)
def test_field_point_line_follows_the_aperture(
    engine: EngineKnowledge, changes: dict[str, Any], state: State, value: str, reason: str
) -> None:
    line = look(engine, "field point", exposure(**changes))
    assert (line.state, line.value) == (state, value)
    assert reason in line.reason


@pytest.mark.parametrize(
    ("steps", "state", "reason"),
    [
        (GOOD, State.GO, ""),
        ((), State.CANNOT_TELL, "no calibration-step keyword"),
        ((*GOOD[:-2], ("S_RAMP", "FAILED")), State.NO_GO, "not count rates"),
        ((*GOOD[:-2], ("S_RAMP", "SKIPPED")), State.CARE, "S_RAMP is not COMPLETE"),
        (GOOD[1:], State.CARE, "S_DQINIT is not COMPLETE"),
        (GOOD[2:], State.CARE, "S_DQINIT and S_SATURA are not COMPLETE"),
        ((*GOOD, ("S_IPC", "FAILED")), State.CARE, "S_IPC did not end as COMPLETE or SKIPPED"),
        ((*GOOD, ("S_IPC", "")), State.CARE, "S_IPC did not end as"),
        ((*GOOD, ("S_IPC", "SKIPPED")), State.GO, ""),
    ],
)
def test_detector1_line_lists_the_state_of_each_step(
    engine: EngineKnowledge, steps: tuple[tuple[str, str], ...], state: State, reason: str
) -> None:
    line = look(engine, "detector1", exposure(steps=steps))
    assert line.state is state
    assert reason in line.reason
    assert bool(line.reason) is bool(reason)
    assert all(keyword in line.value for keyword, _ in steps)


@pytest.mark.parametrize(
    ("made_by", "state", "reason"),
    [
        ("3.0.0", State.GO, "installed version"),
        ("3.0.0.DEV12+G1234567", State.GO, "installed version"),
        ("2.9.1", State.CARE, "a major version older than the installed jwst 3.0.0"),
        ("1.19.1", State.CARE, "2 major versions older"),
        ("3.0.1", State.CARE, "The installed jwst 3.0.0 is older"),
        ("", State.CANNOT_TELL, "CAL_VER is missing"),
        ("unknown", State.CANNOT_TELL, "cannot be compared"),
    ],
)
def test_version_line_compares_with_the_installed_jwst(
    engine: EngineKnowledge, made_by: str, state: State, reason: str
) -> None:
    line = look(engine, "made by", exposure(calibration_version=made_by))
    assert line.state is state
    assert reason in line.reason


def test_older_minor_version_is_a_go(engine: EngineKnowledge) -> None:
    line = line_of(preflight_card(product(exposure()), replace(engine, jwst_version="3.1.0")), "made by")
    assert (line.state, line.reason) == (State.GO, "The installed jwst 3.1.0 is a little newer.")


@pytest.mark.parametrize(
    ("then", "now", "state", "reason"),
    [
        ("jwst_1500.pmap", "jwst_1500.pmap", State.GO, "the context of the run"),
        ("jwst_1293.pmap", "jwst_1500.pmap", State.GO, "207 contexts older than that of the run, jwst_1500.pmap"),
        ("jwst_1501.pmap", "jwst_1500.pmap", State.CARE, "1 contexts newer"),
        ("jwst_1293.pmap", "", State.GO, "was not looked up"),
        ("mine.pmap", "jwst_1500.pmap", State.CARE, "another one"),
        ("", "jwst_1500.pmap", State.CANNOT_TELL, "CRDS_CTX is missing"),
    ],
)
def test_context_line_compares_with_the_context_of_the_run(
    engine: EngineKnowledge, then: str, now: str, state: State, reason: str
) -> None:
    card = preflight_card(product(exposure(crds_context=then)), replace(engine, crds_context=now))
    line = line_of(card, "CRDS context of detector1")
    assert line.state is state
    assert reason in line.reason


@pytest.mark.parametrize(
    ("quality", "state", "reason"),
    [
        ("CALCULATED", State.GO, "measured"),
        ("CALCULATED_TRACK_TR_202111", State.GO, "measured"),
        ("PLANNED", State.CARE, "the planned pointing, not from the measured one"),
        ("", State.CANNOT_TELL, "ENGQLPTG is missing"),
        ("OTHER", State.CANNOT_TELL, "ENGQLPTG is OTHER"),
    ],
)
def test_pointing_line_follows_engqlptg(engine: EngineKnowledge, quality: str, state: State, reason: str) -> None:
    line = look(engine, "pointing", exposure(pointing_quality=quality))
    assert line.state is state
    assert reason in line.reason


@pytest.mark.parametrize(
    ("position", "state", "reason"),
    [
        ((89.9, -65.7), State.GO, ""),
        ((0.0, 0.0), State.CARE, "TARG_RA and TARG_DEC are (0, 0)"),
        (None, State.CARE, "TARG_RA and TARG_DEC are missing"),
    ],
)
def test_target_line_without_a_position_is_care(
    engine: EngineKnowledge, position: tuple[float, float] | None, state: State, reason: str
) -> None:
    line = look(engine, "target", exposure(target_position=position))
    assert line.state is state
    assert reason in line.reason
    assert "STAR" in line.value


def test_time_series_has_a_line(engine: EngineKnowledge) -> None:
    assert look(engine, "time series", exposure(time_series=True)).state is State.CARE


def test_each_background_has_a_line(engine: EngineKnowledge) -> None:
    card = preflight_card(product(exposure(), exposure("good"), exposure("bad", pupil="WLM8")), engine)
    good, bad = (line for line in card.lines if line.what == "background")
    assert (good.value, good.state) == ("good_rate.fits", State.GO)
    assert (bad.value, bad.state) == ("bad_rate.fits", State.CARE)
    assert bad.reason == "This background does not match the exposure: pupil WLM8, not WLP8."


def test_background_line_without_backgrounds_is_a_go(engine: EngineKnowledge) -> None:
    assert look(engine, "background", exposure()) == CardLine("background", "none", State.GO, "Nothing is subtracted.")


@pytest.mark.parametrize(
    ("place", "state", "reason"),
    [
        ("", State.NO_GO, "CRDS has no file"),
        ("/cache/not_there.fits", State.CARE, "the run fetches it"),
    ],
)
def test_reference_line_has_the_path_of_the_file(
    engine: EngineKnowledge, place: str, state: State, reason: str
) -> None:
    card = preflight_card(product(exposure()), replace(engine, references={"flat": place}))
    line = line_of(card, "reference flat")
    assert line.state is state
    assert reason in line.reason
    assert line.value == (place or "missing")


def test_references_that_do_not_apply_share_one_line(engine: EngineKnowledge) -> None:
    card = preflight_card(product(exposure()), replace(engine, references={"fore": "N/A", "camera": "N/A"}))
    line = line_of(card, "other references")
    assert (line.value, line.state) == ("N/A camera fore", State.GO)


def test_card_is_not_a_go_while_the_references_are_not_known(engine: EngineKnowledge) -> None:
    card = preflight_card(product(exposure()), replace(engine, references=None))
    assert line_of(card, "references").value == "not looked up"
    assert card.overall is State.CANNOT_TELL
    assert not card.knows_references
    (reason,) = card.reasons
    assert "--references" in reason


def test_failed_reference_lookup_has_a_line(engine: EngineKnowledge) -> None:
    card = preflight_card(product(exposure()), replace(engine, references=None, references_fault="CRDS is ill."))
    assert line_of(card, "references").text == "references: unknown. CRDS is ill."
    assert card.overall is State.CANNOT_TELL
    assert not card.knows_references


@pytest.mark.parametrize(
    ("states", "overall"),
    [
        ([], State.CANNOT_TELL),
        ([State.GO, State.GO], State.GO),
        ([State.GO, State.CANNOT_TELL], State.CANNOT_TELL),
        ([State.CARE, State.CANNOT_TELL], State.CARE),
        ([State.NO_GO, State.CARE, State.GO], State.NO_GO),
    ],
)
def test_overall_state_is_the_worst_of_the_lines(states: list[State], overall: State) -> None:
    card = PreflightCard("a", tuple(CardLine(f"line {state}", "value", state) for state in states))
    assert card.overall is overall


def test_reasons_are_sorted_worst_first(engine: EngineKnowledge) -> None:
    steps = (*GOOD[:-2], ("S_RAMP", "FAILED"))
    card = preflight_card(product(exposure(steps=steps, pointing_quality="PLANNED", aperture="")), engine)
    assert [reason.partition(":")[0] for reason in card.reasons] == ["detector1", "pointing", "field point"]


def test_card_as_dict_is_json(engine: EngineKnowledge) -> None:
    card = preflight_card(product(exposure(pointing_quality="PLANNED")), engine)
    content = json.loads(json.dumps(card.as_dict()))
    assert (content["product"], content["overall"]) == ("a_rate.fits", "care")
    assert content["lines"][5] == {
        "what": "pointing",
        "value": "PLANNED",
        "state": "care",
        "reason": "The WCS follows from the planned pointing, not from the measured one, and can be far off.",
    }


def test_card_as_text_begins_with_the_overall_state(engine: EngineKnowledge) -> None:
    first, *lines = preflight_card(product(exposure()), engine).as_text()
    assert first == "preflight: go"
    assert lines[0] == "  go           role: fine phasing, WLP8 (+8 waves). F212N+WLP8 is in the beam."


def test_recorded_card_has_what_the_headers_tell(engine: EngineKnowledge) -> None:
    subject = product(exposure(pointing_quality="PLANNED"), exposure("sky"))
    whole = preflight_card(subject, engine)
    card = recorded_card(subject, engine.jwst_version, engine.crds_context)
    others = ("field point", "other references", "reference flat", "disk space")
    assert card.lines == tuple(line for line in whole.lines if line.what not in others)
    assert card.overall is State.CARE
