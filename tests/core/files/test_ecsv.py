"""ECSV tables and clipboard text."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.ecsv import Values, as_ecsv, as_text, write_table

COLUMNS: dict[str, Values] = {
    "region": ["Größe {1}", 'a "quoted", b', ""],
    "pixels": [12, 0, 7],
    "mean": [0.1 + 0.2, float("nan"), -1.5e-300],
    "surface": [1.0, 2.0, 3.0],
}
UNITS = {"mean": "DN/s", "surface": "MJy/sr", "pixels": ""}
META = {"exposure": "jw99001_rate.fits", "note": "line one\nline two: ☆"}


def test_astropy_reads_the_written_table(tmp_path: Path) -> None:
    path = tmp_path / "values.ecsv"
    write_table(path, COLUMNS, UNITS, META, overwrite=False)
    table = Table.read(path, format="ascii.ecsv")
    assert dict(table.meta) == META
    assert table.colnames == list(COLUMNS)
    assert [str(table[name].unit) for name in ("mean", "surface")] == ["DN / s", "MJy / sr"]
    assert table["pixels"].unit is table["region"].unit is None
    assert table["pixels"].dtype.kind == "i"
    np.testing.assert_array_equal(table["mean"], COLUMNS["mean"])
    assert table["region"].filled("").tolist() == list(COLUMNS["region"])
    assert list(tmp_path.iterdir()) == [path]


def test_unknown_unit_is_kept() -> None:
    table = Table.read(
        as_ecsv({"a": [1.0], "b": [2.0]}, {"a": "furlongs?", "b": "adu**2 / pix"}, {}), format="ascii.ecsv"
    )
    assert str(table["a"].unit) == "furlongs?"


def test_arrays_are_written_as_columns() -> None:
    values = np.linspace(0, 1, 5, dtype=np.float32)
    table = Table.read(as_ecsv({"a": values.tolist(), "b": values}, {}, {}), format="ascii.ecsv")
    assert table["b"].dtype == np.float32
    np.testing.assert_array_equal(table["b"], values)


def test_none_is_written_as_masked_value() -> None:
    columns: dict[str, Values] = {"flux": [None, 2.5], "name": ["a", None], "count": [None, 3], "never": [None, None]}
    table = Table.read(as_ecsv(columns, {"flux": "Jy"}, {}), format="ascii.ecsv")
    assert [table[name].dtype.kind for name in columns] == ["f", "U", "i", "f"]
    assert [table[name].mask.tolist() for name in columns] == [
        [True, False],
        [False, True],
        [True, False],
        [True, True],
    ]
    assert (table["flux"][1], table["count"][1], table["name"][0]) == (2.5, 3, "a")
    assert as_text(columns, {}) == "flux\tname\tcount\tnever\n\ta\t\t\n2.5\t\t3\t\n"


def test_an_empty_table_has_its_columns() -> None:
    assert Table.read(as_ecsv({"a": [], "b": []}, {"a": "Jy"}, {}), format="ascii.ecsv").colnames == ["a", "b"]
    assert as_text({"a": [], "b": []}, {"a": "Jy"}) == "a [Jy]\tb\n"


def test_as_text_is_tab_separated_with_units() -> None:
    text = as_text({**COLUMNS, "note": ["tab\there", "two\r\nlines", "x"]}, UNITS)
    rows = list(csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert rows[0] == ["region", "pixels", "mean [DN/s]", "surface [MJy/sr]", "note"]
    assert rows[1] == ["Größe {1}", "12", "0.30000000000000004", "1.0", "tab here"]
    assert rows[2] == ['a "quoted", b', "0", "nan", "2.0", "two lines"]
    assert float(rows[3][2]) == -1.5e-300
    assert text.endswith("\n")


def test_columns_of_different_lengths_are_refused() -> None:
    columns: dict[str, Values] = {"a": [1, 2], "b": [1]}
    with pytest.raises(ValueError, match="zip"):
        as_text(columns, {})
    with pytest.raises(ValueError, match="length"):
        as_ecsv(columns, {}, {})


def test_existing_file_is_replaced_only_with_overwrite(tmp_path: Path) -> None:
    path = tmp_path / "values.ecsv"
    path.write_text("the analyst's")
    with pytest.raises(WfsguiError, match=r"values\.ecsv exists and is kept; "):
        write_table(path, COLUMNS, UNITS, META, overwrite=False)
    assert path.read_text() == "the analyst's"
    write_table(path, COLUMNS, UNITS, META, overwrite=True)
    assert len(Table.read(path, format="ascii.ecsv")) == 3
    with pytest.raises(WfsguiError, match=r"cannot be written \(No such file or directory\); "):
        write_table(tmp_path / "nowhere" / "values.ecsv", COLUMNS, UNITS, META, overwrite=True)
    assert list(tmp_path.iterdir()) == [path]
