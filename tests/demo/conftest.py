"""A small visit, made once in a session."""

from __future__ import annotations

import pytest

from wfsgui.demo.optics import Telescope
from wfsgui.demo.visit import Plan, Visit, ensure_visit


@pytest.fixture(scope="session")
def small_telescope() -> Telescope:
    """Model the telescope at one wavelength, coarsely sampled."""
    return Telescope(pupil_samples=384, field=256, wavelengths=(2.12e-6,))


@pytest.fixture(scope="session")
def small_plan(small_telescope: Telescope) -> Plan:
    """Plan a visit with a window of 320 pixels around the star instead of the full frame."""
    return Plan(telescope=small_telescope, window=(305, 1253, 320, 320))


@pytest.fixture(scope="session")
def small_visit(tmp_path_factory: pytest.TempPathFactory, small_plan: Plan) -> Visit:
    """Make the files of that visit; they are not to be changed."""
    return ensure_visit(tmp_path_factory.mktemp("demo") / "visit", small_plan)
