"""List of the references of an exposure, before and after its run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.gui import fakes
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import Reference
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.references.facts import ReferenceFacts
from wfsgui.core.references.queries import Origin, ReferenceFile, Standing, StepReference, StepReferences
from wfsgui.core.references.rows import Level, ReferenceRow, applying, rows_of, size_text

FLAT = Path("/cache/flat.fits")
FACTS = ReferenceFacts(
    instrument="NIRCAM",
    detector="NRCA3",
    filters=("F212N",),
    pupils=("CLEAR", "WLP8"),
    pedigree="INFLIGHT 2022-01-01 2023-01-01",
    use_after="2022-04-01T00:00:00",
    author="a person",
    description="a flat",
)
ANSWER = StepReferences(
    "jwst_1293.pmap",
    (
        StepReference("assign_wcs", "camera", Standing.NOT_APPLICABLE),
        StepReference("assign_wcs", "distortion", Standing.AWAY, Origin.CRDS, Path("/cache/distortion.asdf")),
        StepReference("flat_field", "flat", Standing.CACHED, Origin.CRDS, FLAT),
        StepReference("photom", "photom", Standing.NOT_FOUND),
        StepReference("photom", "area", Standing.NONE, Origin.PARAMETER_FILE),
        StepReference("", "pars-image2pipeline", Standing.CACHED, Origin.CRDS, Path("/cache/pars.asdf")),
    ),
    {FLAT: ReferenceFile(67_000_000, FACTS), Path("/cache/distortion.asdf"): ReferenceFile(12_300)},
)


def of(rows: tuple[ReferenceRow, ...], kind: str) -> ReferenceRow:
    return next(row for row in rows if row.kind == kind)


def test_before_a_run_each_type_that_applies_has_its_file_and_state() -> None:
    rows = rows_of(fakes.exposure(), ANSWER)
    assert [(row.step, row.kind, row.name, row.state, row.level) for row in rows] == [
        ("assign_wcs", "distortion", "distortion.asdf", "not in the cache", Level.MUTED),
        ("flat_field", "flat", "flat.fits", "in the cache", Level.PLAIN),
        ("photom", "photom", "CRDS has none", "CRDS has none", Level.BAD),
        ("photom", "area", "none, as chosen", "no file", Level.CARE),
        ("", "pars-image2pipeline", "pars.asdf", "in the cache", Level.PLAIN),
    ]
    assert of(rows, "distortion").path is None
    assert ("size", "12 kB") in of(rows, "distortion").details
    assert of(rows, "area").is_override
    assert applying(ANSWER)["photom"] == ("photom", "area")


def test_details_say_everything_that_the_file_says() -> None:
    row = of(rows_of(fakes.exposure(), ANSWER), "flat")
    assert row.path == FLAT
    assert dict(row.details) == {
        "path": "/cache/flat.fits",
        "chosen by": "CRDS jwst_1293.pmap",
        "where": "in the cache",
        "size": "67.0 MB",
        "for": "NIRCAM NRCA3 F212N, CLEAR/WLP8",
        "pedigree": "INFLIGHT 2022-01-01 2023-01-01",
        "use after": "2022-04-01 00:00:00",
        "author": "a person",
        "description": "a flat",
    }


def test_after_a_run_the_recorded_file_counts_and_the_next_one_is_named() -> None:
    exposure = fakes.exposure()
    exposure.context = "jwst_1290.pmap"
    own = Reference("flat", "/mine/own.fits", Path("/mine/own.fits"))
    finished = replace(fakes.finished(exposure, "flat_field"), references=(own,))
    exposure.used_options = StepOptions(overrides={"flat": "/mine/own.fits"})
    apply_event(exposure, finished)
    row = of(rows_of(exposure, ANSWER), "flat")
    assert (row.name, row.state, row.level, row.path) == ("own.fits", "used, another next", Level.CARE, own.path)
    details = dict(row.details)
    assert details["chosen by"] == "you"
    assert details["next run"] == "flat.fits, CRDS jwst_1293.pmap"
    apply_event(exposure, replace(finished, references=(Reference("flat", "crds://flat.fits", FLAT),)))
    row = of(rows_of(exposure, ANSWER), "flat")
    assert (row.state, dict(row.details)["chosen by"]) == ("used", "CRDS jwst_1290.pmap")
    apply_event(exposure, replace(finished, references=(Reference("flat", "crds://flat.fits", None),)))
    assert of(rows_of(exposure, ANSWER), "flat").state == "used, not there any more"
    apply_event(exposure, replace(finished, references=()))
    assert of(rows_of(exposure, ANSWER), "flat").state == "not used"


def test_recorded_files_are_listed_before_the_engine_has_answered() -> None:
    exposure = fakes.exposure()
    used = Reference("flat", "crds://flat.fits", FLAT)
    apply_event(exposure, replace(fakes.finished(exposure, "flat_field"), references=(used,)))
    (row,) = rows_of(exposure, StepReferences())
    assert (row.kind, row.state) == ("flat", "used")


def test_damaged_file_is_told() -> None:
    answer = replace(ANSWER, files={FLAT: ReferenceFile(5, fault="flat.fits cannot be read; fetch it again.")})
    row = of(rows_of(fakes.exposure(), answer), "flat")
    assert (row.state, row.level) == ("damaged", Level.BAD)
    assert dict(row.details)["fault"] == "flat.fits cannot be read; fetch it again."


def test_sizes_have_units() -> None:
    assert [size_text(size) for size in (12, 12_345, 31_500_000)] == ["12 bytes", "12 kB", "31.5 MB"]
