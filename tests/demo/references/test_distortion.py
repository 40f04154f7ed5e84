from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from stdatamodels.jwst.datamodels import DistortionModel, FilteroffsetModel

from wfsgui.demo.references.crds_cache import DETECTORS
from wfsgui.demo.references.detectors import detector_named
from wfsgui.demo.references.distortion import distortion_model, write_distortion, write_filteroffset
from wfsgui.demo.references.filters import passbands
from wfsgui.demo.references.siaf import aperture, pixel_area, pixel_area_map

IMAGERS = [name for name in DETECTORS if not name.startswith("NRS")]


@pytest.mark.parametrize("name", IMAGERS)
def test_distortion_model_equals_the_siaf_and_inverts_itself(name: str) -> None:
    detector = detector_named(name)
    rows, columns = detector.shape
    y, x = np.meshgrid(np.linspace(-0.5, rows - 0.5, 31), np.linspace(-0.5, columns - 0.5, 31), indexing="ij")
    model = distortion_model(detector)
    v2v3 = model(x, y)
    # The SIAF counts pixels from 1.
    np.testing.assert_allclose(v2v3, aperture(detector).sci_to_tel(x + 1, y + 1), rtol=0, atol=1e-9)
    np.testing.assert_allclose(model.inverse(*v2v3), (x, y), rtol=0, atol=3e-4)


@pytest.mark.parametrize("name", ["NRCB4", "NIS", "GUIDER1", "MIRIMAGE"])
def test_distortion_file_has_the_model_and_its_inverse(tmp_path: Path, name: str) -> None:
    detector = detector_named(name)
    write_distortion(detector, tmp_path / "a.asdf")
    with DistortionModel(tmp_path / "a.asdf", strict_validation=True) as reference:
        reference.validate()
        model = reference.model
    expected = distortion_model(detector)
    v2v3 = expected(100.0, 900.0)
    assert model(100.0, 900.0) == v2v3
    assert model.inverse(*v2v3) == expected.inverse(*v2v3)
    # assign_wcs takes the box from the image then, which a full-frame box would spoil for subarrays.
    with pytest.raises(NotImplementedError):
        _ = model.bounding_box


@pytest.mark.parametrize("name", ["NRCA1", "NRCALONG", "NIS", "MIRIMAGE"])
def test_filter_offsets_are_zero_for_every_pair_of_elements(tmp_path: Path, name: str) -> None:
    detector = detector_named(name)
    write_filteroffset(detector, tmp_path / "a.asdf")
    with FilteroffsetModel(tmp_path / "a.asdf", strict_validation=True) as reference:
        reference.validate()
        rows = [dict(row) for row in reference.filters.instance]
    assert {(row["filter"], row.get("pupil", "")) for row in rows} == {(b.filter, b.pupil) for b in passbands(detector)}
    assert {row[axis] for row in rows for axis in ("column_offset", "row_offset")} == {0.0}


def test_distortion_file_is_reproducible(tmp_path: Path) -> None:
    detector = detector_named("NRCB1")
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        write_distortion(detector, tmp_path / folder / "a.asdf")
    assert (tmp_path / "first" / "a.asdf").read_bytes() == (tmp_path / "second" / "a.asdf").read_bytes()


@pytest.mark.parametrize("name", ["NRCA1", "NRCBLONG", "GUIDER2", "MIRIMAGE"])
def test_pixel_areas_follow_the_distortion(name: str) -> None:
    detector = detector_named(name)
    areas = pixel_area_map(detector)
    assert areas.shape == detector.shape
    row, column = 100, 700
    corners = aperture(detector).sci_to_tel(
        column + 1 + np.array([-0.5, 0.5, 0.5, -0.5]), row + 1 + np.array([-0.5, -0.5, 0.5, 0.5])
    )
    v2, v3 = (values - values.mean() for values in corners)
    shoelace = abs(np.sum(v2 * np.roll(v3, -1) - v3 * np.roll(v2, -1))) / 2
    assert areas[row, column] == pytest.approx(shoelace, rel=1e-6)
    assert pixel_area(detector) == pytest.approx(areas.mean() * np.deg2rad(1 / 3600) ** 2, rel=0.03)
