"""Exposures are listed by role, and *Run all* leaves out those of some roles."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gui.window_driver import WindowDriver
from tests.headers_only import write_exposure
from wfsgui.core.model.exposure import ExposureState

EXPOSURES = {
    "taken_as_target": {"SUBARRAY": "SUB64FP6A"},
    "for_jitter": {"SUBARRAY": "SUB8FP6A"},
    "in_focus": {"PUPIL": "CLEAR"},
    "minus": {"PUPIL": "WLM8"},
    "plus": {"PUPIL": "WLP8"},
    "companion": {"DETECTOR": "NRCALONG", "PUPIL": "CLEAR", "FILTER": "F480M"},
}
ORDER = ["plus", "minus", "in_focus", "companion", "for_jitter", "taken_as_target"]


def written(folder: Path, *names: str) -> list[Path]:
    return [write_exposure(folder / f"{name}_rate.fits", EXPOSURES[name]) for name in names]


def listed(driver: WindowDriver) -> list[str]:
    model = driver.window.docks.model
    rows = (model.exposure_at(model.index(row, 0)) for row in range(model.rowCount()))
    return [row.product.name.removesuffix("_rate.fits") for row in rows if row is not None]


def test_exposures_are_listed_by_role(driver: WindowDriver, tmp_path: Path) -> None:
    driver.open(*written(tmp_path / "in", *EXPOSURES))
    assert listed(driver) == ORDER
    assert [exposure.product.name.removesuffix("_rate.fits") for exposure in driver.exposures] == ORDER


def test_exposures_opened_later_take_their_place_by_role(driver: WindowDriver, tmp_path: Path) -> None:
    for name in EXPOSURES:
        driver.open(*written(tmp_path / "in", name))
    assert listed(driver) == ORDER


def test_run_all_leaves_out_jitter_and_acquisition_and_says_so(driver: WindowDriver, tmp_path: Path) -> None:
    driver.open(*written(tmp_path / "in", *EXPOSURES))
    driver.run_all()
    driver.wait(lambda: any("has ended" in sentence for sentence in driver.sentences))
    (end,) = (sentence for sentence in driver.sentences if "has ended" in sentence)
    assert end.startswith("The run of 4 exposures has ended: 4 done")
    assert end.endswith("2 left out: line-of-sight jitter, target acquisition; run them by selecting them.")
    assert [exposure.state for exposure in driver.exposures[-2:]] == [ExposureState.WAITING] * 2


@pytest.mark.parametrize("name", ["for_jitter", "taken_as_target"])
def test_exposure_that_run_all_leaves_out_is_run_when_selected(driver: WindowDriver, tmp_path: Path, name: str) -> None:
    (exposure,) = driver.open(*written(tmp_path / "in", name))
    driver.press("F5")
    assert exposure.state is ExposureState.WAITING
    (sentence,) = (sentence for sentence in driver.sentences if "left out" in sentence)
    assert sentence.startswith("1 left out: ")
    assert sentence.endswith("; run it by selecting it.")
    driver.window.docks.exposures.select(exposure)
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.action("run_selected").trigger()
    assert exposure.result is not None
