from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from stdatamodels.jwst import datamodels

from wfsgui.demo.references.crds_cache import DETECTORS
from wfsgui.demo.references.detectors import detector_named
from wfsgui.demo.references.filters import MIRI_SUBARRAYS, passbands
from wfsgui.demo.references.photometry import conversions, write_photom

IMAGERS = [name for name in DETECTORS if not name.startswith("NRS")]


def value(detector: str, filter_name: str, pupil: str = "CLEAR") -> tuple[float, bool]:
    (row,) = [
        row
        for row in conversions(detector_named(detector))
        if (row.passband.filter, row.passband.pupil) == (filter_name, pupil)
    ]
    return row.value, row.published


def test_published_conversions_are_used_unchanged() -> None:
    assert value("NRCA3", "F200W") == (1.896, True)
    assert value("NRCA3", "F210M") == (4.405, True)
    assert value("NRCA3", "F187N") == (41.50, True)
    assert value("NRCA3", "F212N") == (42.56, True)
    assert value("NRCALONG", "F480M") == (2.023, True)
    assert value("NRCBLONG", "F480M") == (1.456, True)


def test_estimated_conversions_are_scaled_and_marked() -> None:
    estimate, published = value("NRCA1", "F200W")
    # The same passband: only the pixel area differs.
    assert estimate == pytest.approx(1.896 * 2.26 / 2.24)
    assert not published
    # Scaled from the filter that is the most alike in relative width.
    assert value("NRCA3", "F182M")[0] == pytest.approx(4.405 * (0.205 / 2.093) / (0.238 / 1.845))
    assert value("NRCA3", "F140M")[0] == pytest.approx(4.405 * (0.205 / 2.093) / (0.142 / 1.404))


@pytest.mark.parametrize(
    ("pair", "plain"),
    [
        (("F212N", "WLM8"), "F212N"),
        (("F212N", "WLP8"), "F212N"),
        (("F210M", "WLP8"), "F210M"),
        (("WLP4", "CLEAR"), "F212N"),
        (("WLP4", "WLP8"), "F212N"),
        (("WLP4", "WLM8"), "F212N"),
    ],
)
@pytest.mark.parametrize("detector", ["NRCA3", "NRCB1"])
def test_weak_lens_has_the_conversion_of_the_filter(detector: str, pair: tuple[str, str], plain: str) -> None:
    assert value(detector, *pair) == value(detector, plain)


@pytest.mark.parametrize(
    ("detector", "filter_name", "pupil"),
    [
        ("NRCB2", "F150W2", "F162M"),
        ("NRCB2", "F150W2", "F164N"),
        ("NRCALONG", "F322W2", "F323N"),
        ("NRCBLONG", "F444W", "F405N"),
        ("NRCBLONG", "F444W", "F466N"),
        ("NRCBLONG", "F444W", "F470N"),
        ("NIS", "CLEAR", "F090W"),
        ("NIS", "F480M", "CLEARP"),
    ],
)
def test_filters_of_the_other_wheel_have_a_conversion(detector: str, filter_name: str, pupil: str) -> None:
    assert value(detector, filter_name, pupil)[0] > 0


@pytest.mark.parametrize("name", IMAGERS)
def test_table_rows_are_unique(name: str) -> None:
    rows = passbands(detector_named(name))
    assert len({(row.filter, row.pupil) for row in rows}) == len(rows)


@pytest.mark.parametrize("name", ["NRCA3", "NRCB1", "NRCALONG", "NIS", "GUIDER1", "MIRIMAGE"])
def test_photom_reference_is_read_by_the_step(tmp_path: Path, name: str) -> None:
    detector = detector_named(name)
    path = tmp_path / "jwst_photom.fits"
    write_photom(detector, path)
    rows = conversions(detector)
    with datamodels.open(path, strict_validation=True) as reference:
        reference.validate()
        table = reference.phot_table
        assert type(reference).__name__.endswith("ImgPhotomModel")
        assert len(table) == len(rows) * (len(MIRI_SUBARRAYS) if name == "MIRIMAGE" else 1)
        expected = np.array([row.value for row in rows], dtype=np.float32)
        np.testing.assert_allclose(np.unique(table["photmjsr"]), np.unique(expected))
        assert np.all(table["uncertainty"] > 0)
        area = reference.meta.photometry
        assert area.pixelarea_steradians / area.pixelarea_arcsecsq == pytest.approx(2.350443e-11)
    history = "".join(str(fits.getheader(path)["HISTORY"]).splitlines())
    assert "an estimate, for demonstration only" in history
    assert ("published in grizli's zero-point tables" in history) == (name in {"NRCA3", "NRCALONG"})


def test_published_pixel_areas_are_used(tmp_path: Path) -> None:
    published = {"NRCA1": 2.24e-14, "NRCA3": 2.26e-14, "NRCA4": 2.25e-14, "NRCALONG": 9.21e-14}
    for name, area in published.items():
        write_photom(detector_named(name), tmp_path / f"{name}.fits")
        assert fits.getval(tmp_path / f"{name}.fits", "PIXAR_SR") == area


def test_every_subarray_of_miri_has_a_row() -> None:
    schema = datamodels.ImageModel().schema["properties"]["meta"]["properties"]["subarray"]
    (known,) = [set(group["enum"]) for group in schema["properties"]["name"]["anyOf"] if "BRIGHTSKY" in group["enum"]]
    assert set(MIRI_SUBARRAYS) == known | {"FULL", "GENERIC"}
