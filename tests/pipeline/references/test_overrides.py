"""Overrides in force, and their checks before the run of a product."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from astropy.io import fits

from tests.exposures import small, write_small
from tests.pipeline.conftest import Engine
from wfsgui.core.errors import OptionError
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.events import ProductState, StepFinished, StepState
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.references.queries import Origin
from wfsgui.pipeline.references.overrides import check_overrides, doubts_of_step, overrides_of

CLASS = 'class = "jwst.pipeline.Image2Pipeline"\n'


@pytest.fixture
def rate(references: Callable[[str], None], tmp_path: Path) -> Path:
    references("NRCA3")
    return write_small(tmp_path / "in", small())


@pytest.fixture
def product(rate: Path) -> Product:
    (found,) = take_in([rate]).products
    return found


def parameter_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.cfg"
    path.write_text(f"{CLASS}[steps]\n{text}", "utf-8")
    return path


def of_kind(options: StepOptions) -> dict[str, tuple[str, Origin]]:
    return {each.kind: (each.value, each.origin) for each in overrides_of(options)}


def test_choice_of_the_analyst_goes_before_that_of_the_file(tmp_path: Path) -> None:
    path = parameter_file(tmp_path, "[[flat_field]]\noverride_flat = a.fits\n[[photom]]\noverride_area = N/A\n")
    assert of_kind(StepOptions(parameter_file=path, overrides={"flat": "b.fits"})) == {
        "flat": ("b.fits", Origin.ANALYST),
        "area": ("N/A", Origin.PARAMETER_FILE),
    }
    parameters = {"flat_field": {"override_flat": "c.fits", "skip": "False"}}
    assert of_kind(StepOptions(parameters=parameters)) == {"flat": ("c.fits", Origin.ANALYST)}


@pytest.mark.parametrize(
    "options",
    [
        StepOptions(overrides={"flat": "gone.fits"}, skip=frozenset({"flat_field"})),
        StepOptions(overrides={"flat": "gone.fits"}, parameters={"flat_field": {"skip": "true"}}),
        StepOptions(overrides={"flat": "gone.fits"}, stop_after="assign_wcs"),
    ],
)
def test_file_of_a_step_that_does_not_run_is_not_checked(product: Product, options: StepOptions) -> None:
    check_overrides(product, options)


def test_doubts_are_those_of_the_step(product: Product, demo_cache: Path, tmp_path: Path) -> None:
    flat = Path(shutil.copy(next(demo_cache.rglob("*_flat_*nrca3*.fits")), tmp_path / "flat.fits"))
    fits.setval(flat, "PUPIL", value="CLEAR")
    options = StepOptions(overrides={"flat": str(flat)})
    check_overrides(product, options)
    assert doubts_of_step(product, options, "photom") == ()
    (doubt,) = doubts_of_step(product, options, "flat_field")
    assert "for the pupil element CLEAR" in doubt


def test_run_refuses_a_file_of_another_detector_and_warns_of_a_doubtful_one(
    engine: Engine, references: Callable[[str], None], rate: Path, demo_cache: Path, tmp_path: Path
) -> None:
    references("NRCA1")
    other = next(demo_cache.rglob("*_distortion_*nrca1*.asdf"))
    end, events = engine([rate], tmp_path / "out", StepOptions(overrides={"distortion": str(other)}))
    assert end.results[0].state is ProductState.FAILED
    assert "is for the detector NRCA1, the exposure is of NRCA3" in end.results[0].error
    assert not [event for event in events if isinstance(event, StepFinished)]
    photom = Path(shutil.copy(next(demo_cache.rglob("*_photom_*nrca3*.fits")), tmp_path / "photom.fits"))
    fits.setval(photom, "MODULE", value="B")
    _, events = engine([rate], tmp_path / "out", StepOptions(overrides={"photom": str(photom)}))
    step = next(event for event in events if isinstance(event, StepFinished) and event.step == "photom")
    assert (step.state, step.warnings) == (
        StepState.WARNED,
        ("photom.fits is for the module B, the exposure has A.",),
    )


def test_fault_in_a_parameter_file_names_the_file(product: Product, tmp_path: Path) -> None:
    path = parameter_file(tmp_path, "[[photom]]\noverride_photom = nowhere.fits\n")
    with pytest.raises(OptionError, match=r"^photom\.override_photom \(mine\.cfg\): nowhere\.fits does not exist"):
        check_overrides(product, StepOptions(parameter_file=path))
