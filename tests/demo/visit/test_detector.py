"""Detector simulation: flags, fill values and statistics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage
from stdatamodels.jwst.datamodels.dqflags import pixel as dq_flags

from wfsgui.demo.visit.detector import Electronics, Pixels, observe, pixels_of, subarray_of
from wfsgui.demo.visit.exposure_spec import ExposureSpec
from wfsgui.demo.visit.rate_file import Planes

SPEC = ExposureSpec(ngroups=6)
PART = replace(SPEC, subarray="GENERIC", xstart=301, ystart=701, xsize=512, ysize=256)


def flagged(planes: Planes | Pixels, name: str) -> NDArray[np.bool_]:
    return np.asarray((planes.dq & dq_flags[name]) != 0)


def uniform(spec: ExposureSpec, rate: float) -> NDArray[np.float32]:
    return np.full(spec.shape, rate, dtype=np.float32)


@pytest.fixture(scope="module")
def full_pixels() -> Pixels:
    return pixels_of(SPEC, 1)


@pytest.fixture(scope="module")
def part_pixels() -> Pixels:
    return subarray_of(pixels_of(PART, 1), PART)


@pytest.fixture(scope="module")
def blank() -> Pixels:
    """Ideal pixels of the subarray."""
    return Pixels(np.zeros(PART.shape, np.uint32), np.ones(PART.shape, np.float32), np.zeros(PART.shape, np.float32))


def test_reference_pixels_frame_the_detector(full_pixels: Pixels) -> None:
    reference = flagged(full_pixels, "REFERENCE_PIXEL")
    assert reference.sum() == 2048**2 - 2040**2
    assert not reference[4:-4, 4:-4].any()
    assert not full_pixels.response[reference].any()
    assert set(full_pixels.dq[reference]) == {dq_flags["REFERENCE_PIXEL"]}


def test_miri_has_reference_columns_only() -> None:
    reference = flagged(pixels_of(ExposureSpec(detector="MIRIMAGE"), 1), "REFERENCE_PIXEL")
    assert reference.shape == (1024, 1032)
    assert reference.sum() == 8 * 1024
    assert reference[500, :4].all()


@pytest.mark.parametrize("name", ["DEAD", "NO_LIN_CORR", "OPEN", "ADJ_OPEN"])
def test_bad_pixels_have_do_not_use(name: str, full_pixels: Pixels) -> None:
    bad = flagged(full_pixels, name)
    assert 10 < bad.sum() < 5000
    assert flagged(full_pixels, "DO_NOT_USE")[bad].all()


def test_hot_pixels_have_dark_current(full_pixels: Pixels) -> None:
    hot = flagged(full_pixels, "HOT")
    assert 1000 < hot.sum() < 1500
    assert full_pixels.dark[hot].min() > 0
    assert not full_pixels.dark[~hot].any()


def test_subarray_is_cut_out_of_the_detector(full_pixels: Pixels, part_pixels: Pixels) -> None:
    for name, plane in vars(part_pixels).items():
        assert np.array_equal(plane, getattr(full_pixels, name)[700:956, 300:812])


def test_pixels_have_the_given_flat_field() -> None:
    response = np.full((2048, 2048), 0.9, np.float32)
    response_dq = np.zeros(response.shape, np.uint32)
    response[800, 400], response_dq[800, 400] = 0.0, dq_flags["DEAD"] | dq_flags["NO_FLAT_FIELD"]
    response[801, 400] = np.nan
    response[802, 400], response_dq[802, 400] = 0.4, dq_flags["LOW_QE"]
    pixels = pixels_of(SPEC, 1, response, response_dq)
    assert pixels.dq[800, 400] == dq_flags["DEAD"] | dq_flags["DO_NOT_USE"]
    assert pixels.dq[802, 400] == dq_flags["LOW_QE"]
    assert pixels.response[800:804, 400] == pytest.approx([1.0, 1.0, 0.4, 0.9])


def test_flags_and_fill_values_agree(part_pixels: Pixels) -> None:
    planes = observe(uniform(PART, 0.1), PART, part_pixels, 5)
    unusable = flagged(planes, "DO_NOT_USE")
    assert unusable.any()
    assert np.array_equal(np.isnan(planes.sci), unusable)
    for plane in (planes.err, planes.var_poisson, planes.var_rnoise):
        assert plane.dtype == np.float32
        assert not plane[unusable].any()
        assert np.isfinite(plane).all()
    assert (planes.err[~unusable] > 0).all()
    assert planes.err**2 == pytest.approx(planes.var_poisson + planes.var_rnoise, rel=1e-5)


def test_reference_pixels_hold_read_noise_only(full_pixels: Pixels) -> None:
    corner = replace(SPEC, subarray="GENERIC", xsize=128, ysize=128)
    pixels = Pixels(*(plane[:128, :128] for plane in vars(full_pixels).values()))
    planes = observe(uniform(corner, 50.0), corner, pixels, 5)
    reference = flagged(planes, "REFERENCE_PIXEL")
    assert not flagged(planes, "DO_NOT_USE")[reference].any()
    assert not planes.var_poisson[reference].any()
    assert abs(planes.sci[reference]).max() < 6 * planes.err[reference].max()


@pytest.mark.parametrize("rate", [0.05, 2.0, 80.0])
def test_noise_is_what_err_says(rate: float, part_pixels: Pixels) -> None:
    planes = observe(uniform(PART, rate), PART, part_pixels, 5, Electronics(cosmic_rays=1e-3))
    for good, tolerance in ((planes.dq == 0, 0.02), (planes.dq == dq_flags["JUMP_DET"], 0.06)):
        deviation = (planes.sci[good] - rate) / planes.err[good]
        assert good.sum() > 4000
        assert np.mean(deviation) == pytest.approx(0.0, abs=5 / np.sqrt(good.sum()))
        assert np.mean(deviation**2) == pytest.approx(1.0, abs=tolerance)


def test_variances_are_those_of_a_ramp_fit(blank: Pixels) -> None:
    """Equations of the ramp-fitting step; BRIGHT2 averages two frames."""
    planes = observe(uniform(PART, 10.0), PART, blank, 5, Electronics(cosmic_rays=1e-3))
    good = planes.dq == 0
    group_time, n = PART.group_time, 6
    assert planes.var_poisson[good] == pytest.approx(10.0 / (2.05 * group_time * (n - 1)))
    read_noise = 15.8 / 2.05 / np.sqrt(2) / np.sqrt(2)
    assert planes.var_rnoise[good] == pytest.approx(12 * read_noise**2 / (group_time**2 * (n**3 - n)))
    struck = flagged(planes, "JUMP_DET")
    # A jump takes one difference of groups away, and leaves two short ramps.
    assert planes.var_poisson[struck] == pytest.approx(10.0 / (2.05 * group_time * (n - 2)))
    assert planes.var_rnoise[struck] == pytest.approx(4 * planes.var_rnoise[good].max())


def test_integrations_reduce_the_variance(blank: Pixels) -> None:
    once, four = (
        observe(uniform(PART, 10.0), replace(PART, nints=nints), blank, 5, Electronics(cosmic_rays=0.0))
        for nints in (1, 4)
    )
    assert four.var_poisson == pytest.approx(once.var_poisson / 4)
    assert four.var_rnoise == pytest.approx(once.var_rnoise / 4)


def test_saturated_pixels_are_flagged(blank: Pixels) -> None:
    limit = Electronics().saturation / PART.group_time
    light = uniform(PART, 1.0)
    light[50, 50] = 1.5 * limit  # saturates before the first group ends
    light[50, 100] = limit / 1.5  # one group is left: no slope
    light[50, 150] = limit / 3.5  # three of six are left
    planes = observe(light, PART, blank, 5, Electronics(cosmic_rays=0.0, snowballs=0.0))
    lost = dq_flags["SATURATED"] | dq_flags["DO_NOT_USE"]
    for column in (50, 100):
        assert (planes.dq[49:52, column - 1 : column + 2] == lost).all()
        assert np.isnan(planes.sci[50, column])
    assert (planes.dq[49:52, 149:152] == dq_flags["SATURATED"]).all()
    assert planes.sci[50, 150] == pytest.approx(light[50, 150], rel=0.02)
    assert planes.var_rnoise[50, 150] == pytest.approx(planes.var_rnoise[0, 0] * (6**3 - 6) / (3**3 - 3))
    assert (planes.dq != 0).sum() == 27


def test_cosmic_rays_grow_with_time(blank: Pixels) -> None:
    rays = Electronics(cosmic_rays=1e-4, snowballs=0.0)
    short, long = (
        flagged(observe(uniform(PART, 1.0), replace(PART, ngroups=n), blank, 5, rays), "JUMP_DET").mean()
        for n in (5, 20)
    )
    # Half of the hits take one pixel and half take five: three on average.
    assert short == pytest.approx(3e-4 * replace(PART, ngroups=5).exposure_time, rel=0.3)
    assert long / short == pytest.approx(4.0, rel=0.2)


def test_snowballs_are_large(blank: Pixels) -> None:
    rays = Electronics(cosmic_rays=0.0, snowballs=2e-6)
    struck = flagged(observe(uniform(PART, 1.0), PART, blank, 5, rays), "JUMP_DET")
    # What is left after the edges are taken off three times is at least seven pixels wide.
    assert ndimage.binary_erosion(struck, iterations=3).any()
    assert struck.mean() < 0.2


def test_same_seed_gives_the_same_pixels(part_pixels: Pixels) -> None:
    first, again, other = (observe(uniform(PART, 1.0), PART, part_pixels, seed) for seed in ((7, 1), (7, 1), (7, 2)))
    for name, plane in vars(first).items():
        assert np.array_equal(plane, getattr(again, name), equal_nan=plane.dtype.kind == "f")
    assert not np.array_equal(first.sci, other.sci, equal_nan=True)
    assert not np.array_equal(subarray_of(pixels_of(PART, 2), PART).dq, part_pixels.dq)
