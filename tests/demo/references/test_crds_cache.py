from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asdf
import pytest
from astropy.io import fits

from tests.demo.references import stock_pipeline
from tests.limits import WAIT_S
from wfsgui.core.errors import WfsguiError
from wfsgui.demo.references import build as ref_build
from wfsgui.demo.references import crds_cache
from wfsgui.demo.references.crds_cache import CONTEXT_NAME, DETECTORS, ensure_cache, ensure_references, environment
from wfsgui.demo.references.detectors import (
    Detector,
    Reference,
    detector_named,
    reference_name,
    reference_types,
    references_of,
)
from wfsgui.demo.references.photometry import conversions
from wfsgui.demo.references.siaf import aperture

REPOSITORY = Path(__file__).resolve().parents[3]
RATE_FILE = REPOSITORY.parent / "shared" / "data" / "jw42424001001_01101_00001_nrca1_rate.fits.gz"


@pytest.fixture(scope="module")
def stock_run(demo_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """Run the official pipeline on the cache; return its report and its log."""
    for detector in stock_pipeline.EXPOSURES:
        ensure_references(demo_cache, detector)
    report = tmp_path_factory.mktemp("report") / "report.json"
    files = [RATE_FILE] if RATE_FILE.exists() else []
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo.references.stock_pipeline", demo_cache, report, *files],
        cwd=REPOSITORY,
        env=os.environ | {"CRDS_SERVER_URL": "https://crds.invalid", "CRDS_CONTEXT": "jwst_9999.pmap"},
        capture_output=True,
        text=True,
        check=False,
    )
    log = done.stdout + done.stderr
    assert done.returncode == 0, log
    return json.loads(report.read_text()), log


def test_official_pipeline_calibrates_every_instrument(stock_run: tuple[dict[str, Any], str]) -> None:
    report, _ = stock_run
    for name, elements in stock_pipeline.EXPOSURES.items():
        detector, result = detector_named(name), report["wfsc"][name]
        assert result["context"] == CONTEXT_NAME
        # Nobody but the parameter reference asked for resampling to be skipped.
        assert result["steps"].pop("resample") == "SKIPPED"
        assert set(result["steps"].values()) == {"COMPLETE"}
        assert result["references"] == {
            kind: f"crds://{reference_name(detector, Reference(kind))}" for kind in result["references"]
        }
        assert result["unit"] == "MJy/sr"
        assert result["area"] == list(stock_pipeline.SHAPE)
        wanted = (elements.get("filter", ""), elements.get("pupil", ""))
        (value,) = [c.value for c in conversions(detector) if (c.passband.filter, c.passband.pupil) == wanted]
        assert result["photmjsr"] == pytest.approx(value, rel=1e-6)
        assert result["median"] == pytest.approx(value, rel=0.1)


def test_subarrays_have_the_coordinates_that_the_siaf_gives(stock_run: tuple[dict[str, Any], str]) -> None:
    for name, result in stock_run[0]["wfsc"].items():
        column, row = (start + offset for start, offset in zip(stock_pipeline.START, (10, 20), strict=True))
        expected = aperture(detector_named(name)).sci_to_tel(column, row)
        assert result["v2v3"] == pytest.approx(expected, abs=1e-6)


def test_no_reference_is_missing_and_no_server_is_asked(stock_run: tuple[dict[str, Any], str]) -> None:
    report, log = stock_run
    assert report["network"] == []
    assert "Results used CRDS context" in log
    assert [line for line in log.splitlines() if " WARNING " in line or " ERROR " in line or " CRITICAL " in line] == []


def test_every_reference_type_of_the_steps_has_a_rule(stock_run: tuple[dict[str, Any], str]) -> None:
    report, _ = stock_run
    assert {"flat", "photom", "area", "distortion", "pars-image2pipeline", "pars-resamplestep"} <= set(report["types"])
    for name in DETECTORS:
        detector, found = detector_named(name), report["recommendations"][name]
        assert set(found) == set(report["types"])
        made = set(reference_types(detector.instrument)) - {"pars-image2pipeline"}
        for kind, reference in found.items():
            assert reference == (reference_name(detector, Reference(kind)) if kind in made else "NOT FOUND n/a")


def test_resample_is_skipped_for_wfsc_visits_only(stock_run: tuple[dict[str, Any], str]) -> None:
    report, _ = stock_run
    for visit_type in ("PRIME_WFSC_ROUTINE", "PRIME_WFSC_SENSING_ONLY"):
        assert report[f"parameters {visit_type}"]["skip"] is True
    for other in (None, "PRIME_TARGETED_FIXED"):
        assert report[f"parameters {other}"] == {}
    assert report["no visit type"]["steps"]["photom"] == "COMPLETE"


def test_crds_is_not_imported_before_its_environment_is_set(stock_run: tuple[dict[str, Any], str]) -> None:
    assert stock_run[0]["crds imported by ensure_cache"] is False


@pytest.mark.shared
@pytest.mark.skipif(not RATE_FILE.exists(), reason=f"{RATE_FILE.name} is not beside the project")
def test_full_frame_exposure_is_calibrated(stock_run: tuple[dict[str, Any], str]) -> None:
    result = stock_run[0]["rate file"]
    assert result["context"] == CONTEXT_NAME
    assert result["steps"] == dict.fromkeys(("assign_wcs", "flat_field", "photom"), "COMPLETE") | {
        "resample": "SKIPPED"
    }
    assert result["v2v3"] == pytest.approx(aperture(detector_named("NRCA1")).sci_to_tel(11, 21), abs=1e-6)


def test_current_cache_is_not_changed(demo_cache: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in demo_cache.glob("mappings/jwst/*")}
    assert ensure_cache(demo_cache) == demo_cache
    assert {path: path.stat().st_mtime_ns for path in demo_cache.glob("mappings/jwst/*")} == before
    assert CONTEXT_NAME in {path.name for path in before}


def test_cache_of_another_version_is_replaced(tmp_path: Path) -> None:
    root = ensure_cache(tmp_path / "cache")
    current = (root / "wfsgui-demonstration.txt").read_text()
    (root / "wfsgui-demonstration.txt").write_text("an older one\n")
    stale = root / "references" / "jwst" / "fgs" / "stale.fits"
    stale.touch()
    assert ensure_cache(root) == root
    assert not stale.exists()
    assert (root / "wfsgui-demonstration.txt").read_text() == current
    assert list(tmp_path.iterdir()) == [root]


def test_empty_folder_is_used(tmp_path: Path) -> None:
    assert (ensure_cache(tmp_path) / "config" / "jwst" / "server_config").is_file()


@pytest.mark.parametrize("name", ["cache", "cache/mappings/jwst/jwst_0001.pmap"])
def test_folder_with_other_files_is_declined(tmp_path: Path, name: str) -> None:
    stranger = tmp_path / name
    stranger.parent.mkdir(parents=True, exist_ok=True)
    stranger.write_text("not ours")
    with pytest.raises(WfsguiError, match="another folder"):
        ensure_cache(tmp_path / "cache")
    assert stranger.read_text() == "not ours"


def test_concurrent_processes_make_one_cache(tmp_path: Path) -> None:
    root = tmp_path / "cache"
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ensure_cache, [root] * 8)) == {root}
    assert list(tmp_path.iterdir()) == [root]


def test_failed_build_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Detector, __: Reference, path: Path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    monkeypatch.setattr(ref_build, "build", fail)
    monkeypatch.setenv("CRDS_CONTEXT", "mine")
    monkeypatch.delenv("CRDS_PATH", raising=False)
    root = ensure_cache(tmp_path / "cache")
    with pytest.raises(OSError, match="disk full"):
        ensure_references(root, "GUIDER1")
    assert list((root / "references" / "jwst" / "fgs").iterdir()) == []
    assert os.environ["CRDS_CONTEXT"] == "mine"
    assert "CRDS_PATH" not in os.environ


class MeetingLock:
    """A lock that waits until two threads ask for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._both = threading.Barrier(2)

    def __enter__(self) -> None:
        self._both.wait(WAIT_S)
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_concurrent_threads_make_each_reference_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def build(_: Detector, reference: Reference, path: Path) -> None:
        path.write_text(reference.kind)
        built.append(reference.kind)

    monkeypatch.setattr(ref_build, "build", build)
    # Both have found that everything is missing before either makes anything.
    monkeypatch.setattr(crds_cache, "_BUILDING", MeetingLock())
    root = ensure_cache(tmp_path / "cache")
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(ensure_references, [root] * 2, ["MIRIMAGE"] * 2)
    assert first == second
    assert [path.read_text() for path in first] == built == list(reference_types("MIRI"))


def test_references_are_made_once(demo_cache: Path) -> None:
    paths = ensure_references(demo_cache, "GUIDER2")
    assert [path.name for path in paths] == [
        "jwst_fgs_distortion_demo-guider2.asdf",
        "jwst_fgs_flat_demo-guider2.fits",
        "jwst_fgs_area_demo-guider2.fits",
        "jwst_fgs_photom_demo-guider2.fits",
        "jwst_fgs_pars-image2pipeline_demo.asdf",
    ]
    before = [path.stat().st_mtime_ns for path in paths]
    paths[3].unlink()
    after = [path.stat().st_mtime_ns for path in ensure_references(demo_cache, "GUIDER2")]
    assert [earlier == later for earlier, later in zip(before, after, strict=True)] == [True, True, True, False, True]


def test_unknown_detector_is_declined(demo_cache: Path) -> None:
    with pytest.raises(ValueError, match="no detector 'MIRIFULONG'; it has NRCA1"):
        ensure_references(demo_cache, "MIRIFULONG")


def test_reference_names_are_unique() -> None:
    names = [
        reference_name(detector_named(name), reference)
        for name in ("NRS1", "NRCA1", "NRCALONG", "GUIDER1")
        for reference in references_of(detector_named(name).instrument)
        if reference.kind != "pars-image2pipeline"
    ]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("detector", ["NRCA1", "MIRIMAGE", "NRS2"])
def test_every_reference_is_marked_as_synthetic(demo_cache: Path, detector: str) -> None:
    for path in ensure_references(demo_cache, detector):
        if path.suffix == ".fits":
            header = fits.getheader(path)
            said = [header["DESCRIP"], header["PEDIGREE"], str(header["HISTORY"]), header["FILENAME"]]
        else:
            with asdf.open(path) as file:
                meta = file["meta"]
                said = [meta["description"], meta["pedigree"], meta["history"][0], meta["filename"]]
        assert "demonstration reference, not for science" in said[0]
        assert said[1] == "DUMMY"
        assert "demonstration reference, not for science" in said[2].replace("\n", "")
        assert said[3] == path.name


def test_environment_names_the_cache(tmp_path: Path) -> None:
    assert environment(tmp_path) == {
        "CRDS_PATH": str(tmp_path),
        "CRDS_SERVER_URL": "https://crds-serverless-mode.stsci.edu",
        "CRDS_CONTEXT": CONTEXT_NAME,
    }
    assert "demonstration" in CONTEXT_NAME
