"""Metadata of a ``_rate`` file, derived from an `ExposureSpec`.

The keywords and units are those of flight files after calwebb_detector1. Dependent values (file name, times, pointing,
subarray) are computed, so that the header is consistent.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.demo.references.mappings import CONTEXT_NAME
from wfsgui.demo.references.siaf import apertures, siaf_version
from wfsgui.demo.visit.exposure_spec import DAY, PROPER_MOTION_EPOCH_MJD, ExposureSpec
from wfsgui.demo.visit.pointing import Pointing, observatory_state, point, reference_pixel

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ExposureSpec", "metadata"]

# FASTAXIS and SLOWAXIS: the read-out directions in the science frame.
_AXES: Final[Mapping[str, tuple[int, int]]] = {
    **dict.fromkeys(("NRCA1", "NRCA3", "NRCALONG", "NRCB2", "NRCB4"), (-1, 2)),
    **dict.fromkeys(("NRCA2", "NRCA4", "NRCB1", "NRCB3", "NRCBLONG"), (1, -2)),
    "NIS": (-2, -1),
    "GUIDER1": (-2, -1),
    "GUIDER2": (2, -1),
    "MIRIMAGE": (1, 2),
    "NRS1": (2, 1),
    "NRS2": (-2, -1),
}

_STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "COMPLETE": ("dq_init", "saturation", "refpix", "linearity", "dark_sub", "jump", "ramp_fit"),
    "SKIPPED": (
        *("group_scale", "ipc", "persistence", "charge_migration", "picture_frame", "clean_flicker_noise"),
        "gain_scale",
    ),
}
_MJD_ZERO: Final = datetime(1858, 11, 17, tzinfo=UTC)


def metadata(spec: ExposureSpec) -> dict[str, object]:
    """Return the metadata of an exposure.

    Parameters
    ----------
    spec : ExposureSpec
        The exposure.

    Returns
    -------
    dict
        Values by their path in a data model, for example ``{"meta.instrument.name": "NIRCAM"}``, without None.
    """
    where = point(spec)
    groups: dict[str, Mapping[str, object]] = {
        "meta": {
            "calibration_software_version": version("jwst"),
            "data_processing_software_version": "simulated",
            "prd_software_version": siaf_version(),
            "telescope": "JWST",
            "time_sys": "UTC",
            "time_unit": "s",
            "bunit_data": "DN/s",
            "bunit_err": "DN/s",
        },
        "meta.program": _program(),
        "meta.observation": _observation(spec),
        "meta.visit": _visit(spec),
        "meta.target": _target(spec),
        "meta.instrument": _instrument(spec),
        "meta.exposure": _exposure(spec) | _timing(spec),
        "meta.subarray": _subarray(spec),
        "meta.dither": _dither(spec),
        "meta.aperture": {
            "name": spec.aperture_name,
            "pps_name": spec.pointing_aperture_name,
            "position_angle": (_roll_ref(where) + where.aperture.V3IdlYAngle) % 360.0,
        },
        "meta.ephemeris": _ephemeris(spec),
        "meta.velocity_aberration": {"scale_factor": where.va_scale},
        "meta.coordinates": {"reference_frame": "ICRS"},
        "meta.pointing": _v1(where),
        "meta.guidestar": {"gs_pcs_mode": "FINEGUIDE"},
        "meta.wcsinfo": _wcsinfo(spec, where),
        "meta.cal_step": _steps(spec),
        # No flight context has this name, so the exposure cannot be mistaken for a flight file.
        "meta.ref_file.crds": {"context_used": CONTEXT_NAME, "sw_version": version("crds")},
    }
    flat = {f"{group}.{key}": value for group, items in groups.items() for key, value in items.items()}
    return {path: value for path, value in flat.items() if value is not None}


def _program() -> dict[str, object]:
    return {
        "title": "Demonstration of wfsgui: a simulated routine wavefront-sensing visit",
        "pi_name": "Simulated, not flight data",
        "category": "COM",
        "sub_category": "SIMULATED",
        "science_category": "Observatory",
    }


def _observation(spec: ExposureSpec) -> dict[str, object]:
    begin = _utc(spec.start_mjd)
    visit_id = f"{spec.program:05d}{spec.observation:03d}{spec.visit:03d}"
    return {
        "date": begin[:10],
        "time": begin[11:],
        "date_beg": begin,
        "date_end": _utc(spec.start_mjd + spec.elapsed_days),
        "obs_id": f"V{visit_id}P{0:08d}{spec.visit_group:02d}{spec.sequence}{spec.activity}",
        "visit_id": visit_id,
        "program_number": f"{spec.program:05d}",
        "observation_number": f"{spec.observation:03d}",
        "visit_number": f"{spec.visit:03d}",
        "visit_group": f"{spec.visit_group:02d}",
        "sequence_id": spec.sequence,
        "activity_id": spec.activity,
        "exposure_number": f"{spec.exposure:d}",
        "bkgdtarg": spec.background,
        "template": "WFSC NIRCam Fine Phasing" if spec.instrument == "NIRCAM" else "WFSC Fine Phasing",
        "observation_label": "Simulated wavefront sensing",
    }


def _visit(spec: ExposureSpec) -> dict[str, object]:
    return {
        "engineering_quality": "OK",
        "engdb_pointing_quality": spec.pointing_quality,
        "type": spec.visit_type,
        "start_time": _utc(spec.start_mjd).replace("T", " "),
        "status": "SUCCESSFUL",
        "total_exposures": spec.exposures_in_visit,
        "internal_target": False,
        "too_visit": False,
        "tsovisit": False,
        "exp_only": False,
        "crowded_field": False,
    }


def _target(spec: ExposureSpec) -> dict[str, object]:
    ra, dec = spec.target_at_mid_exposure
    return {
        "proposer_name": spec.target,
        "catalog_name": spec.target,
        "type": "FIXED",
        "category": "Star",
        "ra": ra,
        "dec": dec,
        "ra_uncertainty": 0.0,
        "dec_uncertainty": 0.0,
        "proper_motion_ra": spec.proper_motion[0],
        "proper_motion_dec": spec.proper_motion[1],
        "proper_motion_epoch": _utc(PROPER_MOTION_EPOCH_MJD).replace("T", " "),
        "proposer_ra": spec.target_ra,
        "proposer_dec": spec.target_dec,
        "source_type_apt": "POINT",
    }


def _instrument(spec: ExposureSpec) -> dict[str, object]:
    values: dict[str, object] = {"name": spec.instrument, "detector": spec.detector}
    if spec.instrument != "FGS":
        values["filter"] = spec.filter
    if spec.instrument in {"NIRCAM", "NIRISS"}:
        values["pupil"] = spec.pupil
    if spec.instrument == "NIRCAM":
        values |= {
            "module": spec.detector[3],
            "channel": "LONG" if spec.detector.endswith("LONG") else "SHORT",
            "pupil_imaging_lens": False,
        }
    if spec.instrument == "NIRSPEC":
        values |= {"grating": "MIRROR", "lamp_state": "NONE", **_mirror_tilt()}
    return values


def _mirror_tilt() -> dict[str, object]:
    """Return the readings of the grating-wheel sensors at which the mirror has no tilt in the SIAF."""
    wheel = apertures("NIRSPEC")["CLEAR_GWA_OTE"]
    return {"gwa_xtilt": float(wheel.YSciRef), "gwa_ytilt": float(wheel.XSciRef)}


def _exposure(spec: ExposureSpec) -> dict[str, object]:
    frames, gap = spec.frames
    return {
        "type": spec.exposure_type,
        "count": spec.exposure_count,
        "prime_parallel": "PRIME",
        "readpatt": spec.read_pattern,
        "noutputs": 4 if spec.subarray == "FULL" else 1,
        "nints": spec.nints,
        "ngroups": spec.ngroups,
        "nframes": frames,
        "groupgap": gap,
        "frame_divisor": frames,
        "drop_frames1": 0,
        "drop_frames3": 0,
        "nsamples": 1,
        "sample_time": 10,
        "nresets_at_start": 1,
        "nresets_between_ints": 1,
        "zero_frame": False,
        "data_problem": False,
        "psf_reference": False,
        "self_reference_survey": False,
    }


def _timing(spec: ExposureSpec) -> dict[str, object]:
    start, middle, end = spec.start_mjd, spec.mid_mjd, spec.start_mjd + spec.elapsed_days
    return {
        "frame_time": spec.frame_time,
        "group_time": spec.group_time,
        "integration_time": spec.integration_time,
        "exposure_time": spec.exposure_time,
        "effective_exposure_time": spec.exposure_time,
        "duration": spec.exposure_time,
        "elapsed_exposure_time": spec.elapsed_days * DAY,
        "start_time": start,
        "mid_time": middle,
        "end_time": end,
        "start_time_mjd": start,
        "mid_time_mjd": middle,
        "end_time_mjd": end,
    }


def _subarray(spec: ExposureSpec) -> dict[str, object]:
    fast, slow = _AXES[spec.detector]
    return {
        "name": spec.subarray,
        "xstart": spec.xstart,
        "ystart": spec.ystart,
        "xsize": spec.shape[1],
        "ysize": spec.shape[0],
        "fastaxis": fast,
        "slowaxis": slow,
    }


def _dither(spec: ExposureSpec) -> dict[str, object]:
    sensing = (spec.visit_type or "").startswith("PRIME_WFSC")
    return {
        "primary_type": "WFSC" if sensing and spec.dithers > 1 else "NONE",
        "primary_points": spec.dithers,
        "position_number": spec.dither,
        "total_points": spec.dithers,
        "x_offset": spec.x_offset,
        "y_offset": spec.y_offset,
    }


def _ephemeris(spec: ExposureSpec) -> dict[str, object]:
    position, velocity = observatory_state(spec.mid_mjd)
    values: dict[str, object] = {"reference_frame": "EME2000", "type": "Predicted", "time": spec.mid_mjd}
    for axis, place, speed in zip("xyz", position, velocity, strict=True):
        values |= {f"spatial_{axis}_bary": float(place), f"velocity_{axis}_bary": float(speed)}
    return values


def _v1(where: Pointing) -> dict[str, object]:
    ra, dec = where.sky_at(0.0, 0.0)
    return {"ra_v1": ra, "dec_v1": dec, "pa_v3": where.roll_at(0.0, 0.0)}


def _roll_ref(where: Pointing) -> float:
    return where.roll_at(where.aperture.V2Ref, where.aperture.V3Ref)


def _wcsinfo(spec: ExposureSpec, where: Pointing) -> dict[str, object]:
    """Keywords of a linear FITS WCS, and the keywords that ``assign_wcs`` reads."""
    aperture = where.aperture
    ra, dec = where.sky_at(aperture.V2Ref, aperture.V3Ref)
    parity = int(aperture.VIdlParity)
    angle = np.radians(_roll_ref(where) - parity * aperture.V3IdlYAngle)
    x_ref, y_ref = reference_pixel(aperture, where.full)
    return {
        "wcsaxes": 2,
        "crpix1": x_ref - where.origin[0] + 1.0,
        "crpix2": y_ref - where.origin[1] + 1.0,
        "crval1": ra,
        "crval2": dec,
        "ctype1": "RA---TAN",
        "ctype2": "DEC--TAN",
        "cunit1": "deg",
        "cunit2": "deg",
        # Field points of NIRSpec have no pixel scale of their own.
        "cdelt1": (aperture.XSciScale or where.full.XSciScale) / 3600.0,
        "cdelt2": (aperture.YSciScale or where.full.YSciScale) / 3600.0,
        "pc1_1": float(parity * np.cos(angle)),
        "pc1_2": float(np.sin(angle)),
        "pc2_1": float(-parity * np.sin(angle)),
        "pc2_2": float(np.cos(angle)),
        "v2_ref": aperture.V2Ref,
        "v3_ref": aperture.V3Ref,
        "vparity": parity,
        "v3yangle": aperture.V3IdlYAngle,
        "ra_ref": ra,
        "dec_ref": dec,
        "roll_ref": _roll_ref(where),
        "s_region": _s_region(spec, where),
    }


def _s_region(spec: ExposureSpec, where: Pointing) -> str:
    top, right = (size - 0.5 for size in spec.shape)
    corners = where.pixel_to_sky([-0.5, right, right, -0.5], [-0.5, -0.5, top, top])
    return "POLYGON ICRS  " + " ".join(f"{ra:.9f} {dec:.9f}" for ra, dec in zip(*corners, strict=True))


def _steps(spec: ExposureSpec) -> dict[str, object]:
    own = {"MIRI": ("firstframe", "lastframe", "reset", "rscd", "emicorr")}.get(spec.instrument, ("superbias",))
    steps: dict[str, object] = {step: state for state, names in _STEPS.items() for step in names}
    return steps | dict.fromkeys(own, "COMPLETE")


def _utc(mjd: float) -> str:
    """ISO 8601 to the millisecond, without time zone, as in flight headers."""
    # Half a millisecond more, because isoformat truncates.
    when = _MJD_ZERO + timedelta(days=mjd, milliseconds=0.5)
    return when.replace(tzinfo=None).isoformat(timespec="milliseconds")
