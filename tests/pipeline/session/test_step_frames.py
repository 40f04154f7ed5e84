"""Images of finished steps, and that copying them does not change the result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from stdatamodels.jwst import datamodels

from tests.exposures import small, write_small
from tests.pipeline.conftest import Engine
from tests.pipeline.parity_helpers import differences, run_stock
from wfsgui.core.files.planes import read_image
from wfsgui.core.model.events import Event, ExposureOpened, StepFinished
from wfsgui.core.model.step_image import StepImage
from wfsgui.demo.visit.exposure_spec import ExposureSpec
from wfsgui.pipeline.session.model_reading import PLANES, image_of


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


@pytest.fixture
def rate(tmp_path: Path) -> Path:
    return write_small(tmp_path / "in", small())


def frames_of(events: list[Event]) -> list[StepImage]:
    found = [event.image for event in events if isinstance(event, (ExposureOpened, StepFinished))]
    return [image for image in found if image is not None]


def test_images_have_the_planes_of_the_model(engine: Engine, rate: Path, tmp_path: Path) -> None:
    end, events = engine([rate], tmp_path / "out", images=True)
    opened, assign_wcs, flat_field, photom = frames_of(events)
    before = ["SCI", "ERR", "DQ", "VAR_POISSON", "VAR_RNOISE"]
    assert list(opened.planes) == list(assign_wcs.planes) == before
    assert list(flat_field.planes) == list(photom.planes) == [*before, "VAR_FLAT"]
    for path, image in ((rate, opened), (end.results[0].saved[-1], photom)):
        with fits.open(path) as hdus:
            for name, plane in image.planes.items():
                np.testing.assert_array_equal(plane, hdus[name].data)
                assert plane.dtype.isnative


def test_image_of_photom_has_pixel_areas(engine: Engine, rate: Path, tmp_path: Path) -> None:
    end, events = engine([rate], tmp_path / "out", images=True)
    *before, photom = frames_of(events)
    assert [image.area for image in before] == [None] * len(before)
    assert photom.area is not None
    assert not photom.area.flags.writeable
    with fits.open(end.results[0].saved[-1]) as hdus:
        np.testing.assert_array_equal(photom.area, hdus["AREA"].data)
    read = read_image(end.results[0].saved[-1])
    np.testing.assert_array_equal(read.area, photom.area)
    assert read.planes.keys() == photom.planes.keys()


def test_unchanged_planes_are_shared(engine: Engine, rate: Path) -> None:
    _, events = engine([rate], None, images=True)
    opened, assign_wcs, flat_field, photom = frames_of(events)
    assert all(assign_wcs.planes[name] is plane for name, plane in opened.planes.items())
    assert flat_field.sci is not assign_wcs.sci
    assert photom.dq is flat_field.dq


def test_images_are_read_only(engine: Engine, rate: Path) -> None:
    _, events = engine([rate], None, images=True)
    for image in frames_of(events):
        assert not any(plane.flags.writeable for plane in image.planes.values())


@pytest.mark.parametrize("missing", [{"VAR_POISSON"}, {"ERR", "VAR_RNOISE"}, {"DQ"}])
def test_missing_planes_are_not_created_in_the_model(missing: set[str]) -> None:
    with datamodels.ImageModel() as model:
        for name in PLANES.keys() - missing - {"VAR_FLAT"}:
            setattr(model, PLANES[name], np.ones((3, 4), np.uint32 if name == "DQ" else np.float32))
        had = set(model.instance)
        image = image_of(model)
        assert set(model.instance) == had
    assert had.isdisjoint(PLANES[name] for name in missing)
    assert np.isnan(image.err).all() == ("ERR" in missing)
    assert bool(image.dq.any()) is ("DQ" not in missing)
    assert set(image.variances) == {"VAR_POISSON", "VAR_RNOISE"} - missing
    assert {plane.shape for plane in image.planes.values()} == {(3, 4)}


@pytest.mark.parametrize("spec", [small(), ExposureSpec(pupil="WLP8")], ids=["subarray", "full frame"])
def test_copying_images_does_not_change_the_result(engine: Engine, tmp_path: Path, spec: ExposureSpec) -> None:
    rate = write_small(tmp_path / "in", spec)
    end, _ = engine([rate], tmp_path / "ours", images=True)
    (stock,) = run_stock(rate, tmp_path / "stock")
    assert differences(end.results[0].saved[-1], stock) == []


def test_metadata_is_text_and_comes_with_images_only(engine: Engine, rate: Path) -> None:
    _, events = engine([rate], None, images=True)
    metadata = [event.metadata for event in events if isinstance(event, StepFinished)]
    assert [said["meta.instrument.filter"] for said in metadata] == ["F212N"] * 3
    assert "meta.cal_step.photom" not in metadata[1]
    assert metadata[2]["meta.cal_step.photom"] == "COMPLETE"
    assert all(key.startswith("meta.") for key in metadata[2])
    assert not any("object at" in value for value in metadata[2].values())
    _, events = engine([rate], None)
    assert [event.metadata for event in events if isinstance(event, StepFinished)] == [{}] * 3
