"""NIRSpec imaging with the mirror: references, and results of the official pipeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.modeling import Model
from jwst.pipeline import Image2Pipeline
from stdatamodels.jwst import datamodels

from tests.exposures import write_small
from wfsgui.demo.references.crds_cache import ensure_references
from wfsgui.demo.references.siaf import apertures
from wfsgui.demo.visit.exposure_spec import ExposureSpec
from wfsgui.demo.visit.pointing import point

# Every type, and both sizes of both detectors: they select references independently of each other.
CASES = [
    ("NRS_MIMF", "NRS1", True),
    ("NRS_IMAGE", "NRS2", True),
    ("NRS_FOCUS", "NRS1", False),
    ("NRS_CONFIRM", "NRS2", False),
    ("NRS_TACONFIRM", "NRS1", False),
]
PLACE = {"NRS1": "NRS1_FP2MIMF", "NRS2": "NRS2_FP4MIMF"}
MODELS = {
    "fpa": datamodels.FPAModel,
    "camera": datamodels.CameraModel,
    "disperser": datamodels.DisperserModel,
    "collimator": datamodels.CollimatorModel,
    "fore": datamodels.FOREModel,
    "ote": datamodels.OTEModel,
    "wavelengthrange": datamodels.WavelengthrangeModel,
}
Calibrate = Callable[[ExposureSpec], datamodels.ImageModel]
PIXELS = np.meshgrid(np.linspace(0, 2047, 9), np.linspace(0, 2047, 9))


def spec_of(
    detector: str, exp_type: str = "NRS_MIMF", filter_name: str = "F110W", *, full: bool = False
) -> ExposureSpec:
    spec = ExposureSpec(detector=detector, filter=filter_name, exp_type=exp_type, aperture=PLACE[detector])
    return spec if full else replace(spec, subarray="SUB32", xstart=901, ystart=301, xsize=32, ysize=32)


@pytest.fixture
def calibrated(tmp_path: Path, references: Callable[[str], None]) -> Calibrate:
    """Calibrate an exposure with the official pipeline; return the open result."""

    def calibrate(spec: ExposureSpec) -> datamodels.ImageModel:
        references(spec.detector)
        path = write_small(tmp_path, spec)
        (result,) = Image2Pipeline.call(str(path), steps={"resample": {"skip": True}})
        return result

    return calibrate


@pytest.mark.parametrize(("exp_type", "detector", "full"), CASES)
def test_official_pipeline_calibrates_every_nirspec_imaging_type(
    calibrated: Calibrate, exp_type: str, detector: str, *, full: bool
) -> None:
    spec = spec_of(detector, exp_type, full=full)
    with calibrated(spec) as result:
        steps = {name: getattr(result.meta.cal_step, name) for name in ("assign_wcs", "flat_field", "photom")}
        assert steps == {"assign_wcs": "COMPLETE", "flat_field": "COMPLETE", "photom": "SKIPPED"}
        assert result.meta.exposure.type == exp_type
        assert result.meta.bunit_data == "DN/s"
        assert result.meta.ref_file.flat.name == f"crds://jwst_nirspec_flat_demo-{detector.lower()}.fits"
        assert result.meta.ref_file.fore.name == "crds://jwst_nirspec_fore_demo-f110w.asdf"
        assert result.meta.ref_file.photom.name == "N/A"
        assert result.meta.ref_file.crds.context_used == "jwst_demonstration.pmap"
        assert result.meta.wcsinfo.spectral_order == 0
        limits = result.meta.wcsinfo.waverange_start, result.meta.wcsinfo.waverange_end
        assert limits == pytest.approx((1.0e-6, 1.3e-6))
        # The FITS approximation was made, too, which takes the inverse of every transform.
        assert result.meta.wcsinfo.ctype1 == "RA---TAN-SIP"
        columns, rows = np.array([0.0, 13.0]), np.array([0.0, 21.0])
        back = result.meta.wcs.invert(*result.meta.wcs(columns, rows))
        np.testing.assert_allclose(back, (columns, rows), rtol=0, atol=2e-3)


@pytest.mark.parametrize("detector", ["NRS1", "NRS2"])
def test_nirspec_wcs_equals_the_siaf(calibrated: Calibrate, detector: str) -> None:
    spec = spec_of(detector, filter_name="CLEAR", full=True)
    full = apertures("NIRSPEC")[f"{detector}_FULL"]
    x, y = PIXELS
    with calibrated(spec) as result:
        v2v3 = result.meta.wcs.get_transform("detector", "v2v3")(x, y)
        # The SIAF counts pixels from 1. A micro-arcsecond is 1e-5 of a pixel.
        np.testing.assert_allclose(v2v3, full.sci_to_tel(x + 1, y + 1), rtol=0, atol=1e-6)
        ra, dec = point(spec).pixel_to_sky(x.ravel(), y.ravel())
        found_ra, found_dec = result.meta.wcs(x.ravel(), y.ravel())
        np.testing.assert_allclose((found_dec - dec) * 3600, 0, atol=1e-4)
        np.testing.assert_allclose((found_ra - ra) * np.cos(np.radians(dec)) * 3600, 0, atol=1e-4)


@pytest.mark.parametrize("filter_name", ["CLEAR", "F110W", "F140X", "F170LP"])
def test_nirspec_optics_of_each_filter_equal_the_siaf(
    calibrated: Calibrate, monkeypatch: pytest.MonkeyPatch, filter_name: str
) -> None:
    full = apertures("NIRSPEC")["NRS1_FULL"]
    # The SIAF has no long-pass filters; within 0.02 arcsec they are as if there were none.
    monkeypatch.setattr(full, "filter_name", filter_name if filter_name in {"F110W", "F140X"} else "CLEAR")
    with calibrated(spec_of("NRS1", filter_name=filter_name)) as result:
        v2v3 = result.meta.wcs.get_transform("detector", "v2v3")(10.0, 20.0)
    assert v2v3 == pytest.approx(full.sci_to_tel(911.0, 321.0), abs=1e-6)


def test_tilted_mirror_moves_the_field_as_in_the_siaf(
    references: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    references("NRS2")
    path = write_small(tmp_path, spec_of("NRS2", filter_name="CLEAR"))
    full = apertures("NIRSPEC")["NRS2_FULL"]
    tilt = (0.3590, 0.1344)
    with datamodels.open(path) as model:
        straight = full.sci_to_tel(911.0, 321.0)
        model.meta.instrument.gwa_xtilt, model.meta.instrument.gwa_ytilt = tilt
        (result,) = Image2Pipeline.call(model, steps={"resample": {"skip": True}})
        v2v3 = result.meta.wcs.get_transform("detector", "v2v3")(10.0, 20.0)
        result.close()
    monkeypatch.setattr(full, "tilt", tilt)
    expected = full.sci_to_tel(911.0, 321.0)
    assert np.hypot(*np.subtract(expected, straight)) > 0.5
    # The SIAF takes small angles.
    assert v2v3 == pytest.approx(expected, abs=1e-3)


def test_nirspec_references_are_valid_and_marked(demo_cache: Path, references: Callable[[str], None]) -> None:
    references("NRS1")
    paths = ensure_references(demo_cache, "NRS1")
    assert [path.name.removeprefix("jwst_nirspec_") for path in paths] == [
        "fpa_demo.asdf",
        "camera_demo.asdf",
        "disperser_demo.asdf",
        "collimator_demo.asdf",
        "fore_demo.asdf",
        "fore_demo-f110w.asdf",
        "fore_demo-f140x.asdf",
        "ote_demo.asdf",
        "wavelengthrange_demo.asdf",
        "flat_demo-nrs1.fits",
        "pars-image2pipeline_demo.asdf",
    ]
    for path in paths[:9]:
        kind = path.name.split("_")[2]
        with MODELS[kind](path, strict_validation=True) as reference:
            reference.validate()
            assert reference.meta.reftype == kind
            assert reference.meta.pedigree == "DUMMY"
            assert "demonstration reference, not for science" in reference.meta.description


def test_nirspec_transforms_have_inverses(demo_cache: Path, references: Callable[[str], None]) -> None:
    references("NRS1")
    folder = demo_cache / "references" / "jwst" / "nirspec"
    with datamodels.FPAModel(folder / "jwst_nirspec_fpa_demo.asdf") as fpa:
        models: list[Model] = [fpa.nrs1_model, fpa.nrs2_model]
    for model in models:
        np.testing.assert_allclose(model.inverse(*model(*PIXELS)), PIXELS, rtol=0, atol=1e-3)
    # The two detectors see the grating wheel from either side of its middle.
    left, right = (model(*PIXELS)[0] for model in models)
    assert left.max() < 0 < right.min() or right.max() < 0 < left.min()
