"""Table of decisions for ECSV."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
from astropy.table import Table

from tests.core.trend.records import record
from wfsgui.core.files.ecsv import as_ecsv
from wfsgui.core.trend.record import TrendNumber
from wfsgui.core.trend.table import trend_table


def test_numbers_errors_limits_and_units_are_read_again() -> None:
    records = [record(), record(nan, exposure="b"), record(12.5, error=nan, limit=750.0, exposure="c")]
    made = trend_table(records)
    table = Table.read(as_ecsv(made.columns, made.units, {}, made.descriptions), format="ascii.ecsv")
    assert list(table["exposure"]) == [records[0].exposure, "b", "c"]
    assert table["sbr"].tolist() == [2140.0, None, 12.5]
    assert table["sbr_error"].tolist() == [12.0, None, None]
    assert table["sbr_limit"].tolist() == [1500.0, None, 750.0]
    assert str(table["flux"].unit) == "Jy"
    assert np.isnan(table["flux"]).all()
    assert list(table["level_sbr"]) == ["good"] * 3
    assert table["versions"][0] == "jwst 3.0.0, wfsgui 1.0"
    assert table["sbr"].description == "SBR"


def test_number_in_two_units_has_a_column_for_each() -> None:
    made = trend_table([record(), record(3.0, unit="DN", exposure="b")])
    assert (made.columns["sbr"], made.columns["sbr_2"]) == ([2140.0, None], [None, 3.0])
    assert (made.units["sbr"], made.units["sbr_2"]) == ("", "DN")


def test_number_whose_key_is_taken_gets_a_name_of_its_own() -> None:
    one = replace(
        record(), numbers=tuple(TrendNumber(key, key, 1.0) for key in ("note", "sbr", "sbr_error")), checks=()
    )
    made = trend_table([one])
    assert made.columns["note"] == ["a note"]
    assert [name for name in made.columns if name.startswith(("note", "sbr"))] == [
        "note", "note_2", "note_2_error", "note_2_limit", "sbr", "sbr_error", "sbr_limit",
        "sbr_error_2", "sbr_error_2_error", "sbr_error_2_limit",
    ]  # fmt: skip


def test_table_without_decisions_can_be_written() -> None:
    made = trend_table([])
    assert "exposure" in as_ecsv(made.columns, made.units, {}, made.descriptions)
