from __future__ import annotations

import gc
import math
import pickle
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from stdatamodels.jwst import datamodels

from tests.exposures import small, write_small
from tests.pipeline.conftest import Engine
from wfsgui.core.model.events import Event, ExposureOpened, StepFinished
from wfsgui.core.model.step_image import WcsReader
from wfsgui.pipeline.session.wcs_reader import GwcsReader

IMAGERS = {
    "NRCA3": ("F212N", "WLP8"),
    "MIRIMAGE": ("F770W", ""),
    "NIS": ("CLEAR", "F150W"),
    "GUIDER1": ("", ""),
    "NRS1": ("F110W", ""),
    "NRS2": ("F140X", ""),
}


def sky_after(events: list[Event], step: str) -> WcsReader | None:
    finished = next(event for event in events if isinstance(event, StepFinished) and event.step == step)
    assert finished.image is not None
    return finished.image.wcs


@pytest.fixture
def calibrated(
    engine: Engine, references: Callable[[str], None], tmp_path: Path
) -> Callable[[str], tuple[WcsReader, Path]]:
    """Calibrate an exposure of a detector; returns the reader of its WCS and the result."""

    def calibrate(detector: str) -> tuple[WcsReader, Path]:
        references(detector)
        filter_name, pupil = IMAGERS[detector]
        rate = write_small(tmp_path / "in", small(detector, pupil=pupil, filter_name=filter_name))
        end, events = engine([rate], tmp_path / "out", images=True)
        reader = sky_after(events, "photom")
        assert reader is not None
        return reader, end.results[0].saved[-1]

    return calibrate


@pytest.mark.parametrize("detector", IMAGERS)
def test_positions_equal_those_of_the_result(
    calibrated: Callable[[str], tuple[WcsReader, Path]], detector: str
) -> None:
    reader, cal = calibrated(detector)
    with datamodels.open(cal) as model:
        for x, y in ((0.0, 0.0), (12.25, 40.5), (63.0, 63.0)):
            there = reader(x, y)
            assert (there.ra, there.dec) == pytest.approx(model.meta.wcs(x, y), abs=1e-12)
            assert (there.v2, there.v3) == pytest.approx(model.meta.wcs.get_transform("detector", "v2v3")(x, y))


@pytest.mark.parametrize("detector", IMAGERS)
def test_many_positions_and_their_inverse(calibrated: Callable[[str], tuple[WcsReader, Path]], detector: str) -> None:
    reader, _ = calibrated(detector)
    y, x = np.mgrid[0:64:9, 0:64:9].astype(float)
    ra, dec = reader.positions(x, y)
    assert ra.shape == dec.shape == x.shape
    assert (ra[2, 3], dec[2, 3]) == (reader(27.0, 18.0).ra, reader(27.0, 18.0).dec)
    back = reader.pixels(ra, dec)
    # As far as the detectors' own fits of the inverse close.
    assert max(np.abs(back[0] - x).max(), np.abs(back[1] - y).max()) < 0.3


def test_reader_works_in_another_thread_after_the_model_is_closed(
    calibrated: Callable[[str], tuple[WcsReader, Path]],
) -> None:
    _, cal = calibrated("NRCA3")
    with datamodels.open(cal) as model:
        wcs = model.meta.wcs
        reader, expected = GwcsReader(wcs), wcs(5.0, 6.0)
        assert reader.reads(wcs)
    del wcs, model
    gc.collect()
    found = []
    thread = threading.Thread(target=lambda: found.append(reader(5.0, 6.0)))
    thread.start()
    thread.join()
    assert (found[0].ra, found[0].dec) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("detector", ["NRCA3", "NRS1"])
def test_another_process_reads_the_same_positions(
    calibrated: Callable[[str], tuple[WcsReader, Path]], detector: str
) -> None:
    reader, _ = calibrated(detector)
    there = pickle.loads(pickle.dumps(reader))
    assert there(5.0, 6.0) == reader(5.0, 6.0)
    assert len(pickle.dumps(reader)) < 100_000


def test_positions_outside_the_image_are_extrapolated(
    calibrated: Callable[[str], tuple[WcsReader, Path]],
) -> None:
    reader, _ = calibrated("NRCA3")
    inside, outside, nowhere = reader(0.0, 0.0), reader(-20.0, -20.0), reader(math.nan, 0.0)
    assert 0 < math.hypot(outside.v2 - inside.v2, outside.v3 - inside.v3) < 2
    assert all(map(math.isnan, (nowhere.ra, nowhere.dec, nowhere.v2, nowhere.v3)))
    assert all(map(math.isfinite, (outside.ra, outside.dec)))


def test_wcs_exists_from_assign_wcs_on_and_is_shared(
    engine: Engine, references: Callable[[str], None], tmp_path: Path
) -> None:
    references("NRCA3")
    rate = write_small(tmp_path / "in", small())
    _, events = engine([rate], None, images=True)
    first = next(event.image for event in events if isinstance(event, ExposureOpened))
    assert first is not None
    assert first.wcs is None
    readers = [sky_after(events, step) for step in ("assign_wcs", "flat_field", "photom")]
    assert readers[0] is not None
    assert readers[0] is readers[1] is readers[2]
