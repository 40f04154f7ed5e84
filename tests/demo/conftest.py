"""Small visits, made once in a session."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wfsgui.demo.visit.kinds import Kind
from wfsgui.demo.visit.optics import Telescope
from wfsgui.demo.visit.visit import DEMONSTRATION, Plan, Visit, ensure_visit


@pytest.fixture(scope="session")
def small_telescope() -> Telescope:
    """Model of the telescope with one wavelength and coarse sampling."""
    return Telescope(pupil_samples=384, field=256, wavelengths=(2.12e-6,))


@pytest.fixture(scope="session")
def small_plan(small_telescope: Telescope) -> Plan:
    """Plan of the older visit, with 320 pixels around the star in place of the full frame."""
    return Plan(kind=Kind.OLDER, telescope=small_telescope, cut=320)


@pytest.fixture(scope="session")
def small_visit(tmp_path_factory: pytest.TempPathFactory, small_plan: Plan) -> Visit:
    """Files of that visit, which tests must not change."""
    return ensure_visit(tmp_path_factory.mktemp("demo") / "visit", small_plan)


@pytest.fixture(scope="session")
def small_today(tmp_path_factory: pytest.TempPathFactory, small_telescope: Telescope) -> Visit:
    """Files of the visit of today, cut in the same way, which tests must not change."""
    return ensure_visit(tmp_path_factory.mktemp("demo") / "today", Plan(telescope=small_telescope, cut=320))


@pytest.fixture(scope="session")
def mimf(tmp_path_factory: pytest.TempPathFactory, small_telescope: Telescope) -> Visit:
    """Files of multi-instrument sensing, which tests must not change."""
    plan = replace(DEMONSTRATION[Kind.MIMF], telescope=small_telescope)
    return ensure_visit(tmp_path_factory.mktemp("demo") / "mimf", plan)
