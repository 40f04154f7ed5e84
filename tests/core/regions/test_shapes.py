"""Tests of region masks against photutils."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
from numpy.typing import NDArray
from photutils.aperture import CircularAnnulus, CircularAperture, PixelAperture, RectangularAperture
from regions import CircleAnnulusPixelRegion, CirclePixelRegion, PixCoord, RectanglePixelRegion

from wfsgui.core.regions.shapes import Annulus, Area, Circle, Line, Rectangle

SHAPE = (40, 60)

CASES = {
    "rectangle": (Rectangle(20.3, 11.8, 9.0, 5.5), RectangularAperture((20.3, 11.8), 9.0, 5.5)),
    "rectangle on pixel centres": (Rectangle(20, 10, 4, 6), RectangularAperture((20, 10), 4, 6)),
    "circle": (Circle(30.2, 20.7, 12.3), CircularAperture((30.2, 20.7), 12.3)),
    "circle on pixel centres": (Circle(30, 20, 5), CircularAperture((30, 20), 5)),
    "annulus": (Annulus(29.5, 19.5, 4.2, 15.1), CircularAnnulus((29.5, 19.5), 4.2, 15.1)),
    "annulus on pixel centres": (Annulus(29, 19, 3, 5), CircularAnnulus((29, 19), 3, 5)),
    "over the edge": (Circle(57.0, 1.0, 8.0), CircularAperture((57.0, 1.0), 8.0)),
    "over every edge": (Circle(30.0, 20.0, 500.0), CircularAperture((30.0, 20.0), 500.0)),
}


def by_photutils(aperture: PixelAperture) -> NDArray[np.bool_]:
    return np.asarray(aperture.to_mask(method="center").to_image(SHAPE) == 1)


@pytest.mark.parametrize(("region", "aperture"), CASES.values(), ids=CASES.keys())
def test_masks_equal_photutils(region: Area, aperture: PixelAperture) -> None:
    expected = by_photutils(aperture)
    assert expected.any()
    np.testing.assert_array_equal(region.mask(SHAPE), expected)


def by_regions(region: Area) -> NDArray[np.bool_]:
    centre = PixCoord(region.x, region.y)
    match region:
        case Rectangle():
            made = RectanglePixelRegion(centre, region.width, region.height)
        case Annulus():
            made = CircleAnnulusPixelRegion(centre, region.inner, region.outer)
        case Circle():
            made = CirclePixelRegion(centre, region.radius)
        case _:
            raise AssertionError(region)
    return np.asarray(made.to_mask("center").to_image(SHAPE) == 1)


@pytest.mark.parametrize("region", [case[0] for case in CASES.values()], ids=CASES.keys())
def test_masks_equal_package_regions(region: Area) -> None:
    np.testing.assert_array_equal(region.mask(SHAPE), by_regions(region))


@pytest.mark.parametrize("region", [case[0] for case in CASES.values()], ids=CASES.keys())
def test_cutout_is_bounding_box(region: Area) -> None:
    (rows, columns), inside = region.cutout(SHAPE)
    whole = region.mask(SHAPE)
    np.testing.assert_array_equal(whole[rows, columns], inside)
    assert np.count_nonzero(whole) == np.count_nonzero(inside)
    # At most a row or a column whose centres lie on the edge itself.
    y, x = np.nonzero(whole)
    assert y.min() - rows.start <= 1
    assert rows.stop - 1 - y.max() <= 1
    assert x.min() - columns.start <= 1
    assert columns.stop - 1 - x.max() <= 1


NOWHERE = {
    "left": Circle(-20.0, 10.0, 5.0),
    "above": Rectangle(10.0, 60.0, 8.0, 8.0),
    "far": Circle(1e300, -1e300, 5.0),
    "no size": Circle(10.0, 10.0, 0.0),
    "negative": Rectangle(10.0, 10.0, -4.0, 4.0),
    "inner beyond outer": Annulus(10.0, 10.0, 6.0, 5.0),
    "between pixels": Rectangle(10.5, 10.5, 0.5, 0.5),
    "not a number": Circle(nan, 10.0, 5.0),
    "endless": Circle(10.0, 10.0, inf),
}


@pytest.mark.parametrize("region", NOWHERE.values(), ids=NOWHERE.keys())
def test_region_may_have_no_pixel(region: Area) -> None:
    (rows, columns), inside = region.cutout(SHAPE)
    assert not inside.any()
    assert np.zeros(SHAPE)[rows, columns].shape == inside.shape
    assert not region.mask(SHAPE).any()


def test_tiny_images() -> None:
    assert Circle(0, 0, 1).mask((1, 1)).all()
    assert Circle(3, 3, 2).mask((0, 0)).shape == (0, 0)


def test_moved_regions_have_moved_pixels() -> None:
    for region in (Rectangle(20, 15, 7, 5), Circle(20, 15, 4.5), Annulus(20, 15, 2, 6.5)):
        expected = np.roll(region.mask(SHAPE), (-3, 8), axis=(0, 1))
        np.testing.assert_array_equal(region.moved(8, -3).mask(SHAPE), expected)
    assert Line(1, 2, 4, 6).moved(0.5, -1) == Line(1.5, 1, 4.5, 5)
    assert Line(1, 2, 4, 6).length == 5
