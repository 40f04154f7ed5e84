"""Tests of the effect of any step: levels, ratios, NaN and flags, also of a skipped step."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from astropy.stats import mad_std
from numpy.typing import NDArray

from tests.core.step_checks.step_cases import DO_NOT_USE, evidence, found, image, outcome, with_sci
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.stages import STEPS
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.step_checks.evidence import Outcome
from wfsgui.core.step_checks.image_change import ImageChange, change_between
from wfsgui.core.step_checks.step_effect import step_effect

_KEPT = "No pixel loses DO_NOT_USE"
_AGREE = "NaN exactly where DO_NOT_USE is set"


def step_image(values: NDArray[np.floating]) -> StepImage:
    plane = values.astype(np.float32)
    return StepImage(plane, np.ones_like(plane), np.zeros(plane.shape, np.uint32), "DN/s")


def change(before: NDArray[np.floating], after: NDArray[np.floating]) -> ImageChange:
    return change_between(step_image(before), step_image(after))


def test_levels_before_and_after_equal_astropy() -> None:
    before = image()
    after = with_sci(before, before.sci * 3 + 1, unit="MJy/sr")
    measured = change_between(before, after)
    for level, plane in ((measured.before, before.sci), (measured.after, after.sci)):
        assert level.median == pytest.approx(float(np.nanmedian(plane)), rel=1e-6)
        assert level.mad_std == pytest.approx(mad_std(plane.astype(float), ignore_nan=True), rel=1e-5)
    values = found(evidence("photom", before, after))
    assert values["Median"] == f"{np.nanmedian(before.sci):.6g} DN/s → {np.nanmedian(after.sci):.6g} MJy/sr"
    assert values["MAD standard deviation"].endswith("MJy/sr")


def test_changed_pixels_are_counted_and_nan_equals_nan() -> None:
    nan = np.nan
    measured = change(np.array([[nan, nan, 1, 2, 3, 4]]), np.array([[nan, 5, nan, 2, 4, 4]]))
    assert (measured.changed, measured.new_nan, measured.nan_gone, measured.pixels) == (3, 1, 1, 6)
    values = found(evidence("flat_field", step_image(np.array([[nan, 1.0]])), step_image(np.array([[2.0, nan]]))))
    assert values["Pixels changed"] == "2 of 2 (100.0%)"
    assert values["NaN"] == "1 new, 1 gone"


def test_ratio_is_of_pixels_with_finite_ratio() -> None:
    rng = np.random.default_rng(3)
    ratio = rng.uniform(0.5, 2, (600, 700))
    before = rng.uniform(1, 2, ratio.shape)
    after = before * ratio
    after[0, :50], before[1, :50], before[2, :50] = np.nan, 0, np.inf
    measured = change(before, after).ratio
    good = (after[3:] / before[3:]).ravel()
    assert measured.median == pytest.approx(np.median(good), rel=1e-3)
    assert (measured.low, measured.high) == pytest.approx(tuple(np.quantile(good, [0.005, 0.995])), rel=1e-3)
    assert measured.highest == pytest.approx(good.max(), rel=1e-3)
    assert measured.lowest == 0  # Of a number and infinity.


@pytest.mark.parametrize(
    "plane", [np.full((3, 4), np.nan), np.zeros((3, 4)), np.full((1, 1), np.inf), np.array([[3e38, -3e38]])]
)
@pytest.mark.parametrize("factor", [1, 0.5])
@pytest.mark.parametrize("stage", STEPS)
def test_hard_images_do_not_fail(plane: NDArray[np.float64], factor: float, stage: str) -> None:
    effect = step_effect(evidence(stage, step_image(plane), step_image(plane * factor)))
    assert all(fact.value and fact.tip for fact in effect.facts)
    assert all(entry.finding and entry.tip for entry in effect.expectations)


def test_gained_and_lost_flags_have_rows() -> None:
    before = image()
    dq = before.dq.copy()
    dq[0, :3] |= np.uint32(FLAGS["JUMP_DET"])
    dq[1, 0] |= np.uint32(FLAGS["NO_FLAT_FIELD"])
    effect = step_effect(evidence("flat_field", before, with_sci(before, before.sci, dq=dq)))
    assert [(row.name, row.gained, row.lost) for row in effect.transitions] == [
        ("JUMP_DET", 3, 0),
        ("NO_FLAT_FIELD", 1, 0),
    ]


@pytest.mark.parametrize("stage", STEPS)
def test_lost_do_not_use_fails_in_every_step(stage: str) -> None:
    before = image()
    kept = with_sci(before, before.sci, dq=before.dq | np.uint32(4))
    assert outcome(evidence(stage, before, kept), _KEPT).outcome is Outcome.MET
    dq = before.dq.copy()
    y, x = np.argwhere(dq)[0]
    dq[y, x] = 0
    result = outcome(evidence(stage, before, with_sci(before, before.sci, dq=dq)), _KEPT)
    assert result.outcome is Outcome.NOT_MET
    assert result.finding == "1 pixel lost DO_NOT_USE."


@pytest.mark.parametrize("stage", ["flat_field", "photom"])
def test_disagreement_of_nan_and_flags_fails(stage: str) -> None:
    after = image()
    assert outcome(evidence(stage, after, after), _AGREE).outcome is Outcome.MET
    y, x = np.argwhere(after.dq == 0)[0]
    empty = after.sci.copy()
    empty[y, x] = np.nan
    result = outcome(evidence(stage, after, with_sci(after, empty)), _AGREE)
    assert (result.outcome, result.finding) == (
        Outcome.NOT_MET,
        "1 NaN without DO_NOT_USE; 0 with DO_NOT_USE and a value.",
    )
    dq = after.dq.copy()
    dq[y, x] = DO_NOT_USE
    result = outcome(evidence(stage, after, with_sci(after, after.sci, dq=dq)), _AGREE)
    assert result.finding == "0 NaN without DO_NOT_USE; 1 with DO_NOT_USE and a value."


@pytest.mark.parametrize("stage", STEPS)
def test_skipped_step_has_unknown_outcomes(stage: str) -> None:
    before = image()
    asked = evidence(stage, before, with_sci(before, before.sci * 2))
    effect = step_effect(replace(asked, skipped=True))
    assert effect.facts[0].value == "skipped"
    assert [entry.name for entry in effect.expectations] == [entry.name for entry in step_effect(asked).expectations]
    assert {(entry.outcome, entry.finding) for entry in effect.expectations} == {
        (Outcome.UNKNOWN, "The step was skipped.")
    }


def test_no_heavy_package_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys, wfsgui.core.step_checks.step_effect, wfsgui.core.image.dq_flags;"
        "heavy = {'scipy.ndimage', 'astropy.stats', 'photutils', 'jwst', 'gwcs', 'PySide6'};"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
