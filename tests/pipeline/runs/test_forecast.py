"""Forecast of wfs_combine: equal to jwst's step on the same two results."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from jwst.wfs_combine import WfsCombineStep
from jwst.wfs_combine.wfs_combine import DataSet
from stdatamodels.jwst import datamodels

from tests.exposures import noisy_planes, small
from tests.pipeline.parity_helpers import run_stock
from wfsgui.core.errors import WfsguiError
from wfsgui.core.pair.forecast import CombinationRequest
from wfsgui.demo.visit.exposure_spec import ExposureSpec
from wfsgui.demo.visit.rate_file import write_rate
from wfsgui.pipeline.runs.forecast import forecast_combination

PIXEL = 0.0312
"""Arcsec."""


def spec(number: int, dither: tuple[float, float], size: int = 64) -> ExposureSpec:
    """Specify a dithered exposure; the dither is given in pixels."""
    return replace(
        small(exposure=number), xsize=size, ysize=size, x_offset=dither[0] * PIXEL, y_offset=dither[1] * PIXEL
    )


def result(folder: Path, made: ExposureSpec, star: tuple[float, float] = (30.0, 33.0)) -> Path:
    """Calibrate an exposure with a star by the official pipeline."""
    planes = noisy_planes(made)
    y, x = np.indices(made.shape)
    planes.sci[...] += (800 * np.exp(-0.5 * np.hypot(x - star[0], y - star[1]) ** 2 / 9)).astype(np.float32)
    folder.mkdir(parents=True, exist_ok=True)
    rate = write_rate(folder / made.file_name, made, planes)
    (saved,) = run_stock(rate, folder / "cal")
    return saved


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory, references: Callable[[str], None]) -> tuple[Path, Path]:
    references("NRCA3")
    folder = tmp_path_factory.mktemp("dithered")
    # The Ideal frame of NRCA3 has the x axis of the detector reversed.
    first = result(folder, spec(1, (0.0, 0.0)))
    return first, result(folder, spec(2, (5.0, 3.0)), (35.0, 30.0))


def by_hand(first: Path, second: Path, folder: Path, **parameters: bool) -> datamodels.JwstDataModel:
    """Run the step on an association."""
    members = [{"expname": str(path), "exptype": "science"} for path in (first, second)]
    content = {"asn_pool": "pool", "products": [{"name": "jw99001-o001_{suffix}", "members": members}]}
    association = folder / "x_asn.json"
    association.write_text(json.dumps({**content, "asn_type": "wfs-image3", "asn_rule": "x", "asn_id": "a1"}))
    (model,) = WfsCombineStep.call(str(association), **parameters)
    return model


@pytest.mark.parametrize("choice", [{}, {"refine": True}])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_forecast_is_the_combination_of_the_step(
    results: tuple[Path, Path], tmp_path: Path, order: tuple[int, int], choice: dict[str, bool]
) -> None:
    first, second = (results[number] for number in order)
    request = CombinationRequest(first=first, second=second, folder=tmp_path / "planes", **choice)
    found = forecast_combination(request)
    expected = by_hand(first, second, tmp_path, **{f"do_{name}": value for name, value in choice.items()})
    assert np.array_equal(found.image.sci, expected.data)
    assert np.array_equal(found.image.err, expected.err)
    assert np.array_equal(found.image.dq, expected.dq)
    assert found.image.unit == "MJy/sr"
    assert found.record.parameters["do_refine"] == str(bool(choice))
    assert (found.record.refined is not None) == bool(choice)


def test_numbers_are_those_of_the_data_set_of_the_step(results: tuple[Path, Path], tmp_path: Path) -> None:
    request = CombinationRequest(first=results[0], second=results[1], folder=tmp_path, refine=True)
    record = forecast_combination(request).record
    with datamodels.open(results[0]) as first, datamodels.open(results[1]) as second:
        data = DataSet(first, second, True, True, 100, 10, 2)
        data.get_wcs_offsets()
        assert record.sky_shift == pytest.approx((data.flt_off_x, data.flt_off_y))
        data.do_all()
        assert record.applied == (data.off_x, data.off_y)
        assert record.refined == pytest.approx((data.flt_off_x, data.flt_off_y), abs=0.006)
        combined_first = data.input_1.meta.filename
    assert record.names[0] == combined_first
    assert max(map(abs, record.sky_shift)) == pytest.approx(5, abs=0.2)


def test_order_is_exchanged_where_the_shift_in_x_is_negative(results: tuple[Path, Path], tmp_path: Path) -> None:
    forward, backward = (
        forecast_combination(CombinationRequest(first=one, second=other, folder=tmp_path)).record
        for one, other in (results, reversed(results))
    )
    assert forward.flipped != backward.flipped
    assert forward.names == backward.names
    assert forward.sky_shift[0] * backward.sky_shift[0] < 0


def test_pixels_bad_in_both_are_lost_and_those_beyond_the_other_are_halved(
    results: tuple[Path, Path], tmp_path: Path
) -> None:
    found = forecast_combination(CombinationRequest(first=results[0], second=results[1], folder=tmp_path))
    path = next(path for path in results if path.name == found.record.names[0])
    with datamodels.open(path) as first:
        alone, bad = np.nan_to_num(first.data), (first.dq & 1) != 0
    lost, halved = found.lost, found.halved
    assert lost.any()
    assert not found.image.sci[lost].any()
    assert bad[lost].all()
    assert halved.any()
    good = halved & ~bad
    assert np.allclose(found.image.sci[good], alone[good] / 2)


def test_inputs_are_not_changed_and_nothing_is_left(results: tuple[Path, Path], tmp_path: Path) -> None:
    before = [path.read_bytes() for path in results]
    forecast_combination(CombinationRequest(first=results[0], second=results[1], folder=tmp_path / "planes"))
    assert [path.read_bytes() for path in results] == before
    assert list((tmp_path / "planes").iterdir()) == []


def test_exposure_without_a_wcs_is_refused(results: tuple[Path, Path], tmp_path: Path) -> None:
    rate = results[0].parent.parent / spec(1, (0.0, 0.0)).file_name
    with pytest.raises(WfsguiError, match=r"_rate\.fits has no WCS; a forecast of wfs_combine needs two _cal files"):
        forecast_combination(CombinationRequest(first=rate, second=results[1], folder=tmp_path))


def test_different_shapes_are_refused(results: tuple[Path, Path], tmp_path: Path) -> None:
    other = result(tmp_path / "other", spec(3, (0.0, 0.0), 48))
    with pytest.raises(WfsguiError, match="64x64 and 48x48 pixels"):
        forecast_combination(CombinationRequest(first=results[0], second=other, folder=tmp_path))


def test_missing_and_damaged_files_are_refused(results: tuple[Path, Path], tmp_path: Path) -> None:
    damaged = tmp_path / "b_cal.fits"
    damaged.write_bytes(b"SIMPLE  =")
    for path in (tmp_path / "a_cal.fits", damaged):
        with pytest.raises(WfsguiError, match="forecast of wfs_combine"):
            forecast_combination(CombinationRequest(first=results[0], second=path, folder=tmp_path))
