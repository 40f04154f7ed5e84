"""The star of the visit, found and measured, against the truth."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from stdatamodels.jwst.datamodels.dqflags import pixel as dq_flags

from wfsgui.core.quicklook import read_frame
from wfsgui.core.star import StarMeasurement, find_star, measure_star
from wfsgui.demo.visit import Visit

DO_NOT_USE = int(dq_flags["DO_NOT_USE"])
RADIUS = 110.0


@pytest.fixture
def truth(small_visit: Visit) -> dict[str, Any]:
    """Read the truth of the small visit."""
    content: dict[str, Any] = json.loads(small_visit.truth.read_text(encoding="utf-8"))
    return content


def found_and_measured(visit: Visit, number: int) -> tuple[tuple[float, float], StarMeasurement]:
    frame = read_frame(visit.rates[number])
    place = find_star(frame.sci, frame.dq)
    return place, measure_star(frame, *place, RADIUS)


@pytest.mark.parametrize("number", range(4))
def test_the_donut_is_where_and_what_the_truth_says(number: int, small_visit: Visit, truth: dict[str, Any]) -> None:
    record = truth["exposures"][number]
    star = record["star"]
    place, measured = found_and_measured(small_visit, number)
    assert place == pytest.approx((star["x"], star["y"]), abs=0.7)
    assert (measured.x, measured.y) == pytest.approx((star["x"], star["y"]), abs=0.7)
    # What the telescope scatters farther than the circle is lost, and some of it raises the background.
    assert measured.flux == pytest.approx(star["flux_dn_per_s"], rel=0.02)
    assert measured.background == pytest.approx(record["background_dn_per_s"], abs=0.1)
    # An even disc holds half of its light within 1 / sqrt(2) of its diameter; the mirror is no disc and has a hole.
    disc = np.sqrt(2) * truth["lenses"][record["pupil"]]["geometric_radius_pixels"]
    assert measured.half_flux_diameter == pytest.approx(disc, rel=0.1)
    assert np.isnan(measured.fwhm)
    assert measured.notes[0].startswith("FWHM is not given")


def test_the_saturated_star_is_where_the_truth_says(small_visit: Visit, truth: dict[str, Any]) -> None:
    star = truth["exposures"][4]["star"]
    place, measured = found_and_measured(small_visit, 4)
    assert place == pytest.approx((star["x"], star["y"]), abs=0.7)
    assert (measured.x, measured.y) == pytest.approx((star["x"], star["y"]), abs=0.7)
    assert np.isnan([measured.fwhm, measured.flux, measured.half_flux_diameter]).all()
    assert any(note.startswith("Flux and half-flux diameter are not given") for note in measured.notes)
