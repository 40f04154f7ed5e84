"""Intake of operation files: their images are taken as if they were given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.core.quip.operations import write_operation
from tests.exposures import small, write_small
from wfsgui.core.intake.products import Intake, take_in
from wfsgui.core.quip.operations import OperationIntake, expand


def test_images_take_the_place_of_their_operation_file(tmp_path: Path) -> None:
    one = write_operation(tmp_path / "one.xml", ["a", "b"])
    other = write_operation(tmp_path / "other.xml", ["c"], kind="MIMF")
    expanded = expand([tmp_path / "x", one, tmp_path / "y", other])
    assert [path.name for path in expanded.paths] == ["x", "a", "b", "y", "c"]
    assert [operation.operation_type for operation in expanded.operations] == ["FINE_PHASING", "MIMF"]
    assert expanded.declined == ()


def test_operation_file_that_cannot_be_used_stops_no_other(tmp_path: Path) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_text("<a>", "utf-8")
    empty = write_operation(tmp_path / "empty.xml", [])
    good = write_operation(tmp_path / "good.xml", ["a"])
    expanded = expand([bad, empty, good])
    assert [path.name for path in expanded.paths] == ["a"]
    assert [declined.what for declined in expanded.declined] == [str(bad), str(empty)]
    assert expanded.declined[1].why == "empty.xml lists no image; give another operation file."


def test_window_takes_the_images_and_remembers_the_operation(tmp_path: Path) -> None:
    rate = write_small(tmp_path, small())
    missing = tmp_path / "missing_rate.fits"
    path = write_operation(tmp_path / "op.xml", [rate, missing])
    intake = OperationIntake(take_in)
    taken = intake.take_in([path, tmp_path / "no.xml"])
    assert [product.science.path for product in taken.products] == [rate]
    assert [declined.what for declined in taken.declined] == [
        str(tmp_path / "no.xml"),
        str(tmp_path / "missing_rate.fits"),
    ]
    assert intake.operations[path].images[0] == rate


def test_other_inputs_are_passed_on_as_they_are(tmp_path: Path) -> None:
    asked: list[Sequence[Path]] = []

    def take(paths: Sequence[Path]) -> Intake:
        asked.append(paths)
        return Intake()

    given = [tmp_path / "a_rate.fits", tmp_path / "a_rate.fits", tmp_path]
    OperationIntake(take).take_in(given)
    assert asked[0] is given
