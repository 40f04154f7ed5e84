from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.evidence.makers import (
    CONTEXT,
    Judged,
    calibrated,
    document,
    ignore,
    pair_of,
    part,
    product,
    record,
)
from wfsgui.core.assess.limits import Limits
from wfsgui.core.assess.results import Level
from wfsgui.core.errors import WfsguiError
from wfsgui.core.evidence.build import document_name, evidence_document
from wfsgui.core.evidence.document import EvidenceDocument, Heading, Page, Sentence, Table
from wfsgui.core.evidence.pdf import as_pdf
from wfsgui.core.evidence.writing import Format, evidence_files, write_evidence
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import ProductFinished, ProductResult, ProductState
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.product import Product


def one() -> EvidenceDocument:
    return document([part(record(calibrated(product())))])


def sheets(pdf: bytes) -> int:
    """Count the sheets of a PDF."""
    return len(re.findall(rb"/Type /Page\b", pdf))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_files_have_names_that_sort_and_are_all_there(tmp_path: Path) -> None:
    written = write_evidence(one(), tmp_path / "new" / "folder", ignore)
    name = f"{product().name}_evidence"
    endings = (".html", ".pdf", ".json", "_checks.ecsv", "_quantities.ecsv")
    assert [path.name for path in written] == [f"{name}{ending}" for ending in endings]
    assert names(tmp_path / "new" / "folder") == sorted(path.name for path in written)
    assert all(path.stat().st_size > 1000 for path in written)


def test_only_the_chosen_formats_are_written(tmp_path: Path) -> None:
    write_evidence(one(), tmp_path, ignore, (Format.JSON,))
    assert names(tmp_path) == [f"{product().name}_evidence.json"]


def test_existing_file_is_kept_and_nothing_is_written(tmp_path: Path) -> None:
    last = evidence_files(tmp_path, f"{product().name}_evidence")[-1]
    last.write_text("mine")
    with pytest.raises(WfsguiError, match="exists and is kept; choose another folder or ask to overwrite it"):
        write_evidence(one(), tmp_path, ignore)
    assert names(tmp_path) == [last.name]
    assert last.read_text() == "mine"


def test_existing_files_are_replaced_if_asked(tmp_path: Path) -> None:
    for path in evidence_files(tmp_path, f"{product().name}_evidence"):
        path.write_text("old")
    written = write_evidence(one(), tmp_path, ignore, overwrite=True)
    assert all(path.read_bytes() != b"old" for path in written)


def test_stop_before_the_files_leaves_nothing(tmp_path: Path) -> None:
    def stop(text: str) -> None:
        if text.startswith("PDF"):
            raise LookupError

    with pytest.raises(LookupError):
        write_evidence(one(), tmp_path, stop)
    assert names(tmp_path) == []


def test_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(WfsguiError, match="choose another one"):
        write_evidence(one(), tmp_path / "file", ignore)


def test_pdf_has_all_pages_and_is_reported_sheet_by_sheet() -> None:
    told: list[str] = []
    pdf = as_pdf(one(), told.append)
    assert pdf.startswith(b"%PDF-")
    assert told == [f"PDF, page {number}" for number in range(1, sheets(pdf) + 1)]
    assert sheets(pdf) >= len(one().pages)
    assert b"DejaVuSans" in pdf


@pytest.mark.parametrize(
    "text",
    [
        "x" * 5000,
        "word " * 2_000,
        "\u4e2d\u6587 \N{SNOWMAN} \U0001f52d \udc80 \x00\x07",
        "<b>&amp; <unclosed",
        "line\nline\r\n\ttab",
        "",
    ],
    ids=["one long word", "longer than a sheet", "characters of no font", "markup", "line ends", "empty"],
)
def test_any_text_fits_into_a_pdf(text: str) -> None:
    content = (Heading(text), Sentence(text, Level.CARE), Table(("a", "b"), ((text, text),), (1.0, 1.0)))
    page = Page(text, content, of=text)
    whole = EvidenceDocument(name="x", title=text, made=text, pages=(page,))
    assert sheets(as_pdf(whole, ignore)) >= 1


def test_thirty_exposures_with_a_long_table_make_one_document(tmp_path: Path) -> None:
    parts = [part(record(calibrated(product(f"jw99001001001_02101_{number:05d}_nrca1")))) for number in range(1, 31)]
    whole = document(parts)
    written = write_evidence(whole, tmp_path, ignore)
    assert written[0].name == "jw99001001001_evidence.html"
    assert [page.title for page in whole.pages[:3]] == [
        "Summary",
        "Visit: program 99001 observation 001 visit 001",
        "jw99001001001_02101_00001_nrca1",
    ]
    assert len(whole.pages) == 2 + 3 * 30 + 1


def test_failed_exposure_and_warnings_alone_are_told() -> None:
    science = product()
    failed = Exposure(science.name, science)
    apply_event(failed, ProductFinished(ProductResult(science.name, ProductState.FAILED, 0.0, error="No pointing.")))
    made = part(record(failed))
    assert (made.overall, made.cut, made.assessment) == (Level.BAD, None, None)
    sentences = [block.text for block in made.pages[0].blocks if isinstance(block, Sentence)]
    assert "The run failed: No pointing." in sentences
    assert "Nothing was measured: no stage of this exposure has an image." in sentences
    assert sheets(as_pdf(document([made]), ignore)) >= 4


def test_summary_tells_what_was_left_out_and_who_judged() -> None:
    first, second = product(), product("jw99001001001_02101_00002_nrca1", pupil="WLM8")
    parts = [part(record(calibrated(first), decisions=(Judged("fit"),))), part(record(calibrated(second)))]
    whole = document(parts, [pair_of(first, second)], ("z_rate.fits is declined.",))
    summary = whole.pages[0]
    assert summary.blocks[0] == Sentence("Left out: z_rate.fits is declined.", Level.BAD)
    table = next(block for block in summary.blocks if isinstance(block, Table))
    assert [row[1:] for row in table.rows] == [
        ("\N{CHECK MARK} good", "fit"),
        ("\N{CHECK MARK} good", "not judged"),
        ("! care", "fit with care"),
    ]


@pytest.mark.parametrize(
    ("products", "pair", "expected"),
    [
        ([product("a")], None, "a_evidence"),
        ([product("a_rate.fits.gz")], None, "a_evidence"),
        ([product("a"), product("b")], None, "jw99001001001_evidence"),
        ([product("a"), product("b", visit="002")], None, "jw99001001001_and_1_more_evidence"),
        ([product("a"), product("b")], ("a_rate.fits", "b"), "a_and_b_evidence"),
        ([product("a/b:c\n\udc80")], None, "a_b_c__udc80_evidence"),
        ([product("é" * 200)], None, "é" * 90 + "_evidence"),
    ],
    ids=["exposure", "file", "visit", "visits", "pair", "odd characters", "long"],
)
def test_name_of_the_files_is_that_of_the_content(
    products: list[Product], pair: tuple[str, str] | None, expected: str
) -> None:
    assert document_name(products, pair) == expected


def test_limits_that_the_analyst_changed_are_told() -> None:
    context = replace(CONTEXT, limits=Limits({"chi2": 2.0}))
    whole = evidence_document([part(record(calibrated(product())))], [], context, name="x")
    sentences = [block.text for block in whole.pages[0].blocks if isinstance(block, Sentence)]
    assert "Limits that the analyst has changed: Reduced chi2 of a pair; see the last page." in sentences
    (limits,) = (block for block in whole.pages[-1].blocks if isinstance(block, Table))
    row = next(row for row in limits.rows if row[0] == "Reduced chi2 of a pair")
    assert row[1:] == ("at most 2", "at most 1.5", "changed by the analyst; default from webbpsf issue 789")
