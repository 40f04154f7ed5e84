"""Whether photom multiplied every pixel by the conversion that it recorded."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core.step_checks.step_cases import all_met, evidence, found, image, outcome, with_sci
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.step_checks.evidence import Outcome

_ONE, _RECORDED, _UNIT = "One factor for every pixel", "The factor is PHOTMJSR", "The unit is MJy/sr"


def converted(before: StepImage, factor: float = 42.56) -> StepImage:
    return with_sci(before, before.sci * np.float32(factor), unit="MJy/sr")


@pytest.mark.parametrize("level", [0.0, 5.0, 1e5])
def test_constant_conversion_is_accepted(level: float) -> None:
    before = image(level)
    made = evidence("photom", before, converted(before))
    assert all_met(made)
    values = found(made)
    assert values["PHOTMJSR"] == "42.56 MJy/sr per DN/s"
    assert values["Pixel area"] == "2.26e-14 sr"
    assert values["Pixel area on the sky"] == "0.00096152 arcsec²"
    number, unit = values["Ratio measured"].split(maxsplit=1)
    assert float(number) == pytest.approx(42.56, rel=1e-6)
    assert unit == "MJy/sr per DN/s"
    assert values["Median ratio"].endswith(" MJy/sr per DN/s")


def test_varying_factor_fails() -> None:
    before = image()
    sci = converted(before).sci.copy()
    y, x = np.argwhere(np.isfinite(sci))[5]
    sci[y, x] *= np.float32(1 + 1e-5)
    made = evidence("photom", before, with_sci(before, sci, unit="MJy/sr"))
    result = outcome(made, _ONE)
    assert result.outcome is Outcome.NOT_MET
    assert result.finding.endswith("with a relative range of 1e-05.")
    assert outcome(made, _RECORDED).outcome is Outcome.MET


def test_factor_other_than_recorded_fails() -> None:
    before = image()
    made = evidence("photom", before, converted(before, 42.57))
    assert outcome(made, _ONE).outcome is Outcome.MET
    result = outcome(made, _RECORDED)
    assert result.outcome is Outcome.NOT_MET
    assert result.finding.endswith("PHOTMJSR is 42.56 MJy/sr per DN/s.")


def test_missing_conversion_fails() -> None:
    before = image()
    made = evidence("photom", before, before, {"meta.photometry.conversion_megajanskys": "None"})
    assert (outcome(made, _UNIT).outcome, outcome(made, _UNIT).finding) == (Outcome.NOT_MET, "The unit is DN/s.")
    result = outcome(made, _RECORDED)
    assert (result.outcome, result.finding) == (
        Outcome.UNKNOWN,
        "The metadata have no number meta.photometry.conversion_megajanskys.",
    )
    assert found(made)["PHOTMJSR"] == result.finding


def test_image_without_values_is_unknown() -> None:
    empty = with_sci(image(), np.full((40, 56), np.nan))
    made = evidence("photom", empty, converted(empty))
    assert {outcome(made, name).outcome for name in (_ONE, _RECORDED)} == {Outcome.UNKNOWN}
