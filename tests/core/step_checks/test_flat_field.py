"""Whether flat_field divided by the flat that it says it used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.core.step_checks.step_cases import all_met, evidence, image, outcome, with_sci, write_flat
from wfsgui.core.model.events import Reference
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.step_checks.evidence import Evidence, Expectation, Outcome

_NAME = "Before / after is the flat"
_CRDS = "crds://jwst_nircam_flat_0001.fits"
_BAD = np.uint32(FLAGS["DO_NOT_USE"] | FLAGS["NO_FLAT_FIELD"])


def response(shape: tuple[int, int] = (40, 56)) -> NDArray[np.float32]:
    return np.random.default_rng(9).normal(1, 0.03, shape).astype(np.float32)


def divided(before: StepImage, flat: NDArray[np.float32], bad: NDArray[np.bool_] | None = None) -> StepImage:
    """Divide as the step does: bad pixels of the flat become NaN and are flagged."""
    unusable = np.zeros(flat.shape, bool) if bad is None else bad
    sci = before.sci / np.where(unusable, np.float32(1), flat)
    dq = before.dq | np.where(unusable, _BAD, np.uint32(0))
    sci[(dq & 1) != 0] = np.nan
    return with_sci(before, sci, dq=dq)


def with_flat(made: Evidence, path: Path | None, name: str = _CRDS) -> Evidence:
    return replace(made, references=(Reference("flat", name, path),))


def judged(path: Path, before: StepImage, after: StepImage, metadata: dict[str, str] | None = None) -> Expectation:
    return outcome(with_flat(evidence("flat_field", before, after, metadata), path), _NAME)


def test_single_precision_division_is_accepted(tmp_path: Path) -> None:
    before, flat = image(), response()
    path = write_flat(tmp_path / "flat.fits", flat)
    assert all_met(with_flat(evidence("flat_field", before, divided(before, flat)), path))
    result = judged(path, before, divided(before, flat))
    assert f"in {np.isfinite(before.sci).sum()} pixels" in result.finding


def test_other_flat_fails_with_deviation(tmp_path: Path) -> None:
    before, flat = image(), response()
    path = write_flat(tmp_path / "flat.fits", flat * np.float32(1.001))
    result = judged(path, before, divided(before, flat))
    assert result.outcome is Outcome.NOT_MET
    count = np.isfinite(before.sci).sum()
    assert result.finding == f"Largest relative deviation 0.001 in {count} pixels; {count} beyond 1e-06."


def test_one_wrong_pixel_fails(tmp_path: Path) -> None:
    before, flat = image(), response()
    path = write_flat(tmp_path / "flat.fits", flat)
    after = divided(before, flat)
    sci = after.sci.copy()
    y, x = np.argwhere(np.isfinite(sci))[7]
    sci[y, x] *= np.float32(1 + 1e-5)
    result = judged(path, before, with_sci(after, sci))
    assert result.outcome is Outcome.NOT_MET
    assert "; 1 beyond" in result.finding


def test_zero_pixels_must_stay_zero(tmp_path: Path) -> None:
    before, flat = with_sci(image(), np.zeros((40, 56))), response()
    path = write_flat(tmp_path / "flat.fits", flat)
    assert judged(path, before, with_sci(before, before.sci / flat)).outcome is Outcome.MET
    assert judged(path, before, with_sci(before, before.sci + 1e-3)).outcome is Outcome.NOT_MET


@pytest.mark.parametrize("definitions", [None, {"NO_FLAT_FIELD": 1, "DO_NOT_USE": 2, "LOW_QE": 4}])
def test_bad_pixels_of_flat_are_ignored(tmp_path: Path, definitions: dict[str, int] | None) -> None:
    before, flat = image(), response()
    values = definitions or FLAGS
    dq = np.zeros(flat.shape, np.uint32)
    dq[3, 3], dq[4, 4], dq[5, 5] = values["NO_FLAT_FIELD"], values["DO_NOT_USE"], 4
    bad = (dq & np.uint32(values["NO_FLAT_FIELD"] | values["DO_NOT_USE"])) != 0
    flat[bad] = 5
    flat[6, 6], flat[7, 7] = np.nan, 0
    bad |= ~(flat > 0)
    after = divided(before, flat, bad)
    # A value at bad pixels of the flat, which the check ignores.
    sci = np.where(bad, before.sci, after.sci)
    path = write_flat(tmp_path / "flat.fits", flat, dq, definitions=definitions)
    result = judged(path, before, with_sci(after, sci))
    assert result.outcome is Outcome.MET
    assert f"in {np.count_nonzero(np.isfinite(before.sci) & ~bad)} pixels" in result.finding


def test_flat_is_cut_to_subarray(tmp_path: Path) -> None:
    before, flat = image(), response((100, 120))
    part = flat[25:65, 13:69]
    path = write_flat(tmp_path / "flat.fits", flat, start=(5, 9))
    where = {"meta.subarray.xstart": "18", "meta.subarray.ystart": "34"}
    assert judged(path, before, divided(before, part), where).outcome is Outcome.MET
    beside = where | {"meta.subarray.xstart": "19"}
    assert judged(path, before, divided(before, part), beside).outcome is Outcome.NOT_MET
    for outside in ({"meta.subarray.xstart": "4"}, {"meta.subarray.ystart": "70"}):
        result = judged(path, before, divided(before, part), where | outside)
        assert (result.outcome, result.finding) == (Outcome.UNKNOWN, "The flat does not cover the exposure's subarray.")


def test_missing_flat_is_unknown() -> None:
    made = evidence("flat_field", image(), image())
    assert outcome(made, _NAME).finding == "The step recorded no flat."
    result = outcome(with_flat(made, None), _NAME)
    assert (result.outcome, result.finding) == (Outcome.UNKNOWN, f"The flat {_CRDS} is not on this computer.")


@pytest.mark.parametrize("content", [None, b"", b"no FITS at all" * 500])
def test_unreadable_flat_is_unknown(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "flat.fits"
    if content is not None:
        path.write_bytes(content)
    result = judged(path, image(), image())
    assert (result.outcome, result.finding) == (
        Outcome.UNKNOWN,
        "The flat flat.fits cannot be read; fetch it again, or name another.",
    )


def test_truncated_flat_is_unknown(tmp_path: Path) -> None:
    path = write_flat(tmp_path / "flat.fits", response())
    path.write_bytes(path.read_bytes()[:6000])
    assert judged(path, image(), image()).outcome is Outcome.UNKNOWN


def test_missing_subarray_keyword_is_unknown(tmp_path: Path) -> None:
    path = write_flat(tmp_path / "flat.fits", response())
    result = judged(path, image(), image(), {"meta.subarray.ystart": "None"})
    assert (result.outcome, result.finding) == (Outcome.UNKNOWN, "The metadata have no number meta.subarray.ystart.")


def test_flat_without_good_pixel_is_unknown(tmp_path: Path) -> None:
    path = write_flat(tmp_path / "flat.fits", np.full((40, 56), np.nan, np.float32))
    assert judged(path, image(), image()).finding == "No pixel has both a value and a good flat."
