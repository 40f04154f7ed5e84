"""``_rate`` files and their headers, compared with flight headers and with the SIAF."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from jwst.pipeline import Detector1Pipeline
from stdatamodels.jwst.datamodels import ImageModel

from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.product import Member, Product
from wfsgui.core.sky.siaf import import_pysiaf
from wfsgui.core.visit.card import State
from wfsgui.core.visit.preflight import EngineKnowledge, preflight_card
from wfsgui.demo.references.mappings import CONTEXT_NAME
from wfsgui.demo.visit.exposure_spec import ExposureSpec
from wfsgui.demo.visit.headers import metadata
from wfsgui.demo.visit.pointing import observatory_state, point, reference_pixel
from wfsgui.demo.visit.rate_file import Planes, write_rate

SMALL = ExposureSpec(subarray="SUB64P", xstart=401, ystart=1401, xsize=64, ysize=48, pupil="WLP8", x_offset=-1.2)

# A target that the observatory moves towards, so that velocity aberration is as large as it can be.
AHEAD = ExposureSpec(target_ra=9.6, target_dec=4.1, x_offset=3.1, y_offset=-2.2)

# What was not simulated: mechanisms, guide star, ground system, other time systems.
NOT_WRITTEN = {
    "BSCALE",
    "BZERO",
    "COMPRESS",
    "CONT_ID",
    "CORONMSK",
    "DATAMODE",
    "HGA_MOVE",
    "NAXIS3",
    "NAXIS4",
    "NWFSEST",
    "OBSFOLDR",
    "ORIGIN",
    "OSF_FILE",
    "OSS_VER",
    "PRIDTYPE",
    "PWFSEET",
    "SCA_NUM",
    "SCTARATE",
    "SMGRDPAT",
    "SUBPXPAT",
    "SUBPXPTS",
    "VA_DEC",
    "VA_RA",
    "VELOSYS",
    "VISITEND",
}
NOT_WRITTEN_FAMILIES = ("FA", "GS", "GD", "BART", "B", "H", "OBSGEO", "TDB-")


def number(values: dict[str, object], path: str) -> float:
    value = values[f"meta.{path}"]
    assert isinstance(value, int | float)
    return float(value)


def planes_for(spec: ExposureSpec) -> Planes:
    random = np.random.default_rng(3)
    sci, err, poisson, read = random.uniform(1, 2, (4, *spec.shape)).astype(np.float32)
    dq = random.integers(0, 2**32, spec.shape, dtype=np.uint32)
    sci[0, 0] = np.nan
    return Planes(sci, err, dq, poisson, read)


@pytest.fixture(scope="module")
def flight() -> fits.Header:
    """Read the headers of a flight exposure in the jwst package."""
    package = importlib.util.find_spec("jwst")
    assert package is not None
    assert package.submodule_search_locations is not None
    folder = Path(package.submodule_search_locations[0], "associations", "tests", "data", "exposures")
    with fits.open(folder / "jw01075001001_03105_00009_nrca3_uncal.fits", memmap=False) as hdus:
        header = hdus[0].header.copy()
        header.update(hdus["SCI"].header)
    return header


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a small exposure."""
    return write_rate(tmp_path_factory.mktemp("rate") / SMALL.file_name, SMALL, planes_for(SMALL))


def test_extensions_and_pixels(written: Path) -> None:
    planes = planes_for(SMALL)
    with fits.open(written, memmap=False) as hdus:
        assert [hdu.name for hdu in hdus] == ["PRIMARY", "SCI", "ERR", "DQ", "VAR_POISSON", "VAR_RNOISE", "ASDF"]
        for name, plane in vars(planes).items():
            stored = hdus[name].data
            assert np.array_equal(stored, plane, equal_nan=name == "sci")
            assert stored.dtype.newbyteorder("=") == plane.dtype
        assert hdus[0].header["FILENAME"] == written.name == "jw99001001001_03101_00001_nrca3_rate.fits"
        assert hdus["SCI"].header["BUNIT"] == hdus["ERR"].header["BUNIT"] == "DN/s"
    assert [path.name for path in written.parent.iterdir()] == [written.name]


def test_data_model_opens(written: Path) -> None:
    with ImageModel(written) as model:
        model.validate()
        assert model.meta.model_type == "ImageModel"
        assert (model.meta.instrument.filter, model.meta.instrument.pupil) == ("F212N", "WLP8")
        assert model.meta.visit.type == "PRIME_WFSC_ROUTINE"
        assert model.meta.visit.tsovisit is False
        assert model.meta.exposure.type == "NRC_IMAGE"
        assert "imulated" in model.meta.program.title
        assert model.meta.cal_step.ramp_fit == model.meta.cal_step.jump == model.meta.cal_step.superbias == "COMPLETE"
        assert model.meta.cal_step.assign_wcs is None


@pytest.mark.parametrize("detector", ["NRCA1", "NRCALONG", "NIS", "MIRIMAGE", "GUIDER1", "NRS1"])
def test_preflight_finds_what_made_the_exposure(detector: str, tmp_path: Path) -> None:
    """The keywords of the earlier processing are present, as in a flight file."""
    spec = replace(SMALL, detector=detector, pupil="CLEAR", xstart=1, ystart=1)
    path = write_rate(tmp_path / spec.file_name, spec, planes_for(spec))
    product = Product(name="x", science=Member(read_exposure_info(path)))
    engine = EngineKnowledge(jwst_version=version("jwst"), crds_context=CONTEXT_NAME, output_folder=tmp_path)
    card = preflight_card(product, engine)
    states = {line.what: line.state for line in card.lines}
    made = ("detector1", "made by", "CRDS context of detector1")
    assert {what: states[what] for what in made} == dict.fromkeys(made, State.GO)


def test_keywords_equal_those_of_flight_files(written: Path, flight: fits.Header) -> None:
    with fits.open(written, memmap=False) as hdus:
        ours = {*hdus[0].header, *hdus["SCI"].header}
    wanted = {key for key in flight if not key.startswith(NOT_WRITTEN_FAMILIES)} - NOT_WRITTEN | {"BUNIT", "BKGDTARG"}
    assert len(wanted) > 120
    assert wanted <= ours


def test_times_equal_those_of_flight_files(flight: fits.Header) -> None:
    """Ten groups of RAPID in full frame, as in the flight exposure."""
    spec = ExposureSpec(readpatt="RAPID", ngroups=10, start_mjd=flight["EXPSTART"])
    values = metadata(spec)
    for path, keyword in {
        "frame_time": "TFRAME",
        "group_time": "TGROUP",
        "integration_time": "EFFINTTM",
        "exposure_time": "EFFEXPTM",
        "noutputs": "NOUTPUTS",
    }.items():
        assert values[f"meta.exposure.{path}"] == pytest.approx(flight[keyword], abs=1e-3)
    for path, keyword in {"mid_time": "EXPMID", "end_time": "EXPEND"}.items():
        assert values[f"meta.exposure.{path}"] == pytest.approx(flight[keyword], abs=1e-3 / 86400, rel=0)
    assert values["meta.observation.date_beg"] == flight["DATE-BEG"]
    assert str(values["meta.observation.date_end"])[:19] == flight["DATE-END"][:19]


def test_identifiers_equal_those_of_flight_files(flight: fits.Header) -> None:
    spec = ExposureSpec(program=1075, visit_group=3, activity="05", exposure=9)
    values = metadata(spec)
    assert spec.file_name == flight["FILENAME"].replace("uncal", "rate")
    for path, keyword in {"obs_id": "OBS_ID", "visit_id": "VISIT_ID", "exposure_number": "EXPOSURE"}.items():
        assert values[f"meta.observation.{path}"] == flight[keyword]
    for path in ("fastaxis", "slowaxis", "xsize", "name"):
        keyword = {"fastaxis": "FASTAXIS", "slowaxis": "SLOWAXIS", "xsize": "SUBSIZE1", "name": "SUBARRAY"}[path]
        assert values[f"meta.subarray.{path}"] == flight[keyword]


@pytest.mark.parametrize("detector", ["NRCA3", "NRCB4", "NRCALONG", "NIS", "MIRIMAGE", "GUIDER1", "GUIDER2"])
def test_header_puts_the_target_where_the_truth_has_it(detector: str) -> None:
    """Compute the pixel from the keywords with pysiaf, including velocity aberration."""
    pysiaf = import_pysiaf()
    from pysiaf.utils import rotations

    spec = replace(AHEAD, detector=detector, subarray="GENERIC", xstart=101, ystart=201, xsize=512, ysize=512)
    values = metadata(spec)
    v2_ref, v3_ref, ra_ref, dec_ref, roll = (
        number(values, f"wcsinfo.{key}") for key in ("v2_ref", "v3_ref", "ra_ref", "dec_ref", "roll_ref")
    )
    x, y = point(spec).sky_to_pixel([number(values, "target.ra")], [number(values, "target.dec")])
    full = pysiaf.Siaf(spec.instrument)[spec.full_aperture_name]
    v2, v3 = full.sci_to_tel(x[0] + 101, y[0] + 201)
    scale = number(values, "velocity_aberration.scale_factor")
    corrected = v2_ref + scale * (v2 - v2_ref), v3_ref + scale * (v3 - v3_ref)
    attitude = rotations.attitude(v2_ref, v3_ref, ra_ref, dec_ref, roll)
    place = rotations.pointing(attitude, *corrected)
    assert place == pytest.approx((values["meta.target.ra"], values["meta.target.dec"]), abs=1e-9, rel=0)
    # And the offset is what XOFFSET and YOFFSET say.
    assert full.sci_to_idl(x[0] + 101, y[0] + 201) == pytest.approx((3.1, -2.2), abs=0.02)
    assert rotations.pointing(attitude, 0.0, 0.0) == pytest.approx(
        (values["meta.pointing.ra_v1"], values["meta.pointing.dec_v1"]), abs=1e-9, rel=0
    )


def test_linear_wcs_fits_the_distortion_at_its_reference() -> None:
    spec = replace(SMALL, aperture="NRCA3_FP1")
    values = metadata(spec)
    x, y = (number(values, f"wcsinfo.crpix{axis}") - 1 for axis in (1, 2))
    ra, dec = point(spec).pixel_to_sky([x, x + 10, x], [y, y, y + 10])
    # The aperture's own frame is some milliarcseconds off that of the whole detector.
    assert ra[0] == pytest.approx(number(values, "wcsinfo.crval1"), abs=2e-6)
    assert dec[0] == pytest.approx(number(values, "wcsinfo.crval2"), abs=1e-6)
    east, north = (ra[1:] - ra[0]) * np.cos(np.radians(dec[0])), dec[1:] - dec[0]
    for axis in (1, 2):
        step = 10 * number(values, f"wcsinfo.cdelt{axis}")
        assert east[axis - 1] == pytest.approx(step * number(values, f"wcsinfo.pc1_{axis}"), abs=step / 200)
        assert north[axis - 1] == pytest.approx(step * number(values, f"wcsinfo.pc2_{axis}"), abs=step / 200)


def test_velocity_aberration_equals_that_of_the_ground_system() -> None:
    values = metadata(AHEAD)
    velocity = (number(values, f"ephemeris.velocity_{axis}_bary") for axis in "xyz")
    scale, _, _ = importlib.import_module("stcal.velocity_aberration").compute_va_effects(
        *velocity, AHEAD.target_ra, AHEAD.target_dec
    )
    assert scale > 1.00009
    assert values["meta.velocity_aberration.scale_factor"] == pytest.approx(scale, abs=1e-9)


def test_observatory_position_equals_the_flight_ephemeris(flight: fits.Header) -> None:
    position, velocity = observatory_state(flight["EPH_TIME"])
    # The halo orbit, which is left out, is 0.8 million km wide.
    assert position == pytest.approx([flight[f"JWST_{axis}"] for axis in "XYZ"], abs=1.0e6)
    assert velocity == pytest.approx([flight[f"JWST_D{axis}"] for axis in "XYZ"], abs=0.6)


def test_proper_motion_moves_the_target() -> None:
    spec = ExposureSpec(target_dec=60.0, proper_motion=(1.0, -2.0), start_mjd=57_388.0 + 10 * 365.25)
    ra, dec = spec.target_at_mid_exposure
    assert (ra - spec.target_ra) * 3600 == pytest.approx(20.0, abs=1e-3)
    assert (dec - spec.target_dec) * 3600 == pytest.approx(-20.0, abs=1e-3)


def test_instruments_have_their_own_keywords() -> None:
    miri, fgs, niriss = (metadata(ExposureSpec(detector=name)) for name in ("MIRIMAGE", "GUIDER1", "NIS"))
    assert "meta.instrument.filter" in miri
    assert "meta.instrument.pupil" not in miri
    assert not {"meta.instrument.filter", "meta.instrument.pupil"} & set(fgs)
    assert niriss["meta.instrument.pupil"] == "CLEAR"
    assert (miri["meta.subarray.xsize"], miri["meta.subarray.ysize"]) == (1032, 1024)
    assert [m["meta.exposure.type"] for m in (miri, fgs, niriss)] == ["MIR_IMAGE", "FGS_IMAGE", "NIS_IMAGE"]
    assert not {"meta.instrument.module", "meta.cal_step.superbias"} & set(miri)


@pytest.mark.parametrize("detector", ["NRCA1", "NRCALONG", "NIS", "MIRIMAGE", "GUIDER1", "NRS1"])
def test_every_step_of_detector1_has_a_state(detector: str) -> None:
    of_miri = {"emicorr", "rscd", "firstframe", "lastframe", "reset"}
    others = {"superbias"}
    steps = {"dark_sub" if name == "dark_current" else name for name in Detector1Pipeline.step_defs}
    expected = steps - (others if detector == "MIRIMAGE" else of_miri)
    values = metadata(ExposureSpec(detector=detector))
    found = {path.rpartition(".")[2] for path in values if path.startswith("meta.cal_step.")}
    assert found == expected


@pytest.mark.parametrize("detector", ["NRCBLONG", "NIS", "MIRIMAGE", "GUIDER2", "NRS2"])
def test_every_instrument_can_be_written(detector: str, tmp_path: Path) -> None:
    spec = replace(SMALL, detector=detector, subarray="FULL", visit_type=None, xstart=1, ystart=1)
    path = write_rate(tmp_path / spec.file_name, spec, planes_for(spec))
    header = fits.getheader(path)
    assert (header["DETECTOR"], header["INSTRUME"]) == (detector, spec.instrument)
    assert "VISITYPE" not in header
    assert header["PATTTYPE"] == "NONE"


def test_wrong_shape_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"sci has the shape \(48, 64\)"):
        write_rate(tmp_path / "x_rate.fits", replace(SMALL, xsize=65), planes_for(SMALL))
    assert not list(tmp_path.iterdir())


def test_failed_write_keeps_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x_rate.fits"
    path.write_bytes(b"former")

    def fail(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(ImageModel, "save", fail)
    with pytest.raises(OSError, match="No space left"):
        write_rate(path, SMALL, planes_for(SMALL))
    assert path.read_bytes() == b"former"
    assert list(tmp_path.iterdir()) == [path]


def test_existing_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x_rate.fits"
    path.write_bytes(b"former")
    write_rate(path, SMALL, planes_for(SMALL))
    assert fits.getval(path, "FILENAME") == "x_rate.fits"


def test_planes_may_share_an_array(tmp_path: Path) -> None:
    zero = np.zeros(SMALL.shape, np.float32)
    path = write_rate(tmp_path / "x_rate.fits", SMALL, Planes(zero, zero, zero.astype(np.uint32), zero, zero))
    assert not fits.getdata(path, "VAR_RNOISE").any()


def test_unknown_detector_is_refused() -> None:
    with pytest.raises(ValueError, match="no detector 'MIRIFUSHORT'"):
        ExposureSpec(detector="MIRIFUSHORT")


@pytest.mark.parametrize(
    ("detector", "aperture", "expected"),
    [
        ("NRCA3", "NRCA3_FP1_SUB8", (461.5, 1410.5)),
        ("NRCA1", "NRCA1_FP6_SUB64", (1828.5, 1813.5)),
        ("NRS1", "NRS1_FULL", (1024.5, 1024.5)),
        ("NRS2", "NRS2_FULL", (1024.5, 1024.5)),
    ],
)
def test_the_target_is_at_the_reference_pixel_of_any_aperture(
    detector: str, aperture: str, expected: tuple[float, float]
) -> None:
    where = point(ExposureSpec(detector=detector, aperture=aperture, proper_motion=(0.0, 0.0)))
    x, y = where.sky_to_pixel([ExposureSpec.target_ra], [ExposureSpec.target_dec])
    # The SIAF fits each aperture by itself: between two of one detector it is off by some hundredths of a pixel.
    assert (x[0] + 1, y[0] + 1) == pytest.approx(expected, abs=0.1)
    assert reference_pixel(where.aperture, where.full) == pytest.approx(expected, abs=1e-6)


def test_a_place_in_the_field_of_nirspec_has_a_pixel() -> None:
    where = point(ExposureSpec(detector="NRS1", aperture="NRS1_FP2MIMF"))
    v2, v3 = where.full.sci_to_tel(*np.array([reference_pixel(where.aperture, where.full)]).T)
    assert (v2[0], v3[0]) == pytest.approx((where.aperture.V2Ref, where.aperture.V3Ref), abs=1e-4)
