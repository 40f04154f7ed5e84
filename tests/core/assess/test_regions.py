"""Tests of the regions of a star: donuts and stars in focus, whole and cut off, with gaps, and without a star."""

from __future__ import annotations

from dataclasses import replace
from math import hypot

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.core.assess.stars import Scene, flagged, image_of, light_of, request
from tests.core.visit.exposures import exposure
from wfsgui.core.assess.regions import find_regions, lens_radius
from wfsgui.core.assess.results import StarRegions
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Circle
from wfsgui.demo.visit.optics import PIXEL_SCALE, geometric_radius


def regions_of(image: StepImage, lens: str = "CLEAR", **changes: object) -> StarRegions:
    found = request(image, lens, **changes)
    return find_regions(found.image, found.product.science.info, found.signal, found.background)


def even_disc(shape: tuple[int, int], x: float, y: float, radius: float, level: float = 300.0) -> StepImage:
    rows, columns = np.indices(shape)
    sci = np.random.default_rng(2).normal(1.0, 1.0, shape) + level * (np.hypot(columns - x, rows - y) < radius)
    return StepImage(
        sci=sci.astype(np.float32), err=np.ones(shape, np.float32), dq=np.zeros(shape, np.uint32), unit="DN/s"
    )


def share_within(light: NDArray[np.float64], circle: Circle) -> float:
    return float(light[circle.mask((light.shape[0], light.shape[1]))].sum() / light.sum())


@pytest.mark.parametrize("lens", ["WLP8", "WLM8"])
def test_geometric_radius_is_that_of_the_optical_model(lens: str) -> None:
    expected = geometric_radius(lens) * PIXEL_SCALE / 0.031
    assert lens_radius(exposure(detector="NRCA3", pupil=lens)) == pytest.approx(expected, rel=1e-6)


def test_geometric_radius_depends_on_lens_and_module() -> None:
    radii = {
        (module, lenses): lens_radius(exposure(detector=f"NRC{module}3", filter=lenses[0], pupil=lenses[1]))
        for module in "AB"
        for lenses in (("F212N", "WLP8"), ("F212N", "WLM8"), ("WLP4", "CLEAR"), ("WLP4", "WLP8"), ("WLP4", "WLM8"))
    }
    assert all(radius is not None and radius > 30 for radius in radii.values())
    assert len(set(radii.values())) == 10
    assert lens_radius(exposure(pupil="CLEAR")) is None


@pytest.mark.parametrize("lens", ["WLP8", "WLM8"])
@pytest.mark.parametrize("place", [(160.3, 158.8), (130.0, 170.6)])
def test_donut_has_a_fitted_region_and_an_annulus_outside(lens: str, place: tuple[float, float]) -> None:
    scene = Scene(lens, *place)
    found = regions_of(image_of(scene), lens)
    assert not found.in_focus
    assert found.by_analyst == ()
    assert (found.x, found.y) == pytest.approx(place, abs=0.7)
    assert (found.signal.x, found.signal.y) == pytest.approx(place, abs=2.5)
    assert isinstance(found.signal, Circle)
    assert 0.85 < found.signal.radius / geometric_radius(lens) < 1.05
    light = light_of(scene)
    assert share_within(light, found.signal) > 0.87
    inside = light[found.background.mask(scene.shape)]
    # Less light falls on a pixel of the annulus than a hundredth of that of the signal.
    assert inside.size > 2000
    assert inside.mean() < 0.01 * np.median(light[found.signal.mask(scene.shape)])


def test_radius_of_an_even_disc_is_fitted() -> None:
    for radius in (52.0, 63.0, 71.5):
        found = regions_of(even_disc((700, 700), 340.2, 355.7, radius), "WLP8")
        assert isinstance(found.signal, Circle)
        assert found.signal.radius == pytest.approx(radius, abs=0.4)
        assert (found.signal.x, found.signal.y) == pytest.approx((340.2, 355.7), abs=0.3)
        assert found.background.inner == pytest.approx(3 * found.signal.radius)


@pytest.mark.parametrize(
    ("place", "error"), [((5.0, 160.0), 3), ((300.0, 300.0), 3), ((160.0, -20.0), 8), ((340.0, 150.0), 8)]
)
def test_donut_cut_off_by_the_edge_has_its_true_centre(place: tuple[float, float], error: float) -> None:
    found = regions_of(image_of(Scene("WLP8", *place)), "WLP8")
    assert (found.x, found.y) == pytest.approx(place, abs=error)
    assert isinstance(found.signal, Circle)
    assert found.signal.radius == pytest.approx(0.89 * geometric_radius("WLP8"), rel=0.06)


def test_gaps_do_not_move_the_donut() -> None:
    scene = Scene("WLP8")
    whole, image = regions_of(image_of(scene), "WLP8"), image_of(scene)
    bad, hole = np.random.default_rng(4).random((2, *scene.shape)) < 0.03
    spoilt = flagged(image, bad)
    found = regions_of(replace(spoilt, sci=np.where(hole, np.float32(np.nan), spoilt.sci)), "WLP8")
    assert (found.x, found.y) == pytest.approx((whole.x, whole.y), abs=0.5)
    assert isinstance(found.signal, Circle)
    assert isinstance(whole.signal, Circle)
    assert found.signal.radius == pytest.approx(whole.signal.radius, abs=0.3)


@pytest.mark.parametrize("place", [(160.3, 158.8), (100.0, 210.5)])
def test_star_in_focus_has_the_circle_of_80_percent(place: tuple[float, float]) -> None:
    scene = Scene("CLEAR", *place)
    found = regions_of(image_of(scene))
    assert found.in_focus
    assert (found.x, found.y) == pytest.approx(place, abs=0.1)
    assert isinstance(found.signal, Circle)
    assert 2 < found.signal.radius < 12
    assert share_within(light_of(scene), found.signal) == pytest.approx(0.8, abs=0.06)
    assert found.background.inner > 2 * found.signal.radius


def test_saturated_star_in_focus_has_a_small_region() -> None:
    scene = Scene("CLEAR", 160.3, 158.8)
    image = image_of(scene)
    rows, columns = np.indices(scene.shape)
    core = np.hypot(columns - 160.3, rows - 158.8) < 3
    found = regions_of(flagged(image, core, 1 | 2))
    assert found.in_focus
    assert (found.x, found.y) == pytest.approx((160.3, 158.8), abs=0.5)
    assert isinstance(found.signal, Circle)
    assert 3 < found.signal.radius < 30


def test_defocus_without_a_lens_has_a_fitted_disc() -> None:
    found = regions_of(even_disc((400, 400), 180.0, 230.0, 25.0), instrument="FGS", detector="GUIDER1", pupil="")
    assert not found.in_focus
    assert isinstance(found.signal, Circle)
    assert found.signal.radius == pytest.approx(25, abs=0.5)
    assert found.background.inner > 2 * found.signal.radius


@pytest.mark.parametrize("size", [32, 48, 64])
def test_small_image_with_a_star_in_focus(size: int) -> None:
    scene = Scene("CLEAR", size / 2 - 0.3, size / 2 + 0.2, shape=(size, size))
    found = regions_of(image_of(scene))
    assert found.in_focus
    assert (found.x, found.y) == pytest.approx((scene.x, scene.y), abs=0.3)
    assert found.background.mask(scene.shape).any()


def test_image_of_8_pixels_has_regions() -> None:
    found = regions_of(image_of(Scene("CLEAR", 3.6, 3.4, shape=(8, 8))))
    assert (found.x, found.y) == pytest.approx((3.6, 3.4), abs=0.6)


def test_donut_larger_than_the_image_keeps_the_annulus_out_of_the_light() -> None:
    found = regions_of(image_of(Scene("WLP8", 32, 31, shape=(64, 64))), "WLP8")
    assert isinstance(found.signal, Circle)
    assert found.background.inner >= 1.19 * found.signal.radius


def test_brighter_of_two_donuts_is_found() -> None:
    first, second = Scene("WLP8", 150, 160, shape=(320, 700)), Scene("WLP8", 500, 150, flux=8e4, shape=(320, 700))
    one, two = image_of(first), image_of(second)
    found = regions_of(replace(one, sci=one.sci + two.sci), "WLP8")
    assert (found.x, found.y) == pytest.approx((150, 160), abs=1)


def test_regions_of_the_analyst_are_taken_as_they_are() -> None:
    first, second = Scene("WLP8", 150, 160, shape=(320, 700)), Scene("WLP8", 500, 150, flux=8e4, shape=(320, 700))
    one, two = image_of(first), image_of(second)
    image = replace(one, sci=one.sci + two.sci)
    signal, background = Circle(503, 148, 70.0), Annulus(480, 140, 100, 120)
    found = regions_of(image, "WLP8", signal=signal)
    assert found.signal is signal
    assert found.by_analyst == ("signal",)
    assert (found.x, found.y) == pytest.approx((500, 150), abs=1)
    found = regions_of(image, "WLP8", background=background)
    assert found.background is background
    assert found.by_analyst == ("background",)
    assert (found.x, found.y) == pytest.approx((150, 160), abs=1)
    found = regions_of(image, "WLP8", signal=Annulus(503, 148, 10, 70.0), background=background)
    assert found.signal == Annulus(503, 148, 10, 70.0)
    assert found.by_analyst == ("signal", "background")


def test_region_of_the_analyst_needs_no_star() -> None:
    empty = even_disc((200, 200), 0, 0, 0)
    found = regions_of(empty, "WLP8", signal=Circle(90, 80, 20))
    assert hypot(found.x - 90, found.y - 80) < 20
    found = regions_of(replace(empty, sci=np.full((200, 200), np.nan, np.float32)), signal=Circle(90, 80, 20))
    assert (found.x, found.y) == (90, 80)
    found = regions_of(empty, signal=Circle(900, 80, 20))
    assert (found.x, found.y) == (900, 80)


@pytest.mark.parametrize("lens", ["CLEAR", "WLP8"])
@pytest.mark.parametrize("level", [0.0, np.nan])
def test_image_without_a_star_raises(lens: str, level: float) -> None:
    image = even_disc((300, 300), 0, 0, 0)
    with pytest.raises(WfsguiError, match="no star"):
        regions_of(replace(image, sci=image.sci + np.float32(level)), lens)


@pytest.mark.parametrize("lens", ["CLEAR", "WLP8"])
def test_image_of_do_not_use_raises(lens: str) -> None:
    image = image_of(Scene(lens))
    with pytest.raises(WfsguiError, match="no star"):
        regions_of(replace(image, dq=np.ones_like(image.dq)), lens)


def test_full_frame_is_searched_in_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    isfinite = np.isfinite

    def counted(values: NDArray[np.float32]) -> NDArray[np.bool_]:
        sizes.append(np.size(values))
        return np.asarray(isfinite(values))

    image = image_of(Scene("WLP8", 1300, 700, shape=(2048, 2048)))
    monkeypatch.setattr(np, "isfinite", counted)
    found = regions_of(image, "WLP8")
    assert (found.x, found.y) == pytest.approx((1300, 700), abs=1)
    # The search looks at every pixel; nothing else does.
    assert sum(size > 2048 * 1024 for size in sizes) == 1
