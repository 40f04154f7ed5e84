"""A small visit, made once in a session."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wfsgui.demo.visit.kinds import Kind
from wfsgui.demo.visit.optics import Telescope
from wfsgui.demo.visit.visit import DEMONSTRATION, Plan, Visit, ensure_visit


@pytest.fixture(scope="session")
def small_telescope() -> Telescope:
    """Model the telescope at one wavelength, coarsely sampled."""
    return Telescope(pupil_samples=384, field=256, wavelengths=(2.12e-6,))


@pytest.fixture(scope="session")
def small_plan(small_telescope: Telescope) -> Plan:
    """Plan the older visit with 320 pixels around the star instead of the full frame."""
    return Plan(kind=Kind.OLDER, telescope=small_telescope, cut=320)


@pytest.fixture(scope="session")
def small_visit(tmp_path_factory: pytest.TempPathFactory, small_plan: Plan) -> Visit:
    """Make the files of that visit; they are not to be changed."""
    return ensure_visit(tmp_path_factory.mktemp("demo") / "visit", small_plan)


@pytest.fixture(scope="session")
def small_today(tmp_path_factory: pytest.TempPathFactory, small_telescope: Telescope) -> Visit:
    """Make the files of today's visit, cut in the same way; they are not to be changed."""
    return ensure_visit(tmp_path_factory.mktemp("demo") / "today", Plan(telescope=small_telescope, cut=320))


@pytest.fixture(scope="session")
def mimf(tmp_path_factory: pytest.TempPathFactory, small_telescope: Telescope) -> Visit:
    """Make the files of multi-instrument sensing; they are not to be changed."""
    plan = replace(DEMONSTRATION[Kind.MIMF], telescope=small_telescope)
    return ensure_visit(tmp_path_factory.mktemp("demo") / "mimf", plan)
