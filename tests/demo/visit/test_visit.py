"""Files of a visit: consistency with each other and with the truth, and their making."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from jwst.associations import load_asn
from numpy.typing import NDArray
from stdatamodels.jwst.datamodels.dqflags import pixel as dq_flags

from tests.limits import PROGRAM_S
from wfsgui.core.intake.eligibility import check_eligible, mismatches, notices
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.demo.visit import rate_file
from wfsgui.demo.visit.kinds import Kind
from wfsgui.demo.visit.optics import Telescope
from wfsgui.demo.visit.plan import exposures
from wfsgui.demo.visit.pointing import point
from wfsgui.demo.visit.scene import PlacedStar, flux_image
from wfsgui.demo.visit.visit import Plan, Visit, ensure_visit

ELEMENTS = ["WLM8", "WLM8", "WLP8", "WLP8", "CLEAR", "WLP8", "WLP8", "WLP8"]
EXTENSIONS = ("SCI", "ERR", "DQ", "VAR_POISSON", "VAR_RNOISE")


@pytest.fixture
def truth(small_visit: Visit) -> dict[str, Any]:
    """Read the truth of the small visit."""
    content: dict[str, Any] = json.loads(small_visit.truth.read_text(encoding="utf-8"))
    return content


def read(path: Path, extension: str) -> NDArray[Any]:
    with fits.open(path, memmap=False) as hdus:
        return np.asarray(hdus[extension].data)


def test_visit_has_the_planned_files(small_visit: Visit) -> None:
    files = {*small_visit.rates, *small_visit.associations, small_visit.truth}
    assert files == set(small_visit.folder.iterdir())
    assert [path.name for path in small_visit.rates] == [
        f"jw99001001001_{activity}_{number:05d}_nrca3_rate.fits"
        for activity, number in [
            *(("03101", 1), ("03101", 2), ("03102", 1), ("03102", 2), ("03103", 1)),
            *(("03104", 1), ("03104", 2), ("03104", 3)),
        ]
    ]


def test_exposures_are_accepted(small_visit: Visit) -> None:
    infos = [read_exposure_info(path) for path in small_visit.rates]
    assert [info.pupil for info in infos] == ELEMENTS
    for info in infos:
        check_eligible(info)
        assert notices(info) == ()
        assert (info.filter, info.unit, info.shape) == ("F212N", "DN/s", (320, 320))


def test_exposures_follow_each_other(small_visit: Visit) -> None:
    headers = [fits.getheader(path) for path in small_visit.rates]
    for number, (former, latter) in enumerate(pairwise(headers), start=2):
        assert former["EXPEND"] < latter["EXPSTART"]
        assert (latter["EXPCOUNT"], latter["NEXPOSUR"]) == (number, 8)
    assert [header["BKGDTARG"] for header in headers] == [False] * 5 + [True] * 3
    assert [header["NUMDTHPT"] for header in headers] == [2, 2, 2, 2, 1, 3, 3, 3]
    assert [header["PATTTYPE"] for header in headers] == ["WFSC"] * 4 + ["NONE"] + ["WFSC"] * 3


@pytest.mark.parametrize(("with_backgrounds", "science"), [(False, range(5)), (True, range(2, 4))])
def test_associations_load(small_visit: Visit, science: range, *, with_backgrounds: bool) -> None:
    path = small_visit.associations[with_backgrounds]
    with path.open(encoding="utf-8") as stream:
        content = load_asn(stream)
    assert (content["asn_type"], content["asn_rule"]) == ("image2", "candidate_Asn_Lv2WFSC")
    expected = [small_visit.rates[number] for number in science]
    assert [product["name"] for product in content["products"]] == [
        rate.name.removesuffix("_rate.fits") for rate in expected
    ]
    for product, rate in zip(content["products"], expected, strict=True):
        members = [(member["exptype"], member["expname"]) for member in product["members"]]
        others = [("background", other.name) for other in small_visit.rates[5:]] if with_backgrounds else []
        assert members == [("science", rate.name), *others]
        of_science = read_exposure_info(rate)
        for _, name in others:
            assert mismatches(of_science, read_exposure_info(small_visit.folder / name)) == ()


def test_associations_have_the_keys_of_flight(small_visit: Visit, shared_data: Path) -> None:
    flight = json.loads((shared_data / "associations" / "jw01439-o002_image2_00005_asn.json").read_text())
    for path in small_visit.associations:
        ours = json.loads(path.read_text(encoding="utf-8"))
        assert set(ours) == set(flight)
        assert set(ours["products"][0]["members"][0]) == set(flight["products"][0]["members"][0])


def test_headers_put_the_target_on_the_true_pixel(small_plan: Plan, truth: dict[str, Any], small_visit: Visit) -> None:
    for spec, path, record in zip(exposures(small_plan), small_visit.rates, truth["exposures"], strict=True):
        header = fits.getheader(path)
        x, y = point(spec).sky_to_pixel([header["TARG_RA"]], [header["TARG_DEC"]])
        assert (x[0], y[0]) == pytest.approx((record["star"]["x"], record["star"]["y"]), abs=1e-4)


@pytest.mark.parametrize("number", range(4))
def test_donut_position_equals_the_truth(number: int, small_visit: Visit, truth: dict[str, Any]) -> None:
    star = truth["exposures"][number]["star"]
    sci = np.nan_to_num(read(small_visit.rates[number], "SCI") - truth["exposures"][number]["background_dn_per_s"])
    hot = (read(small_visit.rates[number], "DQ") & dq_flags["HOT"]) != 0
    sci[hot] = 0
    rows, columns = np.indices(sci.shape)
    near = np.hypot(columns - star["x"], rows - star["y"]) < 110
    total = sci[near].sum()
    centre = [(sci * axis)[near].sum() / total for axis in (columns, rows)]
    assert centre == pytest.approx([star["x"], star["y"]], abs=0.8)
    assert total == pytest.approx(star["flux_dn_per_s"], rel=0.04)
    # Well below saturation, and bright enough to be worth a retrieval.
    assert not ((read(small_visit.rates[number], "DQ") & dq_flags["SATURATED"]) != 0).any()
    assert 1.7e-4 < sci[near].max() / star["flux_dn_per_s"] < 5e-4


def test_core_in_focus_is_saturated(small_visit: Visit, truth: dict[str, Any]) -> None:
    star = truth["exposures"][4]["star"]
    x, y = round(star["x"]), round(star["y"])
    lost = dq_flags["SATURATED"] | dq_flags["DO_NOT_USE"]
    assert read(small_visit.rates[4], "DQ")[y, x] & lost == lost
    sci = read(small_visit.rates[4], "SCI")
    assert np.isnan(sci[y, x])
    assert np.isnan(sci[y - 2 : y + 3, x - 2 : x + 3]).mean() > 0.5
    assert np.isfinite(sci[y, x + 30])


def test_backgrounds_are_empty(small_visit: Visit, truth: dict[str, Any]) -> None:
    for path, record in zip(small_visit.rates[5:], truth["exposures"][5:], strict=True):
        assert record["kind"] == "background"
        assert not record["star"]["on_detector"]
        sci, err, good = read(path, "SCI"), read(path, "ERR"), read(path, "DQ") == 0
        deviation = (sci[good] - record["background_dn_per_s"]) / err[good]
        # Faint stars and the flat field add a little.
        assert deviation.mean() == pytest.approx(0.0, abs=0.05)
        assert (deviation**2).mean() == pytest.approx(1.0, abs=0.03)


def test_truth_describes_every_exposure(small_visit: Visit, small_plan: Plan, truth: dict[str, Any]) -> None:
    assert [record["file"] for record in truth["exposures"]] == [path.name for path in small_visit.rates]
    assert [record["pupil"] for record in truth["exposures"]] == ELEMENTS
    first = truth["exposures"][0]
    seconds = fits.getval(small_visit.rates[0], "EFFEXPTM")
    assert first["star"]["electrons"] == pytest.approx(small_plan.flux * 2.05 * seconds)
    assert len(first["field_stars"]) == small_plan.field_stars
    assert truth["lenses"]["WLM8"]["waves"] == -8.0188
    assert truth["wavefront"]["rms_nm"] == 70.0
    assert len(truth["wavefront"]["segments_m_and_nm"]["piston"]) == 18


def test_full_visit_has_the_star_where_it_should_be() -> None:
    specs = exposures(Plan(kind=Kind.OLDER))
    assert {spec.shape for spec in specs} == {(2048, 2048)}
    assert {spec.subarray for spec in specs} == {"FULL"}
    places = [point(spec).sky_to_pixel(*([v] for v in spec.target_at_mid_exposure)) for spec in specs]
    x, y = np.array(places)[..., 0].T
    assert np.hypot(x[:5] - 464, y[:5] - 1412) == pytest.approx(0.0, abs=25)
    assert (x[0], y[0]) == pytest.approx((x[4], y[4]), abs=0.01)
    assert 10 < np.hypot(x[1] - x[0], y[1] - y[0]) < 30
    # Not even the spikes of the star reach the detector in the backgrounds.
    assert (x[5:] < -Telescope().field // 2).all()


def test_same_plan_gives_the_same_files(small_visit: Visit, small_plan: Plan, tmp_path: Path) -> None:
    again = ensure_visit(tmp_path / "again", replace(small_plan))
    for one, other in zip(small_visit.rates, again.rates, strict=True):
        for extension in EXTENSIONS:
            plane = read(one, extension)
            assert np.array_equal(plane, read(other, extension), equal_nan=plane.dtype.kind == "f")
    texts = [[path.read_bytes() for path in (visit.truth, *visit.associations)] for visit in (small_visit, again)]
    assert texts[0] == texts[1]


def test_current_visit_is_not_made_again(small_visit: Visit, small_plan: Plan) -> None:
    """No file is written and no data model is imported."""
    before = {path: path.stat().st_mtime_ns for path in small_visit.folder.iterdir()}
    program = f"""
import sys
from pathlib import Path
from wfsgui.demo.visit.optics import Telescope
from wfsgui.demo.visit.kinds import Kind
from wfsgui.demo.visit.visit import Plan, ensure_visit
plan = Plan(kind=Kind.OLDER, telescope={small_plan.telescope!r}, cut={small_plan.cut})
ensure_visit(Path({str(small_visit.folder)!r}), plan)
assert not {{"stdatamodels", "poppy", "pysiaf", "jwst", "scipy"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PROGRAM_S)
    assert {path: path.stat().st_mtime_ns for path in small_visit.folder.iterdir()} == before


@pytest.fixture
def copied(small_visit: Visit, tmp_path: Path) -> Path:
    """Copy the visit, for tests that change it."""
    return Path(shutil.copytree(small_visit.folder, tmp_path / "copy"))


def test_incomplete_visit_is_made_again(copied: Path, small_visit: Visit, small_plan: Plan) -> None:
    lost = copied / small_visit.rates[2].name
    lost.unlink()
    own = copied / "result_cal.fits"
    own.write_bytes(b"the analyst's")
    visit = ensure_visit(copied, small_plan)
    assert np.array_equal(read(lost, "SCI"), read(small_visit.rates[2], "SCI"), equal_nan=True)
    assert own.read_bytes() == b"the analyst's"
    assert set(copied.iterdir()) == {
        *visit.rates,
        *visit.associations,
        visit.truth,
        own,
    }


@pytest.mark.parametrize("spoilt", ["", "{}", '{"version": "0", "plan": {}}', "[]"])
def test_other_version_is_made_again(
    spoilt: str, copied: Path, small_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copied / "truth.json").write_text(spoilt, encoding="utf-8")

    def stop(*_: object) -> None:
        raise InterruptedError("made again")

    monkeypatch.setattr(rate_file, "write_rate", stop)
    with pytest.raises(InterruptedError, match="made again"):
        ensure_visit(copied, small_plan)


def test_other_plan_is_another_visit(copied: Path, small_plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise InterruptedError("made again")

    monkeypatch.setattr(rate_file, "write_rate", stop)
    with pytest.raises(InterruptedError, match="made again"):
        ensure_visit(copied, replace(small_plan, flux=1.0))


def test_interrupted_replacement_counts_as_missing(
    copied: Path, small_visit: Visit, small_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copied / small_visit.rates[-1].name).unlink()
    put = Path.replace
    moved: list[Path] = []

    def stop_at_the_third(path: Path, target: Path) -> Path:
        if target.parent == copied:
            if len(moved) == 2:
                raise InterruptedError("stopped")
            moved.append(target)
        return put(path, target)

    monkeypatch.setattr(Path, "replace", stop_at_the_third)
    with pytest.raises(InterruptedError, match="stopped"):
        ensure_visit(copied, small_plan)
    assert len(moved) == 2
    assert not (copied / "truth.json").exists()


def test_star_at_the_edge_is_cut_off(small_plan: Plan) -> None:
    spec = exposures(small_plan)[0]
    inside, above_left, below_right = (
        flux_image((PlacedStar(x, y, 1e5),), spec, small_plan)
        for x, y in ((160.3, 160.6), (160.3 - 165, 160.6 - 170), (160.3 + 165, 160.6 + 170))
    )
    assert above_left[:150, :155] == pytest.approx(inside[170:, 165:], rel=1e-6)
    assert below_right[170:, 165:] == pytest.approx(inside[:150, :155], rel=1e-6)
    assert min(above_left[:50, :50].max(), below_right[-50:, -50:].max()) > 10 * small_plan.background
    nowhere = flux_image((PlacedStar(-200.0, 160.0, 1e5), PlacedStar(160.0, 900.0, 1e5)), spec, small_plan)
    assert (nowhere == np.float32(small_plan.background)).all()


def test_failed_visit_leaves_no_file(small_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []

    def fail_the_third(path: Path, *_: object) -> None:
        if len(written) == 2:
            raise OSError("No space left on device")
        written.append(path)
        path.touch()

    monkeypatch.setattr(rate_file, "write_rate", fail_the_third)
    with pytest.raises(OSError, match="No space left"):
        ensure_visit(tmp_path / "visit", small_plan)
    assert len(written) == 2
    assert not list(tmp_path.iterdir())
