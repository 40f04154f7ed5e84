"""The Python interface: results are those of the official pipeline, and nothing is wrong without being told."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from tests.exposures import small, write_association, write_small
from tests.pipeline.parity_helpers import differences, inside, run_stock
from wfsgui.api import AlarmWarning, OptionError, Session, StepWarning, WfsguiError, WfsguiWarning, open_product
from wfsgui.core.model.requests import StepOptions

CHAIN = ("bkg_subtract", "assign_wcs", "flat_field", "photom")


@pytest.fixture(autouse=True, scope="module")
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write an association with a background, so that every step applies."""
    folder = tmp_path_factory.mktemp("in")
    science, sky = (write_small(folder, small(exposure=number)) for number in (1, 2))
    return write_association(folder / "jw99001-o001_image2_00001_asn.json", {science: [sky]})


@pytest.fixture(scope="module")
def flat(demo_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write another flat field."""
    (path,) = demo_cache.rglob("*_flat_*nrca3*.fits")
    mine = Path(shutil.copy(path, tmp_path_factory.mktemp("flat") / "my_flat.fits"))
    with fits.open(mine, mode="update") as hdus:
        hdus["SCI"].data *= np.float32(1.25)
    return mine


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Open one exposure without backgrounds."""
    return open_product(write_small(tmp_path / "in", small()))


def test_run_and_its_branch_are_identical_to_the_official_pipeline(table: Path, flat: Path, tmp_path: Path) -> None:
    with open_product(table) as session:
        exposure = session.exposure
        exposure.choose(bkg_subtract={"sigma": 1.2})
        assert (exposure.steps, exposure.pending) == (CHAIN, CHAIN)
        assert exposure.step().sci.shape == (64, 64)
        image = exposure.step("flat_field")
        assert exposure.finished == CHAIN[:3]
        branch = exposure.branch("flat_field", "my flat")
        branch.choose(override={"flat": flat}, photom={"apply_time_correction": False})
        assert branch.finished == CHAIN[:2]
        exposure.run()
        branch.run()
        assert list(exposure.frames) == ["rate", *CHAIN, "cal"]
        assert image is exposure.image("flat_field")
        assert not np.array_equal(image.sci, branch.image("flat_field").sci, equal_nan=True)
        # The branch has not run it again.
        assert branch.image("assign_wcs") is exposure.image("assign_wcs")
        assert branch.image("photom").unit == "MJy/sr"
        assert session.exposures == (exposure, branch)
        assert branch.origin is exposure
        ours = exposure.save(tmp_path), branch.save(tmp_path / "branch_cal.fits")
    with inside(table.parent):
        sigma = {"sigma": 1.2}
        stock = run_stock(table, tmp_path / "stock", bkg_subtract=sigma)
        stock += run_stock(
            table,
            tmp_path / "other",
            bkg_subtract=sigma,
            flat_field={"override_flat": str(flat)},
            photom={"apply_time_correction": False},
        )
    assert [differences(*pair) for pair in zip(ours, stock, strict=True)] == [[], []]


def test_step_with_other_choices_is_run_again_with_the_later_ones(session: Session, tmp_path: Path) -> None:
    with session:
        exposure = session.exposure
        first = exposure.run()
        exposure.choose(photom={"apply_time_correction": False}, skip=["flat_field"])
        assert exposure.finished == ("assign_wcs",)
        assert exposure.result is None
        with pytest.raises(WfsguiError, match="has no result yet; call run"):
            exposure.save(tmp_path)
        exposure.run()
        assert exposure.stage("flat_field").state == "skipped"
        exposure.reset()
        assert (exposure.options, exposure.finished) == (StepOptions(), ("assign_wcs",))
        assert exposure.run() == first
        assert exposure.pending == ()


def test_wrong_choices_are_refused_and_change_nothing(session: Session, tmp_path: Path) -> None:
    with session:
        exposure = session.exposure
        exposure.step("flat_field")
        for wrong in (
            {"flat_feild": {"inverse": True}},
            {"flat_field": {"inverse": "perhaps"}},
            {"override": {"flt": tmp_path / "x.fits"}},
            {"override": {"flat": tmp_path / "missing.fits"}},
            {"skip": ["bias"]},
        ):
            with pytest.raises(OptionError):
                exposure.choose(**wrong)
        assert (exposure.options, exposure.finished) == (StepOptions(), CHAIN[1:3])
        with pytest.raises(OptionError, match="its steps are assign_wcs"):
            exposure.step("bkg_subtract")
        with pytest.raises(WfsguiError, match=r"needs photom|no step"):
            exposure.branch("cal")
        with pytest.raises(WfsguiError, match="no image of photom yet"):
            exposure.image("photom")
        branch = exposure.branch("photom")
        with pytest.raises(OptionError, match="shares flat_field with its origin; make a branch at flat_field"):
            branch.choose(flat_field={"inverse": True})


def test_warnings_and_alarms_are_told_and_kept(tmp_path: Path) -> None:
    with open_product(write_small(tmp_path / "in", small(pupil="PINHOLES"))) as session:
        exposure = session.exposure
        with pytest.warns(StepWarning) as told:
            exposure.run()
        assert any("photom found no conversion for F212N" in warning for warning in exposure.warnings)
        # At the line that asked for it.
        assert {warning.filename for warning in told} == {__file__}
        assert [str(warning.message) for warning in told] == list(exposure.warnings)
        assert exposure.alarm == ""
    with open_product(write_small(tmp_path / "in", small(), fault=1.0)) as session:
        exposure = session.exposure
        with pytest.warns(AlarmWarning) as told:
            exposure.run()
        assert exposure.alarm in [str(warning.message) for warning in told]
        with pytest.raises(WfsguiError, match="accept_alarm=True"):
            exposure.save(tmp_path / "a_cal.fits")
        assert exposure.save(tmp_path / "a_cal.fits", accept_alarm=True).is_file()


def test_failures_are_one_sentence(tmp_path: Path) -> None:
    good, bad = (write_small(tmp_path / "in", small(exposure=number)) for number in (1, 2))
    with fits.open(bad, mode="update") as hdus:
        del hdus["ASDF"]
        del hdus["SCI"].header["V2_REF"]
    with (
        open_product([good, bad]) as session,
        pytest.raises(WfsguiError, match=r"^assign_wcs failed: .* the log has the details\.$"),
    ):
        session.exposures[1].run()
    with open_product([good, bad]) as session, pytest.raises(WfsguiError, match="take one of session"):
        print(session.exposure)
    with pytest.raises(WfsguiError, match="missing_rate"):
        open_product(tmp_path / "missing_rate.fits")
    with pytest.warns(WfsguiWarning, match="Not opened: .*missing_rate"):
        session = open_product([good, tmp_path / "missing_rate.fits"])
    result = session.exposure.run()
    session.close()
    assert not result.exists()
    with pytest.raises(WfsguiError, match="session is closed"):
        session.exposure.step()
    with pytest.raises(WfsguiError, match="session is closed"):
        session.exposure.save(tmp_path)


def test_result_is_not_replaced_unless_asked(session: Session, tmp_path: Path) -> None:
    with session:
        session.exposure.run()
        saved = session.exposure.save(tmp_path)
        with pytest.raises(WfsguiError, match="exists"):
            session.exposure.save(tmp_path)
        assert session.exposure.save(saved, overwrite=True) == saved


def test_import_needs_neither_qt_nor_jwst() -> None:
    code = "import sys, wfsgui.api; print([name for name in ('PySide6', 'jwst', 'crds') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
